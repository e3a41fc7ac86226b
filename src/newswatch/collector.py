"""When Python looks for garbage in circles. Must never know what it is used for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Looks for none meanwhile, and never at what came to be until then: modules, classes and functions stay.

    While a program loads nothing becomes garbage, yet all is gone through again and again: a tenth of the time to the
    first paint (bench/screen.py). What stays is not gone through later either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
