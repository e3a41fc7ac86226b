"""The links of an article: chosen by their words, with the host that each really leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.tui.blocks import Kind
from newswatch.tui.keys import bindings
from newswatch.tui.links import host_and_port
from newswatch.tui.looks import Looks
from newswatch.tui.reading import Body
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Choices, Row


class LinksScreen(Dialog[str]):
    """Dismissed with the address of the one that a person wants to open."""

    HEADING = "Links"
    FOOT = (("dialog.done", "open it"), ("choose.down", "others"), ("app.back", "close"))
    BINDINGS = bindings("dialog.done", "choose.down", "choose.up", "list.down", "list.up", "list.top", "list.bottom")
    AUTO_FOCUS = ""

    rows = query_one(Choices)

    def __init__(self, looks: Looks, body: Body) -> None:
        super().__init__(looks)
        self._links = body.links
        self._numbers: Sequence[int] = range(1, len(body.links) + 1)
        self._words: Mapping[int, str] = words_of_links(body)

    def compose_fields(self) -> ComposeResult:
        """A row a link."""
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """Shows them."""
        cells = len(str(max(self._numbers)))
        self.rows.show(
            [
                Row(str(number), self._words.get(number) or link, host_and_port(link), f"{number:>{cells}}")
                for number, link in ((number, self._links[number - 1]) for number in self._numbers)
            ]
        )

    @on(Choices.Opened)
    def action_done(self) -> None:
        """Opens the one that is selected."""
        if (chosen := self.rows.selected) is not None:
            self.dismiss(self._links[int(chosen.id) - 1])

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


def words_of_links(body: Body) -> dict[int, str]:
    """The words that each link stands behind, where it stands first."""
    words: dict[int, str] = {}
    for block in body.blocks():
        cells = (cell for row in block.rows for cell in row) if block.kind is Kind.TABLE else iter(block.lines)
        for line in cells:
            found: dict[int, str] = {}
            for run in line:
                if run.link:
                    found[run.link] = found.get(run.link, "") + run.text
            for number, said in found.items():
                words.setdefault(number, said.strip())
    return words
