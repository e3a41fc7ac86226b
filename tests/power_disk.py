"""A disk that forgets what was not synced when the power goes: every step is a moment at which it may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.failing_disk import QuickDisk

Folder = dict[str, bytes]
"""What lies in a folder and below, by relative path."""


class PowerDisk(QuickDisk):
    """Keeps, after each step, what a cut of the power may leave of a folder.

    What was synced is there. What was not may be there, or not, or in part: names (a rename, a new file) on their own,
    and bytes on their own. So each step leaves several photos: all that is on its way got there, none of it did, the
    names did without the bytes, the bytes without the names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synced: dict[int, bytes] = {}  # by inode
        self._names: dict[str, int] = {}  # as they are on the medium
        self.moments: list[list[Folder]] = []

    def open(self, path: Path, *, create: bool = False) -> int:
        """See `Disk.open`."""
        fd = super().open(path, create=create)
        self._take()
        return fd

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """See `Disk.write`."""
        for length in (len(data) // 2, len(data)):
            super().write(fd, data[:length], offset)
            self._take()
        return len(data)

    def sync(self, fd: int) -> None:
        """See `Disk.sync`."""
        self._synced[os.fstat(fd).st_ino] = _content(fd)
        self._take()

    def truncate(self, fd: int, length: int) -> None:
        """See `Disk.truncate`."""
        super().truncate(fd, length)
        self._take()

    def replace(self, source: Path, target: Path) -> None:
        """See `Disk.replace`."""
        super().replace(source, target)
        self._take()

    def link(self, source: Path, target: Path) -> None:
        """See `Disk.link`."""
        super().link(source, target)
        self._take()

    def remove(self, path: Path) -> None:
        """See `Disk.remove`."""
        super().remove(path)
        self._take()

    def sync_folder(self, folder: Path) -> None:
        """See `Disk.sync_folder`."""
        kept = {name: inode for name, inode in self._names.items() if (self._folder / name).parent != folder}
        here = {name: inode for name, inode in self._present().items() if (self._folder / name).parent == folder}
        self._names = kept | here
        self._take()

    def settle(self) -> None:
        """All that is there now is on the medium."""
        for name, inode in self._present().items():
            self._synced[inode] = (self._folder / name).read_bytes()
        self._names = self._present()
        self.moments.clear()

    def _present(self) -> dict[str, int]:
        return {
            str(path.relative_to(self._folder)): path.stat().st_ino
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }

    def _take(self) -> None:
        present = self._present()
        seen = {inode: (self._folder / name).read_bytes() for name, inode in present.items()}
        photos = [
            {name: content[inode] for name, inode in names.items() if inode in content}
            for names in (present, self._names)
            for content in (
                {inode: self._synced.get(inode, b"") for inode in {*seen, *self._synced}},
                self._synced | seen,
            )
        ]
        self.moments.append(photos)


def _content(fd: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size, 0)


def developed(moments: list[list[Folder]], folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Every photo as a folder of its own, equal ones once, with the numbers of its first and of its last moment."""
    spans: dict[tuple[tuple[str, bytes], ...], tuple[int, int]] = {}
    for moment, photos in enumerate(moments):
        for photo in photos:
            key = tuple(sorted(photo.items()))
            spans[key] = (spans.get(key, (moment, moment))[0], moment)
    for number, (photo_, (first, last)) in enumerate(spans.items()):
        home = folder / str(number)
        home.mkdir(parents=True)
        for name, content in photo_:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(content)
        yield first, last, home
