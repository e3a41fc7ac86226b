"""Lines about why a story is on the screen: what the strip under the list and the panel under the article share."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.model.story import Story
from newswatch.tui.looks import Looks
from newswatch.tui.reasons import Reason
from newswatch.tui.widgets.lines import Lines


class WhyLines(Lines):
    """Holds the story and the reasons; how they are drawn is its heirs' business."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._story: Story | None = None
        self._reasons: tuple[Reason, ...] = ()

    def show(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """Shows why this story is there; nothing for None."""
        self._story, self._reasons = story, tuple(reasons)
        self.redraw()
