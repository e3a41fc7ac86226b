"""The pulse, over every engine: what it counts agrees with what the engine shows, and what a number opens is there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newswatch.engine.api import Engine
from newswatch.model.pulse import LedgerLine, Wanted
from tests.contract.test_engine import NEW, OLD, Opened, local, scripted, standby


@pytest.fixture(params=[scripted, local, standby], ids=["scripted", "local", "standby"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    opens: Opened = lambda: request.param(tmp_path)  # noqa: E731  it names the type
    async with opens() as engine:
        yield engine


async def test_the_ledger_counts_the_hits_that_the_view_shows(opened: Engine) -> None:
    pulse = await opened.pulse.look()
    assert pulse.ever.is_balanced
    assert pulse.day.is_balanced
    assert (pulse.ever.hits, pulse.ever.matched, pulse.ever.alerted) == (2, 2, 2)
    assert pulse.day.hits == 2


async def test_a_number_opens_its_items_newest_first(opened: Engine) -> None:
    items = await opened.pulse.items(Wanted(LedgerLine.ALERTED), 10)
    assert [item.entry.title for item in items] == [NEW.entry.title, OLD.entry.title]
    assert len(await opened.pulse.items(Wanted(LedgerLine.ALERTED), 1)) == 1
    assert list(await opened.pulse.items(Wanted(LedgerLine.UNMATCHED), 10)) == []


async def test_each_rule_in_force_has_a_rate(opened: Engine) -> None:
    rates = await opened.pulse.rates()
    assert set(rates) == {status.rule.id for status in opened.snapshot().rules}
