"""`newswatch rules mutes`: every mute, whether it still hides anything, and what it hid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from newswatch.cli.moments import iso
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import Shelf, is_mute, open_history, open_shelf
from newswatch.engine.clock import SystemClock
from newswatch.engine.mutes import Mutes
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.model.mute import MuteKind, MuteStatus

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_WIDEST_ID = 32
_WIDEST_SUBJECT = 60


@dataclass(frozen=True, slots=True)
class _Row:
    """A mute as it is listed. `mute` is None where its query cannot be used; `problem` says why, then."""

    mute_id: str
    state: str  # on, over, broken
    mute: MuteStatus | None
    query: str | None
    problem: str = ""


def list_mutes(options: Options, *, as_json: bool) -> int:
    """Prints the mutes. Returns the exit code."""

    def verb(out: Output) -> int:
        shelf = open_shelf(options)
        rows = list(_rows(shelf, SystemClock().now()))
        if as_json:
            out.json([_fields(row) for row in rows])
            return 0
        width = min(max((len(_name(row)) for row in rows), default=0), _WIDEST_ID)
        for row in rows:
            out.line(_line(row, width))
            if row.problem:
                out.line(f"    {shown(row.problem, 500)}")
        if not rows:
            say("nothing is muted")
        return 0

    return printed(verb)


def _rows(shelf: Shelf, now: datetime) -> Iterator[_Row]:
    mutes = Mutes()
    mutes.put(mutes.prepare(shelf.book))
    with open_history(shelf.paths) as history:
        if history is not None:
            mutes.load(history)
    queries = {mute.id: mute.query for mute in shelf.book.mutes}
    for mute in mutes.statuses(_BEFORE_ALL):  # then none was over yet
        is_over = mute.until is not None and mute.until <= now
        yield _Row(mute.id, "over" if is_over else "on", mute, queries.get(mute.id))
    for problem in mutes.problems:
        message = problem.message + (f" ({problem.hint})" if problem.hint else "")
        yield _Row(problem.rule_id, "broken", None, queries.get(problem.rule_id), message)
    for problem in shelf.book.problems:
        if is_mute(problem.rule_id):
            place = f"{shelf.paths.rules.name}:{problem.line}: "
            yield _Row(problem.rule_id.removeprefix(MUTE_PREFIX), "broken", None, None, place + problem.message)


def _name(row: _Row) -> str:
    """The id of a mute of rules.toml; a story or a rule is named by what it mutes, its id being of no use to type."""
    if row.mute is None or row.query is not None:
        return shown(row.mute_id)
    return str(row.mute.kind)


def _line(row: _Row, width: int) -> str:
    mute = row.mute
    until = (
        "-" if mute is None else "for good" if mute.until is None else f"{mute.until.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    )
    hid = "-" if mute is None else f"{mute.hidden:,} hidden"
    what = row.query if mute is None or row.query is not None else mute.name or mute.subject
    return f"{_name(row):{width}}  {row.state:6}  {until:17}  {hid:>10}  {shown(what or '', _WIDEST_SUBJECT)}".rstrip()


def _fields(row: _Row) -> dict[str, object]:
    mute = row.mute
    return {
        "id": row.mute_id,
        "state": row.state,
        "kind": MuteKind.QUERY if mute is None else mute.kind,
        "subject": None if mute is None else mute.subject,
        "name": "" if mute is None else mute.name,
        "query": row.query,
        "until": None if mute is None or mute.until is None else iso(mute.until),
        "hidden": None if mute is None else mute.hidden,
        "problem": row.problem or None,
    }
