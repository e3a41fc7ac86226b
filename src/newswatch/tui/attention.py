"""What calls a person beside the list: a ring, and a note of what a gap brought, until it was read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from newswatch.model.event import AlertsRaised, Batch, NoticeLevel, NoticeRaised
from newswatch.model.rule import Severity
from newswatch.model.view import View

NOTE = "gap"
READ_AFTER_S = 2.0  # a key pressed sooner was meant for what stood there before


@dataclass(frozen=True, slots=True)
class Attention:
    """Notes that nobody read yet; `said_s` is when the last was said, on the clock of hands and eyes."""

    notes: tuple[NoticeRaised, ...] = ()
    said_s: float = 0.0

    def after(self, batch: Batch, now_s: float) -> Attention:
        """With what a batch of events says."""
        gaps = [event for event in batch.events if isinstance(event, AlertsRaised) and event.is_gap]
        if not gaps:
            return self
        first = len(self.notes)
        notes = (NoticeRaised(f"{NOTE} {n}", NoticeLevel.INFO, gap.text) for n, gap in enumerate(gaps, first))
        return Attention((*self.notes, *notes), now_s)

    def touched(self, now_s: float) -> Attention:
        """After a key: what has stood there long enough was read."""
        return Attention() if now_s - self.said_s >= READ_AFTER_S else self

    def over(self, view: View) -> View:
        """The view with the notes among its notices."""
        if not self.notes:
            return view
        return replace(view, notices={**view.notices, **{note.key: note for note in self.notes}})


def rings(batch: Batch) -> bool:
    """Whether a batch of events rings: for a high or critical alert, and for what a gap brought. Once, however many."""
    return any(
        event.is_gap or any(hit.severity.rank >= Severity.HIGH.rank for hit in event.hits)
        for event in batch.events
        if isinstance(event, AlertsRaised)
    )
