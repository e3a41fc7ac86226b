"""An entry to read, hit or not: title, where it is from, the rules that matched, and the text as far as it is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime

from newswatch.model.hit import Hit
from newswatch.model.stream import Listed
from newswatch.tui.links import host_and_port
from newswatch.tui.looks import Looks
from newswatch.tui.paint.layout import measure
from newswatch.tui.paint.marks import Spans, marked, spans_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.paint.why import HELD_WORDS, no_match, times_of
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.words import counted, moment

LIKENESS = 60  # code points of a summary that, found in the content, make it a part of it
MOST_SHOWN = 20_000  # code points of a text: laid out within a frame
MOST_RULES = 8


def entry_rows(row: Listed, now: datetime, width: int, looks: Looks, *, is_centred: bool = False) -> list[Pieces]:
    """The entry, wrapped at the width that articles have and as far from the left."""
    entry = row.entry
    column = measure(width, is_centred=is_centred)
    reading = max(column.width, 2)
    title = entry.title or "no title"
    lines = _paragraph(title, spans_of(row.marks, "title", len(title)), reading, bold=True)
    lines += _facts(row, now, reading, looks)
    for field, text in _texts(row):
        lines += _text(text, spans_of(row.marks, field, len(text)), reading)
    return [[Piece(" " * column.margin), *line] if line else [] for line in lines]


def _facts(row: Listed, now: datetime, width: int, looks: Looks) -> list[Pieces]:
    entry, signs = row.entry, looks.signs
    head: list[Piece] = marked(entry.source, spans_of(row.marks, "source", len(entry.source)), "text")
    for said, field in ((entry.author, "author"), (entry.lang, "")):
        if said:
            head.append(Piece(f" {signs.dot} ", "faint"))
            head += marked(said, spans_of(row.marks, field, len(said)), "dim")
    lines: list[Pieces] = [fit(head, width, signs.ellipsis)]
    lines += _paragraph(times_of(entry, now, looks, short=False), (), width, ink="dim")
    if entry.link:
        host = host_and_port(entry.link)
        rest = entry.link.partition("://")[2].partition("/")[2]
        lines.append(fit([Piece(host, "low"), Piece(f"/{rest}" if rest else "", "faint")], width, signs.ellipsis))
    if entry.tags:
        tags: list[Piece] = []
        for part, tag in enumerate(entry.tags):
            tags += [Piece(" #" if tags else "#", "faint")]
            tags += marked(tag, spans_of(row.marks, "tags", len(tag), part), "dim")
        lines.append(fit(tags, width, signs.ellipsis))
    if entry.revised_at is not None:
        lines += _paragraph(f"text changed {moment(entry.revised_at, now, looks.zone)}", (), width, ink="high")
    lines += [fit(_of_hit(hit), width, signs.ellipsis) for hit in row.hits[:MOST_RULES]]
    if len(row.hits) > MOST_RULES:
        lines.append([Piece(f"and {counted(len(row.hits) - MOST_RULES, 'more rule')}", "faint")])
    if not row.hits:
        lines.append([Piece("no rule matches", "faint")])
    return lines


def _of_hit(hit: Hit) -> list[Piece]:
    pieces = [Piece(f"{hit.severity.letter} ", severity_ink(hit.severity), bold=True), Piece(hit.rule_id, "text")]
    if hit.is_old_rule:
        said = no_match([hit])
        pieces.append(Piece(f"  {said}" if hit.held else f"  {said}: edited since, it no longer matches", "faint"))
    if hit.held is not None:
        held = HELD_WORDS[hit.held]
        pieces.append(Piece(f"  {held.partition(',')[0] if hit.is_old_rule else held}", "dim"))
    return pieces


def _texts(row: Listed) -> list[tuple[str, str]]:
    """The fields to read: the content, else the summary; both where the summary says something of its own."""
    entry = row.entry
    if not entry.content.strip():
        return [("summary", entry.summary)] if entry.summary.strip() else []
    is_own = entry.summary.strip() and entry.summary.strip()[:LIKENESS] not in entry.content
    return [("summary", entry.summary), ("content", entry.content)] if is_own else [("content", entry.content)]


def _text(text: str, spans: Spans, width: int) -> list[Pieces]:
    """Each paragraph that says something, as far as the text is shown."""
    lines: list[Pieces] = []
    ends = [end for _, end in spans]
    start = 0
    for paragraph in text[:MOST_SHOWN].split("\n"):
        end = start + len(paragraph)
        if paragraph.strip():
            first, last = bisect_right(ends, start), bisect_left(spans, (end, 0))
            inside = [(max(from_ - start, 0), min(to, end) - start) for from_, to in spans[first:last]]
            lines += [[], *_paragraph(paragraph, inside, width)]
        start = end + 1
    if len(text) > MOST_SHOWN:
        rest = counted(len(text) - MOST_SHOWN, "character")
        lines += [[], [Piece(f"{rest} more are not shown; the whole is behind the link", "high")]]
    return lines


def _paragraph(text: str, spans: Spans, width: int, *, ink: Ink = "text", bold: bool = False) -> list[Pieces]:
    """A wrapped paragraph."""
    return [marked(text, spans, ink, bold=bold, start=first, end=last) for first, last in wrapped(text, width)]
