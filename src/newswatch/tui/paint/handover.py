"""The hand-over as lines: stories by severity, what was done, feeds that turned, rules that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newswatch.model.event import FeedTurn
from newswatch.model.hit import Triage
from newswatch.model.story import Story
from newswatch.tui.handover import HandOver, Span, summary
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit, width_of
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.words import counted, minute, moment, roughly

TIME_CELLS = 7
RULE_CELLS = 16
RULE_FROM = 70  # cells of a line from which the rule stands in it
SHOWN_ACTS = 5


def span_line(chosen: Span, over: HandOver, now: datetime, width: int, looks: Looks) -> list[Piece]:
    """The spans to choose from, the chosen one in reverse, and from when to when it goes."""
    line: list[Piece] = [Piece(" ")]
    for span in Span:
        is_chosen = span is chosen
        line.append(Piece(f" {span.value} ", "accent" if is_chosen else "dim", bold=is_chosen, reverse=is_chosen))
        line.append(Piece(" "))
    length = roughly((over.until - over.since).total_seconds())
    told = Piece(f"{moment(over.since, now, looks.zone)} to now, {length} ", "dim")
    gap = width - width_of(line) - width_of([told])
    return [*line, Piece(" " * gap), told] if gap > 0 else line


def handover_rows(over: HandOver, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    """Everything, under headings; or that nothing happened."""
    rows: list[Pieces] = [[], [Piece("  "), Piece(summary(over).capitalize() + ".", "text", bold=True)]]
    for limit in over.limits:
        rows += [[Piece(f"  {limit[start:end]}", "dim")] for start, end in wrapped(f"{limit}.", max(width - 4, 1))]
    signs = looks.signs
    for severity, stories in over.by_severity():
        rows += [[], section(severity.value.capitalize(), f"{len(stories):,}", width, signs)]
        rows += [_story(story, now, width, looks) for story in stories]
    if over.grown:
        rows += [[], section("Grew", counted(len(over.grown), "older story", "older stories"), width, signs)]
        rows += [_story(story, now, width, looks) for story in over.grown]
    if over.acts:
        rows += [[], section("Done", "by you", width, signs)]
        for act, touched in over.acts:
            rows += _act(act.value, touched, width, looks)
    if over.turned or over.failing:
        rows += [
            [],
            section("Feeds", f"{len(over.failing):,} failing now" if over.failing else "all well", width, signs),
        ]
        for turned in over.turned:
            is_good = turned.turn in (FeedTurn.RECOVERED, FeedTurn.HEARD)
            sign: Piece = Piece(signs.yes if is_good else signs.warning, "good" if is_good else "high", bold=True)
            rows.append([Piece("  "), sign, Piece(" "), _time(turned.at, now, looks), Piece(turned.text)])
        if over.failing:
            rows += _names("failing", over.failing, width)
    if over.edited:
        rows += [[], section("Rules", f"{len(over.edited):,}", width, signs)]
        for edited in over.edited:
            said = [Piece(edited.rule_id, "accent"), Piece(f" {edited.edit}", "dim")]
            rows.append([Piece("    "), _time(edited.at, now, looks), *said])
    return [*rows, []]


_INKS: dict[str, Ink] = {"critical": "critical", "high": "high", "normal": "normal", "low": "low"}


def _story(story: Story, now: datetime, width: int, looks: Looks) -> list[Piece]:
    """Severity and state, when, the headline as bold as it is new, how many have it, the rule where there is room."""
    signs = looks.signs
    states = {
        Triage.NEW: signs.new,
        Triage.SEEN: signs.seen,
        Triage.OPEN: signs.open,
        Triage.ACKED: signs.acked,
    }
    is_acked = story.state is Triage.ACKED
    ink = _INKS[story.severity]
    head = [
        Piece("  "),
        Piece(story.severity.letter, ink, bold=True),
        Piece(states[story.state], "good" if is_acked else ink),
        Piece(" "),
        _time(story.at, now, looks),
    ]
    tail = [Piece(f" {signs.times}{len(story.sources)}", "dim")] if len(story.sources) > 1 else [Piece("   ")]
    if story.is_starred:
        tail = [Piece(f" {signs.star}", "mark"), *tail]
    if width >= RULE_FROM:
        tail += [Piece("  "), *fit([Piece(story.lead.rule_id, "dim")], RULE_CELLS, signs.ellipsis)]
    room = max(width - width_of(head) - width_of(tail) - 1, 1)
    title = Piece(
        story.lead.entry.title or "(no headline)", "dim" if is_acked else "text", bold=story.state is Triage.NEW
    )
    return [*head, *fit([title], room, signs.ellipsis), *tail]


def _act(name: str, touched: Sequence[Story | None], width: int, looks: Looks) -> list[Pieces]:
    rows: list[Pieces] = []
    for story in touched[:SHOWN_ACTS]:
        head = Piece(f"    {name if not rows else '':<{TIME_CELLS + 2}}", "dim")
        title = story.lead.entry.title if story is not None else "a story that has left the view"
        rows.append(fit([head, Piece(title)], width, looks.signs.ellipsis))
    if len(touched) > SHOWN_ACTS:
        rows.append([Piece(" " * (TIME_CELLS + 6)), Piece(f"and {len(touched) - SHOWN_ACTS:,} more", "dim")])
    return rows


def _names(label: str, names: Sequence[str], width: int) -> list[Pieces]:
    text = ", ".join(names)
    head = f"    {label:<{TIME_CELLS + 2}}"
    lines = wrapped(text, max(width - len(head) - 2, 1))
    return [
        [Piece(head if not number else " " * len(head), "dim"), Piece(text[start:end], "high")]
        for number, (start, end) in enumerate(lines)
    ]


def _time(at: datetime, now: datetime, looks: Looks) -> Piece:
    return Piece(f"{minute(at, now, looks.zone):<{TIME_CELLS - 1}} ", "dim")
