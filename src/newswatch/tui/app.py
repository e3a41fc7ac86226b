"""The app: wires the engine to the screens, and sees to it that both end well. It decides nothing about news."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import signal
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import App
from textual.binding import ActiveBinding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter, NoColor

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.event import Batch, Lagged, Liveness
from newswatch.model.hit import HitId, Triage
from newswatch.model.rule import Severity
from newswatch.model.view import View, reduce
from newswatch.tui.attention import Attention, rings
from newswatch.tui.clauses import Clauses
from newswatch.tui.commands import Command
from newswatch.tui.desk import Desk
from newswatch.tui.key_order import OrderedKeys
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import TerminalWall, printable
from newswatch.tui.places import ALERTS, FEEDS, RULES, Place
from newswatch.tui.screens.alerts import AlertsScreen
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.editor import EditorScreen
from newswatch.tui.screens.feeds import FeedsScreen
from newswatch.tui.screens.help import HelpScreen, parts_of
from newswatch.tui.screens.palette import PaletteScreen, commands_of
from newswatch.tui.screens.rules import RulesScreen
from newswatch.tui.signs import ASCII, signs_for, terminal_encoding
from newswatch.tui.terminal import enduring, let_go, terminals
from newswatch.tui.theme import DAY, NIGHT, variables_for
from newswatch.tui.words import counted

FRAME_S = 1 / 15
TOLD_AT_ONCE = 500
TELL_AGAIN_S = 60.0
QUIT_S = 10.0
SIGNALS = (signal.SIGTERM, signal.SIGHUP)

log = logging.getLogger(__name__)

# Each numbered screen: where it is, and how it is made.
SCREENS: tuple[tuple[Place, Callable[[Desk], BaseScreen]], ...] = (
    (ALERTS, AlertsScreen),
    (RULES, RulesScreen),
    (FEEDS, FeedsScreen),
)


class NewswatchApp(OrderedKeys):
    """The screen of one engine. `run` returns the exit code.

    `run_engine` is started once the first frame is painted, in the same loop; if it fails, the app ends
    with the error's exit code and says it on stderr. Without it the engine runs elsewhere. `now` is the wall
    clock, `monotonic` counts seconds for idleness. `icons` is auto, unicode or ascii; `keys` remaps action ids.
    """

    CSS_PATH = "newswatch.tcss"
    TITLE = "newswatch"
    DEFAULT_MODE = ALERTS.name
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  the base class declares it as an instance's
        (0, "-narrow"),
        (60, "-medium"),
        (110, "-wide"),
        (170, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012  as above
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "go.", "app.take_over", "app.palette", "app.help", "app.repaint", "app.suspend", "app.quit"
    )
    ENABLE_COMMAND_PALETTE = False  # ours is `PaletteScreen`

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime],
        run_engine: Callable[[], Coroutine[object, object, None]] | None = None,
        theme: str = NIGHT.name,
        icons: str = "auto",
        zone: tzinfo = UTC,
        ribbon: str = "",
        keys: Mapping[str, str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        encoding = terminal_encoding()
        signs = signs_for(icons, encoding)
        self._wall = TerminalWall(encoding, draws_ascii=signs is ASCII)
        super().__init__()
        self._engine = engine
        self._run_engine = run_engine
        self._view = engine.snapshot()
        self._attention = Attention()
        self._told: set[HitId] = set()
        self._is_quitting = False
        self._terminals = terminals()
        self._engine_done = asyncio.Event()
        looks = Looks(now, monotonic, zone, signs, ribbon)
        places = [place for place, _ in SCREENS]
        self._desk = Desk(engine, looks, places, self._latest, Clauses(engine), dict(keys or {}))
        for place, screen in SCREENS:
            self.add_mode(place.name, partial(screen, self._desk))
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = theme if theme in self.available_themes else NIGHT.name
        if keys:
            self.set_keymap(dict(keys))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Other themes have no words for severities: they get ours."""
        return variables_for(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, made to outlive its terminal."""
        return enduring(super().get_driver_class())

    def get_line_filters(self) -> list[LineFilter]:
        """The wall stands before every widget, whoever wrote it. NO_COLOR takes greys too: Textual leaves those."""
        colours = [NoColor()] if self.no_color else []
        return [*super().get_line_filters(), *colours, self._wall]

    def on_mount(self) -> None:
        """The engine starts after the first frame."""
        for number in SIGNALS:
            # Only the main thread of a process may; elsewhere (tests, embedding) the host handles signals.
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, self._on_signal, number)
        self.app_resume_signal.subscribe(self, self._come_back)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._start)

    async def on_event(self, event: events.Event) -> None:
        """Any key, click or turn of the wheel says that a person is there."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            for screen in self.screen_stack:
                if isinstance(screen, BaseScreen):
                    screen.touch()
            self._note_read()
        await super().on_event(event)

    def action_go(self, place: str) -> None:
        """To a numbered screen."""
        if place != self.current_mode:
            self.switch_mode(place)
            if isinstance(self.screen, BaseScreen):
                self.screen.touch()

    def action_repaint(self) -> None:
        """Draws every cell anew, whatever the terminal shows by now."""
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Places that do not exist cannot be gone to; a home that somebody writes cannot be taken over."""
        if action == "take_over":
            return self._engine.is_read_only and self._view.liveness is Liveness.READ_ONLY and self._view.writer is None
        if action == "go":
            return any(place.name == parameters[0] for place in self._desk.places)
        return super().check_action(action, parameters)

    def action_take_over(self) -> None:
        """Makes this newswatch the writer, in the place of one that ended."""
        if isinstance(self.screen, BaseScreen):
            self.screen.perform(self._engine.take_over(), said="taken over: this newswatch asks the feeds now")

    async def action_quit(self) -> None:
        """Quits; asks if a high or critical story is still new, or a rule is not saved."""
        waiting = [
            story
            for story in self._view.stories
            if story.is_alert
            and story.state is Triage.NEW
            and story.severity.rank >= Severity.HIGH.rank
            and not self._engine.is_read_only  # the writer goes on watching
        ]
        unsaved = [screen.unsaved for screen in self.screen_stack if isinstance(screen, BaseScreen) and screen.unsaved]
        if not (waiting or unsaved) or self._is_quitting:
            self._quit(0)
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self._quit(0)

        questions = list(unsaved)
        if waiting:
            are = "is" if len(waiting) == 1 else "are"
            stories = counted(len(waiting), "high or critical story", "high or critical stories")
            questions += [f"{stories} {are} still new.", waiting[0].lead.entry.title]
        self.push_screen(
            Ask(self._desk.looks, questions[0], questions[1:], yes="quit all the same", no="stay"), answered
        )

    @on(BaseScreen.RuleWanted)
    def open_editor(self, wanted: BaseScreen.RuleWanted) -> None:
        """Opens the rule editor, unless one is open or there is no such rule any more."""
        screen = self.screen
        if isinstance(screen, EditorScreen):
            return
        if wanted.rule_id is None or any(status.rule.id == wanted.rule_id for status in self._view.rules):
            self.push_screen(EditorScreen(self._desk, wanted.rule_id))
        elif isinstance(screen, BaseScreen):
            screen.flash(f"there is no rule {wanted.rule_id} any more; its hits stay", is_alarm=True)

    def action_command_palette(self) -> None:
        """Opens the palette on the screen as it is now, and does what is chosen there."""

        async def chosen(command: Command | None) -> None:
            if command is not None:
                done = command.run()
                if inspect.isawaitable(done):
                    await done

        commands = commands_of(self.screen, self._desk.places, self._shown_key)
        self.push_screen(PaletteScreen(self._desk.looks, commands), chosen)

    def action_help(self) -> None:
        """Opens help on the screen as it is now."""
        screen = self.screen
        title = screen.PLACE.title if isinstance(screen, BaseScreen) else "keys"
        self.push_screen(HelpScreen(self._desk, title, parts_of(screen, self._desk)))

    def _shown_key(self, active: ActiveBinding) -> str:
        """How the key of a binding is written, as the footer writes it."""
        shown = active.binding.key_display
        if shown is None:
            return self.get_key_display(active.binding)
        return self._desk.looks.signs.enter if shown == "enter" else shown

    def _come_back(self, _app: App[object]) -> None:
        """From the shell, after `fg`: the terminal has forgotten the frame, of which only changes would be drawn."""
        self.action_repaint()

    def _tick(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen):
                screen.tick()

    def _start(self) -> None:
        self._show(self._view)
        self.run_worker(self._follow(), group="engine", exit_on_error=False)
        if self._run_engine is not None:
            self.run_worker(self._keep_engine(self._run_engine), group="engine", exit_on_error=False)
        else:
            self._engine_done.set()

    async def _keep_engine(self, run_engine: Callable[[], Coroutine[object, object, None]]) -> None:
        try:
            await run_engine()
        except NewswatchError as error:
            self._fail(str(error), error.exit_code)
        except Exception as error:  # the root of the engine's task: whatever it is, the person is told
            log.exception("the engine failed")
            self._fail(f"the engine failed: {type(error).__name__}: {error}. The log has the details.", 1)
        finally:
            self._engine_done.set()

    async def _follow(self) -> None:
        """Keeps the view up to date, painting at most once a frame: what comes meanwhile comes as one batch."""
        try:
            is_running = True
            while is_running:
                is_running = False
                async for news in self._engine.watch(self._view.seq):
                    match news:
                        case Batch():
                            self._attention = self._attention.after(news, self._desk.looks.monotonic())
                            self._show(reduce(self._view, news))
                            if rings(news):
                                self.bell()
                        case Lagged():
                            self._show(self._engine.snapshot())
                            is_running = True
                            break
                    await asyncio.sleep(FRAME_S)
        except Exception as error:  # the root of the watching task: a screen that stands still unseen is the worst
            log.exception("watching failed")
            self._fail(f"the screen failed: {type(error).__name__}: {error}. The log has the details.", 1)

    def _show(self, view: View) -> None:
        before, self._view = self._view, view
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen):
                screen.receive(self._latest())
                if (view.liveness, view.writer) != (before.liveness, before.writer):
                    screen.refresh_bindings()
        # Most views bring nothing but a feed that was checked, and looking for the untold takes a while.
        if view is before or view.stories is not before.stories or view.liveness is not before.liveness:
            self._tell(view)

    def _latest(self) -> View:
        return self._attention.over(self._view)

    def _note_read(self) -> None:
        """Takes away what was said until it was read."""
        attention = self._attention.touched(self._desk.looks.monotonic())
        if attention.notes != self._attention.notes:
            self._attention = attention
            self._show(self._view)

    def _tell(self, view: View) -> None:
        """What the screen shows counts as told."""
        if self._engine.is_read_only or view.liveness is Liveness.READ_ONLY:
            return
        untold = [
            hit.id for story in view.stories for hit in story.hits if hit.told_at is None and hit.id not in self._told
        ][:TOLD_AT_ONCE]
        if untold:
            self._told.update(untold)
            self.run_worker(self._mark_told(untold), group="told", exit_on_error=False)

    async def _mark_told(self, hits: list[HitId]) -> None:
        try:
            await self._engine.mark_told(hits)
        except NewswatchError as error:
            log.warning("not marked as told, tried again in a minute: %s", error)
            self.set_timer(TELL_AGAIN_S, partial(self._tell_again, hits))
        else:
            self._tell(self._view)

    def _tell_again(self, hits: list[HitId]) -> None:
        self._told.difference_update(hits)
        self._tell(self._view)

    def _on_signal(self, number: signal.Signals) -> None:
        if number == signal.SIGHUP:
            let_go(self._terminals)
        self._quit(128 + number)

    def _fail(self, text: str, code: int) -> None:
        if not self._is_quitting:
            self._is_quitting = True
            self.exit(code, return_code=code, message=Text(f"newswatch: {printable(text)}"))

    def _quit(self, code: int) -> None:
        if not self._is_quitting:
            self._is_quitting = True
            self.run_worker(self._end(code), group="quit", exit_on_error=False)

    async def _end(self, code: int) -> None:
        """The engine first, then the screen: what was asked for is durable before the terminal is given back."""
        try:
            async with asyncio.timeout(QUIT_S):
                await self._engine.quit()
                await self._engine_done.wait()
        except TimeoutError:
            log.warning("the engine did not end within %.0f s", QUIT_S)
        except Exception:  # nothing may keep a person from leaving
            log.exception("the engine did not end well")
        self.exit(code, return_code=code)
