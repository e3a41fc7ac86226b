from __future__ import annotations

import asyncio
import io

import pytest

from newswatch.errors import StoreError
from newswatch.headless import Printer, text_line
from newswatch.model.event import HitsStored
from newswatch.model.hit import Held, Hit
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine


def hits(*titles: str) -> list[Hit]:
    return [build.hit(build.entry(title)) for title in titles]


async def test_the_untold_are_printed_once_each_then_what_comes() -> None:
    engine = ScriptedEngine(hits=hits("One", "Two"))
    out = io.StringIO()
    printer = Printer(engine, out, lambda hit: hit.entry.title)
    following = asyncio.ensure_future(printer.follow())
    await asyncio.sleep(0)
    engine.publish(HitsStored(tuple(hits("Three"))))
    await asyncio.sleep(0)
    printer.finish()
    await following
    assert sorted(out.getvalue().split()) == ["One", "Three", "Two"]
    assert await engine.untold(10) == ()


async def test_stop_ends_after_the_line_that_is_being_printed_which_is_marked_told() -> None:
    engine = ScriptedEngine(hits=hits("One", "Two", "Three"))
    out = io.StringIO()

    def render(hit: Hit) -> str:
        printer.stop()
        return hit.entry.title

    printer = Printer(engine, out, render)
    await printer.follow()
    assert len(out.getvalue().split()) == 1
    assert len(await engine.untold(10)) == 2


async def test_a_line_that_could_not_be_written_is_not_marked_told() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    engine = ScriptedEngine(hits=hits("One"))
    with pytest.raises(BrokenPipeError):
        await Printer(engine, Closed(), text_line).follow()
    assert len(await engine.untold(10)) == 1


async def test_a_full_disk_prints_each_line_once_and_marks_it_when_there_is_room_again() -> None:
    engine = ScriptedEngine(hits=hits("One"))
    engine.failures["mark_told"] = StoreError("no space left")
    out = io.StringIO()
    printer = Printer(engine, out, lambda hit: hit.entry.title)
    following = asyncio.ensure_future(printer.follow())
    await asyncio.sleep(0)
    engine.publish(HitsStored(tuple(hits("Two"))))
    await asyncio.sleep(0)
    engine.failures.clear()
    printer.finish()
    await following
    assert sorted(out.getvalue().split()) == ["One", "Two"]
    assert await engine.untold(10) == ()


def test_a_line_for_people_says_when_what_and_why_it_was_held() -> None:
    hit = build.hit(build.entry("Troops seen", source="Dnipro Wire", link="https://d.example/1"), held=Held.BACKLOG)
    line = text_line(hit)
    assert line == "2026-11-22 14:30Z  H  dprk-troops (backlog)  Troops seen — Dnipro Wire  https://d.example/1"
