"""`db backup` and `db compact`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from newswatch.cli.db.checking import no_history, size_text
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say
from newswatch.errors import UsageError
from newswatch.store.backup import back_up, copy
from newswatch.store.tiny import FILE_NAME, TinyStore


def back_up_history(options: Options, file: Path | None) -> int:
    """Prints where the copy is. Returns the exit code: 0, or that of the error."""

    def verb(out: Output) -> int:
        journal = paths_of(options).data / FILE_NAME
        if not journal.exists():
            raise no_history(journal)
        if file is None:
            out.line(str(back_up(journal, datetime.now(UTC)).path))
            return 0
        if file.exists():
            raise UsageError(f"{file} exists already, and nothing is overwritten. Name another file.")
        found = copy(journal, file)
        if found.damaged_lines:
            say(f"{found.damaged_lines} damaged lines are no part of it; `newswatch db check` says more")
        out.line(str(file))
        return 0

    return printed(verb)


def compact_history(options: Options) -> int:
    """Prints how much smaller the file is. Returns the exit code: 0, or 5 if a monitor is writing it."""

    def verb(out: Output) -> int:
        folder = paths_of(options).data
        journal = folder / FILE_NAME
        if not journal.exists():
            raise no_history(journal)
        before = journal.stat().st_size
        store = TinyStore.open(folder)
        try:
            if damage := store.damage():
                say(damage)
            store.compact()
        finally:
            store.close()
        out.line(f"{journal}: {size_text(before)} before, {size_text(journal.stat().st_size)} now")
        return 0

    return printed(verb)
