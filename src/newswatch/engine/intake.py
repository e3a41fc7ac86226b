"""What one document adds to memory: entries, revisions, identities, hits and their stories. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, assert_never

from newswatch.alert.policy import held_on_arrival
from newswatch.engine.page_match import found_in_page, has_page
from newswatch.match.matcher import FeedScope, LiveRule, Matcher
from newswatch.model.article import Article
from newswatch.model.entry import Entry, EntryKey, Identity, ParsedEntry, Revision
from newswatch.model.feed import Feed, FeedId
from newswatch.model.hit import PAGE_FIELD, Hit, HitId, Mark, StoryId, hit_id
from newswatch.model.rule import Rule, RuleId
from newswatch.parse.identity import Novelty, Sighting
from newswatch.store.api import Transaction
from newswatch.story.storyline import OpenStories

# A hostile text can repeat a watched word without end; nobody looks at more than this.
MAX_MARKS = 1_000


class Known(Protocol):
    """What the step asks of memory; a `store.api.Store` answers it."""

    def identities(self, feed_id: FeedId) -> Mapping[EntryKey, Identity]:
        """What is remembered of a feed's entries."""

    def entry(self, feed_id: FeedId, key: EntryKey) -> Entry | None:
        """The entry in its newest text."""

    def hit(self, hit_id: HitId) -> Hit | None:
        """One hit."""

    def hits_of_entry(self, feed_id: FeedId, key: EntryKey) -> tuple[Hit, ...]:
        """The hits on one entry."""

    def hit_ids_of_entry(self, feed_id: FeedId, key: EntryKey) -> Mapping[RuleId, HitId]:
        """The hits on one entry by their rules, unread."""

    def article(self, feed_id: FeedId, key: EntryKey) -> Article | None:
        """The readings of the page behind one entry."""

    def story_by_link(self, link_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story with this canonical link."""

    def story_by_title(self, title_digest: str) -> tuple[StoryId, datetime] | None:
        """The newest story with this folded title."""


def source_of(feed: Feed, title: str) -> str:
    """The name of the outlet: feeds.opml's, else the feed's own title."""
    return feed.name or title


def make_hit(rule: Rule, entry: Entry, marks: tuple[Mark, ...], story_id: StoryId, now: datetime) -> Hit:
    """A hit that nothing holds back yet."""
    return Hit(
        id=hit_id(rule.id, entry.feed_id, entry.key),
        rule_id=rule.id,
        rule_name=rule.label,
        rule_version=rule.version,
        query=rule.text,
        severity=rule.severity,
        entry=entry,
        marks=marks[:MAX_MARKS],
        story_id=story_id,
        found_at=now,
    )


def scope_of(feed: Feed) -> FeedScope:
    """What a rule's `feeds` key can name of a feed: its address and its tags, whatever their letter case."""
    tags = tuple(tag.casefold() for tag in (*feed.tags, *feed.folder))
    return FeedScope(address=feed.url, tags=tags, earlier=feed.earlier)


class Intake:
    """What one document adds to memory."""

    def __init__(
        self,
        feed: Feed,
        source: str,
        lang: str | None,
        known: Known,
        matcher: Matcher,
        now: datetime,
        *,
        is_first: bool,
    ) -> None:
        self._feed = feed
        self._scope = scope_of(feed)
        self._source = source
        self._lang = lang
        self._known = known
        self._matcher = matcher
        self._now = now
        self._is_first = is_first
        self._entries: list[Entry] = []
        self._revisions: list[Revision] = []
        self._identities: list[Identity] = []
        self._hits: dict[str, Hit] = {}
        self._stories = OpenStories(known)
        self._on_full_text: tuple[LiveRule, ...] | None = None  # looked for only when a page may be asked
        self.overruns: list[RuleId] = []
        self.new_entries = 0

    def add(self, sighting: Sighting) -> None:
        """Takes one recognised item in."""
        if sighting.is_stale:
            self._identities.append(sighting.identity)
        match sighting.novelty:
            case Novelty.NEW:
                self._add_new(sighting.read, sighting.identity)
            case Novelty.REVISED:
                self._add_revision(sighting.read, sighting.identity)
            case Novelty.KNOWN:
                pass
            case _:
                assert_never(sighting.novelty)

    def transaction(self, forgotten: tuple[tuple[FeedId, EntryKey], ...]) -> Transaction:
        """All of it."""
        return Transaction(
            entries=tuple(self._entries),
            revisions=tuple(self._revisions),
            identities=tuple(self._identities),
            hits=tuple(self._hits.values()),
            forgotten=forgotten,
        )

    def _entry(self, parsed: ParsedEntry, identity: Identity) -> Entry:
        return Entry(
            feed_id=self._feed.id,
            key=identity.key,
            title=parsed.title,
            link=parsed.link,
            summary=parsed.summary,
            content=parsed.content,
            author=parsed.author,
            tags=parsed.tags,
            lang=parsed.lang or self._lang or self._feed.lang,
            source=self._source,
            published_at=parsed.published,
            seen_at=self._now,
            is_backlog=self._is_first,
        )

    def _add_new(self, parsed: ParsedEntry, identity: Identity) -> None:
        entry = self._entry(parsed, identity)
        self.new_entries += 1
        self._entries.append(entry)
        self._match(entry, identity, is_revision=False)

    def _add_revision(self, parsed: ParsedEntry, identity: Identity) -> None:
        before = self._known.entry(self._feed.id, identity.key)
        entry = self._entry(parsed, identity)
        if before is not None:
            entry = replace(entry, seen_at=before.seen_at, is_backlog=before.is_backlog, revised_at=self._now)
            self._revisions.append(Revision(before, self._now))
        self._entries.append(entry)
        self._match(entry, identity, is_revision=True)

    def _match(self, entry: Entry, identity: Identity, *, is_revision: bool) -> None:
        earlier = {hit.rule_id: hit for hit in self._known.hits_of_entry(entry.feed_id, entry.key)}
        rules, overruns = self._matcher.rules, list[RuleId]()
        matches = self._matcher.match(entry.document, self._scope, overruns)
        found = {(rule := rules[match.rule_index]).id: (rule, match.marks) for match in matches}
        if earlier:  # without a hit there is no page
            found.update(self._in_page(entry, {*found, *overruns}, earlier, overruns))
        self.overruns += overruns
        for rule_id, hit in earlier.items():
            now = replace(hit, entry=entry)
            if rule_id in found:
                self._hits[hit.id] = found_again(now, *found[rule_id])
            else:
                is_lost = rule_id not in overruns and any(rule.id == rule_id for rule in rules)
                marks = still_true(hit.marks, entry)
                self._hits[hit.id] = replace(now, marks=marks, is_old_rule=hit.is_old_rule or is_lost)
        new = [one for rule_id, one in found.items() if rule_id not in earlier and not one[0].has_expired(self._now)]
        if not new:
            return
        story_id = next(iter(earlier.values())).story_id if earlier else self._stories.place(identity, entry.seen_at)
        held = held_on_arrival(entry, is_revision=is_revision)
        for rule, marks in new:
            fresh = replace(make_hit(rule, entry, marks, story_id, self._now), held=held)
            self._hits[fresh.id] = fresh

    def _in_page(
        self, entry: Entry, asked: Collection[RuleId], earlier: Collection[RuleId], overruns: list[RuleId]
    ) -> dict[RuleId, tuple[Rule, tuple[Mark, ...]]]:
        """What rules on full text find in an edited entry's page, as `FullText` does; those that were `asked` aside."""
        if self._on_full_text is None:
            self._on_full_text = tuple([live for live in self._matcher.live if live.rule.fulltext])
        article = self._known.article(entry.feed_id, entry.key) if self._on_full_text else None
        if article is None or not has_page(article):
            return {}
        rules = [
            live
            for live in self._on_full_text
            if (rule_id := live.rule.id) not in asked and (rule_id in earlier or not entry.is_backlog)
        ]
        in_page = found_in_page(rules, entry, self._scope, article.newest.text, overruns)
        return {live.rule.id: (live.rule, marks) for live, marks in in_page}


def found_again(hit: Hit, rule: Rule, marks: tuple[Mark, ...]) -> Hit:
    """A hit that was there, now that its rule as it is now found this; what people did to it stays."""
    return replace(
        hit,
        marks=marks[:MAX_MARKS],
        rule_name=rule.label,
        rule_version=rule.version,
        query=rule.text,
        is_old_rule=False,
    )


def still_true(marks: tuple[Mark, ...], entry: Entry) -> tuple[Mark, ...]:
    """The marks whose text still stands where it stood, after an edit that the rule no longer matches.

    Those in the page behind the entry stay: that is another text.
    """
    return tuple(mark for mark in marks if mark.field == PAGE_FIELD or _text_at(entry, mark) == mark.text)


def _text_at(entry: Entry, mark: Mark) -> str:
    document = entry.document
    if mark.field == "tags":
        text = document.tags[mark.part] if mark.part < len(document.tags) else ""
    else:
        text = str(getattr(document, mark.field, ""))
    return text[mark.start : mark.end]
