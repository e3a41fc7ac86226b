"""A note on a story: a paragraph, under those that are there. An earlier one can be changed; emptied, it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message
from textual.widgets import TextArea

from newswatch.model.hit import Note
from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, printable
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Subject
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.words import moment

SHOWN = 4  # lines of earlier notes
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Noted:
    """A new note, or what one that is there is to say instead; empty: it is to go."""

    text: str
    instead_of: Note | None = None

    def on(self, notes: tuple[Note, ...]) -> tuple[Note, ...]:
        """Notes with the one that is there changed, or gone, where it is among them."""
        changed = [note if note != self.instead_of else Note(note.at, self.text) for note in notes]
        return tuple(note for note in changed if note.text)


class Earlier(Lines):
    """The last notes, as many lines as there is room for; those up to the picked one while there is one."""

    def __init__(self, looks: Looks, notes: Sequence[Note]) -> None:
        super().__init__()
        self._looks = looks
        self._notes = tuple(notes)
        self._picked: Note | None = None

    def show(self, picked: Note | None) -> None:
        """Shows which note is in the field."""
        self._picked = picked
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        now, zone = self._looks.now(), self._looks.zone
        lines: list[Pieces] = []
        for note in self._notes:
            said = f"{moment(note.at, now, zone)}  {' '.join(note.text[:LONGEST].split())}"
            is_picked = note == self._picked
            ink: Ink = "accent" if is_picked else "dim"
            lines += [[Piece(said[start:end], ink, bold=is_picked)] for start, end in wrapped(said, width)]
            if is_picked and len(lines) >= SHOWN:
                break
        return lines[-SHOWN:]


class NoteField(TextArea):
    """Enter is the dialog's, ctrl+j begins a line. Up from the first line asks for an earlier note, down from the last
    for a later one.
    """

    BINDINGS = bindings("note.")

    @dataclass
    class Stepped(Message):
        """A person asks for another note: -1 for an earlier one, 1 for a later one."""

        by: int

    def action_earlier(self) -> None:
        """A line up, or to an earlier note."""
        if self._line == 0:
            self.post_message(self.Stepped(-1))
        else:
            self.action_cursor_up()

    def action_later(self) -> None:
        """A line down, or to a later note."""
        if self._line >= self.wrapped_document.height - 1:
            self.post_message(self.Stepped(1))
        else:
            self.action_cursor_down()

    @property
    def _line(self) -> int:
        """The line of the cursor as it is wrapped."""
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    async def _on_key(self, event: events.Key) -> None:
        if event.key in {"enter", "ctrl+j"}:
            event.prevent_default()  # what the field would do; the key goes on to the dialog


class NoteScreen(Dialog[Noted]):
    """Dismissed with a new note, never an empty one, or with what became of one that is there."""

    HEADING = "Note"
    FOOT = (("dialog.done", "keep it"), ("dialog.line", "new line"), ("note.earlier", ""), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "dialog.line")
    AUTO_FOCUS = "NoteField"

    field = query_one(NoteField)

    def __init__(self, looks: Looks, stories: Sequence[Story]) -> None:
        super().__init__(looks)
        self._stories = tuple(stories)
        self._notes = notes_of(self._stories[0]) if len(self._stories) == 1 else ()
        self._texts = [*(note.text for note in self._notes), ""]  # as they were left, the new one last
        self._place = len(self._notes)

    def compose_fields(self) -> ComposeResult:
        """What it is about, earlier notes, the field."""
        yield Subject(self.looks, self._stories)
        yield Earlier(self.looks, self._notes)
        yield NoteField(soft_wrap=True, compact=True, placeholder="what is to be known about it")

    def on_mount(self) -> None:
        """Says that there are notes to change, where there are."""
        self._say()

    @property
    def picked(self) -> Note | None:
        """The note that is in the field; None for a new one."""
        return self._notes[self._place] if self._place < len(self._notes) else None

    @on(NoteField.Stepped)
    def stepped(self, stepped: NoteField.Stepped) -> None:
        """Puts another note into the field; what was written stays with its own."""
        place = min(max(self._place + stepped.by, 0), len(self._notes))
        if place != self._place:
            self._texts[self._place] = self.field.text
            self._place = place
            self.field.load_text(self._texts[place])
            self.field.move_cursor(self.field.document.end)
            self.query_one(Earlier).show(self.picked)
            self._say()

    @on(TextArea.Changed)
    def written(self) -> None:
        """Emptied or not, Enter does something else."""
        self._say()

    def action_done(self) -> None:
        """Keeps the note, if there is one; changes or deletes the one that is in the field."""
        text = "\n".join(printable(line).rstrip() for line in self.field.text.splitlines()).strip()[:LONGEST]
        if self.picked is not None:
            self.dismiss(Noted(text, self.picked) if text != self.picked.text else None)
        else:
            self.dismiss(Noted(text) if text else None)

    def _say(self) -> None:
        if self.picked is None:
            self.foot.say("dialog.done", "keep it")
        else:
            self.foot.say("dialog.done", "change it" if self.field.text.strip() else "delete it")
        self.foot.say("note.earlier", "an earlier one" if self._place else "")

    def action_new_line(self) -> None:
        """Begins a new line."""
        self.field.insert("\n")


def notes_of(story: Story) -> tuple[Note, ...]:
    """The notes of its hits, each once, the oldest first."""
    notes = dict.fromkeys(note for hit in story.hits for note in hit.notes)
    return tuple(sorted(notes, key=lambda note: note.at))
