"""Who else has a story: each entry of it with its source and time, the first one first; one of them is opened."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.model.story import Story
from newswatch.model.stream import Listed, severest_first
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import cut
from newswatch.tui.paint.why import SOURCE_CELLS, copies_of
from newswatch.tui.places import ALERTS
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.screens.entry import EntryScreen
from newswatch.tui.widgets.dialog import Choices, Row
from newswatch.tui.words import minute


class CopyScreen(EntryScreen):
    """One copy, full screen, over the story it is of."""

    PLACE = ALERTS
    CALLED = "Copy"


class CopiesScreen(Dialog[Listed]):
    """Dismissed with the one that a person wants to read."""

    HEADING = "Copies"
    FOOT = (("dialog.done", "read it"), ("choose.down", "others"), ("app.back", "close"))
    BINDINGS = bindings("dialog.done", "choose.down", "choose.up", "list.down", "list.up", "list.top", "list.bottom")
    AUTO_FOCUS = ""

    rows = query_one(Choices)

    def __init__(self, looks: Looks, story: Story) -> None:
        super().__init__(looks)
        self._story = story
        self._copies = copies_of(story)

    def compose_fields(self) -> ComposeResult:
        """A row a copy."""
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """Shows them."""
        now, zone, signs = self.looks.now(), self.looks.zone, self.looks.signs
        self.rows.show(
            [
                Row(
                    str(number),
                    entry.title or "no title",
                    cut(entry.source, SOURCE_CELLS, signs.ellipsis),
                    minute(entry.at, now, zone),
                )
                for number, entry in enumerate(self._copies)
            ]
        )

    @on(Choices.Opened)
    def action_done(self) -> None:
        """Opens the one that is selected."""
        if (chosen := self.rows.selected) is not None:
            entry = self._copies[int(chosen.id)]
            key = (entry.feed_id, entry.key)
            hits = [hit for hit in self._story.hits if (hit.entry.feed_id, hit.entry.key) == key]
            self.dismiss(Listed(entry, severest_first(hits)))

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def action_top(self) -> None:
        """To the first row."""
        self.rows.action_top()

    def action_bottom(self) -> None:
        """To the last row."""
        self.rows.action_bottom()
