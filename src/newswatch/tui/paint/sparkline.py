"""Counts over time as a line of small bars. Where nobody watched there is no line: a dot, or in ASCII a blank.

An hour that was watched and had nothing stands on the ground line; so a quiet hour and an unknown one never look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece
from newswatch.tui.signs import ASCII, Signs


def sparkline(values: Sequence[int | float | None], signs: Signs, ink: Ink = "accent") -> list[Piece]:
    """One cell a value, the highest full; None where nothing is known."""
    top = max((value for value in values if value), default=0)
    pieces: list[Piece] = []
    for value in values:
        if value is None:
            piece = Piece(unknown_sign(signs), "faint")
        elif not value:
            piece = Piece(signs.bars[1], "faint")
        else:
            piece = Piece(_bar(value / top, signs), ink)
        if pieces and pieces[-1].ink == piece.ink:
            pieces[-1] = pieces[-1]._replace(text=pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return pieces


def rising(values: Sequence[int | float], signs: Signs, ink: Ink = "dim") -> list[Piece]:
    """The course of something that is never nothing, such as memory: the lowest and the highest value are the ends of
    the scale. A course that moves by less than a fifth is drawn as flat as that is, in the middle.
    """
    low, high = min(values, default=0), max(values, default=0)
    reach = max(high - low, high / 5)
    base = (low + high - reach) / 2
    steps = signs.bars[1:]
    bars = (steps[round((len(steps) - 1) * (value - base) / reach)] if reach else steps[0] for value in values)
    return [Piece("".join(bars), ink)]


def thinned(hours: Sequence[int | None], cells: int) -> tuple[float | None, ...]:
    """So many hours in fewer cells: how many an hour of what is known, None where nothing is."""
    if cells >= len(hours) or cells <= 0:
        return tuple(hours)
    edges = [round(number * len(hours) / cells) for number in range(cells + 1)]
    groups = (hours[begin:end] for begin, end in pairwise(edges))
    known = ([value for value in group if value is not None] for group in groups)
    return tuple(sum(values) / len(values) if values else None for values in known)


def unknown_sign(signs: Signs) -> str:
    """What stands where nobody watched."""
    return " " if signs is ASCII else signs.dot


def _bar(share: float, signs: Signs) -> str:
    steps = signs.bars[2:]
    return steps[round((len(steps) - 1) * share)]
