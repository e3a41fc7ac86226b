"""The system calls that change a disk, in one place, so that a test can make any one of them fail.

Knows file descriptors and paths; never what the bytes mean.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from pathlib import Path

from newswatch.errors import StoreError


class Disk:
    """The real disk. Each method is one step that can fail with OSError; none retries."""

    def open(self, path: Path, *, create: bool = False) -> int:
        """A descriptor to read and write; `create` starts an empty file (0600), in place of an old one."""
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT | os.O_TRUNC if create else 0)
        return os.open(path, flags, 0o600)

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """Writes at an offset; returns how many bytes went out, which may be fewer than were given."""
        return os.pwrite(fd, data, offset)

    def sync(self, fd: int) -> None:
        """Returns when the file's bytes and its length are on the medium."""
        full = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: fsync alone leaves the bytes in the drive's cache
        if full is not None:
            fcntl.fcntl(fd, full)
        elif hasattr(os, "fdatasync"):
            os.fdatasync(fd)
        else:
            os.fsync(fd)

    def truncate(self, fd: int, length: int) -> None:
        """Cuts the file to a length."""
        os.ftruncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        """Renames, over the target if there is one: a reader finds either the old file or the new one."""
        source.replace(target)

    def link(self, source: Path, target: Path) -> None:
        """Gives a file a second name; FileExistsError if that is taken. Moves it where there are no second names."""
        try:
            target.hardlink_to(source)
        except FileExistsError:
            raise
        except OSError:
            if target.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
            source.rename(target)

    def free(self, folder: Path) -> int:
        """Bytes that may still be written there."""
        return shutil.disk_usage(folder).free

    def sync_folder(self, folder: Path) -> None:
        """Returns when the folder's names (a rename, a new file) are on the medium."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def remove(self, path: Path) -> None:
        """Unlinks a file; harmless where there is none."""
        path.unlink(missing_ok=True)


def write_all(disk: Disk, fd: int, content: bytes | bytearray, offset: int) -> None:
    """Writes all of it, in as many steps as the disk takes."""
    rest = memoryview(content)
    while rest:
        written = disk.write(fd, rest, offset)
        if written <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[written:]
        offset += written


def refusal(path: Path, deed: str, error: OSError) -> StoreError:
    """What to tell a person of a failure of the disk: what was to be done, why it was not, and what may help."""
    reason = error.strerror or str(error) or type(error).__name__
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            remedy = "Free some space"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            remedy = "Make the folder yours to write in, or use another one"
        case _:
            remedy = "Check the disk"
    return StoreError(f"{path} could not be {deed}: {reason}. {remedy}, then try again.")
