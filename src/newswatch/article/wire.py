"""Pages and readings on the pipes between `worker` and `child`: a JSON head and raw bytes; one JSON value back.

Read back by type: the child has read hostile bytes and is not trusted.
"""

from __future__ import annotations

import json

import msgspec

from newswatch.article.page import PageReading
from newswatch.workers.frames import answer, request

_decoder = msgspec.json.Decoder(PageReading)


def encode_request(body: bytes, url: str, content_type: str, *, is_plain: bool = False) -> bytes:
    """A whole request."""
    return request(json.dumps([url, content_type, is_plain]).encode(), body)


def decode_head(raw: bytes) -> tuple[str, str, bool]:
    """Address, content type, and whether the plainer way is asked for."""
    url, content_type, is_plain = json.loads(raw)
    return str(url), str(content_type), bool(is_plain)


def encode_reading(reading: PageReading) -> bytes:
    """A whole answer."""
    return answer(msgspec.json.encode(reading))


def decode_reading(payload: bytes) -> PageReading:
    """The reading of an answer. Raises ValueError for what is none."""
    return _decoder.decode(payload)
