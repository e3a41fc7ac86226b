"""What goes on beside polling, each thing a task root: whatever fails in one ends neither it nor the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FeedDesk
from newswatch.engine.poller import Poller
from newswatch.engine.rule_desk import RuleDesk
from newswatch.engine.secret_desk import SecretDesk
from newswatch.errors import StoreError
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised, RulesChanged, TotalsChanged
from newswatch.model.feed import Feed, FeedId
from newswatch.model.hit import HitId
from newswatch.store.api import Keep

AGAIN_AFTER_S = 60.0
SAVE_HEALTH_EVERY_S = 60.0
SAVE_AGAIN_EVERY_S = 15.0
LOOK_FOR_BACKUP_EVERY_S = 3600.0
PRUNE_EVERY_S = 24 * 3600.0
PRUNED_AT_ONCE = 500
MOST_ENTRIES = 200_000
"""Entries without a hit, however young: they are held in memory, and a feed may be of any length."""
NO_BACKUP = "backup"

log = logging.getLogger(__name__)


async def keep_at(core: Core, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Does the work, and again a minute after it failed, until it is done. A defect is said on the screen."""
    notice_key = f"chore: {name}"
    while True:
        try:
            await work()
        except StoreError as error:  # the screen says so already
            log.warning("%s: %s", name, error)
        except Exception:  # a task root: a defect here must not end the monitor (promise 49)
            log.exception("%s failed", name)
            text = f"{name} failed; the log says how. Trying again in a minute."
            core.hub.publish([NoticeRaised(notice_key, NoticeLevel.ERROR, text)])
        else:
            if notice_key in core.hub.view.notices:
                core.hub.publish([NoticeCleared(notice_key)])
            return
        await core.clock.sleep(AGAIN_AFTER_S)


async def save_health(desk: FeedDesk, clock: Clock) -> None:
    """Writes the health of feeds once a minute."""
    while True:
        await clock.sleep(SAVE_HEALTH_EVERY_S)
        await desk.save_health()


async def keep_saving(core: Core) -> None:
    """Tries the disk again and again while it refuses what is to be saved."""
    while True:
        await core.writer.refused()
        await core.clock.sleep(SAVE_AGAIN_EVERY_S)
        with suppress(StoreError):  # the screen says so already
            await core.save()


async def keep_backups(core: Core, journal: Path) -> None:
    """Makes a backup of the history once a day, off the loop, if it changed since; says so if that fails."""
    from newswatch.store.backup import back_up, is_due

    stop = Event()
    try:
        while True:
            now = core.clock.now()
            try:
                if await asyncio.to_thread(is_due, journal, now):
                    backup = await asyncio.to_thread(back_up, journal, now, is_stopped=stop.is_set)
                    log.info("backup made: %s", backup.path)
            except StoreError as error:
                log.warning("no backup could be made: %s", error)
                core.hub.publish([NoticeRaised(NO_BACKUP, NoticeLevel.WARNING, f"no backup could be made: {error}")])
            else:
                if NO_BACKUP in core.hub.view.notices:
                    core.hub.publish([NoticeCleared(NO_BACKUP)])
            await core.clock.sleep(LOOK_FOR_BACKUP_EVERY_S)
    finally:
        stop.set()


async def prune(core: Core, keep_entries: timedelta | int | None, keep_hits: timedelta | int | None) -> None:
    """Drops what is no longer kept, once a day: hits, then entries without one. Few at a time: others wait for it."""
    while True:
        if keep_hits is not None:
            await _prune_hits(core, _bounds(keep_hits, core.clock.now()))
        if keep_entries is not None:
            bounds = _bounds(keep_entries, core.clock.now())
            await _prune_entries(core, replace(bounds, count=min(bounds.count or MOST_ENTRIES, MOST_ENTRIES)))
        await core.clock.sleep(PRUNE_EVERY_S)


def _bounds(keep: timedelta | int, now: datetime) -> Keep:
    return Keep(count=keep) if isinstance(keep, int) else Keep(since=now - keep)


async def _prune_hits(core: Core, keep: Keep) -> None:
    gone: set[HitId] = set()
    while True:
        async with core.order:
            dropped = await core.writer.prune_hits(keep, PRUNED_AT_ONCE)
        gone.update(dropped)
        if len(dropped) < PRUNED_AT_ONCE:
            break
    if gone:
        log.info("%d hits were older than the history is kept: dropped", len(gone))
        core.rulebook.recount(await asyncio.to_thread(core.store.rule_counts))
        core.asleep.forget(gone)
        core.mutes.forget(gone)
        core.hub.drop_hits(gone)
        core.hub.publish([RulesChanged(core.rulebook.statuses()), TotalsChanged(core.store.totals())])


async def _prune_entries(core: Core, keep: Keep) -> None:
    total = 0
    while True:
        async with core.order:
            dropped = await core.writer.prune_entries(keep, PRUNED_AT_ONCE)
        total += dropped
        if dropped < PRUNED_AT_ONCE:
            break
    if total:
        log.info("%d entries without a hit were older than the history is kept: dropped", total)
        core.hub.publish([TotalsChanged(core.store.totals())])


async def schedule_feeds(
    feed_desk: FeedDesk, secret_desk: SecretDesk, poller: Poller, fresh: Collection[Feed], gone: Collection[FeedId]
) -> None:
    """What follows from feeds that were put in force: the new and changed ones are due, those that left are not."""
    for feed_id in gone:
        poller.forget(feed_id)
    await poller.adopt_all(fresh, are_edited=True)
    secret_desk.show_problems(feed_desk.feeds.values())


async def follow_files(
    rule_desk: RuleDesk, feed_desk: FeedDesk, secret_desk: SecretDesk, poller: Poller, stop: asyncio.Event
) -> None:
    """Takes over a person's files when they change, and once at the start: they may have changed since."""
    from newswatch.engine.reload import changes

    paths: Collection[Path] = [path for path in (rule_desk.path, feed_desk.path, secret_desk.path) if path is not None]
    async for changed in changes(paths, stop, at_once=True):
        if rule_desk.path in changed:
            await rule_desk.reload()
        if feed_desk.path in changed:
            await schedule_feeds(feed_desk, secret_desk, poller, *await feed_desk.reload())
        if secret_desk.path in changed:
            for feed in await secret_desk.reload(feed_desk.feeds.values()):
                if feed_desk.is_waiting_to_retry(feed):  # it may be let in now
                    poller.check_now([feed.id])
