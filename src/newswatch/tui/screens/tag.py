"""Tags for a story: those used before, and new ones as they are typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.getters import query_one
from textual.widgets import Input

from newswatch.model.story import Story
from newswatch.tui.filter_words import folded
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import printable
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Choices, Row, Subject
from newswatch.tui.words import counted

MOST_ROWS = 9
LONGEST = 40  # code points of a tag
NEW = "new tag: "


@dataclass(frozen=True, slots=True)
class Tagging:
    """Tags to give, and tags to take away."""

    given: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()

    def on(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """The tags of a hit after that."""
        kept = [tag for tag in tags if tag not in self.taken]
        return (*kept, *(tag for tag in self.given if tag not in kept))


class TagField(Input):
    """Tags have no blanks: space is the dialog's, also while typing."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """See `Widget.check_consume_key`."""
        return key != "space" and super().check_consume_key(key, character)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.prevent_default()  # what the field would do; the key goes on to the dialog


class TagScreen(Dialog[Tagging]):
    """Space gives or takes the selected tag, Enter does it. `known` are the stories whose tags are offered."""

    HEADING = "Tags"
    FOOT = (("dialog.done", "done"), ("dialog.toggle", "give or take"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "dialog.toggle", "choose.down", "choose.up")
    AUTO_FOCUS = "TagField"

    field = query_one(TagField)
    rows = query_one(Choices)

    def __init__(self, looks: Looks, stories: Sequence[Story], known: Iterable[Story]) -> None:
        super().__init__(looks)
        self._stories = tuple(stories)
        self._used = Counter(tag for story in known for tag in {tag for hit in story.hits for tag in hit.tags})
        hits = [hit for story in self._stories for hit in story.hits]
        carried = Counter(tag for hit in hits for tag in hit.tags)
        self._on = {tag for tag, number in carried.items() if number == len(hits)}
        self._partly = set(carried) - self._on
        self._before = frozenset(carried)
        self._new: list[str] = []

    def compose_fields(self) -> ComposeResult:
        """What it is about, the field, and the tags under it."""
        yield Subject(self.looks, self._stories)
        yield TagField(placeholder="a tag to find or to make", compact=True)
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """Every tag there is."""
        self._show()

    @on(Input.Changed)
    def typed(self) -> None:
        """Finds as it is typed; the best is selected."""
        self._show()
        self.rows.action_top()

    @on(Choices.Opened)
    def action_give_or_take(self) -> None:
        """Gives the selected tag to all, or takes it from all."""
        chosen = self.rows.selected
        if chosen is None:
            return
        tag = chosen.id.removeprefix(NEW)
        if tag in self._on:
            self._on.discard(tag)
        else:
            self._on.add(tag)
            if tag not in self._used and tag not in self._new:
                self._new.insert(0, tag)
        self._partly.discard(tag)
        self.field.value = ""
        self._show()
        self.rows.select(tag)

    @on(Input.Submitted)
    def action_done(self) -> None:
        """Done; what was typed and not given yet is given too."""
        if self.field.value.strip():
            chosen = self.rows.selected
            if chosen is not None:
                self._on.add(chosen.id.removeprefix(NEW))
        untouched = self._on | self._partly
        self.dismiss(Tagging(tuple(sorted(self._on)), frozenset(self._before - untouched)))

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()

    def _show(self) -> None:
        typed = tag_of(self.field.value)
        known = [*self._new, *sorted(self._before), *(tag for tag, _ in self._used.most_common())]
        tags = [tag for tag in dict.fromkeys(known) if folded(typed) in folded(tag)]
        tags.sort(key=lambda tag: not folded(tag).startswith(folded(typed)))
        rows = [self._row(tag) for tag in tags[:MOST_ROWS]]
        if typed and typed not in known:
            made = Row(f"{NEW}{typed}", f"{NEW}{typed}", sign=self._box(" "))
            rows = [*rows, made] if rows and folded(tags[0]).startswith(folded(typed)) else [made, *rows]
        self.rows.show(rows or [Row("", "no tags yet: type one", ink="faint")])

    def _row(self, tag: str) -> Row:
        signs = self.looks.signs
        sign = signs.yes if tag in self._on else signs.minus if tag in self._partly else " "
        used = self._used[tag]
        return Row(tag, tag, counted(used, "story", "stories") if used else "", self._box(sign))

    @staticmethod
    def _box(sign: str) -> str:
        return f"[{sign}]"


def tag_of(typed: str) -> str:
    """What was typed as a tag: printable, without blanks and the sign before it."""
    return "-".join(printable(typed).split()).lstrip("#")[:LONGEST]
