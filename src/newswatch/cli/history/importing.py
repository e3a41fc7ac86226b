"""`newswatch import`: what `newswatch export` wrote comes in, into an empty home or beside what is there.

The whole file is read and checked first; if one line of it is wrong, nothing comes in. Then it is read again and
written in transactions of whole entries with all that belongs to them, so that an import that is cut off has brought
whole entries, and the next one brings the rest: what is there already is not doubled.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import click

from newswatch.cli.history import exchange
from newswatch.cli.history.files import Fate, PersonFile, Settled, settle
from newswatch.cli.history.intake import Intake, Value, arrivals
from newswatch.cli.home import ready_files
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import say_under
from newswatch.engine.clock import SystemClock
from newswatch.errors import FileInvalid, UsageError
from newswatch.paths import Paths, ensure
from newswatch.store.api import Store
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import FILE_NAME, TinyStore

_SHOWN = 20  # faults that are listed
_SPOOLED_BYTES = 16 * 2**20
_BATCH_ROWS, _BATCH_BYTES = 1_000, 4 * 2**20
_QUIET_S, _AGAIN_S = 1.0, 0.2  # what takes no longer needs no word on how far it is


def import_history(options: Options, source: str, *, allow_private: bool, is_dry_run: bool, as_json: bool) -> int:
    """Takes the file in. Returns 0, 3 if it is not whole or not clean, 5 if a monitor runs."""

    def verb(out: Output) -> int:
        paths = paths_of(options)
        name = Path("stdin") if source == "-" else Path(source)
        with ExitStack() as held:
            has_history = (paths.data / FILE_NAME).exists()
            store = (
                _history(held, paths, is_dry_run=is_dry_run) if has_history else None
            )  # whoever writes says so first
            file = held.enter_context(_opened(source))
            rows, files = _checked(file, name)
            if store is None:  # of a file that is refused nothing is left in a home that is new
                store = _history(held, paths, is_dry_run=is_dry_run)
            settled = settle(paths, files, allow_private=allow_private, is_dry_run=is_dry_run)
            intake = Intake(store)
            _take(file, intake, rows, commit=not is_dry_run)
        if not is_dry_run:
            ready_files(options)  # what the export has not
        if as_json:
            out.json(
                {
                    "dry_run": is_dry_run,
                    "rows": rows,
                    "files": dict(settled.fates),
                    "private": list(settled.private),
                    **intake.counts.fields(),
                }
            )
        else:
            _tell(settled, intake, is_dry_run=is_dry_run)
        return 0

    return printed(verb)


def _history(held: ExitStack, paths: Paths, *, is_dry_run: bool) -> Store:
    """The history that takes it in. Raises StoreLocked, StoreError."""
    store: Store
    if not is_dry_run:
        ensure(paths)
        store = TinyStore.open(paths.data)
    else:
        store = TinyStore.read(paths.data) if (paths.data / FILE_NAME).exists() else MemoryStore()
    held.enter_context(closing(store))
    if damage := store.damage():
        say(damage)
    return store


def _tell(settled: Settled, intake: Intake, *, is_dry_run: bool) -> None:
    for name, fate in settled.fates.items():
        match fate:
            case Fate.WRITTEN:
                say(f"{'would write' if is_dry_run else 'wrote'} {name}")
            case Fate.KEPT:
                say(f"{name}: this home has its own, which stays as it is")
    for address in settled.private[:_SHOWN]:
        say(f"skipped: {address} is at an address of a private network; --allow-private takes it in")
    say(f"{'would take' if is_dry_run else 'took'} in {intake.counts.sentence()}")


def _opened(source: str) -> BinaryIO:
    """The file, or stdin kept where it can be read twice. Raises UsageError."""
    try:
        if source == "-":
            return _spooled(sys.stdin.buffer)
        file = Path(source).open("rb")  # noqa: SIM115 - the caller closes it
        return file if file.seekable() else _spooled(file)
    except OSError as error:
        raise UsageError(f"{shown(source)} cannot be read: {error.strerror or type(error).__name__}") from error


def _spooled(file: BinaryIO) -> BinaryIO:
    """A copy that goes with us: in memory, or where it is large in a file that nobody else sees."""
    spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES))  # noqa: SIM115 - the caller closes it
    shutil.copyfileobj(file, spool)
    spool.seek(0)
    return spool


def _checked(file: BinaryIO, name: Path) -> tuple[int, list[PersonFile]]:
    """How many rows the file has, and the files in it.

    Raises FileInvalid, after the first lines that are wrong were said, if any is.
    """
    faults: list[exchange.Fault] = []
    files: list[PersonFile] = []
    rows = 0
    progress = _Progress("checked {:,} rows")
    try:
        for arrival in arrivals(exchange.read(file), SystemClock().now()):
            if isinstance(arrival, exchange.Fault):
                faults.append(arrival)
            else:
                rows += 1
                progress.at(rows)
                if isinstance(arrival.value, PersonFile):
                    files.append(arrival.value)
    except exchange.Fault as fault:  # no export at all
        faults.append(fault)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    finally:
        progress.end()
    if not faults:
        return rows, files
    *others, last = faults
    for other in others[:_SHOWN]:
        say(f"{name}:{other.number}: {shown(other.message)}")
    if len(others) > _SHOWN:
        say_under(f"and {len(others) - _SHOWN:,} more")
    raise FileInvalid(name, f"{shown(last.message)}. Nothing was imported", last.number)


def _take(file: BinaryIO, intake: Intake, rows: int, *, commit: bool) -> None:
    file.seek(0)
    progress = _Progress(f"{{:,}} of {rows:,} rows")
    taken = 0
    for batch in _batches(file):
        transaction = intake.transaction(batch)
        if commit and not transaction.is_empty:  # no rule was asked of what comes in: a start searches for all of them
            intake.store.commit(replace(transaction, unsearched=tuple(intake.store.searched())))
        taken += len(batch)
        progress.at(taken)
    progress.end()


def _batches(file: BinaryIO) -> Iterator[list[Value]]:
    """The values of the file in lists, none of which ends between an entry and what belongs to it."""
    batch: list[Value] = []
    size = 0
    for arrival in arrivals(exchange.read(file), SystemClock().now()):
        if isinstance(arrival, exchange.Fault):
            raise UsageError("the file was changed while it was imported; import it again")
        if arrival.is_first and (len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(arrival.value)
        size += arrival.size
    if batch:
        yield batch


class _Progress:
    """A line on a terminal that says how far it is, once that takes longer than a moment."""

    def __init__(self, text: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._text = text
        self._monotonic = monotonic
        self._next_s = monotonic() + _QUIET_S
        self._length = 0

    def at(self, count: int) -> None:
        """So far."""
        now_s = self._monotonic()
        if now_s >= self._next_s and sys.stderr.isatty():
            self._next_s = now_s + _AGAIN_S
            text = self._text.format(count)
            self._length = len(text)
            click.echo(f"\r{text}", err=True, nl=False)

    def end(self) -> None:
        """Takes the line away."""
        if self._length:
            click.echo(f"\r{' ' * self._length}\r", err=True, nl=False)
