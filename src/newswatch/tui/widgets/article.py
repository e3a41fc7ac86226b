"""An article to read, and under it why it fired and who else has the story."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.widget import Widget

from newswatch.model.story import Story
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Pieces
from newswatch.tui.paint.article import Layout, article, why_and_copies
from newswatch.tui.reasons import Reason
from newswatch.tui.widgets.sheet import Sheet
from newswatch.tui.widgets.why_lines import WhyLines

WHY_SHARE = 0.42  # of the pane's height, at most
WHY_LEAST = 3


class WhyPanel(WhyLines):
    """As tall as it needs to be, up to a share of the pane."""

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        if self._story is None:
            return []
        pane_height = self.parent.size.height if isinstance(self.parent, Widget) else 0
        most = max(int(pane_height * WHY_SHARE), WHY_LEAST)
        return why_and_copies(self._story, self._reasons, self._looks.now(), width, most, self._looks)


class ArticleText(Sheet):
    """The text, wrapped again when the width changes."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._story: Story | None = None
        self._layout = Layout()
        self._laid_width = -1
        self._mark = -1

    @property
    def has_marks(self) -> bool:
        """Whether there are matched words to go to."""
        return bool(self._layout.mark_lines)

    def show(self, story: Story | None) -> None:
        """Shows the story's lead entry, from its top if it is another one than before."""
        is_other = (story and story.lead.id) != (self._story and self._story.lead.id)
        self._story = story
        if is_other:
            self._mark = -1
        self._lay(is_other=is_other)

    def go_to_mark(self, step: int) -> None:
        """To the next (1) or previous (-1) matched word, round the ends."""
        places = self._layout.mark_lines
        if places:
            first = 0 if step > 0 else len(places) - 1
            self._mark = first if self._mark < 0 else (self._mark + step) % len(places)
            self.point_at(self._mark, places[self._mark])

    def on_resize(self) -> None:
        """Another width, other lines; the reading place stays about where it was."""
        if self.text_width != self._laid_width:
            share = self.scroll_offset.y / max(len(self._layout.lines), 1)
            self._lay(is_other=False)
            self.scroll_to(y=round(share * len(self._layout.lines)), animate=False, immediate=True)

    def _lay(self, *, is_other: bool) -> None:
        self._laid_width = self.text_width
        if self._story is None or not self._laid_width:
            self._layout = Layout()
        else:
            self._layout = article(self._story, self._looks.now(), self._laid_width, self._looks)
        self.show_lines(self._layout.lines, is_other=is_other)


class ArticlePane(Vertical):
    """The text over the why panel."""

    text = query_one(ArticleText)
    why = query_one(WhyPanel)

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield ArticleText(self._looks)
        yield WhyPanel(self._looks)

    def show(self, story: Story | None, reasons: Sequence[Reason]) -> None:
        """Shows a story; an empty pane for None."""
        self.text.show(story)
        self.why.show(story, reasons)
