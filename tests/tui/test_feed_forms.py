"""What a person does to feeds on the Feeds screen: adds, edits, pauses, removes, puts back, answers, takes in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from newswatch.engine.api.feeds import Candidate, FeedDraft, ListedFeeds, Search, Skipped
from newswatch.errors import FeedsInvalid, FileChanged
from newswatch.model.event import FeedChanged
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.screens.feed_add import FeedAddScreen
from newswatch.tui.screens.feed_edit import FeedEditScreen
from newswatch.tui.screens.feed_gone import GoneScreen
from newswatch.tui.screens.feed_import import FeedImportScreen
from newswatch.tui.screens.feeds import FeedsScreen
from tests.tui.stage import app_on, lines, text, until
from tests.tui.test_feeds_screen import DNIPRO, GONE, GULF, PAUSED, feeds_of, health, open_feeds, selected
from tests.tui.test_hostile_text import HOSTILE, check

MOVED = health("Moved Post", moved_to="https://new.example/rss?key=s3cret", moved_answers=1)


def candidate(name: str, known: str = "") -> Candidate:
    feed = build.feed(f"https://harbour.example/{name}.xml", name="")
    return Candidate(feed, feed.url, f"Harbour {name}", "rss20", 30, ("Tanker reports boarding attempt",), known)


def scripted() -> ScriptedEngine:
    engine = ScriptedEngine(feeds=[replace(DNIPRO, feed=replace(DNIPRO.feed, folder=("Wires", "Sea"))), GULF, PAUSED])
    engine.feeds.searches["harbour.example"] = [
        Search("https://harbour.example/", 1),
        Search("https://harbour.example/feed", 2),
        Search(
            asked=2,
            page="https://harbour.example/",
            found=(candidate("News"), candidate("Sport"), candidate("Wire", "Dnipro Wire")),
            is_complete=True,
        ),
    ]
    engine.feeds.lists["mine.opml"] = ListedFeeds(
        "mine.opml",
        (build.feed("https://one.example/rss", name="One", folder=("Sea",)),),
        2,
        (Skipped(7, "file:///etc/passwd", "file: is not an address of the web"),),
        ("line 3: unknown attribute nw:intervall",),
    )
    return engine


async def on_screen(pilot: Pilot[int], key: str, kind: type[object]) -> None:
    await open_feeds(pilot)
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.screen.focused is not None)


def is_home(app: NewswatchApp) -> bool:
    return isinstance(app.screen, FeedsScreen)


async def test_an_address_is_typed_its_feeds_are_found_and_the_chosen_ones_are_added() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        assert "Add a feed" in text(app)
        await pilot.press(*"harbour.example", "enter")
        await until(pilot, lambda: "3 feeds behind https://harbour.example/" in text(app))
        assert "there already, as Dnipro Wire" in text(app)
        assert "Tanker reports boarding attempt" in text(app)
        assert "1 feed chosen" in text(app)
        await pilot.press("j", "space")
        await until(pilot, lambda: "2 feeds chosen" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: is_home(app))
        ((feeds,),) = engine.calls_of("add")
        assert isinstance(feeds, tuple)
        assert [(feed.name, feed.folder) for feed in feeds] == [
            ("Harbour News", ("Wires", "Sea")),
            ("Harbour Sport", ("Wires", "Sea")),
        ]
        await until(pilot, lambda: selected(app) == "Harbour News")
        await until(pilot, lambda: "added 2 feeds" in text(app))


async def test_a_feed_that_is_there_already_cannot_be_chosen_and_is_said() -> None:
    engine = scripted()
    engine.feeds.searches["dnipro.example"] = [
        Search(asked=1, found=(candidate("W", "Dnipro Wire"),), is_complete=True)
    ]
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        await pilot.press(*"dnipro.example", "enter")
        await until(pilot, lambda: "you have it already, as Dnipro Wire" in text(app))
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert engine.calls_of("add") == []


@pytest.mark.parametrize(("typed", "said"), [("no such place", "is no address"), ("nowhere.example", "no such host")])
async def test_what_is_no_address_or_cannot_be_reached_is_said_and_can_be_mended(typed: str, said: str) -> None:
    app = app_on(scripted())
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        app.screen.query_one("#feed-address", Input).value = typed
        await pilot.press("enter")
        await until(pilot, lambda: said in text(app))
        await pilot.press("backspace")
        await until(pilot, lambda: said not in text(app))


async def test_a_file_that_keeps_changing_refuses_the_feed_and_keeps_what_was_found() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        await pilot.press(*"harbour.example", "enter")
        await until(pilot, lambda: "1 feed chosen" in text(app))
        engine.failures["add"] = FileChanged(Path("feeds.opml"))
        await pilot.press("enter")
        await until(pilot, lambda: "changed on disk since it was read" in text(app))
        assert "1 feed chosen" in text(app)
        del engine.failures["add"]
        await pilot.press("enter")
        await until(pilot, lambda: is_home(app))


async def test_e_edits_the_line_of_a_feed() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "e", FeedEditScreen)
        assert "What you call it" in text(app)
        assert "Edit Dnipro Wire" in text(app)
        await pilot.press(
            "ctrl+u", *"Dnipro", "tab", "ctrl+u", *"Ukraine / Daily", "tab", "tab", *"5m", "tab", *"wires, ua"
        )
        await pilot.press("ctrl+s")
        await until(pilot, lambda: is_home(app))
        ((feed_id, draft),) = engine.calls_of("change")
        assert feed_id == DNIPRO.feed.id
        assert draft == FeedDraft("Dnipro", ("Ukraine", "Daily"), ("wires", "ua"), 300.0, "en")
        await until(pilot, lambda: selected(app) == "Dnipro")


async def test_a_new_address_asks_whether_the_history_goes_along() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "e", FeedEditScreen)
        assert "goes along" not in text(app)
        await pilot.press("tab", "tab", "ctrl+u", *"https://new.example/rss")
        await until(pilot, lambda: "goes along" in text(app))
        await pilot.press("tab", "space")
        await until(pilot, lambda: "● stays behind" in text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: is_home(app))
        ((_, draft),) = engine.calls_of("change")
        assert isinstance(draft, FeedDraft)
        assert (draft.address, draft.keeps_history) == ("https://new.example/rss", False)


async def test_what_makes_no_sense_is_said_under_the_fields_and_nothing_is_lost() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "e", FeedEditScreen)
        app.screen.query_one("#feed-interval", Input).value = "often"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "an interval is a number with a unit" in text(app))
        app.screen.query_one("#feed-interval", Input).value = "5m"
        engine.failures["change"] = FeedsInvalid(Path("feeds.opml"), "this is not well-formed XML", 3, 7)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "feeds.opml:3:7: this is not well-formed XML" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Throw away what you typed?" in text(app))
        await pilot.press("escape")
        assert "5m" in text(app)


async def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "e", FeedEditScreen)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: is_home(app))
        assert engine.calls_of("change") == []


async def test_p_pauses_and_resumes() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "‖ Dnipro Wire" in text(app))
        await pilot.press("p")
        await until(pilot, lambda: "● Dnipro Wire" in text(app))
        assert engine.calls_of("set_paused") == [((DNIPRO.feed.id,), True), ((DNIPRO.feed.id,), False)]


async def test_d_removes_and_u_puts_back() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        assert "put back" not in lines(app)[-1]
        await pilot.press("d")
        await until(pilot, lambda: "removed Dnipro Wire; its history stays" in text(app))
        assert len(feeds_of(app).view.feeds) == 2
        await pilot.press("d")
        await until(pilot, lambda: len(feeds_of(app).view.feeds) == 1)
        await pilot.press("u")
        await until(pilot, lambda: selected(app) == "Gulf Wire")
        await pilot.press("u")
        await until(pilot, lambda: selected(app) == "Dnipro Wire")
        await until(pilot, lambda: not feeds_of(app).check_action("put_back", ()))
        assert engine.calls_of("put_back") == [(GULF.feed.id,), (DNIPRO.feed.id,)]


async def test_a_feed_that_is_gone_for_good_is_kept_paused_or_removed_as_answered() -> None:
    engine = ScriptedEngine(feeds=[GONE, DNIPRO])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        assert "a answer" in lines(app)[-1]
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, GoneScreen) and "gone for good" in text(app))
        await pilot.press("escape", "a")
        await until(pilot, lambda: isinstance(app.screen, GoneScreen))
        await pilot.press("k")
        await until(pilot, lambda: "‖ Ledger Street" in text(app))
        assert engine.calls_of("remove") == []
        await pilot.press("p", "a")
        await until(pilot, lambda: isinstance(app.screen, GoneScreen))
        await pilot.press("enter")
        await until(pilot, lambda: engine.calls_of("remove") == [((GONE.feed.id,),)])


async def test_a_moved_feed_has_its_new_address_at_once_with_a_yes() -> None:
    engine = ScriptedEngine(feeds=[MOVED])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("a")
        await until(pilot, lambda: "Use its new address now?" in text(app))
        assert "1 of 3 answers said so" in text(app)
        assert "s3cret" not in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: engine.calls_of("accept_move") == [(MOVED.feed.id,)])
        await until(pilot, lambda: "has its new address" in text(app))
        assert not feeds_of(app).check_action("answer_feed", ())


async def test_a_list_shows_what_it_brings_and_what_is_skipped_before_it_is_added() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "i", FeedImportScreen)
        assert "Take in a list of feeds" in text(app)
        await pilot.press(*"none.opml", "enter")
        await until(pilot, lambda: "cannot be read: No such file" in text(app))
        app.screen.query_one(Input).value = "mine.opml"
        await pilot.press("enter")
        await until(pilot, lambda: "1 feed to add" in text(app))
        for said in ("2 there already", "1 skipped", "line 7: file:///etc/passwd", "unknown attribute nw:intervall"):
            assert said in text(app)
        assert engine.calls_of("add") == []
        await pilot.press("enter")
        await until(pilot, lambda: is_home(app) and selected(app) == "One")


async def test_capital_s_sorts_and_the_selection_stays_with_its_feed() -> None:
    engine = ScriptedEngine(feeds=[GULF, DNIPRO, GONE])
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("j", "S")
        await until(pilot, lambda: "by name" in text(app))
        assert [item.label for item in feeds_of(app).feeds._items] == ["Dnipro Wire", "Gulf Wire", "Ledger Street"]
        assert selected(app) == "Dnipro Wire"
        await pilot.press("S")
        await until(pilot, lambda: feeds_of(app).feeds._items[0].label == "Ledger Street")


async def test_the_filter_finds_by_state_and_error_and_escape_shows_all_again() -> None:
    app = app_on(ScriptedEngine(feeds=[GULF, DNIPRO, GONE]))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("slash", *"503")
        await until(pilot, lambda: [item.label for item in feeds_of(app).feeds._items] == ["Gulf Wire"])
        await pilot.press("backspace", "backspace", "backspace", *"zzz")
        await until(pilot, lambda: "No feed here passes" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: len(feeds_of(app).feeds._items) == 3)


async def test_a_follower_edits_the_file_and_is_refused_a_check() -> None:
    engine = ScriptedEngine(feeds=[DNIPRO, GULF], is_read_only=True)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_feeds(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "‖ Dnipro Wire" in text(app))
        await pilot.press("r")
        await until(pilot, lambda: "is in use by" in text(app))


@pytest.mark.parametrize("size", [(58, 16), (80, 24), (120, 40), (200, 50)])
@pytest.mark.parametrize("key", ["n", "e", "i", "a"])
async def test_forms_fit_every_size(size: tuple[int, int], key: str) -> None:
    engine = scripted()
    app = app_on(ScriptedEngine(feeds=[GONE]) if key == "a" else engine, icons="ascii")
    async with app.run_test(size=size) as pilot:
        await open_feeds(pilot)
        await pilot.press(key)
        await until(pilot, lambda: len(app.screen_stack) > 1)
        if key == "n":
            await pilot.press(*"harbour.example", "enter")
        await pilot.pause()
        for line in lines(app):
            assert cell_len(line) == size[0]
        assert not [sign for sign in "●▲■◌○‖…·✓" if sign in text(app)]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_hostile_words_of_a_site_are_shown_harmless(number: int) -> None:
    sample = HOSTILE[number]
    engine = ScriptedEngine(feeds=[health("Good Post")])
    hostile = replace(candidate("x"), title=sample, newest=(sample, sample), address=sample, known="")
    engine.feeds.searches["x.example"] = [
        Search(sample, 1),
        Search(asked=2, page=sample, found=(hostile, replace(candidate("y"), known=sample)), is_complete=True),
    ]
    engine.feeds.lists["x.opml"] = ListedFeeds(
        sample, (build.feed(name=sample, folder=(sample,)),), 0, (Skipped(1, sample, sample),), (sample,)
    )
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        await pilot.press(*"x.example", "enter")
        await until(pilot, lambda: "1 feed chosen" in text(app))
        check(app)
        await pilot.press("escape")
        await until(pilot, lambda: is_home(app))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, FeedImportScreen) and app.screen.focused is not None)
        await pilot.press(*"x.opml", "enter")
        await until(pilot, lambda: "1 feed to add" in text(app))
        check(app)
        assert app.return_code is None


async def test_a_list_that_skips_thousands_of_lines_is_laid_out_once_and_cut() -> None:
    engine = scripted()
    skipped = tuple(Skipped(number, "file:///x", "is not an address of the web") for number in range(1, 5_001))
    engine.feeds.lists["mine.opml"] = ListedFeeds("mine.opml", (DNIPRO.feed,), skipped=skipped)
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "i", FeedImportScreen)
        await pilot.press(*"mine.opml", "enter")
        await until(pilot, lambda: "5,000 skipped" in text(app))
        screen = app.screen
        assert isinstance(screen, FeedImportScreen)
        laid = screen.detail._lines
        assert len(laid) < 1_000
        assert "4,800 more lines" in "".join(piece.text for piece in laid[-1])
        engine.publish(FeedChanged(GULF))
        await until(pilot, lambda: screen.view.seq > 0)
        assert screen.detail._lines is laid


async def test_feeds_are_chosen_while_others_are_still_looked_for() -> None:
    engine = scripted()
    going_on = Search("https://harbour.example/feed", 3, found=(candidate("News"),))
    engine.feeds.searches["harbour.example"] = [*engine.feeds.searches["harbour.example"][:2], going_on]
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        await pilot.press(*"harbour.example", "enter")
        await until(pilot, lambda: "asking https://harbour.example/feed  3 addresses so far, 1 feed" in text(app))
        assert "1 feed chosen" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: is_home(app))
        ((feeds,),) = engine.calls_of("add")
        assert isinstance(feeds, tuple)
        assert [feed.name for feed in feeds] == ["Harbour News"]


async def test_enter_on_the_address_goes_on_to_what_was_found() -> None:
    engine = scripted()
    app = app_on(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_screen(pilot, "n", FeedAddScreen)
        await pilot.press(*"harbour.example", "enter")
        await until(pilot, lambda: "1 feed chosen" in text(app))
        screen = app.screen
        assert isinstance(screen, FeedAddScreen)
        screen.address.focus()
        await pilot.press("enter")
        await until(pilot, lambda: screen.found.has_focus)
        assert len(engine.calls_of("discover")) == 1
