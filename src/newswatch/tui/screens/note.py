"""A note on a story: a paragraph, under those that are there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.getters import query_one
from textual.widgets import TextArea

from newswatch.model.hit import Note
from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, printable
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Subject
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.words import moment

SHOWN = 4  # lines of earlier notes
LONGEST = 4_000


class Earlier(Lines):
    """The last notes, as many lines as there is room for."""

    def __init__(self, looks: Looks, notes: Sequence[Note]) -> None:
        super().__init__()
        self._looks = looks
        self._notes = tuple(notes)

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        now, zone = self._looks.now(), self._looks.zone
        lines: list[Pieces] = []
        for note in self._notes:
            said = f"{moment(note.at, now, zone)}  {' '.join(note.text[:LONGEST].split())}"
            lines += [[Piece(said[start:end], "dim")] for start, end in wrapped(said, width)]
        return lines[-SHOWN:]


class NoteField(TextArea):
    """Enter is the dialog's, ctrl+j begins a line."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key in {"enter", "ctrl+j"}:
            event.prevent_default()  # what the field would do; the key goes on to the dialog


class NoteScreen(Dialog[str]):
    """Dismissed with the text of a new note, never empty."""

    HEADING = "Note"
    FOOT = (("dialog.done", "keep it"), ("dialog.line", "new line"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "dialog.line")
    AUTO_FOCUS = "NoteField"

    field = query_one(NoteField)

    def __init__(self, looks: Looks, stories: Sequence[Story]) -> None:
        super().__init__(looks)
        self._stories = tuple(stories)

    def compose_fields(self) -> ComposeResult:
        """What it is about, earlier notes, the field."""
        yield Subject(self.looks, self._stories)
        if len(self._stories) == 1:
            yield Earlier(self.looks, notes_of(self._stories[0]))
        yield NoteField(soft_wrap=True, compact=True, placeholder="what is to be known about it")

    def action_done(self) -> None:
        """Keeps the note, if there is one."""
        text = "\n".join(printable(line).rstrip() for line in self.field.text.splitlines()).strip()
        self.dismiss(text[:LONGEST] or None)

    def action_new_line(self) -> None:
        """Begins a new line."""
        self.field.insert("\n")


def notes_of(story: Story) -> tuple[Note, ...]:
    """The notes of its hits, each once, the oldest first."""
    notes = dict.fromkeys(note for hit in story.hits for note in hit.notes)
    return tuple(sorted(notes, key=lambda note: note.at))
