"""A process that answers requests from stdin on stdout until stdin ends, which it does when the parent dies, in
whatever way. It is nice to other processes, may not grow beyond its memory limit, and ends itself if one request takes
far longer than the parent would wait. It opens nothing and knows nothing of the parent's state.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from newswatch.workers.frames import READY, REQUEST

NICENESS = 10
GARBAGE_AFTER = 50_000  # objects: a document makes some thousands, most of which need no collector
GRACE_S = 5.0  # beyond the time limit, in which a living parent kills this process itself


def serve(
    memory_limit: int,
    time_limit_s: float,
    warm_up: Callable[[], object],
    answer: Callable[[bytes, bytes], bytes],
    *,
    idle_limit_s: int = 0,
) -> None:
    """Answers requests (head, body) with whole answers. `warm_up` imports what is imported late, before any clock runs.

    With `idle_limit_s` it ends when nothing was asked for so long: what it holds in memory is given back.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the parent
    requests, answers = _take_pipes()
    os.nice(NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory_limit)
    warm_up()
    gc.freeze()  # what was imported stays: no document has to be searched together with it
    gc.set_threshold(GARBAGE_AFTER)
    _send(answers, READY)
    # The default action of SIGALRM ends the process even where no Python code gets a turn.
    signal.alarm(idle_limit_s)
    while (lengths := requests.read(REQUEST.size)) and len(lengths) == REQUEST.size:
        signal.alarm(math.ceil(time_limit_s + GRACE_S))
        head_length, body_length = REQUEST.unpack(lengths)
        said = answer(requests.read(head_length), requests.read(body_length))
        signal.alarm(0)
        _send(answers, said)
        signal.alarm(idle_limit_s)


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
