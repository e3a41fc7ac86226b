"""Edits of rules act at once and reach the file behind; what happens where the file, or the disk, says otherwise."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch import atomic
from newswatch.engine.core import Core
from newswatch.engine.history_search import KEPT_AT_ONCE
from newswatch.engine.hub import Hub
from newswatch.engine.roster import Roster
from newswatch.engine.rule_desk import RuleDesk
from newswatch.engine.rule_notices import LOST_EDIT, RULES_FILE, UNSAVED_RULES
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.errors import QueryError, RuleRefused
from newswatch.match.rulefile import load_rulebook
from newswatch.model.event import Batch, HitsStored
from newswatch.model.hit import Held
from newswatch.model.rule import RuleDraft, RuleId, RuleStatus
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

KURSK = RuleId("kursk")
RULES = """version = 1
# mine
[[rule]]
id = "kursk"
query = "Kursk"
must = ["Fighting in Kursk"]

[[rule]]
id = "grain"
query = "grain"
"""
HANG_S = 20.0
MANY = 20 * KEPT_AT_ONCE


class Room:
    """A desk on a core of its own, with a file in a temporary folder."""

    def __init__(self, folder: Path, *titles: str) -> None:
        self.path = folder / "rules.toml"
        self.path.write_text(RULES, "utf-8")
        self.store = MemoryStore()
        entries = tuple(build.entry(title) for title in titles)
        self.store.commit(Transaction(entries=entries, identities=tuple(map(build.identity, entries))))
        self.clock = FakeClock()
        self.hub = Hub(View())
        self.core = Core(self.store, Writer(self.store), self.hub, self.clock, Roster(), Rulebook())
        self.desk = RuleDesk(self.core, self.path, load_rulebook(self.path))

    @property
    def rules(self) -> dict[str, str]:
        """The queries in force, by id, in the order of the book."""
        return {rule.id: rule.text for rule in self.core.rulebook.matcher.rules}

    @property
    def on_disk(self) -> dict[str, str]:
        """The queries in the file."""
        return {rule.id: rule.text for rule in load_rulebook(self.path).book.rules}

    def status(self, rule_id: str) -> RuleStatus:
        """One row."""
        return next(status for status in self.core.rulebook.statuses() if status.rule.id == rule_id)

    def notice(self, key: str) -> str:
        """What a notice says; empty if there is none."""
        notice = self.hub.view.notices.get(key)
        return notice.text if notice is not None else ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The chores of an engine."""
        chores = [asyncio.ensure_future(self.desk.save_behind()), asyncio.ensure_future(self.desk.history.run())]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until it holds; the writer's and the searcher's threads need a moment."""
        async with asyncio.timeout(HANG_S):
            while not holds():  # noqa: ASYNC110 - threads do not set the loop's events
                await asyncio.sleep(0.001)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made = Room(tmp_path, "Fighting in Kursk", "Grain talks", "Football")
    yield made
    await made.core.writer.close()


def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on nothing can be written, until what this returns is called."""
    real = atomic.write_atomically

    def refuse(path: Path, data: bytes, *, expected: str | None = None) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(atomic, "write_atomically", refuse)
    return lambda: monkeypatch.setattr(atomic, "write_atomically", real)


async def test_an_edit_acts_when_the_verb_returns_and_is_on_disk_when_it_is_saved(room: Room) -> None:
    rule_id = await room.desk.save(RuleDraft("wheat", name="Wheat talks"), None)
    assert rule_id == "wheat-talks"
    assert room.rules == {"kursk": "Kursk", "grain": "grain", "wheat-talks": "wheat"}
    assert "wheat" not in room.path.read_text("utf-8")
    await room.desk.saved()
    assert room.on_disk == room.rules
    assert "# mine" in room.path.read_text("utf-8")


async def test_edits_are_shown_at_once_in_the_order_of_the_file(room: Room) -> None:
    await room.desk.save(RuleDraft("Kursk AND fighting", id="kursk", enabled=False), KURSK)
    shown = room.hub.view.rules
    assert [(row.rule.id, row.rule.text, row.is_live) for row in shown] == [
        ("kursk", "Kursk AND fighting", False),
        ("grain", "grain", True),
    ]
    await room.desk.set_enabled(KURSK, enabled=True)
    assert room.status("kursk").is_live
    await room.desk.delete(KURSK)
    assert list(room.rules) == ["grain"]
    await room.desk.saved()
    assert room.on_disk == {"grain": "grain"}


async def test_only_the_edited_rule_is_compiled(room: Room) -> None:
    before = room.core.rulebook.matcher.live
    await room.desk.save(RuleDraft("wheat", id="grain"), RuleId("grain"))
    after = room.core.rulebook.matcher.live
    assert after[0] is before[0]
    assert after[1] is not before[1]


@pytest.mark.parametrize(
    ("draft", "replaces", "error"),
    [
        (RuleDraft("(grain OR"), None, QueryError),
        (RuleDraft(""), None, QueryError),
        (RuleDraft("@nobody"), None, QueryError),
        (RuleDraft("wheat", id="grain"), None, RuleRefused),
        (RuleDraft("wheat"), RuleId("nobody"), RuleRefused),
        (RuleDraft("Sumy", id="kursk"), KURSK, RuleRefused),  # its must example fails
    ],
)
async def test_what_is_refused_changes_nothing(
    room: Room, draft: RuleDraft, replaces: RuleId | None, error: type[Exception]
) -> None:
    seq = room.hub.view.seq
    with pytest.raises(error):
        await room.desk.save(draft, replaces)
    await room.desk.saved()
    assert (room.hub.view.seq, room.path.read_text("utf-8")) == (seq, RULES)


async def test_a_rule_whose_examples_fail_can_be_saved_switched_off(room: Room) -> None:
    await room.desk.save(RuleDraft("Sumy", id="kursk", enabled=False), KURSK)
    await room.desk.saved()
    assert room.on_disk["kursk"] == "Sumy"


async def test_edits_are_written_behind_in_their_order(room: Room) -> None:
    async with room.running():
        for number in range(5):
            await room.desk.save(RuleDraft(f"wheat {number}", id=f"wheat-{number}"), None)
        await room.desk.set_enabled(RuleId("wheat-1"), enabled=False)
        await room.desk.delete(RuleId("wheat-0"))
        await room.until(lambda: not room.desk.unsaved and len(room.on_disk) == 6)
    assert list(room.on_disk) == ["kursk", "grain", "wheat-1", "wheat-2", "wheat-3", "wheat-4"]


async def test_our_own_write_seen_by_the_watcher_is_not_taken_for_somebody_elses(room: Room) -> None:
    await room.desk.save(RuleDraft("wheat", id="wheat"), None)
    await room.desk.saved()
    await room.desk.save(RuleDraft("barley", id="wheat"), RuleId("wheat"))
    seq = room.hub.view.seq
    await room.desk.reload()
    assert room.rules["wheat"] == "barley"
    assert room.hub.view.seq == seq
    assert room.on_disk["wheat"] == "barley"


async def test_an_edit_of_the_file_and_one_on_the_screen_are_both_kept(room: Room) -> None:
    room.path.write_text(RULES.replace('query = "grain"', 'query = "grain OR wheat"'), "utf-8")
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    await room.desk.saved()
    assert room.rules == {"kursk": "Kursk", "grain": "grain OR wheat", "barley": "barley"}
    assert room.on_disk == room.rules
    assert room.hub.view.notices == {}


async def test_an_edit_of_a_rule_that_was_changed_in_the_file_gives_way_and_is_told_with_its_query(room: Room) -> None:
    room.path.write_text(RULES.replace('query = "grain"', 'query = "grain OR wheat"'), "utf-8")
    await room.desk.save(RuleDraft("grain AND ships", id="grain"), RuleId("grain"))
    assert room.rules["grain"] == "grain AND ships"
    await room.desk.saved()
    assert room.rules["grain"] == room.on_disk["grain"] == "grain OR wheat"
    assert "grain AND ships" in room.notice(LOST_EDIT)
    await room.desk.save(RuleDraft("grain AND ships", id="grain"), RuleId("grain"))
    assert room.notice(LOST_EDIT) == ""
    await room.desk.saved()
    assert room.on_disk["grain"] == "grain AND ships"


async def test_a_change_that_the_watcher_sees_first_keeps_the_pending_edit(room: Room) -> None:
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    room.path.write_text(RULES.replace('query = "grain"', 'query = "rye"'), "utf-8")
    await room.desk.reload()
    assert room.rules == {"kursk": "Kursk", "grain": "rye", "barley": "barley"}
    assert room.on_disk == room.rules


async def test_edits_wait_while_the_file_is_broken_and_are_written_once_it_is_mended(room: Room) -> None:
    room.path.write_text(f"{RULES}[[rule]\n", "utf-8")
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    assert not await room.desk.flush()
    assert "kept as they were" in room.notice(RULES_FILE)
    assert "NOT SAVED" in room.notice(UNSAVED_RULES)
    assert room.rules["barley"] == "barley"
    with pytest.raises(RuleRefused, match="NOT SAVED"):
        await room.desk.saved()
    room.path.write_text(RULES, "utf-8")
    await room.desk.reload()
    assert room.on_disk["barley"] == "barley"
    assert room.hub.view.notices == {}


@pytest.mark.parametrize("ending", ["emptied", "deleted"])
async def test_edits_wait_while_the_file_is_suddenly_empty(room: Room, ending: str) -> None:
    if ending == "emptied":
        room.path.write_text("", "utf-8")
    else:
        room.path.unlink()
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    assert not await room.desk.flush()
    assert set(room.rules) == {"kursk", "grain", "barley"}
    room.path.write_text(RULES, "utf-8")
    await room.desk.reload()
    assert set(room.on_disk) == {"kursk", "grain", "barley"}


async def test_a_full_disk_keeps_the_edit_in_force_and_tries_again_every_minute(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room = full_disk(monkeypatch)
    async with room.running():
        await room.desk.save(RuleDraft("barley", id="barley"), None)
        await room.until(lambda: "Make room" in room.notice(UNSAVED_RULES))
        assert room.rules["barley"] == "barley"
        make_room()
        while room.notice(UNSAVED_RULES):
            await room.clock.advance(61)
            await asyncio.sleep(0.001)
    assert room.on_disk == room.rules


async def test_another_edit_tries_the_disk_again_at_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    make_room = full_disk(monkeypatch)
    async with room.running():
        await room.desk.save(RuleDraft("barley", id="barley"), None)
        await room.until(lambda: bool(room.notice(UNSAVED_RULES)))
        make_room()
        await room.desk.save(RuleDraft("rye", id="rye"), None)
        await room.until(lambda: not room.notice(UNSAVED_RULES))
    assert room.on_disk == room.rules


async def test_an_edit_that_the_file_cannot_take_is_told_and_is_in_force_no_more(room: Room) -> None:
    room.path.write_text(
        'version = 1\nrule = [{ id = "a", query = "a" }]\n', "utf-8"
    )  # good TOML, but for reading only
    await room.desk.reload()
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    await room.desk.set_enabled(RuleId("a"), enabled=False)
    await room.desk.saved()
    assert room.rules == {"a": "a"}
    assert "[[rule]]" in room.notice(LOST_EDIT)


async def test_quitting_writes_what_is_not_on_disk_yet(room: Room) -> None:
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    await room.desk.close()
    assert room.on_disk["barley"] == "barley"


async def test_quitting_with_a_full_disk_says_what_is_lost(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    full_disk(monkeypatch)
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    with pytest.raises(RuleRefused, match=r"Make room.*rule barley as you saved it"):
        await room.desk.close()
    assert room.path.read_text("utf-8") == RULES


async def test_a_write_that_is_under_way_when_its_chore_ends_is_finished_and_remembered(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = atomic.write_atomically
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def slow(path: Path, data: bytes, *, expected: str | None = None) -> None:
        loop.call_soon_threadsafe(begun.set)
        real(path, data, expected=expected)

    monkeypatch.setattr(atomic, "write_atomically", slow)
    await room.desk.save(RuleDraft("barley", id="barley"), None)
    writing = asyncio.ensure_future(room.desk.flush())
    await begun.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert room.on_disk["barley"] == "barley"
    await room.desk.save(RuleDraft("rye", id="barley"), RuleId("barley"))
    await room.desk.saved()
    assert room.on_disk["barley"] == "rye"
    assert room.hub.view.notices == {}


async def test_what_is_stored_is_matched_after_the_verb_and_held_as_rule_change(room: Room) -> None:
    await room.desk.history.catch_up()
    await room.desk.save(RuleDraft("football", id="football"), None)
    assert room.status("football").hits == 0
    await room.desk.history.catch_up()
    assert room.status("football").hits == 1
    (hit,) = [hit for hit in room.store.hits() if hit.rule_id == "football"]
    assert hit.held is Held.RULE_CHANGE


async def test_a_later_edit_of_the_same_rule_ends_the_search_for_its_earlier_form(tmp_path: Path) -> None:
    room = Room(tmp_path, *(f"news {number}" for number in range(MANY)))
    await room.desk.save(RuleDraft("news", id="news"), None)
    searching = asyncio.ensure_future(room.desk.history.catch_up())
    await anext(room.hub.watch(room.hub.view.seq))
    await room.desk.save(RuleDraft("football", id="news"), RuleId("news"))
    await searching
    hits = tuple(room.store.hits())
    assert 0 < len(hits) < MANY
    assert all(hit.is_old_rule for hit in hits)
    await room.core.writer.close()


async def test_a_rule_that_is_edited_during_a_long_search_goes_first(tmp_path: Path) -> None:
    room = Room(tmp_path, *(f"news {number}" for number in range(MANY)), "football")
    await room.desk.save(RuleDraft("news", id="news"), None)
    seq = room.hub.view.seq
    searching = asyncio.ensure_future(room.desk.history.catch_up())
    await anext(room.hub.watch(seq))
    await room.desk.save(RuleDraft("football", id="football"), None)
    await searching
    batch = await anext(room.hub.watch(seq))
    assert isinstance(batch, Batch)
    found = [event.hits[0].rule_id for event in batch.events if isinstance(event, HitsStored)]
    assert "football" in found[:-1]
    assert (room.status("news").hits, room.status("football").hits) == (MANY, 1)
    await room.core.writer.close()


async def test_an_alias_that_is_edited_during_a_long_search_counts_as_it_is_now(tmp_path: Path) -> None:
    room = Room(tmp_path, *(f"old {number}" for number in range(MANY)), *(f"new {number}" for number in range(3)))
    written = '[alias]\nx = ["old"]\n[[rule]]\nid = "named"\nquery = "@x"\n'
    room.path.write_text(written, "utf-8")
    await room.desk.reload()
    searching = asyncio.ensure_future(room.desk.history.catch_up())
    await anext(room.hub.watch(room.hub.view.seq))
    room.path.write_text(written.replace("old", "new"), "utf-8")
    await room.desk.reload()
    await searching
    assert {hit.entry.title[:3] for hit in room.store.hits() if not hit.is_old_rule} == {"new"}
    assert room.status("named").hits < MANY
    await room.core.writer.close()


async def test_a_search_that_is_cut_short_is_made_up_for(room: Room) -> None:
    searching = asyncio.ensure_future(room.desk.history.catch_up())
    await asyncio.sleep(0)
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    await room.desk.history.catch_up()
    assert {hit.rule_id for hit in room.store.hits()} == {"kursk", "grain"}


async def test_hints_know_where_the_file_looks_by_default(room: Room) -> None:
    assert room.desk.check("Kursk NOT title:Kursk").hints == ()
    room.path.write_text('[defaults]\nfields = ["title"]\n' + RULES.removeprefix("version = 1\n"), "utf-8")
    await room.desk.reload()
    assert "can never match" in room.desk.check("Kursk NOT title:Kursk").hints[0]


async def test_a_hit_is_explained_against_any_rule(room: Room) -> None:
    await room.desk.history.catch_up()
    (hit,) = [hit for hit in room.store.hits() if hit.rule_id == "kursk"]
    own, other = room.desk.explain(hit.id, None), room.desk.explain(hit.id, RuleId("grain"))
    assert own is not None
    assert other is not None
    assert (own.is_held, own.label, other.is_held, other.label) == (True, "word “Kursk”", False, "word “grain”")
    assert room.desk.explain(hit.id, RuleId("nobody")) is None


async def test_a_rule_of_other_feeds_or_languages_is_explained_as_such(room: Room) -> None:
    scoped = RULES.replace('query = "grain"', 'query = "fighting"\nlanguages = ["uk"]\nfeeds = ["tag:wires"]')
    room.path.write_text(scoped, "utf-8")
    await room.desk.reload()
    await room.desk.history.catch_up()
    (hit,) = [hit for hit in room.store.hits() if hit.rule_id == "kursk"]
    clause = room.desk.explain(hit.id, RuleId("grain"))
    assert clause is not None
    assert not clause.is_held
    assert [(part.label, part.is_held) for part in clause.parts] == [
        ("word “fighting”", True),
        ("languages: uk", False),
        ("feeds: tag:wires", False),
    ]


async def test_backtests_take_turns_and_each_comes_to_its_end(tmp_path: Path) -> None:
    room = Room(tmp_path, *(f"news {number}" for number in range(50)), "Kursk")

    async def hits(query: str) -> int:
        *_, last = [found async for found in room.desk.backtest(RuleDraft(query), None, None)]
        return last.hits

    assert tuple(await asyncio.gather(hits("news"), hits("Kursk"), hits("football"))) == (50, 1, 0)
    await room.core.writer.close()


async def test_a_backtest_has_the_other_keys_of_the_rule_it_would_replace(room: Room) -> None:
    room.path.write_text(RULES.replace('query = "grain"', 'query = "grain"\nfields = ["summary"]'), "utf-8")
    await room.desk.reload()
    async with aclosing(room.desk.backtest(RuleDraft("talks"), RuleId("grain"), None)) as snapshots:
        *_, last = [found async for found in snapshots]
    assert (last.hits, last.saved_hits) == (0, 0)
    *_, last = [found async for found in room.desk.backtest(RuleDraft("talks"), RuleId("deleted"), None)]
    assert (last.hits, last.saved_hits) == (1, None)


async def test_a_backtest_counts_stories_as_saving_the_rule_would(tmp_path: Path) -> None:
    room = Room(tmp_path)
    one = build.entry("Grain talks begin", seen_at=build.at())
    copy = replace(one, feed_id=build.feed("https://other.example/").id, seen_at=build.at(5), link=None)
    entries = (one, copy, build.entry("Grain ships"))
    room.store.commit(
        Transaction(
            entries=entries, identities=tuple(build.identity(entry, link=entry.link or "") for entry in entries)
        )
    )
    *_, last = [found async for found in room.desk.backtest(RuleDraft("grain"), None, None)]
    assert (last.hits, last.stories) == (3, 2)
    await room.core.writer.close()
