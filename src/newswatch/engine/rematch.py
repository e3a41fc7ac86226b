"""What edited rules mean for what is stored already: new hits, held as `rule-change`, and marks of old ones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from newswatch.engine.intake import MAX_MARKS, Known, make_hit
from newswatch.match.matcher import FeedScope, compile_book
from newswatch.model.entry import Entry
from newswatch.model.feed import FeedId
from newswatch.model.hit import Held, Hit, StoryId
from newswatch.model.rule import Rule, RuleBook
from newswatch.story.storyline import OpenStories, own_story


def rematch(
    rules: tuple[Rule, ...],
    aliases: Mapping[str, tuple[str, ...]],
    entries: Iterable[Entry],
    scope_of: Callable[[FeedId], FeedScope],
    known: Known,
    now: datetime,
) -> list[Hit]:
    """The hits that are new or changed when these rules take the place of their earlier forms.

    A stored hit that its rule no longer matches is marked as of an old rule, and unmarked when it does again.
    """
    matcher = compile_book(RuleBook(rules=rules, aliases=aliases))
    edited = {rule.id: rule for rule in rules}
    stories = OpenStories(known)
    changed: list[Hit] = []
    for entry in entries:
        earlier = {hit.rule_id: hit for hit in known.hits_of_entry(entry.feed_id, entry.key) if hit.rule_id in edited}
        matches = matcher.match(entry.document, scope_of(entry.feed_id))
        for match in matches:
            rule = matcher.rules[match.rule_index]
            hit = earlier.pop(rule.id, None)
            if hit is None:
                if rule.has_expired(now):
                    continue
                story_id = _story_id(entry, known, stories)
                changed.append(replace(make_hit(rule, entry, match.marks, story_id, now), held=Held.RULE_CHANGE))
            else:
                changed.append(
                    replace(
                        hit,
                        marks=match.marks[:MAX_MARKS],
                        rule_name=rule.label,
                        rule_version=rule.version,
                        query=rule.text,
                        is_old_rule=False,
                    )
                )
        changed.extend(replace(hit, is_old_rule=True) for hit in earlier.values() if not hit.is_old_rule)
    return changed


def _story_id(entry: Entry, known: Known, stories: OpenStories) -> StoryId:
    if hits := known.hits_of_entry(entry.feed_id, entry.key):
        return hits[0].story_id
    identity = known.identities(entry.feed_id).get(entry.key)
    # An entry that outlived its identity has no links to other stories any more.
    return own_story(entry.feed_id, entry.key) if identity is None else stories.place(identity, entry.seen_at)
