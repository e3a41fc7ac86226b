"""A TOML file that a person wrote: its values, the place of each in the text, and errors that name it.

`tomllib` reads the values; it gives places for syntax errors only, so those of keys and values are found
by a second walk over the text, which happens only when somebody asks. Importable from anywhere, like
`errors`. Must never know which keys there ought to be.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from newswatch.errors import FileInvalid
from newswatch.text.clean import clean_line

Step = str | int
KeyPath = tuple[Step, ...]
"""The way to a value: `("rule", 2, "quiet", "from")`. Tables of an array are counted from 0."""

_BOM = "\ufeff"
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = frozenset("“”„‟‘’‚‛«»")
_SHOWN = 60


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


@dataclass(frozen=True)
class TomlFile:
    """A file that is good TOML. `text` is what stands in it, line ends as they are, without a byte order mark."""

    path: Path
    text: str
    values: Mapping[str, object]
    error: type[FileInvalid]
    has_bom: bool = False

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Every header and its keys, in file order."""
        return tuple(_walk(self.text))

    @cached_property
    def _starts(self) -> Mapping[KeyPath, int]:
        starts: dict[KeyPath, int] = {}
        for section in self.sections:
            for depth in range(1, len(section.path) + 1):
                starts.setdefault(section.path[:depth], section.start)
            for path, place in section.keys.items():
                for depth in range(1, len(path) + 1):
                    starts.setdefault(path[:depth], place.start)
        return starts

    def offset_of(self, path: KeyPath) -> int | None:
        """Where the key starts, else what holds it; None if nothing of it stands in the file."""
        for depth in range(len(path), 0, -1):
            if (start := self._starts.get(path[:depth])) is not None:
                return start
        return None

    def line_of(self, path: KeyPath) -> int | None:
        """The line of a key or table, from 1."""
        offset = self.offset_of(path)
        return None if offset is None else line_and_column(self.text, offset)[0]

    def mistake(self, message: str, path: KeyPath) -> FileInvalid:
        """This file's error at the place of a key or table."""
        offset = self.offset_of(path)
        line, column = (None, None) if offset is None else line_and_column(self.text, offset)
        return self.error(self.path, message, line, column)

    def fail(self, message: str, path: KeyPath) -> NoReturn:
        """Raises this file's error at the place of a key or table."""
        raise self.mistake(message, path)

    def encoded(self, text: str) -> bytes:
        """Another text as the bytes of this file."""
        return ((_BOM if self.has_bom else "") + text).encode("utf-8")


def parse_toml(data: bytes, path: Path, error: type[FileInvalid]) -> TomlFile:
    """The file with these bytes. Raises `error` with line and column if they are not UTF-8 or no TOML."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line, column = _place_of_byte(data, fault.start)
        message = "this is not UTF-8 text; save the file in the encoding UTF-8"
        raise error(path, message, line, column) from fault
    has_bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message, line, column = _syntax_mistake(str(fault), text)
        raise error(path, message, line, column) from fault
    except RecursionError as fault:
        raise error(path, "brackets are nested too deeply") from fault
    except ValueError as fault:  # an integer of thousands of digits: Python refuses to read it
        raise error(path, f"a value cannot be read: {clean_line(str(fault), 200)}") from fault
    return TomlFile(path, text, values, error, has_bom)


def read_bytes(path: Path, error: type[FileInvalid]) -> bytes | None:
    """The bytes of a file, None if there is none. Raises `error` if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise error(path, f"cannot be read: {reason}. Make it a file that you may read (chmod u+r)") from fault


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1, in code points."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def shown(value: object) -> str:
    """A word or value of the file as an error may quote it: short, printable."""
    return clean_line(value if isinstance(value, str) else repr(value), _SHOWN)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_folded = {name.casefold().replace("-", "_"): name for name in known}
    import difflib  # a few milliseconds, for a mistake only

    near = difflib.get_close_matches(word[:_SHOWN].casefold().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def unknown_key(word: str, known: Iterable[str], where: str) -> str:
    """The sentence about a key that does not exist, with the one that was probably meant, else all there are."""
    names = list(known)
    near = nearest(word, names)
    advice = f'did you mean "{near}"?' if near is not None else f"the keys here are {', '.join(names)}"
    return f'unknown key "{shown(word)}" in {where}; {advice}'


def _place_of_byte(data: bytes, index: int) -> tuple[int, int]:
    line_start = data.rfind(b"\n", 0, index) + 1
    return data.count(b"\n", 0, index) + 1, len(data[line_start:index].decode("utf-8", "replace")) + 1


def _syntax_mistake(sentence: str, text: str) -> tuple[str, int, int]:
    """tomllib's sentence taken apart: what, line, column; with advice on the mistakes that word processors make."""
    place = _PLACE.search(sentence)
    if place is None or place[1] is None:
        line, column = line_and_column(text, len(text))
    else:
        line, column = int(place[1]), int(place[2])
    message = clean_line(_PLACE.sub("", sentence), 200)
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    if message.startswith("Invalid value") and written[column - 1 : column] in _CURLY:
        message += "; write straight quotes, \"…\" or '…'"
    elif message.startswith("Invalid value") and re.match(r"\w", written[column - 1 : column]):
        message += "; text stands in quotes, \"…\" or '…'"
    elif place is not None and place[1] is None:
        message += " at the end of the file: is a quote or a bracket left open, or the file half saved?"
    return message, line, column


# What follows walks over text that tomllib has accepted, so it only has to tell tokens apart.
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


def _walk(text: str) -> Iterator[Section]:
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
