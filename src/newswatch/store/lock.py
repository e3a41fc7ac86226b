"""One writer: a lock that the kernel holds for a process, and a file that says whose it is.

The lock is flock on an open descriptor, so it ends with its holder however that ends; what the file says
(pid, host, start time) is only for messages. Worker processes never inherit it: the descriptor is closed
on exec, and in the child of a bare fork too.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newswatch.errors import StoreError, StoreLocked

LOCK_NAME = "lock"
_ATTEMPTS = 5  # `held_by` holds the lock for an instant: that must not look like a second writer
_PAUSE_S = 0.01
_HOST_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a lock is, as far as its file says. `host` is empty where it is this one, or not known."""

    pid: int | None = None
    host: str = ""


class WriterLock:
    """The right to write what lies beside `path`. Taken when made; raises StoreLocked if another has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"{path} could not be opened: {error.strerror}. "
                "Make the folder yours to write in, or use --home for another one."
            ) from error
        try:
            _take(self._fd, path)
            _sign(self._fd)
        except BaseException:
            os.close(self._fd)
            raise
        _held.add(self)

    def release(self) -> None:
        """Lets go. The file stays: removing it would let two processes lock two files of one name."""
        fd, self._fd = self._fd, None
        _held.discard(self)
        if fd is not None:
            with suppress(OSError):  # only the signature; the lock ends with the descriptor
                os.ftruncate(fd, 0)
            os.close(fd)

    def forsake(self) -> None:
        """Closes the descriptor in the child of a fork; the parent's lock stays."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def held_by(folder: Path) -> int | None:
    """The pid of the process that writes this folder; None if there is none, or it cannot be told. For messages."""
    holder = holder_of(folder)
    return holder.pid if holder is not None else None


def holder_of(folder: Path) -> Holder | None:
    """The process that writes this folder; None if there is none, or it cannot be told. Never waits."""
    try:
        fd = os.open(folder / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # For an instant: whoever wants to write meanwhile tries again. Two that ask do not see each other.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _signed(fd)
    except OSError:  # a file system without locks: nobody can hold one
        return None
    else:
        return None
    finally:
        os.close(fd)


def _take(fd: int, path: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if attempt == _ATTEMPTS - 1:
                raise StoreLocked(path.parent, _signed(fd).pid) from error
            time.sleep(_PAUSE_S)
        except OSError as error:
            raise StoreError(
                f"{path} could not be locked: {error.strerror}. Its file system may not know locks; "
                "use --home for a folder on a local disk."
            ) from error
        else:
            return


def _sign(fd: int) -> None:
    signature = {"pid": os.getpid(), "host": socket.gethostname(), "started_at": datetime.now(UTC).isoformat()}
    with suppress(OSError):  # a full disk: the lock holds all the same, only the message knows no pid
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(signature).encode() + b"\n", 0)


def _signed(fd: int) -> Holder:
    try:
        signature = json.loads(os.pread(fd, 4_096, 0))
    except (OSError, ValueError):
        return Holder()
    if not isinstance(signature, dict):
        return Holder()
    pid, host = signature.get("pid"), signature.get("host")
    is_elsewhere = isinstance(host, str) and host.isprintable() and host != socket.gethostname()
    return Holder(pid if isinstance(pid, int) and pid > 0 else None, str(host)[:_HOST_LENGTH] if is_elsewhere else "")


_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _forsake_all() -> None:
    for lock in list(_held):
        lock.forsake()


os.register_at_fork(after_in_child=_forsake_all)
