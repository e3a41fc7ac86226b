from __future__ import annotations

from newswatch.engine.hub import Hub
from newswatch.model.event import Batch, HitsStored, Lagged, Liveness, LivenessChanged
from newswatch.model.view import View
from newswatch.testing import build


async def test_a_watcher_gets_what_came_meanwhile_as_one_batch() -> None:
    hub = Hub(View())
    hub.publish([LivenessChanged(Liveness.LIVE)])
    hub.publish([LivenessChanged(Liveness.OFFLINE)])
    hub.close()
    batches = [batch async for batch in hub.watch(0)]
    assert batches == [Batch(2, (LivenessChanged(Liveness.LIVE), LivenessChanged(Liveness.OFFLINE)))]
    assert hub.view.liveness is Liveness.OFFLINE


async def test_who_falls_behind_the_ring_is_told_how_many_it_missed() -> None:
    hub = Hub(View(), ring=2)
    for _ in range(5):
        hub.publish([LivenessChanged(Liveness.LIVE)])
    hub.close()
    assert [batch async for batch in hub.watch(0)] == [Lagged(3)]


def stored(*titles: str) -> HitsStored:
    return HitsStored(tuple(build.hit(build.entry(title)) for title in titles))


async def test_the_ring_holds_only_so_many_hits() -> None:
    hub = Hub(View(), ring_hits=3)
    first, second, third = stored("One", "Two"), stored("Three"), stored("Four")
    for event in (first, second, third):
        hub.publish([event])
    hub.close()
    assert [batch async for batch in hub.watch(1)] == [Batch(3, (second, third))]
    assert [batch async for batch in hub.watch(0)] == [Lagged(1)]


async def test_what_was_just_said_reaches_its_watchers_however_many_hits_it_has() -> None:
    hub = Hub(View(), ring_hits=1)
    hub.publish([stored("One")])
    many = stored("Two", "Three"), stored("Four")
    hub.publish(many)
    hub.close()
    assert [batch async for batch in hub.watch(1)] == [Batch(3, many)]


async def test_hits_that_left_the_ring_by_its_length_are_not_counted_on() -> None:
    hub = Hub(View(), ring=2, ring_hits=2)
    for title in ("One", "Two", "Three", "Four"):
        hub.publish([stored(title)])
    hub.close()
    assert len([batch async for batch in hub.watch(2)]) == 1
