"""Pages read in a process of their own, so that a hostile one costs nothing but itself: see `workers.pool`."""

from __future__ import annotations

from newswatch.article.page import READING_LIMIT_S, PageReading
from newswatch.article.wire import decode_reading, encode_request
from newswatch.model.article import PageProblem
from newswatch.workers.pool import NotAnswered, WorkerPool


class PagePool:
    """`extract.read_page` in other processes. For one event loop; callers beyond `workers` wait their turn."""

    def __init__(
        self, workers: int = 1, *, time_limit_s: float = READING_LIMIT_S, memory_limit: int = 768 * 2**20
    ) -> None:
        self._pool = WorkerPool(
            "newswatch.article.child", workers, time_limit_s=time_limit_s, memory_limit=memory_limit
        )

    async def read(self, body: bytes, url: str, content_type: str) -> PageReading:
        """What `read_page` returns; of a page that breaks its limits, or its process, the plain text. REFUSED where
        that does, too.

        When cancelled, the process at work on it is killed. Raises RuntimeError after `aclose`.
        """
        said = ""
        for is_plain in (False, True):
            request = encode_request(body, url, content_type, is_plain=is_plain)
            try:
                return await self._pool.ask(request, _decoded)
            except NotAnswered as error:
                said = said or str(error)
        return PageReading(problem=PageProblem.REFUSED, said=f"{said[:1].upper()}{said[1:]}.")

    async def aclose(self) -> None:
        """Ends all processes, at work or not, and waits until they have ended. Harmless when called twice."""
        await self._pool.aclose()


async def _decoded(payload: bytes) -> PageReading:
    return decode_reading(payload)
