"""The rules as rows, and one rule in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from newswatch.model.pulse import HOURS, RuleRate
from newswatch.model.rule import DEFAULT_FIELDS, RuleId, RuleStatus
from newswatch.tui.looks import Looks
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.query import mistake_rows, query_line, query_rows
from newswatch.tui.paint.rows import count_line, fact_rows, none_passes, short_count
from newswatch.tui.paint.sparkline import sparkline, thinned
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import age, counted, moment
from newswatch.tui.words import rate as rate_words

NO_RATES: Mapping[RuleId, RuleRate] = MappingProxyType({})
LEAD_CELLS = 4  # bar, severity, state, a blank
NUMBERS_CELLS = 18  # hits, held, last, a blank
A_DAY_CELLS = 6
WIDE_FROM = 110
NAME_FROM, NUMBERS_FROM, HITS_FROM = 100, 56, 32
SPARKS = ((140, HOURS), (96, HOURS // 2), (70, HOURS // 3))
"""From which width on how many cells show the last 24 hours."""


@dataclass(frozen=True, slots=True)
class RuleColumns:
    """Cells of each column, their gap included; 0 where a column is not shown. `numbers` are hits, held, last.

    `spark` are the last 24 hours, with how many hits a day that makes behind it.
    """

    width: int
    id: int
    name: int
    query: int
    numbers: int
    hits: int
    spark: int = 0


def rule_columns(width: int, rules: Iterable[RuleStatus]) -> RuleColumns:
    """The columns of a list of that width."""
    is_wide = width >= WIDE_FROM
    longest_id = longest_name = 0
    for status in rules:
        longest_id = max(longest_id, width_of([Piece(status.rule.id)]))
        longest_name = max(longest_name, width_of([Piece(status.rule.name)]))
    numbers = NUMBERS_CELLS if width >= NUMBERS_FROM else 0
    hits = 0 if numbers or width < HITS_FROM else 6
    spark = next((cells for since, cells in SPARKS if width >= since), 0)
    room = max(width - LEAD_CELLS - numbers - hits - (spark + 1 + A_DAY_CELLS if spark else 0), 0)
    id_cells = min(max(longest_id, 6) + 2, 24 if is_wide else 16, room)
    name = min(longest_name + 2, 36 if is_wide else 20) if longest_name and width >= NAME_FROM else 0
    return RuleColumns(width, id_cells, name, max(room - id_cells - name, 0), numbers, hits, spark)


def rules_head(columns: RuleColumns) -> Pieces:
    """The names of the columns."""
    cells = [" S  ", f"{'rule':<{columns.id}}"]
    if columns.name:
        cells.append(f"{'name':<{columns.name}}")
    cells.append(f"{'query':<{columns.query}}"[: columns.query])
    if columns.spark:
        word = "last 24 h" if columns.spark >= HOURS // 2 else "24 h"
        cells.append(f" {word:<{columns.spark}}{'a day':>{A_DAY_CELLS}}")
    if columns.numbers:
        cells.append(f"{'hits':>6}{'held':>6}{'last':>5} ")
    elif columns.hits:
        cells.append(f"{'hits':>{columns.hits}}")
    return [Piece("".join(cells), "faint")]


def rules_line(
    rules: Sequence[RuleStatus],
    index: int,
    width: int,
    signs: Signs,
    rates: Mapping[RuleId, RuleRate] = NO_RATES,
    *,
    needle: str = "",
) -> Pieces:
    """How many rules are live, off, broken, blind and silent, by what they are filtered, and which one is selected."""
    broken = sum(status.problem is not None for status in rules)
    live = sum(status.is_live for status in rules)
    off = sum(not status.is_live and status.problem is None for status in rules)
    words: list[Pieces] = [[Piece(f"{live:,} live", "good" if live else "dim")]]
    if off:
        words.append([Piece(f"{off:,} off", "dim")])
    if broken:
        words.append([Piece(f"{signs.broken} {broken:,} broken", "critical", bold=True)])
    known = [rates[status.rule.id] for status in rules if status.is_live and status.rule.id in rates]
    if blind := sum(bool(rate.never) for rate in known):
        words.append([Piece(f"{signs.warning} {blind:,} blind", "high", bold=True)])
    if silent := sum(rate.is_silent and not rate.never for rate in known):
        words.append([Piece(f"{silent:,} silent", "normal")])
    position = f"{index + 1:,}/{len(rules):,}" if rules else ""
    aside = " ".join(word for word in (f"/{needle}" if needle else "", position) if word)
    return count_line(words, aside, width, signs)


def rule_state(status: RuleStatus, signs: Signs, rate: RuleRate | None = None) -> tuple[str, str, Ink]:
    """The sign of a rule's state, its words, and their ink."""
    if status.problem is not None:
        if status.is_live:
            return signs.warning, "live in its last good form", "high"
        return signs.broken, "broken, not live", "critical"
    if status.is_live and rate is not None and rate.never:
        return signs.warning, "live, but it can never fire", "high"
    if status.is_live and rate is not None and rate.is_silent:
        return signs.live, "live, and quiet for longer than it ever is", "normal"
    if status.is_live:
        return signs.live, "live", "good"
    return signs.open, "off", "faint"


def rule_row(
    status: RuleStatus,
    columns: RuleColumns,
    now: datetime,
    signs: Signs,
    *,
    is_selected: bool,
    rate: RuleRate | None = None,
) -> Pieces:
    """One rule as a row of exactly `columns.width` cells."""
    rule = status.rule
    is_quiet = not status.is_live and status.problem is None
    sign, _, state_ink = rule_state(status, signs, rate)
    row: list[Piece] = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(rule.severity.letter, "faint" if is_quiet else severity_ink(rule.severity), bold=not is_quiet),
        Piece(sign, state_ink, bold=status.problem is not None),
        Piece(" "),
        *_cell([Piece(rule.id, "accent" if is_selected else "faint" if is_quiet else "text")], columns.id, signs),
    ]
    if columns.name:
        row += _cell([Piece(rule.name, "faint" if is_quiet else "text")], columns.name, signs)
    row += fit(_said(status, rate, is_quiet=is_quiet), columns.query, signs.ellipsis)
    if columns.spark:
        row += _rate(rate, columns.spark, "dim" if is_quiet else severity_ink(rule.severity), signs)
    hits = f"{short_count(status.hits) if status.hits else signs.held:>6}"
    if columns.numbers:
        held = f"{short_count(status.held) if status.held else signs.held:>6}"
        last = f"{age(status.last_hit_at, now) if status.last_hit_at else signs.held:>5} "
        row += [_number(hits, status.hits, is_quiet=is_quiet), Piece(held, "dim" if status.held else "faint")]
        last_ink: Ink = "normal" if rate is not None and rate.is_silent else "dim"
        row.append(Piece(last, last_ink if status.last_hit_at and not is_quiet else "faint"))
    elif columns.hits:
        row.append(_number(hits, status.hits, is_quiet=is_quiet))
    return fit(row, columns.width, signs.ellipsis)


def _rate(rate: RuleRate | None, cells: int, ink: Ink, signs: Signs) -> list[Piece]:
    """The last 24 hours, and how many hits a day that makes; blank until they are known."""
    if rate is None:
        return [Piece(" " * (cells + 1 + A_DAY_CELLS))]
    a_day = signs.held if rate.per_day is None else rate_words(rate.per_day)
    bars = sparkline(thinned(rate.hours or (None,) * HOURS, cells), signs, ink)
    return [Piece(" "), *bars, Piece(f"{a_day:>{A_DAY_CELLS}}", "dim" if rate.per_day else "faint")]


def rule_detail(
    status: RuleStatus, now: datetime, width: int, looks: Looks, rate: RuleRate | None = None
) -> list[Pieces]:
    """A rule in full: its query with what is wrong in it, what it found, and all else that its file says of it."""
    rule, signs = status.rule, looks.signs
    sign, word, ink = rule_state(status, signs, rate)
    lines: list[Pieces] = [section(rule.id, "", width, signs)]
    head: list[Piece] = [
        Piece(f" {rule.severity.letter} ", severity_ink(rule.severity), bold=True),
        Piece(rule.severity.value, severity_ink(rule.severity)),
        Piece(f" {signs.dot} ", "faint"),
        Piece(f"{sign} {word}", "dim" if ink == "faint" else ink),
    ]
    if rule.name:
        head += [Piece(f" {signs.dot} ", "faint"), Piece(rule.name, bold=True)]
    lines += [fit(head, width, signs.ellipsis), []]
    lines += _query_and_problem(status, width, signs)
    lines.append([])
    if rate is not None and rate.never and status.is_live:
        lines += fact_rows("blind", rate.never, width)
    lines += fact_rows("hits", _hits_in_words(status, now, looks), width)
    if rate is not None and rate.hours:
        lines += fact_rows("last 24 h", _day_in_words(rate, now, looks.signs), width)
    if rule.fields != DEFAULT_FIELDS:
        lines += fact_rows("looks in", ", ".join(rule.fields), width)
    for label, words in (("languages", rule.languages), ("feeds", rule.feeds), ("tags", rule.tags)):
        if words:
            lines += fact_rows(label, ", ".join(words), width)
    if rule.expires is not None:
        lines += fact_rows("expires", _day(rule.expires, now, looks), width)
    lines += [row for text in rule.must for row in fact_rows("must", f"“{text}”", width)]
    lines += [row for text in rule.must_not for row in fact_rows("must not", f"“{text}”", width)]
    if rule.notes:
        lines += fact_rows("notes", " ".join(rule.notes.split()), width)
    return lines


def no_rules(width: int, signs: Signs, *, is_starting: bool, needle: str = "") -> list[Pieces]:
    """What stands in the list while there is no rule, or none that passes a filter."""
    if needle:
        return none_passes("rule", needle)
    if is_starting:
        return [[], [Piece(f"   Reading rules.toml{signs.ellipsis}", "dim")]]
    said = "A rule is words to watch for, such as “North Korean troops”. What matches becomes a hit."
    return [
        [],
        [Piece("   Watch for what?", bold=True)],
        *([Piece("   "), Piece(said[start:end], "dim")] for start, end in wrapped(said, max(width - 6, 1))),
        [],
        [Piece("   "), Piece("n", "accent", bold=True), Piece(" writes the first one", "dim")],
    ]


def _query_and_problem(status: RuleStatus, width: int, signs: Signs) -> list[Pieces]:
    """What is wrong first: a long query would push it out of sight."""
    rule, problem = status.rule, status.problem
    room = max(width - 2, 1)
    offset = problem.offset if problem is not None else None
    rows: list[Pieces] = []
    if problem is not None:
        message = problem.message
        if problem.line is not None:
            message = f"{message} (rules.toml, line {problem.line})"
        rows += [[Piece(" "), *row] for row in mistake_rows(rule.text, offset, message, problem.hint, room, signs)]
        if status.is_live:
            rows.append([Piece("   Its last good form is being matched until this is mended.", "dim")])
    if rule.text:
        rows += [[]] if rows else []
        rows += [[Piece(" "), *row] for row in query_rows(rule.text, room, offset)]
    return rows


def _said(status: RuleStatus, rate: RuleRate | None, *, is_quiet: bool) -> Pieces:
    """The query, or what is wrong with it."""
    if status.problem is not None:
        return [Piece(status.problem.message, "critical")]
    if rate is not None and rate.never and status.is_live:
        return [Piece(f"can never fire: {rate.never}", "high")]
    if is_quiet:
        return [Piece(" ".join(status.rule.text[:400].split()), "faint")]
    return query_line(status.rule.text)


def _day_in_words(rate: RuleRate, now: datetime, signs: Signs) -> Pieces:
    bars = sparkline(rate.hours, signs)
    a_day = f", {rate_words(rate.per_day)} a day" if rate.per_day is not None else ""
    but = " but backlog" if rate.is_of_backlog(now) else ""
    return [*bars, Piece(f"  {counted(rate.hits, 'hit')}{but}{a_day}", "dim")]


def _hits_in_words(status: RuleStatus, now: datetime, looks: Looks) -> str:
    if not status.hits:
        return "none yet"
    said = [counted(status.hits, "hit")]
    if status.held:
        said.append(f"{status.held:,} held")
    if status.last_hit_at is not None:
        ago = age(status.last_hit_at, now)
        said.append(f"last {moment(status.last_hit_at, now, looks.zone)}{f' ({ago} ago)' if ago != 'now' else ''}")
    return f" {looks.signs.dot} ".join(said)


def _day(expires: date | datetime, now: datetime, looks: Looks) -> str:
    if isinstance(expires, datetime):
        aware = expires if expires.tzinfo is not None else expires.replace(tzinfo=looks.zone)
        return f"{moment(aware, now, looks.zone)}{' (past)' if aware <= now else ''}"
    return f"{expires.isoformat()}{' (past)' if expires < now.astimezone(looks.zone).date() else ''}"


def _number(text: str, number: int, *, is_quiet: bool) -> Piece:
    return Piece(text, "faint" if is_quiet or not number else "text")


def _cell(pieces: Sequence[Piece], cells: int, signs: Signs) -> list[Piece]:
    """A column's text with a gap of two behind it."""
    shorter = [piece._replace(text=cut(piece.text, max(cells - 2, 0), signs.ellipsis)) for piece in pieces]
    return fit(shorter, cells, signs.ellipsis)
