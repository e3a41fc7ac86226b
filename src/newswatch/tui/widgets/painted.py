"""Lines that somebody else lays out, for what is said beside fields and lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces, fit
from newswatch.tui.widgets.lines import Lines


class Painted(Lines):
    """Draws what a function lays out for its width; as tall as newswatch.tcss says, or as it needs."""

    def __init__(self, lay: Callable[[int], Sequence[Pieces]] = lambda _: (), *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._lay = lay

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return self._lay(width)


class Fitted(Painted):
    """The same, each line cut to the width with the ellipsis of the signs."""

    def __init__(self, looks: Looks, lay: Callable[[int], Sequence[Pieces]], *, id: str | None = None) -> None:  # noqa: A002  Textual's word
        super().__init__(lay, id=id)
        self._looks = looks

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [fit(line, width, self._looks.signs.ellipsis) for line in self._lay(width)]
