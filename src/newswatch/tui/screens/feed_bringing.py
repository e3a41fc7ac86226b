"""What the ways to bring feeds share: something is typed, what it would bring is shown, and what is wanted is added."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, Static

from newswatch.model.feed import Feed, FeedId
from newswatch.tui.desk import Desk
from newswatch.tui.faults import reason
from newswatch.tui.keys import bindings
from newswatch.tui.places import FEEDS
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.fields import Fields
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.widgets.section_line import SectionLine


class FeedBringing(Fields, BaseScreen):
    """A subclass says what was found (`results`), and in `action_save` which of it to `bring`. `added` are the ids
    that it added.
    """

    PLACE = FEEDS
    BINDINGS = bindings("form.", "field.")

    title_line = query_one("#form-title", SectionLine)
    said = query_one("#feed-search", Fitted)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._is_adding = False
        self.added: tuple[FeedId, ...] = ()

    @property
    def results(self) -> Widget:
        """Where what was found is shown; Enter there adds it."""
        raise NotImplementedError

    def action_save(self) -> None:
        """Adds what is wanted."""
        raise NotImplementedError

    def action_back(self) -> None:
        """Leaves; what is still being looked for is let go."""
        self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """Enter on what was found adds it."""
        if event.key == "enter" and self.results.has_focus:
            event.stop()
            self.action_save()

    def bring(self, feeds: Sequence[Feed]) -> None:
        """Adds feeds, and leaves; what is asked again meanwhile is passed over."""
        if not self._is_adding:
            self._is_adding = True
            # The app's worker: it ends in its own time, whatever becomes of this screen.
            self.app.run_worker(self._add(feeds), group="verbs", exit_on_error=False)

    async def _add(self, feeds: Sequence[Feed]) -> None:
        try:
            self.added = tuple(await self.engine.feeds.add(feeds))
        except Exception as error:  # noqa: BLE001  the root of a task; `reason` logs what is our fault
            self.flash(f"not added: {reason(error, 'adding feeds')}", is_alarm=True)
        else:
            if self.is_current:
                self.dismiss(None)
        finally:
            self._is_adding = False


def field_row(label: str, typed: Input) -> Horizontal:
    """A field of a form, its name before it."""
    return Horizontal(Static(Content(label)), typed, classes="field")
