"""rules.toml behind the book in memory: what it said when it was last read, and the edits that it does not hold yet.

The book in force is what the file says and the pending edits on top. Waits for the disk off the event loop, one
thing at a time. Must never know which rules are live, nor tell a person anything: `rule_desk` does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, assert_never

from newswatch.engine.rule_edits import (
    Deleting,
    Exemplifying,
    Muting,
    RuleEdit,
    Saving,
    Switching,
    Unmuting,
    applied,
)
from newswatch.engine.rule_queue import merged, rebased
from newswatch.errors import NewswatchError
from newswatch.match.mutefile import delete_mute, save_mute
from newswatch.match.rulefile import (
    LoadedRules,
    add_example,
    delete_rule,
    drop_example,
    load_rulebook,
    save_rule,
    set_enabled,
    write_missing_ids,
)
from newswatch.model.rule import RuleBook

T = TypeVar("T")

log = logging.getLogger(__name__)


class RuleFile:
    """The file, and the edits on their way to it, oldest first. Whoever reads or writes holds `disk` meanwhile."""

    def __init__(self, path: Path, loaded: LoadedRules) -> None:
        self.path = path
        self.disk = asyncio.Lock()
        self._loaded = loaded
        self._pending: tuple[RuleEdit, ...] = ()

    @property
    def pending(self) -> tuple[RuleEdit, ...]:
        """The edits that are not on disk yet."""
        return self._pending

    @property
    def book(self) -> RuleBook:
        """What the file says, and the pending edits on top. Raises RuleRefused if those do not fit any more."""
        book = self._loaded.book
        for edit in self._pending:
            book = applied(book, edit)
        return book

    def add(self, edit: RuleEdit) -> None:
        """Puts an edit in line. Quick: no disk."""
        self._pending = merged(self._pending, edit)

    def drop(self, edit: RuleEdit) -> None:
        """Takes an edit out of the line: it cannot be written."""
        self._pending = tuple(other for other in self._pending if other is not edit)

    async def write_first(self) -> None:
        """Writes the oldest edit; then it is durable and no longer pending. A write that has begun is finished, even
        if who waits for it is cancelled. Raises FileChanged, RuleRefused or RulesInvalid; then it is still pending.
        """
        edit, *rest = self._pending
        # What comes meanwhile must not be merged with what is being written.
        self._pending, fingerprint = tuple(rest), self._loaded.fingerprint
        writing = asyncio.get_running_loop().run_in_executor(None, lambda: _write(self.path, fingerprint, edit))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise
        finally:
            if writing.done() and not writing.cancelled() and writing.exception() is None:
                self._loaded = writing.result()
            else:
                self._pending = _before(edit, self._pending)

    async def read(self) -> LoadedRules | None:
        """The file as it is on disk now; None if nobody changed it. Raises RulesInvalid or OSError."""
        loaded = await asyncio.to_thread(load_rulebook, self.path)
        return None if loaded.fingerprint == self._loaded.fingerprint else loaded

    async def take_over(self, loaded: LoadedRules) -> tuple[RuleEdit, ...]:
        """Takes what somebody else wrote as what the file says. Returns the pending edits that this made impossible."""
        loaded = await _finished(lambda: with_ids(self.path, loaded))
        self._pending, lost = rebased(self._pending, self._loaded.book, loaded.book)
        self._loaded = loaded
        return lost


def with_ids(path: Path, loaded: LoadedRules) -> LoadedRules:
    """The rules with the ids that were derived from their names written back; where that fails, as they are."""
    try:
        return write_missing_ids(path, loaded.fingerprint)
    except (NewswatchError, OSError) as error:
        log.warning("the ids of rules without one could not be written back: %s", error)
        return loaded


def _write(path: Path, fingerprint: str, edit: RuleEdit) -> LoadedRules:
    match edit:
        case Saving(origin, draft):
            return save_rule(path, fingerprint, draft, origin)[1]
        case Switching(origin, is_enabled):
            return set_enabled(path, fingerprint, origin, is_enabled)
        case Deleting(origin):
            return delete_rule(path, fingerprint, origin)
        case Exemplifying(origin, text):
            write = drop_example if edit.is_lifting else add_example
            return write(path, fingerprint, origin, edit.key, text)
        case Muting(mute):
            return save_mute(path, fingerprint, mute)
        case Unmuting(mute_id):
            return delete_mute(path, fingerprint, mute_id)
        case _:
            assert_never(edit)


def _before(edit: RuleEdit, later: tuple[RuleEdit, ...]) -> tuple[RuleEdit, ...]:
    """The edit back in front of those that came since."""
    pending: tuple[RuleEdit, ...] = (edit,)
    for one in later:
        pending = merged(pending, one)
    return pending


async def _finished(work: Callable[[], T]) -> T:
    """What the work gives, off the loop; work that has begun is waited for even when cancelled."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
