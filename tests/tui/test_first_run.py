"""The first screen that anybody sees: two questions, then the feeds as they come in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from newswatch.engine.api.feeds import Candidate, ListedFeeds, Search, Skipped
from newswatch.engine.api.first_run import Choice
from newswatch.errors import StoreError
from newswatch.model.event import FeedChanged, HitsStored, Liveness, LivenessChanged, Totals, TotalsChanged
from newswatch.model.feed import FeedStatus
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.testing.first_run import ScriptedFirstRun
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.first_run import FirstRunScreen
from tests.tui.stage import app_on, hit, lines, text, titles, until
from tests.tui.test_feeds_screen import DNIPRO, GULF, health
from tests.tui.test_help_and_palette import help_on, told
from tests.tui.test_hostile_text import HOSTILE, check

HARBOUR = build.feed("https://harbour.example/rss", name="Harbour News")


class Stage:
    """An app in a home without files, and whether its engine was started."""

    def __init__(self, **options: Any) -> None:
        self.first_run = ScriptedFirstRun()
        self.first_run.searches["harbour.example"] = [
            Search("https://harbour.example/", 1),
            Search(asked=1, found=(Candidate(HARBOUR, HARBOUR.url, HARBOUR.name),), is_complete=True),
        ]
        self.first_run.lists["~/mine.opml"] = ListedFeeds(
            "mine.opml", (HARBOUR, DNIPRO.feed), skipped=(Skipped(3, "file:///x", "is not an address of the web"),)
        )
        self.engine = ScriptedEngine(liveness=Liveness.STARTING)
        self.starts = 0
        self.app: NewswatchApp = app_on(self.engine, first_run=self.first_run, run_engine=self._run, **options)

    async def _run(self) -> None:
        self.starts += 1
        await asyncio.Event().wait()

    async def to_feeds(self, pilot: Pilot[int], words: str = "North Korean troops") -> None:
        """Answers the first question."""
        await until(pilot, lambda: "Watch for what?" in text(self.app))
        await pilot.press(*words, "enter")
        await until(pilot, lambda: "Read which feeds?" in text(self.app))

    async def to_loading(self, pilot: Pilot[int]) -> None:
        """Answers both."""
        await self.to_feeds(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: self.starts == 1)

    @property
    def choice(self) -> Choice:
        (choice,) = self.first_run.choices
        return choice


async def test_words_become_rules_under_the_eyes_and_all_packs_are_chosen() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        assert "the 2 starter rules. They watch for Bank failure, Coup." in text(stage.app)
        await pilot.press(*"North Korean troops, Hormuz")
        await until(pilot, lambda: "It becomes these 2 rules:" in text(stage.app))
        assert '"North Korean troops"' in text(stage.app)
        await pilot.press("enter")
        await until(pilot, lambda: "6 feeds" in text(stage.app))
        assert stage.first_run.choices == []
        assert stage.starts == 0
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)
        assert [watch.query for watch in stage.choice.watches] == ['"North Korean troops"', "Hormuz"]
        assert (stage.choice.packs, stage.choice.feeds, stage.choice.and_starter) == (None, (), False)


async def test_escape_at_each_question_takes_what_newswatch_comes_with() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        await pilot.press(*"half a tho", "escape")
        await until(pilot, lambda: "Read which feeds?" in text(stage.app))
        await pilot.press("j", "space", "escape")
        await until(pilot, lambda: stage.starts == 1)
        assert stage.choice == Choice()


async def test_the_starter_rules_can_be_had_beside_ones_own() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        await pilot.press(*"Hormuz", "tab", "space")
        await until(pilot, lambda: "● and the 2 starter rules" in text(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: "Read which feeds?" in text(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: bool(stage.first_run.choices))
        assert stage.choice.and_starter


async def test_a_mistake_holds_the_first_question_and_shows_its_place() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        await pilot.press(*"good, bad!!", "enter")
        await until(pilot, lambda: "one of these is no rule yet" in text(stage.app))
        assert "this is no query" in text(stage.app)
        assert any(line.strip() == "^" for line in lines(stage.app))


async def test_packs_are_chosen_with_space_and_none_at_all_is_no_answer() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("j", "space")
        await until(pilot, lambda: "4 feeds" in text(stage.app))
        await pilot.press("a", "a", "enter")
        await until(pilot, lambda: "nothing is chosen" in text(stage.app))
        await pilot.press("j", "space", "enter")
        await until(pilot, lambda: stage.starts == 1)
        assert stage.choice.packs == ("Science",)


async def test_an_address_or_a_list_joins_the_packs() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"harbour.example", "enter")
        await until(pilot, lambda: "7 feeds" in text(stage.app))
        await pilot.press("tab", *"~/mine.opml", "enter")
        await until(pilot, lambda: "9 feeds" in text(stage.app))
        assert "1 line skipped: is not an address of the web" in " ".join(text(stage.app).split())
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)
        assert stage.choice.feeds == (HARBOUR, HARBOUR, DNIPRO.feed)


async def test_escape_lets_go_of_a_line_that_is_being_typed_before_anything_is_written() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"harb", "escape")
        await until(pilot, lambda: "harb" not in text(stage.app))
        assert stage.first_run.choices == []
        await pilot.press("escape")
        await until(pilot, lambda: stage.starts == 1)


@pytest.mark.parametrize(("typed", "said"), [("nowhere.example", "no such host"), ("./none.opml", "cannot be read")])
async def test_what_cannot_be_found_is_said_and_the_packs_stay(typed: str, said: str) -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *typed, "enter")
        await until(pilot, lambda: said in text(stage.app))
        assert stage.first_run.choices == []


async def test_feeds_come_in_with_a_row_each_and_the_count_grows() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_loading(pilot)
        await until(pilot, lambda: "made in home/" in text(stage.app))
        assert "rules.toml · feeds.opml" in text(stage.app)
        ok = replace(DNIPRO, entries=30, hits=2, state=replace(DNIPRO.state, last_checked_at=build.at(9)))
        waiting = health("Tagesblick", FeedStatus.NEW)
        stage.engine.publish(
            *map(FeedChanged, (waiting, GULF, ok)), TotalsChanged(Totals(30, 2, 2)), LivenessChanged(Liveness.LIVE)
        )
        await until(pilot, lambda: "30 entries read" in text(stage.app))
        shown = text(stage.app)
        assert "2 matched your rules" in shown
        assert "1 of 3 feeds answered · 1 did not · 1 to go" in shown
        assert "503 Service Unavailable" in shown
        assert "backlog" in shown
        assert shown.index("Dnipro Wire") < shown.index("Tagesblick")


async def test_then_the_monitor_opens_with_the_backlog_in_it() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_loading(pilot)
        stage.engine.publish(LivenessChanged(Liveness.LIVE), HitsStored((hit("North Korean troops seen"),)))
        await until(pilot, lambda: "open the monitor" in lines(stage.app)[-1])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.app.screen, AlertsScreen))
        await until(pilot, lambda: titles(stage.app) == ["North Korean troops seen"])
        await pilot.press("4")
        await until(pilot, lambda: not isinstance(stage.app.screen, AlertsScreen))


async def test_with_no_network_it_says_so_and_offers_the_demo_by_name_and_key() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_loading(pilot)
        assert "D demo" not in lines(stage.app)[-1]
        stage.engine.publish(LivenessChanged(Liveness.OFFLINE))
        await until(pilot, lambda: "No feed can be reached." in text(stage.app))
        assert "newswatch demo" in text(stage.app)
        await pilot.press("D")
        await until(pilot, lambda: stage.first_run.wants_demo and bool(stage.engine.calls_of("quit")))


async def test_quitting_in_the_middle_writes_nothing_and_ends_well() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("q")
        await until(pilot, lambda: stage.app.return_code == 0)
    assert stage.first_run.choices == []
    assert stage.starts == 0


async def test_files_that_cannot_be_written_are_said_and_can_be_tried_again() -> None:
    stage = Stage()
    stage.first_run.failure = StoreError("the disk is full")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "the disk is full" in text(stage.app))
        assert stage.starts == 0
        stage.first_run.failure = None
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)


async def test_keys_of_other_screens_lead_nowhere_yet() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("3", "4", "colon", "ctrl+p", "H", "p", "f2", "T")
        await pilot.pause()
        assert isinstance(stage.app.screen, FirstRunScreen)
        await pilot.press("ctrl+b")
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        assert "North Korean troops" in text(stage.app)


@pytest.mark.parametrize("icons", ["unicode", "ascii"])
@pytest.mark.parametrize("size", [(40, 10), (58, 16), (80, 24), (120, 40), (200, 50)])
async def test_each_step_fits_every_size_and_a_resize_loses_nothing(size: tuple[int, int], icons: str) -> None:
    stage = Stage(icons=icons)

    def fits() -> None:
        for line in lines(stage.app):
            assert cell_len(line) == stage.app.size.width
        if icons == "ascii":
            assert not [sign for sign in "●▲■◌○‖…·✓▃─▌" if sign in text(stage.app)]

    async with stage.app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Watch for what?" in text(stage.app))
        fits()
        await pilot.press(*"North Korean troops, Hormuz")
        await pilot.resize_terminal(10, 3)
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: "Hormuz" in text(stage.app))
        fits()
        await pilot.press("enter")
        await until(pilot, lambda: "Read which feeds?" in text(stage.app))
        fits()
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)
        stage.engine.publish(*map(FeedChanged, (DNIPRO, GULF)), LivenessChanged(Liveness.OFFLINE))
        await until(pilot, lambda: "No feed can be reached." in text(stage.app))
        fits()


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_hostile_words_are_shown_harmless(number: int) -> None:
    sample = HOSTILE[number]
    stage = Stage()
    feed = replace(HARBOUR, name=sample)
    stage.first_run.searches["x.example"] = [
        Search(sample, 1),
        Search(asked=1, found=(Candidate(feed, sample, sample),), is_complete=True),
    ]
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"x.example", "enter")
        await until(pilot, lambda: "7 feeds" in text(stage.app))
        check(stage.app)
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)
        row = build.feed_health(feed, label=sample, address=sample)
        state = replace(row.state, status=FeedStatus.FAILING, last_error=sample, failures=3)
        stage.engine.publish(FeedChanged(replace(row, state=state)))
        await until(pilot, lambda: "0 of 1 feed answered" in text(stage.app))
        check(stage.app)


async def test_each_feed_of_a_page_is_offered_as_soon_as_it_answers() -> None:
    stage = Stage()
    stage.first_run.hold = asyncio.Event()
    one, two = Candidate(HARBOUR, HARBOUR.url, "Harbour News"), Candidate(GULF.feed, GULF.feed.url, "Gulf Wire")
    stage.first_run.searches["harbour.example"] = [
        Search("https://harbour.example/", 1),
        Search("https://harbour.example/gulf", 2, found=(one,)),
        Search(asked=2, found=(one, two), is_complete=True),
    ]
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("a", "tab", *"harbour.example", "enter")
        await until(pilot, lambda: "asking https://harbour.example/gulf, 1 feed found so far" in text(stage.app))
        assert "✓ Harbour News" in text(stage.app)
        await pilot.press("tab", "G", "space")
        await until(pilot, lambda: "○ Harbour News" in text(stage.app))
        stage.first_run.hold.set()
        await until(pilot, lambda: "✓ 2 feeds found; space chooses" in text(stage.app))
        assert "○ Harbour News" in text(stage.app)  # what a person left stays left
        assert "○ Gulf Wire" in text(stage.app)


async def test_enter_goes_on_with_what_was_found_while_the_rest_is_looked_for() -> None:
    stage = Stage()
    stage.first_run.hold = asyncio.Event()
    candidate = Candidate(HARBOUR, HARBOUR.url, "Harbour News")
    stage.first_run.searches["harbour.example"] = [
        Search("https://harbour.example/", 1),
        Search("https://harbour.example/gulf", 2, found=(candidate,)),
        Search(asked=2, found=(candidate,), is_complete=True),
    ]
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("a", "tab", *"harbour.example", "enter")
        await until(pilot, lambda: "✓ Harbour News" in text(stage.app))
        await pilot.press("enter")
        await until(pilot, lambda: stage.starts == 1)
        assert stage.choice.feeds == (HARBOUR,)


async def test_what_is_typed_while_feeds_are_looked_for_is_not_thrown_away() -> None:
    stage = Stage()
    stage.first_run.hold = asyncio.Event()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"harbour.example", "enter")
        await until(pilot, lambda: "asking https://harbour.example/" in text(stage.app))
        await pilot.press(*"/sea")
        stage.first_run.hold.set()
        await until(pilot, lambda: "asking" not in text(stage.app))
        assert "harbour.example/sea" in text(stage.app)
        assert "Harbour News" not in text(stage.app)


@pytest.mark.parametrize("size", [(80, 24), (58, 16), (40, 10)])
async def test_the_field_and_what_is_said_of_it_stay_in_sight_under_a_long_list(size: tuple[int, int]) -> None:
    stage = Stage()
    found = tuple(
        Candidate(feed, feed.url, feed.name)
        for feed in (build.feed(f"https://harbour.example/{number}", name=f"Section {number}") for number in range(20))
    )
    stage.first_run.searches["harbour.example"] = [Search(asked=20, found=found, is_complete=True)]
    async with stage.app.run_test(size=size) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"harbour.example", "enter")
        await until(pilot, lambda: "20 feeds found; space chooses" in text(stage.app))
        assert "and        an address" in text(stage.app)
        await pilot.press("G")
        await until(pilot, lambda: "Section 19" in text(stage.app))


async def test_escape_takes_all_starter_feeds_and_leaves_what_a_person_found() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("tab", *"harbour.example", "enter")
        await until(pilot, lambda: "✓ Harbour News" in text(stage.app))
        assert "esc all starter feeds" in lines(stage.app)[-1]
        await pilot.press("tab", "x")
        await until(pilot, lambda: "esc clear" in lines(stage.app)[-1])
        await pilot.press("escape", "escape")
        await until(pilot, lambda: bool(stage.first_run.choices))
        assert (stage.choice.packs, stage.choice.feeds) == (None, (HARBOUR,))


async def test_why_the_files_cannot_be_written_is_said_in_full() -> None:
    stage = Stage()
    stage.first_run.failure = StoreError(
        f"cannot write /media/{'deep/' * 20}rules.toml: read-only. Choose another home"
    )
    async with stage.app.run_test(size=(58, 16)) as pilot:
        await stage.to_feeds(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Choose another" in text(stage.app))
        await pilot.press("j")
        await pilot.pause()
        assert "Choose another" in text(stage.app)


async def test_help_lists_no_key_that_does_nothing_in_a_first_run() -> None:
    stage = Stage()
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await stage.to_feeds(pilot)
        said = told(await help_on(pilot))
        for useless in (
            "acks, stars",
            "The mutes",
            "Open rules.toml",
            "Alerts screen",
            "palette",
            "newswatch demo",
            "theme",
        ):
            assert useless not in said
        for useful in ("all starter feeds", "Choose all", "Back to the question", "One row down", "Quit"):
            assert useful in said
