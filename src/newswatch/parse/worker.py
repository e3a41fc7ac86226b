"""Documents read in processes of their own, so that a hostile one costs nothing but itself: see `workers.pool`."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse.reading import Reading
from newswatch.parse.wire import decode_entries, decode_reading, encode_request
from newswatch.workers.pool import NotAnswered, WorkerPool


class ParserPool:
    """`parse_document` in other processes. For one event loop; callers beyond `workers` wait their turn."""

    def __init__(self, workers: int = 2, *, time_limit_s: float = 10.0, memory_limit: int = 512 * 2**20) -> None:
        self._pool = WorkerPool("newswatch.parse.child", workers, time_limit_s=time_limit_s, memory_limit=memory_limit)

    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        """What `parse_document` returns; otherwise as `read`."""
        return (await self.read(body, url, headers)).document

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes] = ()) -> Reading:
        """What `read_document` returns. A document that breaks its limits, or its process, gives an `error`.

        When cancelled, the process at work on it is killed. Raises RuntimeError after `aclose`.
        """
        try:
            return await self._pool.ask(encode_request(body, url, headers, seen), _decoded)
        except NotAnswered as error:
            return Reading(ParsedFeed(title="", entries=(), error=str(error)))

    async def aclose(self) -> None:
        """Ends all processes, at work or not, and waits until they have ended. Harmless when called twice."""
        await self._pool.aclose()


async def _decoded(payload: bytes) -> Reading:
    lines = payload.split(b"\n")
    entries: list[ParsedEntry] = []
    for line in lines[1:]:
        entries.extend(decode_entries(line))
        await asyncio.sleep(0)
    return decode_reading(lines[0], tuple(entries))
