"""Care for a journal that cannot be used: it is set aside byte for byte, and the best there is takes its place.

    history.journal.corrupt-20261122T060000Z      what could not be used, never overwritten
    history.journal.replaced-20261122T060000Z     what a backup took the place of because a person said so

Of these the newest five stay, and each for thirty days at least.

The best there is: its own lines, where only the first one is damaged; else the newest good backup; else what lines
there are; else nothing, and the journal begins anew. A journal of an older schema is rewritten in ours, after a copy.

Knows append logs and how one record is brought up to date; never what the records mean.
"""

from __future__ import annotations

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from newswatch.errors import StoreDamaged
from newswatch.store.appendlog import AppendLog
from newswatch.store.backup import FOLDER, backups_of, copy, newest_good
from newswatch.store.disk import Disk, refusal
from newswatch.store.lines import HEADER_LIMIT, Header, new_header, parse_header
from newswatch.store.rewrite import Rewrite
from newswatch.store.scan import Scan, records, scanned

logger = logging.getLogger(__name__)

CORRUPT, REPLACED = "corrupt", "replaced"
KEPT_ASIDE = 5
KEPT_ASIDE_FOR = timedelta(days=30)
_TIME = "%Y%m%dT%H%M%SZ"
_STAMP = re.compile(rf"\.(?:{CORRUPT}|{REPLACED})-(\d{{8}}T\d{{6}}Z)(-\d+)?$")

T = TypeVar("T")
Update = Callable[[bytes], bytes]
"""Brings a record up to date; ValueError for one that it cannot read."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was wrong with a journal and what took its place: lines of a backup of `at`, or its own ones, or nothing.

    `set_aside` is None where there was no file.
    """

    name: str
    reason: str
    set_aside: Path | None
    lines: int = 0
    at: datetime | None = None

    def text(self, rows: int) -> str:
        """It as a sentence; `rows` is how many came back."""
        aside = f"; it was set aside as {self.set_aside.name}" if self.set_aside is not None else ""
        if self.at is not None:
            back = (
                f"{rows:,} rows were restored from the backup of {self.at:%Y-%m-%d %H:%M} UTC; what came later is gone"
            )
        elif self.lines:
            back = f"its {rows:,} rows could be read all the same, and were kept"
        else:
            back = "there was no good backup, so the history begins anew"
        return f"{self.name} {self.reason}{aside}; {back}"


def opened_with_care(
    path: Path,
    open_it: Callable[[Rescue | None], T],
    *,
    kind: str,
    schema: int,
    updates: Mapping[int, Update],
    now: datetime | None = None,
    disk: Disk | None = None,
) -> T:
    """What `open_it` opens after whatever care the journal needs; it is told what was wrong, if it could not be used.

    `updates` has one step for each older schema. Raises StoreError if the disk refuses; then nothing is lost.
    """
    disk = disk or Disk()
    path = path.resolve()
    now = now or datetime.now(UTC)
    _drop_old(path, now, disk)
    rescue: Rescue | None = None
    if (reason := nothing_there(path)) is not None:
        rescue = _rescue(path, f"was {reason}", kind, schema, now, disk)
    try:
        left_out = _update(path, kind, schema, updates, disk)
        return open_it(rescue or left_out)
    except StoreDamaged as damaged:
        if rescue is not None or not path.is_file():  # a folder, a device: not ours to move
            raise
        logger.error("%s %s: setting it aside", path, damaged.reason)  # noqa: TRY400 - expected: the text says all
        rescue = _rescue(path, damaged.reason, kind, schema, now, disk)
    _update(path, kind, schema, updates, disk)
    return open_it(rescue)


def nothing_there(path: Path) -> str | None:
    """In what way a file that holds nothing is no fresh start; None where it is one, or holds something."""
    try:
        size = path.stat().st_size if path.is_file() else 1 if path.exists() else None
    except OSError:
        return None  # opening it says so
    if size == 0:
        return "empty"
    if size is None and backups_of(path):
        return f"gone (to begin anew, move {path.parent / FOLDER} away as well)"
    return None


def set_aside_files(path: Path) -> list[Path]:
    """What was set aside of a journal, oldest first."""
    found = [aside for why in (CORRUPT, REPLACED) for aside in path.parent.glob(f"{path.name}.{why}-*")]
    return sorted(found, key=lambda aside: (_moment_of(aside), len(aside.name), aside.name))


def restore(
    path: Path, backup: Path, *, kind: str, schema: int, now: datetime, disk: Disk | None = None
) -> Path | None:
    """Puts a backup in the place of a journal, which is set aside byte for byte. Returns under what name; None if there
    was no journal.

    Only for who holds the lock. Raises StoreDamaged for a backup that is not whole, of another kind or of a newer
    schema, StoreError if the disk refuses; then all is as it was.
    """
    disk = disk or Disk()
    found = Scan()
    try:
        header = _header_of(backup)
        if header is None or header.kind != kind:
            raise _refused(backup, "is no backup of a history")
        if header.schema > schema:
            raise _refused(backup, "was written by a newer newswatch")
        rewrite = Rewrite(disk, path.with_name(path.name + ".tmp"), new_header(kind, header.schema))
        try:
            rewrite.write(records(backup, found))
            if not found.is_whole:
                raise _refused(backup, "is damaged")
            rewrite.sync()
            aside = _set_aside(path, now, disk, REPLACED) if path.exists() else None
            os.close(rewrite.publish(path))
        finally:
            rewrite.abandon()
        disk.sync_folder(path.parent)
    except OSError as error:
        raise refusal(path, "restored", error) from error
    return aside


def _refused(backup: Path, reason: str) -> StoreDamaged:
    return StoreDamaged(f"{backup} {reason}.", reason)


def _header_of(backup: Path) -> Header | None:
    found = Scan()
    next(iter(records(backup, found)), None)
    return found.header


def _drop_old(path: Path, now: datetime, disk: Disk) -> None:
    """Removes what was set aside long ago, but for the newest few."""
    for aside in set_aside_files(path)[:-KEPT_ASIDE]:
        with suppress(OSError, ValueError):  # a name that a person gave it; a file that is not ours to remove
            at = datetime.strptime(_moment_of(aside), _TIME).replace(tzinfo=UTC)
            if at < now - KEPT_ASIDE_FOR:
                disk.remove(aside)
                logger.info("%s was set aside long ago: removed", aside)


def _moment_of(aside: Path) -> str:
    """When it was set aside, as its name says; "" for a name that somebody else gave. They sort as the times do."""
    found = _STAMP.search(aside.name)
    return found[1] if found is not None else ""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the lines come from; `at` is None for the journal itself."""

    path: Path
    schema: int
    at: datetime | None = None


def _rescue(path: Path, reason: str, kind: str, schema: int, now: datetime, disk: Disk) -> Rescue:
    found = Scan()
    try:
        source = _best(path, kind, schema)
        # Lines of an older schema keep it: they are brought up to date when they are opened.
        header = new_header(kind, schema if source is None else source.schema)
        rewrite = Rewrite(disk, path.with_name(path.name + ".tmp"), header)
        try:
            if source is not None:
                rewrite.write(records(source.path, found))
            rewrite.sync()
            aside = _set_aside(path, now, disk, CORRUPT) if path.exists() else None
            os.close(rewrite.publish(path))
        finally:
            rewrite.abandon()
        disk.sync_folder(path.parent)
    except OSError as error:
        raise refusal(path, "restored", error) from error
    return Rescue(path.name, reason, aside, found.good_lines, None if source is None else source.at)


def _best(path: Path, kind: str, schema: int) -> _Source | None:
    found = scanned(path) if path.is_file() else Scan()
    is_own = found.header is None and found.good_lines > 0  # a header that can be read says it is foreign, or newer
    if is_own and not found.damaged_lines:
        return _Source(path, schema)
    if (good := newest_good(path, kind, schema)) is not None:
        backup, header = good
        return _Source(backup.path, header.schema, backup.at)
    return _Source(path, schema) if is_own else None


def _set_aside(path: Path, now: datetime, disk: Disk, why: str) -> Path:
    """Gives the file a second name: at no moment is there none, whatever ends us."""
    for attempt in range(100):
        more = f"-{attempt}" if attempt else ""
        aside = path.with_name(f"{path.name}.{why}-{now.astimezone(UTC):{_TIME}}{more}")
        try:
            disk.link(path, aside)
        except FileExistsError:
            continue
        with suppress(OSError):  # a file of another owner
            aside.chmod(0o600)
        disk.sync_folder(path.parent)
        return aside
    raise OSError(errno.EEXIST, "there are too many files that were set aside")


def _update(path: Path, kind: str, schema: int, updates: Mapping[int, Update], disk: Disk) -> Rescue | None:
    """Rewrites a journal of an older schema, after a backup of it as it was; says so if damaged lines were left out."""
    try:
        with path.open("rb") as stream:
            header = parse_header(stream.readline(HEADER_LIMIT))
    except (FileNotFoundError, ValueError):
        return None  # opening it says what is wrong, or makes it
    except OSError as error:
        raise refusal(path, "opened", error) from error
    if header.kind != kind or header.schema >= schema:
        return None
    copy(path, path.with_name(f"{path.name}.schema-{header.schema}.gz"), disk=disk)
    log = AppendLog(path, lambda _: None, kind=kind, schema=schema, disk=disk)  # cuts a torn tail, keeps damaged lines
    try:
        log.rewrite(_updated(records(path, Scan()), header.schema, schema, updates))
    finally:
        log.close()
    logger.info("%s: brought from schema %d to %d", path, header.schema, schema)
    found = log.recovery
    if not found.damaged_lines:
        return None
    lines = "line, which was" if found.damaged_lines == 1 else "lines, which were"
    reason = f"had {found.damaged_lines} damaged {lines} set aside in {path.name}.quarantine"
    return Rescue(path.name, reason, None, found.records)


def _updated(old: Iterator[bytes], begin: int, end: int, updates: Mapping[int, Update]) -> Iterator[bytes]:
    for record in old:
        try:
            for schema in range(begin, end):
                record = updates[schema](record)  # noqa: PLW2901 - a record on its way through the versions
        except ValueError:
            logger.warning("a record that no version could read stays as it was")
        yield record
