"""Asking feeds at once, from a screen that shows their news: the one that the selected news is from, or all."""

from __future__ import annotations

from newswatch.model.feed import FeedId
from newswatch.tui.keys import bindings
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.words import counted


class SourcesScreen(BaseScreen):
    """A subclass says of which feed the news at hand is."""

    BINDINGS = bindings("news.")

    def source_at_hand(self) -> FeedId | None:
        """The feed of what is selected; None where nothing is."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A feed that left the list cannot be asked."""
        match action:
            case "check_source":
                return not self.engine.is_read_only and self.source_at_hand() in self.view.feeds
            case "check_sources":
                return not self.engine.is_read_only and bool(self.view.feeds)
            case _:
                return super().check_action(action, parameters)

    def action_check_source(self) -> None:
        """Makes the feed of the selected news due now."""
        feed_id = self.source_at_hand()
        if feed_id is not None and feed_id in self.view.feeds:
            said = f"checking {self.view.feeds[feed_id].label}"
            self.perform(self.engine.check_feeds([feed_id]), said=said)

    def action_check_sources(self) -> None:
        """Makes every feed due now."""
        self.perform(self.engine.check_feeds(None), said=f"checking {counted(len(self.view.feeds), 'feed')}")
