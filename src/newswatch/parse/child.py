"""The process that reads documents: `python -m newswatch.parse.child MEMORY_BYTES TIME_LIMIT_S`.

It reads requests from stdin and answers on stdout until stdin ends, which it does when the parent dies, in
whatever way. It is nice to other processes, may not grow beyond its memory limit, and ends itself if one
document takes far longer than the parent would wait. It opens nothing and knows nothing of the parent's state.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from newswatch.parse.document import parse_document, read_document
from newswatch.parse.wire import READY, REQUEST, decode_head, encode_reading

NICENESS = 10
GARBAGE_AFTER = 50_000  # objects: a document makes some thousands, most of which need no collector
GRACE_S = 5.0  # beyond the time limit, in which a living parent kills this process itself


def main(memory_limit: int, time_limit_s: float) -> None:
    """Serves documents until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the parent
    requests, answers = _take_pipes()
    os.nice(NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory_limit)
    # Read one tiny feed, so that what is imported late is there before the first clock runs.
    parse_document(b"<rss version='2.0'><channel><item><title>&eacute;</title></item></channel></rss>", "", {})
    gc.freeze()  # what was imported stays: no document has to be searched together with it
    gc.set_threshold(GARBAGE_AFTER)
    _send(answers, READY)
    while (lengths := requests.read(REQUEST.size)) and len(lengths) == REQUEST.size:
        head_length, body_length = REQUEST.unpack(lengths)
        url, headers, seen = decode_head(requests.read(head_length))
        # The default action of SIGALRM ends the process even where no Python code gets a turn.
        signal.alarm(math.ceil(time_limit_s + GRACE_S))
        answer = encode_reading(read_document(requests.read(body_length), url, headers, seen))
        signal.alarm(0)
        _send(answers, answer)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes for our own use; anything that prints prints to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, answers


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with suppress(OSError, ValueError):  # some systems (macOS) have no such limit: the time limit still holds
        resource.setrlimit(kind, (value, value))


def _send(answers: BinaryIO, payload: bytes) -> None:
    try:
        answers.write(payload)
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent is gone; nothing here needs to be put in order


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
