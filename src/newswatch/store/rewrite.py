"""A new content of an append log, written beside the old one until it takes its place in one step.

Written in slices, each on the medium before the next, so that no commit beside it waits for a flood of bytes. Knows
bytes and files; never what they mean, nor who appends to the old file meanwhile: see `AppendLog.begin_rewrite`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from newswatch.store.disk import Disk, write_all
from newswatch.store.lines import Header, frame

CHUNK = 1 << 20  # bytes gathered before a write
SYNC_EVERY = 8 << 20  # bytes on their way to the medium at once


class Rewrite:
    """A temporary file (0600) that starts with a header. Raises OSError; the caller then abandons it."""

    def __init__(self, disk: Disk, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self.length = 0
        self._disk = disk
        self._unsynced = 0
        self._gathered = bytearray(header.line)
        self._fd: int | None = disk.open(path, create=True)

    def write(self, records: Iterable[bytes]) -> None:
        """Adds records."""
        for record in records:
            self._gathered += frame(record)
            if len(self._gathered) >= CHUNK:
                self._put()

    def copy(self, fd: int, start: int, end: int) -> None:
        """Adds whole lines as they stand in another file."""
        while start < end:
            chunk = os.pread(fd, min(CHUNK, end - start), start)
            if not chunk:
                raise OSError("the file is shorter than what was appended to it")
            self._gathered += chunk
            self._put()
            start += len(chunk)

    def sync(self) -> None:
        """Returns when all of it is on the medium."""
        self._put()
        if self._unsynced:
            self._disk.sync(self._open())
            self._unsynced = 0

    def publish(self, target: Path) -> int:
        """Takes the place of the target. Returns the descriptor, which is the caller's from now on."""
        self.sync()
        fd = self._open()
        self._disk.replace(self.path, target)
        self._fd = None
        return fd

    def abandon(self) -> None:
        """Closes and removes it. Harmless when it was published, or abandoned already."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)
            with suppress(OSError):  # the next opening removes it
                self._disk.remove(self.path)

    def _put(self) -> None:
        write_all(self._disk, self._open(), self._gathered, self.length)
        self.length += len(self._gathered)
        self._unsynced += len(self._gathered)
        self._gathered = bytearray()
        if self._unsynced >= SYNC_EVERY:
            self._disk.sync(self._open())
            self._unsynced = 0

    def _open(self) -> int:
        if self._fd is None:
            raise OSError("it was abandoned")
        return self._fd
