"""A disk that fails at a chosen step: the seam for every test of what a failed write leaves behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from newswatch.store.disk import Disk


class QuickDisk(Disk):
    """The real disk without waiting for the medium: for tests of logic, not of durability."""

    def sync(self, fd: int) -> None:
        """Nothing to wait for."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing to wait for."""


class FailingDisk(QuickDisk):
    """Fails at step number `fails_at` (from 0) of all steps after `arm`; `for_ever`: at every one from there on.

    A write that fails writes half of its bytes first when `is_short`, as a full disk does.
    """

    def __init__(self, error: int = errno.ENOSPC, *, is_short: bool = False, for_ever: bool = False) -> None:
        self.steps: list[str] = []
        self.has_failed = False
        self._error = error
        self._is_short = is_short
        self._for_ever = for_ever
        self._fails_at: int | None = None

    def arm(self, fails_at: int) -> None:
        """Counts steps from here."""
        self.steps.clear()
        self.has_failed = False
        self._fails_at = fails_at

    def heal(self) -> None:
        """No step fails any more."""
        self._fails_at = None

    def open(self, path: Path, *, create: bool = False) -> int:
        """See `Disk.open`."""
        self._step("open")
        return super().open(path, create=create)

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """See `Disk.write`."""
        if self._is_due("write"):
            if self._is_short and len(data) > 1:
                self._fails_at = len(self.steps)  # the disk is full: what is left of the write fails next
                return super().write(fd, data[: len(data) // 2], offset)
            self._fail()
        return super().write(fd, data, offset)

    def sync(self, fd: int) -> None:
        """See `Disk.sync`."""
        self._step("sync")
        super().sync(fd)

    def truncate(self, fd: int, length: int) -> None:
        """See `Disk.truncate`."""
        self._step("truncate")
        super().truncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        """See `Disk.replace`."""
        self._step("replace")
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        """See `Disk.link`."""
        self._step("link")
        super().link(source, target)

    def sync_folder(self, folder: Path) -> None:
        """See `Disk.sync_folder`."""
        self._step("sync_folder")
        super().sync_folder(folder)

    def remove(self, path: Path) -> None:
        """See `Disk.remove`."""
        self._step("remove")
        super().remove(path)

    def _step(self, name: str) -> None:
        if self._is_due(name):
            self._fail()

    def _is_due(self, name: str) -> bool:
        self.steps.append(name)
        at = len(self.steps) - 1
        return self._fails_at is not None and (at >= self._fails_at if self._for_ever else at == self._fails_at)

    def _fail(self) -> None:
        self.has_failed = True
        raise OSError(self._error, os.strerror(self._error))


class FullDisk(QuickDisk):
    """A disk that can be filled: then half of a write still fits, and nothing more; what is there can be cut."""

    def __init__(self, error: int = errno.ENOSPC) -> None:
        self.is_full = False
        self._error = error
        self._took_half = False

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """See `Disk.write`."""
        if not self.is_full:
            return super().write(fd, data, offset)
        self._took_half = not self._took_half
        if self._took_half and len(data) > 1:
            return super().write(fd, data[: len(data) // 2], offset)
        raise OSError(self._error, os.strerror(self._error))
