from __future__ import annotations

from newswatch.engine.hub import Hub
from newswatch.model.event import Batch, Lagged, Liveness, LivenessChanged
from newswatch.model.view import View


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
