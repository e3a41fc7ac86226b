"""Mutes drawn: what one would hide, and those in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import assert_never

from newswatch.model.mute import MuteKind, MutePreview, MuteStatus
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.rows import short_count
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted, minute, rate, roughly

UNTIL_CELLS = 16
HIDDEN_CELLS = 6
KIND_CELLS = 7
EXAMPLES = 4


def preview_rows(preview: MutePreview | None, mistake: str, width: int, signs: Signs) -> list[Pieces]:
    """What a mute would hide of what is stored; a mistake instead where it cannot be set. Always as tall."""
    rows: list[Pieces] = [section("Hides", "", width, signs)]
    if mistake:
        rows += [[Piece(mistake[start:end], "critical")] for start, end in wrapped(mistake, width)][: EXAMPLES + 1]
    elif preview is not None:
        rows.append(_numbers(preview))
        if preview.quiet:
            quiet = counted(preview.quiet, "hit that never rang", "hits that never rang")
            rows.append([Piece(f"{'and ' if preview.hits else ''}{quiet}", "dim")])
        for hit in preview.examples[: EXAMPLES + 2 - len(rows)]:
            head = [Piece(f"{signs.dot} ", "faint"), Piece(cut(hit.entry.source, 14, signs.ellipsis), "dim")]
            head.append(Piece(" " * max(17 - width_of(head), 1)))
            rows.append(fit([*head, Piece(hit.entry.title or "no title")], width, signs.ellipsis))
    return [*rows, *([[]] * (EXAMPLES + 2 - len(rows)))]


def _numbers(preview: MutePreview) -> Pieces:
    if not preview.hits and preview.quiet:
        now = [Piece("no alert that is there now, but", bold=True)]
    elif not preview.hits:
        now = [Piece("no alert that is there now", bold=True), Piece("; what comes will be hidden", "dim")]
    else:
        stories = counted(preview.stories, "story", "stories")
        now = [
            Piece(f"{preview.hits:,}", "accent", bold=True),
            Piece(f" {'hit' if preview.hits == 1 else 'hits'} in {stories} not acked", "text"),
        ]
    if preview.days < 1 or not preview.per_day:  # of less than a day nothing can be said by the day
        return now
    return [*now, Piece(f", about {rate(preview.per_day)} a day over {roughly(86_400 * preview.days)}", "dim")]


def kind_word(kind: MuteKind) -> str:
    """What a mute goes by, in a word."""
    match kind:
        case MuteKind.STORY | MuteKind.SOURCE | MuteKind.PHRASE | MuteKind.RULE | MuteKind.QUERY:
            return kind.value
        case _:
            assert_never(kind)


def until_words(until: datetime | None, now: datetime, zone: tzinfo) -> str:
    """When a mute ends."""
    return "for good" if until is None else "over" if until <= now else minute(until, now, zone)


def mute_row(
    mute: MuteStatus, width: int, now: datetime, zone: tzinfo, signs: Signs, *, is_selected: bool
) -> list[Piece]:
    """One mute as a row: what it goes by, its name, until when, how many hits it hid."""
    until = until_words(mute.until, now, zone)
    tail = [
        Piece(f" {cut(until, UNTIL_CELLS, signs.ellipsis):>{UNTIL_CELLS}}", "normal" if mute.until else "high"),
        Piece(f" {short_count(mute.hidden):>{HIDDEN_CELLS}} ", "text" if mute.hidden else "faint"),
    ]
    head = [
        Piece(f"{signs.bar if is_selected else ' '} ", "accent", bold=True),
        Piece(f"{kind_word(mute.kind):<{KIND_CELLS}}", "dim"),
    ]
    room = max(width - width_of(head) - width_of(tail), 1)
    return fit([*head, *fit([Piece(mute.name or mute.subject, bold=is_selected)], room, signs.ellipsis), *tail], width)


def what_lifting_does(mute: MuteStatus) -> list[str]:
    """What is told before a mute is lifted."""
    told = ["It hid nothing yet."]
    if mute.hidden:
        hid = counted(mute.hidden, "hit")
        told = [f"What it hid, {hid}, is shown again, unless another mute hides it too; nothing rings."]
    if mute.until is None:
        told.append("It holds for good: that cannot be undone here, only written into rules.toml again.")
    return told


def mutes_head(width: int) -> list[Piece]:
    """The names of the columns."""
    tail = f" {'until':>{UNTIL_CELLS}} {'hid':>{HIDDEN_CELLS}} "
    head = f"  {'by':<{KIND_CELLS}}what"
    return [Piece(f"{head:<{max(width - len(tail), len(head))}}{tail}", "faint")]


def no_mutes() -> Sequence[Pieces]:
    """What the list says when nothing is muted."""
    return (
        [],
        [Piece("  Nothing is muted.", "text", bold=True)],
        [Piece("  m", "accent", bold=True), Piece(" on a story mutes it, its source, a phrase or its rule.", "dim")],
    )
