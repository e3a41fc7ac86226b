"""Keeping up with the engine: batch by batch, at most one a frame; who fell behind starts from a new snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from newswatch.engine.api import Engine
from newswatch.model.event import Batch, Lagged
from newswatch.model.view import View

FRAME_S = 0.1  # what is shown later than that reads as late; sooner costs half as much again, and keys wait for it


async def follow(engine: Engine, since: int, took: Callable[[Batch], None], lost: Callable[[View], None]) -> None:
    """Hands each batch after number `since` to `took`, and to `lost` a new snapshot where some were lost on the way.

    What comes within a frame comes as one batch. Returns when the engine has ended.
    """
    is_running = True
    while is_running:
        is_running = False
        async for news in engine.watch(since):
            match news:
                case Batch():
                    since = news.seq
                    took(news)
                case Lagged():
                    view = engine.snapshot()
                    since = view.seq
                    lost(view)
                    is_running = True
                    break
            await asyncio.sleep(FRAME_S)
