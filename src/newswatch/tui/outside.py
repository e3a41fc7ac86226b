"""A file in the person's own editor, over the same terminal, while the monitor goes on watching behind it."""

from __future__ import annotations

import asyncio
import html
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

from newswatch.errors import UsageError

USUAL = ("nano", "vi")


def editor_of(environ: Mapping[str, str]) -> list[str] | None:
    """The editor with its arguments: $VISUAL, $EDITOR, else a usual one; None where there is none."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""))
        except ValueError:
            continue  # a quote left open
        if words and shutil.which(words[0]) is not None:
            return words
    return next(([name] for name in USUAL if shutil.which(name) is not None), None)


async def edit_outside(app: App[object], path: Path, line: int | None = None) -> None:
    """Opens the file, at a line if one is named, and returns when the editor has ended. The event loop goes on.

    Raises UsageError, with what to do, where there is no editor or it does not start.
    """
    editor = editor_of(os.environ)
    if editor is None:
        raise UsageError(f"no editor found: set EDITOR to one, or open {path} yourself")
    place = [f"+{line}"] if line is not None and _takes_line(editor[0]) else []
    try:
        # What is painted meanwhile would land in the editor.
        with app.batch_update(), app.suspend():
            process = await asyncio.create_subprocess_exec(*editor, *place, str(path))
            await process.wait()
    except SuspendNotSupported as error:
        raise UsageError(f"this terminal cannot be lent to an editor; open {path} yourself") from error
    except OSError as error:
        raise UsageError(f"{editor[0]} did not start ({error.strerror}); open {path} yourself") from error


async def edit_rules(app: App[object], path: Path, rule: str | None = None) -> None:
    """Opens rules.toml, at a rule if one is meant. Raises as `edit_outside`."""
    line = await asyncio.to_thread(line_of_rule, path, rule) if rule is not None else None
    await edit_outside(app, path, line)


async def edit_feeds(app: App[object], path: Path, address: str | None = None) -> None:
    """Opens feeds.opml, at the feed of an address if one is meant. Raises as `edit_outside`."""
    line = await asyncio.to_thread(line_of_feed, path, address) if address is not None else None
    await edit_outside(app, path, line)


def line_of_rule(path: Path, rule: str) -> int | None:
    """The line, from 1, on which a rule's id stands; None where it cannot be told. Blocking."""
    return _line_with(path, re.compile(rf"""^\s*id\s*=\s*["']{re.escape(rule)}["']"""))


def line_of_feed(path: Path, address: str) -> int | None:
    """The line, from 1, on which a feed's address stands; None where it cannot be told. Blocking."""
    written = "|".join(re.escape(form) for form in (html.escape(address), address))
    return _line_with(path, re.compile(rf"""xmlurl\s*=\s*["'](?:{written})["']""", re.IGNORECASE))


def _line_with(path: Path, what: re.Pattern[str]) -> int | None:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None  # the editor will say what is the matter with it
    return next((number for number, line in enumerate(lines, 1) if what.search(line)), None)


def _takes_line(command: str) -> bool:
    """Whether the editor knows `+12`, as those that POSIX describes and their kin do."""
    return Path(command).name in {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "ex", "view"}
