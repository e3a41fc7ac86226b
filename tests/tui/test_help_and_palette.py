"""Help tells every key, sign and word; the palette does all that keys can, for every rule and feed."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from newswatch.model.rule import RuleId, RuleStatus
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.commands import Command, matching
from newswatch.tui.keys import TABLE
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.feeds import FeedsScreen
from newswatch.tui.screens.help import HelpScreen
from newswatch.tui.screens.palette import PaletteScreen
from newswatch.tui.screens.rules import RulesScreen
from tests.tui.stage import app_on, hit, text, until
from tests.tui.test_hostile_text import HOSTILE, SIZES, check


def rule(name: str) -> RuleStatus:
    return build.rule_status(build.rule("tanker", id=RuleId(name), name=f"About {name}"))


def engine() -> ScriptedEngine:
    return ScriptedEngine(
        hits=[hit("Tanker turned back", rule="hormuz")],
        rules=[rule("hormuz"), rule("grain")],
        feeds=[build.feed_health(build.feed(name="Gulf Wire"))],
    )


async def help_on(pilot: Pilot[int], key: str = "question_mark") -> HelpScreen:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen) and bool(pilot.app.screen.sheet._lines))
    assert isinstance(pilot.app.screen, HelpScreen)
    return pilot.app.screen


def told(screen: HelpScreen) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in screen.sheet._lines)


async def palette_on(pilot: Pilot[int], *typed: str) -> PaletteScreen:
    await pilot.press("colon")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, PaletteScreen) and pilot.app.screen.rows.selected is not None
    )
    assert isinstance(pilot.app.screen, PaletteScreen)
    palette = pilot.app.screen
    await pilot.press(*typed)
    await pilot.pause()
    return palette


def offered(palette: PaletteScreen) -> list[str]:
    return [command.words for command in palette.rows._items]


async def test_help_tells_the_keys_of_the_screen_the_signs_and_the_words() -> None:
    app = app_on(engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        screen = await help_on(pilot)
        said = told(screen)
        assert "Switch the rule on or off." in said
        assert "Ack the story" not in said
        for word in ("feed", "entry", "rule", "hit", "story", "alert", "held", "backlog", "rule-change"):
            assert f"  {word} " in said
        for sign in "●◐○✓★▲✗■‖⟳":
            assert sign in said
        assert "Help: Rules" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))


@pytest.mark.parametrize(("keys", "name"), [(("enter",), "Article"), (("3", "e"), "Rule editor"), (("1",), "Alerts")])
async def test_help_is_headed_by_what_it_is_about(keys: tuple[str, ...], name: str) -> None:
    app = app_on(engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "LIVE" in text(app))
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.press("f1")
        await until(pilot, lambda: f"Help: {name}" in text(app))


async def test_help_shows_keys_as_they_were_remapped() -> None:
    app = app_on(engine(), keys={"rule.toggle": "f9"})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, RulesScreen))
        said = told(await help_on(pilot))
        line = next(line for line in said.splitlines() if "Switch the rule on or off." in line)
        assert line.split()[0].casefold() == "f9"


async def test_help_is_searched_by_typing() -> None:
    app = app_on(engine())
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await help_on(pilot)
        await pilot.press("slash", *"backlog")
        await until(pilot, lambda: "Everywhere" not in told(screen))
        assert "it stood in the feed when it was first read" in told(screen)
        await pilot.press("escape")
        await until(pilot, lambda: "Everywhere" in told(screen))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_help_scrolls_with_the_keys_of_any_list() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        screen = await help_on(pilot)
        await pilot.press("G")
        await until(pilot, lambda: screen.sheet.scroll_offset.y > 0)
        await pilot.press("g")
        await until(pilot, lambda: screen.sheet.scroll_offset.y == 0)


async def test_help_opens_in_the_editor_by_f1_and_a_question_mark_is_typed() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        editor = app.screen
        assert isinstance(editor, EditorScreen)
        await pilot.press("question_mark", "colon")
        assert editor.query_field.text == "tanker?:"
        assert "Save the rule" in told(await help_on(pilot, "f1"))


@pytest.mark.parametrize(("name", "screen"), [("rules", RulesScreen), ("feeds", FeedsScreen), ("4", FeedsScreen)])
async def test_the_palette_goes_to_a_screen_by_name(name: str, screen: type) -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        await palette_on(pilot, *name, "enter")
        await until(pilot, lambda: isinstance(app.screen, screen))


async def test_an_enter_that_comes_before_anything_was_typed_does_nothing() -> None:
    made = engine()
    app = app_on(made)
    async with app.run_test() as pilot:
        palette = await palette_on(pilot, "enter")
        assert app.screen is palette
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(made.calls_of("set_acked")))


async def test_the_palette_opens_by_ctrl_p_too_and_escape_closes_it() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_the_palette_does_what_a_key_does() -> None:
    made = engine()
    app = app_on(made)
    async with app.run_test() as pilot:
        palette = await palette_on(pilot)
        assert "ack" in offered(palette)
        assert "quit" in offered(palette)
        assert offered(palette)[:2] == ["open article", "ack"]
        await pilot.press(*"star", "enter")
        await until(pilot, lambda: bool(made.calls_of("set_starred")))


async def test_the_palette_offers_every_rule_and_every_feed() -> None:
    made = engine()
    app = app_on(made)
    async with app.run_test() as pilot:
        palette = await palette_on(pilot)
        assert {"edit rule grain: About grain", "switch off rule grain: About grain", "check feed Gulf Wire"} <= set(
            offered(palette)
        )
        await pilot.press(*"switch grain", "enter")
        await until(pilot, lambda: made.calls_of("set_rule_enabled") == [(RuleId("grain"), False)])
        await palette_on(pilot, *"check gulf", "enter")
        await until(pilot, lambda: bool(made.calls_of("check_feeds")))
        await palette_on(pilot, *"edit grain", "enter")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))


async def test_the_palette_goes_to_a_feed_by_its_name() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        await palette_on(pilot, *"feed gulf", "enter")
        await until(pilot, lambda: isinstance(app.screen, FeedsScreen) and app.screen.selected is not None)
        assert isinstance(app.screen, FeedsScreen)
        assert app.screen.selected is not None
        assert app.screen.selected.label == "Gulf Wire"


def test_the_screens_stand_in_the_order_of_their_numbers() -> None:
    assert [key.shown for key in TABLE if key.id.startswith("go.")] == list("123456")


async def test_up_and_down_choose_in_the_palette_without_leaving_the_field() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        palette = await palette_on(pilot, *"rule", "down", "down", "up")
        assert palette.rows.index == 1
        assert palette.needle.has_focus
        await pilot.press(*"zzz")
        await until(pilot, lambda: "Nothing here is called that." in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))


async def test_the_palette_quits() -> None:
    app = app_on(ScriptedEngine())
    async with app.run_test() as pilot:
        await palette_on(pilot, *"quit", "enter")
        await until(pilot, lambda: app.return_code is not None)


@pytest.mark.parametrize("size", [*SIZES, (40, 12), (10, 3)])
async def test_help_and_palette_stand_at_every_size_with_hostile_names(size: tuple[int, int]) -> None:
    app = app_on(
        ScriptedEngine(
            rules=[
                build.rule_status(build.rule(id=RuleId(f"{sample}{n}"), name=sample))
                for n, sample in enumerate(HOSTILE)
            ],
            feeds=[
                build.feed_health(build.feed(f"https://x.example/{n}", name=sample), label=sample)
                for n, sample in enumerate(HOSTILE)
            ],
        )
    )
    async with app.run_test(size=size) as pilot:
        await palette_on(pilot, *"check")
        check(app)
        await pilot.press("down", "down", "pagedown")
        await pilot.pause()
        check(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AlertsScreen))
        await help_on(pilot)
        check(app)
        assert app.return_code is None


async def test_markup_typed_into_the_palette_is_only_text() -> None:
    app = app_on(engine())
    async with app.run_test() as pilot:
        await palette_on(pilot, *"[/x] [bold")
        check(app)
        assert isinstance(app, NewswatchApp)


def test_what_is_typed_finds_the_key_then_the_name_then_its_beginning() -> None:
    def command(words: str, key: str = "") -> Command:
        return Command(words, words, lambda: None, key)

    commands = [
        command("check feed Alerts Daily"),
        command("acknowledge"),
        command("alerts", "1"),
        command("alerts all"),
    ]
    assert [found.words for found in matching(commands, "alerts")] == [
        "alerts",
        "alerts all",
        "check feed Alerts Daily",
    ]
    assert matching(commands, "1")[0].words == "alerts"
    assert matching(commands, ":alerts")[0].words == "alerts"
    assert [found.words for found in matching(commands, "da ch")] == ["check feed Alerts Daily"]
    assert len(matching(commands, " ")) == 4


def test_every_key_has_an_id_of_its_own_and_a_sentence() -> None:
    assert len({key.id for key in TABLE}) == len(TABLE)
    assert all(key.help.endswith(".") for key in TABLE)


async def test_help_lists_n_once_for_what_it_does_now() -> None:
    for made, says in ((engine(), "next matched word"), (ScriptedEngine(), "Write a rule")):
        app = app_on(made)
        async with app.run_test(size=(120, 40)) as pilot:
            said = told(await help_on(pilot)).splitlines()
            of_n = [line for line in said if line.split()[:1] == ["n"]]
            assert len(of_n) == 1
            assert says in of_n[0]


async def test_the_palette_says_what_it_does_and_switches_the_theme() -> None:
    app = app_on(engine())
    async with app.run_test(size=(120, 40)) as pilot:
        palette = await palette_on(pilot)
        assert {"edit rule hormuz", "open in browser", "new rule", "theme: newswatch-day"} <= set(offered(palette))
        new = next(command for command in palette.rows._items if command.id == "rule.new")
        assert new.about == "Write a rule: what to watch for."
        assert new.key == "3 n"
        begins = {
            line.index(about)
            for line in text(app).splitlines()
            for about in ("Ack the story:", "Star the story", "To the Rules screen")
            if about in line
        }
        assert len(begins) == 1
        await pilot.press(*"newswatch-day", "enter")
        await until(pilot, lambda: app.theme == "newswatch-day")
