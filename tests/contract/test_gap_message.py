"""A message of a gap that was never said is said at the next start, whatever the screen has shown meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.engine.local import LocalEngine
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from newswatch.tui.telling import Teller
from tests.contract.test_engine import NEW, OLD, Quiet, local, standby, written


@pytest.mark.parametrize("opened", [local, standby])
async def test_what_was_told_to_nobody_is_unsaid_at_the_start(
    opened: Callable[[Path], AbstractAsyncContextManager[Engine]], tmp_path: Path
) -> None:
    async with opened(tmp_path) as engine:
        assert set(engine.unsaid) == {OLD.id, NEW.id}


async def test_what_is_shown_before_the_message_is_not_told_by_that_but_by_the_message(tmp_path: Path) -> None:
    home, store = written(tmp_path)
    clock = FakeClock(build.at(60))
    engine = LocalEngine(home, clock=clock, open_store=lambda _: store, open_checker=lambda _, __: Quiet())
    tasks: list[asyncio.Future[None]] = []
    teller = Teller(engine, lambda work: tasks.append(asyncio.ensure_future(work)), lambda _, __: None)
    async with engine.opened():
        polling = asyncio.ensure_future(engine.poll())
        teller.shown(engine.snapshot())
        assert not tasks
        assert [hit.id for hit in store.untold(10)] == [OLD.id, NEW.id]
        await clock.advance(180)
        assert not engine.unsaid
        teller.shown(engine.snapshot())
        await asyncio.gather(*tasks)
        assert store.untold(10) == ()
        await engine.quit()
        await polling
