"""Which rules the stored history was matched with: never does the journal say more than is true, whatever happens.

Every commit of a whole day of edits, feeds and restarts is looked at: for each rule that is said to have been searched
for in a form, every stored entry that the form matches has its hit, and every hit that it does not match is marked as
of an old rule.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Gate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswatch.article.page import PageReading
from newswatch.engine import feed_desk, history_search
from newswatch.engine.article_desk import ArticleReader
from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FeedDesk
from newswatch.engine.fulltext import FullText
from newswatch.engine.hub import Hub
from newswatch.engine.page_match import has_page
from newswatch.engine.pages import PageAnswer
from newswatch.engine.roster import Roster
from newswatch.engine.rule_desk import RuleDesk
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.searched import Reach, forms
from newswatch.engine.step import Outcome, Parsed, step
from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.feeds.due import Pace
from newswatch.match.matcher import FeedScope, LiveRule
from newswatch.match.pages import marks_with_page
from newswatch.match.rulefile import load_rulebook
from newswatch.model.article import Article, ArticleText, TextFrom
from newswatch.model.delivery import RuleMute
from newswatch.model.entry import Entry, EntryKey, ParsedEntry
from newswatch.model.feed import Feed, FeedId
from newswatch.model.hit import Held
from newswatch.model.picture import NoPicture
from newswatch.model.rule import RuleId
from newswatch.model.ruleform import RuleForm
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.store.operations import Operation
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

A, B, C = (build.feed(f"https://{name}.example/rss", tags=("wires",)) for name in ("amber", "birch", "cedar"))
RULE = RuleId("a")
TITLES = ("Kursk", "Grain", "Kursk and grain", "Ferry")
FORMS = {
    "absent": "",
    "kursk": 'query = "Kursk"',
    "grain": 'query = "grain"',
    "off": 'query = "Kursk"\nenabled = false',
    "broken": 'query = "(Kursk"',
    "alias": 'query = "@place"',
    "full": 'query = "Kursk"\nfulltext = true',
    "wires": 'query = "Kursk"\nfeeds = ["tag:wires"]',
    "ends": 'query = "Kursk"\nexpires = 2026-11-23T00:00:00Z',
    "ends later": 'query = "Kursk"\nexpires = 2027-11-23T00:00:00Z',
}
PAGES = ("Nothing of it is said in this text.", "Kursk is named in this text.", "And Kursk in this one.")
DAY_S = 86_400.0
PLACES = {"east": '["Kursk"]', "south": '["grain"]'}


def rules_text(form: str, place: str = "east") -> str:
    """A rules.toml whose rule `a` has this form, with another one beside it."""
    rule = f'[[rule]]\nid = "a"\n{FORMS[form]}\n' if FORMS[form] else ""
    return f'version = 1\n[alias]\nplace = {PLACES[place]}\n[[rule]]\nid = "ferry"\nquery = "ferry"\n{rule}'


@dataclass(frozen=True)
class Moment:
    """What was durable behind one commit."""

    searched: Mapping[RuleId, str]
    entries: Sequence[Entry]
    hits: Mapping[tuple[RuleId, FeedId, EntryKey], bool]  # whether it is of an old rule
    pages: Mapping[tuple[FeedId, EntryKey], str]


class Recording(MemoryStore):
    """A store that remembers what was durable behind each commit, and refuses commits when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[Moment] = []
        self.is_full = False

    def _persist(self, operations: Sequence[Operation]) -> None:
        if self.is_full:
            raise StoreError("no space left on device")
        super()._persist(operations)
        hits = {(hit.rule_id, hit.entry.feed_id, hit.entry.key): hit.is_old_rule for hit in self.hits()}
        entries = tuple(self.entries())
        pages = {(entry.feed_id, entry.key): text for entry in entries if (text := self.page(entry)) is not None}
        self.moments.append(Moment(self.searched(), entries, hits, pages))

    def page(self, entry: Entry) -> str | None:
        """The text of the page behind an entry, if it is stored."""
        article = self.article(entry.feed_id, entry.key)
        return article.newest.text if article is not None and has_page(article) else None


@dataclass
class Pages:
    """Pages that say what a test wants."""

    text: str = ""

    async def read(self, _: str, __: Feed | None) -> PageAnswer:
        text = self.text
        await asyncio.sleep(0)
        return PageAnswer(PageReading(text))

    async def picture(self, _: str, __: Feed | None) -> NoPicture:
        return NoPicture("There are none here.")

    async def aclose(self) -> None:
        pass


@dataclass(frozen=True)
class Meaning:
    """What a form stands for."""

    live: LiveRule
    scopes: Mapping[FeedId, FeedScope]
    is_over: bool

    def matches(self, entry: Entry, page: str | None) -> bool:
        """Whether a rule in this form matches the entry, or what is stored of the page behind it."""
        scope, query = self.scopes.get(entry.feed_id, FeedScope("")), self.live.query
        if not self.live.is_for(entry.document, scope):
            return False
        if query.marks(entry.document) is not None:
            return True
        return self.live.rule.fulltext and page is not None and marks_with_page(query, entry.document, page) is not None


class World:
    """A home with an engine's rules and feeds, without its network. `meanings` are those of all forms so far."""

    def __init__(self, folder: Path, form: str = "kursk", store: Recording | None = None) -> None:
        self.folder = folder
        self.store = store or Recording()
        self.clock = FakeClock()
        self.meanings: dict[str, Meaning] = {}
        self.feeds = [A, B]
        self.given = 0
        self.items: list[tuple[Feed, ParsedEntry]] = []
        self.is_searching = False
        self.pages = Pages()
        (folder / "rules.toml").write_text(rules_text(form), "utf-8")
        self.open()

    def open(self) -> None:
        """As a start does; what an engine before it had in memory only is lost."""
        self.is_open = True
        rules = self.folder / "rules.toml"
        self.core = Core(self.store, Writer(self.store), Hub(View()), self.clock, Roster(), Rulebook())
        self.core.roster.load_states(self.store.feed_states())
        self.desk = FeedDesk(self.core, Pace(), self.folder / "feeds.opml")
        self.rules = RuleDesk(self.core, rules, load_rulebook(rules))
        self.reader = ArticleReader(self.core, self.pages, FullText(self.core, lambda _hits, _since: None))
        self.core.roster.adopt(self.feeds)
        self.rules.history.begin()
        self.note()

    async def closed(self) -> None:
        """Ends the writer's thread; nothing else is done as an engine's end does it."""
        if self.is_open:
            self.is_open = False
            with suppress(StoreError):
                await self.core.writer.close()
        self.store._is_closed = False  # the disk is still there

    def note(self) -> None:
        """Remembers what the forms of now stand for."""
        matcher, reach, now = self.core.rulebook.matcher, Reach(self.core.roster.feeds), self.clock.now()
        for rule_id, form in forms(matcher, reach, None, now).items():
            live = next(one for one in matcher.live if one.rule.id == rule_id)
            self.meanings[form] = Meaning(live, reach.scopes, live.rule.has_expired(now))

    async def write(self, form: str, place: str = "east") -> None:
        """A person edits rules.toml, and it is taken over."""
        (self.folder / "rules.toml").write_text(rules_text(form, place), "utf-8")
        await self.rules.reload()
        self.note()

    def adopt(self, *feeds: Feed) -> None:
        """Another feeds.opml is in force."""
        self.feeds = list(feeds)
        self.core.roster.adopt(feeds)
        self.note()

    async def give(self, feed: Feed, title: str) -> None:
        """A feed gives a new item."""
        self.given += 1
        item = build.parsed_entry(f"{title} {self.given}")
        self.items.append((feed, item))
        await self.desk.settle(feed, Parsed(build.parsed_feed(item), str(self.given)))

    async def edit(self, number: int, title: str) -> None:
        """A feed gives an item that it gave before with another title."""
        self.given += 1
        feed, item = self.items[number]
        edited = replace(item, title=f"{title} {self.given}")
        await self.desk.settle(feed, Parsed(build.parsed_feed(edited), str(self.given)))

    async def read(self, number: int, text: str) -> None:
        """The page behind an entry is read, and says this."""
        if entries := list(self.store.entries()):
            self.pages.text = text
            await self.reader.read_page(entries[number % len(entries)])

    async def search(self) -> None:
        """What waits is searched for to the end; by one at a time, as in an engine."""
        if not self.is_searching:
            self.is_searching = True
            try:
                await self.rules.history.catch_up()
            finally:
                self.is_searching = False

    @property
    def waiting(self) -> set[str]:
        """The rules that are to be searched for."""
        return set(self.rules.history._waiting)

    def verify(self) -> None:
        """At no moment did the store say more than was true."""
        for moment in self.store.moments:
            for rule_id, form in moment.searched.items():
                meaning = self.meanings[form]
                for entry in moment.entries:
                    is_old = moment.hits.get((rule_id, entry.feed_id, entry.key))
                    if meaning.matches(entry, moment.pages.get((entry.feed_id, entry.key))):
                        assert is_old is False or (is_old is None and meaning.is_over), (rule_id, meaning, entry.title)
                    else:
                        assert is_old is not False, (rule_id, meaning, entry.title)

    async def hits_after_a_start(self) -> set[str]:
        """The titles that rule `a` has hits on once the next start has searched."""
        await self.closed()
        self.open()
        await self.search()
        await self.closed()
        return {hit.entry.title.rpartition(" ")[0] for hit in self.store.hits() if hit.rule_id == RULE}


def run(form: str, scene: Callable[[World], Any]) -> World:
    """A scene in a world of its own, whose every moment was true."""

    async def played() -> World:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), form)
            await world.search()
            await scene(world)
            await world.closed()
            world.verify()
            return world

    return asyncio.run(played())


def test_a_start_searches_for_no_rule_that_was_searched_for() -> None:
    async def scene(world: World) -> None:
        assert set(world.store.searched()) == {"a", "ferry"}
        await world.give(A, "Kursk")
        await world.closed()
        writes = len(world.store.moments)
        world.open()
        assert world.waiting == set()
        await world.search()
        assert len(world.store.moments) == writes

    run("kursk", scene)


def test_a_history_that_knows_nothing_of_it_is_searched_once() -> None:
    async def scene(world: World) -> None:
        world.store.commit(Transaction(unsearched=tuple(world.store.searched())))
        await world.closed()
        world.open()
        assert world.waiting == {"a", "ferry"}
        await world.search()
        assert set(world.store.searched()) == {"a", "ferry"}

    run("kursk", scene)


def test_only_the_rule_that_was_edited_while_nothing_ran_is_searched_for() -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Grain")
        (world.folder / "rules.toml").write_text(rules_text("grain"), "utf-8")
        await world.closed()
        world.open()
        assert world.waiting == {"a"}
        assert await world.hits_after_a_start() == {"Grain"}

    run("kursk", scene)


def test_a_rule_edited_and_edited_back_before_its_search_ends_is_searched_for_again() -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Kursk")
        await world.write("grain")
        await world.give(A, "Kursk")  # matched by the form of this moment, which finds nothing
        assert "a" not in world.store.searched()
        await world.write("kursk")
        assert await world.hits_after_a_start() == {"Kursk"}
        assert sum(hit.rule_id == RULE for hit in world.store.hits()) == 2

    run("kursk", scene)


def test_a_search_that_is_cut_off_half_way_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_search, "KEPT_AT_ONCE", 1)

    async def scene(world: World) -> None:
        for _ in range(6):
            await world.give(A, "Grain")
        await world.write("grain")
        searching = asyncio.ensure_future(world.search())
        while not any(hit.rule_id == RULE for hit in world.store.hits()):  # noqa: ASYNC110 - a thread sets no event
            await asyncio.sleep(0)
        searching.cancel()
        await asyncio.gather(searching, return_exceptions=True)
        assert sum(hit.rule_id == RULE for hit in world.store.hits()) < 6
        assert "a" not in world.store.searched()
        await world.hits_after_a_start()
        assert sum(hit.rule_id == RULE for hit in world.store.hits()) == 6

    run("kursk", scene)


@pytest.mark.parametrize("between", ["off", "absent", "broken"])
def test_what_comes_while_a_rule_is_off_is_found_when_it_is_back(between: str) -> None:
    async def scene(world: World) -> None:
        await world.write(between)
        await world.closed()
        world.open()  # a broken rule lives in its last good form until then
        await world.give(A, "Kursk")
        assert set(world.store.searched()) == {"ferry"}
        await world.closed()
        (world.folder / "rules.toml").write_text(rules_text("kursk"), "utf-8")
        assert await world.hits_after_a_start() == {"Kursk"}

    run("kursk", scene)


@pytest.mark.parametrize("between", ["off", "absent"])
def test_what_comes_after_a_rule_is_switched_off_is_found_by_the_next_start_that_has_it(between: str) -> None:
    async def scene(world: World) -> None:
        await world.write(between)
        await world.give(A, "Kursk")
        await world.closed()  # as kill -9: nothing more is written
        (world.folder / "rules.toml").write_text(rules_text("kursk"), "utf-8")
        assert await world.hits_after_a_start() == {"Kursk"}

    run("kursk", scene)


def test_a_rule_off_and_on_again_with_nothing_in_between_is_searched_for_no_more_than_once() -> None:
    async def scene(world: World) -> None:
        await world.closed()
        (world.folder / "rules.toml").write_text(rules_text("off"), "utf-8")
        world.open()
        await world.closed()
        (world.folder / "rules.toml").write_text(rules_text("kursk"), "utf-8")
        world.open()
        assert world.waiting == set()

    run("kursk", scene)


def test_a_rule_that_was_paused_is_searched_for_at_the_next_start() -> None:
    async def scene(world: World) -> None:
        world.core.rulebook.pause([RULE])
        await world.give(A, "Kursk")
        assert await world.hits_after_a_start() == {"Kursk"}

    run("kursk", scene)


def test_entries_that_a_slow_expression_was_not_asked_of_take_it_back_with_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def overrun(*facts: Any) -> Outcome:
        outcome = step(*facts)
        return Outcome(outcome.state, outcome.memory, outcome.new_entries, (RULE,), outcome.listing)

    async def scene(world: World) -> None:
        monkeypatch.setattr(feed_desk, "step", overrun)
        await world.give(A, "Ferry")
        with_entries = [moment for moment in world.store.moments if moment.entries]
        assert all("a" not in moment.searched for moment in with_entries)

    run("kursk", scene)


def test_a_rule_that_ended_meanwhile_is_searched_for_when_it_is_prolonged() -> None:
    async def scene(world: World) -> None:
        world.clock.jump(2 * DAY_S)
        world.note()
        await world.give(A, "Kursk")
        assert "a" not in world.store.searched()
        await world.write("ends later")
        await world.search()
        assert [hit.rule_id for hit in world.store.hits()] == [RULE]
        await world.closed()
        world.open()
        assert world.waiting == set()

    run("ends", scene)


def test_a_rule_that_had_ended_at_a_start_is_searched_for_when_it_was_prolonged_by_the_next() -> None:
    async def scene(world: World) -> None:
        world.clock.jump(2 * DAY_S)
        await world.hits_after_a_start()
        world.open()
        world.note()
        await world.give(A, "Kursk")
        await world.closed()
        (world.folder / "rules.toml").write_text(rules_text("ends later"), "utf-8")
        assert await world.hits_after_a_start() == {"Kursk"}

    run("ends", scene)


def test_a_rule_that_ended_is_searched_for_once_more_and_then_no_more() -> None:
    async def scene(world: World) -> None:
        world.clock.jump(2 * DAY_S)
        await world.hits_after_a_start()
        world.open()
        assert world.waiting == set()

    run("ends", scene)


def test_an_alias_that_is_edited_is_another_form() -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Grain")
        await world.closed()
        (world.folder / "rules.toml").write_text(rules_text("alias", "south"), "utf-8")
        world.open()
        assert world.waiting == {"a"}
        assert await world.hits_after_a_start() == {"Grain"}

    run("alias", scene)


def test_a_feed_moved_into_the_folder_of_a_rule_is_searched_at_once_and_one_moved_out_leaves_old_hits() -> None:
    apart = build.feed(B.url, tags=("blogs",))

    async def scene(world: World) -> None:
        world.adopt(A, apart)
        await world.give(apart, "Kursk")
        assert not list(world.store.hits())
        world.adopt(A, B)
        await world.give(A, "Ferry")
        assert world.waiting == {"a"}
        await world.search()
        (hit,) = (hit for hit in world.store.hits() if hit.rule_id == RULE)
        world.adopt(A, apart)
        await world.hits_after_a_start()
        after = world.store.hit(hit.id)
        assert after is not None
        assert after.is_old_rule

    run("wires", scene)


def test_a_feed_that_is_new_needs_no_search_and_is_part_of_the_form_from_then_on() -> None:
    async def scene(world: World) -> None:
        world.adopt(A, B, C)
        await world.give(C, "Kursk")
        assert world.waiting == set()
        await world.closed()
        world.open()
        assert world.waiting == set()
        assert [hit.rule_id for hit in world.store.hits()] == [RULE]

    run("wires", scene)


def test_a_feed_that_leaves_with_what_is_stored_of_it_is_searched() -> None:
    async def scene(world: World) -> None:
        await world.give(B, "Kursk")
        world.adopt(A)
        await world.give(A, "Ferry")
        await world.search()
        assert [hit.is_old_rule for hit in world.store.hits() if hit.rule_id == RULE] == [True]

    run("wires", scene)


def test_a_check_that_began_before_its_feed_got_another_folder_is_settled_by_the_new_one() -> None:
    apart = build.feed(B.url, tags=("blogs",))

    async def scene(world: World) -> None:
        world.adopt(A, apart)
        await world.give(A, "Ferry")
        world.adopt(A, B)
        await world.give(apart, "Kursk")
        assert any(hit.rule_id == RULE for hit in world.store.hits())

    run("wires", scene)


def test_an_engine_that_did_not_ask_what_is_true_takes_all_of_it_back() -> None:
    async def scene(world: World) -> None:
        core = Core(world.store, Writer(world.store), Hub(View()), world.clock, Roster(), Rulebook())
        await core.commit(Transaction(entries=(build.entry("Kursk"),)))
        await core.writer.close()
        assert world.store.searched() == {}
        world.store._is_closed = False

    run("kursk", scene)


def test_a_longer_time_to_keep_hits_is_another_form() -> None:
    async def scene(world: World) -> None:
        await world.closed()
        world.open()
        world.rules.history.kept_for = timedelta(days=400)
        world.rules.history.begin()
        assert world.waiting == {"a", "ferry"}

    run("kursk", scene)


def test_a_matcher_that_means_otherwise_searches_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(world: World) -> None:
        await world.closed()
        monkeypatch.setattr("newswatch.engine.searched.SEMANTICS", 2)
        world.open()
        assert world.waiting == {"a", "ferry"}
        monkeypatch.undo()

    run("kursk", scene)


async def on_full_text(world: World) -> None:
    """Rule `a` asks for the full text, and was searched for."""
    text = rules_text("kursk").replace('id = "a"', 'id = "a"\nfulltext = true')
    (world.folder / "rules.toml").write_text(text, "utf-8")
    await world.rules.reload()
    world.note()
    await world.search()


def a_page(entry: Entry) -> Transaction:
    """The page behind an entry."""
    return Transaction(
        articles=(Article(entry.feed_id, entry.key, (ArticleText("A pier.", TextFrom.PAGE, build.at()),)),)
    )


def test_rules_on_full_text_are_searched_for_again_only_after_a_page_of_backlog_was_stored() -> None:
    async def scene(world: World) -> None:
        await on_full_text(world)
        await world.give(A, "Ferry")
        await world.give(A, "Ferry")
        old, new = sorted(world.store.entries(), key=lambda entry: entry.title)
        await world.core.commit(a_page(new))
        await world.edit(1, "Ferry")
        assert set(world.store.searched()) == {"a", "ferry"}
        await world.core.commit(a_page(old))
        assert set(world.store.searched()) == {"ferry"}
        await world.search()
        await world.closed()
        world.open()
        await world.search()
        assert set(world.store.searched()) == {"a", "ferry"}
        await world.edit(0, "Grain")
        assert set(world.store.searched()) == {"ferry"}

    run("kursk", scene)


def test_of_a_rule_on_full_text_that_is_searched_for_while_a_page_comes_nothing_is_recorded() -> None:
    async def scene(world: World) -> None:
        await on_full_text(world)
        await world.give(A, "Ferry")
        await world.give(A, "Ferry")
        new = max(world.store.entries(), key=lambda entry: entry.title)
        rules = world.core.rulebook.matcher.rules
        watch = world.core.searched.watch(rules, world.clock.now())
        await world.core.commit(a_page(new))
        assert {form.rule_id for form in world.core.searched.found_all(watch, rules)} == {"ferry"}

    run("kursk", scene)


def test_of_a_rule_that_broke_while_it_was_searched_for_nothing_is_recorded() -> None:
    async def scene(world: World) -> None:
        searched, rules = world.core.searched, world.core.rulebook.matcher.rules
        watch = searched.watch(rules, world.clock.now())
        assert {form.rule_id for form in searched.found_all(watch, rules)} == {"a", "ferry"}
        world.core.rulebook.breaks.note([RULE])
        assert {form.rule_id for form in searched.found_all(watch, rules)} == {"ferry"}

    run("kursk", scene)


def test_a_disk_that_takes_nothing_loses_no_taking_back() -> None:
    async def scene(world: World) -> None:
        await world.write("grain")
        world.store.is_full = True
        with suppress(StoreError):
            await world.give(A, "Kursk")
        world.store.is_full = False
        await world.give(A, "Ferry")
        assert "a" not in world.store.searched()

    run("kursk", scene)


def test_what_was_matched_before_an_edit_and_stored_behind_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    is_matching, goes_on = Gate(), Gate()

    def slow(*facts: Any) -> Outcome:
        outcome = step(*facts)
        is_matching.set()
        goes_on.wait(20.0)
        return outcome

    async def scene(world: World) -> None:
        await world.write("grain")
        monkeypatch.setattr(feed_desk, "step", slow)
        giving = asyncio.ensure_future(world.give(A, "Kursk"))
        await asyncio.to_thread(is_matching.wait, 20.0)
        await world.write("kursk")  # the form that stands in the store since before
        searching = asyncio.ensure_future(world.search())
        await asyncio.sleep(0)
        goes_on.set()
        await asyncio.gather(giving, searching)
        assert [hit.rule_id for hit in world.store.hits()] == [RULE]

    run("kursk", scene)


def test_feeds_that_are_edited_while_a_rule_is_searched_for_are_searched_too(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = build.feed(B.url, tags=("blogs",))

    async def scene(world: World) -> None:
        world.adopt(A, apart)
        await world.give(apart, "Kursk")
        await world.write("wires")
        search = world.rules.history._slice

        def edited(*facts: Any) -> Any:
            found = search(*facts)
            world.adopt(A, B)
            return found

        monkeypatch.setattr(world.rules.history, "_slice", edited)
        await world.search()
        monkeypatch.undo()
        assert await world.hits_after_a_start() == {"Kursk"}

    run("grain", scene)


def test_what_was_matched_for_other_feeds_and_stored_behind_their_edit_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_matching, goes_on = Gate(), Gate()
    apart = build.feed(B.url, tags=("blogs",))

    def slow(*facts: Any) -> Outcome:
        outcome = step(*facts)
        is_matching.set()
        goes_on.wait(20.0)
        return outcome

    async def scene(world: World) -> None:
        world.adopt(A, apart)
        monkeypatch.setattr(feed_desk, "step", slow)
        giving = asyncio.ensure_future(world.give(apart, "Kursk"))
        await asyncio.to_thread(is_matching.wait, 20.0)
        world.adopt(A, B)
        goes_on.set()
        await giving
        assert await world.hits_after_a_start() == {"Kursk"}

    run("wires", scene)


def edited_meanwhile(world: World, title: str, monkeypatch: pytest.MonkeyPatch, *, is_before: bool) -> None:
    """Makes the feed edit its first item while the history is searched: before the first slice of it, or behind."""
    search, loop = world.rules.history._slice, asyncio.get_running_loop()

    def edit() -> None:
        if len(world.items) == world.given:
            asyncio.run_coroutine_threadsafe(world.edit(0, title), loop).result(20.0)

    def edited(*facts: Any) -> Any:
        if is_before:
            edit()
        found = search(*facts)
        edit()
        return found

    monkeypatch.setattr(world.rules.history, "_slice", edited)


@pytest.mark.parametrize("is_before", [True, False])
def test_a_text_edited_while_it_is_searched_gives_no_hit_that_it_does_not_have_any_more(
    monkeypatch: pytest.MonkeyPatch, *, is_before: bool
) -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Grain")
        edited_meanwhile(world, "Ferry", monkeypatch, is_before=is_before)
        await world.write("grain")
        await world.search()
        assert {hit.rule_id for hit in world.store.hits()} == {"ferry"}

    run("kursk", scene)


@pytest.mark.parametrize("is_before", [True, False])
def test_a_hit_on_a_text_edited_while_it_is_searched_is_not_marked_by_its_old_text(
    monkeypatch: pytest.MonkeyPatch, *, is_before: bool
) -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Kursk")
        edited_meanwhile(world, "Grain", monkeypatch, is_before=is_before)
        await world.write("grain")
        await world.search()
        (hit,) = world.store.hits()
        assert ([mark.text for mark in hit.marks], hit.is_old_rule) == (["Grain"], False)

    run("kursk", scene)


def test_what_an_edited_rule_finds_under_a_mute_is_hidden_at_once() -> None:
    async def scene(world: World) -> None:
        await world.give(A, "Grain")
        now = world.clock.now()
        world.core.mutes.put_stored({}, {RULE: RuleMute(RULE, now + timedelta(hours=1), now)})
        await world.write("grain")
        await world.search()
        (hit,) = world.store.hits()
        assert (hit.held, hit.was_held) == (Held.MUTED, Held.RULE_CHANGE)

    run("kursk", scene)


# Whatever happens.

DEEDS = (
    "give",
    "give",
    "give",
    "edit",
    "edit",
    "page",
    "page",
    "rules",
    "rules",
    "feeds",
    "search",
    "cut search",
    "start",
    "pause",
    "clock",
    "full",
)


@dataclass(frozen=True)
class Deed:
    """Something that happens; the numbers choose what, and how far things go before the next one."""

    what: str
    one: int
    other: int
    turns: int


def deeds() -> st.SearchStrategy[list[Deed]]:
    number = st.integers(0, 40)
    return st.lists(st.builds(Deed, st.sampled_from(DEEDS), number, number, number), max_size=16)


async def happens(world: World, deed: Deed, under_way: list[asyncio.Future[None]]) -> None:
    forms_of_rule, places = list(FORMS), list(PLACES)
    match deed.what:
        case "give":
            feed = world.feeds[deed.one % len(world.feeds)]
            under_way.append(asyncio.ensure_future(world.give(feed, TITLES[deed.other % len(TITLES)])))
        case "edit" if world.items:
            number, title = deed.one % len(world.items), TITLES[deed.other % len(TITLES)]
            under_way.append(asyncio.ensure_future(world.edit(number, title)))
        case "page":
            under_way.append(asyncio.ensure_future(world.read(deed.one, PAGES[deed.other % len(PAGES)])))
        case "rules":
            await world.write(forms_of_rule[deed.one % len(FORMS)], places[deed.other % 2])
        case "feeds":
            tags = [("wires",), ("blogs",)]
            changed = build.feed(B.url, tags=tags[deed.one % 2])
            world.adopt(*[A, changed, C][: 2 + deed.other % 2])
        case "search" if not world.is_searching:
            under_way.append(asyncio.ensure_future(world.search()))
            await turn(deed.turns)
        case "cut search":
            searching = asyncio.ensure_future(world.search())
            await turn(deed.turns)
            searching.cancel()
            await asyncio.gather(searching, return_exceptions=True)
        case "start":
            await asyncio.gather(*under_way, return_exceptions=True)
            under_way.clear()
            await world.closed()
            world.open()
        case "pause":
            world.core.rulebook.pause([RULE])
        case "clock":
            world.clock.jump((deed.one % 5 - 2) * DAY_S)
            world.note()
        case "full":
            world.store.is_full = not world.store.is_full
    await turn(deed.turns % 4)


async def turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def missing(world: World) -> Iterable[str]:
    """Entries that a rule in force matches and has no hit on."""
    matcher, reach, now = world.core.rulebook.matcher, Reach(world.core.roster.feeds), world.clock.now()
    for live in matcher.live:
        meaning = Meaning(live, reach.scopes, live.rule.has_expired(now))
        for entry in world.store.entries():
            hits = {hit.rule_id: hit for hit in world.store.hits_of_entry(entry.feed_id, entry.key)}
            hit = hits.get(live.rule.id)
            if (
                meaning.matches(entry, world.store.page(entry))
                and not meaning.is_over
                and (hit is None or hit.is_old_rule)
            ):
                yield f"{live.rule.id}: {entry.title}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(FORMS)), deeds())
def test_whatever_happens_the_store_says_no_more_than_is_true_and_no_hit_is_missed(form: str, day: list[Deed]) -> None:
    async def played() -> None:
        with TemporaryDirectory() as folder:
            world = World(Path(folder), form)
            world.rules.history._monotonic = iter(range(10**9)).__next__  # each look at the time ends a slice
            under_way: list[asyncio.Future[None]] = []
            for deed in day:
                with suppress(StoreError):
                    await happens(world, deed, under_way)
            world.store.is_full = False
            await asyncio.gather(*under_way, return_exceptions=True)
            await world.closed()
            world.open()
            await world.search()
            assert list(missing(world)) == []
            await world.closed()
            world.verify()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_search, "_FEW", 1)
        asyncio.run(played())


def test_a_form_that_is_recorded_and_taken_back_at_once_is_taken_back() -> None:
    store = MemoryStore()
    store.commit(Transaction(searched=(RuleForm(RULE, "1"),), unsearched=(RULE,)))
    assert store.searched() == {}
