"""The monitor without a screen: every stored hit not yet told, as it comes, on stdout.

Driven by what is stored, not by what is said: an event only wakes the printer. A hit is printed, flushed,
then marked told, one by one, so that a kill -9 can repeat at most the line it cut off, and lose none.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from newswatch.errors import StoreError
from newswatch.model.event import Batch, HitsStored, Lagged, NoticeCleared
from newswatch.model.hit import Hit, HitId
from newswatch.text.urls import redact

if TYPE_CHECKING:
    from newswatch.engine.api import Engine

PAGE = 100
LINE_VERSION = 1


class Printer:
    """Prints on `out` what `render` makes of each hit. One printer an engine."""

    def __init__(self, engine: Engine, out: TextIO, render: Callable[[Hit], str]) -> None:
        self._engine = engine
        self._out = out
        self._render = render
        self._stopping = asyncio.Event()
        self._finishing = asyncio.Event()
        self._unmarked: dict[HitId, None] = {}

    async def follow(self) -> None:
        """Prints as hits come, until `stop`, `finish` or the end of the engine.

        Raises BrokenPipeError when nobody reads any more.
        """
        seq = self._engine.snapshot().seq
        finishing = asyncio.ensure_future(self._finishing.wait())
        news = self._engine.watch(seq)
        try:
            while not finishing.done():
                await self._drain()
                waiting = asyncio.ensure_future(self._hits_may_have_come(news))
                await asyncio.wait((waiting, finishing), return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                elif not waiting.result():
                    return
            await self._drain()
        finally:
            finishing.cancel()

    async def _hits_may_have_come(self, news: AsyncIterator[Batch | Lagged]) -> bool:
        """Waits until there may be something to print: a feed that was checked is none. False once the engine ended."""
        async for came in news:
            if isinstance(came, Lagged) or self._unmarked:
                return True
            if any(isinstance(event, HitsStored | NoticeCleared) for event in came.events):
                return True  # where a notice goes, the disk may save again
        return False

    async def _drain(self) -> None:
        await self._mark()
        while hits := [
            hit for hit in await self._engine.untold(PAGE + len(self._unmarked)) if hit.id not in self._unmarked
        ]:
            for hit in hits:
                if self._stopping.is_set():
                    return
                self._out.write(self._render(hit) + "\n")
                self._out.flush()
                self._unmarked[hit.id] = None
                await self._mark()
                if not await self._engine.untold(1):  # nothing is saved now: what is told would be told again
                    break

    async def _mark(self) -> None:
        """Marks what was printed. What cannot be marked now is kept in mind: it is not printed again."""
        if self._unmarked:
            with suppress(StoreError):  # the engine says so, and the next event or the end tries again
                await self._engine.mark_told(list(self._unmarked))
                self._unmarked.clear()

    def finish(self) -> None:
        """Ends when everything that is stored is printed."""
        self._finishing.set()

    def stop(self) -> None:
        """Ends after the line that is being printed: one that is printed is also marked told."""
        self._stopping.set()
        self._finishing.set()


def json_line(hit: Hit, feed_address: str) -> str:
    """A hit as one JSON object, the keys in the order of the contract (docs/cli.md)."""
    return json.dumps(hit_fields(hit, feed_address), ensure_ascii=False)


def hit_fields(hit: Hit, feed_address: str) -> dict[str, object]:
    """What stands in a hit's line, key by key. The address may hold secrets: they are taken out here."""
    entry = hit.entry
    return {
        "v": LINE_VERSION,
        "id": hit.id,
        "rule": hit.rule_id,
        "severity": hit.severity,
        "title": entry.title,
        "link": entry.link,
        "source": entry.source,
        "feed": redact(feed_address),
        "author": entry.author,
        "summary": entry.summary,
        "published": _iso(entry.published_at, "seconds"),
        "seen": _iso(entry.seen_at, "milliseconds"),
        "story": hit.story_id,
        "alerted": hit.is_alert,
        "held": hit.held,
        "state": hit.state,
        "starred": hit.is_starred,
        "marks": [
            {"field": mark.field, "start": mark.start, "end": mark.end, "text": mark.text}
            | ({"part": mark.part} if mark.field == "tags" else {})
            for mark in hit.marks
        ],
    }


def text_line(hit: Hit) -> str:
    """A hit as a line for people: time, severity, rule, headline, source, link."""
    entry = hit.entry
    at = entry.at.astimezone(UTC)
    held = f" ({hit.held})" if hit.held is not None else ""
    link = f"  {entry.link}" if entry.link else ""
    return f"{at:%Y-%m-%d %H:%MZ}  {hit.severity.letter}  {hit.rule_id}{held}  {entry.title} — {entry.source}{link}"


def _iso(at: datetime | None, precision: str) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
