"""What is told of a span: stories, deeds, feeds and rules; and that the Markdown of it says nothing else."""

from __future__ import annotations

from datetime import UTC

import pytest

from newswatch.model.event import Batch, Event, FeedTurn, FeedTurned, HitsStored, RulesChanged
from newswatch.model.feed import FeedState, FeedStatus
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Note, Triage
from newswatch.model.rule import RuleId, RuleProblem, Severity
from newswatch.model.view import View, reduce
from newswatch.testing import build
from newswatch.testing.build import at
from newswatch.tui.chronicle import Act, Chronicle, RuleEdit
from newswatch.tui.handover import HandOver, Span, file_name, hand_over, markdown, summary

HOSTILE = "[click](javascript:alert(1)) <b>*x*</b> `y` | @all https://evil.example # & ~ \x1b[2J"


def hit(title: str, minute: float, severity: Severity = Severity.NORMAL, **changes: object) -> Hit:
    entry = build.entry(title, seen_at=at(minute), published_at=at(minute))
    return build.hit(entry, build.rule(id=RuleId("hormuz"), severity=severity), **changes)


class Desk:
    """A view and its chronicle, turned by events."""

    def __init__(self, *hits: Hit) -> None:
        self.view = reduce(View(), Batch(1, (HitsStored(hits),)))
        self.chronicle = Chronicle()

    def happen(self, minute: float, *events: Event) -> None:
        batch = Batch(self.view.seq + len(events), events)
        self.chronicle = self.chronicle.after(self.view, batch, at(minute))
        self.view = reduce(self.view, batch)

    def over(self, since: float, now: float = 60, opened: float = 0) -> HandOver:
        return hand_over(self.view, self.chronicle, at(since), at(now), at(opened))


def test_new_stories_are_told_the_most_severe_first_then_the_newest() -> None:
    desk = Desk(hit("Old", 1), hit("Low", 50, Severity.LOW), hit("Grave", 20, Severity.CRITICAL), hit("Later", 40))
    over = desk.over(since=10)
    assert [story.lead.entry.title for story in over.stories] == ["Grave", "Later", "Low"]
    assert [severity for severity, _ in over.by_severity()] == [Severity.CRITICAL, Severity.NORMAL, Severity.LOW]
    assert over.unacked == 3


def test_held_stories_are_counted_and_an_old_story_with_new_hits_grew() -> None:
    first = hit("Tanker", 1)
    copy = build.hit(
        build.entry("Tanker again", seen_at=at(30), published_at=at(30)),
        build.rule(id=RuleId("hormuz")),
        story_id=first.story_id,
    )
    over = Desk(first, copy, hit("Backlog", 30, held=Held.BACKLOG)).over(since=10)
    assert [story.id for story in over.grown] == [first.story_id]
    assert not over.stories
    assert over.held == 1


def test_what_was_done_is_told_once_a_story_and_only_what_was_done_here() -> None:
    one, other, imported = hit("One", 1), hit("Other", 2), hit("Imported", 3, state=Triage.ACKED)
    desk = Desk(one, other)
    desk.happen(20, HitsStored((imported,)))
    desk.happen(21, HitsStored((Handled(state=Triage.ACKED).on(one),)))
    desk.happen(22, HitsStored((Handled(state=Triage.ACKED, is_starred=True).on(one),)))
    noted = Handled(notes=(Note(at(23), "call the desk"),), tags=("ukraine",), snoozed_until=at(90)).on(other)
    desk.happen(23, HitsStored((noted,)))
    told = {act: [story and story.lead.entry.title for story in stories] for act, stories in desk.over(10).acts}
    assert told == {
        Act.ACKED: ["One"],
        Act.STARRED: ["One"],
        Act.TAGGED: ["Other"],
        Act.NOTED: ["Other"],
        Act.SNOOZED: ["Other"],
    }
    assert not desk.over(since=30).acts


def test_feeds_that_turned_and_those_that_fail_now_are_told() -> None:
    desk = Desk()
    feed = build.feed()
    desk.happen(5, FeedTurned(feed.id, FeedTurn.FAILING, "Dnipro Wire fails: 503"))
    desk.happen(15, FeedTurned(feed.id, FeedTurn.RECOVERED, "Dnipro Wire answers again"))
    over = desk.over(since=10)
    assert [turned.text for turned in over.turned] == ["Dnipro Wire answers again"]
    failing = build.feed_health(feed, state=FeedState(feed.id, status=FeedStatus.STOPPED))
    desk.view = View(feeds={feed.id: failing})
    assert desk.over(since=10).failing == ("Dnipro Wire",)


def test_every_way_that_a_rule_changes_is_told_but_not_the_first_reading() -> None:
    desk = Desk()
    one = build.rule_status(build.rule(id=RuleId("one")))
    desk.happen(1, RulesChanged((one,)))
    two = build.rule_status(build.rule(id=RuleId("two")))
    desk.happen(2, RulesChanged((one, two)))
    off = build.rule_status(build.rule(id=RuleId("two"), enabled=False), is_live=False)
    desk.happen(3, RulesChanged((one, off)))
    edited = build.rule_status(build.rule("grain", id=RuleId("one")))
    desk.happen(4, RulesChanged((edited, off)))
    broken = build.rule_status(build.rule("grain", id=RuleId("one")), problem=RuleProblem(RuleId("one"), "no"))
    desk.happen(5, RulesChanged((broken, off)))
    desk.happen(6, RulesChanged((broken,)))
    assert [(edit.rule_id, edit.edit) for edit in desk.over(0).edited] == [
        ("two", RuleEdit.ADDED),
        ("two", RuleEdit.SWITCHED_OFF),
        ("one", RuleEdit.EDITED),
        ("one", RuleEdit.BROKEN),
        ("two", RuleEdit.DELETED),
    ]


def test_what_it_cannot_know_it_says() -> None:
    assert Desk().over(since=0, opened=0).limits == ()
    assert "opened later" in Desk().over(since=-60, opened=0).limits[0]


def test_a_span_in_which_nothing_happened_says_so() -> None:
    over = Desk(hit("Old", 1)).over(since=10)
    assert over.is_empty
    assert summary(over) == "nothing happened"


@pytest.mark.parametrize(("span", "begins"), [(Span.LEFT, at(-5)), (Span.EIGHT_HOURS, at(-480)), (Span.DAY, at(-1440))])
def test_spans_begin_where_they_say(span: Span, begins: object) -> None:
    assert span.begins(at(0), at(-5)) == begins


def test_the_markdown_holds_every_section_and_no_headline_becomes_markup() -> None:
    grave = hit(HOSTILE, 20, Severity.CRITICAL)
    desk = Desk(grave)
    desk.happen(21, HitsStored((Handled(state=Triage.ACKED, notes=(Note(at(21), HOSTILE),)).on(grave),)))
    desk.happen(22, FeedTurned(build.feed().id, FeedTurn.FAILING, f"{HOSTILE} fails"))
    said = markdown(desk.over(since=10), UTC, at(60))
    for heading in ("# Hand-over 2026-11-22", "## Critical", "## Acked", "## Noted", "## Feeds"):
        assert f"{heading}\n" in said
    assert "1 new story, 1 critical, 0 not acked" in said
    assert "\x1b" not in said
    assert "\\[click\\](javascript" in said
    assert "\\<b\\>\\*x\\*\\</b\\>" in said
    assert "\\@all" in said
    assert said.count("](<https://") == 1


def test_the_name_of_the_file_sorts_by_time() -> None:
    assert file_name(at(0)) == "2026-11-22T143000Z.md"
