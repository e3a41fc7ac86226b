"""An article laid out: what a person reads of a story's lead entry, in lines of a width.

Laying out is done once a width and story; the lines become strips only when they are drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newswatch.model.entry import Entry
from newswatch.model.hit import Mark
from newswatch.model.story import Story
from newswatch.tui.links import host_and_port
from newswatch.tui.looks import Looks
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit, width_of
from newswatch.tui.paint.stories import severity_ink, state_ink, state_sign
from newswatch.tui.paint.why import HELD_WORDS, reason_rows, section, times_of
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.reasons import Reason
from newswatch.tui.words import counted, minute, moment

READING_CELLS = 92
LIKENESS = 60  # code points of a summary that, found in the content, make it a part of it
SIDE_BY_SIDE_FROM = 100
MOST_LINES = 4_000  # an article of 200,000 characters has 3,000; beyond it is not made to be read
LEAST_COPIES = 3  # lines under which a list of copies says nothing
SOURCE_CELLS = 24


@dataclass(slots=True)
class Layout:
    """The lines, and for each matched word (by its number) the line it begins on."""

    lines: list[Pieces] = field(default_factory=list)
    mark_lines: list[int] = field(default_factory=list)

    def blank(self) -> None:
        """An empty line, unless the last one is."""
        if self.lines and self.lines[-1]:
            self.lines.append([])

    def paragraph(
        self, text: str, spans: Sequence[tuple[int, int]], width: int, ink: Ink = "text", *, bold: bool = False
    ) -> None:
        """A wrapped paragraph; its marks are numbered on from the last."""
        first_mark, first_line = len(self.mark_lines), len(self.lines)
        breaks = wrapped(text, width)
        span_starts, span_ends = [start for start, _ in spans], [end for _, end in spans]
        for start, end in breaks:
            low, high = bisect_right(span_ends, start), bisect_left(span_starts, end)
            inside = spans[low:high]
            self.lines.append(marked(text, inside, ink, bold=bold, start=start, end=end, first_mark=first_mark + low))
        line_ends = [end for _, end in breaks]
        last = max(len(breaks) - 1, 0)
        self.mark_lines += [first_line + min(bisect_right(line_ends, start), last) for start in span_starts]


def marks_of(story: Story) -> list[Mark]:
    """The marks of every rule that fired on the story's lead entry."""
    key = (story.lead.entry.feed_id, story.lead.entry.key)
    return [mark for hit in story.hits if (hit.entry.feed_id, hit.entry.key) == key for mark in hit.marks]


def article(story: Story, now: datetime, width: int, looks: Looks) -> Layout:
    """The title, the facts, and the text of the story's lead entry, wrapped at a reading width."""
    entry = story.lead.entry
    marks = marks_of(story)
    layout = Layout()
    reading = max(min(width, READING_CELLS), 1)
    title = entry.title or "no title"
    layout.paragraph(title, spans_of(marks, "title", len(title)), reading, bold=True)
    _facts(layout, story, marks, now, reading, looks)
    layout.blank()
    for name, text in _texts(entry, marks):
        _text(layout, text, [mark for mark in marks if mark.field == name], name, reading)
        layout.blank()
    return layout


def _facts(layout: Layout, story: Story, marks: Sequence[Mark], now: datetime, width: int, looks: Looks) -> None:
    entry, signs = story.lead.entry, looks.signs
    head: list[Piece] = marked(entry.source, spans_of(marks, "source", len(entry.source)), "text")
    if entry.author:
        head += [Piece(f" {signs.dot} ", "faint")]
        head += marked(entry.author, spans_of(marks, "author", len(entry.author)), "dim")
    if entry.lang:
        head += [Piece(f" {signs.dot} ", "faint"), Piece(entry.lang, "dim")]
    head += [
        Piece(f" {signs.dot} ", "faint"),
        Piece(f"{story.severity.value} ", severity_ink(story.severity)),
        Piece(f"{state_sign(story, signs)} ", state_ink(story)),
        Piece(story.state.value if story.is_alert else "held", "dim"),
    ]
    if story.is_starred:
        head.append(Piece(f" {signs.star} starred", "mark"))
    layout.lines.append(fit(head, width, signs.ellipsis))
    layout.paragraph(times_of(entry, now, looks, short=False), (), width, "dim")
    if entry.link:
        host = host_and_port(entry.link)
        rest = entry.link.partition("://")[2].partition("/")[2]
        layout.lines.append(
            fit([Piece(host, "low"), Piece(f"/{rest}" if rest else "", "faint")], width, signs.ellipsis)
        )
    if entry.tags:
        tags: list[Piece] = []
        for part, tag in enumerate(entry.tags):
            tags += [Piece(" #", "faint") if tags else Piece("#", "faint")]
            tags += marked(tag, spans_of(marks, "tags", len(tag), part), "dim")
        layout.lines.append(fit(tags, width, signs.ellipsis))
    if story.lead.held is not None:
        layout.paragraph(HELD_WORDS[story.lead.held], (), width, "high")
    if entry.revised_at is not None:
        layout.paragraph(f"text changed {moment(entry.revised_at, now, looks.zone)}", (), width, "high")


def _texts(entry: Entry, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """The fields to read: the content, else the summary; both where the summary says something of its own."""
    if not entry.content.strip():
        return [("summary", entry.summary)]
    is_own = entry.summary.strip() and entry.summary.strip()[:LIKENESS] not in entry.content
    if is_own or (any(mark.field == "summary" for mark in marks) and not any(m.field == "content" for m in marks)):
        return [("summary", entry.summary), ("content", entry.content)]
    return [("content", entry.content)]


def _text(layout: Layout, text: str, marks: Sequence[Mark], name: str, width: int) -> None:
    spans = spans_of(marks, name, len(text))
    start = next_span = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        inside: list[tuple[int, int]] = []
        while next_span < len(spans) and spans[next_span][0] < end:
            span_start, span_end = spans[next_span]
            inside.append((max(span_start - start, 0), min(span_end, end) - start))
            if span_end > end:
                break
            next_span += 1
        if paragraph.strip():
            layout.blank()
            layout.paragraph(paragraph, inside, width)
        start = end + 1
        if len(layout.lines) > MOST_LINES:
            layout.blank()
            rest = counted(len(text) - start, "character")
            layout.lines.append([Piece(f"{rest} more are not shown; the whole is behind the link", "high")])
            return


def why_and_copies(
    story: Story, reasons: Sequence[Reason], now: datetime, width: int, most: int, looks: Looks
) -> list[Pieces]:
    """What stands under an article, in at most `most` lines: why it fired, and who else has the story.

    Side by side where there is room; a story that nobody else has is not said to be one.
    """
    is_alone = len(_entries(story)) == 1
    if is_alone or width < SIDE_BY_SIDE_FROM:
        whys = _why(story, reasons, now, width, looks)[:most]
        room = most - len(whys)
        return whys if is_alone or room < LEAST_COPIES else [*whys, *_copies(story, now, width, room, looks)]
    left = width // 2
    whys, copies = _why(story, reasons, now, left, looks)[:most], _copies(story, now, width - left, most, looks)
    height = max(len(whys), len(copies))
    whys += [[]] * (height - len(whys))
    copies += [[]] * (height - len(copies))
    return [[*fit(why, left, looks.signs.ellipsis), *copy] for why, copy in zip(whys, copies, strict=True)]


def _why(story: Story, reasons: Sequence[Reason], now: datetime, width: int, looks: Looks) -> list[Pieces]:
    lead, signs = story.lead, looks.signs
    fired = f"fired {moment(lead.found_at, now, looks.zone)}"
    name = f"{lead.rule_id}{' (old rule)' if lead.is_old_rule else ''}"
    rows: list[Pieces] = [section("Why", f"{name} {signs.dot} {fired}", width, signs)]
    rows += [[Piece("  "), *row] for row in reason_rows(reasons, width - 3, signs)]
    others = [rule_id for rule_id in story.rule_ids if rule_id != lead.rule_id]
    if others:
        rows.append([Piece("  "), Piece("also fired ", "dim"), Piece(", ".join(others), "text")])
    return rows


def _entries(story: Story) -> list[Entry]:
    return list({(hit.entry.feed_id, hit.entry.key): hit.entry for hit in story.hits}.values())


def _copies(story: Story, now: datetime, width: int, most: int, looks: Looks) -> list[Pieces]:
    signs = looks.signs
    entries = sorted(_entries(story), key=lambda entry: entry.at)
    aside = f"{counted(len(story.sources), 'publisher')} {signs.dot} {counted(len(entries), 'copy', 'copies')}"
    rows: list[Pieces] = [section("Story", aside, width, signs)]
    source_cells = min(max(width_of([Piece(entry.source)]) for entry in entries), SOURCE_CELLS)
    room = max(most - 1, 1)
    shown = entries if len(entries) <= room else entries[: room - 1]
    for number, entry in enumerate(shown):
        is_same = entry.title == story.lead.entry.title
        said = Piece("first", "accent") if number == 0 else Piece("" if is_same else entry.title, "dim")
        time = Piece(f"  {minute(entry.at, now, looks.zone)} ", "dim")
        rows.append([time, *fit([Piece(entry.source)], source_cells, signs.ellipsis), Piece("  "), said])
    if len(shown) < len(entries):
        rows.append([Piece(f"  and {len(entries) - len(shown)} more", "dim")])
    return rows
