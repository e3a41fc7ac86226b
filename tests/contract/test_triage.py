"""What triage promises a screen, held over the real engines and the scripted one alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.errors import QueryError, RuleRefused
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, HitId, Note, Triage
from newswatch.model.mute import MuteDraft, MuteKind
from newswatch.model.rule import RuleId
from newswatch.testing import build
from tests.contract.test_engine import NEW, OLD, hits, local, scripted, standby

LATER = build.at(600)


@pytest.fixture(params=[scripted, local, standby], ids=["scripted", "local", "standby"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    async with request.param(tmp_path) as opened:
        yield opened


async def test_what_a_person_did_is_set_exactly_and_can_be_taken_back(engine: Engine) -> None:
    before = {hit.id: Handled.of(hit) for hit in hits(engine).values()}
    done = Handled(Triage.ACKED, is_starred=True, tags=("grain",), notes=(Note(build.at(2), "Call them."),))
    await engine.triage.set_handled({NEW.id: done, OLD.id: replace(done, tags=())})
    assert Handled.of(hits(engine)[NEW.id]) == done
    await engine.triage.set_handled(before)
    assert {hit.id: Handled.of(hit) for hit in hits(engine).values()} == before


async def test_an_unknown_hit_is_passed_over(engine: Engine) -> None:
    await engine.triage.set_handled({HitId("gone"): Handled(Triage.ACKED)})
    assert {hit.state for hit in hits(engine).values()} == {Triage.NEW}


async def test_a_snoozed_alert_is_held_until_it_is_taken_back(engine: Engine) -> None:
    before = Handled.of(hits(engine)[NEW.id])
    await engine.triage.set_handled({NEW.id: replace(before, snoozed_until=LATER)})
    assert (hits(engine)[NEW.id].held, hits(engine)[NEW.id].snoozed_until) == (Held.SNOOZED, LATER)
    await engine.triage.set_handled({NEW.id: before})
    assert (hits(engine)[NEW.id].held, hits(engine)[NEW.id].snoozed_until) == (None, None)


@pytest.mark.parametrize(
    ("kind", "subject", "hidden"),
    [
        (MuteKind.PHRASE, "seen in kursk", {NEW.id}),
        (MuteKind.SOURCE, "Dnipro Wire", {NEW.id, OLD.id}),
        (MuteKind.RULE, "dprk-troops", {NEW.id, OLD.id}),
        (MuteKind.STORY, NEW.story_id, {NEW.id}),
    ],
)
async def test_a_mute_hides_what_it_previewed_and_gives_it_back(
    engine: Engine, kind: MuteKind, subject: str, hidden: set[HitId]
) -> None:
    draft = MuteDraft(kind, subject, LATER)
    preview = await engine.triage.preview_mute(draft)
    assert (preview.hits, preview.stories) == (len(hidden), len(hidden))
    assert {hit.id for hit in preview.examples} == hidden
    assert preview.per_day > 0
    mute_id = await engine.triage.mute(draft)
    (mute,) = engine.snapshot().mutes
    assert (mute.id, mute.kind, mute.until, mute.hidden) == (mute_id, kind, LATER, len(hidden))
    assert mute.subject == subject
    assert mute.name
    assert {hit.id for hit in hits(engine).values() if (hit.held, hit.muted_by) == (Held.MUTED, mute_id)} == hidden
    await engine.triage.unmute(mute_id)
    assert engine.snapshot().mutes == ()
    assert {(hit.held, hit.muted_by, hit.state) for hit in hits(engine).values()} == {(None, "", Triage.NEW)}


async def test_an_acked_hit_is_not_hidden(engine: Engine) -> None:
    await engine.set_acked([NEW.id], acked=True)
    await engine.triage.mute(MuteDraft(MuteKind.RULE, "dprk-troops", LATER))
    assert (hits(engine)[NEW.id].held, hits(engine)[OLD.id].held) == (None, Held.MUTED)


async def test_a_mute_without_a_subject_is_refused(engine: Engine) -> None:
    for verb in (engine.triage.preview_mute, engine.triage.mute):
        with pytest.raises(QueryError):
            await verb(MuteDraft(MuteKind.PHRASE, " ", LATER))
    assert engine.snapshot().mutes == ()


async def test_lifting_a_mute_that_is_not_there_does_nothing(engine: Engine) -> None:
    await engine.triage.mute(MuteDraft(MuteKind.PHRASE, "seen in kursk", LATER))
    (mute,) = engine.snapshot().mutes
    await engine.triage.unmute(mute.id)
    await engine.triage.unmute(mute.id)
    assert engine.snapshot().mutes == ()


async def test_a_pause_is_shown_and_can_be_ended(engine: Engine) -> None:
    await engine.triage.pause_alerts(LATER)
    assert engine.snapshot().paused_until == LATER
    await engine.triage.pause_alerts(None)
    assert engine.snapshot().paused_until is None


async def test_an_example_that_holds_is_added_once(engine: Engine) -> None:
    for _ in range(2):
        text = await engine.add_example(NEW, RuleId("dprk-troops"), matches=True)
        assert text == NEW.entry.title
    await engine.add_example("Footballers of the North arrive", RuleId("dprk-troops"), matches=False)
    (status,) = engine.snapshot().rules
    assert (status.rule.must, status.rule.must_not) == ((NEW.entry.title,), ("Footballers of the North arrive",))
    assert status.is_live


async def test_an_example_that_is_taken_back_is_gone_and_another_cannot_be(engine: Engine) -> None:
    text = await engine.add_example(NEW, RuleId("dprk-troops"), matches=True)
    await engine.drop_example(text, RuleId("dprk-troops"), matches=True)
    (status,) = engine.snapshot().rules
    assert (status.rule.must, status.is_live) == ((), True)
    for rule in ("dprk-troops", "none"):
        with pytest.raises(RuleRefused):
            await engine.drop_example(text, RuleId(rule), matches=True)


async def test_an_example_that_would_switch_its_rule_off_is_refused(engine: Engine) -> None:
    with pytest.raises(RuleRefused, match="does not match"):
        await engine.add_example("Quiet day on the river", RuleId("dprk-troops"), matches=True)
    with pytest.raises(RuleRefused, match="still matches"):
        await engine.add_example(NEW, RuleId("dprk-troops"), matches=False)
    with pytest.raises(RuleRefused):
        await engine.add_example(NEW, RuleId("none"), matches=True)
    (status,) = engine.snapshot().rules
    assert (status.rule.must, status.rule.must_not, status.is_live) == ((), (), True)
