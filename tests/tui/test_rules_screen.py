"""Rules are listed, switched, deleted and edited; a mistake is shown with its column and refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from newswatch.engine.api import QueryCheck
from newswatch.errors import FileChanged, RuleRefused, StoreError
from newswatch.model.backtest import Backtest
from newswatch.model.event import RulesChanged
from newswatch.model.rule import RuleDraft, RuleId, RuleProblem, RuleStatus, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.paint.query import outdented, place_of, query_rows
from newswatch.tui.rule_saving import saved_in_words
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.rules import RulesScreen
from newswatch.tui.widgets.query_field import QueryField
from tests.tui.stage import app_on, hit, lines, text, until
from tests.tui.test_hostile_text import HOSTILE, check

LONG = 8_000  # code points: longer queries are no more hostile, only slower
HORMUZ = RuleId("hormuz")
GRAIN = RuleId("grain")
UNCLOSED = QueryCheck('"(" is not closed', 5, 'add ")"')


def status(name: str, query: str = "tanker", **changes: object) -> RuleStatus:
    return build.rule_status(build.rule(query, id=RuleId(name)), **changes)


def engine_of(*rules: RuleStatus, **options: object) -> ScriptedEngine:
    return ScriptedEngine(rules=rules or (status("hormuz"), status("grain", "harvest")), **options)  # type: ignore[arg-type]  # any option of it


def rules_of(app: NewswatchApp) -> RulesScreen:
    assert isinstance(app.screen, RulesScreen)
    return app.screen


def editor_of(app: NewswatchApp) -> EditorScreen:
    assert isinstance(app.screen, EditorScreen)
    return app.screen


def selected(app: NewswatchApp) -> str:
    chosen = rules_of(app).rules.selected
    return chosen.rule.id if chosen is not None else ""


def chosen(editor: EditorScreen) -> str:
    return editor.draft.severity.value


async def open_rules(pilot: Pilot[int]) -> None:
    await pilot.press("3")
    await until(pilot, lambda: isinstance(pilot.app.screen, RulesScreen) and pilot.app.screen.rules.size.height > 0)


async def open_editor(pilot: Pilot[int], *keys: str) -> EditorScreen:
    await open_rules(pilot)
    await pilot.press(*keys or ("e",))
    await until(pilot, lambda: isinstance(pilot.app.screen, EditorScreen) and pilot.app.screen.is_mounted)
    assert isinstance(pilot.app.screen, EditorScreen)
    return pilot.app.screen


async def check_sizes(pilot: Pilot[int], app: NewswatchApp) -> None:
    """Looks at the screen in every size, and comes back to the first."""
    for size in ((200, 50), (80, 24), (40, 12), (120, 40)):
        await pilot.resize_terminal(*size)
        await pilot.pause()
        check(app)


async def test_each_rule_shows_its_severity_its_state_and_its_numbers() -> None:
    problem = RuleProblem(RuleId("broken"), "unknown alias @gulf", 0, "aliases: @dprk")
    app = app_on(
        engine_of(
            status("live", hits=12, held=3, last_hit_at=build.at(7)),
            build.rule_status(build.rule(id=RuleId("off"), enabled=False, severity=Severity.LOW), is_live=False),
            status("broken", is_live=False, problem=problem),
            status("kept", problem=problem),
        )
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot)
        rows = lines(app)
        assert any(row.startswith("▌H● live") and "12" in row and "3m" in row for row in rows)
        assert any(row.startswith(" L○ off") for row in rows)
        assert any(row.startswith(" H✗ broken") and "unknown alias @gulf" in row for row in rows)
        assert any(row.startswith(" H▲ kept") for row in rows)
        assert "2 live · 1 off · ✗ 2 broken" in text(app)


async def test_the_selection_stays_with_its_rule_when_one_comes_in_above() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_rules(pilot)
        await pilot.press("j")
        assert selected(app) == GRAIN
        engine.publish(RulesChanged((status("first"), *engine.view.rules)))
        await until(pilot, lambda: len(rules_of(app).view.rules) == 3)
        assert selected(app) == GRAIN
        engine.publish(RulesChanged((status("first"), status("hormuz"))))
        await until(pilot, lambda: len(rules_of(app).view.rules) == 2)
        assert selected(app) == HORMUZ


async def test_space_switches_the_rule_off_and_on() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_rules(pilot)
        await pilot.press("space")
        await until(pilot, lambda: not rules_of(app).view.rules[0].rule.enabled)
        assert "hormuz is off" in text(app)
        await pilot.press("space")
        await until(pilot, lambda: rules_of(app).view.rules[0].rule.enabled)
        assert engine.calls_of("set_rule_enabled") == [(HORMUZ, False), (HORMUZ, True)]


async def test_a_rule_is_deleted_only_after_asking() -> None:
    engine = engine_of(status("hormuz", hits=7))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_rules(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "Delete the rule hormuz?" in text(app))
        assert "Its 7 hits can still be" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert engine.calls_of("delete_rule") == []
        await pilot.press("d", "enter")
        await until(pilot, lambda: not rules_of(app).view.rules)
        assert engine.calls_of("delete_rule") == [(HORMUZ,)]
        assert "Watch for what?" in text(app)


async def test_a_refused_switch_is_told_and_changes_nothing() -> None:
    engine = engine_of()
    engine.failures["set_rule_enabled"] = FileChanged(Path("rules.toml"))
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "changed on disk" in text(app))
        assert rules_of(app).view.rules[0].rule.enabled


async def test_a_broken_rule_is_shown_in_full_with_a_caret_at_its_column() -> None:
    query = "北朝鮮 AND (tanker"
    problem = RuleProblem(HORMUZ, '"(" is not closed', query.index("("), 'add ")"', 14)
    app = app_on(engine_of(build.rule_status(build.rule(query, id=HORMUZ), is_live=False, problem=problem)))
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot)
        await until(pilot, lambda: "^" in text(app))
        rows = lines(app)
        caret = next(row for row in rows if row.strip() == "^")
        assert caret.index("^") == 1 + 6 + len(" AND ")  # each of the three signs is two cells wide
        assert 'column 9: "(" is not closed (rules.toml, line 14)' in text(app)
        assert 'add ")"' in text(app)


async def test_a_filter_leaves_the_rules_that_are_meant_and_escape_brings_all_back() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_rules(pilot)
        await pilot.press("slash", *"harv")
        await until(pilot, lambda: selected(app) == "grain" and "/harv 1/1" in text(app))
        assert "hormuz" not in text(app)
        await pilot.press("enter", "e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        await pilot.press("slash", *"xyz")
        await until(pilot, lambda: "No rule here passes the filter xyz" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: selected(app) != "" and "hormuz" in text(app))
        assert rules_of(app).rules.has_focus


async def test_a_rule_that_was_just_saved_is_shown_whatever_the_filter_keeps_back() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_rules(pilot)
        await pilot.press("slash", *"harv", "enter", "n")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        await pilot.press(*"tanker", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen) and selected(app) == "tanker")


async def test_escape_goes_home() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_rules(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_the_editor_shows_the_mistake_under_the_query_while_it_is_typed() -> None:
    engine = engine_of()
    engine.checks["兵士 (a"] = QueryCheck('"(" is not closed', 3, 'add ")"')
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot, "n")
        await pilot.press(*"兵士 (a")
        await until(pilot, lambda: "is not closed" in text(app))
        rows = lines(app)
        typed = next(number for number, row in enumerate(rows) if "(a" in row)
        assert rows[typed + 1].rstrip() == " " * (1 + 4 + 1) + "^"
        assert 'column 4: "(" is not closed' in text(app)
        assert 'add ")"' in text(app)


async def test_a_mistake_further_up_is_shown_again_with_its_caret() -> None:
    query = "tank (a\nNOT film"
    engine = engine_of(status("hormuz", query))
    engine.checks[query] = UNCLOSED
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "is not closed" in text(app))
        rows = [row.rstrip() for row in lines(app)]
        assert rows.count(" tank (a") == 2
        assert rows[rows.index(" NOT film") + 2] == " " * 6 + "^"
        assert 'line 1, column 6: "(" is not closed' in text(app)


async def test_a_mistake_in_a_long_query_is_shown_with_its_mend_on_a_small_screen() -> None:
    query = "\n".join(f"word{number} OR" for number in range(12))
    engine = engine_of(status("hormuz", query))
    engine.checks[query] = QueryCheck("OR needs something after it", 6, 'add it, or write "or" for the word')
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "line 1, column 7: OR needs something after it" in text(app))
        await until(pilot, lambda: 'add it, or write "or" for the word' in text(app))


async def test_saving_a_wrong_query_is_refused_and_the_cursor_goes_to_the_mistake() -> None:
    engine = engine_of(status("hormuz", "tank (a"))
    engine.checks["tank (a"] = UNCLOSED
    app = app_on(engine)
    async with app.run_test() as pilot:
        editor = await open_editor(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "the old rule stays live" in text(app))
        assert engine.calls_of("save_rule") == []
        assert editor.query_field.cursor_location == (0, 5)


async def test_a_new_rule_is_saved_with_what_was_typed_and_the_editor_closes() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot, "n")
        await pilot.press(*"tanker", "enter", *"NOT film")
        await pilot.press("shift+tab", "space", "shift+tab", "c", "shift+tab", *"Escort")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        draft = RuleDraft("tanker\nNOT film", "Escort", "", Severity.CRITICAL, enabled=False)
        assert engine.calls_of("save_rule") == [(draft, None)]
        await until(pilot, lambda: "saved escort; it is off" in text(app))
        await until(pilot, lambda: selected(app) == "escort")


async def test_an_edited_rule_keeps_its_id_and_replaces_the_old_one() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot, "j", "enter")
        await pilot.press(*" wheat", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        [(draft, replaces)] = engine.calls_of("save_rule")
        assert isinstance(draft, RuleDraft)
        assert (draft.query, draft.id, replaces) == ("harvest wheat", GRAIN, GRAIN)
        await until(pilot, lambda: "saved grain; live now" in text(app))


async def test_saving_says_how_many_stored_entries_the_tried_query_matched() -> None:
    engine = engine_of(hits=[hit("Tanker turned back"), hit("Grain ships sail", 1), hit("Tanker towed", 2)])
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_editor(pilot, "n")
        await pilot.press(*"tanker")
        await until(pilot, lambda: "2 hits" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "saved tanker; live now; 2 stored entries match, held as rule-change" in text(app))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileChanged(Path("rules.toml")), "changed on disk"),
        (RuleRefused("there is a rule of that id"), "there is a rule of that id"),
        (StoreError("the disk is full"), "the disk is full"),
    ],
)
async def test_a_refused_save_is_told_and_nothing_typed_is_lost(error: Exception, told: str) -> None:
    engine = engine_of()
    engine.failures["save_rule"] = error  # type: ignore[assignment]  # each of them is a NewswatchError
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        editor = await open_editor(pilot, "n")
        await pilot.press(*"tanker", "ctrl+s")
        await until(pilot, lambda: told in text(app))
        assert editor.query_field.text == "tanker"
        assert app.screen is editor
        engine.failures.clear()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))


async def test_escape_leaves_at_once_when_nothing_changed_and_asks_when_something_did() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        await pilot.press("x", "escape")
        await until(pilot, lambda: "Throw away what you typed?" in text(app))
        assert "esc keep editing" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert editor_of(app).query_field.text == "tankerx"
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))


async def test_quitting_with_an_unsaved_rule_asks() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await pilot.press("x", "ctrl+c")
        await until(pilot, lambda: "changes that are not saved" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert app.return_code is None


async def test_a_good_query_is_tried_on_the_history() -> None:
    engine = engine_of(hits=[hit("Tanker turned back"), hit("Grain ships sail", 1), hit("Tanker towed", 2)])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "3 stored entries" in text(app))
        assert "Tanker towed" in text(app)


async def test_a_trial_that_fails_is_told() -> None:
    engine = engine_of()
    engine.failures["backtest"] = StoreError("the history cannot be read")
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "the history cannot be read" in text(app))


async def test_a_trial_that_raises_what_nobody_expected_does_not_end_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of()

    async def broken(draft: RuleDraft, replaces: RuleId | None) -> AsyncGenerator[Backtest, None]:
        if draft.query:
            raise KeyError(draft, replaces)
        yield Backtest(0)

    monkeypatch.setattr(engine, "backtest", broken)
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "KeyError" in text(app))
        assert app.return_code is None


async def test_hints_are_shown_for_a_good_query() -> None:
    engine = engine_of()
    engine.checks["tanker"] = QueryCheck(hints=("an accent does not matter here",))
    app = app_on(engine)
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: "an accent does not matter here" in text(app))


async def test_keywords_are_edited_as_the_query_they_mean() -> None:
    rule = build.rule("", id=GRAIN, keywords=("grain corridor", "harvest"))
    app = app_on(engine_of(build.rule_status(rule)))
    async with app.run_test() as pilot:
        editor = await open_editor(pilot)
        assert editor.query_field.text == '"grain corridor" OR "harvest"'


async def test_a_query_of_several_lines_is_edited_without_the_blanks_that_the_file_has() -> None:
    engine = engine_of(status("hormuz", "tanker OR\n           vessel"))
    app = app_on(engine)
    async with app.run_test() as pilot:
        editor = await open_editor(pilot)
        assert editor.query_field.text == "tanker OR\nvessel"
        assert not editor.unsaved
        editor.name_field.value = "Ships"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        [(draft, _)] = engine.calls_of("save_rule")
        assert isinstance(draft, RuleDraft)
        assert draft.query == "tanker OR\n           vessel"  # nobody touched it


@pytest.mark.parametrize("query", ["/a\n  b/", "troops\n  url:/sea/", "tanker"])
def test_a_query_whose_blanks_may_mean_something_is_edited_as_it_stands(query: str) -> None:
    assert outdented(query) == query


def test_a_distance_is_no_regular_expression() -> None:
    assert outdented("troops NEAR/6\n   border\n   ATLEAST/2 sea") == "troops NEAR/6\nborder\nATLEAST/2 sea"


async def test_the_words_of_a_query_are_switched_between_a_phrase_and_all_of_them_anywhere() -> None:
    engine = engine_of(status("hormuz", "North Korean troops"))
    engine.checks["North Korean troops"] = QueryCheck(otherwise="North AND Korean AND troops")
    engine.checks["North AND Korean AND troops"] = QueryCheck(otherwise='"North Korean troops"')
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        editor = await open_editor(pilot)
        await until(pilot, lambda: "^t phrase/all words" in text(app))
        await pilot.press("ctrl+t")
        assert editor.query_field.text == "North AND Korean AND troops"
        await pilot.press("ctrl+t")
        assert editor.query_field.text == '"North Korean troops"'
        await until(pilot, lambda: "^t phrase" not in text(app))  # as the check of it has no other way
        await pilot.press("ctrl+t")
        assert editor.query_field.text == '"North Korean troops"'
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.query_field.text == "North Korean troops"


async def test_a_rule_that_is_wrong_elsewhere_than_in_its_query_says_so_in_the_editor() -> None:
    problem = RuleProblem(HORMUZ, 'unknown key "colour"', None, 'write "color"', 9)
    app = app_on(engine_of(status("hormuz", is_live=False, problem=problem)))
    async with app.run_test() as pilot:
        await open_editor(pilot)
        await until(pilot, lambda: 'unknown key "colour" (rules.toml, line 9); write "color"' in text(app))


async def test_e_on_an_alert_opens_the_rule_that_fired() -> None:
    engine = engine_of(hits=[hit("Tanker turned back", rule="hormuz")])
    app = app_on(engine)
    async with app.run_test() as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert editor_of(app).query_field.text == "tanker"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_e_on_an_alert_of_a_deleted_rule_says_that_it_is_gone() -> None:
    app = app_on(engine_of(status("grain"), hits=[hit("Tanker turned back", rule="hormuz")]))
    async with app.run_test() as pilot:
        await pilot.press("e")
        await until(pilot, lambda: "there is no rule hormuz any more" in text(app))
        assert isinstance(app.screen, AlertsScreen)


async def test_a_rule_deleted_while_it_is_edited_says_so_and_keeps_what_was_typed() -> None:
    engine = engine_of()
    app = app_on(engine)
    async with app.run_test() as pilot:
        editor = await open_editor(pilot)
        await pilot.press("x")
        engine.publish(RulesChanged((status("grain"),)))
        await until(pilot, lambda: "deleted meanwhile" in text(app))
        assert editor.query_field.text == "tankerx"


async def test_choices_go_round_by_space_and_by_letter() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        editor = await open_editor(pilot, "n")
        editor.severity.focus()
        await pilot.press("h")
        assert chosen(editor) == "high"
        await pilot.press("space", "space", "space")
        assert chosen(editor) == "critical"
        await pilot.press("left")
        assert chosen(editor) == "low"


def test_saving_is_told_in_what_it_did() -> None:
    assert saved_in_words(HORMUZ, status("hormuz")) == (
        "saved hormuz; live now; what is stored is being matched too, held as rule-change"
    )
    edited = Backtest(90, hits=12, saved_hits=9, added=4, gone=1, is_complete=True)
    assert saved_in_words(HORMUZ, status("hormuz"), edited).endswith(
        "live now; 12 stored entries match, 4 of them new, held as rule-change"
    )
    assert saved_in_words(HORMUZ, status("hormuz"), replace(edited, added=0)).endswith("match, none of them new")
    assert saved_in_words(HORMUZ, status("hormuz"), Backtest(90, hits=1)).endswith(
        "1 stored entry matches, held as rule-change"
    )
    assert saved_in_words(HORMUZ, status("hormuz"), Backtest(90)).endswith("nothing in what is stored matches")
    broken = status("hormuz", is_live=False, problem=RuleProblem(HORMUZ, "unknown alias"))
    assert saved_in_words(HORMUZ, broken).endswith("it is not live: unknown alias")


def test_places_are_counted_from_one_in_code_points() -> None:
    assert place_of("兵士 (a", 3) == "column 4"
    assert place_of("a\n兵士 (a", 5) == "line 2, column 4"
    assert place_of("", 0) == "column 1"


def test_the_caret_follows_the_row_that_a_wrapped_query_puts_the_mistake_on() -> None:
    rows = ["".join(piece.text for piece in row) for row in query_rows("alpha beta gamma (delta", 12, 17)]
    assert rows == ["alpha beta", "gamma (delta", "      ^"]


@pytest.mark.parametrize("offset", [-1, 0, 1, 99])
def test_an_offset_outside_the_query_still_has_a_caret(offset: int) -> None:
    assert any(piece.text == "^" for row in query_rows("", 10, offset) for piece in row)
    assert any(piece.text == "^" for row in query_rows("a b", 1, offset) for piece in row)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_hostile_text_in_every_field_of_a_rule_is_shown_harmless(number: int) -> None:
    sample = HOSTILE[number][:LONG]
    rule = build.rule(
        sample or "q",
        id=RuleId(sample or "r"),
        name=sample,
        tags=(sample,),
        fields=(sample,),
        languages=(sample,),
        feeds=(sample,),
        notes=sample,
        must=(sample,),
        must_not=(sample,),
    )
    problem = RuleProblem(rule.id, sample, min(3, len(rule.text)), sample, 5)
    engine = ScriptedEngine(rules=[build.rule_status(rule, is_live=False, problem=problem), status("other", sample)])
    engine.checks[rule.text] = QueryCheck(sample or "wrong", len(rule.text), sample)
    engine.checks[rule.text + "x"] = QueryCheck(hints=(sample, sample))
    engine.failures["set_rule_enabled"] = RuleRefused(f"refused: {sample}")
    engine.failures["save_rule"] = RuleRefused(f"refused: {sample}")
    app = app_on(engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot)
        await check_sizes(pilot, app)
        for keys in (["j"], ["k"], ["space"], ["d"], ["escape"], ["question_mark"], ["escape"], ["colon"], ["escape"]):
            await pilot.press(*keys)
            await pilot.pause()
            check(app)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        await check_sizes(pilot, app)
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        check(app)
        assert app.return_code is None


async def test_hostile_text_pasted_into_the_fields_is_only_text() -> None:
    app = app_on(engine_of())
    async with app.run_test() as pilot:
        editor = await open_editor(pilot, "n")
        for sample in HOSTILE:
            editor.query_one(QueryField).text = sample
            editor.query_one("#rule-name", Input).value = sample[:500]
            await pilot.pause(0.15)
            check(app)


async def test_every_size_paints_the_rules_and_the_editor() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(120, 40)) as pilot:
        await open_rules(pilot)
        for editing in (False, True):
            if editing:
                await pilot.press("e")
                await until(pilot, lambda: isinstance(app.screen, EditorScreen))
            for size in ((200, 50), (80, 24), (40, 12), (10, 3), (1, 1), (120, 40)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                check(app)


async def test_a_screen_that_was_resized_while_another_was_shown_has_the_new_layout() -> None:
    app = app_on(engine_of())
    async with app.run_test(size=(200, 50)) as pilot:
        await open_rules(pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        await pilot.resize_terminal(40, 12)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        await until(pilot, lambda: not rules_of(app).detail.display)
        check(app)


async def test_a_long_query_opens_at_its_start_and_its_mistake_stands_above_it() -> None:
    query = "\n".join(f"word{number} OR" for number in range(40))
    broken = RuleProblem(HORMUZ, "OR joins nothing here", len(query) - 1, "write a word after it", 4)
    app = app_on(engine_of(status("hormuz", query, problem=broken)))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_rules(pilot)
        await until(pilot, lambda: "write a word after it" in text(app) and "word0 OR" in text(app))
        shown = text(app)
        assert shown.rindex("OR joins nothing here") < shown.index("word0 OR")
        await open_editor(pilot)
        await until(pilot, lambda: "word0 OR" in text(app))
