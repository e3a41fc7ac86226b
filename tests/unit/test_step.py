"""The decision, without sockets: given a feed, its state, a result and what is known, what is to be stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine.step import CheckResult, Failed, Outcome, Parsed, Unchanged, step
from newswatch.feeds.due import Pace
from newswatch.match.matcher import Matcher, compile_book
from newswatch.model.article import Article, ArticleText, TextFrom
from newswatch.model.entry import ParsedEntry
from newswatch.model.feed import FeedState, FeedStatus
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import Rule, RuleBook, RuleId
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

FEED = build.feed()
TROOPS = build.parsed_entry("North Korean troops seen in Kursk")
GRAIN = build.parsed_entry("Grain talks resume")


class Play:
    """One feed over several checks: each outcome is stored, as the engine would."""

    def __init__(self, *rules: Rule) -> None:
        self.store = MemoryStore()
        self.state = FeedState(FEED.id)
        self.matcher: Matcher = compile_book(RuleBook(rules=rules or (build.rule(),)))
        self.minutes = 0.0

    def check(self, result: CheckResult) -> Outcome:
        outcome = step(FEED, self.state, result, self.store, self.matcher, Pace(), build.at(self.minutes))
        self.store.commit(outcome.memory)
        self.store.commit(Transaction(feed_states=(outcome.state,)))
        self.state = outcome.state
        self.minutes += 10
        return outcome

    def reads(self, *items: ParsedEntry) -> Outcome:
        return self.check(Parsed(build.parsed_feed(*items), body_hash=str(self.minutes), etag='"v1"'))


def wait_of(outcome: Outcome) -> float:
    """Seconds until the next check."""
    state = outcome.state
    assert state.next_check_at is not None
    assert state.last_checked_at is not None
    return (state.next_check_at - state.last_checked_at).total_seconds()


def held(outcome: Outcome) -> list[Held | None]:
    return [hit.held for hit in outcome.memory.hits]


def test_hits_of_the_first_document_are_backlog_and_later_ones_alert() -> None:
    play = Play()
    assert held(play.reads(GRAIN, TROOPS)) == [Held.BACKLOG]
    assert held(play.reads(build.parsed_entry("North Korean troops again"), GRAIN, TROOPS)) == [None]


def test_a_feed_whose_first_document_was_empty_alerts_on_what_comes_next() -> None:
    play = Play()
    play.reads()
    assert held(play.reads(TROOPS)) == [None]


def test_a_crash_between_entries_and_feed_state_repeats_nothing_and_loses_no_alert() -> None:
    play = Play()
    play.reads(GRAIN)
    play.state = FeedState(FEED.id)
    outcome = play.reads(TROOPS, GRAIN)
    assert [entry.title for entry in outcome.memory.entries] == [TROOPS.title]
    assert held(outcome) == [None]


def test_reading_the_same_document_twice_stores_nothing_the_second_time() -> None:
    play = Play()
    play.reads(GRAIN, TROOPS)
    assert play.reads(GRAIN, TROOPS).memory.is_empty


def test_a_revision_keeps_its_earlier_text_its_first_sight_and_what_people_did() -> None:
    play = Play()
    first = play.reads(TROOPS)
    (hit,) = first.memory.hits
    handled = replace(hit, state=Triage.ACKED, is_starred=True, told_at=build.at(5))
    play.store.commit(Transaction(hits=(handled,)))
    edited = build.parsed_entry(TROOPS.title, summary="Now with a summary")
    outcome = play.reads(edited)
    (entry,) = outcome.memory.entries
    (revised_hit,) = outcome.memory.hits
    assert entry.summary == "Now with a summary"
    assert entry.seen_at == build.at(0)
    assert entry.revised_at == build.at(10)
    assert [revision.entry.summary for revision in outcome.memory.revisions] == [""]
    assert revised_hit == replace(handled, entry=entry)
    assert revised_hit.held is Held.BACKLOG


def test_a_headline_that_is_edited_away_from_the_rule_keeps_its_hit_without_false_marks() -> None:
    play = Play()
    play.reads(TROOPS)
    outcome = play.reads(build.parsed_entry("Troops seen in Kursk", id=TROOPS.id, link=TROOPS.link))
    (hit,) = outcome.memory.hits
    assert hit.entry.title == "Troops seen in Kursk"
    assert hit.marks == ()
    assert hit.is_old_rule


def test_a_headline_that_is_edited_back_is_of_its_rule_again() -> None:
    play = Play()
    play.reads(TROOPS)
    play.reads(build.parsed_entry("Troops seen in Kursk", id=TROOPS.id, link=TROOPS.link))
    play.matcher = compile_book(RuleBook(rules=(build.rule("north AND troops", name="The north"),)))
    (hit,) = play.reads(TROOPS).memory.hits
    assert (hit.is_old_rule, hit.query, hit.rule_name) == (False, "north AND troops", "The north")
    assert [mark.text for mark in hit.marks] == ["North", "troops"]


def test_an_edited_text_says_nothing_of_a_rule_that_was_not_asked_of_it() -> None:
    play = Play(build.rule("Korean"))
    play.reads(TROOPS)
    play.matcher = compile_book(RuleBook())
    (hit,) = play.reads(build.parsed_entry("Troops seen", id=TROOPS.id, link=TROOPS.link)).memory.hits
    assert not hit.is_old_rule


def test_a_hit_of_a_rule_that_is_over_stays_one_as_long_as_its_edited_text_has_it() -> None:
    play = Play(build.rule(expires=build.at(5)))
    play.reads(TROOPS)
    (hit,) = play.reads(build.parsed_entry(TROOPS.title + " again", id=TROOPS.id, link=TROOPS.link)).memory.hits
    assert (bool(hit.marks), hit.is_old_rule) == (True, False)
    (hit,) = play.reads(build.parsed_entry("Troops seen", id=TROOPS.id, link=TROOPS.link)).memory.hits
    assert hit.is_old_rule


def in_full_text(page: str) -> Play:
    """An alert on a headline whose page is stored, beside a rule on full text that found something there."""
    play = Play(build.rule(), build.rule("harbour AND seen", id=RuleId("harbour"), fulltext=True))
    play.reads(GRAIN)
    (hit,) = play.reads(TROOPS, GRAIN).memory.hits
    article = Article(hit.entry.feed_id, hit.entry.key, (ArticleText(page, TextFrom.PAGE, build.at(15)),))
    play.store.commit(Transaction(articles=(article,)))
    return play


def test_a_rule_on_full_text_is_asked_of_the_stored_page_when_the_text_is_edited() -> None:
    play = in_full_text("A pier in the harbour.")
    (first,) = [hit for hit in play.reads(edited("Seen: North Korean troops")).memory.hits if hit.rule_id == "harbour"]
    assert (first.is_in_full_text, first.is_old_rule, first.held) == (True, False, None)
    (still,) = [hit for hit in play.reads(edited("Troops seen")).memory.hits if hit.rule_id == "harbour"]
    assert (still.is_in_full_text, still.is_old_rule) == (True, False)
    (gone,) = [hit for hit in play.reads(edited("Troops")).memory.hits if hit.rule_id == "harbour"]
    assert (gone.is_in_full_text, gone.is_old_rule) == (True, True)


def edited(title: str) -> ParsedEntry:
    """The headline, edited."""
    return build.parsed_entry(title, id=TROOPS.id, link=TROOPS.link)


def test_a_rule_finds_nothing_new_once_its_last_day_is_over() -> None:
    today = build.at().date()
    assert Play(build.rule(expires=today)).reads(TROOPS).memory.hits
    assert not Play(build.rule(expires=today - timedelta(days=1))).reads(TROOPS).memory.hits
    assert not Play(build.rule(expires=build.at())).reads(TROOPS).memory.hits


def test_two_rules_on_one_entry_are_two_hits_of_one_story() -> None:
    play = Play(build.rule(), build.rule("Kursk", id=RuleId("kursk")))
    outcome = play.reads(TROOPS)
    assert len({hit.id for hit in outcome.memory.hits}) == 2
    assert len({hit.story_id for hit in outcome.memory.hits}) == 1


def test_the_same_headline_within_two_days_is_the_same_story_and_later_another() -> None:
    play = Play()
    (first,) = play.reads(TROOPS).memory.hits
    same = build.parsed_entry(TROOPS.title, id="other", link="https://dnipro-wire.example/other")
    (second,) = play.reads(same, TROOPS).memory.hits
    play.minutes = timedelta(hours=49).total_seconds() / 60
    third = build.parsed_entry(TROOPS.title, id="third", link="https://dnipro-wire.example/third")
    (late,) = play.reads(third, same, TROOPS).memory.hits
    assert first.story_id == second.story_id != late.story_id


def test_a_text_that_repeats_the_watched_words_without_end_keeps_a_bounded_number_of_marks() -> None:
    play = Play()
    (hit,) = play.reads(build.parsed_entry("One", content="North Korean troops. " * 5_000)).memory.hits
    assert len(hit.marks) == 1_000


def test_validators_are_kept_verbatim_and_survive_a_304_that_repeats_none() -> None:
    play = Play()
    play.check(Parsed(build.parsed_feed(GRAIN), "hash", etag='W/"a b"', last_modified="yesterday, more or less"))
    play.check(Unchanged())
    assert (play.state.etag, play.state.last_modified) == ('W/"a b"', "yesterday, more or less")


def test_a_document_without_validators_forgets_the_old_ones() -> None:
    play = Play()
    play.check(Parsed(build.parsed_feed(GRAIN), "hash", etag='"old"'))
    play.check(Parsed(build.parsed_feed(GRAIN, TROOPS), "other hash"))
    assert play.state.etag is None


def test_a_failure_keeps_validators_and_entries_and_says_why() -> None:
    play = Play()
    play.reads(GRAIN)
    outcome = play.check(Failed("the server answered 500 Internal Server Error"))
    assert outcome.memory.is_empty
    assert play.state.status is FeedStatus.FAILING
    assert play.state.etag == '"v1"'
    assert play.state.last_error == "the server answered 500 Internal Server Error"
    play.check(Unchanged())
    assert (play.state.status, play.state.failures, play.state.last_error) == (FeedStatus.OK, 0, "")


def test_how_often_a_feed_changes_is_learned_from_documents_with_something_new() -> None:
    play = Play()
    play.reads(GRAIN)
    assert (play.state.changed_at, play.state.change_gap_s) == (build.at(0), None)
    play.check(Unchanged())
    play.reads(GRAIN)  # another text around the same items is nothing new
    assert (play.state.changed_at, play.state.change_gap_s) == (build.at(0), None)
    play.reads(TROOPS, GRAIN)
    assert (play.state.changed_at, play.state.change_gap_s) == (build.at(30), 1800)


def test_a_feed_that_brings_nothing_new_for_hours_is_asked_less_often_until_it_does() -> None:
    play = Play()
    play.reads(GRAIN)
    play.minutes = 8 * 60
    assert wait_of(play.check(Unchanged())) == pytest.approx(1200, rel=0.1)
    assert wait_of(play.reads(TROOPS, GRAIN)) == pytest.approx(1200, rel=0.1)
    for number in range(12):
        outcome = play.reads(build.parsed_entry(f"News {number}"), TROOPS, GRAIN)
    assert wait_of(outcome) == pytest.approx(600, rel=0.1)


def test_the_longer_wish_of_document_and_server_counts_and_an_unchanged_answer_keeps_it() -> None:
    play = Play()
    play.check(Parsed(build.parsed_feed(GRAIN, wish_s=1800.0), "hash", fresh_s=900.0))
    assert play.state.wish_s == 1800
    assert wait_of(play.check(Unchanged())) >= 1800
    play.check(Unchanged(fresh_s=2700.0))
    assert play.state.wish_s == 2700
    play.check(Parsed(build.parsed_feed(GRAIN, TROOPS), "other hash"))
    assert play.state.wish_s is None


def test_a_failure_keeps_what_was_learned_of_a_feed() -> None:
    play = Play()
    play.check(Parsed(build.parsed_feed(GRAIN, wish_s=1800.0), "hash"))
    outcome = play.check(Failed("the server answered 500 Internal Server Error"))
    assert (play.state.wish_s, play.state.changed_at) == (1800, build.at(0))
    assert wait_of(outcome) >= 0.9 * 1800


def test_a_retry_after_of_zero_is_no_order_to_wait_and_the_feed_backs_off() -> None:
    play = Play()
    for _ in range(3):
        outcome = play.check(Failed("busy", is_answer=True, retry_after_s=0.0))
    assert play.state.not_before is None
    assert wait_of(outcome) == pytest.approx(2400, rel=0.1)


def test_410_stops_a_feed_and_it_is_not_due_again() -> None:
    play = Play()
    play.check(Failed("gone", is_gone=True))
    assert play.state.status is FeedStatus.STOPPED
    assert play.state.next_check_at is None


def test_a_feed_whose_guids_change_is_marked_and_stays_so() -> None:
    play = Play()
    first, again = (build.parsed_entry(TROOPS.title, id=guid, has_guid=True) for guid in ("a", "b"))
    play.reads(first)
    assert not play.state.has_guid_churn
    outcome = play.reads(again)
    assert (play.state.has_guid_churn, outcome.new_entries, outcome.memory.hits) == (True, 0, ())
    play.reads(first)
    assert play.state.has_guid_churn


def test_a_move_is_believed_after_three_equal_answers_and_doubted_after_three_failures() -> None:
    play = Play()
    for _ in range(2):
        play.check(Unchanged(permanent_url="https://new.example/rss"))
    play.check(Unchanged())
    assert play.state.moved_answers == 0
    for _ in range(3):
        play.check(Unchanged(permanent_url="https://new.example/rss"))
    play.check(Unchanged())
    assert (play.state.moved_to, play.state.moved_answers) == ("https://new.example/rss", 3)
    for _ in range(3):
        play.check(Failed("not found"))
    assert play.state.moved_to is None


def test_the_source_is_the_name_in_feeds_opml_and_the_language_the_nearest_that_is_known() -> None:
    play = Play()
    outcome = play.reads(build.parsed_entry("Eins", lang="de"), build.parsed_entry("Two"))
    assert [(entry.source, entry.lang) for entry in outcome.memory.entries] == [
        ("Dnipro Wire", "de"),
        ("Dnipro Wire", "en"),
    ]
