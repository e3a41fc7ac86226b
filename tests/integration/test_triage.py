"""Snoozes, mutes and the pause over time and restarts: a real home and history, only clock and feeds are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine.local import LocalEngine
from newswatch.engine.step import CheckResult, Parsed
from newswatch.model.digest import digest
from newswatch.model.event import AlertsRaised, Batch
from newswatch.model.feed import Feed, FeedId, FeedState
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteKind, MuteStatus
from newswatch.model.rule import RuleId
from newswatch.model.view import View
from newswatch.testing import build
from tests.integration.conftest import HANG_S, World, until

DNIPRO, SEOUL = "https://dnipro-wire.example/rss.xml", "https://seoul-post.example/rss.xml"
KURSK = "North Korean troops seen in Kursk"
RAIL = "North Korean troops arrive by rail"
FOOTBALL = "North Korean troops play football"


class News:
    """A checker: what each feed lists is what the test says."""

    def __init__(self) -> None:
        self.listed: dict[str, list[str]] = {DNIPRO: ["Quiet day on the river"], SEOUL: ["Rain over Seoul"]}

    async def check(self, feed: Feed, _: FeedState) -> CheckResult:
        entries = [
            build.parsed_entry(title, id=f"{feed.id}:{title}", link=f"{feed.url}/{digest(title)}")
            for title in self.listed[feed.url]
        ]
        return Parsed(build.parsed_feed(*entries), body_hash=str(len(entries)))

    async def aclose(self) -> None:
        pass


class Watched:
    """A running engine, and the alerts that it rang for."""

    def __init__(self, world: World, engine: LocalEngine, news: News) -> None:
        self.world, self.engine, self.news = world, engine, news
        self.rung: list[AlertsRaised] = []

    async def listen(self) -> None:
        async for batch in self.engine.watch(self.engine.snapshot().seq):
            assert isinstance(batch, Batch)
            self.rung += [event for event in batch.events if isinstance(event, AlertsRaised)]

    def hit(self, title: str, rule: str = "dprk-troops") -> Hit:
        return next(
            hit
            for story in self.engine.snapshot().stories
            for hit in story.hits
            if (hit.entry.title, hit.rule_id) == (title, rule)
        )

    async def bring(self, title: str, feed: str = DNIPRO) -> Hit:
        """A feed lists one more item; returns its hit when it is stored."""
        self.news.listed[feed].append(title)
        await until(self.engine, lambda view: not any(health.is_checking for health in view.feeds.values()))
        await self.engine.check_feeds([_id(self.engine.snapshot(), feed)])

        def is_there(view: View) -> bool:
            return any(
                hit.entry.title == title and _url(view, hit.entry.feed_id) == feed
                for story in view.stories
                for hit in story.hits
            )

        view = await until(self.engine, is_there)
        return next(
            hit
            for story in view.stories
            for hit in story.hits
            if hit.entry.title == title and _url(view, hit.entry.feed_id) == feed
        )

    async def becomes(self, title: str, held: Held | None, rule: str = "dprk-troops") -> Hit:
        await until(self.engine, lambda _: self.hit(title, rule).held is held)
        return self.hit(title, rule)

    async def rings(self, count: int) -> AlertsRaised:
        async with asyncio.timeout(HANG_S):
            while len(self.rung) < count:  # noqa: ASYNC110 - the watch says no more than this list does
                await asyncio.sleep(0.005)
        assert len(self.rung) == count
        return self.rung[-1]


def _id(view: View, url: str) -> FeedId:
    return next(feed_id for feed_id, health in view.feeds.items() if health.feed.url == url)


def _url(view: View, feed_id: FeedId) -> str:
    return view.feeds[feed_id].feed.url


@asynccontextmanager
async def watched(world: World, news: News) -> AsyncIterator[Watched]:
    world.feeds(DNIPRO, SEOUL)
    engine = LocalEngine(world.home, clock=world.clock, open_checker=lambda _, __: news)
    life = asyncio.ensure_future(engine.run())
    desk = Watched(world, engine, news)
    listening = asyncio.ensure_future(desk.listen())
    try:
        await engine.untold(1)  # waits until it is open
        await until(
            engine, lambda view: len(view.feeds) == 2 and all(h.state.last_success_at for h in view.feeds.values())
        )
        yield desk
    finally:
        await engine.quit()
        async with asyncio.timeout(HANG_S):
            await life
            await listening


@pytest.fixture
def news() -> News:
    return News()


async def snooze(desk: Watched, hit: Hit, minutes: float) -> None:
    until_ = desk.world.clock.now() + timedelta(minutes=minutes)
    await desk.engine.triage.set_handled({hit.id: replace(Handled.of(hit), state=Triage.SEEN, snoozed_until=until_)})


async def test_a_snoozed_alert_comes_up_again_as_new_and_rings(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 30)
        assert desk.hit(KURSK).held is Held.SNOOZED
        assert desk.engine.snapshot().rules[0].held == 1
        await world.clock.advance(29 * 60)
        assert desk.hit(KURSK).held is Held.SNOOZED
        await world.clock.advance(2 * 60)
        woken = await desk.becomes(KURSK, None)
        assert (woken.state, woken.snoozed_until) == (Triage.NEW, None)
        rung = await desk.rings(2)
        assert ([hit.id for hit in rung.hits], rung.is_gap) == ([hit.id], False)
        assert desk.engine.snapshot().rules[0].held == 0


async def test_several_snoozes_that_end_together_ring_once(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        first, second = await desk.bring(KURSK), await desk.bring(RAIL)
        await desk.rings(2)
        for hit in (first, second):
            await snooze(desk, hit, 30)
        await world.clock.advance(31 * 60)
        rung = await desk.rings(3)
        assert {hit.id for hit in rung.hits} == {first.id, second.id}
        assert rung.text == "2 alerts (2 critical) that you snoozed are back"


async def test_an_acked_hit_stays_acked_and_silent_when_its_snooze_ends(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 30)
        await desk.engine.set_acked([hit.id], acked=True)
        await world.clock.advance(31 * 60)
        woken = await desk.becomes(KURSK, None)
        assert woken.state is Triage.ACKED
        await desk.rings(1)


async def test_what_comes_for_a_snoozed_story_sleeps_with_it(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 30)
        copy = await desk.bring(KURSK, SEOUL)
        assert (copy.story_id, copy.held) == (hit.story_id, Held.SNOOZED)
        assert copy.snoozed_until == desk.hit(KURSK).snoozed_until
        await desk.rings(1)
        await world.clock.advance(31 * 60)
        await until(desk.engine, lambda view: all(one.held is None for one in view.stories[0].hits))
        assert {one.id for one in (await desk.rings(2)).hits} == {hit.id, copy.id}


async def test_a_snooze_that_ended_while_nothing_ran_is_told_with_the_gap(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.engine.mark_told([hit.id])
        await snooze(desk, hit, 30)
    await world.clock.advance(8 * 3600)
    async with watched(world, news) as desk:
        await desk.becomes(KURSK, None)
        await world.clock.advance(200)
        rung = await desk.rings(1)
        assert rung.is_gap
        assert [one.id for one in rung.hits] == [hit.id]
    async with watched(world, news) as desk:
        assert desk.hit(KURSK).told_at is not None
        await world.clock.advance(200)
        assert desk.rung == []


async def test_a_snooze_outlives_a_restart(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await snooze(desk, await desk.bring(KURSK), 600)
    async with watched(world, news) as desk:
        assert desk.hit(KURSK).held is Held.SNOOZED
        await world.clock.advance(601 * 60)
        await desk.becomes(KURSK, None)


async def mute(desk: Watched, kind: MuteKind, subject: str, minutes: float = 60) -> MuteId:
    return await desk.engine.triage.mute(
        MuteDraft(kind, subject, desk.world.clock.now() + timedelta(minutes=minutes), name="Not now")
    )


async def test_a_mute_holds_what_comes_in_and_says_how_much(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await mute(desk, MuteKind.PHRASE, "play football")
        assert (await desk.bring(FOOTBALL)).muted_by == "not-now"
        assert (await desk.bring(RAIL)).held is None
        rung = await desk.rings(1)
        assert rung.hits[0].entry.title == RAIL
        (status,) = desk.engine.snapshot().mutes
        assert (status.id, status.name, status.subject, status.hidden) == ("not-now", "Not now", "play football", 1)
        assert desk.engine.snapshot().rules[0].held == 1
        assert desk.engine.snapshot().totals.held == 1


async def test_a_mute_of_rules_toml_keeps_every_byte_of_a_person(world: World, news: News) -> None:
    before = world.home.rules.read_text("utf-8") + "# the end, for now\n"
    world.home.rules.write_text(before, "utf-8")
    async with watched(world, news) as desk:
        mute_id = await mute(desk, MuteKind.SOURCE, "Feed 1 (a.k.a. \\/ Dnipro)", 60)
        await desk.engine.rules_saved()
        written = world.home.rules.read_text("utf-8")
        assert written.startswith(before)
        assert "[[mute]]" in written
        assert desk.engine.snapshot().mutes[0].subject == "Feed 1 (a.k.a. \\/ Dnipro)"
        await desk.engine.triage.unmute(mute_id)
        await desk.engine.rules_saved()
        assert world.home.rules.read_text("utf-8").rstrip() == before.rstrip()


async def test_mutes_and_what_they_hid_outlive_a_restart(world: World, news: News) -> None:
    kept: list[MuteStatus] = []
    async with watched(world, news) as desk:
        story = await desk.bring(KURSK)
        await desk.bring(FOOTBALL)
        await mute(desk, MuteKind.STORY, story.story_id)
        await mute(desk, MuteKind.PHRASE, "play football")
        kept = sorted(desk.engine.snapshot().mutes, key=lambda one: one.id)
        assert [one.hidden for one in kept] == [1, 1]
    async with watched(world, news) as desk:
        again = sorted(desk.engine.snapshot().mutes, key=lambda one: one.id)
        assert [(one.id, one.kind, one.until, one.hidden) for one in again] == [
            (one.id, one.kind, one.until, one.hidden) for one in kept
        ]
        assert next(one.name for one in again if one.kind is MuteKind.STORY) == KURSK
        assert {desk.hit(KURSK).held, desk.hit(FOOTBALL).held} == {Held.MUTED}
        copy = await desk.bring(KURSK, SEOUL)
        assert (copy.held, copy.muted_by) == (Held.MUTED, f"story:{story.story_id}")


async def test_a_mute_of_a_rule_hides_the_hits_of_no_other(world: World, news: News) -> None:
    rules = world.home.rules.read_text("utf-8") + '\n[[rule]]\nid = "kursk"\nquery = "Kursk"\n'
    world.home.rules.write_text(rules, "utf-8")
    async with watched(world, news) as desk:
        mute_id = await mute(desk, MuteKind.RULE, "dprk-troops")
        await desk.bring(KURSK)
        assert desk.hit(KURSK).muted_by == mute_id
        assert desk.hit(KURSK, "kursk").held is None
        assert (await desk.rings(1)).hits[0].rule_id == RuleId("kursk")
    async with watched(world, news) as desk:
        await desk.engine.triage.unmute(mute_id)
        assert desk.hit(KURSK).held is None


async def test_a_mute_ends_by_itself_and_what_it_hid_stays_hidden(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        mute_id = await mute(desk, MuteKind.PHRASE, "play football", 60)
        await desk.bring(FOOTBALL)
        await world.clock.advance(59 * 60)
        assert desk.engine.snapshot().mutes
        await world.clock.advance(2 * 60)
        await until(desk.engine, lambda view: not view.mutes)
        assert desk.hit(FOOTBALL).held is Held.MUTED
        again = f"{FOOTBALL} again"
        assert (await desk.bring(again)).held is None
        await desk.engine.triage.unmute(mute_id)
        assert desk.hit(FOOTBALL).held is None


async def test_an_edit_of_a_mute_shows_what_it_no_longer_hides_unless_it_is_over(world: World, news: News) -> None:
    before = world.home.rules.read_text("utf-8")
    sport = '\n[[mute]]\nid = "sport"\nquery = "football"\nexpires = 2026-11-22T16:00:00Z\n'
    world.home.rules.write_text(before + sport, "utf-8")
    async with watched(world, news) as desk:
        await desk.bring(FOOTBALL)
        await desk.bring(RAIL)
        world.home.rules.write_text(before + sport.replace("football", "rail"), "utf-8")
        await desk.becomes(FOOTBALL, None)
        await desk.becomes(RAIL, Held.MUTED)
        await world.clock.advance(2 * 3600)
        await until(desk.engine, lambda view: not view.mutes)
        more = '\n[[mute]]\nid = "other"\nquery = "football"\n'
        world.home.rules.write_text(before + sport.replace("football", "river") + more, "utf-8")
        await desk.becomes(FOOTBALL, Held.MUTED)
        assert desk.hit(RAIL).muted_by == "sport"


async def test_a_mute_deleted_by_hand_gives_back_without_ringing(world: World, news: News) -> None:
    before = world.home.rules.read_text("utf-8")
    by_hand = before + '\n[[mute]]\nid = "sport"\nquery = "football"\n'
    world.home.rules.write_text(by_hand, "utf-8")
    async with watched(world, news) as desk:
        assert (await desk.bring(FOOTBALL)).muted_by == "sport"
        assert desk.engine.snapshot().mutes[0].until is None
        world.home.rules.write_text(before, "utf-8")
        await desk.becomes(FOOTBALL, None)
        assert desk.engine.snapshot().mutes == ()
        await world.clock.advance(200)
        assert desk.rung == []


async def test_a_mute_deleted_while_nothing_ran_gives_back_too(world: World, news: News) -> None:
    before = world.home.rules.read_text("utf-8")
    world.home.rules.write_text(before + '\n[[mute]]\nid = "sport"\nquery = "football"\n', "utf-8")
    async with watched(world, news) as desk:
        await desk.bring(FOOTBALL)
    world.home.rules.write_text(before, "utf-8")
    async with watched(world, news) as desk:
        await desk.becomes(FOOTBALL, None)


async def test_a_mute_written_by_hand_hides_what_is_stored(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await desk.bring(FOOTBALL)
        await desk.rings(1)
        with world.home.rules.open("a", encoding="utf-8") as file:
            file.write('\n[[mute]]\nid = "sport"\nquery = "football"\n')
        await desk.becomes(FOOTBALL, Held.MUTED)


async def test_a_mute_broken_by_hand_hides_as_it_did(world: World, news: News) -> None:
    before = world.home.rules.read_text("utf-8")
    world.home.rules.write_text(before + '\n[[mute]]\nid = "sport"\nquery = "football"\n', "utf-8")
    async with watched(world, news) as desk:
        await desk.bring(FOOTBALL)
        world.home.rules.write_text(before + '\n[[mute]]\nid = "sport"\nquery = "(football"\n', "utf-8")
        view = await until(desk.engine, lambda view: "broken rules" in view.notices)
        assert "mute sport is broken" in view.notices["broken rules"].text
        assert desk.hit(FOOTBALL).held is Held.MUTED
        assert (await desk.bring(f"{FOOTBALL} again")).held is Held.MUTED


async def test_of_two_mutes_the_other_goes_on_hiding(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        story = await mute(desk, MuteKind.STORY, hit.story_id)
        rule = await mute(desk, MuteKind.RULE, "dprk-troops")
        assert desk.hit(KURSK).muted_by == story
        await desk.engine.triage.unmute(story)
        assert (desk.hit(KURSK).held, desk.hit(KURSK).muted_by) == (Held.MUTED, rule)
        await desk.engine.triage.unmute(rule)
        assert desk.hit(KURSK).held is None


async def test_a_muted_hit_that_was_snoozed_sleeps_on_when_the_mute_is_lifted(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await snooze(desk, hit, 30)
        muted = await mute(desk, MuteKind.STORY, hit.story_id, 10)
        assert desk.hit(KURSK).held is Held.MUTED
        await desk.engine.triage.unmute(muted)
        assert desk.hit(KURSK).held is Held.SNOOZED


async def test_a_snooze_that_ends_under_a_mute_does_not_ring(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.rings(1)
        await mute(desk, MuteKind.STORY, hit.story_id, 120)
        await snooze(desk, desk.hit(KURSK), 30)
        await world.clock.advance(31 * 60)
        await until(desk.engine, lambda _: desk.hit(KURSK).snoozed_until is None)
        assert desk.hit(KURSK).held is Held.MUTED
        await desk.rings(1)


async def test_nothing_rings_in_a_pause_and_all_is_told_in_one_message_after_it(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await desk.engine.triage.pause_alerts(world.clock.now() + timedelta(minutes=40))
        first, second = await desk.bring(KURSK), await desk.bring(RAIL)
        assert (first.held, second.held) == (None, None)
        acked = await desk.bring(FOOTBALL)
        await desk.engine.set_acked([acked.id], acked=True)
        assert desk.rung == []
        await world.clock.advance(41 * 60)
        rung = await desk.rings(1)
        assert rung.text == "2 alerts (2 critical) came while nothing rang, for 40 min"
        assert {hit.id for hit in rung.hits} == {first.id, second.id}
        assert desk.engine.snapshot().paused_until is None
        await desk.bring("North Korean troops leave")
        await desk.rings(2)


async def test_a_pause_does_not_outlive_a_restart(world: World, news: News) -> None:
    async with watched(world, news) as desk:
        await desk.engine.triage.pause_alerts(world.clock.now() + timedelta(minutes=40))
    async with watched(world, news) as desk:
        assert desk.engine.snapshot().paused_until is None
        await desk.bring(KURSK)
        await desk.rings(1)


async def test_an_example_reaches_rules_toml_and_leaves_its_comments(world: World, news: News) -> None:
    text = (
        'version = 1\n[[rule]]\nid = "dprk-troops"  # stable\nquery = "North Korean troops"\n'
        'must = [\n  "North Korean troops on parade",  # 2024\n]\n# the last line\n'
    )
    world.home.rules.write_text(text, "utf-8")
    async with watched(world, news) as desk:
        hit = await desk.bring(KURSK)
        await desk.engine.add_example(hit, RuleId("dprk-troops"), matches=True)
        await desk.engine.add_example("Footballers arrive", RuleId("dprk-troops"), matches=False)
        await desk.engine.rules_saved()
        assert world.home.rules.read_text("utf-8") == text.replace(
            "# 2024\n]\n", f'# 2024\n  "{KURSK}",\n]\nmust_not = ["Footballers arrive"]\n'
        )
        await desk.engine.drop_example(KURSK, RuleId("dprk-troops"), matches=True)
        await desk.engine.drop_example("Footballers arrive", RuleId("dprk-troops"), matches=False)
        await desk.engine.rules_saved()
        assert world.home.rules.read_text("utf-8") == text
