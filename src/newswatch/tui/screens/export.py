"""Taking an article along: as Markdown, as JSON, or as an evidence pack, written to a file of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
from itertools import count
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.atomic import explain, write_atomically
from newswatch.errors import StoreError
from newswatch.model.story import Story
from newswatch.tui.desk import Desk
from newswatch.tui.exporting import Format, file_stem, json_of, markdown_of
from newswatch.tui.keys import bindings
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.dialog import Choices, Row, Subject

FOLDER_MODE = 0o700
FILE_MODE = 0o600
WORDS = {
    Format.MARKDOWN: ("Markdown", "to read, to edit"),
    Format.JSON: ("JSON", "for programs"),
    Format.EVIDENCE: ("evidence pack", "raw entry, digests, headers, times, rule"),
}


class ExportScreen(Dialog[Format]):
    """Asks as what. Dismissed with that."""

    HEADING = "Export"
    FOOT = (("dialog.done", "write it"), ("choose.down", "others"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "choose.down", "choose.up", "list.down", "list.up")
    AUTO_FOCUS = ""

    rows = query_one(Choices)

    def __init__(self, desk: Desk, story: Story) -> None:
        super().__init__(desk.looks)
        self._story = story

    def compose_fields(self) -> ComposeResult:
        """What it is about, and the ways."""
        yield Subject(self.looks, (self._story,))
        yield Choices(self.looks)

    def on_mount(self) -> None:
        """Shows the ways."""
        self.rows.show([Row(form.value, *WORDS[form]) for form in Format])

    @on(Choices.Opened)
    def action_done(self) -> None:
        """That one."""
        if (chosen := self.rows.selected) is not None:
            self.dismiss(Format(chosen.id))

    def action_down(self) -> None:
        """One row down."""
        self.rows.action_down()

    def action_up(self) -> None:
        """One row up."""
        self.rows.action_up()


async def export(desk: Desk, story: Story, form: Format, folder: Path) -> Path:
    """Writes a story's article into a folder, and gives the path. Raises NewswatchError where that is refused."""
    hit = story.lead
    await desk.readings.look_up(hit)
    reading, versions = desk.readings.of(story), desk.readings.versions(hit)
    match form:
        case Format.EVIDENCE:
            content = await desk.engine.articles.evidence(hit.id)
        case Format.JSON:
            content = (await asyncio.to_thread(json_of, reading, versions)).encode("utf-8", "replace")
        case Format.MARKDOWN:
            content = (await asyncio.to_thread(markdown_of, reading, versions)).encode("utf-8", "replace")
    return await asyncio.to_thread(write_new, folder, file_stem(hit), form.value, content)


def write_new(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Writes a file that was not there before, for the person alone; its name has a number if others have its stem.

    Raises StoreError where the disk refuses; then there is no such file.
    """
    path = folder / f"{stem}.{suffix}"
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        for number in count(2):
            try:  # the name is taken at once: what stands there is never replaced
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
            except FileExistsError:
                path = folder / f"{stem}-{number}.{suffix}"
            else:
                break
        try:
            write_atomically(path, content)
        except BaseException:  # whatever ended it: leave no empty file
            with contextlib.suppress(OSError):
                path.unlink()
            raise
    except OSError as error:
        raise StoreError(explain(error, path)) from error
    return path
