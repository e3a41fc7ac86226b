"""Backups of a journal: copies of its good lines, taken while it is being written, compressed, and not too many.

    <folder>/backups/history-20261122T060000Z.journal.gz      0600, in a folder of 0700

Unpacked, a backup is a journal. Copying reads the file from its start to its present end; what is appended or rewritten
meanwhile is of the next one. Knows append logs; never what their records mean.
"""

from __future__ import annotations

import errno
import os
import re
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newswatch.errors import StoreError
from newswatch.store.disk import Disk, refusal, write_all
from newswatch.store.lines import HEADER_LIMIT, Header, frame
from newswatch.store.rewrite import CHUNK, SYNC_EVERY
from newswatch.store.scan import Scan, records

FOLDER = "backups"
EVERY = timedelta(days=1)
KEEP = 7
MAX_BYTES = 512 << 20  # of all backups together; the newest one stays however large it is
_TIME = "%Y%m%dT%H%M%SZ"
_MIN_FREE = 32 << 20  # bytes
_LEVEL = 1  # of zlib: a quarter of the size for a third of the time that 6 takes


@dataclass(frozen=True, slots=True)
class Backup:
    """One that lies there; whether it is good is only known when it is read."""

    path: Path
    at: datetime
    size: int


def backups_of(journal: Path) -> list[Backup]:
    """Those of a journal, newest first."""
    pattern = re.compile(re.escape(journal.stem) + r"-(\d{8}T\d{6}Z)" + re.escape(journal.suffix) + r"\.gz")
    found = []
    with suppress(OSError):
        for path in (journal.parent / FOLDER).iterdir():
            if (match := pattern.fullmatch(path.name)) is not None:
                with suppress(ValueError, OSError):
                    at = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
                    found.append(Backup(path, at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.at, reverse=True)


def is_due(journal: Path, now: datetime) -> bool:
    """Whether the journal says something, and a day has passed since the newest backup and it was written to since."""
    try:
        written_at = journal.stat().st_mtime
        with journal.open("rb") as stream:
            stream.readline(HEADER_LIMIT)
            if not stream.read(1):
                return False
    except OSError:
        return False
    taken = backups_of(journal)
    if not taken:
        return True
    newest = taken[0]
    if newest.at > now:  # of a clock that was wrong: it says nothing about when
        return True
    return now - newest.at >= EVERY and written_at > newest.path.stat().st_mtime


def back_up(
    journal: Path, now: datetime, *, is_stopped: Callable[[], bool] = lambda: False, disk: Disk | None = None
) -> Backup:
    """Adds a backup to the folder, and drops the oldest of too many. Raises StoreError; then all are as they were.

    It does not take the last room that the history itself may need. `is_stopped` is asked again and again: a copy that
    is no longer wanted ends at once.
    """
    disk = disk or Disk()
    folder = journal.parent / FOLDER
    path = folder / f"{journal.stem}-{now.astimezone(UTC):{_TIME}}{journal.suffix}.gz"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _check_room(disk, folder, journal.stat().st_size)
    except OSError as error:
        raise refusal(path, "written", error) from error
    copy(journal, path, is_stopped=is_stopped, disk=disk)
    for gone in _too_many(backups_of(journal)):
        with suppress(OSError):  # the next backup tries again
            disk.remove(gone.path)
    return Backup(path, now, path.stat().st_size)


def copy(
    journal: Path, target: Path, *, is_stopped: Callable[[], bool] = lambda: False, disk: Disk | None = None
) -> Scan:
    """Copies the good lines of a journal to another file, compressed if its name ends so; says what was found.

    The target is there whole or not at all. Raises StoreError, also for a journal without a header that can be read.
    """
    disk = disk or Disk()
    found = Scan()
    try:
        begun_at = journal.stat().st_mtime
        with _Target(disk, target) as file:
            for record in records(journal, found):
                if found.header is None:
                    break
                if is_stopped():
                    raise StoreError(f"{target.name} was not wanted any more.")
                if found.good_lines == 1:
                    file.add(found.first_line)
                file.add(frame(record))
            if found.header is None:
                raise StoreError(f"{journal} has no first line that can be read: no backup was made of it.")
            if not found.good_lines:
                file.add(found.first_line)
            file.publish(begun_at)
    except OSError as error:
        raise refusal(target, "written", error) from error
    return found


def newest_good(journal: Path, kind: str, schema: int) -> tuple[Backup, Header] | None:
    """The newest backup of which every line is good, and that this version can read."""
    for backup in backups_of(journal):
        found = Scan()
        try:
            for _ in records(backup.path, found):
                pass
        except OSError:
            continue
        if found.is_whole and found.header is not None and found.header.kind == kind and found.header.schema <= schema:
            return backup, found.header
    return None


def _check_room(disk: Disk, folder: Path, size: int) -> None:
    if disk.free(folder) < max(_MIN_FREE, size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _too_many(backups: Sequence[Backup]) -> list[Backup]:
    size, gone = 0, []
    for number, backup in enumerate(backups):
        size += backup.size
        if number > 0 and (number >= KEEP or size > MAX_BYTES):
            gone.append(backup)
    return gone


class _Target:
    """A file that is written beside its place and renamed into it."""

    def __init__(self, disk: Disk, path: Path) -> None:
        self._disk = disk
        self._path = path
        self._temporary = path.with_name(path.name + ".tmp")
        self._compress = zlib.compressobj(_LEVEL, wbits=31) if path.suffix == ".gz" else None
        self._gathered = bytearray()
        self._length = self._unsynced = 0
        self._is_published = False
        self._fd = disk.open(self._temporary, create=True)

    def __enter__(self) -> _Target:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
        if not self._is_published:
            with suppress(OSError):
                self._disk.remove(self._temporary)

    def add(self, content: bytes) -> None:
        """Adds bytes."""
        self._gathered += content
        if len(self._gathered) >= CHUNK:
            self._put(bytes(self._gathered) if self._compress is None else self._compress.compress(self._gathered))
            self._gathered.clear()

    def publish(self, changed_at: float) -> None:
        """All of it is on the medium, under its name, as old as what it was copied from."""
        rest = bytes(self._gathered)
        self._put(rest if self._compress is None else self._compress.compress(rest) + self._compress.flush())
        self._disk.sync(self._fd)
        os.utime(self._fd, (changed_at, changed_at))
        self._disk.replace(self._temporary, self._path)
        self._is_published = True
        self._disk.sync_folder(self._path.parent)

    def _put(self, content: bytes) -> None:
        write_all(self._disk, self._fd, content, self._length)
        self._length += len(content)
        self._unsynced += len(content)
        if self._unsynced >= SYNC_EVERY:
            self._disk.sync(self._fd)
            self._unsynced = 0
