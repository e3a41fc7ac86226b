"""The view: how events become what a screen shows. Pure, so most of the screen's behaviour is tested here."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from newswatch.model import window as window_module
from newswatch.model.event import (
    AlertsRaised,
    Batch,
    Event,
    FeedChanged,
    FeedRemoved,
    FeedsOrdered,
    FeedTurn,
    FeedTurned,
    HitsStored,
    Liveness,
    LivenessChanged,
    NextCheckChanged,
    NoticeCleared,
    NoticeLevel,
    NoticeRaised,
    RuleChanged,
    RulesChanged,
    Totals,
    TotalsChanged,
)
from newswatch.model.feed import FeedId, FeedStatus
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage, hit_id
from newswatch.model.rule import RuleId, Severity
from newswatch.model.view import View, merge_hits, reduce
from newswatch.testing import build


def after(*events: Event, view: View | None = None) -> View:
    start = view or View()
    return reduce(start, Batch(start.seq + len(events), events))


def hit(title: str, minute: float = 0.0, **changes: object) -> Hit:
    return replace(build.hit(build.entry(title, seen_at=build.at(minute))), **changes)  # type: ignore[arg-type]  # any field


def titles(view: View) -> list[str]:
    return [story.lead.entry.title for story in view.stories]


def test_stories_are_newest_first_whatever_order_they_come_in() -> None:
    view = after(HitsStored((hit("Old", 1), hit("New", 3), hit("Middle", 2))))
    assert titles(view) == ["New", "Middle", "Old"]
    assert titles(after(HitsStored((hit("Newer", 4),)), view=view))[0] == "Newer"


def test_backlog_stands_by_its_own_date_unless_that_lies_in_the_future() -> None:
    old = build.entry("Backlog", seen_at=build.at(9), published_at=build.at(-500), is_backlog=True)
    ahead = build.entry("Ahead", seen_at=build.at(5), published_at=build.at(9_999), is_backlog=True)
    view = after(HitsStored((build.hit(old), build.hit(ahead), hit("Fresh", 6))))
    assert titles(view) == ["Fresh", "Ahead", "Backlog"]


def test_the_same_hit_twice_is_one() -> None:
    one = hit("Once")
    view = after(HitsStored((one,)), HitsStored((one,)), HitsStored((replace(one, is_starred=True),)))
    assert len(view.stories) == 1
    assert len(view.stories[0].hits) == 1
    assert view.stories[0].is_starred


def test_hits_of_one_story_are_one_row_with_all_sources_and_rules() -> None:
    entry = build.entry("Tanker boarded", source="Gulf Wire")
    copy = build.entry("Tanker boarded, says navy", source="Kita Shimbun", seen_at=build.at(3))
    first = build.hit(entry, build.rule(id=RuleId("hormuz"), severity=Severity.NORMAL), story_id=StoryId("one"))
    second = build.hit(copy, build.rule(id=RuleId("navy"), severity=Severity.CRITICAL), story_id=StoryId("one"))
    (story,) = after(HitsStored((first,)), HitsStored((second,))).stories
    assert story.severity is Severity.CRITICAL
    assert story.lead.rule_id == "navy"
    assert story.sources == ("Gulf Wire", "Kita Shimbun")
    assert story.rule_ids == ("navy", "hormuz")
    assert story.at == entry.seen_at
    assert set(story.hit_ids) == {first.id, second.id}


def test_of_rules_alike_each_row_leads_with_the_one_that_found_it_first() -> None:
    hormuz, ferry = build.rule(id=RuleId("hormuz")), build.rule(id=RuleId("ferry"))
    entries = [build.entry(f"Ferry {number} waits") for number in range(20)]
    found = [build.hit(entry, hormuz) for entry in entries]
    also = [build.hit(entry, ferry, found_at=build.at(60)) for entry in entries]
    view = after(HitsStored(tuple(found)), HitsStored(tuple(also)))
    assert {story.lead.rule_id for story in view.stories} == {"hormuz"}
    together = after(HitsStored(tuple(found + [replace(hit, found_at=hit.entry.seen_at) for hit in also])))
    assert {story.lead.rule_id for story in together.stories} == {"ferry"}


def test_a_story_that_grew_is_new_again_and_held_hits_do_not_make_it_so() -> None:
    acked = hit("Tanker", state=Triage.ACKED, story_id=StoryId("one"))
    held = hit("Tanker copy", 1, held=Held.COPY, story_id=StoryId("one"))
    grown = hit("Tanker again", 2, story_id=StoryId("one"))
    view = after(HitsStored((acked, held)))
    assert view.stories[0].state is Triage.ACKED
    assert after(HitsStored((grown,)), view=view).stories[0].state is Triage.NEW


def test_a_held_story_is_no_alert_until_a_hit_of_it_interrupts() -> None:
    held = hit("Backlog", held=Held.BACKLOG, story_id=StoryId("one"))
    view = after(HitsStored((held,)))
    assert (view.new, view.unacked, view.held) == (0, 0, 1)
    told = hit("It goes on", 5, story_id=StoryId("one"))
    view = after(HitsStored((told,)), view=view)
    assert (view.new, view.unacked, view.held) == (1, 1, 0)
    assert view.stories[0].lead == told
    assert view.stories[0].at == told.entry.at


def test_new_and_unacked_are_counted_by_story() -> None:
    view = after(
        HitsStored((hit("A"), hit("B", state=Triage.SEEN), hit("C", state=Triage.OPEN), hit("D", state=Triage.ACKED)))
    )
    assert (view.new, view.unacked, view.held) == (1, 3, 0)


def test_two_rules_on_one_entry_are_two_hits_of_one_row() -> None:
    entry = build.entry("Both")
    one = build.hit(entry, build.rule(id=RuleId("a")))
    two = build.hit(entry, build.rule(id=RuleId("b")))
    assert one.id == hit_id(RuleId("a"), entry.feed_id, entry.key) != two.id
    (story,) = after(HitsStored((one, two))).stories
    assert len(story.hits) == 2
    assert len(story.sources) == 1


def test_the_window_keeps_the_newest_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "WINDOW_STORIES", 3)
    view = after(HitsStored(tuple(hit(f"Story {number}", number) for number in range(9))))
    assert titles(view) == ["Story 8", "Story 7", "Story 6"]


@pytest.mark.parametrize("at_once", [1, 3, 40, 200])
def test_hits_come_into_their_places_however_many_come_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "WINDOW_STORIES", 60)
    chance = Random(at_once)
    view, all_hits = View(), dict[HitId, Hit]()
    for _ in range(400 // at_once + 2):
        come = []
        for _ in range(at_once):
            number = chance.randrange(150)
            states = chance.choice([Triage.NEW, Triage.SEEN, Triage.ACKED])
            held = chance.choice([None, None, Held.BACKLOG])
            rule = build.rule(id=RuleId(f"rule-{chance.randrange(3)}"))
            entry = build.entry(f"Story {number}", seen_at=build.at(number), published_at=build.at(number))
            come.append(build.hit(entry, rule, state=states, held=held))
        view = reduce(view, Batch(view.seq + 1, (HitsStored(tuple(come)),)))
        recounted = replace(view, _stories_counted=None)
        orders = [story.order for story in view.stories]
        assert orders == sorted(orders, reverse=True)
        assert len({story.id for story in view.stories}) == len(view.stories) <= 60
        all_hits.update((one.id, one) for one in come)
        assert all(one == all_hits[one.id] for story in view.stories for one in story.hits)
        told = [story for story in view.stories if story.is_alert]
        assert view.unacked == sum(story.state is not Triage.ACKED for story in told)
        assert (view.new, view.held) == (recounted.new, recounted.held)
        assert view.held == len(view.stories) - len(told)


def test_stories_that_did_not_change_stay_the_same_object() -> None:
    view = after(HitsStored((hit("A", 1), hit("B", 2))))
    later = after(HitsStored((hit("C", 3),)), view=view)
    assert later.stories[1] is view.stories[0]
    assert later.stories[2] is view.stories[1]


def test_merging_nothing_changes_nothing() -> None:
    view = after(HitsStored((hit("A", 1),)))
    assert merge_hits(view.stories, ()) == view.stories


def test_feeds_come_change_and_go_and_are_counted_by_how_they_are() -> None:
    ok = build.feed_health(build.feed("https://a.example/rss"))
    ok = replace(ok, state=replace(ok.state, status=FeedStatus.OK))
    bad = build.feed_health(build.feed("https://b.example/rss"))
    bad = replace(bad, state=replace(bad.state, status=FeedStatus.FAILING, failures=3))
    paused = build.feed_health(build.feed("https://c.example/rss", is_paused=True))
    view = after(FeedChanged(ok), FeedChanged(bad), FeedChanged(paused))
    assert (view.feeds_ok, view.feeds_failing, len(view.feeds)) == (1, 1, 3)
    mended = replace(bad, state=replace(bad.state, status=FeedStatus.OK))
    assert after(FeedChanged(mended), view=view).feeds_ok == 2
    assert bad.feed.id not in after(FeedRemoved(bad.feed.id), view=view).feeds
    retrying = replace(bad, state=replace(bad.state, failures=1))
    view = after(FeedChanged(retrying), view=view)
    assert (view.feeds_failing, view.feeds_retrying) == (0, 1)


def test_numbers_kept_along_are_those_that_counting_anew_would_give() -> None:
    random = Random(1)
    kinds = (FeedStatus.OK, FeedStatus.FAILING, FeedStatus.STOPPED, FeedStatus.NEW)
    view = View()
    for turn in range(200):
        row = build.feed_health(build.feed(f"https://{random.randrange(9)}.example/rss", is_paused=not turn % 7))
        row = replace(row, state=replace(row.state, status=random.choice(kinds), failures=random.randrange(5)))
        event = FeedRemoved(row.feed.id) if not turn % 5 else FeedChanged(row)
        view = after(
            event, HitsStored((hit(f"Story {random.randrange(20)}", state=random.choice(list(Triage))),)), view=view
        )
        anew = View(stories=view.stories, feeds=dict(view.feeds))
        for name in ("new", "unacked", "held", "feeds_ok", "feeds_failing", "feeds_retrying"):
            assert getattr(view, name) == getattr(anew, name)
        assert replace(view, feeds={}).feeds_ok == replace(view, feeds={}).feeds_failing == 0


def test_what_is_of_the_moment_leaves_no_trace_in_a_view() -> None:
    alert = hit("A", 1)
    view = after(HitsStored((alert,)))
    said = (AlertsRaised((alert,), "A"), FeedTurned(build.feed().id, FeedTurn.FAILING, "it fails"))
    assert replace(after(*said, view=view), seq=view.seq) == view


def test_a_removed_feed_leaves_its_hits() -> None:
    health = build.feed_health()
    view = after(FeedChanged(health), HitsStored((hit("Stays"),)), FeedRemoved(health.feed.id))
    assert titles(view) == ["Stays"]


def test_rules_change_as_a_whole_or_one_by_one_and_keep_their_order() -> None:
    one, two = build.rule_status(build.rule(id=RuleId("one"))), build.rule_status(build.rule(id=RuleId("two")))
    view = after(RulesChanged((one, two)), RuleChanged(replace(one, hits=7)))
    assert [(status.rule.id, status.hits) for status in view.rules] == [("one", 7), ("two", 0)]
    assert after(RuleChanged(build.rule_status(build.rule(id=RuleId("gone")))), view=view).rules == view.rules


def test_the_rest_of_the_world_is_what_was_said_last() -> None:
    view = after(
        LivenessChanged(Liveness.LIVE),
        LivenessChanged(Liveness.OFFLINE),
        NextCheckChanged(build.at(3)),
        TotalsChanged(Totals(entries=4, hits=3, held=2, untold=1)),
    )
    assert view.liveness is Liveness.OFFLINE
    assert view.next_check_at == build.at(3)
    assert view.totals.entries == 4


def test_a_cause_has_one_notice_until_it_is_cleared() -> None:
    view = after(
        NoticeRaised("disk", NoticeLevel.WARNING, "nearly full"), NoticeRaised("disk", NoticeLevel.ERROR, "full")
    )
    assert [notice.text for notice in view.notices.values()] == ["full"]
    assert not after(NoticeCleared("disk"), NoticeCleared("never raised"), view=view).notices


def test_a_view_carries_the_number_of_its_last_event() -> None:
    view = after(LivenessChanged(Liveness.LIVE), NextCheckChanged(None))
    assert view.seq == 2
    assert reduce(view, Batch(9, ())).seq == 9


def test_a_view_is_a_value_and_reducing_leaves_it_as_it_was() -> None:
    view = after(HitsStored((hit("A"),)), FeedChanged(build.feed_health()))
    stories, feeds = view.stories, dict(view.feeds)
    after(HitsStored((hit("B", 9),)), FeedRemoved(build.feed().id), view=view)
    assert (view.stories, dict(view.feeds)) == (stories, feeds)


def test_feeds_stand_in_the_order_that_was_told_and_what_comes_later_stands_behind() -> None:
    one, two, three = (build.feed_health(build.feed(f"https://{name}.example/")) for name in ("a", "b", "c"))
    view = reduce(View(), Batch(3, (FeedChanged(two), FeedChanged(one), FeedsOrdered((one.feed.id, two.feed.id)))))
    assert list(view.feeds) == [one.feed.id, two.feed.id]
    view = reduce(view, Batch(4, (FeedChanged(three),)))
    assert list(view.feeds) == [one.feed.id, two.feed.id, three.feed.id]
    order = (three.feed.id, FeedId("left"), two.feed.id, one.feed.id)
    view = reduce(view, Batch(6, (FeedsOrdered(order), FeedRemoved(two.feed.id))))
    assert list(view.feeds) == [three.feed.id, one.feed.id]
    assert view.feed_tally.of is view.feeds
