"""The state line: is it alive, what is new, what is not seen.

The first frame is painted before the model is loaded: this must not load it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, assert_never

from newswatch.model.liveness import Liveness
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, cut, width_of
from newswatch.tui.places import Place
from newswatch.tui.signs import Signs
from newswatch.tui.words import clock, countdown

if TYPE_CHECKING:
    from newswatch.model.view import View

ROOM_FOR_RIBBON = 110  # from here on the whole ribbon; below, its first word
DUE_CELLS = len("next 59:59")


class _Part(NamedTuple):
    """A part of the line that goes when there is no room: the highest `rank` first."""

    rank: int
    pieces: list[Piece]


def state_line(
    view: View | None, now: datetime, width: int, looks: Looks, places: Sequence[Place], here: Place
) -> list[Piece]:
    """The line in exactly `width` cells. What matters least is left out first. None: nothing is known yet."""
    left = _left(view, now, looks, width)
    right = [_places(places, here), _Part(7, [Piece(f"{clock(now, looks.zone)}", "dim")])]
    parts = sorted([*left, *right], key=lambda part: part.rank)
    _drop_what_is_too_much(parts, left, right, width)
    if (right[0] not in parts or not here.number) and here.number != "1":
        name = _Part(0, [Piece(_tab(here), "accent", bold=True, reverse=True)])
        left.insert(1, name)
        parts.insert(1, name)
        _drop_what_is_too_much(parts, left, right, width)
    return _joined([part for part in left if part in parts], [part for part in right if part in parts], width, looks)


def _drop_what_is_too_much(parts: list[_Part], left: list[_Part], right: list[_Part], width: int) -> None:
    while len(parts) > 1 and _taken([part for part in left if part in parts], [r for r in right if r in parts]) > width:
        parts.pop()


def _left(view: View | None, now: datetime, looks: Looks, width: int) -> list[_Part]:
    sign, word, ink = _alive(view, looks.signs)
    parts = [_Part(0, [Piece(f"{sign} ", ink, bold=True), Piece(word, ink, bold=True)])]
    if looks.ribbon:
        ribbon = looks.ribbon if width >= ROOM_FOR_RIBBON else looks.ribbon.split()[0]
        parts.append(_Part(4, [Piece(f" {cut(ribbon, 40, looks.signs.ellipsis)} ", "accent", bold=True, reverse=True)]))
    if view is None or (view.liveness is Liveness.STARTING and not view.stories):
        return parts  # that nothing is new is not known yet
    return [*parts, *_facts(view, now, looks.signs)]


def _facts(view: View, now: datetime, signs: Signs) -> list[_Part]:
    from newswatch.model.window import WINDOW_STORIES  # it loads the model, and there is a view of it now

    parts: list[_Part] = []
    if view.liveness is Liveness.READ_ONLY:
        writes = Piece("nobody writes", "high") if view.writer is None else Piece(f"{view.writer} writes", "dim")
        parts.append(_Part(2, [writes]))
    if view.liveness is Liveness.OFFLINE:
        parts.append(_Part(8, [Piece("no feed answers, retrying", "high")]))
    new, unacked, held = view.new, view.unacked, view.held
    parts.append(_Part(1, [Piece(f"{new:,} new", "text" if new else "dim", bold=bool(new))]))
    parts.append(_Part(5, [Piece(f"{unacked:,} unacked", "dim")]))
    if held:
        # Of a full window those that are older are not counted: Rules and Pulse have them.
        many = f"{held:,}" if len(view.stories) < WINDOW_STORIES else f"{held // 100 * 100:,}+"
        parts.append(_Part(6, [Piece(f"{many} held", "dim")]))
    if view.feeds:
        feeds = [Piece("feeds ", "dim"), Piece(f"{view.feeds_ok:,}", "text"), Piece(f"/{len(view.feeds):,}", "dim")]
        if failing := view.feeds_failing:
            feeds.append(Piece(f" {signs.warning}{failing:,}", "high", bold=True))
        parts.append(_Part(2, feeds))
    if view.liveness in (Liveness.LIVE, Liveness.OFFLINE) and (due := _due(view, now)):
        # As wide as it ever gets: the clock and the places must not come and go with its digits.
        parts.append(_Part(3, [Piece(f"{due:<{DUE_CELLS}}", "dim")]))
    return parts


def _due(view: View, now: datetime) -> str:
    """When the next feed is asked; empty where none ever is. Nothing waits for its turn while all are asked."""
    if view.next_check_at is None:
        return "checking" if any(health.is_checking for health in view.feeds.values()) else ""
    left_s = (view.next_check_at - now).total_seconds()
    return f"next {countdown(left_s)}" if left_s >= 1 else "checking"


def _places(places: Sequence[Place], here: Place) -> _Part:
    pieces: list[Piece] = []
    for place in places:
        pieces.append(Piece(" " if pieces else ""))
        if place.number == here.number:
            pieces.append(Piece(_tab(place), "accent", bold=True, reverse=True))
        else:
            pieces.append(Piece(_tab(place), "dim"))
    return _Part(9, pieces)


def _tab(place: Place) -> str:
    """A place with its key in brackets: `4 Feeds` would read as a count. What opens over places has no number."""
    return f"[{place.number}] {place.title}" if place.number else f" {place.title} "


def state_in_short(view: View, looks: Looks) -> list[Piece]:
    """Whether it is alive and how much is new, for where there is no room for the line."""
    sign, word, ink = _alive(view, looks.signs)
    new = Piece(f"  {view.new:,} new", "text" if view.new else "dim", bold=bool(view.new))
    return [Piece(f" {sign} {word}", ink, bold=True), new]


def _alive(view: View | None, signs: Signs) -> tuple[str, str, Ink]:
    if view is None:
        return _liveness(Liveness.STARTING, signs)
    if view.liveness is Liveness.LIVE and (view.feeds_failing or view.feeds_retrying) and not view.feeds_ok:
        return signs.warning, "NO FEED ANSWERS", "high"
    return _liveness(view.liveness, signs)


def _liveness(liveness: Liveness, signs: Signs) -> tuple[str, str, Ink]:
    match liveness:
        case Liveness.LIVE:
            return signs.live, "LIVE", "good"
        case Liveness.STARTING:
            return signs.waits, "STARTING", "accent"
        case Liveness.OFFLINE:
            return signs.offline, "OFFLINE", "critical"
        case Liveness.READ_ONLY:
            return signs.read_only, "READ-ONLY", "high"
        case Liveness.STOPPED:
            return signs.stopped, "STOPPED", "dim"
        case _:
            assert_never(liveness)


def _taken(left: Sequence[_Part], right: Sequence[_Part]) -> int:
    dots = max(len(left) - 2, 0) * 3 + (2 if len(left) > 1 else 0)
    gaps = sum(width_of(part.pieces) + 2 for part in right)
    return 2 + sum(width_of(part.pieces) for part in left) + dots + gaps


def _joined(left: Sequence[_Part], right: Sequence[_Part], width: int, looks: Looks) -> list[Piece]:
    line = [Piece(" ")]
    for number, part in enumerate(left):
        is_beside_ribbon = part.pieces[0].reverse or left[number - 1].pieces[-1].reverse
        if number == 1 or (number > 1 and is_beside_ribbon):
            line.append(Piece("  "))
        elif number > 1:
            line.append(Piece(f" {looks.signs.dot} ", "faint"))
        line += part.pieces
    tail: list[Piece] = []
    for part in right:
        tail += [Piece(" " if tail else ""), *part.pieces]
    gap = width - width_of(line) - width_of(tail) - 1
    return [*line, Piece(" " * max(gap, 1)), *tail, Piece(" ")]
