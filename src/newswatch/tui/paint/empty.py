"""What the list says when it has no rows: never nothing, always the next step."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.geometry import Size

from newswatch.model.event import Liveness
from newswatch.model.view import View
from newswatch.tui.listing import Listing
from newswatch.tui.paint.piece import Piece, Pieces
from newswatch.tui.paint.starting import in_the_middle, starting_words
from newswatch.tui.places import Place
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted


def empty_list(view: View, listing: Listing, size: Size, signs: Signs, places: Sequence[Place]) -> list[Pieces]:
    """A few lines in the middle of the list, with the keys that come next: those of `places` that exist."""
    return in_the_middle(_said(view, listing, signs, {place.name for place in places}), size)


def _said(view: View, listing: Listing, signs: Signs, places: Collection[str]) -> list[Pieces]:
    if listing.needle.text.strip():
        return [
            [Piece("Nothing here holds ", "dim"), Piece(listing.needle.text.strip(), "text", bold=True)],
            _keys(("esc", "shows all again")),
        ]
    if not listing.shows_held and view.held:
        held = counted(view.held, "held story", "held stories")
        return [[Piece(f"No alerts. {held} hidden.", "dim")], _keys(("h", "shows them"))]
    return _watching(view, signs, places)


def _watching(view: View, signs: Signs, places: Collection[str]) -> list[Pieces]:
    live = [status for status in view.rules if status.is_live]
    match view.liveness:
        case Liveness.STARTING:
            return starting_words(signs)
        case Liveness.OFFLINE:
            return [
                [Piece("No feed can be reached.", "critical", bold=True)],
                [Piece("newswatch keeps asking, and catches up when the network is back.", "dim")],
                [],
                [Piece("To see it at work without a network: ", "dim"), Piece("newswatch demo", "accent", bold=True)],
            ]
        case _:
            pass
    if not live:
        return [
            [Piece("Watch for what?", "text", bold=True)],
            [Piece("There is no rule yet, so nothing can match.", "dim")],
            [],
            _steps(places),
        ]
    if not view.feeds:
        return [
            [Piece("No feeds yet.", "text", bold=True)],
            [Piece("Rules are waiting, but nothing comes in.", "dim")],
            [],
            _steps(places),
        ]
    names = ", ".join(status.rule.label for status in live[:3]) + (
        f" and {len(live) - 3} more" if len(live) > 3 else ""
    )
    return [
        [Piece("Quiet so far.", "text", bold=True)],
        [Piece(f"Watching {counted(len(view.feeds), 'feed')} for ", "dim"), Piece(names, "accent")],
        [Piece("What matches will stand here the moment it is found.", "dim")],
        [],
        _steps(places),
    ]


def _steps(places: Collection[str]) -> list[Piece]:
    steps = (("n", "new rule", "rules"), ("3", "rules", "rules"), ("4", "feeds", "feeds"), ("?", "help", ""))
    return _keys(*((key, label) for key, label, place in steps if not place or place in places))


def _keys(*keys: tuple[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    for key, label in keys:
        pieces += [Piece("   " if pieces else ""), Piece(key, "accent", bold=True), Piece(f" {label}", "dim")]
    return pieces
