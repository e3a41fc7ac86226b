"""Reads on in an append log that another process writes: what was appended since, and whether it is the same file.

Whole good lines only, each once. An append that is still being written ends without a newline and is waited for; one
that its writer took back, or a file that was rewritten, is noticed, and the caller reads all of it again.

Knows bytes and files; never records. Writes nothing and takes no lock.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from newswatch.store.lines import HEADER_LIMIT, unframe

AT_ONCE = 1 << 20
"""Bytes that one look reads, or one line if that is longer: what it brings must not keep the loop for long."""
_CHECKSUM_BYTES = 9

logger = logging.getLogger(__name__)


class LogReplaced(Exception):
    """The file is another one than before, or what was read of it is no longer there: read all of it again."""


class Tail:
    """Reads on in the file that a path named when this was made; holds it open, so that no other takes its number.

    A path that names nothing yet is waited for. Raises OSError where the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._last = 0  # where the last line begins that was read
        self._mark = b""  # how it begins: its checksum
        self._header = b""
        self._is_behind = False
        self._suspect = b""  # a damaged line at `_at`, met once: it may be half written
        self._fd: int | None = None
        with suppress(FileNotFoundError):
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        if self._fd is not None:
            self._header = os.pread(self._fd, HEADER_LIMIT, 0).partition(b"\n")[0]

    @property
    def is_replaced(self) -> bool:
        """Whether the path names another file by now; for a moment it may name none. May raise OSError."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return False
        return self._fd is None or not os.path.samestat(found, os.fstat(self._fd))

    @property
    def has_file(self) -> bool:
        """Whether there was a file."""
        return self._fd is not None

    @property
    def is_behind(self) -> bool:
        """Whether there was more to read than the last `read` was allowed to."""
        return self._is_behind

    def start(self, offset: int) -> None:
        """What is before this offset, the end of a line, was read already."""
        if self._fd is not None and offset:
            self._at = offset
            self._last = _line_start(self._fd, offset)
            self._mark = os.pread(self._fd, _CHECKSUM_BYTES, self._last)

    def read(self, limit: int = AT_ONCE) -> list[bytes]:
        """The records that were appended since the last time, oldest first; of more than `limit` bytes the first.

        A damaged line is passed over when it is still there the next time. Raises LogReplaced, or OSError.
        """
        records: list[bytes] = []
        lines: Iterable[bytes] = ()
        if self._fd is not None and (size := os.fstat(self._fd).st_size) != self._at:
            self._check(self._fd, size)
            lines = _lines(self._fd, self._at, limit)
            self._is_behind = size - self._at > limit
        for line in lines:
            try:
                records.append(unframe(line))
            except ValueError:
                if line != self._suspect:
                    self._suspect = line
                    break
                logger.warning("%s: a damaged line is passed over", self._path)
            self._suspect = b""
            self._last, self._mark, self._at = self._at, line[:_CHECKSUM_BYTES], self._at + len(line)
        self._is_behind = self._is_behind and bool(records)
        if not records and self.is_replaced:
            raise LogReplaced
        return records

    def close(self) -> None:
        """Releases the file. Harmless when called twice."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def _check(self, fd: int, size: int) -> None:
        """Raises LogReplaced if what was read is not there any more: a write that failed was cut off and written over,
        or somebody copied another file into this one.
        """
        is_there = (
            size > self._at
            and os.pread(fd, len(self._header) + 1, 0) == self._header + b"\n"
            and os.pread(fd, _CHECKSUM_BYTES, self._last) == self._mark
            and os.pread(fd, 1, self._at - 1) == b"\n"
        )
        if not is_there:
            raise LogReplaced


def _lines(fd: int, start: int, limit: int) -> Iterable[bytes]:
    """The whole lines from an offset on, in at most `limit` bytes, but one at least if there is one."""
    piece = os.pread(fd, limit, start)
    while piece and b"\n" not in piece:
        more = os.pread(fd, max(limit, len(piece)), start + len(piece))
        if not more:
            return ()
        piece += more
    return piece[: piece.rfind(b"\n") + 1].splitlines(keepends=True)


def _line_start(fd: int, end: int) -> int:
    """Where the line begins that ends, with its newline, just before `end`."""
    upto = end - 1
    while upto > 0:
        start = max(upto - HEADER_LIMIT, 0)
        place = os.pread(fd, upto - start, start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        upto = start
    return 0
