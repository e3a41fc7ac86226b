"""Replacing a whole file so that a crash, a full disk or a pulled plug leaves the old one or the new one.

Importable from anywhere, like `errors`; standard library only. Must never know what is in the file.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from newswatch.errors import FileChanged

ABSENT = ""
"""The fingerprint of a file that does not exist."""

NEW_FILE_MODE = 0o600
_TEMPORARY_SUFFIX = ".newswatch-tmp"
_LOCK_TRIES = 40
_LOCK_PAUSE_S = 0.05
_NO_SUCH_THING_HERE = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.ENOSYS})


def fingerprint(data: bytes) -> str:
    """Names these bytes: two files with the same fingerprint are the same file."""
    import hashlib  # no start needs it before its first frame

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def fingerprint_of(path: Path) -> str:
    """The fingerprint of the file as it is on disk now, `ABSENT` if there is none. Raises OSError."""
    try:
        return fingerprint(path.read_bytes())
    except FileNotFoundError:
        return ABSENT


def write_atomically(path: Path, data: bytes, *, expected: str | None = None) -> None:
    """Makes `data` the content of the file: temporary file beside it, fsync, rename, fsync of the folder.

    A symlink stays one: what it points to is replaced. An existing file keeps its permissions, a new
    one gets 0600. With `expected`, raises FileChanged unless the file's fingerprint is still that one;
    two newswatch processes cannot overwrite each other between the check and the rename.
    Raises OSError (`explain` says it in words); then the file is as it was.
    """
    target = _real(path)
    with _only_writer(target.parent):
        if expected is not None and fingerprint_of(target) != expected:
            raise FileChanged(path)
        _replace(target, data, _status(target))
        _sync_folder(target.parent)


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[BinaryIO]:
    """What is written in the block becomes the content of the file when the block ends well; for what is too large to
    hold in memory. Otherwise as `write_atomically`, of which it raises the same; the file is not locked meanwhile.
    """
    target = _real(path)
    with _replacing(target, _status(target)) as file:
        yield file
    _sync_folder(target.parent)


def explain(error: OSError, path: Path) -> str:
    """Why the file or folder could not be written, and what to do about it, in a sentence or two."""
    reason = error.strerror or type(error).__name__
    match error.errno:
        case errno.EACCES | errno.EPERM:
            remedy = f"Make {path} and its folder writable for you (chmod u+w), or use another --home."
        case errno.EROFS:
            remedy = "That disk is mounted read-only: use a --home on another one."
        case errno.ENOSPC | errno.EDQUOT:
            remedy = "Make room on that disk and try again."
        case errno.ENOENT | errno.ENOTDIR:
            remedy = f"Make the folder {path.parent} first."
        case errno.EEXIST:
            remedy = "A file stands where the folder belongs: move it away, or use another --home."
        case errno.ELOOP:
            remedy = "Its symbolic links lead in a circle: mend them."
        case errno.EISDIR:
            remedy = "A folder stands where the file belongs: move it away."
        case errno.EAGAIN:
            remedy = "Another newswatch is writing there: try again."
        case _:
            remedy = "Check that disk and try again."
    return f"cannot write {path}: {reason}. {remedy}"


def _real(path: Path) -> Path:
    """Where the file really is, links followed."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return target


def _status(target: Path) -> os.stat_result | None:
    """What stands there now; None if nothing. Raises OSError if it may not be replaced."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
        raise OSError(code, os.strerror(code), str(target))
    if not os.access(target, os.W_OK):  # a rename would not ask: the person made it read-only, so it is
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return status


def _replace(target: Path, data: bytes, status: os.stat_result | None) -> None:
    with _replacing(target, status) as file:
        file.write(data)


@contextlib.contextmanager
def _replacing(target: Path, status: os.stat_result | None) -> Iterator[BinaryIO]:
    """A temporary file that takes the target's place when the block ends well, and is gone if not."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_TEMPORARY_SUFFIX, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if status is not None and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(PermissionError):  # only root may give files away
                    os.fchown(descriptor, status.st_uid, status.st_gid)
            os.fchmod(descriptor, NEW_FILE_MODE if status is None else stat.S_IMODE(status.st_mode))
            yield file
            file.flush()
            os.fsync(descriptor)
        temporary.replace(target)
    except BaseException:  # whatever ended it, ctrl+c included: leave no litter
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


@contextlib.contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Holds a lock on the folder itself, so that no lock file is left lying about. Waits two seconds at most."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for tries_left in reversed(range(_LOCK_TRIES)):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno in _NO_SUCH_THING_HERE:  # some network disks have no locks: go without
                    break
                if error.errno not in {errno.EAGAIN, errno.EACCES} or not tries_left:
                    raise
                time.sleep(_LOCK_PAUSE_S)  # a lock has no event to wait for; callers are off the event loop
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable, where the file system knows how."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_THING_HERE:
            raise
    finally:
        os.close(descriptor)
