"""Which rows a question about hits is answered from: the shortest list that has them all, then what it still asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from operator import attrgetter

from newswatch.model.hit import HitId, Triage
from newswatch.store.api import HitQuery
from newswatch.store.historyrows import Flag, HitRow
from newswatch.store.hitlines import HitLines
from newswatch.store.timeline import Moment, Timeline

_FIRST_ID = HitId("")  # before every other
_moment_of: Callable[[HitRow], Moment] = attrgetter("at", "id")
_HELD, _UNTOLD, _STARRED, _OLD_RULE = int(Flag.HELD), int(Flag.UNTOLD), int(Flag.STARRED), int(Flag.OLD_RULE)


def candidates(lines: HitLines, query: HitQuery) -> Iterator[HitRow]:
    """The rows that fit, newest first, as they are now; they are looked at as they are asked for."""
    before = query.before
    if query.until is not None and (before is None or query.until < before[0]):
        before = (query.until, _FIRST_ID)
    if query.story is not None:
        rows = sorted(lines.of_story.of(query.story), key=_moment_of)
        since = query.since
        found: Iterable[HitRow] = (
            row
            for row in reversed(rows)
            if (since is None or row.at >= since) and (before is None or _moment_of(row) < before)
        )
    else:
        spans = [line.between(query.since, before) for line in _shortest(lines, query)]
        found = reversed(spans[0]) if len(spans) == 1 else merge(*map(reversed, spans), key=_moment_of, reverse=True)
    return _fitting(found, query)


def _shortest(lines: HitLines, query: HitQuery) -> Sequence[Timeline[HitRow]]:
    """The lines that have all that is asked for, and least besides."""
    choices: list[list[Timeline[HitRow]]] = [[lines.newest]]
    if query.rules:
        choices.append([lines.of_rule(rule_id) for rule_id in dict.fromkeys(query.rules)])
    if query.feeds:
        choices.append([lines.of_feed(feed_id) for feed_id in dict.fromkeys(query.feeds)])
    if query.states and Triage.ACKED not in query.states:
        choices.append([lines.unacked])
    if query.is_starred:
        choices.append([lines.starred])
    return min(choices, key=lambda lines: sum(map(len, lines)))


def _fitting(rows: Iterable[HitRow], query: HitQuery) -> Iterator[HitRow]:
    """Those of the rows that fit; times aside, which they do."""
    rules, feeds, states, severities = (
        frozenset(names) for names in (query.rules, query.feeds, query.states, query.severities)
    )
    mask = wanted = 0
    for flag, is_set in (
        (_HELD, None if query.is_alert is None else not query.is_alert),
        (_STARRED, query.is_starred),
        (_UNTOLD, None if query.is_told is None else not query.is_told),
        (_OLD_RULE, query.is_old_rule),
    ):
        if is_set is not None:
            mask |= flag
            wanted |= flag * is_set
    for row in rows:
        if (
            row.flags & mask == wanted
            and (not rules or row.rule_id in rules)
            and (not feeds or row.feed_id in feeds)
            and (not states or row.state in states)
            and (not severities or row.severity in severities)
        ):
            yield row
