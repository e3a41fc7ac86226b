"""What a person did with a hit, as one value: what is set, undone and done again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from newswatch.model.hit import Hit, Note, Triage


@dataclass(frozen=True, slots=True)
class Handled:
    """The fields of a hit that are a person's; see `Hit`."""

    state: Triage = Triage.NEW
    is_starred: bool = False
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    snoozed_until: datetime | None = None

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """As the hit stands."""
        return cls(hit.state, hit.is_starred, hit.tags, hit.notes, hit.snoozed_until)

    def on(self, hit: Hit) -> Hit:
        """The hit, handled so."""
        return replace(
            hit,
            state=self.state,
            is_starred=self.is_starred,
            tags=self.tags,
            notes=self.notes,
            snoozed_until=self.snoozed_until,
        )
