"""Edits of rules.toml as text: one value, line or table changes, every other byte stays a person's own.

Pure: a read file and what to change in, the new text out. tomlkit writes the values; the places come from
`tomlfile`, which costs a tenth of a whole tomlkit document and cannot move a comment. The text is expected
to end with a line end. Must never know what a rule means, nor touch a disk.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from newswatch.errors import RuleRefused
from newswatch.tomlfile import TomlFile
from newswatch.tomlplaces import Section

Written = str | bool | date | tuple[str, ...]
"""What can be written as a value."""

KEY_ORDER = ("id", "name", "query", "keywords", "severity", "tags", "enabled", "must", "must_not")
"""In which order keys are written that were not there: each behind the last of those before it."""

_INDENT = re.compile(r"[ \t]*")
_LAST_LINE = re.compile(r"\n([ \t]*)[^\n]*\Z")
_LEADING_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)+")


@dataclass(frozen=True, slots=True)
class Edit:
    """Code points `start`:`end` become `text`. Edits of one text do not overlap."""

    start: int
    end: int
    text: str


def apply(file: TomlFile, edits: Iterable[Edit]) -> str:
    """The file's text with these edits, in their order where they share a place; new line ends are like the old."""
    text = file.text
    line_end = "\r\n" if "\r\n" in text else "\n"
    in_order = sorted(enumerate(edits), key=lambda item: (item[1].start, item[1].end, item[0]))
    for _, edit in reversed(in_order):  # from the end, so that places before it stay true
        text = text[: edit.start] + edit.text.replace("\n", line_end) + text[edit.end :]
    return text


def append_table(file: TomlFile, kind: str, values: Mapping[str, Written]) -> str:
    """The text with one more `[[kind]]` at its end."""
    _refuse_inline(file, kind)
    lines = [f"{key} = {rendered(value)}\n" for key, value in values.items()]
    gap = "\n" if file.text.strip() else ""
    return apply(file, [Edit(len(file.text), len(file.text), f"{gap}[[{kind}]]\n{''.join(lines)}")])


def set_key(file: TomlFile, kind: str, index: int, key: str, value: Written) -> Edit:
    """Gives a key of the `index`-th table a value: in its place, or on a new line behind a key that is there."""
    section = _section(file, kind, index)
    place = section.keys.get((kind, index, key))
    if place is not None:
        return Edit(place.value_start, place.value_end, rendered(value))
    earlier = KEY_ORDER[: KEY_ORDER.index(key)]
    anchors = [found for name in earlier if (found := section.keys.get((kind, index, name))) is not None]
    behind = max(anchors, key=lambda anchor: anchor.value_end, default=None)
    start, end = (section.start, section.start) if behind is None else (behind.start, behind.value_end)
    indent = _INDENT.match(file.text, file.text.rfind("\n", 0, start) + 1)
    line = f"{indent[0] if indent else ''}{key} = {rendered(value)}"
    line_end = file.text.index("\n", end) + 1
    return Edit(line_end, line_end, f"{line}\n")


def add_item(file: TomlFile, kind: str, index: int, key: str, item: str) -> Edit:
    """Puts one more text at the end of a key's list, which may not be there; comments and lines within it stay."""
    place = _section(file, kind, index).keys.get((kind, index, key))
    if place is None:
        return set_key(file, kind, index, key, (item,))
    written = file.text[place.value_start : place.value_end]
    before = tomllib.loads(f"list = {written}")["list"]
    wanted = {"list": [*before, item]}
    inner = written[:-1].rstrip()
    last_line = _LAST_LINE.search(inner)
    more = f"\n{last_line[1]}{rendered(item)},{written[len(inner) :]}" if last_line else f"{rendered(item)}]"
    for comma in (
        "",
        "," if last_line else ", ",
    ):  # the first that comes to the list that is wanted: there may be one already
        try:
            if tomllib.loads(f"list = {inner}{comma}{more}") == wanted:
                return Edit(place.value_start, place.value_end, f"{inner}{comma}{more}")
        except tomllib.TOMLDecodeError:
            continue
    return Edit(place.value_start, place.value_end, rendered((*before, item)))


def drop_item(file: TomlFile, kind: str, index: int, key: str, item: str) -> Edit:
    """Takes a text out of a key's list, the last one that reads so; comments and lines within it stay. Of an empty list
    the key goes, too.
    """
    place = _section(file, kind, index).keys[kind, index, key]
    written = file.text[place.value_start : place.value_end]
    left = tomllib.loads(f"list = {written}")["list"]
    last = len(left) - 1 - left[::-1].index(item)
    del left[last]
    if not left:
        return drop_key(file, kind, index, key)
    own = rendered(item)
    start = written.rfind(own)
    end = start + len(own)
    before, after = written[:start].rstrip(), written[end:].lstrip(" \t")
    behind = after.removeprefix(",")
    with_line = before + behind
    with_comma = before.removesuffix(",") + after
    as_first = written[:start] + behind.lstrip(" \t")
    begins_line = written[:start].rstrip(" \t").endswith("\n")
    for shorter in (with_line, with_comma) if begins_line else (with_comma, as_first):
        try:
            if start >= 0 and tomllib.loads(f"list = {shorter}") == {"list": left}:
                return Edit(place.value_start, place.value_end, shorter)
        except tomllib.TOMLDecodeError:
            continue
    return Edit(place.value_start, place.value_end, rendered(tuple(left)))


def replace_key(file: TomlFile, kind: str, index: int, old: str, key: str, value: Written) -> Edit:
    """Another key with its value in the place of one that is there; a comment on the line stays."""
    place = _section(file, kind, index).keys[kind, index, old]
    return Edit(place.start, place.value_end, f"{key} = {rendered(value)}")


def drop_key(file: TomlFile, kind: str, index: int, key: str) -> Edit:
    """Takes a key out, and its line unless a comment stands on it, which stays."""
    place = _section(file, kind, index).keys[kind, index, key]
    start = file.text.rfind("\n", 0, place.start) + 1
    line_end = file.text.index("\n", place.value_end) + 1
    has_comment = file.text[place.value_end : line_end].strip()
    return Edit(place.start, place.value_end, "") if has_comment else Edit(start, line_end, "")


def drop_table(file: TomlFile, kind: str, index: int) -> str:
    """The text without the `index`-th table and its sub-tables; comments between tables stay."""
    _section(file, kind, index)
    edits: list[Edit] = []
    for section in file.sections:
        if section.path[:2] != (kind, index):
            continue
        start, end = file.text.rfind("\n", 0, section.start) + 1, section.end
        before = file.text[:start].rstrip(" \t")
        is_after_blank = not before or before.endswith(("\n\n", "\n\r\n"))
        blanks = _LEADING_BLANK_LINES.match(file.text, end)
        if is_after_blank and blanks is not None:
            end = blanks.end()
        edits.append(Edit(start, end, ""))
    return apply(file, edits)


def missing_keys(file: TomlFile, kind: str, key: str) -> Sequence[int]:
    """Which of the `[[kind]]` tables do not have this key."""
    sections = [section for section in file.sections if len(section.path) == 2 and section.path[0] == kind]
    return [index for index, section in enumerate(sections) if (*section.path, key) not in section.keys]


def rendered(value: Written) -> str:
    """The value as TOML, in the first way that reads back to it: "plain", 'literal', over lines, escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(rendered(item) for item in value)}]"
    import tomlkit  # takes 30 ms, and most runs write nothing
    from tomlkit.exceptions import TOMLKitError

    is_multiline = "\n" in value
    ways = [(True, is_multiline), (True, True), (False, is_multiline), (False, False)]
    if "\\" not in value and '"' not in value:
        ways.insert(0, (False, is_multiline))
    for is_literal, over_lines in ways:
        try:
            written = tomlkit.string(value, literal=is_literal, multiline=over_lines).as_string()
            if tomllib.loads(f"value = {written}") == {"value": value}:
                return written
        except (TOMLKitError, ValueError):
            continue
    raise RuleRefused("this text cannot be written to a TOML file: take out its control characters")


def _section(file: TomlFile, kind: str, index: int) -> Section:
    for section in file.sections:
        if section.path == (kind, index):
            return section
    _refuse_inline(file, kind)
    raise RuleRefused(f"{file.path} has no such {kind}")


def _refuse_inline(file: TomlFile, kind: str) -> None:
    """Tables in one array, `rule = [{…}, {…}]`, are good TOML, but nothing can be added to them."""
    if any((kind,) in section.keys for section in file.sections):
        raise RuleRefused(f"{file.path} holds its {kind}s in one array: write each below a line [[{kind}]] first")
