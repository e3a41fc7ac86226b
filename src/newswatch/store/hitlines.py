"""Hits in the orders and groups that screens ask for: by time, of a rule, a feed, an entry, a story, a state, by what
holds them.

Holds rows that can be shown, and says nothing of tables. Not thread-safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import TypeVar, cast

from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, StoryId, Triage
from newswatch.model.rule import RuleId
from newswatch.store.api import RuleCounts
from newswatch.store.hitrows import HELD_SHIFT, HELDS, Flag, HitRow
from newswatch.store.timeline import Moment, Timeline

Name = TypeVar("Name", RuleId, FeedId)

_SNOOZED, _UNTOLD, _STARRED = int(Flag.SNOOZED), int(Flag.UNTOLD), int(Flag.STARRED)
_UNHELD = 1 << HELD_SHIFT  # flags below this are of a hit that nothing holds
_found = cast("Callable[[HitRow], Moment]", attrgetter("found_at", "id"))
_MANY = 64  # hits of one name, from where on they are looked up by their ids


class HitGroups:
    """Hits by a name that few of them share. As a rule one is alone in its group, and needs no list.

    Many are in a dict by their ids: a feed whose entries are all called the same makes one story of thousands.
    """

    __slots__ = ("_groups", "_name_of")

    def __init__(self, name_of: Callable[[HitRow], str]) -> None:
        self._name_of = name_of
        self._groups: dict[str, HitRow | list[HitRow] | dict[str, HitRow]] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._groups

    def __iter__(self) -> Iterator[str]:
        """The names of the groups."""
        return iter(self._groups)

    def names(self) -> Container[str]:
        """The names of the groups, as they are at any moment; quicker to ask than the groups."""
        return self._groups.keys()

    def of(self, name: str) -> tuple[HitRow, ...]:
        """The hits of a group."""
        match self._groups.get(name):
            case None:
                return ()
            case list(rows):
                return tuple(rows)
            case dict(rows):
                return tuple(rows.values())
            case row:
                return (row,)

    def fill(self, hits: Iterable[HitRow]) -> None:
        """Puts hits into their groups, of which there was none."""
        groups, name_of, join = self._groups, self._name_of, self.join
        for hit in hits:
            name = name_of(hit)
            if name not in groups:
                groups[name] = hit
            else:
                join(hit)

    def join(self, hit: HitRow) -> None:
        """Puts a hit into its group, however many are there."""
        name = self._name_of(hit)
        match self._groups.get(name):
            case None:
                self._groups[name] = hit
            case list(others):
                others.append(hit)
                if len(others) > _MANY:
                    self._groups[name] = {other.id: other for other in others}
            case dict(others):
                others[hit.id] = hit
            case other:
                self._groups[name] = [other, hit]

    def change(self, old: HitRow | None, new: HitRow | None) -> None:
        """Puts a hit in the place of another, or takes one out, or puts one in."""
        if old is not None:
            name = self._name_of(old)
            if new is not None and self._name_of(new) == name:
                self._replace(name, old, new)
                return
            self._leave(name, old)
        if new is not None:
            self.join(new)

    def _replace(self, name: str, old: HitRow, new: HitRow) -> None:
        match self._groups[name]:
            case list(rows):
                rows[_place(rows, old)] = new
            case dict(rows):
                rows[old.id] = new
            case _:
                self._groups[name] = new

    def _leave(self, name: str, old: HitRow) -> None:
        match self._groups[name]:
            case list(rows):
                del rows[_place(rows, old)]
                if len(rows) == 1:
                    self._groups[name] = rows[0]
            case dict(rows):
                del rows[old.id]
                if len(rows) <= _MANY // 2:
                    self._groups[name] = list(rows.values())
            case _:
                del self._groups[name]


class HitLines:
    """All hits. The timelines are sorted by the time of the entry, `untold` by when a hit was found."""

    def __init__(self) -> None:
        self.newest = Timeline[HitRow]()
        self.unacked = Timeline[HitRow]()
        self.starred = Timeline[HitRow]()
        self.untold = Timeline[HitRow](by=_found)
        self.of_entry = HitGroups(lambda hit: hit.entry_id)
        self.of_story = HitGroups(lambda hit: hit.story_id)
        self.snoozed = Timeline[HitRow]()
        self.of_held: dict[Held, Timeline[HitRow]] = {held: Timeline() for held in Held}
        self._of_rule: dict[RuleId, Timeline[HitRow]] = {}
        self._of_feed: dict[FeedId, Timeline[HitRow]] = {}

    @property
    def held(self) -> int:
        """How many hits are held back."""
        return sum(map(len, self.of_held.values()))

    def of_rule(self, rule_id: RuleId) -> Timeline[HitRow]:
        """The hits of a rule."""
        return self._of_rule.get(rule_id) or Timeline()

    def of_feed(self, feed_id: FeedId) -> Timeline[HitRow]:
        """The hits of a feed."""
        return self._of_feed.get(feed_id) or Timeline()

    def rule_counts(self) -> dict[RuleId, RuleCounts]:
        """See `Store.rule_counts`."""
        return {
            rule_id: RuleCounts(len(line), sum(hit.flags >= _UNHELD for hit in line), line.last(1)[0].at)
            for rule_id, line in self._of_rule.items()
            if len(line)
        }

    def rule_rhythms(self, limit: int) -> dict[RuleId, tuple[datetime, ...]]:
        """See `Store.rule_rhythms`."""
        return {rule_id: tuple(hit.at for hit in line.last(limit)) for rule_id, line in self._of_rule.items()}

    def fill(self, hits: Iterable[HitRow]) -> None:
        """Makes these the content, of what was empty."""
        self.newest.fill(hits)
        of_rule: dict[RuleId, list[HitRow]] = defaultdict(list)
        of_feed: dict[FeedId, list[HitRow]] = defaultdict(list)
        stories: dict[StoryId, StoryId] = {}
        for hit in self.newest:
            of_rule[hit.rule_id].append(hit)
            of_feed[hit.feed_id].append(hit)
            hit.story_id = stories.setdefault(hit.story_id, hit.story_id)  # the same text, held once
        self.of_entry.fill(self.newest)
        self.of_story.fill(self.newest)
        self._of_rule = {rule_id: Timeline.of(rows) for rule_id, rows in of_rule.items()}
        self._of_feed = {feed_id: Timeline.of(rows) for feed_id, rows in of_feed.items()}
        self.unacked = Timeline.of([hit for hit in self.newest if hit.state is not Triage.ACKED])
        self.starred = Timeline.of([hit for hit in self.newest if hit.flags & _STARRED])
        self.untold.fill(hit for hit in self.newest if hit.flags & _UNTOLD)
        self.snoozed = Timeline.of([hit for hit in self.newest if hit.flags & _SNOOZED])
        of_held: dict[Held | None, list[HitRow]] = {held: [] for held in HELDS}
        for hit in self.newest:
            if hit.flags >= _UNHELD:
                of_held[HELDS[hit.flags >> HELD_SHIFT]].append(hit)
        self.of_held = {held: Timeline.of(of_held[held]) for held in Held}

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

    def _add(self, new: HitRow) -> None:
        for line in self._lines(new):
            line.put(new)
        if new.flags & _UNTOLD:
            self.untold.put(new)

    def _lines(self, hit: HitRow) -> list[Timeline[HitRow]]:
        lines = [self.newest, _line(self._of_rule, hit.rule_id), _line(self._of_feed, hit.feed_id)]
        if hit.state is not Triage.ACKED:
            lines.append(self.unacked)
        if hit.flags & _STARRED:
            lines.append(self.starred)
        if hit.flags & _SNOOZED:
            lines.append(self.snoozed)
        if (held := HELDS[hit.flags >> HELD_SHIFT]) is not None:
            lines.append(self.of_held[held])
        return lines


def _line(lines: dict[Name, Timeline[HitRow]], name: Name) -> Timeline[HitRow]:
    line = lines.get(name)
    if line is None:
        line = lines[name] = Timeline()
    return line


def _place(rows: list[HitRow], row: HitRow) -> int:
    """Where a row stands; rows are equal to others of the same columns, so that `index` would read them all."""
    return next(place for place, other in enumerate(rows) if other is row)
