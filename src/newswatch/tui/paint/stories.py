"""One row of the list, its columns and its head. Every row is as wide as it is told, whatever the title holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from newswatch.model.hit import Held, Triage
from newswatch.model.rule import Severity
from newswatch.model.story import Story
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, cut, fit, width_of
from newswatch.tui.paint.rows import gutter
from newswatch.tui.paint.why import no_match
from newswatch.tui.signs import Signs
from newswatch.tui.words import age

SOURCE_FROM = 96  # cells of the list from which a source column pays
RULE_FROM = 44
AGE_FROM = 24
RULE_LEAST, RULE_MOST, RULE_MOST_WIDE = 6, 14, 20
MORE_CELLS = 2  # for the +n of a story that several rules found
SOURCE_CELLS = 14
FLAGS_FROM = 24  # cells of a headline below which it is shown alone
TAG_NAMES_FROM = 56  # and from which a tag is shown by its name
TAG_CELLS = 12
WORDS_FROM = 58  # and from which words stand in the place of letters


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column; 0 where a column is not shown."""

    width: int
    age: int
    rule: int
    headline: int
    source: int
    times: int


def columns_for(width: int, rule_ids: Iterable[str]) -> Columns:
    """The columns of a list of that width. The rule column is as wide as the longest rule id, within reason."""
    longest = max((len(rule_id) for rule_id in rule_ids), default=RULE_LEAST) + MORE_CELLS
    most = RULE_MOST_WIDE if width >= SOURCE_FROM else RULE_MOST
    rule = min(max(longest, RULE_LEAST), most) if width >= RULE_FROM else 0
    age_cells = 3 if width >= AGE_FROM else 0
    source = SOURCE_CELLS if width >= SOURCE_FROM else 0
    times = 4 if width >= RULE_FROM else 0
    taken = 4 + (age_cells + 2 if age_cells else 0) + (rule + 1 if rule else 0)
    taken += (source + 2 if source else 0) + (times + 1 if times else 0)
    return Columns(width, age_cells, rule, max(width - taken, 0), source, times)


def list_head(columns: Columns, signs: Signs) -> list[Piece]:
    """The names of the columns."""
    cells: list[str] = [" S  "]
    if columns.age:
        cells.append(" age ")
    if columns.rule:
        cells.append(f"{'rule':<{columns.rule}} ")
    cells.append(f"{'headline':<{columns.headline}}")
    if columns.source:
        cells.append(f"  {'source':<{columns.source}}")
    if columns.times:
        cells.append(f"{f'{signs.times}n':>{columns.times}}")
    return [Piece("".join(cells), "faint")]


def waiting_line(width: int, waiting: int, waiting_held: int, position: str, signs: Signs) -> list[Piece]:
    """The line above the first row: drawn thin, with what waits in its middle and the position at its end."""
    words: list[Piece] = []
    if waiting:
        words = [Piece(f" {signs.newer} {waiting:,} newer ", "accent", bold=True)]
        if waiting_held:
            words.append(Piece(f"{signs.dot} {waiting_held:,} held ", "accent"))
        words.append(Piece(f"{signs.dot} press . to show ", "accent"))
    elif waiting_held:
        words = [
            Piece(f" {signs.newer} {waiting_held:,} held ", "dim"),
            Piece(f"{signs.dot} press . to show ", "dim"),
        ]
    told = sum(len(piece.text) for piece in words)
    tail = f" {position} " if position and width - told >= len(position) + 6 else ""
    left = max(min((width - told) // 2, width - told - len(tail) - 3), 0)  # beside a long position it makes room
    right = max(width - told - left - len(tail) - 2, 0)
    return [
        Piece(signs.rule * left, "line"),
        *words,
        Piece(signs.rule * right, "line"),
        Piece(tail, "faint"),
        Piece(signs.rule * 2, "line"),
    ]


def severity_ink(severity: Severity) -> Ink:
    """The colour of a severity."""
    match severity:
        case Severity.CRITICAL:
            return "critical"
        case Severity.HIGH:
            return "high"
        case Severity.NORMAL:
            return "normal"
        case Severity.LOW:
            return "low"
        case _:
            assert_never(severity)


def state_sign(story: Story, signs: Signs) -> str:
    """The sign of a story's state; held ones have their own, muted and snoozed ones a letter."""
    if not story.is_alert:
        if _is_asleep(story):
            return signs.snoozed
        if any(hit.held is Held.MUTED for hit in story.hits):
            return signs.muted
        return signs.held if story.state is not Triage.ACKED else signs.acked
    match story.state:
        case Triage.NEW:
            return signs.new
        case Triage.SEEN:
            return signs.seen
        case Triage.OPEN:
            return signs.open
        case Triage.ACKED:
            return signs.acked
        case _:
            assert_never(story.state)


def story_row(
    story: Story, columns: Columns, now: datetime, signs: Signs, *, is_selected: bool, is_marked: bool = False
) -> list[Piece]:
    """One story as a row of exactly `columns.width` cells. `is_marked`: a person picked it to act on with others."""
    is_quiet = not story.is_alert or story.state is Triage.ACKED
    severity = severity_ink(story.severity)
    row = [
        gutter(signs, is_selected=is_selected, is_marked=is_marked),
        Piece(story.severity.letter, severity, bold=story.is_alert),
        Piece(state_sign(story, signs), state_ink(story)),
        Piece(signs.star if story.is_starred else " ", "mark"),
    ]
    if columns.age:
        row.append(Piece(f" {age(story.at, now):>{columns.age}} ", "faint" if is_quiet else "dim"))
    if columns.rule:
        row += _rule_cell(story, columns.rule, signs, "accent" if is_selected else "faint" if is_quiet else "dim")
    flags = flags_of(story, columns.headline, signs)
    flag_cells = width_of(flags) + 2 if flags else 0
    row += _headline(story, columns.headline - flag_cells, signs)
    if flags:
        row += [Piece("  "), *flags]
    if columns.source:
        source = cut(story.lead.entry.source, columns.source, signs.ellipsis)
        row += [Piece("  "), *fit([Piece(source, "faint" if is_quiet else "dim")], columns.source)]
    if columns.times:
        sources = len(story.sources)
        text = f"{signs.times}{sources}" if sources < 100 else f"{signs.times}99"
        row.append(Piece(f"{text:>{columns.times}} ", "faint" if sources == 1 else "dim" if is_quiet else "text"))
    return fit(row, columns.width, signs.ellipsis)


def _is_asleep(story: Story) -> bool:
    """Whether a story that does not alert is to come up again."""
    return any(hit.held is Held.SNOOZED or hit.snoozed_until is not None for hit in story.hits)


def state_ink(story: Story) -> Ink:
    """The colour of a state's sign."""
    if not story.is_alert:
        return "low" if _is_asleep(story) else "faint"
    match story.state:
        case Triage.NEW:
            return severity_ink(story.severity)
        case Triage.ACKED:
            return "good"
        case _:
            return "dim"


def flags_of(story: Story, width: int, signs: Signs) -> list[Piece]:
    """What is to be said of a story beside its state, for the end of a headline of that width: each a sign and a
    colour. Its first tag by name where there is room. Empty for most stories.
    """
    if width < FLAGS_FROM:
        return []
    flags: list[Piece] = []
    tags = tags_of(story)
    if tags and width >= TAG_NAMES_FROM:
        more = f"+{min(len(tags) - 1, 9)}" if len(tags) > 1 else ""
        flags.append(Piece(f"{signs.tagged}{cut(tags[0], TAG_CELLS - len(more), signs.ellipsis)}{more}", "low"))
    elif tags:
        flags.append(Piece(signs.tagged, "low", bold=True))
    if any(hit.notes for hit in story.hits):
        flags.append(Piece(signs.noted, "mark", bold=True))
    if story.is_alert and any(hit.snoozed_until is not None for hit in story.hits):
        flags.append(Piece(signs.snoozed, "low", bold=True))
    has_words = width >= WORDS_FROM
    if any(hit.is_revised for hit in story.hits):
        flags.append(Piece("revised" if has_words else signs.revised, "high", bold=not has_words))
    if all(hit.is_old_rule for hit in story.hits):
        flags.append(Piece(no_match(story.hits) if has_words else signs.old_rule, "normal", bold=not has_words))
    return [piece for flag in flags for piece in (Piece(" "), flag)][1:]


def tags_of(story: Story) -> tuple[str, ...]:
    """The tags of its hits, each once, in the order they were given."""
    return tuple(dict.fromkeys(tag for hit in story.hits for tag in hit.tags))


def _rule_cell(story: Story, width: int, signs: Signs, ink: Ink) -> list[Piece]:
    others = len(story.rule_ids) - 1
    more = f"+{min(others, 9)}" if others else ""
    name = cut(story.lead.rule_id, width - len(more), signs.ellipsis)
    return [*fit([Piece(name, ink), Piece(more, "faint")], width, signs.ellipsis), Piece(" ")]


def _headline(story: Story, width: int, signs: Signs) -> list[Piece]:
    lead = story.lead
    title = lead.entry.title
    is_dim = not story.is_alert or story.state is Triage.ACKED
    ink: Ink = "dim" if is_dim else "text"
    if not title.strip():
        instead = lead.entry.summary or lead.entry.link or "no title"
        return fit([Piece(instead, "faint", italic=True)], width, signs.ellipsis)
    marks = [mark for hit in story.hits if hit.entry.key == lead.entry.key for mark in hit.marks]
    pieces = marked(
        title,
        spans_of(marks, "title", len(title)),
        ink,
        bold=story.is_alert and story.state is Triage.NEW,
        mark_bold=story.is_alert,
        mark_ink="mark" if story.is_alert else "dim",
    )
    return fit(pieces, width, signs.ellipsis)
