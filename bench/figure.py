"""One figure of a bench and how it is printed. Machines are noisy: a figure is a ratio, or a bound set by an issue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. Exactly one of `at_most` and `at_least` is set where there is a target, none where not.

    `beside` says in a few words what it was measured beside ("a loop of compiled regexes: 9.6 ms").
    """

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    beside: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target is met; True where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.at_least is None or self.value >= self.at_least

    def __str__(self) -> str:
        target = ""
        if self.at_most is not None:
            target = f"≤ {self.at_most:g}"
        elif self.at_least is not None:
            target = f"≥ {self.at_least:g}"
        sign = " " if not target else "✓" if self.is_met else "✗"
        return f"{sign} {self.name:<58} {self.value:>10.3g} {self.unit:<6} {target:<9} {self.beside}".rstrip()
