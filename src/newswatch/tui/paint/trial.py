"""What a query does on the stored history: counts, what an edit would change, days, sources, headlines, near misses.

Draws a `Backtest` as far as it has come: a head, and rows to go through. Knows nothing of how it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from newswatch.model.backtest import Backtest, Change, Example
from newswatch.model.entry import Entry
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

SOURCE_CELLS = 16
SPARK_DAYS = 28
LEAST_TITLE = 24  # cells; with fewer the source gives way
NEAR_SHARE = 3  # of the rows, one in so many is for near misses where there are both


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial is: `found` is of the query as it is now, or as it was when `is_running`; or why it failed."""

    found: Backtest | None = None
    is_running: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One headline of a trial. `found` is an entry that matches, or would no more; else a near miss, which lacks
    `missing`. `copies` counts the entries that read the same.
    """

    id: str
    entry: Entry
    found: Example | None = None
    missing: str = ""
    copies: int = 1

    @property
    def matches(self) -> bool:
        """Whether the query as it is now finds it."""
        return self.found is not None and self.found.change is not Change.GONE


def trial_head(trial: Trial, width: int, signs: Signs) -> list[Pieces]:
    """A heading, and the numbers; or why there are none."""
    found = trial.found
    rows: list[Pieces] = [section("In the history", _aside(trial, signs), width, signs)]
    if trial.error:
        return rows + [[Piece(f" {trial.error[at:end]}", "critical")] for at, end in wrapped(trial.error, width - 2)]
    if found is None:
        if not trial.is_running:
            rows.append([Piece(" What the query would have matched so far stands here.", "faint")])
        return rows
    return rows + [fit(row, width, signs.ellipsis) for row in _numbers(found, signs, is_old=trial.is_running)]


def trial_items(trial: Trial, room: int) -> list[TrialRow]:
    """What would change first, then what stays, then what came close; each newest first.

    Where all of it does not fit into `room` rows, some near misses come before the last hits: to be seen at once.
    """
    found = trial.found
    if found is None or trial.error:
        return []
    copies = Counter(_headline(example) for example in found.examples)
    ordered = sorted(found.examples, key=lambda example: example.change is Change.SAME)
    hits: dict[tuple[Change, str], TrialRow] = {}
    for example in ordered:
        key = _headline(example)
        hits.setdefault(key, TrialRow(_id_of(example.entry), example.entry, example, copies=copies[key]))
    rows = list({row.id: row for row in hits.values()}.values())
    known = {row.id for row in rows}
    near = {
        _id_of(miss.entry): TrialRow(_id_of(miss.entry), miss.entry, missing=miss.missing) for miss in found.near_misses
    }
    misses = [row for row_id, row in near.items() if row_id not in known]
    for_near = min(len(misses), max(room // NEAR_SHARE, room - len(rows)))
    first = max(room - for_near, 0)
    return [*rows[:first], *misses, *rows[first:]]


def _id_of(entry: Entry) -> str:
    """Of the entry, whatever the query makes of it: a row stays selected while the query is edited."""
    return f"{entry.feed_id}/{entry.key}"


def trial_row(
    row: TrialRow, width: int, signs: Signs, *, is_selected: bool = False, test: bool | None = None
) -> list[Piece]:
    """One row in `width` cells. `test`: it is to become a must (True) or a must_not example of the rule."""
    bar = Piece(signs.bar if is_selected else " ", "accent", bold=True)
    tested = [] if test is None else [Piece(" must" if test else " must not", "good" if test else "high", bold=True)]
    if row.found is None:
        room = width // 2 - len("  missing: ")
        missing = [Piece("  missing: ", "faint"), Piece(cut(row.missing, room, signs.ellipsis), "normal")]
        title = [Piece(row.entry.title or row.entry.summary or "no title", "dim")]
        return _row(
            [bar, Piece("~ ", "normal", bold=True)], title, [*tested, *(missing if room >= 1 else [])], width, signs
        )
    head, words = _example(row.found, signs)
    times = [Piece(f" {signs.times}{row.copies}", "dim")] if row.copies > 1 else []
    return _row([bar, head], words, [*tested, *times, *_aside_of(row.entry, width, signs)], width, signs)


def _aside(trial: Trial, signs: Signs) -> str:
    found = trial.found
    if trial.error:
        return ""
    if found is None:
        return f"trying{signs.ellipsis}" if trial.is_running else ""
    if trial.is_running and not found.is_complete and found.asked and found.entries:
        return f"{100 * found.asked // found.entries} % of {counted(found.entries, 'entry', 'entries')}"
    if trial.is_running:
        return f"trying{signs.ellipsis}"
    days = f"{counted(len(found.per_day), 'day')}, " if found.per_day else ""
    return f"{days}{counted(found.asked, 'stored entry', 'stored entries')}"


def _numbers(found: Backtest, signs: Signs, *, is_old: bool) -> Iterator[Pieces]:
    """At most three lines: what it matches and what would change; how often; the words another way, and where from."""
    yield [Piece(" "), *_hits(found, signs, "dim" if is_old or not found.hits else "accent")]
    often = _often(found, signs)
    if often:
        yield [Piece(" "), *often]
    facts = []
    if found.near:
        facts.append(f"{found.near:,} just missed")
    if found.as_phrase is not None and found.all_words is not None:
        facts.append(f"as a phrase {found.as_phrase:,} {signs.dot} all words anywhere {found.all_words:,}")
    if found.sources:
        facts.append("from " + ", ".join(f"{cut(name, SOURCE_CELLS)} {hits:,}" for name, hits in found.sources[:3]))
    if facts:
        yield [Piece(f" {f'  {signs.dot}  '.join(facts)}", "faint" if is_old else "dim")]


def _hits(found: Backtest, signs: Signs, ink: Ink) -> Pieces:
    now = Piece(f"{found.hits:,}", ink, bold=True)
    if found.saved_hits is None:
        stories = f" in {counted(found.stories, 'story', 'stories')}" if found.hits else ""
        return [now, Piece(f" {'hit' if found.hits == 1 else 'hits'}{stories}", "dim")]
    if not found.added and not found.gone:
        stories = f", {counted(found.stories, 'story', 'stories')}" if found.hits else ""
        return [now, Piece(f" {'hit' if found.hits == 1 else 'hits'}, as before{stories}", "dim")]
    return [
        Piece(f"{found.saved_hits:,} {signs.arrow} ", "dim"),
        now,
        Piece(" hits  ", "dim"),
        Piece(f"+{found.added:,}", "good" if found.added else "faint", bold=bool(found.added)),
        Piece(" "),
        Piece(f"{signs.minus}{found.gone:,}", "high" if found.gone else "faint", bold=bool(found.gone)),
        *_stories(found, signs),
    ]


def _stories(found: Backtest, signs: Signs) -> Pieces:
    """What an edit makes of the number of stories: of the alerts, that is."""
    if not found.hits:
        return []
    stories = counted(found.stories, "story", "stories")
    if found.saved_stories == found.stories:
        return [Piece(f"  in {stories}", "dim")]
    return [Piece(f"  {found.saved_stories:,} {signs.arrow} {stories}", "dim")]


def _often(found: Backtest, signs: Signs) -> Pieces:
    """Hits by day as bars, and how many alerts a day that makes: one a story."""
    if not found.hits or not found.per_day:
        return []
    shown = found.per_day[-SPARK_DAYS:]
    daily = found.stories / len(found.per_day)
    rate = f"~{daily:.1f} alerts a day" if daily < 10 else f"~{daily:,.0f} alerts a day"
    return [Piece(spark([hits for _, hits in shown], signs), "accent"), Piece(f" {_span_of(shown)}  {rate}", "dim")]


def _span_of(days: Sequence[tuple[date, int]]) -> str:
    first, last = days[0][0], days[-1][0]
    if first == last:
        return f"{last.day} {last:%b}"
    is_one_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day}-{last.day} {last:%b}" if is_one_month else f"{first.day} {first:%b} to {last.day} {last:%b}"


def spark(values: Sequence[int], signs: Signs) -> str:
    """One bar a value, the highest full; a value above zero is never empty."""
    top = max(values, default=0)
    steps = len(signs.bars) - 1
    return "".join(signs.bars[0 if not value else max(1, round(steps * value / top))] for value in values)


def _headline(example: Example) -> tuple[Change, str]:
    """What makes two rows the same to a reader."""
    return example.change, example.entry.title or example.entry.key


def _example(example: Example, signs: Signs) -> tuple[Piece, Sequence[Piece]]:
    """Its sign, and its headline."""
    entry = example.entry
    match example.change:
        case Change.NEW:
            head = Piece("+ ", "good", bold=True)
        case Change.GONE:
            head = Piece(f"{signs.minus} ", "high", bold=True)
        case Change.SAME:
            head = Piece(f"{signs.dot} ", "faint")
    ink: Ink = "dim" if example.change is Change.GONE else "text"
    if not entry.title.strip():
        return head, [Piece(entry.summary or entry.link or "no title", "faint", italic=True)]
    return head, marked(entry.title, spans_of(example.marks, "title", len(entry.title)), ink)


def _aside_of(entry: Entry, width: int, signs: Signs) -> Pieces:
    """The source in a column of its own, where there is room."""
    if width < LEAST_TITLE + SOURCE_CELLS + 6:
        return []
    return [Piece("  "), *fit([Piece(entry.source, "faint")], SOURCE_CELLS, signs.ellipsis)]


def _row(head: Pieces, title: Sequence[Piece], aside: Pieces, width: int, signs: Signs) -> list[Piece]:
    room = max(width - width_of(head) - width_of(aside) - 1, 1)
    return [*head, *fit(title, room, signs.ellipsis), *aside]
