"""What goes on beside polling, each thing a task root: whatever fails in one ends neither it nor the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path

from newswatch.engine.clock import Clock
from newswatch.engine.core import Core
from newswatch.engine.feed_desk import FeedDesk
from newswatch.engine.poller import Poller
from newswatch.engine.rule_desk import RuleDesk
from newswatch.errors import StoreError
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised, TotalsChanged

AGAIN_AFTER_S = 60.0
SAVE_HEALTH_EVERY_S = 60.0
PRUNE_EVERY_S = 24 * 3600.0

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


async def prune(core: Core, keep: timedelta) -> None:
    """Drops entries that are too old and without a hit, once a day."""
    while True:
        async with core.order:
            dropped = await core.writer.prune_entries(core.clock.now() - keep)
        if dropped:
            log.info("%d entries without a hit were older than the history is kept: dropped", dropped)
            core.hub.publish([TotalsChanged(core.store.totals())])
        await core.clock.sleep(PRUNE_EVERY_S)


async def follow_files(rule_desk: RuleDesk, feed_desk: FeedDesk, poller: Poller, stop: asyncio.Event) -> None:
    """Takes over rules.toml and feeds.opml when they change, and once at the start: they may have changed since."""
    from newswatch.engine.reload import changes

    paths: Collection[Path] = (rule_desk.path, feed_desk.path)
    async for changed in changes(paths, stop, at_once=True):
        if rule_desk.path in changed:
            await rule_desk.reload()
        if feed_desk.path in changed:
            fresh, gone = await feed_desk.reload()
            for feed_id in gone:
                poller.forget(feed_id)
            poller.adopt(fresh, are_edited=True)
