"""The live list: it follows and holds as a person's eye needs it, and acts on what the finger meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from newswatch.model.event import Liveness, LivenessChanged, NextCheckChanged
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.screens import selected as selected_module
from newswatch.tui.screens.ask import Ask
from newswatch.tui.widgets.key_line import KeyLine
from newswatch.tui.widgets.state_line import StateLine
from newswatch.tui.widgets.story_list import ListHead, StoryList
from tests.tui.stage import Hands, Wall, alerts, app_on, hit, hits, lines, publish, selected, text, titles, until

MANY = [f"Story {number:02d}" for number in range(40)]


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
    await pilot.pause()


async def test_at_the_start_the_newest_is_selected_and_arrivals_come_in_at_once() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert selected(app) == "Second"
        for number in range(3):
            await publish(pilot, engine, hit(f"Arrival {number}", minute=5 + number))
        assert titles(app) == ["Arrival 2", "Arrival 1", "Arrival 0", "Second", "First"]
        assert selected(app) == "Arrival 2"
        assert "newer" not in text(app)


async def test_off_the_first_row_arrivals_wait_and_nothing_moves() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        before = lines(app)[3:-4]
        await publish(pilot, engine, hit("Arrival", minute=9), hit("Another", minute=8))
        assert titles(app) == ["Third", "Second", "First"]
        assert selected(app) == "Second"
        assert "▲ 2 newer · press . to show" in text(app)
        assert lines(app)[3:-4] == before


async def test_the_dot_shows_what_waits_and_goes_to_the_newest() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "j", "j")
        await publish(pilot, engine, hit("Arrival", minute=9))
        await press(pilot, ".")
        assert titles(app)[0] == "Arrival"
        assert selected(app) == "Arrival"
        assert "newer" not in text(app)
        hands.at_s += 3
        await publish(pilot, engine, hit("Next", minute=10))
        assert selected(app) == "Next"


async def test_back_on_the_first_row_what_waited_comes_in_above_the_story_gone_to() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        await publish(pilot, engine, hit("Arrival", minute=9))
        await press(pilot, "k")
        assert titles(app) == ["Arrival", "Third", "Second", "First"]
        assert selected(app) == "Third"


async def test_a_change_of_a_shown_story_shows_in_its_place() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        first = engine.view.stories[2]
        await engine.set_acked(first.hit_ids, acked=True)
        copy = build.hit(build.entry("First", source="Gulf Wire", key="copy", seen_at=build.at(8)), story_id=first.id)
        await publish(pilot, engine, copy)
        await until(pilot, lambda: "×2" in text(app))
        assert titles(app) == ["Third", "Second", "First"]
        assert selected(app) == "Second"


async def test_an_arrival_on_screen_does_not_move_the_rows_when_the_list_is_scrolled() -> None:
    engine = ScriptedEngine(hits=hits(*MANY))
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "G", "k", "k")
        before = lines(app)[3:-4]
        await publish(pilot, engine, hit("Arrival", minute=99))
        assert lines(app)[3:-4] == before
        assert selected(app) == "Story 37"


async def test_f_holds_and_f_again_follows_as_before() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "f")
        await publish(pilot, engine, hit("Arrival", minute=9))
        assert titles(app) == ["Second", "First"]
        assert "▲ 1 newer" in text(app)
        assert "on hold (f)" in text(app)
        await press(pilot, "j", "f")
        assert titles(app) == ["Arrival", "Second", "First"]
        assert selected(app) == "First"
        assert "on hold" not in text(app)
        hands.at_s += 3
        await publish(pilot, engine, hit("Another", minute=10))
        assert titles(app)[0] == "Another"
        assert selected(app) == "First"
        await press(pilot, "k")
        await publish(pilot, engine, hit("Waits off the first row", minute=11))
        assert titles(app)[0] == "Another"
        await press(pilot, ".")
        hands.at_s += 3
        await publish(pilot, engine, hit("Comes in on it", minute=12))
        assert selected(app) == "Comes in on it"


async def test_f_off_the_first_row_where_arrivals_wait_lets_them_in_at_once_and_f_again_holds() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        await publish(pilot, engine, hit("Arrival", minute=9))
        assert titles(app)[0] == "Third"
        await press(pilot, "f")
        assert (titles(app)[0], selected(app)) == ("Arrival", "Second")
        assert "on hold" not in text(app)
        await press(pilot, "f")
        assert "on hold (f)" in text(app)


async def test_an_arrival_never_moves_the_selection_of_a_filtered_list() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Grain corridor", "Gulf tanker", "Grain harvest"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "/", *"grain", "enter", "f", "f")
        for rest_s in (1, 3, 400):
            hands.at_s += rest_s
            app._tick()
            await publish(pilot, engine, hit(f"Grain after {rest_s}", minute=rest_s + 5))
            assert selected(app) == "Grain corridor"


async def test_after_five_minutes_without_a_key_following_returns_and_the_selection_keeps_its_story() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        await publish(pilot, engine, hit("Arrival", minute=9))
        hands.at_s += 299
        app._tick()
        assert titles(app)[0] == "Third"
        hands.at_s += 1
        app._tick()
        assert titles(app) == ["Arrival", "Third", "Second", "First"]
        assert selected(app) == "Second"
        await publish(pilot, engine, hit("Another", minute=10))
        assert titles(app)[0] == "Another"
        assert selected(app) == "Second"
        await press(pilot, "j")
        await publish(pilot, engine, hit("Waits", minute=11))
        assert "Waits" not in titles(app)


async def test_an_open_article_and_an_open_dialog_hold_the_list() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        await publish(pilot, engine, hit("While reading", minute=9))
        assert titles(app) == ["Second", "First"]
        await press(pilot, "escape")
        assert titles(app) == ["Second", "First"]
        assert "▲ 1 newer" in text(app)
        await press(pilot, "A")
        assert isinstance(app.screen, Ask)
        await publish(pilot, engine, hit("While asked", minute=10))
        assert "While asked" not in titles(app)


async def test_a_acks_the_selected_story_and_takes_it_back() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j", "a")
        await until(pilot, lambda: engine.view.stories[1].state is Triage.ACKED)
        assert engine.view.stories[0].state is not Triage.ACKED
        await until(pilot, lambda: "✓" in text(app))
        await press(pilot, "a")
        await until(pilot, lambda: engine.view.stories[1].state is Triage.OPEN)


async def test_an_ack_is_for_the_story_selected_when_the_key_was_pressed() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        meant = engine.view.stories[0].hit_ids
        alerts(app).action_ack()
        await publish(pilot, engine, hit("Arrival", minute=9))
        await until(pilot, lambda: bool(engine.calls_of("set_acked")))
        assert engine.calls_of("set_acked") == [(meant, True)]


async def test_a_story_that_slid_under_a_busy_finger_is_not_acked_in_place_of_the_one_meant() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "j", "k")
        meant = engine.view.stories[0].hit_ids
        await publish(pilot, engine, hit("Arrival", minute=9))
        assert selected(app) == "Second"
        assert "▲ 1 newer" in text(app)
        hands.at_s += 0.1
        await press(pilot, "a")
        await until(pilot, lambda: bool(engine.calls_of("set_acked")))
        assert engine.calls_of("set_acked") == [(meant, True)]
        hands.at_s += 3
        app._tick()
        assert selected(app) == "Arrival"


async def test_after_escape_from_an_article_the_story_just_read_is_selected_and_keys_act_on_it() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "enter")
        hands.at_s += 400
        app._tick()
        await publish(pilot, engine, hit("Arrival", minute=8), hit("Another", minute=9))
        await press(pilot, "escape")
        for rest_s in (0, 3, 30):
            hands.at_s += rest_s
            app._tick()
            await pilot.pause()
            assert selected(app) == "Second"
            assert "▲ 2 newer · press . to show" in text(app)
        meant = next(story for story in engine.view.stories if story.lead.entry.title == "Second")
        await press(pilot, "a")
        await until(pilot, lambda: bool(engine.calls_of("set_acked")))
        assert engine.calls_of("set_acked") == [(meant.hit_ids, True)]


async def test_rows_do_not_become_seen_while_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected_module, "SEEN_AFTER_S", 0.01)
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await publish(pilot, engine, hit("Arrival", minute=9))
        for _ in range(10):
            await pilot.pause(0.01)
        assert not engine.calls_of("advance")
        await press(pilot, "g")
        await until(pilot, lambda: engine.view.stories[0].state is Triage.SEEN)
        hands.at_s += 61
        await publish(pilot, engine, hit("Next", minute=10))
        for _ in range(10):
            await pilot.pause(0.01)
        assert engine.view.stories[0].state is Triage.NEW
        await pilot.click(StoryList, offset=(20, 0))
        await until(pilot, lambda: engine.view.stories[0].state is Triage.SEEN)


async def test_a_finger_that_was_resting_acts_on_what_is_shown() -> None:
    hands = Hands()
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await press(pilot, "j", "k")
        hands.at_s += 60
        await publish(pilot, engine, hit("Arrival", minute=9))
        await press(pilot, "a")
        await until(pilot, lambda: bool(engine.calls_of("set_acked")))
        assert engine.calls_of("set_acked") == [(engine.view.stories[0].hit_ids, True)]
        assert engine.view.stories[0].lead.entry.title == "Arrival"


async def test_ack_all_asks_with_the_count_and_takes_no_for_an_answer() -> None:
    engine = ScriptedEngine(hits=[*hits("Third", "Second", "First"), hit("Backlog", minute=-90, held=Held.BACKLOG)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "A")
        assert "Ack all 4 stories shown?" in text(app)
        assert "1 of them is held" in text(app)
        await press(pilot, "escape")
        assert not engine.calls_of("set_acked")
        await press(pilot, "A", "enter")
        await until(pilot, lambda: engine.view.unacked == 0)


async def test_ack_all_under_a_filter_leaves_the_others_alone() -> None:
    engine = ScriptedEngine(hits=hits("Grain corridor", "Gulf tanker", "Grain harvest"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "/", *"grain", "enter", "A")
        assert "Ack all 2 stories shown?" in text(app)
        await press(pilot, "y")
        await until(pilot, lambda: engine.view.unacked == 1)


async def test_s_stars_and_unstars() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "s")
        await until(pilot, lambda: "★" in text(app))
        await press(pilot, "s")
        await until(pilot, lambda: "★" not in text(app))


async def test_a_story_selected_for_a_second_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected_module, "SEEN_AFTER_S", 0.01)
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "g")
        await until(pilot, lambda: engine.view.stories[0].state is Triage.SEEN)
        assert engine.view.stories[1].state is Triage.NEW
        await until(pilot, lambda: "◐" in text(app))


async def test_a_screen_that_nobody_watches_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected_module, "SEEN_AFTER_S", 0.01)
    hands = Hands()
    engine = ScriptedEngine()
    app = app_on(engine, monotonic=hands)
    async with app.run_test() as pilot:
        await pilot.pause()
        hands.at_s += 3_600
        await publish(pilot, engine, hit("By night", minute=9))
        for _ in range(10):
            await pilot.pause(0.01)
        assert engine.view.stories[0].state is Triage.NEW
        await press(pilot, "g")
        await until(pilot, lambda: engine.view.stories[0].state is Triage.SEEN)


async def test_nothing_is_advanced_while_another_instance_is_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selected_module, "SEEN_AFTER_S", 0.01)
    engine = ScriptedEngine(hits=hits("Second", "First"), liveness=Liveness.READ_ONLY, is_read_only=True)
    app = app_on(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        for _ in range(10):
            await pilot.pause(0.01)
        assert not engine.calls_of("advance")
        assert not engine.calls_of("mark_told")
        assert "READ-ONLY" in text(app)
        await press(pilot, "a")
        await until(pilot, lambda: "in use by another process" in text(app))


async def test_the_filter_finds_headline_source_and_rule_and_escape_shows_all_again() -> None:
    engine = ScriptedEngine(
        hits=[
            hit("Tanker boarded", minute=3, rule="hormuz"),
            hit("Lender closes", minute=2, rule="bank-run"),
            hit("Quiet harbour", minute=1, rule="grain"),
        ]
    )
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j", "/", *"BANK")
        assert titles(app) == ["Lender closes"]
        await publish(pilot, engine, hit("Bank queue grows", minute=9, rule="x"))
        assert titles(app) == ["Lender closes"]
        assert "▲ 1 newer" in text(app)
        await press(pilot, "escape")
        assert titles(app) == ["Tanker boarded", "Lender closes", "Quiet harbour"]
        assert selected(app) == "Lender closes"
        await press(pilot, "/", *"!bank")
        assert titles(app) == ["Tanker boarded", "Quiet harbour"]
        await press(pilot, "escape")
        assert "▲ 1 newer" in text(app)
        await press(pilot, ".", "/", *"dnipro")
        assert len(titles(app)) == 4


async def test_a_filter_that_finds_nothing_says_how_to_get_back() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "/", *"[/zzz]", "enter")
        assert "ack all" not in text(app)
        assert "Nothing here holds [/zzz]" in text(app)
        await press(pilot, "escape")
        assert len(titles(app)) == 2


async def test_held_stories_are_shown_quietly_counted_and_hidden_by_h() -> None:
    engine = ScriptedEngine(hits=[hit("Alert", minute=5), hit("Backlog", minute=1, held=Held.BACKLOG)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        assert titles(app) == ["Alert", "Backlog"]
        assert "1 held" in text(app)
        assert "held: backlog" in text(app)
        await press(pilot, "h")
        assert titles(app) == ["Alert"]
        assert "1 held" in text(app)
        await press(pilot, "h")
        assert titles(app) == ["Alert", "Backlog"]


async def test_held_stories_that_wait_are_not_said_to_be_newer() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        await publish(pilot, engine, hit("Old one", minute=-500, held=Held.BACKLOG))
        assert "1 held · press . to show" in text(app)
        assert "newer" not in text(app)


async def test_the_selection_moves_with_every_key_for_moving() -> None:
    engine = ScriptedEngine(hits=hits(*MANY))
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        for key, row in [
            ("down", 1), ("j", 2), ("up", 1), ("k", 0), ("k", 0), ("G", 39), ("j", 39), ("g", 0), ("end", 39),
            ("home", 0),
        ]:  # fmt: skip
            await press(pilot, key)
            assert selected(app) == MANY[row], key
        await press(pilot, "ctrl+d", "pagedown")
        shown = alerts(app).listing.index
        assert shown > 10
        assert any(MANY[shown] in line for line in lines(app))
        await press(pilot, "pageup", "ctrl+u")
        assert selected(app) == MANY[0]


async def test_a_click_selects_and_a_double_click_opens() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.click(StoryList, offset=(20, 1))
        assert selected(app) == "Second"
        await pilot.click(StoryList, offset=(20, 2), times=2)
        await until(pilot, lambda: len(app.screen_stack) == 2)
        assert selected(app) == "First"


@pytest.mark.parametrize(
    ("liveness", "words"),
    [(Liveness.STARTING, "Opening the history"), (Liveness.OFFLINE, "newswatch demo"), (Liveness.LIVE, "Quiet so far")],
)
async def test_an_empty_list_says_what_is_so_and_what_comes_next(liveness: Liveness, words: str) -> None:
    engine = ScriptedEngine(rules=[build.rule_status()], feeds=[build.feed_health()], liveness=liveness)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert words in text(app)
        assert liveness.value.upper() in text(app)


async def test_until_the_rules_are_read_nothing_says_that_there_are_none() -> None:
    engine = ScriptedEngine(liveness=Liveness.STARTING)
    app = app_on(engine)
    async with app.run_test(size=(200, 50)) as pilot:
        await until(pilot, lambda: "Pulse" in text(app) and "counting" not in text(app))
        assert "none yet" not in text(app)
        assert "0 rules" not in text(app)
        engine.publish(LivenessChanged(Liveness.LIVE))
        await until(pilot, lambda: "none yet" in text(app))


async def test_without_rules_the_empty_list_asks_what_to_watch_for() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Watch for what?" in text(app)


async def test_ages_grow_with_the_clock_and_nothing_is_painted_for_nothing() -> None:
    now = build.at(10)
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine, now=lambda: now)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert " 8m " in text(app)
        painted: list[object] = []
        stories = alerts(app).stories
        original = stories.refresh

        def refresh(*regions: object, **options: object) -> object:
            painted.append(regions)
            return original(*regions, **options)  # type: ignore[arg-type]  # handed on as they came

        stories.refresh = refresh  # type: ignore[assignment,method-assign]  # a counter in its place
        app._tick()
        assert not painted
        now = build.at(11)
        app._tick()
        assert painted
        await pilot.pause()
        assert " 9m " in text(app)


async def test_events_that_change_nothing_in_the_list_do_not_repaint_it() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await press(pilot, "j")
        stories = alerts(app).stories
        painted: list[object] = []
        stories.refresh = lambda *regions, **_: painted.append(regions)  # type: ignore[assignment,method-assign]  # a counter in its place
        engine.publish(NextCheckChanged(build.at(12)), LivenessChanged(Liveness.OFFLINE))
        await until(pilot, lambda: "OFFLINE" in text(app))
        assert not painted


async def test_the_new_ones_are_counted_by_story_and_critical_ones_have_their_letter() -> None:
    engine = ScriptedEngine(hits=[hit("Tanker", severity=Severity.CRITICAL), hit("Lender", severity=Severity.LOW)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "2 new" in lines(app)[0]
        assert any("C●" in line for line in lines(app))
        assert any("L●" in line for line in lines(app))


async def test_the_mouse_can_press_the_keys_of_the_footer_and_go_to_places() -> None:
    engine = ScriptedEngine(hits=hits("Second", "First"))
    app = app_on(engine)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        await pilot.click(KeyLine, offset=(lines(app)[-1].index("ack"), 0))
        await until(pilot, lambda: engine.view.stories[0].state is Triage.ACKED)
        await pilot.click(StateLine, offset=(lines(app)[0].index("Rules"), 0))
        await until(pilot, lambda: app.current_mode == "rules")
        assert "[3] Rules" in lines(app)[0]


async def test_a_filter_says_how_to_leave_it_while_it_is_typed_and_when_it_stays() -> None:
    app = app_on(ScriptedEngine(hits=hits("Tanker boarded", "Bank closes", "Tanker freed")))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", *"tank")
        await until(pilot, lambda: "2 of 3" in text(app))
        assert "⏎ to the rows  esc clear" in text(app)
        assert "esc clears" not in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "2 of 3   esc clears" in text(app))
        assert "⏎ open" in text(app)
        await press(pilot, "escape")
        await until(pilot, lambda: "esc clears" not in text(app))
        assert len(titles(app)) == 3


async def test_a_click_on_what_waits_shows_it() -> None:
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        await publish(pilot, engine, hit("Arrival", minute=9))
        await until(pilot, lambda: "▲ 1 newer" in text(app))
        await pilot.click(ListHead, offset=(36, 1))
        await until(pilot, lambda: titles(app)[0] == "Arrival")
        assert selected(app) == "Arrival"


async def test_in_a_day_that_goes_by_faster_than_life_the_list_holds_for_who_is_there() -> None:
    hands, wall = Hands(), Wall()
    engine = ScriptedEngine(hits=hits("Third", "Second", "First"))
    app = app_on(engine, monotonic=hands, now=wall, pace=600.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "j")
        hands.at_s, wall.at = hands.at_s + 6.0, wall.at + timedelta(hours=1)
        await publish(pilot, engine, hit("Arrival", minute=9))
        alerts(app).tick()
        await until(pilot, lambda: "▲ 1 newer" in text(app))
        assert titles(app) == ["Third", "Second", "First"]
