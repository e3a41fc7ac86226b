"""A rule that is edited on a running monitor, and the file on the disk."""

from __future__ import annotations

from newswatch.match.rulefile import load_rulebook
from newswatch.model.event import Batch, RulesChanged
from newswatch.model.rule import RuleDraft, RuleId
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World, until


async def test_an_edit_is_on_disk_although_the_monitor_was_ended_right_after_it(world: World) -> None:
    world.feeds()
    async with world.running() as engine:
        await until(engine, lambda view: bool(view.rules))
        await engine.save_rule(RuleDraft("grain", id="grain"))
    assert [rule.id for rule in load_rulebook(world.home.rules).book.rules] == ["dprk-troops", "grain"]


async def test_edits_on_the_screen_and_by_hand_go_together(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(b"<rss version='2.0'><channel><title>D</title></channel></rss>"))
        world.feeds(server.url("/rss"))
        async with world.running() as engine:
            await until(engine, lambda view: bool(view.rules))
            await engine.save_rule(RuleDraft("grain", id="grain"))
            await engine.rules_saved()
            text = world.home.rules.read_text("utf-8")
            world.home.rules.write_text(text.replace('query = "grain"', 'query = "grain OR wheat"'), "utf-8")
            await engine.save_rule(RuleDraft("Kursk", id="dprk-troops"), RuleId("dprk-troops"))
            view = await until(engine, lambda view: view.rules[-1].rule.query == "grain OR wheat")
            assert [status.rule.query for status in view.rules] == ["Kursk", "grain OR wheat"]
        assert [rule.query for rule in load_rulebook(world.home.rules).book.rules] == ["Kursk", "grain OR wheat"]


async def test_an_edit_is_put_in_force_once_although_the_watcher_sees_it_written(world: World) -> None:
    world.feeds()
    async with world.running() as engine:
        seq = (await until(engine, lambda view: bool(view.rules))).seq
        await engine.save_rule(RuleDraft("grain", id="grain"))
        await engine.rules_saved()
        world.home.rules.write_text(world.home.rules.read_text("utf-8") + "# seen\n", "utf-8")
        books = 0
        async for batch in engine.watch(seq):
            assert isinstance(batch, Batch)
            books += sum(isinstance(event, RulesChanged) for event in batch.events)
            if books >= 2:
                break
        assert books == 2
