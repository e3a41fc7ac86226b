"""What every screen works with, handed down by the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newswatch.engine.api import Engine
from newswatch.model.view import View
from newswatch.tui.clauses import Clauses
from newswatch.tui.looks import Looks
from newswatch.tui.places import Place


@dataclass(frozen=True, slots=True)
class Desk:
    """The engine to ask, how things look, the places there are, and `latest`, the view as of the last batch."""

    engine: Engine
    looks: Looks
    places: Sequence[Place]
    latest: Callable[[], View]
    clauses: Clauses
