"""The process that reads pages: `python -m newswatch.article.child MEMORY_BYTES TIME_LIMIT_S` (`workers.child`)."""

from __future__ import annotations

import sys

from newswatch.article.extract import read_page
from newswatch.article.wire import decode_head, encode_reading
from newswatch.workers.child import serve

IDLE_LIMIT_S = 120
"""Some 40 MB are held, and 100 after large pages: they are given back when nobody reads."""


def _warm_up() -> None:
    """Reads one small page, so that what is imported and compiled late is there."""
    page = "<html><body><article>" + "<p>A page with a <a href='/a'>link</a>, and some words.</p>" * 20
    read_page(f"{page}</article></body></html>".encode(), "https://example.org/", "text/html")


def _answer(head: bytes, body: bytes) -> bytes:
    url, content_type, is_plain = decode_head(head)
    return encode_reading(read_page(body, url, content_type, is_plain=is_plain))


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]), _warm_up, _answer, idle_limit_s=IDLE_LIMIT_S)
