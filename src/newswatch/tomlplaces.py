"""Where keys and values stand in the text of a TOML file, which `tomllib` does not say.

It walks over text that tomllib has accepted, so it only has to tell tokens apart. Must never read a value.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from newswatch.tomlfile import KeyPath

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_LINE_REST = re.compile(r"[^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value stand, as offsets in code points; `start` is that of the key."""

    start: int
    value_start: int
    value_end: int


@dataclass(slots=True)
class Section:
    """A header with the keys under it, up to the next header. `path` is empty for what stands before the first.

    `start` is the offset of its `[`; `end` is behind the line end of its last line that is neither blank nor
    a comment of its own.
    """

    path: KeyPath
    start: int
    end: int
    keys: dict[KeyPath, Place] = field(default_factory=dict)


def walk(text: str) -> Iterator[Section]:
    """The sections of a text that tomllib has accepted, in file order, each key with its place."""
    walker = _Walker(text)
    section = Section((), 0, 0)
    lengths: dict[KeyPath, int] = {}
    position = walker.skip_gap(0)
    while position < len(text):
        if text[position] == "[":
            yield section
            names, is_array, end = walker.header(position)
            path = _with_indexes(names, lengths)
            if is_array:
                lengths[path] = lengths.get(path, 0) + 1
                path = (*path, lengths[path] - 1)
            section = Section(path, position, end)
        else:
            end = walker.pair(position, section.path, section.keys)
        section.end = walker.line_end(end)
        position = walker.skip_gap(section.end)
    yield section


def _with_indexes(names: tuple[str, ...], lengths: Mapping[KeyPath, int]) -> KeyPath:
    """The header's names as a path: below an array of tables they mean its last one."""
    path: KeyPath = ()
    for number, name in enumerate(names, 1):
        path = (*path, name)
        if number < len(names) and path in lengths:
            path = (*path, lengths[path] - 1)
    return path


class _Walker:
    """Finds where tokens end."""

    def __init__(self, text: str) -> None:
        self._text = text

    def skip_gap(self, position: int) -> int:
        """Past blanks, line ends and comments."""
        return self._end(_GAP, position)

    def line_end(self, position: int) -> int:
        """Past the rest of this line and its line end."""
        return self._end(_LINE_REST, position)

    def header(self, position: int) -> tuple[tuple[str, ...], bool, int]:
        """Names of the header at the `[`, whether it is one of `[[…]]`, and where it ends."""
        is_array = self._text.startswith("[[", position)
        names, position = self._key(position + 1 + is_array)
        return names, is_array, self._text.index("]", position) + 1 + is_array

    def pair(self, position: int, base: KeyPath, keys: dict[KeyPath, Place]) -> int:
        """Notes the place of the `key = value` here, and of all inside its value; returns where it ends."""
        names, after = self._key(position)
        start = self._end(_BLANKS, self._text.index("=", after) + 1)
        path = (*base, *names)
        keys[path] = Place(position, start, start)  # before those inside it, so that the outer place is found first
        end = self._value(start, path, keys)
        keys[path] = Place(position, start, end)
        return end

    def _value(self, position: int, path: KeyPath, keys: dict[KeyPath, Place]) -> int:
        text = self._text
        match text[position]:
            case '"' | "'":
                return self._end(_STRING, position)
            case "[":
                position = self.skip_gap(position + 1)
                index = 0
                while text[position] != "]":
                    end = self._value(position, (*path, index), keys)
                    keys[(*path, index)] = Place(position, position, end)
                    position = self.skip_gap(end)
                    if text[position] == ",":
                        position = self.skip_gap(position + 1)
                    index += 1
                return position + 1
            case "{":
                position = self.skip_gap(position + 1)
                while text[position] != "}":
                    position = self.skip_gap(self.pair(position, path, keys))
                    if text[position] == ",":
                        position = self.skip_gap(position + 1)
                return position + 1
            case _:
                end = self._end(_SCALAR, position)
                return position + len(text[position:end].rstrip())

    def _key(self, position: int) -> tuple[tuple[str, ...], int]:
        """A dotted key's names and where its last one ends."""
        names: list[str] = []
        while True:
            position = self._end(_BLANKS, position)
            end = self._end(_STRING if self._text[position] in "\"'" else _BARE, position)
            names.append(_name(self._text[position:end]))
            position = self._end(_BLANKS, end)
            if not self._text.startswith(".", position):
                return tuple(names), end
            position += 1

    def _end(self, pattern: re.Pattern[str], position: int) -> int:
        found = pattern.match(self._text, position)
        return position if found is None else found.end()


def _name(written: str) -> str:
    """The name that a bare or quoted key means."""
    if written[0] == "'":
        return written[1:-1]
    if written[0] == '"':
        return str(tomllib.loads(f"key = {written}")["key"])
    return written
