"""What lies over a screen for a while: settings, hand-over, themes, palette, help, the editor, an article.

An app is made of it. It opens them, each loaded then, and must never know what runs the engine or rings.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

from textual.binding import ActiveBinding

from newswatch.tui import opening
from newswatch.tui.key_order import OrderedKeys

if TYPE_CHECKING:
    from newswatch.tui.commands import Command
    from newswatch.tui.desk import Desk
    from newswatch.tui.screens.base import BaseScreen


class Overlays(OrderedKeys):
    """An app that opens things over its screens. Its subclass gives it the desk, before anything is opened."""

    _desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self._used: tuple[str, ...] = ()  # ids of what was done in the palette, the last first

    def is_open(self, name: str) -> bool:
        """Whether the place with that name is what is shown."""
        screen = opening.ours(self.screen)
        return screen is not None and screen.PLACE.name == name

    def action_settings(self) -> None:
        """Opens what is in force, and where each value comes from."""
        if self._desk.preferences is not None:
            self.push_screen(opening.settings(self._desk, self._desk.preferences))

    def action_handover(self) -> None:
        """Opens what happened since the person left."""
        self.push_screen(opening.handover(self._desk))

    def action_themes(self) -> None:
        """Opens the list of themes."""

        def chosen(theme: str | None) -> None:
            if theme is not None:
                self.action_use_theme(theme)

        self.push_screen(opening.themes(self._desk), chosen)

    def action_use_theme(self, theme: str) -> None:
        """Shows a theme from now on, and keeps it in settings.toml where there is one."""
        self.theme = theme
        preferences, screen = self._desk.preferences, opening.ours(self.screen)
        if preferences is not None and screen is not None:
            saving = asyncio.to_thread(preferences.save, "ui.theme", theme)
            kept = "until the demo ends" if preferences.is_passing else f"kept in {preferences.file.name}"
            screen.perform(saving, said=f"{theme}, {kept}")

    def on_base_screen_rule_wanted(self, wanted: BaseScreen.RuleWanted) -> None:
        """Opens the rule editor, unless one is open or there is no such rule any more."""
        screen = self.screen
        if wanted.rule_id is None or any(status.rule.id == wanted.rule_id for status in self._desk.latest().rules):
            editor = opening.editor(self._desk, wanted)
            if not isinstance(screen, type(editor)):
                self.push_screen(editor)
        elif (ours := opening.ours(screen)) is not None:
            ours.flash(f"there is no rule {wanted.rule_id} any more; its hits stay", is_alarm=True)

    def on_base_screen_story_wanted(self, wanted: BaseScreen.StoryWanted) -> None:
        """Opens the article of a story that was found elsewhere than in a list."""
        story = next((story for story in self._desk.latest().stories if story.id == wanted.story_id), None)
        if story is not None:
            self.push_screen(opening.article(self._desk, story))
        elif (screen := opening.ours(self.screen)) is not None:
            screen.flash("that story is not among the recent ones any more", is_alarm=True)

    def action_command_palette(self) -> None:
        """Opens the palette on the screen as it is now, and does what is chosen there."""
        from newswatch.tui.commands import recent_first
        from newswatch.tui.screens.offers import commands_of

        async def chosen(command: Command | None) -> None:
            if command is not None:
                self._used = (command.id, *(used for used in self._used if used != command.id))[:20]
                done = command.run()
                if inspect.isawaitable(done):
                    await done

        commands = recent_first(commands_of(self.screen, self._desk.places, self._shown_key), self._used)
        self.push_screen(opening.palette(self._desk, commands), chosen)

    def action_help(self) -> None:
        """Opens help on the screen as it is now."""
        self.push_screen(opening.help_on(self.screen, self._desk))

    def _shown_key(self, active: ActiveBinding) -> str:
        """How the key of a binding is written, as the footer writes it."""
        shown = active.binding.key_display
        if shown is None:
            return self.get_key_display(active.binding)
        return self._desk.looks.signs.enter if shown == "enter" else shown
