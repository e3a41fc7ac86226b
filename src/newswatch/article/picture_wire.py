"""Pictures on the pipes between `picture_worker` and `picture_child`: one byte that says what came of it (0: a picture,
else a `Flaw`), width and height (4 bytes each, network order), pixels.

Read back by type: the child has read hostile bytes and is not trusted.
"""

from __future__ import annotations

import struct

from newswatch.article.picture import Flaw
from newswatch.model.picture import Picture
from newswatch.workers.frames import answer

HEAD = struct.Struct("!BII")
PICTURE = 0


def encode_answer(came: Picture | Flaw) -> bytes:
    """A whole answer."""
    if isinstance(came, Flaw):
        return answer(HEAD.pack(came, 0, 0))
    return answer(HEAD.pack(PICTURE, came.width, came.height) + came.pixels)


def decode_answer(payload: bytes) -> Picture | Flaw:
    """What came of it. Raises ValueError for what is no answer."""
    if len(payload) < HEAD.size:
        raise ValueError("an answer without a head")
    kind, width, height = HEAD.unpack_from(payload)
    return Picture(width, height, payload[HEAD.size :]) if kind == PICTURE else Flaw(kind)
