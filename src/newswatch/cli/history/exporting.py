"""`newswatch export`: rules, feeds and the whole history as one file of JSON lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from newswatch.atomic import explain, written_atomically
from newswatch.cli.history import exchange
from newswatch.cli.history.files import outgoing
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, say
from newswatch.cli.rules.book import open_history
from newswatch.engine.clock import SystemClock
from newswatch.errors import UsageError
from newswatch.paths import Paths
from newswatch.store.memory import MemoryStore


def export_history(options: Options, file: Path | None) -> int:
    """Writes the history to a file, or to stdout. Returns the exit code."""

    def verb(out: Output) -> int:
        paths = paths_of(options)
        with open_history(paths) as stored:
            history = stored if stored is not None else MemoryStore()
            files, secret = outgoing(paths)
            lines = exchange.written(history, files, SystemClock().now())
            if file is None or str(file) == "-":
                for line in lines:
                    out.line(line)
                out.flush()
            else:
                _write(file, lines, paths)
            if damage := history.damage():
                say(f"{damage}; that is not in the export")
            totals = history.totals()
            said = f"{totals.entries:,} entries and {totals.hits:,} hits"
        if file is not None and str(file) != "-":
            names = "".join(f", {one.name}" for one in files)
            say(f"wrote {said}{names} to {file}; settings and secrets are not in it")
        if secret:
            addresses = "address was" if secret == 1 else "addresses were"
            say(f"{secret} {addresses} written without user name, password or key, and will want them again")
        return 0

    return printed(verb)


def _write(file: Path, lines: Iterable[str], paths: Paths) -> None:
    """Writes the lines to a file that is there when all are, for the person alone. Raises UsageError."""
    target = Path(os.path.realpath(file))
    if target.parent == Path(os.path.realpath(paths.data)) and target.name.startswith("history."):
        raise UsageError(f"{file} is the history itself: name another file")
    if target in {Path(os.path.realpath(own)) for own in (paths.settings, paths.rules, paths.feeds, paths.secrets)}:
        raise UsageError(f"{file} is one of newswatch's own files: name another one")
    try:
        with written_atomically(file) as stream:
            for line in lines:
                stream.write(exchange.encoded(line))
    except OSError as error:
        raise UsageError(explain(error, file)) from error
