"""How memory is asked of the C library. Must never know what it is used for."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # glibc, malloc.h


def share_one_arena() -> None:
    """All threads take memory from one heap. Call it before there is a second thread; harmless where it means nothing.

    glibc gives each thread an arena of its own, so that they need not wait for each other. Python's threads do not
    allocate at the same time, and what one allocates another frees: separate arenas only leave holes. Measured on a
    first run over 1,000 feeds (bench/newsboat.py): a tenth less memory.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or none that can be asked
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back_memory() -> None:
    """Returns what is free to the system, also between what is not. It takes some milliseconds; off the event loop."""
    with suppress(OSError, AttributeError, TypeError):  # as above
        ctypes.CDLL(None).malloc_trim(0)
