"""The forms that `newswatch hits` prints: a few lines before, one or more a hit, a few after. Each streams.

Must never know where hits come from. What feeds wrote is data in each of them: escaped as the form wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from newswatch.model.hit import Hit


class Form(Protocol):
    """One way to print hits."""

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """All lines, as the hits come; those that stand there without a hit, too."""


class JsonLines:
    """The lines of `run --json`."""

    def __init__(self, address_of: Callable[[Hit], str]) -> None:
        self._address_of = address_of

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`."""
        from newswatch.headless import json_line  # no other form needs the printer

        for hit in hits:
            yield json_line(hit, self._address_of(hit))
