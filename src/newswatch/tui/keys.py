"""Every key of newswatch, in one table: its id (to remap it by), what it does, and its words.

A widget or screen takes its bindings from here by id; the footer takes its order, help its sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

HIDDEN = 1_000


@dataclass(frozen=True, slots=True)
class Key:
    """One row. `keys` are Textual's key names; `label` is what the footer says, `help` a sentence;
    `rank` is the place in the footer, the least first, `HIDDEN` for none. `shown` is how the key is written,
    `name` what the palette calls it, where the label is too short to be found by.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    rank: int = HIDDEN
    shown: str = ""
    name: str = ""


TABLE = (
    Key("hit.open", "enter", "open_story", "open", "Open the article, full screen.", 10, "enter", "open article"),
    Key("hit.ack", "a", "ack", "ack", "Ack the story: it is dealt with. Again: take that back.", 20, "a"),
    Key("hit.star", "s", "star", "star", "Star the story, or take the star away.", 30, "s"),
    Key("hit.why", "w", "why", "why", "Why it fired, in full: every rule, every clause.", 40, "w"),
    Key("hit.edit_rule", "e", "edit_rule", "rule", "Edit the rule that fired.", 50, "e", "edit rule"),
    Key(
        "list.filter",
        "slash",
        "filter",
        "filter",
        "Filter the list: headline, source or rule; ! turns it round.",
        60,
        "/",
    ),
    Key(
        "list.newest",
        "full_stop",
        "newest",
        "newest",
        "Show what waits, and go to the newest.",
        70,
        ".",
        "go to newest",
    ),
    Key(
        "hit.open_link",
        "o",
        "open_link",
        "browser",
        "Open the link in the browser, after showing its real host.",
        80,
        "o",
        "open in browser",
    ),
    Key("mark.next", "n", "next_mark", "next word", "Go to the next matched word of the article.", 90, "n"),
    Key("hit.copy_link", "y", "copy_link", "copy link", "Copy the link.", 100, "y"),
    Key(
        "hit.copy_citation",
        "Y",
        "copy_citation",
        "cite",
        "Copy title, source, time and link.",
        110,
        "Y",
        "copy citation",
    ),
    Key("hit.ack_all", "A", "ack_all", "ack all", "Ack every story that is shown, after asking.", 120, "A"),
    Key(
        "list.held",
        "h",
        "toggle_held",
        "held",
        "Show or hide held stories: backlog, rule changes.",
        130,
        "h",
        "show/hide held",
    ),
    Key(
        "list.follow",
        "f",
        "follow",
        "hold",
        "Hold the list still; again: arrivals come in as before.",
        140,
        "f",
        "hold/follow",
    ),
    Key("mark.previous", "N", "previous_mark", "previous word", "Go to the previous matched word.", HIDDEN, "N"),
    Key("list.down", "j,down", "down", "down", "One row down.", HIDDEN, "j"),
    Key("list.up", "k,up", "up", "up", "One row up.", HIDDEN, "k"),
    Key("list.top", "g,home", "top", "top", "To the first row.", HIDDEN, "g"),
    Key("list.bottom", "G,end", "bottom", "bottom", "To the last row.", HIDDEN, "G"),
    Key("list.half_down", "ctrl+d", "half_down", "half a page down", "Half a page down.", HIDDEN, "^d"),
    Key("list.half_up", "ctrl+u", "half_up", "half a page up", "Half a page up.", HIDDEN, "^u"),
    Key("list.page_down", "pagedown", "page_down", "page down", "A page down.", HIDDEN, "PgDn"),
    Key("list.page_up", "pageup", "page_up", "page up", "A page up.", HIDDEN, "PgUp"),
    Key("pane.next", "tab", "next_pane", "panes", "To the next pane: the list, the article.", HIDDEN, "Tab"),
    Key("pane.previous", "shift+tab", "next_pane", "panes", "To the previous pane.", HIDDEN, "S-Tab"),
    Key("rule.first", "n", "new_rule", "new rule", "Write a rule: what to watch for.", 15, "n"),
    Key("rule.edit", "e,enter", "edit_rule", "edit", "Edit the rule.", 10, "e"),
    Key("rule.new", "n", "new_rule", "new", "Write a rule: what to watch for.", 15, "n"),
    Key("rule.toggle", "space", "toggle_rule", "on/off", "Switch the rule on or off.", 20, "space"),
    Key("rule.delete", "d,delete", "delete_rule", "delete", "Delete the rule, after asking; its hits stay.", 30, "d"),
    Key("feed.check", "r", "check_feed", "check now", "Check the feed now.", 10, "r"),
    Key("feed.check_all", "R", "check_all", "check all", "Check every feed now.", 20, "R"),
    Key("feed.open_site", "o", "open_site", "site", "Open the site in the browser, after showing its host.", 30, "o"),
    Key("feed.failing", "f", "only_failing", "failing", "Show only the feeds that fail, or all again.", 40, "f"),
    Key("editor.save", "ctrl+s", "save", "save", "Save the rule: it is live at once.", 10, "^s"),
    Key("field.next", "tab", "next_field", "next field", "To the next field.", 20, "Tab"),
    Key("field.previous", "shift+tab", "previous_field", "previous field", "To the previous field.", HIDDEN, "S-Tab"),
    Key("choice.next", "space,right", "next_choice", "change", "The next choice.", 15, "space"),
    Key("choice.previous", "left", "previous_choice", "change back", "The choice before.", HIDDEN, "left"),
    Key("editor.cancel", "escape", "back", "cancel", "Leave the editor; asks if something was changed.", 30, "esc"),
    Key("choose.run", "enter", "run", "do it", "Do what is selected.", 10, "enter"),
    Key("choose.down", "down,ctrl+n", "down", "down", "One row down.", HIDDEN, "down"),
    Key("choose.up", "up,ctrl+p", "up", "up", "One row up.", HIDDEN, "up"),
    Key("help.find", "slash", "find", "find", "Find in help.", 10, "/"),
    Key("help.close", "question_mark,f1,q", "close", "close", "Close help.", HIDDEN, "?"),
    Key("app.back", "escape", "back", "back", "Leave what is open: filter, dialog, article.", 150, "esc"),
    Key("go.alerts", "1", "go('alerts')", "alerts", "To the Alerts screen: stories that matched.", HIDDEN, "1"),
    Key("go.rules", "3", "go('rules')", "rules", "To the Rules screen: what is watched for.", HIDDEN, "3"),
    Key("go.feeds", "4", "go('feeds')", "feeds", "To the Feeds screen: where the news comes from.", HIDDEN, "4"),
    Key(
        "app.take_over",
        "T",
        "take_over",
        "take over",
        "Become the writer of this home, when the newswatch that was has ended.",
        5,
        "T",
    ),
    Key(
        "app.palette", "colon,ctrl+p", "command_palette", "cmd", "The command palette: all that keys can do.", 160, ":"
    ),
    Key("app.help", "question_mark,f1", "help", "help", "What the keys of this pane do.", 170, "?"),
    Key("app.repaint", "ctrl+l", "repaint", "repaint", "Draw the whole screen anew.", HIDDEN, "^l"),
    Key("app.suspend", "ctrl+z", "suspend_process", "suspend", "Back to the shell; `fg` returns.", HIDDEN, "^z"),
    Key("app.quit", "q,ctrl+c", "quit", "quit", "Quit; asks if a high or critical story is still new.", 180, "q"),
    Key("answer.yes", "enter,y", "yes", "yes", "Yes, do it.", 1, "enter"),
    Key("answer.no", "escape,n,q", "no", "no", "No, leave it.", 2, "esc"),
)
BY_ID: Mapping[str, Key] = {key.id: key for key in TABLE}


def bindings(*ids: str) -> list[BindingType]:
    """The Textual bindings of these rows; an id that ends in a dot stands for all that begin with it."""
    wanted = [
        key for key in TABLE if any(key.id == one or (one.endswith(".") and key.id.startswith(one)) for one in ids)
    ]
    return [
        Binding(
            key.keys, key.action, key.label, show=key.rank < HIDDEN, key_display=key.shown, tooltip=key.help, id=key.id
        )
        for key in wanted
    ]
