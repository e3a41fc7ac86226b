"""Builders: a value with sensible defaults, and only what the test is about named in the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newswatch.model.digest import digest
from newswatch.model.entry import Entry, EntryKey, Identity, ParsedEntry, ParsedFeed
from newswatch.model.feed import Feed, FeedHealth, FeedState, feed_id
from newswatch.model.hit import Hit, Mark, StoryId, hit_id
from newswatch.model.rule import Rule, RuleId, RuleStatus, Severity

EPOCH = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


def at(minutes: float = 0.0) -> datetime:
    """That many minutes after `EPOCH`."""
    return EPOCH + timedelta(minutes=minutes)


def feed(url: str = "https://dnipro-wire.example/rss.xml", **changes: Any) -> Feed:
    """A feed the user wrote into feeds.opml."""
    return replace(Feed(id=feed_id(url), url=url, name="Dnipro Wire", lang="en"), **changes)


def feed_state(of: Feed | None = None, **changes: Any) -> FeedState:
    """The state of a feed that was never checked."""
    return replace(FeedState((of or feed()).id), **changes)


def feed_health(of: Feed | None = None, **changes: Any) -> FeedHealth:
    """A row of the Feeds screen."""
    target = of or feed()
    return replace(FeedHealth(target, FeedState(target.id), target.name or target.url, target.url), **changes)


def parsed_entry(title: str = "Quiet day on the river", **changes: Any) -> ParsedEntry:
    """An item of a document; its guid and link follow from the title."""
    slug = digest(title)
    entry = ParsedEntry(
        id=f"urn:item:{slug}",
        title=title,
        link=f"https://dnipro-wire.example/{slug}",
        published=at(),
        author=None,
        summary="",
    )
    return replace(entry, **changes)


def parsed_feed(*entries: ParsedEntry, **changes: Any) -> ParsedFeed:
    """A document with these items."""
    return replace(ParsedFeed(title="Dnipro Wire", entries=entries, format="rss20"), **changes)


def entry(title: str = "Quiet day on the river", **changes: Any) -> Entry:
    """A stored entry; its key and link follow from the title."""
    slug = digest(title)
    value = Entry(
        feed_id=feed().id,
        key=EntryKey(slug),
        title=title,
        link=f"https://dnipro-wire.example/{slug}",
        summary="",
        content="",
        author=None,
        tags=(),
        lang="en",
        source="Dnipro Wire",
        published_at=at(),
        seen_at=at(),
    )
    return replace(value, **changes)


def identity(of: Entry | None = None, **changes: Any) -> Identity:
    """What is remembered of an entry."""
    known = of or entry()
    value = Identity(
        feed_id=known.feed_id,
        key=known.key,
        guid=digest(known.key),
        link=digest(known.link or ""),
        title=digest(known.title.casefold()),
        text=digest(known.title, known.summary, known.content),
        listed_at=known.seen_at,
    )
    return replace(value, **changes)


def rule(query: str = "North Korean troops", **changes: Any) -> Rule:
    """A rule with the id `dprk-troops`."""
    return replace(Rule(id=RuleId("dprk-troops"), query=query, severity=Severity.HIGH), **changes)


def rule_status(of: Rule | None = None, **changes: Any) -> RuleStatus:
    """A row of the Rules screen."""
    return replace(RuleStatus(of or rule(), is_live=True), **changes)


def mark(text: str, start: int = 0, field: str = "title") -> Mark:
    """A mark over `text` at `start`."""
    return Mark(field, start, start + len(text), text)


def hit(of: Entry | None = None, by: Rule | None = None, **changes: Any) -> Hit:
    """A hit of `by` on `of`, in a story of its own."""
    matched = of or entry("North Korean troops seen in Kursk")
    rule_ = by or rule()
    value = Hit(
        id=hit_id(rule_.id, matched.feed_id, matched.key),
        rule_id=rule_.id,
        rule_name=rule_.label,
        rule_version=rule_.version,
        query=rule_.text,
        severity=rule_.severity,
        entry=matched,
        marks=(),
        story_id=StoryId(digest("story", matched.feed_id, matched.key)),
        found_at=matched.seen_at,
    )
    return replace(value, **changes)
