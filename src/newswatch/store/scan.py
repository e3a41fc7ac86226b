"""Reads an append log, or a backup of one, from end to end without opening it to write: what is good in it.

Never changes a file. A line that is still being written by another process looks like a torn tail, and is left out.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from newswatch.store.lines import HEADER_LIMIT, Header, parse_header, unframe

_GZIP = b"\x1f\x8b"
_LINE_LIMIT = 1 << 28  # bytes; what goes on for longer without a newline is no log


@dataclass(slots=True)
class Scan:
    """What was found so far. `header` is None where the first line is none; `is_cut` where a backup ends too early."""

    header: Header | None = None
    first_line: bytes = b""
    good_lines: int = 0
    damaged_lines: int = 0
    torn_bytes: int = 0
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of it can be used."""
        return self.header is not None and not (self.damaged_lines or self.torn_bytes or self.is_cut)


def records(path: Path, found: Scan) -> Iterator[bytes]:
    """The good records in their order, those behind a damaged header too; the counts are complete at the end.

    Raises OSError if the file cannot be read.
    """
    with _opened(path) as stream:
        try:
            found.first_line = stream.readline(HEADER_LIMIT)
            with suppress(ValueError):
                found.header = parse_header(found.first_line)
            while line := stream.readline(_LINE_LIMIT):
                if not line.endswith(b"\n"):
                    found.torn_bytes = len(line)
                    return
                try:
                    record = unframe(line)
                except ValueError:
                    found.damaged_lines += 1
                    continue
                found.good_lines += 1
                yield record
        except (EOFError, zlib.error, gzip.BadGzipFile):
            found.is_cut = True


def scanned(path: Path) -> Scan:
    """What is in the file. Raises OSError if it cannot be read."""
    found = Scan()
    for _ in records(path, found):
        pass
    return found


def _opened(path: Path) -> BinaryIO:
    stream = path.open("rb")
    if stream.read(len(_GZIP)) == _GZIP:
        stream.close()
        return cast("BinaryIO", gzip.open(path, "rb"))
    stream.seek(0)
    return stream
