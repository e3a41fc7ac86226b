"""The mutes of a home: those of rules.toml and those of stories and rules in the store; which of them hides a hit.

Bookkeeping and decisions only: it reads a store once, and must never write or tell anything: `triage_desk` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from newswatch.alert.snooze import snoozed_or_shown
from newswatch.match.matcher import LiveRule, Matcher, compile_book
from newswatch.match.mutes import as_rules, kind_of, mutes_on, unread_ids
from newswatch.model.delivery import RuleMute, StoryMute
from newswatch.model.hit import Held, Hit, HitId, StoryId
from newswatch.model.mute import MuteId, MuteKind, MuteStatus
from newswatch.model.rule import Mute, Rule, RuleBook, RuleId, RuleProblem
from newswatch.store.api import HitQuery, Store

STORY_PREFIX = "story:"
RULE_PREFIX = "rule:"
CAME_HELD = frozenset((Held.BACKLOG, Held.RULE_CHANGE))
"""What never rang but is listed all the same. A mute hides it, too, and gives it back as it was."""


def story_mute_id(story_id: StoryId) -> MuteId:
    """The id of the mute of a story."""
    return MuteId(STORY_PREFIX + story_id)


def rule_mute_id(rule_id: RuleId) -> MuteId:
    """The id of the mute of a rule."""
    return MuteId(RULE_PREFIX + rule_id)


@dataclass(frozen=True, slots=True)
class PreparedMutes:
    """The mutes of a book, compiled."""

    book: RuleBook
    matcher: Matcher


class Mutes:
    """Who hides what. Mutes whose time has passed hide nothing more, but are still known: they can be lifted.

    What is `fresh` acts in a form that what is stored was not held against yet; of what is `stale` some hits may be
    hidden that it hides no longer. `taken` gives both, once.
    """

    def __init__(self) -> None:
        self._book = RuleBook()
        self._matcher = compile_book(RuleBook())
        self._stories: Mapping[StoryId, StoryMute] = {}
        self._rules: Mapping[RuleId, RuleMute] = {}
        self._hidden: dict[HitId, MuteId] = {}
        self._counts: dict[MuteId, int] = {}
        self._names: dict[StoryId, str] = {}
        self._fresh: set[MuteId] = set()
        self._stale: set[MuteId] = set()

    # --- what is in force

    def prepare(self, book: RuleBook) -> PreparedMutes:
        """The mutes of a book compiled: the part that takes time. Changes nothing, so it may be done on a thread."""
        now, before = as_rules(book), as_rules(self._book)
        if now == before:
            return PreparedMutes(book, self._matcher)
        return PreparedMutes(book, compile_book(now, self._matcher))

    def put(self, prepared: PreparedMutes) -> bool:
        """Puts the mutes of a book in force. True if they are others than before."""
        was, before = self._book, _live(self._matcher)
        self._book, self._matcher = prepared.book, prepared.matcher
        now = _live(prepared.matcher)
        self._stale |= {mute_id for mute_id, live in before.items() if now.get(mute_id) is not live}
        self._fresh |= {mute_id for mute_id, live in now.items() if before.get(mute_id) is not live}
        expiries = {mute.id: mute.expires for mute in was.mutes}
        self._fresh |= {MuteId(mute.id) for mute in prepared.book.mutes if expiries.get(mute.id) != mute.expires}
        return was.mutes != prepared.book.mutes or bool(self._fresh or self._stale)

    def put_stored(self, stories: Mapping[StoryId, StoryMute], rules: Mapping[RuleId, RuleMute]) -> None:
        """Puts the mutes that the store has in force."""
        now: dict[MuteId, object] = {story_mute_id(name): mute for name, mute in stories.items()}
        now.update((rule_mute_id(name), mute) for name, mute in rules.items())
        before: dict[MuteId, object] = {story_mute_id(name): mute for name, mute in self._stories.items()}
        before.update((rule_mute_id(name), mute) for name, mute in self._rules.items())
        self._fresh |= {mute_id for mute_id, mute in now.items() if before.get(mute_id) != mute}
        self._stale |= before.keys() - now.keys()
        self._stories, self._rules = dict(stories), dict(rules)

    def load(self, store: Store) -> None:
        """Puts in force what a store has, and counts what is hidden. It reads every hidden hit: call it on a thread."""
        self.put_stored(store.mutes(), store.rule_mutes())
        for story_id in self._stories.keys() - self._names.keys():
            self.name_story(story_id, story_name(store, story_id))
        self.note(store.find_hits(HitQuery(held=(Held.MUTED,))))

    def taken(self) -> tuple[frozenset[MuteId], frozenset[MuteId]]:
        """What is fresh and what is stale since this was last asked."""
        taken = frozenset(self._fresh), frozenset(self._stale)
        self._fresh.clear()
        self._stale.clear()
        return taken

    def give_back(self, fresh: Iterable[MuteId], stale: Iterable[MuteId]) -> None:
        """What was taken and could not be dealt with."""
        self._fresh |= set(fresh)
        self._stale |= set(stale)

    @property
    def problems(self) -> tuple[RuleProblem, ...]:
        """What is wrong with the queries of mutes; a mute that was good before acts as it was then."""
        return self._matcher.problems

    @property
    def must_read(self) -> bool:
        """Whether asking takes reading the text of a hit: there are mutes that go by a query."""
        return bool(self._matcher.live)

    def is_known(self, mute_id: MuteId) -> bool:
        """Whether there is such a mute, in force or over, or at least a line of it in rules.toml."""
        return (
            any(mute.id == mute_id for mute in self._book.mutes)
            or mute_id in unread_ids(self._book)
            or (mute_id.startswith(STORY_PREFIX) and mute_id.removeprefix(STORY_PREFIX) in self._stories)
            or (mute_id.startswith(RULE_PREFIX) and mute_id.removeprefix(RULE_PREFIX) in self._rules)
        )

    def over(self, now: datetime) -> frozenset[MuteId]:
        """The mutes that are there still, but hide nothing more."""
        return frozenset(
            (
                *(MuteId(mute.id) for mute in self._book.mutes if has_ended(mute, now)),
                *(story_mute_id(name) for name, mute in self._stories.items() if _is_over(mute.until, now)),
                *(rule_mute_id(name) for name, mute in self._rules.items() if _is_over(mute.until, now)),
            )
        )

    def has_in_file(self, mute_id: MuteId) -> bool:
        """Whether it stands in rules.toml."""
        return any(mute.id == mute_id for mute in self._book.mutes) or mute_id in unread_ids(self._book)

    # --- what they hide

    def hider(self, hit: Hit, now: datetime) -> MuteId | None:
        """The mute that hides a hit, if one does: of its story, of its rule, else the first of the file."""
        if (story := self._stories.get(hit.story_id)) is not None and not _is_over(story.until, now):
            return story_mute_id(hit.story_id)
        if (rule := self._rules.get(hit.rule_id)) is not None and not _is_over(rule.until, now):
            return rule_mute_id(hit.rule_id)
        if not self._matcher.live:
            return None
        over = {mute.id for mute in self._book.mutes if has_ended(mute, now)}
        found = (mute_id for mute_id in mutes_on(self._matcher, hit.entry.document) if mute_id not in over)
        return next((MuteId(mute_id) for mute_id in found), None)

    def hidden(self, hit: Hit, now: datetime) -> Hit:
        """The hit as the mutes have it: hidden by one, else as it is without."""
        mute_id = self.hider(hit, now)
        if mute_id is None:
            return released(hit, now)
        was_held = hit.was_held if hit.held is Held.MUTED else hit.held if hit.held in CAME_HELD else None
        return replace(hit, held=Held.MUTED, muted_by=mute_id, was_held=was_held)

    # --- the numbers

    def note(self, hits: Iterable[Hit]) -> bool:
        """Takes in what hides hits now. True if a number changed."""
        is_changed = False
        for hit in hits:
            before = self._hidden.get(hit.id)
            now = MuteId(hit.muted_by) if hit.held is Held.MUTED and hit.muted_by else None
            if before == now:
                continue
            is_changed = True
            if before is not None:
                self._counts[before] -= 1
                del self._hidden[hit.id]
            if now is not None:
                self._counts[now] = self._counts.get(now, 0) + 1
                self._hidden[hit.id] = now
        return is_changed

    def forget(self, hits: Iterable[HitId]) -> None:
        """These are not stored any more."""
        for hit_id in hits:
            if (mute_id := self._hidden.pop(hit_id, None)) is not None:
                self._counts[mute_id] -= 1

    def hidden_by(self, mute_ids: Iterable[MuteId]) -> tuple[HitId, ...]:
        """The hits that these hide."""
        asked = frozenset(mute_ids)
        return tuple(hit_id for hit_id, mute_id in self._hidden.items() if mute_id in asked) if asked else ()

    def strays(self) -> frozenset[MuteId]:
        """Mutes that hide hits and are not there any more."""
        return frozenset(mute_id for mute_id, count in self._counts.items() if count and not self.is_known(mute_id))

    def name_story(self, story_id: StoryId, name: str) -> None:
        """What lists call the mute of a story: a headline of it."""
        self._names[story_id] = name

    def statuses(self, now: datetime) -> tuple[MuteStatus, ...]:
        """The mutes in force, those of rules.toml first, in its order."""
        acting = _live(self._matcher)
        listed = [
            self._of_file(mute) for mute in self._book.mutes if MuteId(mute.id) in acting and not has_ended(mute, now)
        ]
        names = {rule.id: rule.label for rule in self._book.rules}
        for rule_id, rule in self._rules.items():
            if not _is_over(rule.until, now):
                listed.append(self._of_store(MuteKind.RULE, rule_id, names.get(rule_id, rule_id), rule.until))
        for story_id, story in self._stories.items():
            if not _is_over(story.until, now):
                listed.append(self._of_store(MuteKind.STORY, story_id, self._names.get(story_id, ""), story.until))
        return tuple(listed)

    def _of_file(self, mute: Mute) -> MuteStatus:
        kind, subject = kind_of(mute.query)
        hidden = self._counts.get(MuteId(mute.id), 0)
        return MuteStatus(MuteId(mute.id), kind, subject, mute.name or subject, end_of(mute), hidden)

    def _of_store(self, kind: MuteKind, subject: str, name: str, until: datetime | None) -> MuteStatus:
        mute_id = MuteId((STORY_PREFIX if kind is MuteKind.STORY else RULE_PREFIX) + subject)
        return MuteStatus(mute_id, kind, subject, name, until, self._counts.get(mute_id, 0))


def story_name(store: Store, story_id: StoryId) -> str:
    """A headline of a story; empty if nothing of it is stored."""
    return next((hit.entry.title for hit in store.find_hits(HitQuery(story=story_id))), "")


def released(hit: Hit, now: datetime) -> Hit:
    """The hit without the mute that hid it: held as it was before, asleep if its snooze is not over."""
    if hit.held is not Held.MUTED:
        return hit
    shown = replace(hit, held=hit.was_held, muted_by="", was_held=None)
    return replace(shown, held=snoozed_or_shown(shown, now))


def end_of(mute: Mute) -> datetime | None:
    """The moment from which a mute hides nothing more: of a day that is its end. None: it is for good."""
    match mute.expires:
        case None:
            return None
        case datetime() as moment:
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        case date() as day:
            try:
                return datetime.combine(day + timedelta(days=1), time(), UTC)
            except OverflowError:  # the last day there is
                return None


def has_ended(mute: Mute, now: datetime) -> bool:
    """Whether a mute of the file hides nothing any more."""
    return Rule(RuleId(mute.id), expires=mute.expires).has_expired(now)


def _live(matcher: Matcher) -> dict[MuteId, LiveRule]:
    return {MuteId(live.rule.id): live for live in matcher.live}


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is not None and until <= now
