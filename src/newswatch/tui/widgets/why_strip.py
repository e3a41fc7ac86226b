"""Two lines under the list that say why the selected story is there; for screens too narrow for an article."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.tui.paint import Pieces
from newswatch.tui.paint.why import why_strip
from newswatch.tui.widgets.why_lines import WhyLines


class WhyStrip(WhyLines):
    """A heading with the rules that fired, and two lines."""

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._story is None:
            return [[], [], []]
        return why_strip(self._story, self._reasons, self._looks.now(), width, self._looks)
