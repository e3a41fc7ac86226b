"""`db restore`: a backup takes the place of the history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say
from newswatch.errors import StoreDamaged, StoreError, UsageError
from newswatch.store.backup import FOLDER, newest_good
from newswatch.store.care import restore
from newswatch.store.lock import LOCK_NAME, WriterLock
from newswatch.store.migrate import SCHEMA
from newswatch.store.tiny import FILE_NAME, KIND, TinyStore


def restore_history(options: Options, named: Path | None) -> int:
    """Prints what was restored. Returns the exit code: 0, 2 for what is no good backup, 5 while a monitor runs."""

    def verb(out: Output) -> int:
        folder = paths_of(options).data
        journal = (folder / FILE_NAME).resolve()
        lock = WriterLock(folder / LOCK_NAME)
        try:
            backup = _newest(journal) if named is None else _found(named, folder)
            try:
                aside = restore(journal, backup, kind=KIND, schema=SCHEMA, now=datetime.now(UTC))
            except StoreDamaged as damaged:
                raise UsageError(f"{damaged} Nothing was changed.") from damaged
        finally:
            lock.release()
        if aside is not None:
            say(f"what was there is kept as {aside.name}")
        store = TinyStore.open(folder)  # which brings an older one up to date
        try:
            rows = store.journal.live_rows
        finally:
            store.close()
        out.line(f"{journal}: {rows:,} rows from {backup.name}")
        return 0

    return printed(verb)


def _newest(journal: Path) -> Path:
    good = newest_good(journal, KIND, SCHEMA)
    if good is None:
        raise StoreError(f"{journal.parent / FOLDER} has no good backup. `newswatch db check` says what is wrong.")
    return good[0].path


def _found(named: Path, folder: Path) -> Path:
    """The file of that name, here or among the daily copies."""
    for path in (named, folder / FOLDER / named.name):
        if path.is_file():
            return path
    raise UsageError(f"{named} does not exist, and {folder / FOLDER} has no file of that name.")
