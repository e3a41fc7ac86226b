"""Pictures read in a process of its own, so that a hostile one costs nothing but itself: see `workers.pool`."""

from __future__ import annotations

from typing import assert_never

from newswatch.article.picture import MEMORY_LIMIT, MOST_PIXELS, READING_LIMIT_S, Flaw
from newswatch.article.picture_wire import decode_answer
from newswatch.model.picture import NoPicture, Picture
from newswatch.workers.frames import request
from newswatch.workers.pool import NotAnswered, WorkerPool


class PicturePool:
    """`picture.read_picture` in another process, started when first asked. For one event loop; one at a time."""

    def __init__(self, *, time_limit_s: float = READING_LIMIT_S, memory_limit: int = MEMORY_LIMIT) -> None:
        self._pool = WorkerPool(
            "newswatch.article.picture_child", 1, time_limit_s=time_limit_s, memory_limit=memory_limit
        )

    async def read(self, body: bytes) -> Picture | NoPicture:
        """The picture in an image file, or why there is none.

        When cancelled, the process at work on it is killed. Raises RuntimeError after `aclose`.
        """
        try:
            came = await self._pool.ask(request(b"", body), _decoded)
        except NotAnswered as error:
            return NoPicture(f"{str(error)[:1].upper()}{str(error)[1:]}.".replace("document", "picture"))
        match came:
            case Picture():
                return came
            case Flaw.UNKNOWN:
                return NoPicture("What came is none of the pictures that are read here: JPEG, PNG, WebP, GIF.")
            case Flaw.TOO_MANY_PIXELS:
                return NoPicture(f"The picture is too large: more than {MOST_PIXELS // 1_000_000} million pixels.")
            case Flaw.BROKEN:
                return NoPicture("The picture is broken.")
            case _:
                assert_never(came)

    async def aclose(self) -> None:
        """Ends the process, at work or not, and waits until it has ended. Harmless when called twice."""
        await self._pool.aclose()


async def _decoded(payload: bytes) -> Picture | Flaw:
    return decode_answer(payload)
