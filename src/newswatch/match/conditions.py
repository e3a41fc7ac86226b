"""Conditions: the compiled parts of a rule, asked of one reading at a time.

`holds` stops at the first proof; `mark` then gathers every piece of text that §8 names, and is asked
only of conditions that hold. Must never know how rules are written or indexed.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from typing import Protocol

import regex

from newswatch.match.finders import Finder, Occurrence
from newswatch.match.patterns import TIMEOUT_S
from newswatch.match.reading import Place, Reading, rank_of
from newswatch.match.tokens import Text


class Overrun(Exception):
    """A regular expression took longer than it may."""


class Condition(Protocol):
    """A part of a rule."""

    def holds(self, reading: Reading) -> bool:
        """Whether it is met. Raises Overrun."""

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """Adds every piece of text that met it, given that it holds. Raises Overrun."""


def met(condition: Condition, reading: Reading) -> set[Place] | None:
    """Every piece of text that met the condition; None if it does not hold. Raises Overrun."""
    places: set[Place] = set()
    if isinstance(condition, Found | NearBy):  # without a place they do not hold: they need not be asked twice
        condition.mark(reading, places)
        return places or None
    if not condition.holds(reading):
        return None
    condition.mark(reading, places)
    return places


class Found:
    """Something occurs in one of the fields."""

    __slots__ = ("_fields", "_finder")

    def __init__(self, fields: tuple[str, ...], finder: Finder) -> None:
        self._fields = fields
        self._finder = finder

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return self._finder.occurs(reading.text(self._fields))

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        reading.place(self._fields, self._finder.occurrences(reading.text(self._fields)), places)


class NearBy:
    """Two things occur in one text and paragraph, apart, with at most `distance` words between."""

    __slots__ = ("_distance", "_fields", "_is_ordered", "_left", "_right")

    def __init__(
        self, fields: tuple[str, ...], left: Finder, right: Finder, distance: int, *, is_ordered: bool
    ) -> None:
        self._fields = fields
        self._left = left
        self._right = right
        self._distance = distance
        self._is_ordered = is_ordered

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return bool(self._paired(reading.text(self._fields)))

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        reading.place(self._fields, self._paired(reading.text(self._fields)), places)

    def _paired(self, text: Text) -> set[Occurrence]:
        """The occurrences of either operand that stand in a valid pair."""
        if not (self._left.occurs(text) and self._right.occurs(text)):
            return set()
        lefts, rights = self._left.occurrences(text), self._right.occurrences(text)
        paired = self._followed(text, lefts, rights)
        if not self._is_ordered:
            paired |= self._followed(text, rights, lefts)
        return paired

    def _followed(self, text: Text, befores: list[Occurrence], afters: list[Occurrence]) -> set[Occurrence]:
        """Those of either list where one of `befores` is followed by one of `afters` near enough.

        The nearest one decides: what stands farther off is no nearer, and behind no fewer walls.
        """
        reach = self._distance + 1
        paired: set[Occurrence] = set()
        firsts = sorted(first for first, _ in afters)
        for before in befores:
            at = bisect_right(firsts, before[1])
            if at < len(firsts) and firsts[at] - before[1] <= reach and text.is_unbroken(before[1], firsts[at]):
                paired.add(before)
        lasts = sorted(last for _, last in befores)
        for after in afters:
            at = bisect_left(lasts, after[0]) - 1
            if at >= 0 and after[0] - lasts[at] <= reach and text.is_unbroken(lasts[at], after[0]):
                paired.add(after)
        return paired


class Counted:
    """Something occurs at least `count` times over the fields, taken leftmost-longest without overlap."""

    __slots__ = ("_count", "_fields", "_finder")

    def __init__(self, fields: tuple[str, ...], finder: Finder, count: int) -> None:
        self._fields = fields
        self._finder = finder
        self._count = count

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return len(self._apart(reading.text(self._fields))) >= self._count

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        reading.place(self._fields, self._apart(reading.text(self._fields)), places)

    def _apart(self, text: Text) -> list[Occurrence]:
        taken: list[Occurrence] = []
        free = 0
        for first, last in sorted(self._finder.occurrences(text), key=lambda found: (found[0], -found[1])):
            if first >= free:
                taken.append((first, last))
                free = last + 1
        return taken


class Matched:
    """A regular expression matches more than nothing in the raw text of one of the fields."""

    __slots__ = ("_fields", "_pattern")

    def __init__(self, fields: tuple[str, ...], pattern: regex.Pattern[str]) -> None:
        self._fields = fields
        self._pattern = pattern

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return bool(self._found(reading, is_first_enough=True))

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        places.update(self._found(reading, is_first_enough=False))

    def _found(self, reading: Reading, *, is_first_enough: bool) -> list[Place]:
        # The one place of `match` that looks at time, and only to stop: all texts share one limit.
        ends_at = time.monotonic() + TIMEOUT_S
        places: list[Place] = []
        for field in self._fields:
            for part, raw in enumerate(reading.raw(field)):
                left_s = ends_at - time.monotonic()
                if left_s <= 0:
                    raise Overrun
                try:
                    for match in self._pattern.finditer(raw, timeout=left_s):
                        start, end = match.span()
                        if end > start:
                            places.append(Place(rank_of(field), part, start, end))
                            if is_first_enough:
                                return places
                except TimeoutError as error:
                    raise Overrun from error
        return places


class NotEmpty:
    """One of the fields holds something."""

    __slots__ = ("_fields",)

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return any(raw.strip() for field in self._fields for raw in reading.raw(field))

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """Nothing: see §8."""


class Absent:
    """`part` does not hold."""

    __slots__ = ("_part",)

    def __init__(self, part: Condition) -> None:
        self._part = part

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return not self._part.holds(reading)

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """Nothing: see §8."""


class AllOf:
    """Every part holds."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Condition, ...]) -> None:
        self._parts = parts

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return all(part.holds(reading) for part in self._parts)

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        for part in self._parts:
            part.mark(reading, places)


class SomeOf:
    """At least one part holds."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Condition, ...]) -> None:
        self._parts = parts

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return any(part.holds(reading) for part in self._parts)

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        for part in self._parts:
            if part.holds(reading):
                part.mark(reading, places)
