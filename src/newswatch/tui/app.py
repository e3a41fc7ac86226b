"""The app: wires the engine to the screens. It decides nothing about news."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter, NoColor

from newswatch.model.liveness import Liveness
from newswatch.tui import opening
from newswatch.tui.keys import bindings
from newswatch.tui.leaving import Leaving, reasons_to_stay
from newswatch.tui.looks import Looks
from newswatch.tui.opening import SCREENS
from newswatch.tui.overlays import Overlays
from newswatch.tui.paint import TerminalWall
from newswatch.tui.places import ALERTS, PLACES
from newswatch.tui.signs import ASCII, signs_for, terminal_encoding
from newswatch.tui.stylesheet import KeptStylesheet
from newswatch.tui.terminal import EnduringDriver, enduring, knows_sequences
from newswatch.tui.theme import DAY, NIGHT, variables_for
from newswatch.tui.words import clock

if TYPE_CHECKING:
    from newswatch.engine.api import Engine
    from newswatch.engine.api.first_run import FirstRun
    from newswatch.model.view import View
    from newswatch.tui.preferences import Preferences
    from newswatch.tui.presence import Presence
    from newswatch.tui.screens.base import BaseScreen
    from newswatch.tui.watch import Watch

FRAME, REST = "frame.tcss", "newswatch.tcss"
"""What stands where: in the frame, and in all that stands in it."""
PAUSE = timedelta(minutes=15)

log = logging.getLogger(__name__)


class NewswatchApp(Overlays):
    """The screen of one engine. `run` returns the exit code. Without an engine `furnish` is called later (`tui.start`).

    `run_engine` is started once the first frame is painted, in the same loop; if it fails, the app ends
    with the error's exit code and says it on stderr. Without it the engine runs elsewhere. `now` is the wall
    clock, `monotonic` counts seconds for idleness, of which the wall clock passes `pace` in one. `icons` is auto,
    unicode or ascii; `keys` remaps action ids (what is wrong in them is passed over: the caller asks
    `keymap.mistakes`). `remarks` are said at the start.
    Where there is no `preferences`, `rules_file` or `feeds_file`, what needs it is not offered. With `first_run` that
    comes first, and the engine starts once it made the home its files.
    """

    CSS_PATH = [FRAME, REST]  # noqa: RUF012  the base class declares it as an instance's
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
        "go.", "app.take_over", "app.pause", "app.handover", "app.palette", "app.help", "app.settings", "app.themes",
        "app.repaint", "app.suspend", "app.quit",
    )  # fmt: skip
    ENABLE_COMMAND_PALETTE = False  # ours is `PaletteScreen`

    _presence: Presence  # this and `_watch` are there once it is furnished
    _watch: Watch

    def __init__(
        self,
        engine: Engine | None,
        *,
        now: Callable[[], datetime],
        run_engine: Callable[[], Coroutine[object, object, None]] | None = None,
        theme: str = NIGHT.name,
        icons: str = "auto",
        zone: tzinfo = UTC,
        ribbon: str = "",
        keys: Mapping[str, str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        preferences: Preferences | None = None,
        rules_file: Path | None = None,
        feeds_file: Path | None = None,
        remarks: Sequence[str] = (),
        first_run: FirstRun | None = None,
        pace: float = 1.0,
    ) -> None:
        encoding = terminal_encoding()
        signs = signs_for(icons, encoding)
        self._wall = TerminalWall(encoding, draws_ascii=signs is ASCII, lets_link=_lets_link())
        self._looks = Looks(now, monotonic, zone, signs, ribbon)
        super().__init__()
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())
        self._run_engine = run_engine
        self._first_run = first_run
        self._pace = pace
        self._remarks = remarks
        self._files = preferences, rules_file, feeds_file
        self._keymap = _fitted(keys)
        self._leaving = Leaving(self)
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = theme if theme in self.available_themes else NIGHT.name
        if self._keymap:
            self.set_keymap(dict(self._keymap))
        if engine is not None:
            self.furnish(engine)

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

    def on_load(self) -> None:
        """Signals are heard before the terminal is taken."""
        self._leaving.hear_signals()

    def on_mount(self) -> None:
        """The engine starts after the first frame."""
        self.app_resume_signal.subscribe(self, self._come_back)
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._appear)

    async def on_event(self, event: events.Event) -> None:
        """Any key, click or turn of the wheel says that a person is there; so does the focus that comes back."""
        now = self._looks.now
        match event:
            case events.Key() | events.MouseDown() | events.MouseScrollDown() | events.MouseScrollUp():
                self._touch()
                self._presence = self._presence.touched(now())
                self._watch.note_read()
            case events.AppBlur():
                self._presence = self._presence.blurred(now())
            case events.AppFocus() if self._presence.blurred_at is not None:
                self._touch()
                self._presence = self._presence.focused(now())
            case _:
                pass
        await super().on_event(event)

    def copy_to_clipboard(self, text: str) -> None:
        """See `App.copy_to_clipboard`: by every way that may lead to a clipboard."""
        from newswatch.tui import clipboard

        if clipboard.takes_osc52(os.environ):
            super().copy_to_clipboard(text)
        for command in clipboard.commands(os.environ):
            self.run_worker(clipboard.hand_over(text, command), group="clipboard", exit_on_error=False)

    def action_go(self, place: str) -> None:
        """To a numbered screen."""
        if place != self.current_mode:
            self.switch_mode(place)
            if (screen := opening.ours(self.screen)) is not None:
                screen.touch()

    def action_repaint(self) -> None:
        """Draws every cell anew, whatever the terminal shows by now."""
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Places that do not exist cannot be gone to; a home that somebody writes cannot be taken over."""
        if self._first_run is not None and not opening.is_allowed(self.screen, action):
            return False
        match action:
            case "take_over":
                return (
                    self._desk.engine.is_read_only
                    and self._watch.view.liveness is Liveness.READ_ONLY
                    and self._watch.view.writer is None
                )
            case "go":
                return any(place.name == parameters[0] for place in self._desk.places)
            case "pause_alerts":
                return not self._desk.engine.is_read_only
            case "settings":
                return self._desk.preferences is not None and not self.is_open("settings")
            case "handover":
                return not self.is_open("handover")
            case _:
                return super().check_action(action, parameters)

    def action_take_over(self) -> None:
        """Makes this newswatch the writer, in the place of one that ended."""
        if (screen := opening.ours(self.screen)) is not None:
            screen.perform(self._desk.engine.take_over(), said="taken over: this newswatch asks the feeds now")

    def action_pause_alerts(self) -> None:
        """Nothing rings for a quarter of an hour; again: it rings as ever."""
        screen = opening.ours(self.screen)
        if screen is None:
            return
        if self._watch.is_paused:
            screen.perform(self._desk.engine.triage.pause_alerts(None), said="alerts ring again")
        else:
            until = self._looks.now() + PAUSE
            said = f"alerts are silent until {clock(until, self._looks.zone)}; all is shown as ever"
            screen.perform(self._desk.engine.triage.pause_alerts(until), said=said)

    async def action_quit(self) -> None:
        """Quits; asks if a high or critical story is still new, or a rule is not saved."""
        unsaved = [screen.unsaved for screen in self._screens() if screen.unsaved]
        said = reasons_to_stay(self._watch.view, unsaved, is_read_only=self._desk.engine.is_read_only)
        if not said or self._leaving.has_begun:
            self._leaving.leave(0)
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self._leaving.leave(0)

        self.push_screen(opening.leave(self._desk, said), answered)

    def _screens(self) -> list[BaseScreen]:
        """Ours of the screens that lie over each other."""
        return [screen for shown in self.screen_stack if (screen := opening.ours(shown)) is not None]

    def _touch(self) -> None:
        """A person is there: said before it is noted, so that a screen knows whether they were away until now."""
        for screen in self._screens():
            screen.touch()

    def _come_back(self, _app: App[object]) -> None:
        """From the shell, after `fg`: the terminal has forgotten the frame, of which only changes would be drawn."""
        self.action_repaint()

    def _tick(self) -> None:
        self._leaving.look_for_terminal()
        if isinstance(self._driver, EnduringDriver) and self._driver.takes_again():
            self.action_repaint()
        for screen in self._screens():
            screen.tick()

    def furnish(self, engine: Engine) -> None:
        """Makes the screens, and what they work with."""
        from newswatch.tui.clauses import Clauses
        from newswatch.tui.desk import Desk
        from newswatch.tui.presence import Presence
        from newswatch.tui.telling import Teller
        from newswatch.tui.watch import Outlets, Watch

        self._presence = Presence.at(self._looks.now(), self._pace)
        teller = Teller(engine, partial(self.run_worker, group="told", exit_on_error=False), self.set_timer)
        outlets = Outlets(self._show, self._ring, self._entitle)
        self._watch = Watch(engine, self._looks, teller, outlets, self._remarks)
        self._leaving.engine = engine
        self._desk = Desk(
            engine,
            self._looks,
            PLACES,
            lambda: self._watch.latest,
            Clauses(engine),
            lambda: self._presence,
            lambda: self._watch.chronicle,
            self._keymap,
            *self._files,
        )
        for place, screen in SCREENS:
            self.add_mode(place.name, partial(screen, self._desk))

    def _appear(self) -> None:
        """The first frame is painted."""
        if not self._leaving.has_begun:
            self.begin()
        self._leaving.shown()

    def begin(self) -> None:
        """The first frame is painted: what shows the world begins, and the engine."""
        self._watch.show()
        self.run_worker(self._follow, group="engine", exit_on_error=False)  # type: ignore[arg-type]  # see `tui.latest`: called when its turn comes
        if self._first_run is not None:
            self.push_screen(opening.first_run(self._desk, self._first_run), self._open_home)
        else:
            self.start_engine()

    def _open_home(self, _: None) -> None:
        """Out of the first run: what came meanwhile is shown, not waiting."""
        self.call_later(self.screen.run_action, "screen.newest")

    def on_first_run_screen_begun(self) -> None:
        """The first run has made the home its files."""
        self.start_engine()

    def start_engine(self) -> None:
        """The engine's life begins, once there is a home for it."""
        if self._run_engine is not None:
            self.run_worker(self._leaving.keep(self._run_engine), group="engine", exit_on_error=False)

    async def _follow(self) -> None:
        try:
            await self._watch.follow()
        except Exception as error:  # the root of the watching task: a screen that stands still unseen is the worst
            log.exception("watching failed")
            self._leaving.fail(f"the screen failed: {type(error).__name__}: {error}. The log has the details.", 1)

    def _show(self, before: View) -> None:
        view = self._watch.view
        is_other = (view.liveness, view.writer) != (before.liveness, before.writer)
        for screen in self._screens():
            screen.receive(self._watch.latest)
            if is_other:
                screen.refresh_bindings()

    def _ring(self) -> None:
        self.bell()

    def _entitle(self, title: str) -> None:
        if isinstance(self._driver, EnduringDriver):
            self._driver.entitle(title)


def _lets_link() -> Callable[[str], bool] | None:
    """What says whether an address may be sent as a link; None for a terminal that knows none."""

    def lets(address: str) -> bool:
        from newswatch.tui.links import is_hyperlink  # the first frame has no links

        return is_hyperlink(address)

    return lets if knows_sequences(os.environ) else None


def _fitted(keys: Mapping[str, str] | None) -> Mapping[str, str]:
    """The keymap in force; most people have none."""
    if not keys:
        return {}
    from newswatch.tui.keymap import fitted

    return fitted(keys)[0]
