"""What every screen works with, handed down by the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newswatch.engine.api import Engine
from newswatch.model.view import View
from newswatch.tui.chronicle import Chronicle
from newswatch.tui.clauses import Clauses
from newswatch.tui.hand import Hand
from newswatch.tui.looks import Looks
from newswatch.tui.places import Place
from newswatch.tui.preferences import Preferences
from newswatch.tui.presence import Presence
from newswatch.tui.readings import Readings


@dataclass(frozen=True, slots=True)
class Desk:
    """The engine to ask, how things look, the places there are, and `latest`, the view as of the last batch.

    `keymap` holds the keys that a person gave to action ids. `presence` says whether somebody is there, `chronicle`
    what happened since the start and stands in no view. `preferences` is None where there is no settings.toml; so
    are `rules_file` and `feeds_file`. `hand` does to hits and mutes what a person wants, and takes it
    back; `readings` are the articles that were read.
    """

    engine: Engine
    looks: Looks
    places: Sequence[Place]
    latest: Callable[[], View]
    clauses: Clauses
    presence: Callable[[], Presence]
    chronicle: Callable[[], Chronicle]
    keymap: Mapping[str, str] = field(default_factory=dict)
    preferences: Preferences | None = None
    rules_file: Path | None = None
    feeds_file: Path | None = None
    hand: Hand = field(init=False)
    readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hand", Hand(self.engine))
        object.__setattr__(self, "readings", Readings(self.engine, self.looks.monotonic))

    @property
    def exports(self) -> Path | None:
        """The folder for articles that are taken along; None where there is none."""
        return self.preferences.exports if self.preferences is not None else None

    @property
    def is_away(self) -> bool:
        """Whether nobody is taken to see what is shown."""
        return self.presence().is_away(self.looks.now())

    @property
    def has_focus(self) -> bool:
        """Whether the terminal's window is the one that the person works in, as far as the terminal says."""
        return self.presence().blurred_at is None
