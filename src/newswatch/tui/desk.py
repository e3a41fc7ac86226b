"""What every screen works with, handed down by the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from newswatch.engine.api import Engine
from newswatch.model.view import View
from newswatch.tui.clauses import Clauses
from newswatch.tui.looks import Looks
from newswatch.tui.places import Place


@dataclass(frozen=True, slots=True)
class Desk:
    """The engine to ask, how things look, the places there are, and `latest`, the view as of the last batch.

    `keymap` holds the keys that a person gave to action ids.
    """

    engine: Engine
    looks: Looks
    places: Sequence[Place]
    latest: Callable[[], View]
    clauses: Clauses
    keymap: Mapping[str, str] = field(default_factory=dict)
