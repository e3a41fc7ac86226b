"""Writing one key of settings.toml, everything else as the person wrote it: comments, order, line ends.

For who stands beside `config`. It splices the text: a settings file is small, and nothing of it is made anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from newswatch.atomic import explain, fingerprint, write_atomically
from newswatch.config import read_settings
from newswatch.errors import SettingsInvalid, StoreError
from newswatch.tomlfile import TomlFile, parse_toml, read_bytes


def save_setting(path: Path, key: str, value: str) -> None:
    """Makes `key` ("ui.theme") this text in the file, which is made if there is none.

    Raises SettingsInvalid where the file cannot be read or would not be good any more, FileChanged where it changed
    meanwhile, StoreError where it cannot be written; then it is as it was.
    """
    before = read_bytes(path, SettingsInvalid)
    after = with_value(before or b"", path, key.split("."), value)
    try:
        write_atomically(path, after, expected=fingerprint(before) if before is not None else "")
    except OSError as error:
        raise StoreError(explain(error, path)) from error


def with_value(data: bytes, path: Path, key: Sequence[str], value: str) -> bytes:
    """The bytes of the file with that key set. Raises SettingsInvalid where that cannot be."""
    file = parse_toml(data, path, SettingsInvalid)
    written = json.dumps(value, ensure_ascii=False)  # what JSON calls a string is one in TOML too
    changed = file.encoded(_spliced(file, tuple(key), written))
    try:
        read_settings(changed, path)  # and a splice that went wrong must not stop the next start
        values: object = parse_toml(changed, path, SettingsInvalid).values
        for step in key:
            values = values[step] if isinstance(values, dict) else None
    except (SettingsInvalid, KeyError):
        values = None
    if values != value:
        file.fail(f"{'.'.join(key)} could not be set here; write {key[-1]} = {written} by hand", tuple(key))
    return changed


def _spliced(file: TomlFile, key: tuple[str, ...], written: str) -> str:
    text = file.text
    newline = "\r\n" if "\r\n" in text else "\n"
    for section in file.sections:
        if (place := section.keys.get(key)) is not None:
            return text[: place.value_start] + written + text[place.value_end :]
    *table, name = key
    line = f"{name} = {written}{newline}"
    for section in file.sections:
        if section.path == tuple(table):
            at = _below_its_comment(text, section.start, name) or _line_end(text, section.start)
            gap = "" if text[:at].endswith("\n") or not at else newline
            return text[:at] + gap + line + text[at:]
    gap = "" if not text else newline if text.endswith("\n") else newline * 2
    return f"{text}{gap}[{'.'.join(table)}]{newline}{line}"


def _below_its_comment(text: str, start: int, name: str) -> int | None:
    """Behind a comment of this table that shows the key, as the starter file has one for each."""
    header_end = _line_end(text, start)
    next_header = re.compile(r"^\s*\[", re.MULTILINE).search(text, header_end)
    end = next_header.start() if next_header else len(text)
    shown = re.compile(rf"^[ \t]*#[ \t]*{re.escape(name)}[ \t]*=", re.MULTILINE).search(text, header_end, end)
    return _line_end(text, shown.start()) if shown else None


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1
