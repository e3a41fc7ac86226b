"""What a screen has shown is marked as told, once; what a pause keeps from ringing only when that is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newswatch.model.event import HitsStored, PauseChanged
from newswatch.model.hit import Held, Hit, HitId, Triage
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui import telling
from newswatch.tui.telling import Teller


class Room:
    def __init__(self, *hits: Hit) -> None:
        self.engine = ScriptedEngine(hits=hits)
        self.tasks: list[asyncio.Task[None]] = []
        self.teller = Teller(self.engine, self.spawn, self.later)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def later(self, _seconds: float, _call: Callable[[], None]) -> None:
        raise AssertionError("nothing failed")

    async def show(self) -> set[HitId]:
        """Shows the view; the hits that are told by then."""
        self.teller.shown(self.engine.view)
        while self.tasks:
            await self.tasks.pop()
        return {hit.id for story in self.engine.view.stories for hit in story.hits if hit.told_at is not None}


def news(title: str, **changes: Any) -> Hit:
    return build.hit(build.entry(title), **changes)


async def test_what_is_shown_is_told_once() -> None:
    one, two = news("One"), news("Two", held=Held.BACKLOG)
    room = Room(one, two)
    assert await room.show() == {one.id, two.id}
    await room.show()
    assert len(room.engine.calls_of("mark_told")) == 1


async def test_an_alert_of_a_pause_that_nobody_saw_is_told_when_the_pause_is_over() -> None:
    unseen, seen, held = news("One"), news("Two", state=Triage.SEEN), news("Three", held=Held.BACKLOG)
    room = Room(unseen, seen, held)
    room.engine.publish(PauseChanged(build.at() + timedelta(minutes=15)))
    assert await room.show() == {seen.id, held.id}
    room.engine.publish(PauseChanged(None))
    assert await room.show() == {unseen.id, seen.id, held.id}


async def test_what_was_told_is_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "REMEMBERED", 10)
    room = Room()
    for number in range(50):
        hit = news(f"News {number}")
        room.engine.publish(HitsStored((hit,)))
        assert hit.id in await room.show()
    assert len(room.teller._asked) <= 11
    assert len(room.engine.calls_of("mark_told")) == 50
    room.engine.publish(HitsStored((replace(hit, told_at=build.at(1)),)))
    await room.show()
    assert len(room.engine.calls_of("mark_told")) == 50


async def test_what_waits_for_the_message_of_a_gap_is_told_by_that_only() -> None:
    of_the_gap, other = news("One"), news("Two")
    room = Room(of_the_gap, other)
    room.engine.unsaid = {of_the_gap.id}
    assert await room.show() == {other.id}
    room.engine.unsaid = ()
    assert await room.show() == {of_the_gap.id, other.id}
