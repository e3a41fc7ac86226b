"""The first run: what to watch for, which feeds to read, then the feeds as they come in. Nothing is written before
both questions are answered; Esc takes what newswatch comes with.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.getters import query_one
from textual.message import Message
from textual.widgets import ContentSwitcher

from newswatch.engine.api.first_run import Choice, FirstRun, Written
from newswatch.errors import NewswatchError
from newswatch.model.feed import Feed
from newswatch.model.view import View
from newswatch.tui.desk import Desk
from newswatch.tui.keys import Key, bindings
from newswatch.tui.paint.first_run import first_head, is_unreachable
from newswatch.tui.places import Place
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.fields import Fields
from newswatch.tui.widgets.first_feeds import FeedsStep
from newswatch.tui.widgets.first_load import LoadStep
from newswatch.tui.widgets.first_steps import Step
from newswatch.tui.widgets.first_watch import WatchStep
from newswatch.tui.widgets.key_line import KeyLine
from newswatch.tui.widgets.painted import Fitted

APP_ACTIONS = frozenset({"quit", "suspend_process", "repaint", "help"})
"""What the app still does under a first run: there is nowhere to go yet."""
FIELD_KEYS = ("field.", "check.", "choice.", "list.")

log = logging.getLogger(__name__)


class FirstRunScreen(Fields, BaseScreen):
    """Over the home screen, until the home has its files and a person goes on."""

    PLACE = Place("", "first run", "First run")
    AUTO_FOCUS = "#first-words"
    BINDINGS = bindings("first.", "field.")

    steps = query_one(ContentSwitcher)
    watch_step = query_one(WatchStep)
    feeds_step = query_one(FeedsStep)
    load_step = query_one(LoadStep)

    class Begun(Message):
        """The files are there: the engine can start."""

    def __init__(self, desk: Desk, first_run: FirstRun) -> None:
        super().__init__(desk)
        self._first_run = first_run
        self._step = 0
        self._takes_starter = False
        self._is_writing = False

    def compose(self) -> ComposeResult:
        """One column, with the three steps one behind the other; no state line yet, since there is nothing to state."""
        with Container(id="first"), Container(id="first-column"):
            yield Fitted(self.looks, lambda width: first_head(self._step, width, self.looks.signs), id="first-head")
            with ContentSwitcher(initial="first-watch"):
                yield self._named(WatchStep(self.looks, self._first_run), "first-watch")
                yield self._named(FeedsStep(self.looks, self._first_run), "first-feeds")
                yield self._named(LoadStep(self.looks), "first-load")
        yield KeyLine(self.looks)

    def show_view(self) -> None:
        """How far the feeds are, in the last step."""
        if self._step == 2:
            self.load_step.take(self.view)
            self.refresh_bindings()

    def show_time(self) -> None:
        """Nothing reads differently as time goes by."""

    def receive(self, view: View) -> None:
        """See `BaseScreen.receive`; there is no state line."""
        self.view = view
        if self.is_composed:
            self.show_view()

    def tick(self) -> None:
        """See `BaseScreen.tick`."""

    def on_resize(self, _event: events.Resize) -> None:
        """What a size has room for is shown."""
        for painted in self.query(Fitted):
            painted.redraw()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done in this step is offered; nothing that other screens do."""
        match action:
            case "next_step":
                return self._step < 2
            case "open_monitor":
                return self._step == 2
            case "take_rules":
                return self._step == 0
            case "take_feeds":
                return self._step == 1 and not self.feeds_step.has_typed
            case "clear_line":
                return self._step == 1 and self.feeds_step.has_typed
            case "step_back":
                return self._step == 1
            case "want_demo":
                return self._step == 2 and is_unreachable(self.view)
            case "next_field" | "previous_field":
                return self._step == 1 or (self._step == 0 and bool(self.watch_step.watches))
            case _:
                return False

    def has_use_for(self, key: Key) -> bool:
        """Only the keys of this step, of its fields and lists, and what the app still does."""
        if key.id.startswith("first."):
            return bool(self.check_action(key.action, ()))
        return key.id.startswith(FIELD_KEYS) or key.action in APP_ACTIONS

    @on(Step.Changed)
    def choice_changed(self) -> None:
        """What can be done may be something else now."""
        self.refresh_bindings()

    def action_next_step(self) -> None:
        """On, with what is chosen."""
        match self._step:
            case 0 if not self.watch_step.is_good:
                self.flash("one of these is no rule yet: see what would mend it", is_alarm=True)
            case 0:
                self._takes_starter = False
                self._go(1)
            case 1 if self.feeds_step.is_to_look:
                self.feeds_step.look()
            case 1 if not self.feeds_step.number:
                self.flash("nothing is chosen: space chooses a pack, Esc takes them all", is_alarm=True)
            case _:
                packs, feeds = self.feeds_step.chosen()
                self._write(packs, feeds)

    def action_open_monitor(self) -> None:
        """To the home screen; what comes in goes on coming in."""
        self.dismiss(None)

    def action_take_rules(self) -> None:
        """On, with the starter rules."""
        self._takes_starter = True
        self._go(1)

    def action_take_feeds(self) -> None:
        """On, with all starter feeds, and what else is chosen."""
        _, feeds = self.feeds_step.chosen()
        self._write(None, feeds)

    def action_clear_line(self) -> None:
        """Out of a line that is being typed, and lets go of it."""
        self.feeds_step.clear_line()

    def action_step_back(self) -> None:
        """To the first question again."""
        self._go(0)

    def action_want_demo(self) -> None:
        """Ends this; the demo follows."""
        self._first_run.want_demo()
        self.app.call_later(self.app.run_action, "quit")

    def _named(self, step: Step, name: str) -> Step:
        step.id = name
        return step

    def _go(self, step: int) -> None:
        self._step = step
        self.steps.current = ("first-watch", "first-feeds", "first-load")[step]
        self.query_one("#first-head", Fitted).redraw()
        (self.watch_step, self.feeds_step, self.load_step)[step].first_focus()
        self.refresh_bindings()

    def _write(self, packs: tuple[str, ...] | None, feeds: tuple[Feed, ...]) -> None:
        if self._is_writing:
            return
        self._is_writing = True
        watches = () if self._takes_starter else self.watch_step.watches
        choice = Choice(watches, self.watch_step.and_starter, packs, feeds)
        self.app.run_worker(self._written(choice), group="verbs", exit_on_error=False)

    async def _written(self, choice: Choice) -> None:
        try:
            written = await self._first_run.write(choice)
        except NewswatchError as refused:
            self.feeds_step.refuse(str(refused))
        except Exception as error:  # the root of a task: a fault of ours must not end the first run
            log.exception("writing the first files failed")
            self.feeds_step.refuse(f"that failed: {type(error).__name__}: {error}")
        else:
            self._begin(written)
        finally:
            self._is_writing = False

    def _begin(self, written: Sequence[Written]) -> None:
        self.load_step.written = written
        self._go(2)
        self.load_step.take(self.view)
        self.post_message(self.Begun())
