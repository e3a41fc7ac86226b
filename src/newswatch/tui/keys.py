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
    Key("hit.tag", "t", "tag", "tag", "Tag the story: give it tags, or take them away.", 74, "t"),
    Key("hit.note", "c", "note", "note", "Write a note on the story; notes stand with the article.", 76, "c"),
    Key("hit.snooze", "z", "snooze", "snooze", "Put the story away until later; then it is new again.", 72, "z"),
    Key("hit.mute", "m", "mute", "mute", "Mute its story, source, a phrase or its rule, for a while.", 52, "m"),
    Key("hit.why", "w", "why", "why", "Why it fired, in full: every rule, every clause.", 40, "w"),
    Key("hit.edit_rule", "e", "edit_rule", "rule", "Edit the rule that fired.", 50, "e", "edit rule"),
    Key(
        "list.filter",
        "slash",
        "filter",
        "filter",
        "Filter the list: words, !without, rule:… source:… tag:… is:starred; Esc clears.",
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
    Key(
        "article.next_bullet",
        "enter",
        "next_bullet",
        "quick look",
        "Go to where the next sentence of the quick look stands in the text.",
        12,
        "enter",
        "next of the quick look",
    ),
    Key("article.bullet_1", "1", "to_bullet(1)", "first", "To sentence 1 of the quick look.", HIDDEN, "1"),
    Key("article.bullet_2", "2", "to_bullet(2)", "second", "To sentence 2 of the quick look.", HIDDEN, "2"),
    Key("article.bullet_3", "3", "to_bullet(3)", "third", "To sentence 3 of the quick look.", HIDDEN, "3"),
    Key("article.bullet_4", "4", "to_bullet(4)", "fourth", "To sentence 4 of the quick look.", HIDDEN, "4"),
    Key("article.bullet_5", "5", "to_bullet(5)", "fifth", "To sentence 5 of the quick look.", HIDDEN, "5"),
    Key("article.links", "l", "links", "links", "Where the links of the article lead; open one.", 84, "l"),
    Key(
        "article.again",
        "r,R",
        "read_again",
        "read again",
        "Fetch the page, and read it again.",
        86,
        "r",
        "read page again",
    ),
    Key("article.zen", "Z", "zen", "zen", "Only the text; again, or Esc: all of it.", 148, "Z", "zen: only the text"),
    Key(
        "hit.versions",
        "v",
        "versions",
        "versions",
        "What the outlet edited: headline, text and page, word by word.",
        82,
        "v",
        "compare versions",
    ),
    Key("versions.hold_against", "space", "hold_against", "hold against", "Hold the others against it.", 10, "space"),
    Key("why.others", "slash", "other_rules", "other rules", "What every other rule says of it.", 10, "/"),
    Key("why.edit", "e", "edit_rule", "edit rule", "Edit the rule that fired.", 20, "e"),
    Key("why.test", "T", "add_example", "test", "Make a must or must_not test of it.", 30, "T", "make a test of it"),
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
    Key(
        "hit.add_example",
        "T",
        "add_example",
        "test",
        "Make a must or must_not test of it, for the rule that fired.",
        115,
        "T",
        "make a test of it",
    ),
    Key(
        "hit.export",
        "x",
        "export",
        "export",
        "Write the article to a file: Markdown, JSON, or an evidence pack.",
        112,
        "x",
        "export article",
    ),
    Key("hit.ack_all", "A", "ack_all", "ack all", "Ack every story that is shown, after asking.", 120, "A"),
    Key("list.select", "space", "select", "select", "Pick the story, to act on several at once.", 125, "space"),
    Key("triage.undo", "u", "undo", "undo", "Take back what you did last: acks, stars, tags, notes.", 78, "u"),
    Key("triage.redo", "U,ctrl+r", "redo", "redo", "Do again what was taken back.", 79, "U"),
    Key("triage.mutes", "M", "mutes", "mutes", "The mutes in force, what each hid, and lifting them.", 145, "M"),
    Key("mute.show", "enter", "show_hidden", "show what it hid", "Show the stories that it hid.", 10, "enter"),
    Key("mute.lift", "d,delete", "lift", "lift", "Lift the mute, after asking: what it hid is shown again.", 20, "d"),
    Key("dialog.done", "enter", "done", "do it", "Do it.", 10, "enter"),
    Key("dialog.toggle", "space", "give_or_take", "on/off", "Give the tag, or take it away.", 15, "space"),
    Key("dialog.line", "ctrl+j", "new_line", "new line", "Begin a new line.", 20, "^j"),
    Key(
        "rules.file",
        "E",
        "edit_rules_file",
        "rules.toml",
        "Open rules.toml in $VISUAL or $EDITOR.",
        HIDDEN,
        "E",
        "edit rules.toml",
    ),
    Key(
        "list.held",
        "h",
        "toggle_held",
        "held",
        "Show or hide held stories: backlog, rule changes; and those put away: muted, snoozed.",
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
    Key("entry.open", "enter", "open_entry", "open", "Open the entry, full screen.", 10, "enter", "open entry"),
    Key(
        "entry.why",
        "w",
        "why_not",
        "why not",
        "What each rule says of the entry: what held, and what was missing.",
        12,
        "w",
        "why, or why not",
    ),
    Key(
        "entry.new_rule",
        "n",
        "rule_of_entry",
        "new rule",
        "Write a rule that begins with the headline of the entry.",
        14,
        "n",
        "new rule from headline",
    ),
    Key("why_not.edit", "enter", "edit_rule", "edit rule", "Open the rule in the editor.", 10, "enter"),
    Key("search.go", "enter", "to_results", "to results", "To what was found; the query is remembered.", 10, "enter"),
    Key("search.query", "slash", "to_query", "query", "Back to the query.", 16, "/", "edit query"),
    Key(
        "search.new_rule",
        "n,ctrl+s",
        "rule_of_query",
        "watch for it",
        "Make a rule of the query.",
        18,
        "n",
        "new rule from query",
    ),
    Key("search.back", "up", "recall_up", "asked before", "To what was asked before.", 20, "up"),
    Key("search.forth", "down", "recall_down", "next", "To what was asked after; then to examples.", 22, "down"),
    Key("rule.edit", "e,enter", "edit_rule", "edit", "Edit the rule.", 10, "e"),
    Key("rule.new", "n", "new_rule", "new", "Write a rule: what to watch for.", 15, "n"),
    Key("rule.toggle", "space", "toggle_rule", "on/off", "Switch the rule on or off.", 20, "space"),
    Key("rule.delete", "d,delete", "delete_rule", "delete", "Delete the rule, after asking; its hits stay.", 30, "d"),
    Key("feed.answer", "a", "answer_feed", "answer", "Answer what the feed asks: it moved, or it is gone.", 5, "a"),
    Key("feed.undo", "u", "put_back", "put back", "Put back the feed that was removed last, as it was.", 8, "u"),
    Key("feed.check", "r", "check_feed", "check now", "Check the feed now.", 10, "r"),
    Key("feed.check_all", "R", "check_all", "check all", "Check every feed now.", 20, "R"),
    Key("feed.add", "n", "add_feed", "add", "Find the feed of a site, and add it.", 12, "n", "add a feed"),
    Key("feed.edit", "e,enter", "edit_feed", "edit", "Edit the feed: name, folder, address, interval.", 14, "e"),
    Key("feed.pause", "p", "pause_feed", "pause", "Pause the feed, or resume it.", 16, "p", "pause feed"),
    Key("feed.select", "space", "select", "select", "Pick the feed, to act on several at once.", 22, "space"),
    Key("feed.select_all", "A", "select_all", "all/none", "Pick all feeds shown, or none.", 23, "A", "select feeds"),
    Key("feed.remove", "d,delete", "remove_feed", "remove", "Take the feed out of feeds.opml; u undoes it.", 18, "d"),
    Key("feed.filter", "slash", "filter", "filter", "Filter the list: name, folder, tag, state, error.", 24, "/"),
    Key("feed.sort", "S", "sort_feeds", "sort", "Sort: as in the file, name, state, lag, entries a day.", 26, "S"),
    Key("feed.import", "i", "import_feeds", "import", "Take in a list of feeds (OPML).", 28, "i", "import feeds"),
    Key(
        "feed.file",
        "E",
        "edit_feeds_file",
        "feeds.opml",
        "Open feeds.opml in $VISUAL or $EDITOR.",
        HIDDEN,
        "E",
        "edit feeds.opml",
    ),
    Key("feed.open_site", "o", "open_site", "site", "Open the site in the browser, after showing its host.", 30, "o"),
    Key("feed.failing", "f", "only_failing", "failing", "Show only the feeds that fail, or all again.", 40, "f"),
    Key("editor.save", "ctrl+s", "save", "save", "Save the rule: it is live at once.", 10, "^s"),
    Key(
        "trial.test",
        "T",
        "test",
        "test",
        "Make it a must of the rule, or a must_not where it is not found; saved with the rule.",
        12,
        "T",
        "make a test of it",
    ),
    Key("field.next", "tab", "next_field", "next field", "To the next field.", 20, "Tab"),
    Key("field.previous", "shift+tab", "previous_field", "previous field", "To the previous field.", HIDDEN, "S-Tab"),
    Key("choice.next", "space,right", "next_choice", "change", "The next choice.", 15, "space"),
    Key("choice.previous", "left", "previous_choice", "change back", "The choice before.", HIDDEN, "left"),
    Key("form.save", "ctrl+s", "save", "save", "Write it to feeds.opml.", 10, "^s"),
    Key("form.cancel", "escape", "back", "cancel", "Leave, and write nothing.", 30, "esc"),
    Key("check.toggle", "space", "toggle_check", "choose", "Choose it, or leave it.", 12, "space"),
    Key("check.all", "a", "toggle_all", "all/none", "Choose all, or none.", 14, "a"),
    Key("first.next", "enter", "next_step", "next", "On, with what is written or chosen here.", 10, "enter"),
    Key(
        "first.open",
        "enter",
        "open_monitor",
        "open the monitor",
        "On to the monitor; feeds come in beside.",
        10,
        "enter",
    ),
    Key("first.rules", "escape", "take_rules", "the starter rules", "On, with the starter rules.", 20, "esc"),
    Key("first.feeds", "escape", "take_feeds", "all starter feeds", "On, with all starter feeds.", 11, "esc"),
    Key("first.clear", "escape", "clear_line", "clear", "Clear what is typed.", 11, "esc"),
    Key("first.back", "ctrl+b", "step_back", "back", "Back to the question before.", 25, "^b"),
    Key("first.demo", "D", "want_demo", "demo", "A recorded day, offline: newswatch demo.", 5, "D"),
    Key("gone.remove", "enter,d", "answer('remove')", "remove", "Take its line out.", HIDDEN, "enter"),
    Key("gone.keep", "k", "answer('keep')", "keep", "Keep its line, paused.", HIDDEN, "k"),
    Key("gone.ask", "r", "answer('ask')", "ask", "Ask its server once more.", HIDDEN, "r"),
    Key("gone.later", "escape,q", "answer('')", "later", "Decide later.", HIDDEN, "esc"),
    Key("editor.cancel", "escape", "back", "cancel", "Leave the editor; asks if something was changed.", 30, "esc"),
    Key("settings.edit", "E", "edit_settings", "edit file", "Open settings.toml in $EDITOR.", 10, "E"),
    Key(
        "settings.copy", "y", "copy_setting", "copy", "Copy the line to write into settings.toml.", 20, "y", "copy line"
    ),
    Key("handover.span", "space", "next_span", "span", "Another span: since you left, 8 hours, 24 hours.", 10, "space"),
    Key("handover.copy", "y", "copy_handover", "copy", "Copy the hand-over as Markdown.", 20, "y", "copy hand-over"),
    Key("handover.save", "x", "save_handover", "write file", "Write the hand-over to a Markdown file.", 30, "x"),
    Key("choose.run", "enter", "run", "do it", "Do what is selected.", 10, "enter"),
    Key("choose.down", "down,ctrl+n", "down", "down", "One row down.", HIDDEN, "down"),
    Key("choose.up", "up,ctrl+p", "up", "up", "One row up.", HIDDEN, "up"),
    Key("help.find", "slash", "find", "find", "Find in help.", 10, "/"),
    Key("help.close", "question_mark,f1,q", "close", "close", "Close help.", HIDDEN, "?"),
    Key(
        "pulse.open", "enter", "open_items", "open", "Open what the number counts.", 10, "enter", "open what it counts"
    ),
    Key("pulse.span", "left,right", "other_span", "24 h/ever", "The other column: 24 hours, or ever.", 15, "left"),
    Key("pulse.edit", "e", "edit_rule", "edit rule", "Edit the selected rule.", 20, "e"),
    Key("app.back", "escape", "back", "back", "Leave what is open: filter, dialog, article.", 150, "esc"),
    Key("go.alerts", "1", "go('alerts')", "alerts", "To the Alerts screen: stories that matched.", HIDDEN, "1"),
    Key("go.stream", "2", "go('stream')", "stream", "To the Stream screen: all that comes in.", HIDDEN, "2"),
    Key("go.rules", "3", "go('rules')", "rules", "To the Rules screen: what is watched for.", HIDDEN, "3"),
    Key("go.pulse", "5", "go('pulse')", "pulse", "To the Pulse screen: rates, the ledger, own health.", HIDDEN, "5"),
    Key("go.feeds", "4", "go('feeds')", "feeds", "To the Feeds screen: where the news comes from.", HIDDEN, "4"),
    Key("go.search", "6", "go('search')", "search", "To the Search screen: the whole history.", HIDDEN, "6"),
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
    Key(
        "app.pause",
        "p",
        "pause_alerts",
        "pause",
        "Nothing rings for 15 minutes; again: alerts ring as ever.",
        152,
        "p",
        "pause alerts",
    ),
    Key(
        "app.handover",
        "H",
        "handover",
        "hand-over",
        "What happened since you left, to read or to hand on.",
        155,
        "H",
    ),
    Key(
        "app.settings", "f2", "settings", "settings", "What is in force, and where each value comes from.", HIDDEN, "F2"
    ),
    Key("app.themes", "f3", "themes", "theme", "Choose a theme; each is shown as you move.", HIDDEN, "F3"),
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
