"""Which rows a question about hits is answered from: the shortest list that has them all, then what it still asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import merge
from operator import attrgetter

from newswatch.model.hit import Held, HitId, Triage
from newswatch.store.api import HitQuery
from newswatch.store.hitlines import HitLines
from newswatch.store.hitrows import HELD_SHIFT, HELDS, Flag, HitRow
from newswatch.store.timeline import Moment, Timeline

_FIRST_ID = HitId("")  # before every other
_moment_of: Callable[[HitRow], Moment] = attrgetter("at", "id")


def count(lines: HitLines, query: HitQuery) -> int:
    """How many rows fit."""
    if query == HitQuery(since=query.since, until=query.until, held=query.held, is_alert=query.is_alert):
        # Only times and what holds them: the lines know that without a look at their rows.
        before = None if query.until is None else (query.until, _FIRST_ID)
        in_line = partial(Timeline[HitRow].count_between, since=query.since, before=before)
        if query.is_alert is not True:
            if query.is_alert is False or query.held:
                return sum(in_line(lines.of_held[held]) for held in frozenset(query.held or Held))
            return in_line(lines.newest)
        if not query.held:
            return in_line(lines.newest) - sum(map(in_line, lines.of_held.values()))
    return sum(1 for _ in candidates(lines, query))


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
    if query.is_snoozed:
        choices.append([lines.snoozed])
    if query.held or query.is_alert is False:
        choices.append([lines.of_held[held] for held in dict.fromkeys(query.held or Held)])
    return min(choices, key=lambda lines: sum(map(len, lines)))


def _fitting(rows: Iterable[HitRow], query: HitQuery) -> Iterator[HitRow]:
    """Those of the rows that fit; times aside, which they do."""
    rules, feeds, states, severities = (
        frozenset(names) for names in (query.rules, query.feeds, query.states, query.severities)
    )
    flags = _fitting_flags(query)
    for row in rows:
        if (
            row.flags in flags
            and (not rules or row.rule_id in rules)
            and (not feeds or row.feed_id in feeds)
            and (not states or row.state in states)
            and (not severities or row.severity in severities)
        ):
            yield row


def _fitting_flags(query: HitQuery) -> frozenset[int]:
    """All that `HitRow.flags` may be in a row that fits: it is a byte."""
    asked = [
        (flag, is_set)
        for flag, is_set in (
            (Flag.SNOOZED, query.is_snoozed),
            (Flag.STARRED, query.is_starred),
            (Flag.UNTOLD, None if query.is_told is None else not query.is_told),
            (Flag.OLD_RULE, query.is_old_rule),
        )
        if is_set is not None
    ]
    helds = [
        place
        for place, held in enumerate(HELDS)
        if (query.is_alert is None or query.is_alert is (held is None)) and (not query.held or held in query.held)
    ]
    lower = [flags for flags in range(1 << HELD_SHIFT) if all(bool(flags & flag) is is_set for flag, is_set in asked)]
    return frozenset(place << HELD_SHIFT | flags for place in helds for flags in lower)
