"""Hits in the orders and groups that screens ask for: by time, of a rule, a feed, an entry, a story, a state.

Holds rows that can be shown, and says nothing of tables. Not thread-safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TypeVar, cast

from newswatch.model.feed import FeedId
from newswatch.model.hit import Triage
from newswatch.model.rule import RuleId
from newswatch.store.api import RuleCounts
from newswatch.store.historyrows import Flag, HitRow
from newswatch.store.timeline import Moment, Timeline

Name = TypeVar("Name", RuleId, FeedId)

_HELD, _UNTOLD, _STARRED = int(Flag.HELD), int(Flag.UNTOLD), int(Flag.STARRED)
_found = cast("Callable[[HitRow], Moment]", attrgetter("found_at", "id"))


class HitGroups:
    """Hits by a name that few of them share. As a rule one is alone in its group, and needs no list."""

    __slots__ = ("_groups", "_name_of")

    def __init__(self, name_of: Callable[[HitRow], str]) -> None:
        self._name_of = name_of
        self._groups: dict[str, HitRow | list[HitRow]] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._groups

    def of(self, name: str) -> tuple[HitRow, ...]:
        """The hits of a group."""
        rows = self._groups.get(name)
        if rows is None:
            return ()
        return tuple(rows) if isinstance(rows, list) else (rows,)

    def first(self, name: str) -> HitRow | None:
        """The hit that has been in a group for longest."""
        rows = self._groups.get(name)
        return rows[0] if isinstance(rows, list) else rows

    def join(self, hit: HitRow) -> None:
        """Puts a hit into its group, however many are there."""
        name = self._name_of(hit)
        others = self._groups.get(name)
        if others is None:
            self._groups[name] = hit
        elif isinstance(others, list):
            others.append(hit)
        else:
            self._groups[name] = [others, hit]

    def change(self, old: HitRow | None, new: HitRow | None) -> None:
        """Puts a hit in the place of another, or takes one out, or puts one in."""
        if old is not None:
            name = self._name_of(old)
            if new is not None and self._name_of(new) == name:
                rows = [new if row is old else row for row in self.of(name)]
                self._groups[name] = rows if len(rows) > 1 else new
                return
            rest = [row for row in self.of(name) if row is not old]
            del self._groups[name]
            if rest:
                self._groups[name] = rest if len(rest) > 1 else rest[0]
        if new is not None:
            self.join(new)


class HitLines:
    """All hits. The timelines are sorted by the time of the entry, `untold` by when a hit was found."""

    def __init__(self) -> None:
        self.newest = Timeline[HitRow]()
        self.unacked = Timeline[HitRow]()
        self.starred = Timeline[HitRow]()
        self.untold = Timeline[HitRow](by=_found)
        self.of_entry = HitGroups(lambda hit: hit.entry_id)
        self.of_story = HitGroups(lambda hit: hit.story_id)
        self.held = 0
        self._of_rule: dict[RuleId, Timeline[HitRow]] = {}
        self._of_feed: dict[FeedId, Timeline[HitRow]] = {}

    def of_rule(self, rule_id: RuleId) -> Timeline[HitRow]:
        """The hits of a rule."""
        return self._of_rule.get(rule_id) or Timeline()

    def of_feed(self, feed_id: FeedId) -> Timeline[HitRow]:
        """The hits of a feed."""
        return self._of_feed.get(feed_id) or Timeline()

    def rule_counts(self) -> dict[RuleId, RuleCounts]:
        """See `Store.rule_counts`."""
        return {
            rule_id: RuleCounts(len(line), sum(hit.flags & _HELD for hit in line), line.last(1)[0].at)
            for rule_id, line in self._of_rule.items()
            if len(line)
        }

    def fill(self, hits: Iterable[HitRow]) -> None:
        """Makes these the content, of what was empty."""
        self.newest.fill(hits)
        of_rule: dict[RuleId, list[HitRow]] = defaultdict(list)
        of_feed: dict[FeedId, list[HitRow]] = defaultdict(list)
        join_entry, join_story, first_of_story = self.of_entry.join, self.of_story.join, self.of_story.first
        for hit in self.newest:
            of_rule[hit.rule_id].append(hit)
            of_feed[hit.feed_id].append(hit)
            join_entry(hit)
            if (first := first_of_story(hit.story_id)) is not None:
                hit.story_id = first.story_id  # the same text, held once
            join_story(hit)
        self._of_rule = {rule_id: Timeline.of(rows) for rule_id, rows in of_rule.items()}
        self._of_feed = {feed_id: Timeline.of(rows) for feed_id, rows in of_feed.items()}
        self.unacked = Timeline.of([hit for hit in self.newest if hit.state is not Triage.ACKED])
        self.starred = Timeline.of([hit for hit in self.newest if hit.flags & _STARRED])
        self.untold.fill(hit for hit in self.newest if hit.flags & _UNTOLD)
        self.held = sum(hit.flags & _HELD for hit in self.newest)

    def change(self, old: HitRow | None, new: HitRow | None) -> None:
        """Puts a hit in the place of another, or takes one out, or puts one in."""
        if old is not None:
            self._take(old, new)
        if new is not None:
            self._add(new)
        self.of_story.change(old, new)
        self.of_entry.change(old, new)

    def _take(self, old: HitRow, new: HitRow | None) -> None:
        """Takes a hit out, but from where the new one replaces it by coming in."""
        lines_after = [] if new is None or new.at != old.at else self._lines(new)
        for line in self._lines(old):
            if not any(line is other for other in lines_after):
                line.drop(old)
        if old.flags & _UNTOLD and not (new is not None and new.flags & _UNTOLD and new.found_at == old.found_at):
            self.untold.drop(old)
        self.held -= old.flags & _HELD

    def _add(self, new: HitRow) -> None:
        for line in self._lines(new):
            line.put(new)
        if new.flags & _UNTOLD:
            self.untold.put(new)
        self.held += new.flags & _HELD

    def _lines(self, hit: HitRow) -> list[Timeline[HitRow]]:
        lines = [self.newest, _line(self._of_rule, hit.rule_id), _line(self._of_feed, hit.feed_id)]
        if hit.state is not Triage.ACKED:
            lines.append(self.unacked)
        if hit.flags & _STARRED:
            lines.append(self.starred)
        return lines


def _line(lines: dict[Name, Timeline[HitRow]], name: Name) -> Timeline[HitRow]:
    line = lines.get(name)
    if line is None:
        line = lines[name] = Timeline()
    return line
