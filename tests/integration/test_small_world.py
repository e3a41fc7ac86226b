"""The main line on real sockets, real worker processes and a real database; only the clock is turned by hand."""

from __future__ import annotations

import asyncio
import json

from newswatch.headless import json_line
from newswatch.model.event import Liveness
from newswatch.model.feed import FeedStatus
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import RuleDraft, RuleId, Severity
from newswatch.model.view import View
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World, until, write_opml

OLD = Item("North Korean troops train far away", "https://dnipro-wire.example/1")
NEW = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/2")
OTHER = Item("Grain talks resume", "https://dnipro-wire.example/3")


def titles(view: View) -> list[str]:
    return [story.lead.entry.title for story in view.stories]


def only_state(view: View) -> FeedStatus:
    statuses = [health.status for health in view.feeds.values()]
    return statuses[0] if statuses else FeedStatus.NEW


def is_checked(view: View, times_ok: int = 1) -> bool:
    return sum(health.status is FeedStatus.OK and not health.is_checking for health in view.feeds.values()) >= times_ok


async def test_what_comes_after_the_first_fetch_is_alerted_and_the_first_fetch_is_backlog(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD, OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_checked)
            assert [story.lead.held for story in view.stories] == [Held.BACKLOG]
            assert view.totals.entries == 2
            assert view.new == 0
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [NEW, OLD, OTHER])))
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.new == 1)
            assert titles(view) == [NEW.title, OLD.title]
            assert view.stories[0].lead.marks[0].text == "North Korean troops"


async def test_validators_go_back_verbatim_and_304_changes_nothing(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            before = engine.snapshot()
            await world.clock.advance(700)
            await server.request(2)
            view = await until(engine, lambda view: view.seq > before.seq and is_checked(view))
            assert view.stories == before.stories
        first = Reply.feed(rss("Dnipro Wire", [OLD]))
        assert server.requests[1].headers["if-none-match"] == first.headers["ETag"]
        assert server.requests[1].headers["if-modified-since"] == first.headers["Last-Modified"]


async def test_a_hit_is_stored_once_and_told_once_over_restarts(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            (hit,) = await engine.untold(10)
            await engine.mark_told([hit.id])
        async with world.running() as engine:
            view = await until(engine, lambda view: view.liveness is Liveness.LIVE)
            assert [story.lead.id for story in view.stories] == [hit.id]
            assert await engine.untold(10) == ()


async def test_hits_that_were_stored_but_not_told_are_told_at_the_next_start(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
        server.answer("/rss", Reply(status=304))
        async with world.running() as engine:
            assert [hit.entry.title for hit in await engine.untold(10)] == [OLD.title]


async def test_429_with_retry_after_is_asked_again_only_when_the_server_said(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", [Reply(status=429, headers={"Retry-After": "7200"}), Reply.feed(rss("D", [OLD]))])
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, lambda view: only_state(view) is FeedStatus.FAILING)
            await world.clock.advance(7199)
            assert len(server.requests) == 1
            await world.clock.advance(721)
            await until(engine, is_checked)


async def test_a_server_error_is_shown_in_words_and_the_feed_recovers(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", [Reply(status=500), Reply.feed(rss("Dnipro Wire", [OLD]))])
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, lambda view: only_state(view) is FeedStatus.FAILING)
            (health,) = view.feeds.values()
            assert "500" in health.state.last_error
            await world.clock.advance(700)
            view = await until(engine, is_checked)
            (health,) = view.feeds.values()
            assert health.state.last_error == ""


async def test_a_permanent_redirect_is_believed_after_three_equal_answers_and_keeps_the_history(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/new"))
        server.answer("/new", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/old"))
        async with world.running() as engine:
            view = await until(engine, is_checked)
            for checks in (2, 3, 4):
                await world.clock.advance(700)
                await server.request(2 * checks if checks < 4 else 7)
                await until(engine, is_checked)
            assert len(server.requests_for("/old")) == 3
            assert engine.snapshot().stories == view.stories


async def test_a_body_that_drips_ends_at_the_total_deadline_and_other_feeds_go_on(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/slow", Reply.drip(b"<rss>" * 1000, asyncio.Semaphore(3)))
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/slow"), server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await world.clock.advance(31)
            view = await until(engine, lambda view: view.feeds_retrying == 1)
            assert [story.lead.entry.title for story in view.stories] == [OLD.title]


async def test_a_page_that_is_no_feed_is_a_failed_poll_and_keeps_what_is_known(world: World) -> None:
    async with FeedServer() as server:
        page = Reply(
            body=b"<!doctype html><title>Sign in to the airport wifi</title><p>Welcome",
            headers={"Content-Type": "text/html"},
        )
        server.answer("/rss", [Reply.feed(rss("Dnipro Wire", [OLD])), page, Reply.feed(rss("Dnipro Wire", [NEW, OLD]))])
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await world.clock.advance(700)
            view = await until(engine, lambda view: only_state(view) is FeedStatus.FAILING)
            assert titles(view) == [OLD.title]
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.new == 1)
            assert titles(view) == [NEW.title, OLD.title]


async def test_the_same_news_in_two_feeds_is_one_story_with_both_sources(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/a", Reply.feed(rss("A", [OLD])))
        server.answer("/b", Reply.feed(rss("B", [OLD])))
        world.feeds(server.url("/a"), server.url("/b"))
        async with world.running() as engine:
            view = await until(engine, lambda view: is_checked(view, 2))
            (story,) = view.stories
            assert set(story.sources) == {"Feed 1", "Feed 2"}


async def test_a_saved_rule_acts_at_once_on_what_comes_and_on_what_is_stored(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            rule_id = await engine.save_rule(RuleDraft(query="grain talks", name="Grain", severity=Severity.LOW))
            view = await until(engine, lambda view: len(view.stories) == 1)
            assert view.stories[0].lead.held is Held.RULE_CHANGE
            assert view.stories[0].lead.rule_id == rule_id == RuleId("grain")
            later = Item("Grain talks fail", "https://dnipro-wire.example/4")
            server.answer("/rss", Reply.feed(rss("Dnipro Wire", [later, OTHER])))
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.new == 1)
            assert titles(view) == [later.title, OTHER.title]


async def test_a_hit_that_an_edited_rule_no_longer_matches_stays_and_is_marked(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await engine.save_rule(RuleDraft(query="South Korean troops", id="dprk-troops"), RuleId("dprk-troops"))
            view = await until(engine, lambda view: view.stories[0].lead.is_old_rule)
            assert titles(view) == [OLD.title]


async def test_a_broken_rules_file_keeps_the_last_good_set_and_says_where(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            good = world.home.rules.read_text("utf-8")
            world.home.rules.write_text(good + "\n[[rule]\n", "utf-8")
            view = await until(engine, lambda view: "rules.toml" in view.notices)
            assert "rules.toml:8" in view.notices["rules.toml"].text
            assert [rule.rule.id for rule in view.rules if rule.is_live] == ["dprk-troops"]
            world.home.rules.write_text(good, "utf-8")
            await until(engine, lambda view: not view.notices)


async def test_an_edited_entry_is_a_revision_that_alerts_only_if_its_new_text_is_what_matches(world: World) -> None:
    async with FeedServer() as server:
        before = Item("Troops seen in Kursk", "https://dnipro-wire.example/5", guid="five")
        after = Item("North Korean troops seen in Kursk", "https://dnipro-wire.example/5", guid="five")
        server.answer(
            "/rss",
            [Reply.feed(rss("D", [before])), Reply.feed(rss("D", [after])), Reply.feed(rss("D", [after, OTHER]))],
        )
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.new == 1)
            assert view.totals.entries == 1
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.totals.entries == 2)
            assert view.new == 1


async def test_triage_is_durable(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_checked)
            await engine.set_acked(view.stories[0].hit_ids, acked=True)
            await engine.set_starred(view.stories[0].hit_ids, starred=True)
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.stories))
            assert view.stories[0].state is Triage.ACKED
            assert view.stories[0].is_starred


async def test_a_json_line_has_the_keys_of_the_contract_in_order(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD])))
        world.feeds(server.url("/rss?key=secret"))
        server.answer("/rss?key=secret", Reply.feed(rss("Dnipro Wire", [OLD])))
        async with world.running() as engine:
            await until(engine, is_checked)
            (hit,) = await engine.untold(10)
            (health,) = engine.snapshot().feeds.values()
    line = json.loads(json_line(hit, health.address))
    assert ",".join(line) == (
        "v,id,rule,severity,title,link,source,feed,author,summary,published,seen,story,alerted,held,state,starred,marks"
    )
    assert line["held"] == "backlog"
    assert line["alerted"] is False
    assert line["marks"] == [{"field": "title", "start": 0, "end": 19, "text": "North Korean troops"}]
    assert "secret" not in json.dumps(line)


async def test_a_rules_file_that_is_suddenly_empty_keeps_the_rules(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            world.home.rules.write_text("", "utf-8")
            view = await until(engine, lambda view: "rules.toml" in view.notices)
            assert [rule.rule.id for rule in view.rules if rule.is_live] == ["dprk-troops"]


async def test_a_rule_without_an_id_gets_one_from_its_name_written_back_once(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        world.home.rules.write_text('version = 1\n# mine\n[[rule]]\nname = "Grain talks"\nquery = "grain"\n', "utf-8")
        async with world.running() as engine:
            view = await until(engine, lambda view: bool(view.stories))
            assert view.stories[0].lead.rule_id == "grain-talks"
        text = world.home.rules.read_text("utf-8")
        assert 'id = "grain-talks"' in text
        assert "# mine" in text


async def test_a_feed_added_to_feeds_opml_is_polled_at_once_and_one_taken_out_keeps_its_history(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/a", Reply.feed(rss("A", [OLD])))
        server.answer("/b", Reply.feed(rss("B", [OTHER])))
        world.feeds(server.url("/a"))
        async with world.running() as engine:
            await until(engine, is_checked)
            world.feeds(server.url("/b"))
            view = await until(engine, lambda view: view.totals.entries == 2 and len(view.feeds) == 1)
            assert titles(view) == [OLD.title]


async def test_a_damaged_history_says_so_on_the_screen_and_keeps_the_rest(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OLD, OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            view = await until(engine, is_checked)
            await engine.set_starred(view.stories[0].hit_ids, starred=True)
        journal = world.home.data / "history.journal"
        header, searched, hits, state, *more = journal.read_bytes().splitlines(keepends=True)
        assert more, "the damage has to stand in the middle: a torn last line is an unfinished write"
        journal.write_bytes(b"".join([header, searched, hits, state.replace(b"ok", b"OK"), *more]))
        async with world.running() as engine:
            view = await until(engine, lambda view: view.liveness is Liveness.LIVE)
            assert titles(view) == [OLD.title]
            assert "1 damaged line" in view.notices["damage"].text


async def test_a_feeds_file_that_is_suddenly_gone_keeps_the_feeds_and_says_so(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            world.home.feeds.unlink()
            view = await until(engine, lambda view: "feeds.opml" in view.notices)
            assert len(view.feeds) == 1
            world.feeds(server.url("/rss"))
            await until(engine, lambda view: not view.notices)


async def test_a_rule_that_is_broken_by_hand_is_said_on_every_screen(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            good = world.home.rules.read_text("utf-8")
            world.home.rules.write_text(f"{good}\n[[rule]]\nid = 'flood'\nquery = '(flood* OR'\n", "utf-8")
            view = await until(engine, lambda view: bool(view.notices))
            (notice,) = view.notices.values()
            assert "flood" in notice.text
            world.home.rules.write_text(good, "utf-8")
            await until(engine, lambda view: not view.notices)


async def test_items_of_one_fetch_stand_newest_first_by_their_own_dates(world: World) -> None:
    async with FeedServer() as server:
        early = Item("North Korean troops, early", "https://d.example/1", published=build.at(-20))
        late = Item("North Korean troops, late", "https://d.example/2", published=build.at(-5))
        server.answer("/rss", [Reply.feed(rss("D", [OTHER])), Reply.feed(rss("D", [early, late, OTHER]))])
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            await world.clock.advance(700)
            view = await until(engine, lambda view: view.new == 2)
            assert titles(view) == [late.title, early.title]


async def test_a_shorter_interval_written_into_feeds_opml_acts_at_once(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Dnipro Wire", [OTHER])))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, is_checked)
            write_opml(world.home.feeds, [server.url("/rss")], 'nw:interval="5s"')
            await until(engine, lambda view: all(health.feed.interval_s == 5 for health in view.feeds.values()))
            await world.clock.advance(10)
            await server.request(2)
