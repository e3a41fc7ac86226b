"""What a person can do with one entry, hit or not, on any screen that has one before the eye; and the entry in full."""

from __future__ import annotations

from textual.app import ComposeResult

from newswatch.model.hit import Triage
from newswatch.model.rule import RuleId
from newswatch.model.story import Story
from newswatch.model.stream import Listed
from newswatch.tui.citation import citation_of
from newswatch.tui.desk import Desk
from newswatch.tui.keys import Key, bindings
from newswatch.tui.places import STREAM
from newswatch.tui.screens.article import ArticleScreen, story_of
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.browse import ask_to_open
from newswatch.tui.screens.why_not import WhyNotScreen
from newswatch.tui.title_query import query_of
from newswatch.tui.widgets.entry_pane import EntryPane

NEEDS_ENTRY = frozenset({"open_entry", "why_not", "rule_of_entry", "copy_citation"})


class EntryActions(BaseScreen):
    """A screen with an entry. Each action takes the entry as it is when the key is pressed."""

    BINDINGS = bindings(
        "entry.why", "entry.new_rule", "hit.edit_rule", "hit.open_link", "hit.copy_link", "hit.copy_citation"
    )

    def entry_at_hand(self) -> Listed | None:
        """The entry that an action is meant for, now."""
        raise NotImplementedError

    def entry_screen(self, row: Listed) -> EntryScreen:
        """An entry that no rule matched, full screen."""
        return EntryScreen(self.desk, row)

    def name_of(self, key: Key) -> str:
        """With the rule by its id, where a key means the rule that matched."""
        row = self.entry_at_hand()
        name = super().name_of(key)
        return f"{name} {row.hits[0].rule_id}" if key.id == "hit.edit_rule" and row is not None and row.hits else name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action in NEEDS_ENTRY:
            return self.entry_at_hand() is not None
        if action == "edit_rule":
            row = self.entry_at_hand()
            return row is not None and bool(row.hits)
        if action in {"open_link", "copy_link"}:
            row = self.entry_at_hand()
            return row is not None and row.entry.link is not None
        return super().check_action(action, parameters)

    def action_open_entry(self) -> None:
        """Opens what a rule matched as a story, and everything else as it came in."""
        row = self.entry_at_hand()
        if row is None:
            return
        own = row.story
        if own is None:
            self.app.push_screen(self.entry_screen(row))
            return
        story = story_of(self.view.stories, own.id) or own
        self._opened(story)
        self.app.push_screen(ArticleScreen(self.desk, story))

    def action_why_not(self) -> None:
        """Shows what every rule says of the entry."""
        row = self.entry_at_hand()
        if row is None:
            return

        def answered(wanted: RuleId | None) -> None:
            if wanted is not None:
                self.post_message(self.RuleWanted(wanted))

        self.app.push_screen(WhyNotScreen(self.desk, row), answered)

    def action_rule_of_entry(self) -> None:
        """Opens the editor on a new rule that begins with the entry's headline."""
        if (row := self.entry_at_hand()) is not None:
            self.post_message(self.RuleWanted(None, query_of(row.entry.title or row.entry.summary)))

    def action_edit_rule(self) -> None:
        """Opens the editor on the rule that matched, the most severe of several."""
        row = self.entry_at_hand()
        if row is not None and row.hits:
            self.post_message(self.RuleWanted(row.hits[0].rule_id))

    def action_open_link(self) -> None:
        """Opens the link, after its real host was shown; without a browser the address is shown and copied."""
        row = self.entry_at_hand()
        if row is not None and row.entry.link is not None:
            ask_to_open(self, row.entry.link, also_yes="o")

    def action_copy_link(self) -> None:
        """Copies the link."""
        row = self.entry_at_hand()
        if row is not None and row.entry.link is not None:
            self.copy(row.entry.link)

    def action_copy_citation(self) -> None:
        """Copies title, source, time and link."""
        if (row := self.entry_at_hand()) is not None:
            self.copy(citation_of(row.entry))

    def _opened(self, story: Story) -> None:
        """What is opened here was read."""
        behind = [hit.id for hit in story.hits if hit.state.rank < Triage.OPEN.rank]
        if behind and not self.engine.is_read_only:
            self.perform(self.engine.advance(behind, Triage.OPEN))


class EntryScreen(EntryActions):
    """One entry, full screen; it stays the same one, whatever comes in."""

    PLACE = STREAM
    CALLED = "Entry"
    AUTO_FOCUS = "EntryPane"

    def __init__(self, desk: Desk, row: Listed) -> None:
        super().__init__(desk)
        self._row = row

    def compose_body(self) -> ComposeResult:
        """The entry."""
        yield EntryPane(self.looks, is_alone=True)

    def show_view(self) -> None:
        """Shows the entry."""
        self.query_one(EntryPane).show_entry(self._row)

    def entry_at_hand(self) -> Listed | None:
        """The entry that is open."""
        return self._row

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)
