"""What the palette offers on a screen: its keys, the app's, the places, every rule, every feed, and recent stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.binding import ActiveBinding
from textual.screen import Screen

from newswatch.model.feed import FeedHealth
from newswatch.model.rule import RuleStatus
from newswatch.model.story import Story
from newswatch.tui.commands import Command
from newswatch.tui.keys import BY_ID, HIDDEN
from newswatch.tui.places import FEEDS, RULES, Place
from newswatch.tui.screens.base import BaseScreen

LEFT_OUT = ("app.palette", "go.", "field.", "choice.", "choose.", "pane.previous", "rule.new", "rule.first")
RECENT_STORIES = 200


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
        Command(
            f"theme/{name}",
            f"theme: {name}",
            partial(screen.app.run_action, f"app.use_theme('{name}')"),
            "",
            "Show it, and keep it.",
        )
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
        commands += _of_feed(screen, health)
    commands += [_of_story(screen, story) for story in view.stories[:RECENT_STORIES]]
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


def _of_feed(screen: BaseScreen, health: FeedHealth) -> list[Command]:
    feed, label = health.feed.id, health.label

    async def show() -> None:
        from newswatch.tui.screens.feeds import FeedsScreen

        await screen.app.switch_mode(FEEDS.name)
        if isinstance(screen.app.screen, FeedsScreen):
            screen.app.screen.go_to(feed)

    def check() -> None:
        screen.perform(screen.engine.check_feeds([feed]), said=f"checking {label}")

    return [
        Command(f"feed/{feed}", f"feed {label}", show, "", "Show how it is doing."),
        Command(f"check/{feed}", f"check feed {label}", check, "", "Ask it now."),
    ]


def _of_story(screen: BaseScreen, story: Story) -> Command:
    lead = story.lead
    run = partial(screen.post_message, screen.StoryWanted(story.id))
    return Command(f"story/{story.id}", lead.entry.title, run, "", f"{lead.rule_id}, {lead.entry.source}")
