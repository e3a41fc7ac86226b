"""The pulse of a home: counted right, counted again only when it must be, and honest about what was not watched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newswatch.engine.core import Core
from newswatch.engine.hub import Hub
from newswatch.engine.pulse_desk import PulseDesk
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.watched import FILE_NAME
from newswatch.engine.writer import Writer
from newswatch.model.entry import Entry
from newswatch.model.event import HitsStored, Liveness, LivenessChanged, RulesChanged, TotalsChanged
from newswatch.model.feed import Feed, FeedStatus
from newswatch.model.hit import Held, Hit
from newswatch.model.pulse import LedgerLine, Wanted
from newswatch.model.rule import RuleBook, RuleId
from newswatch.model.view import View
from newswatch.model.vitals import FeedVitals, packed
from newswatch.store.api import HitTick, Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

RULES = (build.rule(), build.rule("Hormuz", id=RuleId("hormuz")), build.rule("Kursk NOT Kursk", id=RuleId("never")))
HOUR = timedelta(hours=1)


class CountingStore(MemoryStore):
    """A store that notes how often it was counted."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = 0

    def hit_ticks(self, since: datetime) -> Sequence[HitTick]:
        self.counted += 1
        return super().hit_ticks(since)


class PatientClock(FakeClock):
    """A clock that can be turned when somebody waits for it: what is done on a thread meanwhile is waited for."""

    async def is_waited_for(self) -> None:
        while all(woken.done() for _, _, woken in self._sleepers):  # noqa: ASYNC110  a thread of the loop's own is waited for
            await asyncio.sleep(0.001)


class Stage:
    """A desk on a home in memory."""

    def __init__(self, folder: Path, *, is_writer: bool = True) -> None:
        self.clock = PatientClock(build.at(30))
        self.store = CountingStore()
        self.hub = Hub(View())
        self.roster = Roster()
        rulebook = Rulebook()
        rulebook.adopt(RuleBook(rules=RULES))
        self.core = Core(self.store, Writer(self.store), self.hub, self.clock, self.roster, rulebook)
        self.hub.publish([RulesChanged(rulebook.statuses()), LivenessChanged(Liveness.LIVE)])
        self.journal = folder / "history.journal"
        self.desk = PulseDesk(self.core, self.journal, self.clock, is_writer=is_writer)

    async def commit(self, entries: Sequence[Entry] = (), hits: Sequence[Hit] = ()) -> None:
        transaction = Transaction(entries=tuple(entries), hits=tuple(hits))
        await self.core.commit(transaction)
        self.core.tell(transaction, hits)

    async def runs(self, seconds: float) -> None:
        """The meters run for so long; whatever is written meanwhile is waited for."""
        running = asyncio.ensure_future(self.desk.run())
        for _ in range(round(seconds / 60)):
            await self.clock.is_waited_for()
            await self.clock.advance(60)
        await self.clock.is_waited_for()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def add_feed(self, feed: Feed, **state: object) -> None:
        self.roster.adopt([*self.roster.feeds.values(), feed])
        self.roster.put_state(build.feed_state(feed, **state), is_saved=True)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.store.close()


def entry(number: int, at: datetime, *, is_backlog: bool = False) -> Entry:
    return build.entry(
        f"Item {number}", published_at=at, seen_at=build.at(30) if is_backlog else at, is_backlog=is_backlog
    )


async def test_the_ledger_counts_the_day_and_all_there_is(stage: Stage) -> None:
    now = stage.clock.now()
    old, fresh, other = entry(1, now - 50 * HOUR), entry(2, now - HOUR), entry(3, now - HOUR / 2)
    hits = (
        build.hit(old, RULES[0], held=Held.MUTED),
        build.hit(fresh, RULES[0]),
        build.hit(fresh, RULES[1], held=Held.RULE_CHANGE),
    )
    await stage.commit((old, fresh, other), hits)
    pulse = await stage.desk.look()
    day, ever = pulse.day, pulse.ever
    assert day.is_balanced
    assert ever.is_balanced
    assert (day.entries, day.matched, day.unmatched, day.hits, day.alerted) == (2, 1, 1, 2, 1)
    assert day.held == {Held.RULE_CHANGE: 1}
    assert (ever.entries, ever.matched, ever.hits) == (3, 2, 3)
    assert ever.held == {Held.MUTED: 1, Held.RULE_CHANGE: 1}


async def test_every_number_opens_as_many_items_as_it_says(stage: Stage) -> None:
    now = stage.clock.now()
    entries = [entry(number, now - number * HOUR) for number in range(30)]
    helds = (None, Held.MUTED, Held.BACKLOG, Held.SNOOZED)
    hits = [
        build.hit(one, RULES[number % 2], held=helds[number % 4]) for number, one in enumerate(entries) if number % 3
    ]
    await stage.commit(entries, hits)
    pulse = await stage.desk.look()
    for ledger in (pulse.day, pulse.ever):
        for line in LedgerLine:
            items = await stage.desk.items(Wanted(line, ledger.since), 1_000)
            found = sum(len(item.hits) for item in items) if line.is_of_hits else len(items)
            assert found == ledger.count(line), line
    for rate in pulse.rates:
        wanted = Wanted(LedgerLine.HITS, pulse.since, rate.rule_id)
        items = await stage.desk.items(wanted, 1_000)
        assert all(hit.rule_id == rate.rule_id for item in items for hit in item.hits)


async def test_the_number_of_a_rate_opens_that_many_hits_though_backlog_lies_between(stage: Stage) -> None:
    now = stage.clock.now()
    entries = [entry(number, now - HOUR * number / 20, is_backlog=number % 3 == 0) for number in range(30)]
    hits = [build.hit(one, RULES[1], held=Held.BACKLOG if one.is_backlog else None) for one in entries]
    await stage.commit(entries, hits)
    rate = next(rate for rate in (await stage.desk.look()).rates if rate.rule_id == RULES[1].id)
    wanted = Wanted(LedgerLine.HITS, (await stage.desk.look()).since, rate.rule_id, is_live=True)
    found = [hit for item in await stage.desk.items(wanted, 1_000) for hit in item.hits]
    assert rate.hits == len(found) == 20
    assert len(await stage.desk.items(wanted, 7)) == 7


async def test_what_is_put_away_for_another_reason_is_counted_there_though_no_sum_changes(stage: Stage) -> None:
    fresh = entry(1, stage.clock.now())
    hit = build.hit(fresh, RULES[0], held=Held.SNOOZED)
    await stage.commit((fresh,), (hit,))
    assert (await stage.desk.look()).day.held == {Held.SNOOZED: 1}
    await stage.core.commit(Transaction(hits=(replace(hit, held=Held.MUTED),)))
    stage.hub.publish([TotalsChanged(stage.store.totals())])  # the hit itself lies below what the view holds
    assert (await stage.desk.look()).day.held == {Held.MUTED: 1}


async def test_what_a_few_feeds_bring_is_not_said_to_be_what_all_bring(stage: Stage) -> None:
    since = stage.clock.now() - HOUR
    stage.add_feed(build.feed(), vitals=FeedVitals(since=since, listed_per_day=6.5))
    for number in range(3):
        stage.add_feed(build.feed(f"https://{number}.example/rss"), vitals=FeedVitals(since=since))
    assert (await stage.desk.look()).flow.entries_per_day is None


async def test_feeds_that_never_answered_keep_nobody_from_saying_what_the_others_bring(stage: Stage) -> None:
    stage.add_feed(build.feed(), vitals=FeedVitals(since=stage.clock.now(), listed_per_day=6.5))
    stage.add_feed(build.feed("https://dead.example/rss"))
    assert (await stage.desk.look()).flow.entries_per_day == 6.5


async def test_a_long_list_is_opened_page_by_page(stage: Stage) -> None:
    now = stage.clock.now()
    await stage.commit([entry(number, now - number * HOUR / 60) for number in range(50)])
    items = await stage.desk.items(Wanted(LedgerLine.UNMATCHED), 20)
    assert [item.entry.title for item in items] == [f"Item {number}" for number in range(20)]


async def test_nothing_is_counted_again_until_something_came(stage: Stage) -> None:
    await stage.desk.look()
    await stage.desk.look()
    assert stage.store.counted == 1
    fresh = entry(1, stage.clock.now())
    await stage.commit((fresh,), (build.hit(fresh, RULES[0]),))
    await stage.desk.rates()
    assert stage.store.counted == 2


async def test_a_hit_that_is_muted_moves_from_one_line_to_another(stage: Stage) -> None:
    fresh = entry(1, stage.clock.now())
    hit = build.hit(fresh, RULES[0])
    await stage.commit((fresh,), (hit,))
    assert (await stage.desk.look()).day.alerted == 1
    muted = replace(hit, held=Held.MUTED)
    await stage.core.commit(Transaction(hits=(muted,)))
    stage.hub.publish([HitsStored((muted,)), TotalsChanged(stage.store.totals())])
    day = (await stage.desk.look()).day
    assert (day.alerted, day.held) == (0, {Held.MUTED: 1})


async def test_when_an_hour_ends_the_day_moves_on(stage: Stage) -> None:
    before = (await stage.desk.look()).since
    await stage.clock.advance(3_600)
    assert (await stage.desk.look()).since == before + HOUR


async def test_what_was_watched_is_known_after_a_restart(tmp_path: Path) -> None:
    first = Stage(tmp_path)
    await first.runs(3 * 3_600)
    await first.desk.close()
    first.store.close()
    assert (tmp_path / FILE_NAME).exists()
    second = Stage(tmp_path)
    await second.clock.advance(8 * 3_600)
    await second.desk.note_check()
    pulse = await second.desk.look()
    assert pulse.watched_hours == pytest.approx(3, abs=0.1)
    assert pulse.rates[0].hours.count(None) >= 20
    second.store.close()


async def test_time_without_a_network_was_not_watched(stage: Stage) -> None:
    await stage.runs(600)
    stage.hub.publish([LivenessChanged(Liveness.OFFLINE)])
    await stage.runs(2 * 3_600)
    assert (await stage.desk.look()).watched_hours == pytest.approx(600 / 3_600, abs=0.01)


async def test_a_home_that_was_only_opened_was_not_watched(stage: Stage, tmp_path: Path) -> None:
    await stage.desk.look()
    await stage.desk.close()
    assert not (tmp_path / FILE_NAME).exists()


async def test_a_follower_reads_what_the_writer_watched_and_writes_nothing(tmp_path: Path) -> None:
    writer, follower = Stage(tmp_path), Stage(tmp_path, is_writer=False)
    await writer.runs(1_800)
    await writer.desk.close()
    written = (tmp_path / FILE_NAME).read_bytes()
    await follower.runs(1_800)
    assert (await follower.desk.look()).watched_hours == pytest.approx(0.5, abs=0.01)
    await follower.desk.close()
    assert (tmp_path / FILE_NAME).read_bytes() == written
    writer.store.close()
    follower.store.close()


async def test_feeds_that_are_late_are_behind_and_others_are_not(stage: Stage) -> None:
    now = stage.clock.now()
    states: dict[str, dict[str, object]] = {
        "late": {"next_check_at": now + timedelta(minutes=1)},
        "later": {"next_check_at": now},
        "in-time": {"next_check_at": now + timedelta(minutes=30)},
        "gone": {"next_check_at": now, "status": FeedStatus.STOPPED},
        "asked-to-wait": {"next_check_at": now, "not_before": now + timedelta(hours=2)},
    }
    for name, state in states.items():
        stage.add_feed(build.feed(f"https://{name}.example/rss", name=name), **state)
    stage.add_feed(build.feed("https://paused.example/rss", name="paused", is_paused=True), next_check_at=now)
    assert (await stage.desk.look()).health.behind.feeds == 0
    await stage.clock.advance(600)
    behind = (await stage.desk.look()).health.behind
    assert (behind.feeds, behind.worst, behind.worst_s) == (2, "later", 600)


async def test_where_the_news_run_faster_than_life_no_feed_is_behind_for_a_second_of_ours(tmp_path: Path) -> None:
    stage, own_clock = Stage(tmp_path), FakeClock()
    desk = PulseDesk(stage.core, stage.journal, own_clock)
    stage.add_feed(build.feed(), next_check_at=stage.clock.now())
    for own_s, behind in ((1, 0), (59, 0), (1, 1)):
        await own_clock.advance(own_s)
        await stage.clock.advance(own_s * 160)
        assert (await desk.look()).health.behind.feeds == behind
    stage.store.close()


async def test_a_feed_due_long_before_the_start_is_late_since_the_start(stage: Stage) -> None:
    stage.add_feed(build.feed(), next_check_at=stage.clock.now() - timedelta(days=3))
    await stage.clock.advance(120)
    assert (await stage.desk.look()).health.behind.worst_s == 120


async def test_items_beyond_the_cap_are_counted_once(stage: Stage) -> None:
    now = stage.clock.now()
    stage.add_feed(build.feed(), vitals=FeedVitals(dropped=70), document_at=now - HOUR)
    stage.add_feed(build.feed("https://b.example/rss"), vitals=FeedVitals(dropped=50), document_at=now - 60 * HOUR)
    pulse = await stage.desk.look()
    assert (pulse.day.beyond_cap, pulse.ever.beyond_cap) == (70, 120)
    assert await stage.desk.items(Wanted(LedgerLine.BEYOND_CAP), 10) == ()


async def test_lag_and_flow_are_over_all_feeds(stage: Stage) -> None:
    since = stage.clock.now() - timedelta(days=2)
    for number, lag_s in enumerate((60.0, 60.0, 3_600.0)):
        vitals = FeedVitals(since=since, lags=bytes([packed(lag_s)] * 10), day=since.toordinal() + 2, counts=(4, 4, 4))
        stage.add_feed(build.feed(f"https://{number}.example/rss"), vitals=vitals)
    flow = (await stage.desk.look()).flow
    assert flow.lag_p50_s == pytest.approx(60, rel=0.04)
    assert flow.lag_p95_s == pytest.approx(3_600, rel=0.04)
    assert flow.entries_per_day == pytest.approx(18)


async def test_how_the_history_is_saved_is_told(stage: Stage) -> None:
    assert (await stage.desk.look()).health.saving.committed_at is None
    stage.journal.write_bytes(b"x" * 1_000)
    await stage.commit((entry(1, stage.clock.now()),))
    await stage.clock.advance(60)
    saving = (await stage.desk.look()).health.saving
    assert saving.committed_at == build.at(30)
    assert saving.commit_s is not None
    assert (saving.waiting, saving.unsaved, saving.journal_bytes, saving.backup_at) == (0, 0, 1_000, None)


async def test_a_rule_that_cannot_fire_says_why(stage: Stage) -> None:
    rates = await stage.desk.rates()
    assert rates[RuleId("never")].never
    assert not rates[RuleId("hormuz")].never


async def test_two_that_ask_at_once_count_once(stage: Stage) -> None:
    await asyncio.gather(stage.desk.look(), stage.desk.rates(), stage.desk.look())
    assert stage.store.counted == 1
