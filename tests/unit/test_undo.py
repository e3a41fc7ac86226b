"""What a person did is taken back and done again: exactly, and without touching what came meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.errors import QueryError, RuleRefused, StoreError
from newswatch.model.event import HitsStored, MutesChanged
from newswatch.model.handling import Handled
from newswatch.model.hit import Hit, HitId, Note, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteKind, MuteStatus
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.hand import Hand
from newswatch.tui.undo import REMEMBERED, Deed, Deeds, HitsHandled, applied

ONE, TWO = HitId("1"), HitId("2")


def made(*titles: str) -> list[Hit]:
    return [build.hit(build.entry(title)) for title in titles]


def test_a_change_touches_only_the_fields_that_it_changed() -> None:
    before, after = Handled(), Handled(is_starred=True)
    meanwhile = Handled(state=Triage.SEEN, is_starred=True, tags=("ships",))
    taken_back = applied(HitsHandled({ONE: before}, {ONE: after}).turned_round, {ONE: meanwhile})
    assert taken_back == {ONE: Handled(state=Triage.SEEN, tags=("ships",))}


def test_of_tags_and_notes_only_its_own_are_taken_back() -> None:
    first, second = Note(build.at(1), "first"), Note(build.at(2), "second")
    change = HitsHandled(
        {ONE: Handled(tags=("a", "b"))}, {ONE: Handled(tags=("b", "c"), notes=(second,))}
    )  # took a, gave c, wrote the second
    now = Handled(tags=("b", "c", "d"), notes=(first, second))
    back = applied(change.turned_round, {ONE: now})[ONE]
    assert set(back.tags) == {"a", "b", "d"}
    assert back.notes == (first,)
    again = applied(change, {ONE: back})[ONE]
    assert set(again.tags) == {"b", "c", "d"}
    assert again.notes == (first, second)


def test_a_hit_that_the_view_lost_is_set_as_it_was() -> None:
    change = HitsHandled({ONE: Handled(tags=("a",))}, {ONE: Handled()})
    assert applied(change.turned_round, {}) == {ONE: Handled(tags=("a",))}


def test_deeds_are_bounded_and_a_new_one_ends_what_could_be_done_again() -> None:
    deeds = Deeds()
    change = HitsHandled({ONE: Handled()}, {ONE: Handled(is_starred=True)})
    for number in range(REMEMBERED + 5):
        deeds = deeds.with_done(Deed(str(number), change))
    assert len(deeds.done) == REMEMBERED
    assert deeds.done[0].words == "5"
    deeds = deeds.with_undone(change).with_undone(change)
    assert [deed.words for deed in deeds.undone] == [str(REMEMBERED + 4), str(REMEMBERED + 3)]
    assert deeds.with_redone(change).done[-1].words == str(REMEMBERED + 3)
    assert not deeds.with_done(Deed("new", change)).undone


async def test_an_ack_of_several_is_undone_to_the_state_that_each_had() -> None:
    hits = made("One", "Two")
    hits[1] = replace(hits[1], state=Triage.OPEN)
    engine = ScriptedEngine(hits=hits)
    hand = Hand(engine)
    await hand.set_acked(hits, "acked 2 stories", acked=True)
    assert [engine.hit(hit.id).state for hit in hits] == [Triage.ACKED, Triage.ACKED]
    assert await hand.undo() == "undone: acked 2 stories"
    assert [engine.hit(hit.id).state for hit in hits] == [Triage.NEW, Triage.OPEN]
    assert await hand.redo() == "done again: acked 2 stories"
    assert [engine.hit(hit.id).state for hit in hits] == [Triage.ACKED, Triage.ACKED]
    assert await hand.redo() == "nothing to do again"


async def test_everything_is_undone_in_turn_and_done_again() -> None:
    (hit,) = made("One")
    engine = ScriptedEngine(hits=[hit])
    hand = Hand(engine)
    note = Note(build.at(1), "call them")
    await hand.set_starred([hit], "starred", starred=True)
    await hand.set_handled([hit], lambda handled: replace(handled, tags=("ships",)), "tagged")
    await hand.set_handled([hit], lambda handled: replace(handled, notes=(note,)), "noted")
    await hand.set_handled([hit], lambda handled: replace(handled, snoozed_until=build.at(60)), "snoozed")
    await hand.set_acked([hit], "acked", acked=True)
    done = engine.hit(hit.id)
    assert not done.is_alert
    for words in ("acked", "snoozed", "noted", "tagged", "starred"):
        assert await hand.undo() == f"undone: {words}"
    assert engine.hit(hit.id) == hit
    assert await hand.undo() == "nothing to undo"
    for words in ("starred", "tagged", "noted", "snoozed", "acked"):
        assert await hand.redo() == f"done again: {words}"
    assert engine.hit(hit.id) == done


async def test_what_was_seen_meanwhile_stays_seen() -> None:
    (hit,) = made("One")
    engine = ScriptedEngine(hits=[hit])
    hand = Hand(engine)
    await hand.set_starred([hit], "starred", starred=True)
    engine.publish(HitsStored((replace(engine.hit(hit.id), state=Triage.OPEN),)))
    await hand.undo()
    assert engine.hit(hit.id).state is Triage.OPEN
    assert not engine.hit(hit.id).is_starred


async def test_a_mute_is_lifted_by_undo_and_set_again_by_redo() -> None:
    (hit,) = made("Tanker boarded")
    engine = ScriptedEngine(hits=[hit])
    hand = Hand(engine)
    await hand.mute([MuteDraft(MuteKind.PHRASE, "tanker", build.at(480))], "muted the phrase tanker")
    assert not engine.hit(hit.id).is_alert
    assert await hand.undo() == "undone: muted the phrase tanker"
    assert engine.hit(hit.id).is_alert
    assert not engine.view.mutes
    await hand.redo()
    assert not engine.hit(hit.id).is_alert
    await hand.unmute(engine.view.mutes[0], "lifted it")
    assert engine.hit(hit.id).is_alert
    await hand.undo()
    assert [mute.subject for mute in engine.view.mutes] == ["tanker"]


async def test_lifting_a_mute_that_holds_for_good_is_nothing_to_undo() -> None:
    engine = ScriptedEngine()
    mute = MuteStatus(MuteId("m"), MuteKind.QUERY, "tanker", "ships", None)
    engine.publish(MutesChanged((mute,)))
    hand = Hand(engine)
    await hand.unmute(mute, "lifted")
    assert not engine.view.mutes
    assert not hand.to_undo


async def test_what_the_engine_refuses_is_not_remembered_and_nothing_is_lost() -> None:
    (hit,) = made("One")
    engine = ScriptedEngine(hits=[hit])
    hand = Hand(engine)
    await hand.set_starred([hit], "starred", starred=True)
    engine.failures["set_acked"] = engine.failures["set_handled"] = StoreError("the disk is full")
    with pytest.raises(StoreError):
        await hand.set_acked([hit], "acked", acked=True)
    assert hand.to_undo == "starred"
    with pytest.raises(StoreError):
        await hand.undo()
    assert hand.to_undo == "starred"
    engine.failures.clear()
    assert await hand.undo() == "undone: starred"


async def test_what_changes_nothing_is_nothing_to_undo() -> None:
    (hit,) = made("One")
    hand = Hand(ScriptedEngine(hits=[hit]))
    await hand.set_handled([hit, build.hit(build.entry("Two"))], lambda handled: handled, "tagged")
    assert not hand.to_undo


async def test_a_mute_that_would_be_over_by_now_does_not_stand_in_the_way_of_what_was_done_before() -> None:
    (hit,) = made("Tanker boarded")
    engine = ScriptedEngine(hits=[hit])
    hand = Hand(engine)
    await hand.set_starred([hit], "starred", starred=True)
    await hand.mute([MuteDraft(MuteKind.PHRASE, "tanker", build.at(480))], "muted the phrase tanker")
    await hand.unmute(engine.view.mutes[0], "lifted it")
    engine.failures["mute"] = RuleRefused("a mute must end in the future")
    with pytest.raises(RuleRefused, match=r"cannot be undone: lifted it \(a mute must end in the future\)"):
        await hand.undo()
    assert await hand.undo() == "undone: muted the phrase tanker"
    assert await hand.undo() == "undone: starred"
    assert await hand.redo() == "done again: starred"
    with pytest.raises(RuleRefused, match="cannot be done again: muted the phrase tanker"):
        await hand.redo()
    assert await hand.redo() == "nothing to do again"


async def test_of_several_mutes_those_that_were_set_can_be_lifted_though_another_failed() -> None:
    hits = made("Tanker boarded", "Envoys meet")
    engine = ScriptedEngine(hits=hits)
    hand = Hand(engine)
    drafts = [MuteDraft(MuteKind.PHRASE, word, build.at(480)) for word in ("tanker", " ", "envoys")]
    with pytest.raises(QueryError):
        await hand.mute(drafts, "muted 3 stories")
    assert [engine.hit(hit.id).is_alert for hit in hits] == [False, True]
    assert await hand.undo() == "undone: muted 3 stories"
    assert all(engine.hit(hit.id).is_alert for hit in hits)


async def test_a_row_that_newer_ones_pushed_out_of_the_view_is_acted_on_and_undone() -> None:
    (seen, gone) = made("Seen", "Gone")
    gone = replace(gone, state=Triage.OPEN)
    engine = ScriptedEngine(hits=[seen])
    hand = Hand(engine)
    await hand.set_acked([seen, gone], "acked 2 stories", acked=True)
    assert engine.calls_of("set_acked") == [((seen.id, gone.id), True)]
    await hand.undo()
    assert engine.calls_of("set_handled") == [({seen.id: Handled(), gone.id: Handled(state=Triage.OPEN)},)]


async def test_an_example_is_taken_back_and_added_again_and_one_that_was_there_before_stays() -> None:
    rule = build.rule("North Korean troops", must=("North Korean troops march",))
    hit, old = (build.hit(build.entry(title), rule) for title in ("North Korean troops land", rule.must[0]))
    engine = ScriptedEngine(hits=[hit, old], rules=[build.rule_status(rule)])
    hand = Hand(engine)

    def musts() -> tuple[str, ...]:
        return engine.view.rules[0].rule.must

    assert "already" in await hand.add_example(old, matches=True)
    assert not hand.to_undo
    await hand.add_example(hit, matches=True)
    assert musts() == (rule.must[0], hit.entry.title)
    assert await hand.undo() == f"undone: must example added to {rule.id}"
    assert musts() == rule.must
    await hand.redo()
    assert musts() == (rule.must[0], hit.entry.title)
