"""Two lines under the list that say why the selected story is there; for screens too narrow for an article."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.model.story import Story
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.why import why_strip
from newswatch.tui.reasons import Reason
from newswatch.tui.widgets.lines import Lines


class WhyStrip(Lines):
    """A heading with the rules that fired, and two lines."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._story: Story | None = None
        self._reasons: tuple[Reason, ...] = ()

    def show(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """Shows why this story is there; nothing for None."""
        self._story, self._reasons = story, tuple(reasons)
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._story is None:
            return [[], [], []]
        return why_strip(self._story, self._reasons, self._looks.now(), width, self._looks)
