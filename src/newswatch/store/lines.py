"""The lines of an append log, and its first one, which says what the file is. Pure: bytes in, words out.

    5f1c9a3e {"format":"append-log","version":1,"kind":"…","schema":1,"generation":"…"}
    08ab77d1 …one record…

A line is the CRC-32 of its record in eight hex digits, a blank, the record, a newline. A record is any bytes without a
newline. The generation is another one after each rewrite of the file: as long as it stays, the file only grows.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass

FORMAT = "append-log"
VERSION = 1
HEADER_LIMIT = 4_096  # bytes; a longer first line is not ours


def frame(record: bytes) -> bytes:
    """A record as one line."""
    if b"\n" in record:
        raise ValueError("a record cannot hold a newline")
    return b"%08x %b\n" % (zlib.crc32(record), record)


def unframe(line: bytes) -> bytes:
    """The record of a whole line; ValueError if it is damaged."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        raise ValueError("not a line of an append log")
    record = line[9:-1]
    if b"%08x" % zlib.crc32(record) != line[:8]:
        raise ValueError("the checksum does not fit the record")
    return record


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself. `generation` is empty in files of before there were any."""

    kind: str
    schema: int
    version: int = VERSION
    generation: str = ""

    @property
    def line(self) -> bytes:
        """It as the first line of a file."""
        header: dict[str, object] = {
            "format": FORMAT,
            "version": self.version,
            "kind": self.kind,
            "schema": self.schema,
            "generation": self.generation,
        }
        return frame(json.dumps(header, separators=(",", ":")).encode())


def new_header(kind: str, schema: int) -> Header:
    """The header of a file that is about to be written."""
    return Header(kind, schema, VERSION, os.urandom(8).hex())


def parse_header(line: bytes) -> Header:
    """What the first line of a file says. Raises ValueError if it is none of an append log, or is damaged."""
    header = json.loads(unframe(line))
    if not isinstance(header, dict):
        raise ValueError("no header of an append log")  # noqa: TRY004 - damage is a ValueError throughout
    match (header.get("format"), header.get("kind"), header.get("version"), header.get("schema")):
        case (str(name), str(kind), int(version), int(schema)) if name == FORMAT:
            generation = header.get("generation", "")
            return Header(kind, schema, version, generation if isinstance(generation, str) else "")
        case _:
            raise ValueError("no header of an append log")
