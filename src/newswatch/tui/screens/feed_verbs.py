"""What can be done to feeds: check, pause, remove and put back, and answer what a feed asks.

Whatever changes feeds.opml goes through `Engine.feeds`; a line that was taken out can be put back.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence

from newswatch.model.feed import FeedHealth, FeedId, FeedStatus
from newswatch.text.urls import redact
from newswatch.tui.desk import Desk
from newswatch.tui.feed_order import asks
from newswatch.tui.paint.feed import ANSWERS_TO_BELIEVE
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.feed_gone import GoneScreen
from newswatch.tui.words import counted


class FeedVerbs(BaseScreen):
    """A subclass shows feeds, and says which of them are meant."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._removed: list[tuple[FeedId, str]] = []  # one of those that left together, and what they are called

    @property
    def at_hand(self) -> tuple[FeedHealth, ...]:
        """What an action is meant for."""
        raise NotImplementedError

    @property
    def selected(self) -> FeedHealth | None:
        """The feed that the eye is on."""
        raise NotImplementedError

    def go_to(self, feed_id: FeedId) -> None:
        """Selects a feed, as soon as it is there."""
        raise NotImplementedError

    def unmark(self) -> None:
        """No feed is marked any more."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "answer_feed":
                return self.selected is not None and bool(asks(self.selected))
            case "check_feed" | "pause_feed" | "remove_feed":
                return self.selected is not None
            case "check_all":
                return bool(self.view.feeds)
            case "put_back":
                return bool(self._removed)
            case "undo" if self._removed:
                return False  # the same key puts back what was removed here, first
            case _:
                return super().check_action(action, parameters)

    def action_pause_feed(self) -> None:
        """Pauses what is at hand; resumes it if all of it is paused."""
        if not (feeds := self.at_hand):
            return
        paused = not all(health.feed.is_paused for health in feeds)
        are = "is" if len(feeds) == 1 else "are"
        said = f"{_named(feeds)} {are} {f'paused: not asked; {_its(feeds)} history stays' if paused else 'asked again'}"
        self._act(self.engine.feeds.set_paused(_ids(feeds), paused=paused), said)

    def action_remove_feed(self) -> None:
        """Takes what is at hand out of feeds.opml; that can be undone."""
        if feeds := self.at_hand:
            self._act(self._remove(feeds), _removed(feeds))

    def action_put_back(self) -> None:
        """Puts back what was removed last."""
        if self._removed:
            feed_id, name = self._removed[-1]
            self.perform(self._put_back(feed_id), said=f"put back {name}")

    def action_answer_feed(self) -> None:
        """Asks what is to be done about a feed that moved, or is gone."""
        health = self.selected
        match asks(health) if health is not None else "":
            case "gone" if health is not None:
                self._ask_gone(health)
            case "moved" if health is not None:
                self._ask_moved(health)
            case _:
                return

    def action_check_feed(self) -> None:
        """Makes what is at hand due now."""
        if feeds := self.at_hand:
            said = f"checking {_named(feeds)}"
            if len(feeds) == 1 and feeds[0].status is FeedStatus.PAUSED:
                said += ", which is paused"
            self._act(self.engine.check_feeds(_ids(feeds)), said)

    def action_check_all(self) -> None:
        """Makes every feed due now."""
        self.perform(self.engine.check_feeds(None), said=f"checking {counted(len(self.view.feeds), 'feed')}")

    def _ask_gone(self, health: FeedHealth) -> None:
        feed_id, label = health.feed.id, health.label

        def answered(answer: str | None) -> None:
            match answer:
                case "remove":
                    self.perform(self._remove((health,)), said=_removed((health,)))
                case "keep":
                    verb = self.engine.feeds.set_paused([feed_id], paused=True)
                    self.perform(verb, said=f"{label} keeps its line, paused")
                case "ask":
                    self.perform(self.engine.check_feeds([feed_id]), said=f"asking {label} once more")
                case _:
                    return

        self.app.push_screen(GoneScreen(self.looks, health), answered)

    def _ask_moved(self, health: FeedHealth) -> None:
        to = redact(health.state.moved_to or "")
        answers = min(health.state.moved_answers, ANSWERS_TO_BELIEVE)

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                verb = self.engine.feeds.accept_move(health.feed.id)
                self.perform(verb, said=f"{health.label} has its new address; its history went along")

        least = ANSWERS_TO_BELIEVE
        said = f"{answers} of {least} answers said so; after {least} newswatch believes it by itself."
        details = [to, f"{said} The history goes along."]
        asked = f"{health.label} moved. Use its new address now?"
        question = Ask(self.looks, asked, details, yes="use it", no="wait", also_yes="a")
        self.app.push_screen(question, answered)

    def _act(self, verb: Coroutine[object, object, object], said: str) -> None:
        """Does something to what is at hand: the marks have done their work then."""
        self.perform(verb, said=said)
        self.unmark()

    async def _remove(self, feeds: Sequence[FeedHealth]) -> None:
        await self.engine.feeds.remove(_ids(feeds))
        self._removed.append((feeds[0].feed.id, _named(feeds)))
        self.refresh_bindings()

    async def _put_back(self, feed_id: FeedId) -> None:
        await self.engine.feeds.put_back(feed_id)
        self._removed = [removed for removed in self._removed if removed[0] != feed_id]
        self.go_to(feed_id)
        self.refresh_bindings()


def _ids(feeds: Sequence[FeedHealth]) -> list[FeedId]:
    return [health.feed.id for health in feeds]


def _named(feeds: Sequence[FeedHealth]) -> str:
    """One feed by its name, several by their number."""
    return feeds[0].label if len(feeds) == 1 else counted(len(feeds), "feed")


def _its(feeds: Sequence[FeedHealth]) -> str:
    return "its" if len(feeds) == 1 else "their"


def _removed(feeds: Sequence[FeedHealth]) -> str:
    return f"removed {_named(feeds)}; {_its(feeds)} history stays. u puts {'it' if len(feeds) == 1 else 'them'} back"
