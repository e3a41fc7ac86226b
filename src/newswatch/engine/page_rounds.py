"""Pages that are read without anybody asking: of alerts that matter, and of what full-text rules wait for.

An alert's page is looked at again later, and when its feed edits what it said. Politely: one page at a time on a host,
so many a minute in all, none while offline, none for what a gap piled up. What does not fit is left out, and that is
said: a page can be opened at any time, and is read then. So is what was still waiting when newswatch ended, and is too
old by now.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from itertools import islice

from newswatch.engine.article_desk import ArticleReader
from newswatch.engine.core import Core
from newswatch.engine.fulltext import FullText
from newswatch.engine.waiting_pages import EntryName, WaitingPages
from newswatch.errors import StoreError
from newswatch.fetch.polite import host_key
from newswatch.model.entry import Entry
from newswatch.model.event import Liveness, NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.hit import Hit
from newswatch.model.rule import Severity
from newswatch.store.api import HitQuery, Transaction

PAGES_A_MINUTE = 30
AT_ONCE = 3
MOST_WAITING = 300
MOST_AT_ONCE = 50
"""Entries, or alerts, that one document brings: of more nobody looks at each, and they are of a gap."""
CHECKED_AGAIN_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
EDITED_AGAIN_AFTER = timedelta(minutes=10)
"""Between two looks at an alert's page whose feed edits its text again and again."""
LOST_FOR = timedelta(minutes=30)
"""How far back a start looks for what was still waiting when newswatch ended."""
LEFT_FOR = timedelta(hours=24)
"""The same of a check that ends: it is called by the hour, perhaps."""
LOOK_EVERY_S = 5.0
ONCE_FOR_S = 60.0
NOT_READ = "pages not read"
TOO_MANY = f"more came at once than {PAGES_A_MINUTE} a minute"
ENDED = "newswatch ended while they waited"

log = logging.getLogger(__name__)


class Cause(IntEnum):
    """Why a page is read, the most urgent first."""

    ALERT = 0
    RULE = 1
    AGAIN = 2


@dataclass(frozen=True, slots=True)
class _Job:
    name: EntryName
    cause: Cause
    host: str
    due_s: float  # on the monotonic clock


class PageRounds:
    """One an engine. `hear` takes what was stored, `run` reads, or `run_once` where nothing goes on after it."""

    def __init__(self, core: Core, reader: ArticleReader, full_text: FullText, waiting: WaitingPages) -> None:
        self._core = core
        self._on_disk = waiting
        self._reader = reader
        self._full_text = full_text
        self._jobs: list[_Job] = []
        self._busy_hosts: set[str] = set()
        self._fetched_s: deque[float] = deque()
        self._left_out: Counter[str] = Counter()
        self._reading_for_rules: list[EntryName] = []
        self._stirred = asyncio.Event()
        self._is_list_old = asyncio.Event()

    def hear(self, transaction: Transaction, new_hits: Sequence[Hit]) -> None:
        """Takes what was just stored, and the hits in it that were not there before."""
        alerts = [hit for hit in new_hits if _is_worth_it(hit)]
        if len(alerts) <= MOST_AT_ONCE:
            for hit in alerts:
                self._put(hit.entry, Cause.ALERT)
        fresh = [
            entry
            for entry in transaction.entries
            if entry.revised_at is None and entry.link is not None and self._full_text.is_asked_for(entry)
        ]
        if len(fresh) <= MOST_AT_ONCE:
            for entry in fresh:
                self._put(entry, Cause.RULE)
        else:
            self._leave_out(len(fresh), TOO_MANY)
        edited = [entry for entry in transaction.entries if entry.revised_at is not None and self._is_alerted(entry)]
        if len(edited) <= MOST_AT_ONCE:
            for entry in edited:
                self._put_edited(entry)

    async def run(self) -> None:
        """Reads what waits, until cancelled."""
        self._reading_for_rules.clear()
        self._take_up(self._on_disk.read())  # at once: what comes in from now on is heard, and was not waiting
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_list(), name="pages that wait")
                for number in range(AT_ONCE):
                    tasks.create_task(self._read_on(), name=f"pages {number}")
        finally:
            self._on_disk.write(self._waiting_for_rules())

    async def run_once(self) -> None:
        """Reads what full-text rules wait for, of what just came in and of the last time, and returns.

        No more than a minute's pages, and not longer than that; what is left waits on disk for the next time. Pages of
        alerts are not read ahead: nobody is there to open them.
        """
        self._take_up_waiting(self._on_disk.read(), LEFT_FOR)
        self._jobs = [job for job in self._jobs if job.cause is Cause.RULE]
        try:
            with suppress(TimeoutError):
                async with self._core.clock.timeout(ONCE_FOR_S), asyncio.TaskGroup() as tasks:
                    for number in range(AT_ONCE):
                        tasks.create_task(self._read_out(), name=f"pages {number}")
        finally:
            await asyncio.to_thread(self._on_disk.write, self._waiting_for_rules())

    async def _keep_list(self) -> None:
        while True:
            await self._is_list_old.wait()
            await self._core.clock.sleep(LOOK_EVERY_S)
            waiting = self._waiting_for_rules()
            if not waiting:
                self._is_list_old.clear()
            await asyncio.to_thread(self._on_disk.write, waiting)

    def _waiting_for_rules(self) -> list[EntryName]:
        return [*self._reading_for_rules, *(job.name for job in self._jobs if job.cause is Cause.RULE)]

    def _take_up(self, waiting: Sequence[EntryName]) -> None:
        """What was waiting when newswatch ended: pages of the last alerts, looks that are still due, new entries.

        `waiting` are entries that were known to wait; those that came in the last moments before are not among them.
        """
        core, now = self._core, self._core.clock.now()
        longest = CHECKED_AGAIN_AFTER[-1]
        query = HitQuery(severities=(Severity.HIGH, Severity.CRITICAL), since=now - longest - LOST_FOR, is_alert=True)
        for number, hit in enumerate(core.store.find_hits(query)):
            if number >= MOST_WAITING:
                break
            if now - hit.found_at < longest and _is_worth_it(hit):
                is_read = core.store.article(hit.entry.feed_id, hit.entry.key) is not None
                if not is_read and now - hit.found_at < LOST_FOR:
                    self._put(hit.entry, Cause.ALERT)
                elif is_read:
                    self._put_again(hit.entry)
        if not self._full_text.has_rules:
            return
        for entry in islice(core.store.newest_entries(now - LOST_FOR), MOST_AT_ONCE):
            if self._full_text.is_asked_for(entry) and now - entry.seen_at < LOST_FOR:
                self._put(entry, Cause.RULE)
        self._take_up_waiting(waiting, LOST_FOR)

    def _take_up_waiting(self, waiting: Sequence[EntryName], for_long: timedelta) -> None:
        now = self._core.clock.now()
        known = (self._core.store.entry(*name) for name in waiting)
        wanted = [entry for entry in known if entry is not None and self._full_text.is_asked_for(entry)]
        for entry in wanted:
            if now - entry.seen_at < for_long:
                self._put(entry, Cause.RULE)
        if late := sum(now - entry.seen_at >= for_long for entry in wanted):
            self._leave_out(late, ENDED)

    async def _read_on(self) -> None:
        while True:
            job = self._next()
            if job is not None:
                await self._do(job)
            else:
                self._stirred.clear()
                await self._rest()

    async def _read_out(self) -> None:
        """Reads until nothing that may be read now is left."""
        while (job := self._next()) is not None or (self._jobs and self._busy_hosts):
            if job is not None:
                await self._do(job)
            else:  # one at a time on a host
                self._stirred.clear()
                await self._stirred.wait()

    async def _do(self, job: _Job) -> None:
        entry = self._core.store.entry(*job.name)
        if entry is None:
            return
        self._busy_hosts.add(job.host)
        if job.cause is Cause.RULE:
            self._reading_for_rules.append(job.name)
        try:
            await self._read(entry, job.cause)
        except StoreError as error:  # the screen says so already
            log.warning("what a page gave was not stored: %s", error)
        finally:
            self._busy_hosts.discard(job.host)
            self._stirred.set()
        if job.cause is Cause.RULE:  # one that was cut off still waits
            self._reading_for_rules.remove(job.name)

    async def _read(self, entry: Entry, cause: Cause) -> None:
        if await self._is_to_be_fetched(entry, cause):
            self._fetched_s.append(self._core.clock.monotonic())
            await self._reader.read_page(entry)
        self._put_again(entry)

    async def _is_to_be_fetched(self, entry: Entry, cause: Cause) -> bool:
        """Whether there is still a reason. A page that is stored was matched when it was read, too."""
        if cause is Cause.AGAIN:
            return True
        if self._core.store.article(entry.feed_id, entry.key) is not None:
            return False
        return cause is Cause.ALERT or await self._full_text.is_wanted(entry)

    async def _rest(self) -> None:
        """Waits until there may be something to do."""
        now_s = self._core.clock.monotonic()
        if not self._jobs:
            await self._stirred.wait()
            return
        next_s = min(job.due_s for job in self._jobs) - now_s
        with suppress(TimeoutError):
            async with self._core.clock.timeout(max(next_s, LOOK_EVERY_S)):
                await self._stirred.wait()

    def _next(self) -> _Job | None:
        """The most urgent job that may begin now; None if there is none."""
        now_s = self._core.clock.monotonic()
        while self._fetched_s and self._fetched_s[0] <= now_s - 60.0:
            self._fetched_s.popleft()
        if self._core.hub.view.liveness is Liveness.OFFLINE or len(self._fetched_s) >= PAGES_A_MINUTE:
            return None
        for job in sorted((job for job in self._jobs if job.due_s <= now_s), key=lambda job: job.cause):
            if job.host not in self._busy_hosts:
                self._jobs.remove(job)
                self._say_if_done()
                return job
        return None

    def _say_if_done(self) -> None:
        """Takes back what was said of pages left out, once all that waited is read."""
        is_waiting = any(job.cause is Cause.RULE for job in self._jobs)
        if not is_waiting and NOT_READ in self._core.hub.view.notices:
            self._left_out.clear()
            self._core.hub.publish([NoticeCleared(NOT_READ)])

    def _put(self, entry: Entry, cause: Cause, wait_s: float = 0.0) -> None:
        name = (entry.feed_id, entry.key)
        if entry.link is None:
            return
        alike = [job for job in self._jobs if job.cause is cause]
        if any(job.name == name for job in alike):
            return
        if cause is Cause.RULE and name in self._reading_for_rules:
            return
        if len(alike) >= MOST_WAITING:
            if cause is Cause.RULE:
                self._leave_out(1, TOO_MANY)
            return
        self._jobs.append(_Job(name, cause, host_key(entry.link), self._core.clock.monotonic() + wait_s))
        self._stirred.set()
        if cause is Cause.RULE:
            self._is_list_old.set()

    def _put_again(self, entry: Entry) -> None:
        """The next look at an alert's page, counted from when it was raised, if there is one to come."""
        hits = self._core.store.hits_of_entry(entry.feed_id, entry.key)
        raised_at = min((hit.found_at for hit in hits if _is_worth_it(hit)), default=None)
        if raised_at is None:
            return
        waits_s = ((raised_at + after - self._core.clock.now()).total_seconds() for after in CHECKED_AGAIN_AFTER)
        if (wait_s := min((wait_s for wait_s in waits_s if wait_s > 0), default=None)) is not None:
            self._put(entry, Cause.AGAIN, wait_s)

    def _put_edited(self, entry: Entry) -> None:
        """A look at an alert's page that is stored, because the feed edited its text: the page may be edited, too."""
        article = self._core.store.article(entry.feed_id, entry.key)
        if article is None:  # it is read for the first time sooner or later, as it will be then
            return
        name = (entry.feed_id, entry.key)
        self._jobs = [job for job in self._jobs if job.name != name or job.cause is not Cause.AGAIN]
        since = self._core.clock.now() - self._reader.asked_at(article)
        self._put(entry, Cause.AGAIN, max(0.0, (EDITED_AGAIN_AFTER - since).total_seconds()))

    def _is_alerted(self, entry: Entry) -> bool:
        return any(map(_is_worth_it, self._core.store.hits_of_entry(entry.feed_id, entry.key)))

    def _leave_out(self, count: int, why: str) -> None:
        self._left_out[why] += count
        log.warning("%d pages are not read for rules on full text: %s", count, why)
        said = "; ".join(
            f"{many:,} {'page was' if many == 1 else 'pages were'} not read for rules on full text: {why}"
            for why, many in self._left_out.items()
        )
        text = f"{said}. What their feeds said was matched as ever."
        self._core.hub.publish([NoticeRaised(NOT_READ, NoticeLevel.WARNING, text)])


def _is_worth_it(hit: Hit) -> bool:
    return hit.is_alert and hit.severity.rank >= Severity.HIGH.rank
