"""The rules' side of the engine: edits that act at once and reach rules.toml behind, edits that come from the file,
and questions about rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from pathlib import Path

from newswatch.engine.api import QueryCheck
from newswatch.engine.backtest import Backtests
from newswatch.engine.collector import Grown
from newswatch.engine.core import Core
from newswatch.engine.history_search import HistorySearch
from newswatch.engine.mutes import PreparedMutes
from newswatch.engine.placing import scopes_of
from newswatch.engine.rule_drafts import exemplifying, muting
from newswatch.engine.rule_edits import (
    Deleting,
    Exemplifying,
    RuleEdit,
    Saving,
    Switching,
    Unmuting,
    applied,
    in_words,
    rule_of,
    saving,
)
from newswatch.engine.rule_file import RuleFile
from newswatch.engine.rule_notices import LOST_EDIT, RULES_FILE, UNSAVED_RULES, RuleNotices
from newswatch.engine.rule_questions import check_query, explain_entry, explain_hit
from newswatch.engine.rulebook import Prepared
from newswatch.errors import FileChanged, FileInvalid, QueryError, RuleRefused, RulesInvalid
from newswatch.match.grammar import parse_query
from newswatch.match.rulefile import LoadedRules
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.model.backtest import Backtest
from newswatch.model.clause import Clause
from newswatch.model.event import MutesChanged, RulesChanged
from newswatch.model.example import example_text
from newswatch.model.hit import Hit, HitId
from newswatch.model.mute import MuteDraft, MuteId
from newswatch.model.rule import RuleBook, RuleDraft, RuleId
from newswatch.text.clean import clean_body

AGAIN_AFTER_S = 60.0
PARTS_OF_A_RULE = 20


class RuleDesk:
    """Edits, reloads and explains rules on a core.

    A verb makes the new book in memory, puts it in force and returns; `save_behind` writes it, `history` matches what
    is stored. What happens where the file says something else by then: docs/decisions/0010.
    """

    def __init__(self, core: Core, path: Path, loaded: LoadedRules) -> None:
        self._core = core
        self._file = RuleFile(path, loaded)
        self._notices = RuleNotices(core, path)
        self._editing = asyncio.Lock()  # held from looking at the book to putting another in force
        self._has_edits = asyncio.Event()
        self._backtests = Backtests(core)
        self.history = HistorySearch(core)
        core.rulebook.recount(core.store.rule_counts())
        self.history.add(core.rulebook.adopt(loaded.book))
        core.mutes.put(core.mutes.prepare(loaded.book))
        Grown().by(len(loaded.book.rules) * PARTS_OF_A_RULE)

    @property
    def path(self) -> Path:
        """rules.toml."""
        return self._file.path

    @property
    def unsaved(self) -> tuple[RuleEdit, ...]:
        """The edits that wait for the disk."""
        return self._file.pending

    async def save(self, draft: RuleDraft, replaces: RuleId | None) -> RuleId:
        """See `Engine.save_rule`."""

        def edit_of(book: RuleBook) -> RuleEdit:
            parse_query(draft.query, book.aliases)
            return saving(book, draft, replaces)

        return (await self._edit(edit_of)).rule_id

    async def set_enabled(self, rule_id: RuleId, *, enabled: bool) -> None:
        """See `Engine.set_rule_enabled`."""
        await self._edit(lambda _: Switching(rule_id, enabled))

    async def delete(self, rule_id: RuleId) -> None:
        """See `Engine.delete_rule`."""
        await self._edit(lambda _: Deleting(rule_id))

    async def add_example(self, example: Hit | str, rule_id: RuleId, *, matches: bool) -> str:
        """See `Engine.add_example`."""
        text = clean_body(example if isinstance(example, str) else example_text(example)).strip()
        known = rule_of(self._core.rulebook.book, rule_id)
        if known is None or text not in (known.must if matches else known.must_not):
            await self._edit(lambda book: exemplifying(book, rule_id, text, matches=matches))
        return text

    async def drop_example(self, text: str, rule_id: RuleId, *, matches: bool) -> None:
        """See `Engine.drop_example`."""
        edit = Exemplifying(rule_id, text, matches, is_lifting=True)

        def edit_of(book: RuleBook) -> RuleEdit:
            known = rule_of(book, rule_id)
            if known is not None and text not in getattr(known, edit.key):
                raise RuleRefused(f"the rule {known.label} has no such {edit.key} any more")
            return edit

        await self._edit(edit_of)

    async def mute(self, draft: MuteDraft) -> MuteId:
        """See `TriageDesk.mute`; of a story and of a rule there is none in rules.toml. Reaches the disk as `save`."""
        edit = await self._edit(lambda book: muting(book, draft))
        return MuteId(edit.rule_id.removeprefix(MUTE_PREFIX))

    async def unmute(self, mute: MuteId) -> None:
        """Takes a mute out of rules.toml. Acts, reaches the disk and raises as `mute`."""
        await self._edit(lambda _: Unmuting(mute))

    async def reload(self) -> None:
        """Takes over a file that changed on disk. A file that cannot be read keeps the last good set."""
        async with self._file.disk:
            await self._take_over()
        if self._file.pending:
            await self.flush()

    async def save_behind(self) -> None:
        """Writes edits to the file whenever there are some, and again a minute after that failed."""
        while True:
            if not self._file.pending:
                self._has_edits.clear()
                await self._has_edits.wait()
            if not await self.flush():
                self._has_edits.clear()
                await self._wait(AGAIN_AFTER_S)

    async def flush(self) -> bool:
        """Writes every edit so far. False if the disk, or the file as it is now, does not let it."""
        async with self._file.disk:
            while self._file.pending:
                edit = self._file.pending[0]
                try:
                    await self._file.write_first()
                except FileChanged:
                    if not await self._take_over():
                        self._notices.unsaved(f"{self.path} cannot be used as it is now.")
                        return False
                except (RuleRefused, RulesInvalid, OSError) as fault:
                    if _is_of_the_disk(fault):
                        self._notices.unsaved(str(fault))
                        return False
                    self._file.drop(edit)
                    await self._agree()
                    self._notices.lost([edit], str(fault))
            self._notices.clear(UNSAVED_RULES)
            await self._agree()
        return True

    async def saved(self) -> None:
        """See `Engine.rules_saved`."""
        if not await self.flush():
            raise RuleRefused(self._notices.said_unsaved)

    async def close(self) -> None:
        """Writes what is not on disk yet. Raises RuleRefused, which says what is lost by that, if it cannot be."""
        if not await self.flush():
            edits = "; ".join(map(in_words, self.unsaved))
            raise RuleRefused(f"{self._notices.said_unsaved} Not saved when newswatch ended: {edits}")

    def check(self, query: str) -> QueryCheck:
        """See `Engine.check_query`."""
        return check_query(query, self._core.rulebook.book)

    def backtest(
        self, draft: RuleDraft, replaces: RuleId | None, since: datetime | None
    ) -> AsyncGenerator[Backtest, None]:
        """See `Engine.backtest`."""
        return self._backtests.run(draft, replaces, since)

    def explain(self, hit_id: HitId, rule_id: RuleId | None) -> Clause | None:
        """See `Engine.explain`."""
        hit, rulebook = self._core.store.hit(hit_id), self._core.rulebook
        if hit is None:
            return None
        if rule_id is None:
            article = self._core.store.article(hit.entry.feed_id, hit.entry.key)
            return explain_hit(hit, rulebook.rule(hit.rule_id), rulebook.book, article)
        rule = rulebook.rule(rule_id)
        scope = scopes_of(self._core.roster.feeds)(hit.entry.feed_id)
        return explain_entry(hit.entry, scope, rule, rulebook.book) if rule is not None else None

    def show_problems(self) -> None:
        """Says on every screen, and in the log, that rules are broken; the Rules screen says how."""
        self._notices.problems()

    async def _edit(self, edit_of: Callable[[RuleBook], RuleEdit]) -> RuleEdit:
        """Makes the edit act, and puts it in line for the file. Raises what refuses it; then nothing has changed."""
        rulebook = self._core.rulebook

        def work() -> tuple[RuleEdit, Prepared, PreparedMutes]:
            edit = edit_of(rulebook.book)
            book = applied(rulebook.book, edit)
            prepared, mutes = rulebook.prepare(book), self._core.mutes.prepare(book)
            if isinstance(edit, Saving) and edit.draft.enabled:
                _refuse_broken(prepared, edit.rule_id)
            return edit, prepared, mutes

        async with self._editing:
            while True:
                edit, prepared, mutes = await asyncio.to_thread(work)
                if self._put(prepared, mutes, unpause=False):
                    self._file.add(edit)
                    self._has_edits.set()
                    self._notices.clear(LOST_EDIT)
                    return edit

    def _put(self, prepared: Prepared, mutes: PreparedMutes, *, unpause: bool = True) -> bool:
        """Puts a book in force and shows it; False if another was meanwhile."""
        core = self._core
        acting = core.rulebook.put(prepared, unpause=unpause)
        if acting is None:
            return False
        core.hub.publish([RulesChanged(core.rulebook.statuses())])
        if core.mutes.put(mutes):
            core.hub.publish([MutesChanged(core.mutes.statuses(core.clock.now()))])
            core.stirred.set()
        self.show_problems()
        self.history.add(acting)
        return True

    async def _take_over(self) -> bool:
        """Puts in force what somebody else wrote to the file, and the pending edits on top where they still fit.

        False, and everything is kept as it was, if the file is no good. Whoever calls holds `disk`.
        """
        try:
            loaded = await self._file.read()
        except (FileInvalid, OSError) as error:
            self._notices.kept(str(error))
            return False
        if loaded is not None and not loaded.text.strip() and self._core.rulebook.matcher.rules:
            # Emptied by a hand it would be a file without rules; half saved by an editor it looks the same.
            is_there = await asyncio.to_thread(self.path.exists)
            self._notices.kept(f"{self.path} is {'empty' if is_there else 'gone'}")
            return False
        self._notices.clear(RULES_FILE)
        if loaded is not None:
            lost = await self._file.take_over(loaded)
            await self._agree(has_new_file=True)
            self._notices.lost(lost, f"{self.path} was changed at the same time and says otherwise")
        return True

    async def _agree(self, *, has_new_file: bool = False) -> None:
        """Makes the book in force the one of the file, with the pending edits on top."""
        rulebook = self._core.rulebook

        def work() -> tuple[Prepared, PreparedMutes] | None:
            book = self._file.book
            if not has_new_file and book == rulebook.book:
                return None
            return rulebook.prepare(book), self._core.mutes.prepare(book)

        async with self._editing:
            while (prepared := await asyncio.to_thread(work)) is not None and not self._put(*prepared):
                pass

    async def _wait(self, seconds: float) -> None:
        """For this long, or until there is one more edit."""
        sleeper = asyncio.ensure_future(self._core.clock.sleep(seconds))
        waker = asyncio.ensure_future(self._has_edits.wait())
        try:
            await asyncio.wait((sleeper, waker), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
            waker.cancel()


def _is_of_the_disk(fault: Exception) -> bool:
    """Whether the same edit may well be written later."""
    return isinstance(fault, OSError) or isinstance(fault.__cause__, OSError)


def _refuse_broken(prepared: Prepared, rule_id: RuleId) -> None:
    """Raises what is wrong with a rule, its must and must_not examples included."""
    for problem in prepared.matcher.problems:
        if problem.rule_id == rule_id:
            if problem.offset is not None:
                raise QueryError(problem.message, problem.offset, problem.hint)
            raise RuleRefused(problem.message)
