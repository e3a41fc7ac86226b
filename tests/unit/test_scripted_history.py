"""The history desk that tests of screens stand on keeps the promises that screens rely on."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from newswatch.errors import QueryError
from newswatch.model.found import Found
from newswatch.model.rule import RuleId
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine


def engine() -> ScriptedEngine:
    """A hit, and two entries that came before it."""
    made = ScriptedEngine(hits=[build.hit(build.entry("Tanker boarded", seen_at=build.at(3)))])
    made.history.add(build.entry("Ferry late", seen_at=build.at(2)), build.entry("Tanker leaves", seen_at=build.at(1)))
    return made


async def test_the_newest_come_first_and_pages_follow_each_other() -> None:
    desk = engine().history
    page = await desk.newest(2)
    assert ([row.entry.title for row in page.rows], page.entries) == (["Tanker boarded", "Ferry late"], 3)
    assert page.rows[0].rule_ids == (RuleId("dprk-troops"),)
    assert [row.entry.title for row in (await desk.newest(2, page.rows[-1].entry)).rows] == ["Tanker leaves"]


async def test_a_search_begins_with_nothing_and_ends_complete() -> None:
    async with aclosing(engine().history.search("tanker", 1)) as snapshots:
        found: list[Found] = [snapshot async for snapshot in snapshots]
    assert (found[0].asked, found[0].is_complete) == (0, False)
    assert (found[-1].matches, len(found[-1].rows), found[-1].is_complete) == (2, 1, True)
    assert [mark.text for mark in found[-1].rows[0].found] == ["Tanker"]


async def test_a_mistake_is_raised_and_what_comes_in_is_counted() -> None:
    made = engine()
    with pytest.raises(QueryError):
        await anext(made.history.search(" ", 1))
    assert made.view.totals.entries == 3
    assert await made.history.explain_entry(build.entry(), RuleId("nobody")) is None
