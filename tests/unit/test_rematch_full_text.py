"""Rules on full text that are edited: what the stored page of an entry still says, and what it says now."""

from __future__ import annotations

from newswatch.engine.rematch import Rematch
from newswatch.match.matcher import FeedScope
from newswatch.model.article import Article, ArticleText, TextFrom
from newswatch.model.hit import PAGE_FIELD, Held, Hit
from newswatch.model.rule import Rule, RuleId
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

ENTRY = build.entry("Ferry runs again")
PAGE = "The [harbour office][1] said so, and the council agreed."


def known(by: Rule) -> MemoryStore:
    """A history with one hit on the entry, and the page behind it."""
    store = MemoryStore()
    hit = build.hit(ENTRY, by, marks=(build.mark("harbour office", 5, PAGE_FIELD),))
    article = Article(ENTRY.feed_id, ENTRY.key, (ArticleText(PAGE, TextFrom.PAGE, build.at()),))
    store.commit(Transaction(entries=(ENTRY,), identities=(build.identity(ENTRY),), hits=(hit,), articles=(article,)))
    return store


def rule(query: str, rule_id: str = "harbour", *, fulltext: bool = True) -> Rule:
    return build.rule(query, id=RuleId(rule_id), fulltext=fulltext)


def rematched(edited: Rule) -> list[Hit]:
    store = known(rule('"harbour office"'))
    return Rematch((edited,), {}, lambda _: FeedScope(""), store, build.at(60)).of([ENTRY])


def test_a_hit_in_full_text_stays_one_when_its_rule_still_matches_the_page() -> None:
    (hit,) = rematched(rule("harbour office OR pier"))
    assert not hit.is_old_rule
    assert hit.is_in_full_text
    assert [(mark.field, mark.text) for mark in hit.marks] == [(PAGE_FIELD, "harbour office")]


def test_it_is_of_an_old_rule_when_the_page_is_not_matched_or_not_asked_for_any_more() -> None:
    for edited in (rule("bridge"), rule("harbour office", fulltext=False)):
        (hit,) = rematched(edited)
        assert hit.is_old_rule


def test_another_rule_on_full_text_finds_a_page_that_is_stored() -> None:
    (hit,) = rematched(rule("council NEAR/2 agreed", "council"))
    assert hit.held is Held.RULE_CHANGE
    assert [mark.text for mark in hit.marks] == ["council", "agreed"]
    assert all(PAGE[mark.start : mark.end] == mark.text for mark in hit.marks)
