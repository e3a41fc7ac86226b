"""Pages that are read without anybody asking: which, how many, when, and what is said of those that are not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newswatch.article.page import PageReading
from newswatch.engine.article_desk import ArticleReader
from newswatch.engine.core import Core
from newswatch.engine.fulltext import FullText
from newswatch.engine.hub import Hub
from newswatch.engine.page_rounds import MOST_AT_ONCE, NOT_READ, PAGES_A_MINUTE, PageRounds
from newswatch.engine.pages import PageAnswer
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.waiting_pages import WaitingPages
from newswatch.engine.writer import Writer
from newswatch.errors import StoreError
from newswatch.model.article import PageProblem
from newswatch.model.entry import Entry
from newswatch.model.event import Liveness, LivenessChanged
from newswatch.model.feed import Feed
from newswatch.model.hit import PAGE_FIELD, Held, Hit
from newswatch.model.picture import NoPicture
from newswatch.model.rule import RuleBook, RuleId, Severity
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

TEXT = "The council said that the ferry runs again, and the harbour office agreed."


@dataclass
class Pages:
    """Pages that are all alike; `permits` lets one at a time through where a test wants it so."""

    text: str = TEXT
    problem: PageProblem | None = None
    asked: list[str] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    permits: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(10_000))

    async def read(self, link: str, _: Feed | None) -> PageAnswer:
        self.asked.append(link)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        async with self.permits:
            await asyncio.sleep(0)
        self.open_now -= 1
        return PageAnswer(PageReading(self.text, problem=self.problem))

    async def picture(self, _: str, __: Feed | None) -> NoPicture:
        return NoPicture("There are none here.")

    async def aclose(self) -> None:
        pass


class Rounds:
    """Rounds over a memory, a clock turned by hand, and pages that are made up."""

    def __init__(self, rules: RuleBook | None = None, waiting: Path = Path("/nowhere/waiting")) -> None:
        self.clock = FakeClock(build.at(60))
        self.store = MemoryStore()
        self.pages = Pages()
        self.raised: list[Hit] = []
        self.core = Core(self.store, Writer(self.store), Hub(View()), self.clock, Roster(), Rulebook())
        self.core.rulebook.adopt(rules or RuleBook())
        self.core.hub.publish([LivenessChanged(Liveness.LIVE)])
        self.full_text = FullText(self.core, self._take)
        self.reader = ArticleReader(self.core, self.pages, self.full_text)
        self.on_disk = waiting
        self.begin()

    def begin(self) -> None:
        """Rounds that know nothing yet, as at a start."""
        self.rounds = PageRounds(self.core, self.reader, self.full_text, WaitingPages(self.on_disk))
        self.core.hears = self.rounds.hear

    def _take(self, hits: Sequence[Hit], _: datetime | None) -> None:
        self.raised.extend(hits)

    async def came(self, *hits: Hit, entries: Sequence[Entry] = ()) -> None:
        """Stores what a document brought, and tells of it."""
        stored = Transaction(entries=(*(hit.entry for hit in hits), *entries), hits=hits)
        async with self.core.order:
            await self.core.commit(stored)
            self.core.tell(stored, hits)

    async def settled(self, asked: int) -> None:
        """Until so many pages were asked for and none is under way any more; and no more than those."""
        async with asyncio.timeout(20):
            while len(self.pages.asked) < asked or self.pages.open_now or self.reader._under_way:  # noqa: ASYNC110 - a thread sets no event
                await asyncio.sleep(0.001)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(self.pages.asked) == asked

    @asynccontextmanager
    async def running(self, *, is_last: bool = True) -> AsyncIterator[None]:
        life = asyncio.create_task(self.rounds.run())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life
            await self.reader.aclose()
            if is_last:
                await self.core.writer.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - a thread sets no event
            await asyncio.sleep(0.001)


def an_alert(number: int = 0, host: str = "dnipro-wire.example", **changes: Any) -> Hit:
    entry = build.entry(f"North Korean troops, part {number}", link=f"https://{host}/{number}", seen_at=build.at(60))
    return replace(build.hit(entry, found_at=build.at(60)), **changes)


@pytest.mark.parametrize(
    ("hit", "asked"),
    [
        (an_alert(), 1),
        (an_alert(severity=Severity.CRITICAL), 1),
        (an_alert(severity=Severity.NORMAL), 0),
        (an_alert(held=Held.BACKLOG), 0),
        (an_alert(held=Held.MUTED), 0),
    ],
)
async def test_the_pages_of_alerts_that_matter_are_read(hit: Hit, asked: int) -> None:
    world = Rounds()
    async with world.running():
        await world.came(hit)
        await world.settled(asked)
        assert (world.store.article(hit.entry.feed_id, hit.entry.key) is not None) is bool(asked)


async def test_one_page_at_a_time_on_a_host_and_few_at_once_in_all() -> None:
    world = Rounds()
    world.pages.permits = asyncio.Semaphore(0)
    async with world.running():
        await world.came(*(an_alert(number) for number in range(4)))
        for _ in range(50):
            await asyncio.sleep(0)
        assert world.pages.open_now == 1
        await world.came(*(an_alert(number, host=f"h{number}.example") for number in range(10, 16)))
        for _ in range(50):
            await asyncio.sleep(0)
        assert world.pages.most_open == 3
        for _ in range(100):
            world.pages.permits.release()
        await world.settled(10)
        assert world.pages.most_open == 3


async def test_so_many_pages_a_minute_and_the_rest_after_it() -> None:
    world = Rounds()
    async with world.running():
        await world.came(*(an_alert(number, host=f"h{number}.example") for number in range(PAGES_A_MINUTE + 5)))
        await world.settled(PAGES_A_MINUTE)
        await world.clock.advance(66)
        await world.settled(PAGES_A_MINUTE + 5)


async def test_what_a_gap_piled_up_is_not_read_page_by_page() -> None:
    world = Rounds()
    async with world.running():
        await world.came(*(an_alert(number, host=f"h{number}.example") for number in range(MOST_AT_ONCE + 1)))
        await world.settled(0)


async def test_nothing_is_read_while_offline_and_all_of_it_after() -> None:
    world = Rounds()
    world.core.hub.publish([LivenessChanged(Liveness.OFFLINE)])
    async with world.running():
        await world.came(an_alert())
        await world.clock.advance(30)
        await world.settled(0)
        world.core.hub.publish([LivenessChanged(Liveness.LIVE)])
        await world.clock.advance(6)
        await world.settled(1)


async def test_an_alert_s_page_is_looked_at_again_after_one_six_and_twenty_four_hours() -> None:
    world = Rounds()
    async with world.running():
        await world.came(an_alert())
        await world.settled(1)
        for hours, asked in ((0.5, 1), (1.1, 2), (5.5, 2), (6.2, 3), (23.9, 3), (24.2, 4), (60, 4)):
            await world.clock.advance(build.EPOCH.timestamp() + 3600 * (1 + hours) - world.clock.now().timestamp())
            await world.settled(asked)


def edited(hit: Hit, world: Rounds, title: str = "North Korean troops were not seen") -> Hit:
    return replace(hit, entry=replace(hit.entry, title=title, revised_at=world.clock.now()))


async def test_an_alert_s_page_is_looked_at_again_when_its_feed_edits_the_entry() -> None:
    world = Rounds()
    hit = an_alert()
    async with world.running():
        await world.came(hit)
        await world.settled(1)
        await world.clock.advance(1_200)
        await world.came(edited(hit, world))
        await world.settled(2)
        for _ in range(5):  # a feed that edits again and again
            await world.clock.advance(60)
            await world.came(edited(hit, world))
        await world.settled(2)
        await world.clock.advance(310)
        await world.settled(3)
        await world.clock.advance(build.EPOCH.timestamp() + 3600 * 2.1 - world.clock.now().timestamp())
        await world.settled(4)  # and an hour after the alert, as ever


@pytest.mark.parametrize("changes", [{"severity": Severity.NORMAL}, {"held": Held.BACKLOG}])
async def test_an_edit_of_an_entry_that_nobody_was_alerted_to_fetches_no_page(changes: dict[str, Any]) -> None:
    world = Rounds()
    hit = an_alert(**changes)
    async with world.running():
        await world.came(hit)
        await world.reader.read(hit.id)
        await world.came(edited(hit, world))
        await world.clock.advance(7_200)
        await world.settled(1)


async def test_a_page_whose_feed_edited_the_entry_since_it_was_read_is_read_again_when_it_is_opened() -> None:
    world = Rounds()
    hit = an_alert(severity=Severity.NORMAL)
    async with world.running():
        await world.came(hit)
        await world.reader.read(hit.id)
        await world.reader.read(hit.id)
        assert len(world.pages.asked) == 1
        await world.clock.advance(60)
        await world.came(edited(hit, world))
        for _ in range(3):
            await world.reader.read(hit.id)
        assert len(world.pages.asked) == 2


async def test_the_hits_on_a_page_that_changed_say_so_and_are_told_again() -> None:
    world = Rounds()
    hit = an_alert()
    async with world.running():
        await world.came(hit)
        await world.settled(1)
        world.pages.text = TEXT.replace("runs", "does not run")
        await world.clock.advance(3_700)
        await world.settled(2)
        stored = world.store.hit(hit.id)
        assert stored is not None
        assert stored.page_changed_at is not None
        assert stored == replace(hit, page_changed_at=stored.page_changed_at)
        assert [story.lead.page_changed_at for story in world.core.hub.view.stories] == [stored.page_changed_at]
        world.pages.text = world.pages.text.replace("ferry", "[ferry][1]")
        await world.clock.advance(20_000)
        await world.settled(3)
        assert world.store.hit(hit.id) == stored


async def test_ten_hits_on_one_page_that_are_opened_at_once_share_one_fetch() -> None:
    world = Rounds()
    entry = an_alert().entry
    hits = [
        build.hit(entry, build.rule("troops", id=RuleId(f"r{number}")), severity=Severity.LOW) for number in range(10)
    ]
    async with world.running():
        await world.came(*hits)
        articles = await asyncio.gather(*(world.reader.read(hit.id, again=True) for hit in hits))
        assert len(world.pages.asked) == 1
        assert len({article.readings for article in articles}) == 1


async def test_who_waits_for_a_page_when_newswatch_ends_is_told_so_and_who_leaves_disturbs_nobody() -> None:
    world = Rounds()
    world.pages.permits = asyncio.Semaphore(0)
    hit = an_alert(severity=Severity.LOW)
    async with world.running():
        await world.came(hit)
        readers = [asyncio.create_task(world.reader.read(hit.id)) for _ in range(3)]
        await until(lambda: bool(world.pages.open_now))
        readers[0].cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert [reader.done() for reader in readers] == [True, False, False]
        await world.reader.aclose()
        for reader in readers[1:]:
            with pytest.raises(StoreError, match="ended"):
                await reader
    assert world.store.article(hit.entry.feed_id, hit.entry.key) is None


async def test_an_article_that_no_disk_takes_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Rounds()
    hit = an_alert(severity=Severity.LOW)
    async with world.running():
        await world.came(hit)

        async def refuse(*_: Transaction) -> None:
            raise StoreError("No space left.")

        monkeypatch.setattr(world.core, "commit", refuse)
        assert (await world.reader.read(hit.id)).newest.text == TEXT
        assert world.store.article(hit.entry.feed_id, hit.entry.key) is None


async def test_a_page_that_could_not_be_had_is_asked_for_once_in_ten_minutes_however_often_it_is_opened() -> None:
    world = Rounds()
    hit = an_alert(severity=Severity.LOW)
    async with world.running():
        await world.came(hit)
        world.pages.problem = PageProblem.PAYWALL
        for minutes, asked in ((0, 1), (1, 1), (11, 2), (1, 2), (5, 2), (5, 3)):
            await world.clock.advance(60 * minutes)
            await world.reader.read(hit.id)
            assert len(world.pages.asked) == asked


async def test_of_hundreds_of_alerts_a_day_each_page_is_looked_at_again() -> None:
    world = Rounds()
    async with world.running(), asyncio.timeout(30):
        for first in range(0, 160, 40):
            await world.came(*(an_alert(number, host=f"h{number}.example") for number in range(first, first + 40)))
        for asked in (160, 320):
            while len(world.pages.asked) < asked:
                await world.clock.advance(60)
                await asyncio.sleep(0.001)  # threads are at work on what was read
        assert set(Counter(world.pages.asked).values()) == {2}


async def test_looks_that_are_due_survive_a_restart() -> None:
    world = Rounds()
    hit = an_alert()
    await world.came(hit)
    await world.reader.read_page(hit.entry)
    world.begin()
    async with world.running():
        await world.settled(1)
        await world.clock.advance(3_700)
        await world.settled(2)


FULL = RuleBook(
    rules=(build.rule("harbour office", id=RuleId("harbour"), fulltext=True),), default_fields=("title", "content")
)


async def test_a_full_text_rule_gets_its_hit_from_the_page_once() -> None:
    world = Rounds(FULL)
    entry = build.entry("Ferry runs again", seen_at=build.at(60))
    async with world.running():
        await world.came(entries=[entry])
        await world.settled(1)
        (hit,) = world.store.hits_of_entry(entry.feed_id, entry.key)
        assert [(mark.field, mark.text) for mark in hit.marks] == [(PAGE_FIELD, "harbour office")]
        assert world.raised == [hit]
        await world.reader.read(hit.id, again=True)
        assert world.store.hits_of_entry(entry.feed_id, entry.key) == (hit,)
        assert world.raised == [hit]


async def test_what_a_rule_finds_in_a_page_is_stored_with_it_and_leaves_nothing_to_be_searched_for() -> None:
    world = Rounds(FULL)
    rules = world.core.rulebook.matcher.rules
    world.core.searched.begin(None, world.clock.now())
    found_all = world.core.searched.found_all(world.core.searched.watch(rules, world.clock.now()), rules)
    await world.core.commit(Transaction(searched=found_all))
    stored: list[Transaction] = []

    def hear(transaction: Transaction, new_hits: Sequence[Hit]) -> None:
        stored.append(transaction)
        world.rounds.hear(transaction, new_hits)

    world.core.hears = hear
    async with world.running():
        await world.came(an_alert())
        await world.settled(1)
        assert [(len(one.articles), len(one.hits)) for one in stored[1:]] == [(1, 1)]
        assert set(world.store.searched()) == {RuleId("harbour")}


async def test_a_hit_in_a_page_that_says_something_else_is_of_an_old_rule_until_it_is_said_again() -> None:
    world = Rounds(FULL)
    entry, office = build.entry("Ferry runs again", seen_at=build.at(60)), world.pages.text
    async with world.running():
        await world.came(entries=[entry])
        await world.settled(1)
        (hit,) = world.store.hits_of_entry(entry.feed_id, entry.key)
        for text, is_old_rule in ((office.replace("harbour", "other"), True), (office, False)):
            world.pages.text = text
            await world.reader.read(hit.id, again=True)
            (now,) = world.store.hits_of_entry(entry.feed_id, entry.key)
            assert now.is_old_rule is is_old_rule
            assert now.is_in_full_text
        assert world.raised == [hit]


async def test_a_page_that_an_alert_and_a_full_text_rule_ask_for_is_fetched_once_and_looked_at_again() -> None:
    world = Rounds(FULL)
    world.pages.text = "Nothing that the rule looks for stands here, said the council of the region."
    async with world.running():
        await world.came(an_alert())
        await world.settled(1)
        await world.clock.advance(3_700)
        await world.settled(2)


async def test_the_page_of_an_alert_by_full_text_is_looked_at_again() -> None:
    rule = build.rule("harbour office", id=RuleId("harbour"), fulltext=True, severity=Severity.HIGH)
    world = Rounds(RuleBook(rules=(rule,), default_fields=("title", "content")))
    async with world.running():
        await world.came(entries=ferries(1))
        await world.settled(1)
        await world.clock.advance(3_700)
        await world.settled(2)


async def test_what_was_waiting_for_a_full_text_rule_is_read_after_a_restart() -> None:
    world = Rounds(FULL)
    entry = build.entry("Ferry runs again", seen_at=build.at(55))
    world.store.commit(Transaction(entries=(entry, build.entry("Too long ago", seen_at=build.at(0)))))
    async with world.running():
        await world.settled(1)
        assert world.store.hits_of_entry(entry.feed_id, entry.key)


async def test_a_check_that_ends_reads_what_full_text_rules_wait_for_and_nothing_else() -> None:
    world = Rounds(FULL)
    entries = [replace(one, link=f"https://h{number % 4}.example/{number}") for number, one in enumerate(ferries(9))]
    await world.came(entries=entries)
    async with asyncio.timeout(20):
        await world.rounds.run_once()
    assert sorted(world.pages.asked) == sorted(str(entry.link) for entry in entries)
    assert world.pages.most_open <= 3
    assert len(world.raised) == len(entries)
    await world.reader.aclose()
    await world.core.writer.close()


async def test_a_check_that_ends_reads_no_page_ahead_of_who_opens_it() -> None:
    world = Rounds()
    await world.came(an_alert())
    await world.rounds.run_once()
    assert not world.pages.asked
    await world.core.writer.close()


async def test_what_a_check_that_ends_had_no_time_for_is_read_by_the_next_one(tmp_path: Path) -> None:
    world = Rounds(FULL, tmp_path / "waiting")
    await world.came(entries=ferries(PAGES_A_MINUTE + 5))
    await world.rounds.run_once()
    assert len(world.pages.asked) == PAGES_A_MINUTE
    await world.clock.advance(3_600)  # it is called by the hour
    world.begin()
    await world.rounds.run_once()
    assert len(world.pages.asked) == len(set(world.pages.asked)) == PAGES_A_MINUTE + 5
    assert not (tmp_path / "waiting").exists()
    world.begin()
    await world.rounds.run_once()  # pages that gave no hit are not fetched again each time
    assert len(world.pages.asked) == PAGES_A_MINUTE + 5
    await world.reader.aclose()
    await world.core.writer.close()


async def test_a_page_that_does_not_come_holds_a_check_that_ends_up_for_a_minute_and_waits_for_the_next(
    tmp_path: Path,
) -> None:
    world = Rounds(FULL, tmp_path / "waiting")
    world.pages.permits = asyncio.Semaphore(0)
    await world.came(entries=ferries(1))
    checking = asyncio.create_task(world.rounds.run_once())
    await until(lambda: world.pages.open_now == 1)
    await world.clock.advance(61)
    async with asyncio.timeout(20):
        await checking
    world.pages.permits = asyncio.Semaphore(10)
    await world.reader.aclose()
    world.begin()
    await world.rounds.run_once()
    assert len(world.pages.asked) == 2
    await world.core.writer.close()


async def test_entries_that_no_rule_waits_for_are_not_read() -> None:
    world = Rounds(FULL)
    async with world.running():
        await world.came(
            an_alert(severity=Severity.LOW),
            entries=[
                build.entry("Backlog", is_backlog=True),
                build.entry("No link", link=None),
                build.entry("Revised", revised_at=build.at(60)),
            ],
        )
        await world.settled(1)  # the alert's own: it is an entry like any other


async def test_what_is_left_out_is_said_until_the_rest_is_done() -> None:
    world = Rounds(FULL)
    world.core.hub.publish([LivenessChanged(Liveness.OFFLINE)])
    async with world.running():
        entries = [build.entry(f"Ferry {number}", link=f"https://h{number}.example/") for number in range(66)]
        await world.came(entries=entries)
        assert "66 pages were not read" in world.core.hub.view.notices[NOT_READ].text
        await world.came(entries=entries[:2])
        world.core.hub.publish([LivenessChanged(Liveness.LIVE)])
        await world.clock.advance(6)
        await world.settled(2)
        assert NOT_READ not in world.core.hub.view.notices


def ferries(count: int) -> list[Entry]:
    return [
        build.entry(f"Ferry {number}", link=f"https://h{number}.example/", seen_at=build.at(60))
        for number in range(count)
    ]


async def test_what_waits_stands_in_a_file_while_it_waits(tmp_path: Path) -> None:
    world = Rounds(FULL, tmp_path / "waiting")
    world.core.hub.publish([LivenessChanged(Liveness.OFFLINE)])
    entries = ferries(3)
    async with world.running():
        await world.came(entries=entries)
        while not world.on_disk.exists():
            await world.clock.advance(6)
            await asyncio.sleep(0.001)  # a thread writes it
        assert WaitingPages(world.on_disk).read() == tuple((entry.feed_id, entry.key) for entry in entries)
        world.core.hub.publish([LivenessChanged(Liveness.LIVE)])
        await world.clock.advance(6)
        await world.settled(3)
        while world.on_disk.exists():
            await world.clock.advance(6)
            await asyncio.sleep(0.001)  # a thread takes the file away


async def test_pages_that_waited_when_newswatch_ended_long_ago_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    world = Rounds(FULL, tmp_path / "waiting")
    world.core.hub.publish([LivenessChanged(Liveness.OFFLINE)])
    async with world.running(is_last=False):
        await world.came(entries=ferries(4))
        recent = [build.entry(f"Pier {number}", link="https://p.example/", seen_at=build.at(95)) for number in range(2)]
        await world.came(entries=recent)
    await world.clock.advance(40 * 60)
    world.begin()
    world.core.hub.publish([LivenessChanged(Liveness.LIVE)])
    async with world.running():
        said = world.core.hub.view.notices[NOT_READ].text
        assert "4 pages were not read for rules on full text: newswatch ended while they waited" in said
        await world.settled(2)
    assert not world.on_disk.exists()


async def test_a_page_that_was_being_read_when_newswatch_ended_still_waits(tmp_path: Path) -> None:
    world = Rounds(FULL, tmp_path / "waiting")
    world.pages.permits = asyncio.Semaphore(0)
    (entry,) = ferries(1)
    async with world.running():
        await world.came(entries=[entry])
        await until(lambda: bool(world.pages.open_now))
    assert WaitingPages(world.on_disk).read() == ((entry.feed_id, entry.key),)


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[1]", b"[[1, 2]]", b"[" * 100_000, b'[["a"]]', b"\xff", b" " * 2_000_000]
)
def test_a_list_that_is_none_is_as_good_as_not_there(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "waiting").write_bytes(raw)
    assert WaitingPages(tmp_path / "waiting").read() == ()


def test_a_list_that_cannot_be_written_stops_nothing_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = WaitingPages(tmp_path / "nowhere" / "waiting")
    (entry,) = ferries(1)
    for _ in range(5):
        waiting.write([(entry.feed_id, entry.key)])
    assert waiting.read() == ()
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1


async def test_what_is_said_of_pages_left_out_is_taken_back_though_alerts_are_to_be_looked_at_again() -> None:
    world = Rounds(FULL)
    async with world.running():
        await world.came(an_alert())
        await world.settled(1)
        await world.came(entries=ferries(60))
        assert NOT_READ in world.core.hub.view.notices
        await world.came(entries=[build.entry("Pier", link="https://p.example/", seen_at=build.at(60))])
        await world.settled(2)
        assert NOT_READ not in world.core.hub.view.notices


async def test_only_pages_that_a_rule_asks_for_are_counted_as_left_out() -> None:
    rule = build.rule("harbour office", id=RuleId("harbour"), fulltext=True, languages=("uk",))
    world = Rounds(RuleBook(rules=(rule,), default_fields=("title", "content")))
    async with world.running():
        await world.came(entries=[replace(entry, lang="en") for entry in ferries(66)])
        assert NOT_READ not in world.core.hub.view.notices
