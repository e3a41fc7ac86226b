"""Screens and where they are, each loaded when it is first opened: the first paint needs none of them.

Loading all of them would make the start much longer. What is not opened costs no memory either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from newswatch.tui.places import ALERTS, FEEDS, PULSE, RULES, SEARCH, STREAM, Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from newswatch.engine.api.first_run import FirstRun
    from newswatch.model.story import Story
    from newswatch.tui.commands import Command
    from newswatch.tui.desk import Desk
    from newswatch.tui.preferences import Preferences
    from newswatch.tui.screens.article import ArticleScreen
    from newswatch.tui.screens.ask import Ask
    from newswatch.tui.screens.base import BaseScreen
    from newswatch.tui.screens.editor import EditorScreen
    from newswatch.tui.screens.first_run import FirstRunScreen
    from newswatch.tui.screens.help import HelpScreen
    from newswatch.tui.screens.palette import PaletteScreen
    from newswatch.tui.screens.themes import ThemesScreen


def load() -> None:
    """Loads what the home screen needs: a fifth of a second, to be spent beside the first frame."""
    import newswatch.tui.clauses
    import newswatch.tui.desk
    import newswatch.tui.screens.alerts
    import newswatch.tui.watch  # noqa: F401  only to have them loaded


def ours(screen: object) -> BaseScreen | None:
    """A screen as one of ours; None for a dialog."""
    from newswatch.tui.screens.base import BaseScreen

    return screen if isinstance(screen, BaseScreen) else None


def alerts(desk: Desk) -> BaseScreen:
    """The home screen: the stories that matched."""
    from newswatch.tui.screens.alerts import AlertsScreen

    return AlertsScreen(desk)


def stream(desk: Desk) -> BaseScreen:
    """Every entry as it comes in."""
    from newswatch.tui.screens.stream import StreamScreen

    return StreamScreen(desk)


def rules(desk: Desk) -> BaseScreen:
    """What is watched for."""
    from newswatch.tui.screens.rules import RulesScreen

    return RulesScreen(desk)


def feeds(desk: Desk) -> BaseScreen:
    """Where the news comes from."""
    from newswatch.tui.screens.feeds import FeedsScreen

    return FeedsScreen(desk)


def pulse(desk: Desk) -> BaseScreen:
    """Rates, and where entries went."""
    from newswatch.tui.screens.pulse import PulseScreen

    return PulseScreen(desk)


def search(desk: Desk) -> BaseScreen:
    """The whole history."""
    from newswatch.tui.screens.search import SearchScreen

    return SearchScreen(desk)


# Each numbered screen: where it is, and how it is made.
SCREENS: tuple[tuple[Place, Callable[[Desk], BaseScreen]], ...] = (
    (ALERTS, alerts),
    (STREAM, stream),
    (RULES, rules),
    (FEEDS, feeds),
    (PULSE, pulse),
    (SEARCH, search),
)


def settings(desk: Desk, preferences: Preferences) -> BaseScreen:
    """What is in force."""
    from newswatch.tui.screens.settings import SettingsScreen

    return SettingsScreen(desk, preferences)


def handover(desk: Desk) -> BaseScreen:
    """What happened since the person left."""
    from newswatch.tui.screens.handover import HandoverScreen

    return HandoverScreen(desk)


def editor(desk: Desk, wanted: BaseScreen.RuleWanted) -> EditorScreen:
    """A rule, or a new one."""
    from newswatch.tui.screens.editor import EditorScreen

    return EditorScreen(desk, wanted.rule_id, wanted.query)


def article(desk: Desk, story: Story) -> ArticleScreen:
    """A story to read."""
    from newswatch.tui.screens.article import ArticleScreen

    return ArticleScreen(desk, story)


def leave(desk: Desk, said: Sequence[str]) -> Ask:
    """Whether a person wants to quit, and what speaks against it."""
    from newswatch.tui.screens.ask import Ask

    return Ask(desk.looks, said[0], said[1:], yes="quit all the same", no="stay")


def themes(desk: Desk) -> ThemesScreen:
    """The themes there are."""
    from newswatch.tui.screens.themes import ThemesScreen

    return ThemesScreen(desk)


def palette(desk: Desk, commands: Sequence[Command]) -> PaletteScreen:
    """These commands to choose from."""
    from newswatch.tui.screens.palette import PaletteScreen

    return PaletteScreen(desk.looks, commands)


def help_on(screen: Screen[object], desk: Desk) -> HelpScreen:
    """Help on a screen as it is now."""
    from newswatch.tui.screens.help import HelpScreen, parts_of

    shown = ours(screen)
    name = (shown.CALLED or shown.PLACE.title) if shown is not None else "keys"
    return HelpScreen(desk, name, parts_of(screen, desk))


def first_run(desk: Desk, questions: FirstRun) -> FirstRunScreen:
    """What a new home is asked."""
    from newswatch.tui.screens.first_run import FirstRunScreen

    return FirstRunScreen(desk, questions)


def is_allowed(screen: object, action: str) -> bool:
    """Whether an action of the app may be done on this screen: in the first run few may."""
    from newswatch.tui.screens.first_run import APP_ACTIONS, FirstRunScreen

    return not isinstance(screen, FirstRunScreen) or action in APP_ACTIONS
