"""The monitor's own health drawn: figures one a row, what is wrong in words, and the pulse in two lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from newswatch.model.pulse import HOURS, Health, LedgerLine, Pulse, Worry
from newswatch.model.rule import RuleStatus
from newswatch.tui.looks import Looks
from newswatch.tui.paint.ledger import LINE_WORDS
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.sparkline import rising, sparkline, thinned
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import amount, counted, rate, roughly

HEALTH_NAME_CELLS = 10
ROOMY_FROM = 44
WORRY_ROWS = 4
WATCHED_ENOUGH = 0.985
SLOW_S = 0.1


def health_rows(pulse: Pulse, width: int, looks: Looks) -> list[Pieces]:
    """How the monitor itself does: a name and a value a row."""
    health, flow, signs = pulse.health, pulse.flow, looks.signs
    room = max(width - 2 - HEALTH_NAME_CELLS, 1)
    is_roomy = width >= ROOMY_FROM
    facts: list[tuple[str, Pieces]] = [
        ("memory", _memory(health, room, signs)),
        ("cpu", _processor(health)),
        ("loop lag", _loop(health, is_roomy=is_roomy)),
        ("feeds", _feeds(health, room, signs)),
    ]
    if flow.lag_p50_s is not None and flow.lag_p95_s is not None:
        lags = [Piece(roughly(flow.lag_p50_s)), _dim(f", at worst {roughly(flow.lag_p95_s)}")]
        facts.append(("news lag", [_dim("usually "), *lags] if is_roomy else lags))
    if flow.entries_per_day is not None:
        facts.append(("brings", [Piece(rate(flow.entries_per_day)), _dim(" entries a day")]))
    facts.append(("saved", _saved(health, pulse.at)))
    if health.saving.journal_bytes is not None:
        facts.append(("history", [Piece(amount(health.saving.journal_bytes)), _dim(" on the disk")]))
        taken = health.saving.backup_at
        facts.append(("backup", [Piece(ago_words(taken, pulse.at)) if taken else _dim("none yet")]))
    return [
        fit([Piece(f" {name:<{HEALTH_NAME_CELLS}}", "dim"), *value], width, signs.ellipsis) for name, value in facts
    ]


def _memory(health: Health, room: int, signs: Signs) -> Pieces:
    weight = health.weight
    if weight.rss is None:
        return [Piece("not known here", "faint")]
    pieces = [Piece(amount(weight.rss))]
    if len(weight.course) > 1:
        over = f" {roughly(weight.course_s)}"
        cells = room - width_of(pieces) - len(over) - 1
        if cells > 0:
            course = [value for value in thinned(weight.course, cells) if value is not None]
            pieces += [Piece(" "), *rising(course, signs), _dim(over)]
    return pieces


def _processor(health: Health) -> Pieces:
    weight = health.weight
    if weight.cpu is not None and weight.cpu_ever is not None:
        return [Piece(_percent(weight.cpu)), _dim(f", {_percent(weight.cpu_ever)} ever")]
    share = weight.cpu if weight.cpu is not None else weight.cpu_ever
    return [Piece("measuring", "faint")] if share is None else [Piece(_percent(share)), _dim(" so far")]


def _loop(health: Health, *, is_roomy: bool) -> Pieces:
    loop = health.loop
    if loop is None:
        return [Piece("measuring", "faint")]
    ink: Ink = "high" if loop.p99_s >= SLOW_S else "text"
    pieces = [Piece(f"{_ms(loop.p50_s)} ms", ink), _dim(f", at worst {_ms(loop.max_s)} ms")]
    return [_dim("usually "), *pieces] if is_roomy else pieces


def _feeds(health: Health, room: int, signs: Signs) -> Pieces:
    behind = health.behind
    if not behind.feeds:
        return [Piece("all asked on time")]
    pieces = [Piece(f"{behind.feeds:,} behind", "high"), _dim(f", by {roughly(behind.worst_s)}")]
    left = room - width_of(pieces) - 2
    return [*pieces, _dim(f": {cut(behind.worst, left, signs.ellipsis)}")] if left > 8 else pieces


def _saved(health: Health, now: datetime) -> Pieces:
    saving = health.saving
    if saving.unsaved:
        return [Piece(f"NOT: {counted(saving.unsaved, 'write')} held", "critical", bold=True)]
    if saving.committed_at is None:
        return [_dim("nothing to save yet")]
    pieces = [Piece(ago_words(saving.committed_at, now))]
    if saving.waiting:
        pieces.append(Piece(f", {saving.waiting:,} wait", "high"))
    elif saving.commit_s is not None:
        pieces.append(_dim(f", took {_ms(saving.commit_s)} ms"))
    return pieces


def health_head(pulse: Pulse | None, width: int, signs: Signs) -> Pieces:
    """The heading of the health: for how long the monitor has run."""
    since = pulse.health.since if pulse is not None else None
    up = "" if pulse is None or since is None else f"up {roughly(max((pulse.at - since).total_seconds(), 0))}"
    return section("Own health", up, width, signs)


def worry_rows(worries: Sequence[Worry] | None, width: int, signs: Signs) -> list[Pieces]:
    """What is wrong and what to do, the worst first; one quiet line where nothing is."""
    if worries is None:
        return [[Piece(f" counting{signs.ellipsis}", "faint")]]
    if not worries:
        return [[Piece(f" {signs.yes} ", "good", bold=True), Piece("nothing is wrong with newswatch itself", "dim")]]
    rows: list[Pieces] = []
    for worry in worries:
        text = f"{worry.text} {worry.remedy}"
        ink: Ink = "critical" if worry.is_grave else "high"
        for number, (start, end) in enumerate(wrapped(text, max(width - 4, 8))):
            head = Piece(f" {signs.warning} " if not number else "   ", ink, bold=True)
            split = min(max(len(worry.text) - start, 0), end - start)
            said = text[start:end]
            rows.append([head, Piece(said[:split], ink), Piece(said[split:], "dim")])
    return rows[:WORRY_ROWS]


def pulse_strip(pulse: Pulse | None, rules: Collection[RuleStatus], width: int, looks: Looks) -> list[Pieces]:
    """The pulse in two lines, for the foot of a wide screen: what came, where it went, how the monitor does."""
    signs = looks.signs
    if pulse is None:
        return [section("Pulse", "", width, signs), [Piece(f" counting{signs.ellipsis}", "faint")]]
    day, health = pulse.day, pulse.health
    silent = sum(found.is_silent for found in pulse.rates)
    blind = sum(bool(found.never) for found in pulse.rates)
    parts: list[Pieces] = [
        [Piece("entries ", "dim"), *sparkline(pulse.flow.entries_hours, signs), Piece(f" {day.entries:,}")],
        [Piece(f"{day.unmatched:,}"), _dim(" matched no rule")],
        [
            Piece(counted(day.hits, "hit")),
            _dim(f" {signs.arrow} "),
            Piece(f"{day.alerted:,} alerted"),
            *_held_words(pulse),
        ],
    ]
    if silent:
        parts.append([Piece(f"{counted(silent, 'rule')} silent", "high")])
    if blind:
        parts.append([Piece(f"{counted(blind, 'rule')} blind", "critical")])
    if pulse.flow.lag_p50_s is not None:
        parts.append([_dim("news is "), Piece(f"{roughly(pulse.flow.lag_p50_s)} old")])
    if health.behind.feeds:
        parts.append([Piece(f"{counted(health.behind.feeds, 'feed')} behind", "high")])
    if health.weight.rss is not None:
        parts.append(
            [
                Piece(amount(health.weight.rss)),
                *([_dim(f" {_percent(health.weight.cpu)}")] if health.weight.cpu is not None else []),
            ]
        )
    line: list[Piece] = [Piece(" ")]
    for number, part in enumerate(parts):
        longer = [*line, Piece(f"  {signs.column}  " if number else "", "line"), *part]
        if width_of(longer) < width:  # what does not fit as a whole is left out
            line = longer
    worry = health.worries[0].text if health.worries else ""
    hours = pulse.watched_hours
    watched = "24 hours" if hours >= WATCHED_ENOUGH * (HOURS - 1) else f"24 hours, {hours:.0f} watched"
    aside = f"{watched} {signs.dot} {counted(len(rules), 'rule')}" if rules else watched
    return [
        section("Pulse", worry or aside, width, signs),
        fit(line, width, signs.ellipsis),
    ]


def _held_words(pulse: Pulse) -> Pieces:
    held = sorted(((count, why) for why, count in pulse.day.held.items() if count), reverse=True)
    return [_dim(f", {count:,} {LINE_WORDS[LedgerLine(why.value)]}") for count, why in held[:3]]


def _dim(text: str) -> Piece:
    return Piece(text, "dim")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _ms(seconds: float) -> str:
    """Milliseconds as one reads them: below one they are none."""
    return "<1" if seconds < 0.001 else f"{1_000 * seconds:,.0f}"


def ago_words(at: datetime, now: datetime) -> str:
    """How long ago, roughly: 12 s ago, 3 h ago."""
    return f"{roughly(max((now - at).total_seconds(), 0))} ago"
