"""The command palette: everything that keys can do, every rule and every feed, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from newswatch.model.feed import FeedHealth
from newswatch.model.rule import RuleStatus
from newswatch.tui.commands import Command, matching
from newswatch.tui.keys import BY_ID, HIDDEN, bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.places import RULES, Place
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.widgets.command_list import CommandList

LEFT_OUT = ("app.palette", "go.", "field.", "choice.", "pane.previous", "rule.new", "rule.first")


NOTHING: tuple[Pieces, ...] = ([], [Piece("  Nothing here is called that.", "dim")])


class PaletteScreen(ModalScreen[Command]):
    """Dismissed with the command that was chosen, None for none. The app runs it."""

    BINDINGS = bindings("choose.", "list.page_down", "list.page_up", "app.back")
    AUTO_FOCUS = "Input"

    needle = query_one(Input)
    rows = query_one(CommandList)

    def __init__(self, looks: Looks, commands: Sequence[Command]) -> None:
        super().__init__()
        self._looks = looks
        self._commands = tuple(commands)
        self._found_for: str | None = None
        self._has_moved = False

    def compose(self) -> ComposeResult:
        """A field over the commands that match it."""
        with Vertical(id="palette"):
            with Horizontal():
                yield Static(Content(":"))
                yield Input(placeholder="a command, a screen, a rule, a feed", compact=True)
            yield CommandList(self._looks)

    def on_mount(self) -> None:
        """All commands, until something is typed."""
        self._show()
        self.call_after_refresh(self.rows.refresh_changed)

    def on_key(self, event: events.Key) -> None:
        """What is typed before the field has the focus is not lost: `:feeds` may come in one breath."""
        if not self.needle.has_focus and event.is_printable and event.character is not None:
            event.stop()
            self.needle.insert_text_at_cursor(event.character)

    @on(Input.Changed)
    def typed(self) -> None:
        """Finds as it is typed; the best is selected."""
        self._show()

    @on(CommandList.Opened)
    def opened(self) -> None:
        """A person chose a row with the mouse."""
        self.dismiss(self.rows.selected)

    @on(Input.Submitted)
    def action_run(self) -> None:
        """Does what is selected, once a person has typed or moved: an Enter that came too early does nothing."""
        self._show()
        if self.needle.value.strip() or self._has_moved:
            self.dismiss(self.rows.selected)

    @on(CommandList.Moved)
    def moved(self) -> None:
        """A person chose a row."""
        self._has_moved = True

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def action_page_down(self) -> None:
        """A page down."""
        self.rows.action_page_down()

    def action_page_up(self) -> None:
        """A page up."""
        self.rows.action_page_up()

    def action_back(self) -> None:
        """Closes."""
        self.dismiss(None)

    def _show(self) -> None:
        """The commands for what is typed by now, if they are not shown yet."""
        if self.needle.value != self._found_for:
            self._found_for = self.needle.value
            self.rows.show(matching(self._commands, self._found_for), NOTHING)
            self.rows.action_top()


def commands_of(
    screen: Screen[object], places: Sequence[Place], shown: Callable[[ActiveBinding], str]
) -> tuple[Command, ...]:
    """What can be done on a screen now. `shown` says how a key is written."""
    of_keys: dict[str, Command] = {}
    for active in screen.active_bindings.values():
        key = BY_ID.get(active.binding.id or "")
        if key is None or not active.enabled or key.id.startswith(LEFT_OUT) or key.id in of_keys:
            continue
        name = screen.name_of(key) if isinstance(screen, BaseScreen) else key.name or key.label
        run = partial(screen.app.run_action, active.binding.action, active.node)
        of_keys[key.id] = Command(key.id, name, run, shown(active), key.help)
    ordered = sorted(of_keys.values(), key=lambda command: BY_ID[command.id].rank)
    telling = [command for command in ordered if BY_ID[command.id].rank < HIDDEN]
    of_view = _of_view(screen) if isinstance(screen, BaseScreen) else []
    unique: dict[str, Command] = {}
    for command in (*telling, *_places(screen, places), *of_view, *ordered, *_themes(screen)):
        is_told = command.id.startswith("edit/") and any(command.words == other.words for other in unique.values())
        if not is_told:
            unique.setdefault(command.id, command)
    return tuple(unique.values())


def _places(screen: Screen[object], places: Sequence[Place]) -> list[Command]:
    return [
        Command(
            f"go.{place.name}",
            place.name,
            partial(screen.app.run_action, f"app.go('{place.name}')"),
            place.number,
            f"To the {place.title} screen.",
        )
        for place in places
    ]


def _themes(screen: Screen[object]) -> list[Command]:
    """Every theme there is, ours first."""
    names = sorted(screen.app.available_themes, key=lambda name: not name.startswith("newswatch-"))
    return [
        Command(f"theme/{name}", f"theme: {name}", partial(setattr, screen.app, "theme", name), "", "Show it now.")
        for name in names
    ]


def _of_view(screen: BaseScreen) -> list[Command]:
    view = screen.view
    new = BY_ID["rule.new"]
    is_here = any(active.enabled and active.binding.action == new.action for active in screen.active_bindings.values())
    key = new.shown if is_here else f"{RULES.number} {new.shown}"
    commands = [Command(new.id, "new rule", partial(screen.post_message, screen.RuleWanted(None)), key, new.help)]
    for status in view.rules:
        commands += _of_rule(screen, status)
    for health in view.feeds.values():
        commands.append(_of_feed(screen, health))
    return commands


def _of_rule(screen: BaseScreen, status: RuleStatus) -> list[Command]:
    rule = status.rule
    name = rule.id if rule.name in ("", rule.id) else f"{rule.id}: {rule.name}"
    switch = "off" if rule.enabled else "on"

    def toggle() -> None:
        verb = screen.engine.set_rule_enabled(rule.id, enabled=not rule.enabled)
        screen.perform(verb, said=f"{rule.label} is {switch}")

    return [
        Command(
            f"edit/{rule.id}",
            f"edit rule {name}",
            partial(screen.post_message, screen.RuleWanted(rule.id)),
            "",
            "Open it in the editor.",
        ),
        Command(f"switch/{rule.id}", f"switch {switch} rule {name}", toggle, "", "Its hits stay."),
    ]


def _of_feed(screen: BaseScreen, health: FeedHealth) -> Command:
    def check() -> None:
        screen.perform(screen.engine.check_feeds([health.feed.id]), said=f"checking {health.label}")

    return Command(f"check/{health.feed.id}", f"check feed {health.label}", check, "", "Ask it now.")
