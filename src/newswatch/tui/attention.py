"""What calls a person beside the list: a ring, the window's title, and a note of what a gap brought. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newswatch.model.event import AlertsRaised, Batch, NoticeLevel, NoticeRaised
from newswatch.model.hit import Triage
from newswatch.model.rule import Severity
from newswatch.model.story import Story
from newswatch.model.view import View
from newswatch.tui.words import counted

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
        return self.saying([gap.text for gap in gaps], now_s)

    def missed(self, stories: Sequence[Story], now_s: float) -> Attention:
        """With what came while the screen was too far behind to be told (`missed_alerts`): one note, as after a gap."""
        if not stories:
            return self
        return self.saying([f"{counted(len(stories), 'alert')} came while the screen was behind"], now_s)

    def saying(self, texts: Sequence[str], now_s: float) -> Attention:
        """With notes in so many words."""
        if not texts:
            return self
        first = len(self.notes)
        notes = (NoticeRaised(f"{NOTE} {n}", NoticeLevel.INFO, text) for n, text in enumerate(texts, first))
        return Attention((*self.notes, *notes), now_s)

    def touched(self, now_s: float) -> Attention:
        """After a key: what has stood there long enough was read."""
        return Attention() if now_s - self.said_s >= READ_AFTER_S else self

    def over(self, view: View) -> View:
        """The view with the notes among its notices."""
        if not self.notes:
            return view
        return replace(view, notices={**view.notices, **{note.key: note for note in self.notes}})


def missed_alerts(before: View, after: View) -> tuple[Story, ...]:
    """The new alerts of a snapshot that the view before it did not have: nobody was told of them."""
    known = {hit.id for story in before.stories for hit in story.hits}
    return tuple(
        story
        for story in after.stories
        if story.state is Triage.NEW
        and any(hit.is_alert and hit.told_at is None and hit.id not in known for hit in story.hits)
    )


def title(view: View) -> str:
    """What the terminal's window is called: how many stories are not acked, then the program."""
    return f"({view.unacked:,}) newswatch" if view.unacked else "newswatch"


def rings(batch: Batch) -> bool:
    """Whether a batch of events rings: for a high or critical alert, and for what a gap brought. Once, however many."""
    return any(
        event.is_gap or any(hit.severity.rank >= Severity.HIGH.rank for hit in event.hits)
        for event in batch.events
        if isinstance(event, AlertsRaised)
    )
