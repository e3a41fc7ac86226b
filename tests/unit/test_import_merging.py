"""What stands when a home and an export both have a row, whichever came first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from newswatch.cli.history.merging import merged_article, merged_entry, merged_feed, merged_hit, merged_identity
from newswatch.model.article import Article, ArticleText, TextFrom
from newswatch.model.entry import Revision
from newswatch.model.hit import Hit, Note, Triage
from newswatch.testing import build

moments = st.one_of(st.none(), st.integers(0, 9).map(build.at))


@st.composite
def triaged(draw: st.DrawFn) -> Hit:
    """One and the same hit, after a person did something with it."""
    notes = sorted(draw(st.sets(st.integers(0, 5), max_size=3)))
    return build.hit(
        state=draw(st.sampled_from(Triage)),
        is_starred=draw(st.booleans()),
        tags=tuple(sorted(draw(st.sets(st.sampled_from("abc"))))),
        notes=tuple(Note(build.at(number), f"note {number}") for number in notes),
        snoozed_until=draw(moments),
        told_at=draw(moments),
    )


@given(triaged(), triaged(), triaged())
def test_triage_only_goes_forward_and_the_order_of_imports_does_not_matter(a: Hit, b: Hit, c: Hit) -> None:
    both, other = merged_hit(a, b), merged_hit(b, a)
    assert replace(both, tags=()) == replace(other, tags=())
    assert set(both.tags) == set(other.tags) == {*a.tags, *b.tags}
    assert merged_hit(merged_hit(a, b), c) == merged_hit(a, merged_hit(b, c))
    assert merged_hit(a, a) == a
    assert both.state.rank == max(a.state.rank, b.state.rank)
    assert (both.told_at is None) == (a.told_at is None and b.told_at is None)


def test_the_text_that_was_revised_later_stands_and_the_other_is_kept() -> None:
    ours = build.entry("Old text", key=build.entry().key, seen_at=build.at(1), is_backlog=True, source="Ours")
    theirs = replace(
        ours, title="New text", seen_at=build.at(0), revised_at=build.at(9), source="Theirs", is_backlog=False
    )
    entry, older = merged_entry(ours, theirs)
    assert (entry.title, entry.seen_at, entry.is_backlog, entry.source) == ("New text", build.at(1), True, "Ours")
    assert older == Revision(ours, build.at(9))
    assert merged_entry(theirs, ours) == (theirs, Revision(ours, build.at(9)))


def test_the_same_text_seen_at_another_time_changes_nothing() -> None:
    ours = build.entry()
    assert merged_entry(ours, replace(ours, seen_at=build.at(9), source="Other")) == (ours, None)
    assert merged_entry(None, ours) == (ours, None)


def test_of_identities_and_feeds_the_later_look_stands() -> None:
    early, late = build.identity(), build.identity(listed_at=build.at(9))
    assert merged_identity(early, late) == merged_identity(late, early) == late
    state = build.feed_state(last_checked_at=build.at(9))
    never = build.feed_state()
    assert merged_feed(never, state) == merged_feed(state, never) == state
    older = replace(
        state, last_checked_at=state.last_checked_at and state.last_checked_at - timedelta(days=1), etag="x"
    )
    assert merged_feed(state, older) == state


def test_of_two_articles_all_readings_stand_in_the_order_they_were_made() -> None:
    def article(*minutes: int) -> Article:
        texts = tuple(ArticleText(f"Text {minute}", TextFrom.PAGE, build.at(minute)) for minute in minutes)
        return Article(build.entry().feed_id, build.entry().key, texts)

    both = merged_article(article(1, 5), article(3, 5))
    assert both == article(1, 3, 5) == merged_article(article(3, 5), article(1, 5))
    assert merged_article(both, both) == both
    many = merged_article(article(*range(6)), article(*range(4, 12)))
    assert many == article(0, 7, 8, 9, 10, 11)
    assert merged_article(many, article(*range(6, 12))) == many
