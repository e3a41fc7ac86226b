"""When Python looks for garbage in circles. Must never know what it is used for.

While a program loads nothing becomes garbage, yet all is gone through again and again: a tenth of the time to the first
paint (bench/screen.py). What stays is not gone through later either.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def rest() -> None:
    """Looks for none until `wake`."""
    gc.disable()


def wake() -> None:
    """Looks for it from now on, but never at what came to be until now: modules, classes and functions stay."""
    gc.freeze()
    gc.enable()


@contextmanager
def at_rest() -> Iterator[None]:
    """Rests meanwhile, and is awake after it."""
    rest()
    try:
        yield
    finally:
        wake()
