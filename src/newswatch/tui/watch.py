"""The world as of the last batch, and what calls a person beside the screens: a ring, a note, the window's title.

Must never know a screen or a widget: what is to be shown, rung and named is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newswatch.engine.api import Engine
from newswatch.model.event import AlertsRaised, Batch
from newswatch.model.rule import Severity
from newswatch.model.view import View, reduce
from newswatch.tui.attention import Attention, missed_alerts, rings, title
from newswatch.tui.chronicle import Chronicle
from newswatch.tui.following import follow
from newswatch.tui.looks import Looks
from newswatch.tui.telling import Teller


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where it goes: `show` is given the view before the one that is to be shown; `entitle` names the window."""

    show: Callable[[View], None]
    ring: Callable[[], None]
    entitle: Callable[[str], None]


class Watch:
    """Follows the engine. `remarks` are said at the start."""

    def __init__(
        self, engine: Engine, looks: Looks, teller: Teller, outlets: Outlets, remarks: Sequence[str] = ()
    ) -> None:
        self._engine = engine
        self._looks = looks
        self._teller = teller
        self._outlets = outlets
        self._attention = Attention().saying(remarks, looks.monotonic())
        self.view = engine.snapshot()
        self.chronicle = Chronicle()

    @property
    def latest(self) -> View:
        """The view with what was said beside it."""
        return self._attention.over(self.view)

    @property
    def is_paused(self) -> bool:
        """Whether nothing rings."""
        until = self.view.paused_until
        return until is not None and self._looks.now() < until

    def show(self) -> None:
        """Shows the view there is."""
        self._show(self.view)

    async def follow(self) -> None:
        """Takes what happens, until the engine ends."""
        await follow(self._engine, self.view.seq, self._took, self._lost)

    def note_read(self) -> None:
        """A person pressed a key: what was said until it was read goes away."""
        attention = self._attention.touched(self._looks.monotonic())
        if attention.notes != self._attention.notes:
            self._attention = attention
            self._show(self.view)

    def _took(self, batch: Batch) -> None:
        self._attention = self._attention.after(batch, self._looks.monotonic())
        self.chronicle = self.chronicle.after(self.view, batch, self._looks.now())
        self._show(reduce(self.view, batch))
        if any(isinstance(event, AlertsRaised) and event.is_gap for event in batch.events):
            self._teller.shown(self.view)  # what waited for that message is told by it
        if rings(batch):
            self._ring()

    def _lost(self, view: View) -> None:
        """The screen was too far behind: what it was not told of is in the snapshot, and rings once."""
        missed = missed_alerts(self.view, view)
        self._attention = self._attention.missed(missed, self._looks.monotonic())
        self._show(view)
        if any(story.severity.rank >= Severity.HIGH.rank for story in missed):
            self._ring()

    def _ring(self) -> None:
        if not self.is_paused:
            self._outlets.ring()

    def _show(self, view: View) -> None:
        before, self.view = self.view, view
        self._outlets.show(before)
        # Most views bring nothing but a feed that was checked, and looking for the untold takes a while.
        is_told = view.stories is before.stories and view.paused_until == before.paused_until
        if view is before or not is_told or view.liveness is not before.liveness:
            self._teller.shown(view)
            self._outlets.entitle(title(view))
