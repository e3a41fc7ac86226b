"""`db check`: what is in the history and its backups, and what of it is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed
from newswatch.errors import StoreError
from newswatch.store.backup import Backup
from newswatch.store.checkup import Checkup, check
from newswatch.store.disk import refusal
from newswatch.store.lock import held_by
from newswatch.store.tiny import FILE_NAME

FINDINGS = 1


def check_history(options: Options, *, as_json: bool) -> int:
    """Prints what was found. Returns the exit code: 0, or 1 if something needs a person."""

    def verb(out: Output) -> int:
        paths = paths_of(options)
        journal = paths.data / FILE_NAME
        try:
            checkup = check(journal)
        except OSError as error:
            raise refusal(journal, "read", error) from error
        writer = held_by(paths.data)
        if as_json:
            out.json(_fields(checkup, writer))
        else:
            _print(out, checkup, writer)
        return FINDINGS if checkup.findings else 0

    return printed(verb)


def size_text(size: int) -> str:
    """Bytes as a person reads them."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def _print(out: Output, checkup: Checkup, writer: int | None) -> None:
    out.line(str(checkup.path))
    for line in (*_of_the_file(checkup, writer), *_beside_it(checkup)):
        out.line(f"  {line}")
    for finding in checkup.findings:
        out.line(f"FOUND: {finding}")
    if not checkup.findings:
        out.line("all is well")


def _of_the_file(checkup: Checkup, writer: int | None) -> Iterator[str]:
    """What is in it. Of one that cannot be used the findings say all."""
    if not (checkup.exists or checkup.fault):
        yield "there is no history yet"
    if checkup.exists and not checkup.fault:
        rows = sum(checkup.rows.values())
        yield f"{rows:,} rows in {checkup.lines:,} lines, {size_text(checkup.size)}, schema {checkup.schema}"
        if rows:
            yield " · ".join(f"{name} {count:,}" for name, count in sorted(checkup.rows.items()) if count)
        share = checkup.wasted / max(rows + checkup.wasted, 1)
        yield f"{checkup.wasted:,} rows were replaced or removed since ({share:.0%}); compaction leaves them out"
        if checkup.torn_bytes and writer is None:
            yield f"{checkup.torn_bytes} bytes of an unfinished write at its end are cut at the next start"
    if writer is not None:
        yield f"process {writer} is writing it"


def _beside_it(checkup: Checkup) -> Iterator[str]:
    """What was kept of it."""
    if checkup.quarantined_lines:
        yield f"{checkup.quarantined_lines} damaged lines of the past are kept in {checkup.path.name}.quarantine"
    for aside in checkup.set_aside:
        yield f"set aside in the past: {aside.name}"
    good = [one.backup for one in checkup.backups if not one.fault]
    if good:
        backups = "1 good backup" if len(good) == 1 else f"{len(good)} good backups"
        total = size_text(sum(backup.size for backup in good))
        yield f"{backups}, {total}, the newest of {_time(good[0])}"
    elif checkup.exists:
        yield "no good backup yet; a running monitor makes one a day"


def _fields(checkup: Checkup, writer: int | None) -> dict[str, object]:
    return {
        "path": str(checkup.path),
        "exists": checkup.exists,
        "writer": writer,
        "size": checkup.size,
        "schema": checkup.schema,
        "lines": checkup.lines,
        "damaged_lines": checkup.damaged_lines,
        "torn_bytes": checkup.torn_bytes,
        "rows": dict(checkup.rows),
        "unreadable_rows": checkup.unreadable,
        "wasted_rows": checkup.wasted,
        "quarantined_lines": checkup.quarantined_lines,
        "set_aside": [aside.name for aside in checkup.set_aside],
        "backups": [
            {"name": one.backup.path.name, "at": _iso(one.backup), "size": one.backup.size, "fault": one.fault or None}
            for one in checkup.backups
        ],
        "findings": checkup.findings,
    }


def _time(backup: Backup) -> str:
    return f"{backup.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _iso(backup: Backup) -> str:
    return backup.at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def no_history(path: object) -> StoreError:
    """There is nothing to do anything with."""
    return StoreError(f"{path} does not exist: there is no history yet.")
