"""What a person does with stories: one or several, by keys and dialogs; and all of it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from newswatch.errors import StoreError
from newswatch.model.event import HitsStored, Liveness, MutesChanged
from newswatch.model.hit import Held, Mark, Note, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteKind, MuteStatus
from newswatch.model.rule import RuleId, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.mute import MuteScreen
from newswatch.tui.screens.mutes import MutesScreen
from newswatch.tui.screens.note import NoteScreen
from newswatch.tui.screens.snooze import SnoozeScreen
from newswatch.tui.screens.tag import TagScreen
from tests.tui.stage import Hands, alerts, app_on, hit, hits, lines, publish, selected, text, titles, until

NOW = build.at(10)


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
    await pilot.pause()


def engine_of(*names: str) -> ScriptedEngine:
    return ScriptedEngine(hits=hits(*names), now=lambda: NOW)


def marked(app: NewswatchApp) -> list[str]:
    return [story.lead.entry.title for story in alerts(app).listing.at_hand if alerts(app).listing.marked]


def states(engine: ScriptedEngine) -> dict[str, Triage]:
    return {story.lead.entry.title: story.state for story in engine.view.stories}


async def test_u_takes_an_ack_back_and_says_so_and_redo_acks_again() -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j", "a")
        await until(pilot, lambda: states(engine)["First"] is Triage.ACKED)
        await until(pilot, lambda: bool(app._desk.hand.to_undo))
        await press(pilot, "u")
        await until(pilot, lambda: "undone: acked First" in text(app))
        assert states(engine)["First"] is not Triage.ACKED
        await press(pilot, "U")
        await until(pilot, lambda: "done again: acked First" in text(app))
        assert states(engine)["First"] is Triage.ACKED


async def test_undo_finds_its_hits_however_the_list_has_changed() -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j", "s")
        await until(pilot, lambda: bool(app._desk.hand.to_undo))
        for number in range(5):
            await publish(pilot, engine, hit(f"Arrival {number}", minute=20 + number))
        await press(pilot, ".", "/", *"arrival", "enter", "u")
        await until(pilot, lambda: not any(story.is_starred for story in engine.view.stories))


async def test_space_marks_and_goes_down_and_an_action_is_done_to_all_that_is_marked() -> None:
    engine = engine_of("Fourth", "Third", "Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "space", "space")
        assert marked(app) == ["Fourth", "Third"]
        assert selected(app) == "Second"
        assert "2 selected" in text(app)
        assert sum("◆" in line for line in lines(app)) == 2
        await press(pilot, "a")
        await until(pilot, lambda: states(engine)["Third"] is Triage.ACKED)
        assert states(engine)["Fourth"] is Triage.ACKED
        assert states(engine)["Second"] is not Triage.ACKED
        await until(pilot, lambda: "acked 2 stories" in text(app))
        assert not alerts(app).listing.marked


async def test_escape_takes_the_marks_away_before_it_leaves_the_filter() -> None:
    engine = engine_of("Grain one", "Grain two", "Tanker")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "/", *"grain", "enter", "space")
        assert marked(app) == ["Grain one"]
        await press(pilot, "escape")
        assert not alerts(app).listing.marked
        assert len(titles(app)) == 2
        await press(pilot, "escape")
        assert len(titles(app)) == 3


async def test_a_mark_that_a_filter_hides_is_not_acted_on() -> None:
    engine = engine_of("Grain one", "Grain two", "Tanker")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "space", "G", "space", "/", *"grain", "enter")
        await press(pilot, "s")
        await until(pilot, lambda: any(story.is_starred for story in engine.view.stories))
        assert [story.lead.entry.title for story in engine.view.stories if story.is_starred] == ["Grain one"]


async def test_more_than_ten_are_named_and_asked_for() -> None:
    engine = engine_of(*(f"Story {number:02d}" for number in range(12)))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, *["space"] * 12, "s")
        assert "Star 12 stories?" in text(app)
        assert "Story 04" in text(app)
        assert "and 7 more" in text(app)
        await publish(pilot, engine, hit("Arrival", minute=99))
        await press(pilot, "enter")
        await until(pilot, lambda: sum(story.is_starred for story in engine.view.stories) == 12)
        assert not engine.view.stories[0].is_starred


async def test_a_story_is_tagged_with_an_old_and_a_new_tag_and_untagged() -> None:
    first, second = hits("Second", "First")
    engine = ScriptedEngine(hits=[first, replace(second, tags=("shipping",))])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "t", *"ship")
        assert "shipping" in text(app)
        await press(pilot, "space", *"gulf", "enter")
        await until(pilot, lambda: set(engine.hit(first.id).tags) == {"shipping", "gulf"})
        await until(pilot, lambda: "#" in lines(app)[3])
        await press(pilot, "t", *"gulf", "space", "enter")
        await until(pilot, lambda: engine.hit(first.id).tags == ("shipping",))
        await press(pilot, "u")
        await until(pilot, lambda: set(engine.hit(first.id).tags) == {"shipping", "gulf"})


async def test_tags_that_some_have_stay_with_those_while_others_are_given() -> None:
    first, second = hits("Second", "First")
    engine = ScriptedEngine(hits=[first, replace(second, tags=("old",))])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "space", "space", "t", *"new", "enter")
        await until(pilot, lambda: engine.hit(first.id).tags == ("new",))
        assert set(engine.hit(second.id).tags) == {"old", "new"}


async def test_a_note_stands_with_the_article() -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine, now=lambda: NOW)
    async with app.run_test() as pilot:
        await press(pilot, "c", *"call", "space", *"them", "ctrl+j", *"twice", "enter")
        await until(pilot, lambda: any(hit.notes for story in engine.view.stories for hit in story.hits))
        assert engine.view.stories[0].lead.notes == (Note(NOW, "call them\ntwice"),)
        await press(pilot, "enter")
        assert "¶ 14:40  call them" in text(app)
        assert "twice" in text(app)


async def test_an_earlier_note_is_changed_in_place_and_that_is_taken_back() -> None:
    old, last = Note(build.at(1), "call them"), Note(build.at(2), "called")
    engine = engine_of("First")
    engine.publish(HitsStored((replace(engine.view.stories[0].lead, notes=(old, last)),)))
    app = app_on(engine, now=lambda: NOW)
    async with app.run_test() as pilot:
        await press(pilot, "c", *"new", "up")
        assert "change it" in text(app)
        await press(pilot, "up", "exclamation_mark")
        await press(pilot, "down", "down")
        assert isinstance(app.screen, NoteScreen)
        assert app.screen.field.text == "new", "what was begun is still there"
        await press(pilot, "up", "up", "enter")
        await until(pilot, lambda: engine.view.stories[0].lead.notes == (Note(old.at, "call them!"), last))
        assert "note changed on First" in text(app)
        await press(pilot, "u")
        await until(pilot, lambda: engine.view.stories[0].lead.notes == (old, last))


async def test_an_earlier_note_that_is_emptied_is_deleted_and_comes_back() -> None:
    old, last = Note(build.at(1), "call them"), Note(build.at(2), "ok")
    engine = engine_of("First")
    engine.publish(HitsStored((replace(engine.view.stories[0].lead, notes=(old, last)),)))
    app = app_on(engine, now=lambda: NOW)
    async with app.run_test() as pilot:
        await press(pilot, "c", "up", "backspace", "backspace")
        assert "delete it" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: engine.view.stories[0].lead.notes == (old,))
        await press(pilot, "u")
        await until(pilot, lambda: engine.view.stories[0].lead.notes == (old, last))


async def test_an_empty_note_is_none() -> None:
    engine = engine_of("First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "c", "space", "enter")
        assert not isinstance(app.screen, NoteScreen)
        assert not engine.calls_of("set_handled")


@pytest.mark.parametrize(
    ("keys", "until_at"),
    [
        (["enter"], NOW + timedelta(minutes=30)),
        (["down", "enter"], NOW + timedelta(hours=2)),
        (["down", "down", "enter"], build.at(17 * 60 + 30)),
        ([*"3h", "enter"], NOW + timedelta(hours=3)),
    ],
)
async def test_a_story_is_snoozed_until_then_and_put_away(keys: list[str], until_at: object) -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "z", *keys)
        await until(pilot, lambda: engine.view.new == 1)
        (first,) = [hit for story in engine.view.stories for hit in story.hits if hit.entry.title == "Second"]
        assert first.snoozed_until == until_at
        await until(pilot, lambda: titles(app) == ["First"])
        await until(pilot, lambda: "snoozed Second until" in text(app))
        await press(pilot, "u")
        await until(pilot, lambda: titles(app) == ["Second", "First"])


async def test_a_snooze_until_no_time_is_refused_in_words() -> None:
    engine = engine_of("First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "z", *"soonish", "enter")
        assert isinstance(app.screen, SnoozeScreen)
        assert "not a time to come" in text(app)
        await press(pilot, "escape")
        assert not engine.calls_of("set_handled")


async def test_what_is_put_away_is_shown_by_h_and_by_its_name() -> None:
    engine = ScriptedEngine(
        hits=[hit("Alert", minute=5), hit("Muted", minute=4, held=Held.MUTED), hit("Backlog", held=Held.BACKLOG)]
    )
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert titles(app) == ["Alert", "Backlog"]
        await press(pilot, "h")
        assert titles(app) == ["Alert"]
        await press(pilot, "h")
        assert titles(app) == ["Alert", "Muted", "Backlog"]
        await press(pilot, "h")
        assert titles(app) == ["Alert", "Backlog"]
        await press(pilot, "/", *"is:muted")
        assert titles(app) == ["Muted"]
        assert "1 of 3" in text(app)


@pytest.mark.parametrize(
    ("keys", "kind", "subject"),
    [
        ([], MuteKind.STORY, None),
        (["right"], MuteKind.SOURCE, "Dnipro Wire"),
        (["p"], MuteKind.PHRASE, "Tanker"),
        (["r"], MuteKind.RULE, "hormuz"),
    ],
)
async def test_a_mute_is_set_by_story_source_phrase_or_rule_with_an_end(
    keys: list[str], kind: MuteKind, subject: str | None
) -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded", minute=3), hit("Lender closes", rule="bank")], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "m", *keys)
        await until(pilot, lambda: "not acked" in text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: bool(engine.calls_of("mute")))
        ((draft,),) = engine.calls_of("mute")
        assert isinstance(draft, MuteDraft)
        assert (draft.kind, draft.until) == (kind, NOW + timedelta(hours=8))
        assert draft.subject == (subject or engine.view.stories[0].id)
        await until(pilot, lambda: "Tanker boarded" not in titles(app))
        assert "muted" in text(app)
        await press(pilot, "u")
        await until(pilot, lambda: "Tanker boarded" in titles(app))
        assert not engine.view.mutes


async def test_the_length_of_a_mute_is_chosen_or_typed_and_never_for_good() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded")], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "m", "tab", "o")
        await until(pilot, lambda: "until when?" in text(app))
        await press(pilot, "enter")
        assert isinstance(app.screen, MuteScreen)
        assert not engine.calls_of("mute")
        await press(pilot, *"2d")
        await until(pilot, lambda: "mute until 24 Nov 14:40Z" in text(app))
        assert "esc leave it" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: bool(engine.calls_of("mute")))
        ((draft,),) = engine.calls_of("mute")
        assert isinstance(draft, MuteDraft)
        assert draft.until == NOW + timedelta(days=2)


async def test_the_preview_follows_the_words_of_a_phrase() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded", minute=2), hit("Tanker adrift", minute=1)], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "m", "p")
        await until(pilot, lambda: "2 hits in 2 stories" in text(app))
        await press(pilot, "tab", "end", "space", *"adrift")
        await until(pilot, lambda: "1 hit in 1 story" in text(app))
        await press(pilot, *["backspace"] * 20)
        await until(pilot, lambda: "which words?" in text(app))


async def test_several_stories_are_muted_each_by_itself_and_undone_at_once() -> None:
    engine = engine_of("Third", "Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "space", "space", "m")
        assert "2 stories" in text(app)
        assert "source" not in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: len(engine.view.mutes) == 2)
        await until(pilot, lambda: titles(app) == ["First"])
        await press(pilot, "u")
        await until(pilot, lambda: not engine.view.mutes and len(titles(app)) == 3)


async def test_the_mutes_in_force_are_listed_lifted_after_asking_and_set_again() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded")], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await engine.triage.mute(MuteDraft(MuteKind.SOURCE, "Dnipro Wire", build.at(400)))
        await until(pilot, lambda: not titles(app))
        await press(pilot, "M")
        assert "Dnipro Wire" in text(app)
        assert "21:10" in text(app)
        await press(pilot, "d")
        assert "What it hid, 1 hit, is shown again" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: not engine.view.mutes)
        await until(pilot, lambda: titles(app) == ["Tanker boarded"])
        await press(pilot, "u")
        await until(pilot, lambda: len(engine.view.mutes) == 1)
        assert isinstance(app.screen, MutesScreen)


async def test_enter_on_a_mute_shows_what_it_hid() -> None:
    muted = hit("Muted", minute=4, held=Held.MUTED, muted_by="by-kyodo")
    engine = ScriptedEngine(hits=[hit("Alert", minute=5), muted, hit("Other", minute=3, held=Held.MUTED)])
    engine.publish(MutesChanged((MuteStatus(MuteId("by-kyodo"), MuteKind.SOURCE, "Kyodo", "Kyodo", None, 1),)))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "3", "M", "enter")
        await until(pilot, lambda: titles(app) == ["Muted"])
        assert app.current_mode == "alerts"
        await press(pilot, "escape")
        assert titles(app) == ["Alert"]


async def test_no_mutes_say_how_to_set_one() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test() as pilot:
        await press(pilot, "M")
        assert "Nothing is muted." in text(app)


async def test_a_hit_becomes_a_must_of_its_rule_and_a_refusal_is_shown() -> None:
    by = build.rule("tanker", id=RuleId("hormuz"))
    engine = ScriptedEngine(hits=[hit("Tanker boarded")], rules=[build.rule_status(by)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "T")
        assert "must find this" in text(app)
        assert "hormuz" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: engine.view.rules[0].rule.must == ("Tanker boarded",))
        await until(pilot, lambda: "must example added to hormuz" in text(app))
        await press(pilot, "T", "down", "enter")
        await until(pilot, lambda: "still matches" in text(app))
        assert not engine.view.rules[0].rule.must_not


async def test_a_hit_of_a_rule_that_is_gone_makes_no_example() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded")])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "T")
        assert "there is no rule hormuz any more" in text(app)
        assert "add it" not in text(app)
        await press(pilot, "enter", "escape")
        assert not engine.calls_of("add_example")


async def test_what_cannot_be_stored_is_said_and_the_marks_of_the_list_are_as_before() -> None:
    engine = engine_of("Second", "First")
    engine.failures["set_handled"] = StoreError("the disk is full")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "z", "enter")
        await until(pilot, lambda: "the disk is full" in text(app))
        assert titles(app) == ["Second", "First"]
        assert not app._desk.hand.to_undo


async def test_where_another_instance_writes_triage_is_not_offered() -> None:
    engine = ScriptedEngine(hits=hits("First"), liveness=Liveness.READ_ONLY, is_read_only=True)
    app = app_on(engine)
    async with app.run_test(size=(160, 30)) as pilot:
        await press(pilot, "t", "z", "m", "c")
        assert app.screen is alerts(app)
        assert "snooze" not in text(app)


async def test_keys_in_one_breath_do_not_undo_each_other() -> None:
    engine = engine_of("First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "s", "a", "z", "enter")
        await until(pilot, lambda: engine.view.stories[0].lead.snoozed_until is not None)
        lead = engine.view.stories[0].lead
        assert lead.is_starred
        assert lead.state is Triage.OPEN  # an acked one would never come up again


async def test_dialogs_hold_the_list_and_act_on_the_story_of_the_key() -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "t")
        assert isinstance(app.screen, TagScreen)
        await publish(pilot, engine, hit("Arrival", minute=30))
        await press(pilot, *"gulf", "enter")
        await until(pilot, lambda: any(hit.tags for story in engine.view.stories for hit in story.hits))
        tagged = [story.lead.entry.title for story in engine.view.stories if story.lead.tags]
        assert tagged == ["Second"]


async def test_flags_stand_in_the_row_and_columns_stay_aligned() -> None:
    plain = hit("A plain headline that is rather long so that it must be cut somewhere at the end", minute=3)
    flagged = replace(
        hit("Another headline that is rather long so that it must be cut somewhere at the end", minute=2),
        tags=("shipping", "gulf"),
        notes=(Note(NOW, "x"),),
        is_old_rule=True,
        severity=Severity.HIGH,
    )
    engine = ScriptedEngine(hits=[plain, flagged])
    for width in (58, 80, 120, 200):
        app = app_on(engine)
        async with app.run_test(size=(width, 24)) as pilot:
            await pilot.pause()
            rows = [line for line in lines(app) if "×1" in line][:2]
            assert rows[0].index("×1") == rows[1].index("×1")
            assert "¶" in rows[1]
            assert "#" in rows[1]
            assert "¶" not in rows[0]


async def test_a_phrase_to_mute_is_prefilled_with_the_words_that_matched() -> None:
    made = hit("North Korean troops seen in Kursk")
    made = replace(made, marks=(Mark("title", 20, 24, "seen"), Mark("title", 0, 19, "North Korean troops")))
    app = app_on(ScriptedEngine(hits=[made]))
    async with app.run_test() as pilot:
        await press(pilot, "m", "p")
        assert isinstance(app.screen, MuteScreen)
        assert app.screen.subjects == ("North Korean troops",)


async def test_a_snoozed_story_that_wakes_is_shown_again() -> None:
    asleep = hit("Asleep", minute=0, held=Held.SNOOZED, snoozed_until=build.at(60))
    engine = ScriptedEngine(hits=[*hits("Second"), asleep])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert titles(app) == ["Second"]
        engine.publish(HitsStored((replace(asleep, held=None, snoozed_until=None, state=Triage.NEW),)))
        await until(pilot, lambda: titles(app) == ["Second", "Asleep"])


async def test_a_snoozed_story_that_wakes_waits_while_the_eye_is_elsewhere_but_undo_brings_it_back_at_once() -> None:
    engine = engine_of("Third", "Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j", "z", "enter")
        await until(pilot, lambda: titles(app) == ["Third", "First"])
        await press(pilot, "G")
        asleep = next(hit for story in engine.view.stories for hit in story.hits if hit.entry.title == "Second")
        engine.publish(HitsStored((replace(asleep, held=None, snoozed_until=None, state=Triage.NEW),)))
        await until(pilot, lambda: "▲ 1 newer" in text(app))
        assert titles(app) == ["Third", "First"]
        await press(pilot, ".", "G", "z", "enter")
        await until(pilot, lambda: titles(app) == ["Third", "Second"])
        await press(pilot, "u")
        await until(pilot, lambda: titles(app) == ["Third", "Second", "First"])
        assert "newer" not in text(app)


async def test_a_burst_of_news_is_painted_once_a_frame_and_rows_that_did_not_change_are_not() -> None:
    engine = engine_of("Second", "First")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        rows = alerts(app).stories
        painted: list[object] = []
        rows.refresh = lambda *regions, **_: painted.append(regions)  # type: ignore[assignment,method-assign]  # a counter in its place
        screen, received = alerts(app), []
        receive = screen.receive
        screen.receive = lambda view: (received.append(view), receive(view))[1]  # type: ignore[method-assign,func-returns-value]  # a counter in its place
        for number in range(200):
            engine.publish(HitsStored((hit(f"Arrival {number}", minute=20 + number / 60),)))
        await until(pilot, lambda: "▲ 200 newer" in text(app))
        assert not painted  # they wait: no row reads differently
        assert 1 <= len(received) <= 20  # what comes within a frame comes as one


async def test_undo_is_offered_only_when_there_is_something() -> None:
    engine = engine_of("First")
    app = app_on(engine)
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        assert "u undo" not in lines(app)[-1]
        await press(pilot, "s")
        await until(pilot, lambda: "u undo" in lines(app)[-1])


async def test_marks_are_held_by_the_story_while_arrivals_wait() -> None:
    hands = Hands()
    engine = engine_of("Second", "First")
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "space", "g")
        hands.at_s += 10
        await publish(pilot, engine, hit("Arrival", minute=30))
        assert titles(app) == ["Second", "First"]
        assert marked(app) == ["Second"]


async def test_muting_what_never_rang_says_so_and_its_row_goes_and_comes_back() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker boarded", held=Held.BACKLOG)], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "m")
        await until(pilot, lambda: "1 hit that never rang" in text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: not titles(app))
        await press(pilot, "u")
        await until(pilot, lambda: titles(app) == ["Tanker boarded"])
        assert engine.view.stories[0].lead.held is Held.BACKLOG


async def test_a_copy_that_came_while_the_time_was_chosen_is_snoozed_with_its_story() -> None:
    first = hit("Tanker boarded")
    engine = ScriptedEngine(hits=[first, hit("Lender closes", rule="bank")], now=lambda: NOW)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Tanker boarded" in text(app))
        await press(pilot, "slash", *"tanker", "enter", "z")
        await publish(pilot, engine, hit("Tanker boarded, says navy", 1, story_id=first.story_id))
        await press(pilot, "enter")
        await until(pilot, lambda: bool(engine.calls_of("set_handled")))
        await until(pilot, lambda: titles(app) == [])
        assert not any(one.is_alert for one in engine.view.stories[-1].hits if one.story_id == first.story_id)
