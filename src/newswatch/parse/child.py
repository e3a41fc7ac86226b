"""The process that reads documents: `python -m newswatch.parse.child MEMORY_BYTES TIME_LIMIT_S` (`workers.child`)."""

from __future__ import annotations

import sys

from newswatch.parse.document import parse_document, read_document
from newswatch.parse.wire import decode_head, encode_reading
from newswatch.workers.child import serve


def _warm_up() -> None:
    """Reads one tiny feed, so that what is imported late is there."""
    parse_document(b"<rss version='2.0'><channel><item><title>&eacute;</title></item></channel></rss>", "", {})


def _answer(head: bytes, body: bytes) -> bytes:
    url, headers, seen = decode_head(head)
    return encode_reading(read_document(body, url, headers, seen))


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]), _warm_up, _answer)
