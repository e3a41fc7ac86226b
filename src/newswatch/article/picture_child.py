"""The process that reads pictures: `python -m newswatch.article.picture_child MEMORY_BYTES TIME_LIMIT_S`."""

from __future__ import annotations

import sys

from newswatch.article.picture import read_picture
from newswatch.article.picture_wire import encode_answer
from newswatch.workers.child import serve

IDLE_LIMIT_S = 30
"""One picture is looked at, seldom two."""


def _warm_up() -> None:
    """Imports what reads."""
    read_picture(b"")


def _answer(_head: bytes, body: bytes) -> bytes:
    return encode_answer(read_picture(body))


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]), _warm_up, _answer, idle_limit_s=IDLE_LIMIT_S)
