"""The engine that tests are scripted with does what its protocol promises."""

from __future__ import annotations

import pytest

from newswatch.engine.api import Engine
from newswatch.errors import QueryError, RuleRefused, StoreError, StoreLocked
from newswatch.model.backtest import Backtest
from newswatch.model.event import Batch, Liveness, LivenessChanged
from newswatch.model.hit import HitId, Triage
from newswatch.model.rule import RuleDraft, RuleId, Severity
from newswatch.testing import build
from newswatch.testing.engine import Call, ScriptedEngine


def engine_with_a_hit() -> tuple[ScriptedEngine, HitId]:
    hit = build.hit()
    return ScriptedEngine(hits=[hit], rules=[build.rule_status()], feeds=[build.feed_health()]), hit.id


async def test_it_is_an_engine_and_its_snapshot_and_watch_agree() -> None:
    engine: Engine = ScriptedEngine(hits=[build.hit()])
    seq = engine.snapshot().seq
    assert isinstance(engine, ScriptedEngine)
    engine.publish(LivenessChanged(Liveness.OFFLINE))
    await engine.quit()
    assert [batch async for batch in engine.watch(seq)] == [Batch(seq + 1, (LivenessChanged(Liveness.OFFLINE),))]


async def test_verbs_act_and_are_remembered_in_their_order() -> None:
    engine, hit_id = engine_with_a_hit()
    await engine.mark_told([hit_id])
    await engine.advance([hit_id], Triage.OPEN)
    await engine.advance([hit_id], Triage.SEEN)
    assert engine.hit(hit_id).state is Triage.OPEN
    await engine.set_acked([hit_id], acked=True)
    assert engine.hit(hit_id).state is Triage.ACKED
    await engine.set_acked([hit_id], acked=False)
    await engine.set_starred([hit_id], starred=True)
    hit = engine.hit(hit_id)
    assert (hit.state, hit.is_starred, hit.told_at is not None) == (Triage.OPEN, True, True)
    assert [call.verb for call in engine.calls] == [
        "mark_told", "advance", "advance", "set_acked", "set_acked", "set_starred",
    ]  # fmt: skip
    assert engine.calls[0] == Call("mark_told", ((hit_id,),))
    assert await engine.untold(9) == ()


async def test_rules_are_saved_switched_and_deleted() -> None:
    engine, _ = engine_with_a_hit()
    rule_id = await engine.save_rule(RuleDraft(query="grain", name="Grain corridor", severity=Severity.LOW))
    assert rule_id == "grain-corridor"
    await engine.set_rule_enabled(rule_id, enabled=False)
    assert [(s.rule.id, s.rule.enabled) for s in engine.view.rules] == [("dprk-troops", True), (rule_id, False)]
    await engine.save_rule(RuleDraft(query="wheat", id=rule_id), replaces=rule_id)
    assert engine.view.rules[1].rule.query == "wheat"
    await engine.delete_rule(rule_id)
    assert len(engine.view.rules) == 1
    with pytest.raises(RuleRefused):
        await engine.delete_rule(rule_id)
    with pytest.raises(QueryError):
        await engine.save_rule(RuleDraft(query=" "))


async def test_a_query_is_tried_over_the_titles() -> None:
    engine, _ = engine_with_a_hit()
    snapshots = [snapshot async for snapshot in engine.backtest(RuleDraft("Kursk"), RuleId("dprk-troops"))]
    first, last = snapshots
    assert (first.asked, first.is_complete) == (0, False)
    assert (last.entries, last.hits, last.saved_hits, last.added, last.gone) == (1, 1, 1, 0, 0)
    assert [example.entry.title for example in last.examples] == ["North Korean troops seen in Kursk"]
    engine.backtests["slow"] = [Backtest(9), Backtest(9, asked=4)]
    assert [found.asked async for found in engine.backtest(RuleDraft("slow"))] == [0, 4]


async def test_feeds_that_are_checked_say_so() -> None:
    engine, _ = engine_with_a_hit()
    await engine.check_feeds()
    assert all(health.is_checking for health in engine.view.feeds.values())


async def test_a_verb_fails_as_long_as_the_test_wants_it_to() -> None:
    engine, hit_id = engine_with_a_hit()
    engine.failures["set_acked"] = StoreError("full")
    with pytest.raises(StoreError):
        await engine.set_acked([hit_id], acked=True)
    assert engine.hit(hit_id).state is Triage.NEW
    del engine.failures["set_acked"]
    await engine.set_acked([hit_id], acked=True)
    assert engine.hit(hit_id).state is Triage.ACKED


async def test_read_only_refuses_to_change_the_history_but_not_the_rules() -> None:
    engine = ScriptedEngine(hits=[build.hit()], is_read_only=True)
    with pytest.raises(StoreLocked):
        await engine.set_starred([build.hit().id], starred=True)
    assert await engine.save_rule(RuleDraft(query="grain")) == RuleId("grain")
