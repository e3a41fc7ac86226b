"""`newswatch rules list`: every rule, whether it works, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from newswatch.cli.moments import iso
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import Shelf, is_mute, open_history, open_shelf
from newswatch.engine.clock import SystemClock
from newswatch.match.matcher import compile_book
from newswatch.model.rule import Rule, RuleId, RuleProblem


@dataclass(slots=True)
class _Tally:
    hits: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A rule as it is listed. `rule` is None where not even its keys can be read."""

    rule_id: RuleId
    rule: Rule | None
    state: str  # on, off, expired, broken
    problem: RuleProblem | None
    tally: _Tally


def list_rules(options: Options, *, as_json: bool) -> int:
    """Prints the rules. Returns the exit code."""

    def verb(out: Output) -> int:
        shelf = open_shelf(options)
        rows = list(_rows(shelf, SystemClock().now()))
        if as_json:
            out.json([_fields(row) for row in rows])
            return 0
        width = max((len(row.rule_id) for row in rows), default=0)
        for row in rows:
            out.line(_line(row, min(width, 32)))
            if row.problem is not None:
                out.line(f"    {_why(shelf, row.problem)}")
        if not rows:
            say(f"there is no rule in {shelf.paths.rules}; `newswatch rules add 'QUERY'` makes one")
        return 0

    return printed(verb)


def _rows(shelf: Shelf, now: datetime) -> Iterator[_Row]:
    problems = {problem.rule_id: problem for problem in compile_book(shelf.book).problems}
    tallies = _tallies(shelf)
    for rule in shelf.book.rules:
        problem = problems.get(rule.id)
        if not rule.enabled:
            state = "off"
        elif problem is not None:
            state = "broken"
        else:
            state = "expired" if rule.has_expired(now) else "on"
        yield _Row(rule.id, rule, state, problem, tallies.get(rule.id, _Tally()))
    known = {rule.id for rule in shelf.book.rules}
    for problem in shelf.book.problems:
        if problem.rule_id not in known and not is_mute(problem.rule_id):
            yield _Row(problem.rule_id, None, "broken", problem, tallies.get(problem.rule_id, _Tally()))


def _tallies(shelf: Shelf) -> dict[RuleId, _Tally]:
    """Hits of each rule, those that no longer match included: they stay in the history."""
    tallies: dict[RuleId, _Tally] = {}
    with open_history(shelf.paths) as history:
        for hit in history.hits() if history is not None else ():
            tally = tallies.setdefault(hit.rule_id, _Tally())
            tally.hits += 1
            tally.last_at = max(tally.last_at or hit.entry.at, hit.entry.at)
    return tallies


def _line(row: _Row, width: int) -> str:
    severity = row.rule.severity.letter if row.rule is not None else "-"
    last = f"{row.tally.last_at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if row.tally.last_at is not None else "-"
    hits = f"{row.tally.hits} {'hit' if row.tally.hits == 1 else 'hits'}"
    name = shown(row.rule.name) if row.rule is not None else ""
    until = f"  (until {_day(row.rule.expires)})" if row.rule is not None and row.rule.expires is not None else ""
    return f"{shown(row.rule_id):{width}}  {severity}  {row.state:7}  {hits:>9}  {last:17}  {name}{until}".rstrip()


def _why(shelf: Shelf, problem: RuleProblem) -> str:
    if problem.line is not None:
        place = f"{shelf.paths.rules.name}:{problem.line}: "
    elif problem.offset is not None:
        place = f"column {problem.offset + 1} of its query: "
    else:
        place = ""
    return place + shown(problem.message + (f" ({problem.hint})" if problem.hint else ""), 500)


def _fields(row: _Row) -> dict[str, object]:
    rule, problem = row.rule, row.problem
    return {
        "id": row.rule_id,
        "name": rule.name if rule is not None else "",
        "query": rule.text if rule is not None else None,
        "severity": rule.severity if rule is not None else None,
        "tags": list(rule.tags) if rule is not None else [],
        "state": row.state,
        "problem": None
        if problem is None
        else {"message": problem.message, "offset": problem.offset, "hint": problem.hint, "line": problem.line},
        "hits": row.tally.hits,
        "last_hit": None if row.tally.last_at is None else iso(row.tally.last_at),
        "expires": None if rule is None or rule.expires is None else _day(rule.expires),
    }


def _day(day: date | datetime) -> str:
    return iso(day) if isinstance(day, datetime) else day.isoformat()
