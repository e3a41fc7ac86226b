"""A TOML file that a person wrote: its values, the place of each in the text, and errors that name it.

`tomllib` reads the values; it gives places for syntax errors only, so those of keys and values are found
by a second walk over the text (`tomlplaces`), which happens only when somebody asks. Importable from anywhere, like
`errors`. Must never know which keys there ought to be.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from newswatch.errors import FileInvalid

if TYPE_CHECKING:
    from newswatch.tomlplaces import Section

Step = str | int
KeyPath = tuple[Step, ...]
"""The way to a value: `("rule", 2, "quiet", "from")`. Tables of an array are counted from 0."""

_BOM = "\ufeff"
_PLACE = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"
_CURLY = frozenset("“”„‟‘’‚‛«»")
_SHOWN = 60


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
        from newswatch.tomlplaces import walk  # for who edits the file, or made a mistake in it

        return tuple(walk(self.text))

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
        raise error(path, f"a value cannot be read: {_clean(str(fault), 200)}") from fault
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
    return _clean(value if isinstance(value, str) else repr(value), _SHOWN)


def _clean(text: str, limit: int) -> str:
    from newswatch.text.clean import clean_line  # for a mistake only

    return clean_line(text, limit)


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
    place = re.search(_PLACE, sentence)
    if place is None or place[1] is None:
        line, column = line_and_column(text, len(text))
    else:
        line, column = int(place[1]), int(place[2])
    message = _clean(re.sub(_PLACE, "", sentence), 200)
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    if message.startswith("Invalid value") and written[column - 1 : column] in _CURLY:
        message += "; write straight quotes, \"…\" or '…'"
    elif message.startswith("Invalid value") and re.match(r"\w", written[column - 1 : column]):
        message += "; text stands in quotes, \"…\" or '…'"
    elif place is not None and place[1] is None:
        message += " at the end of the file: is a quote or a bracket left open, or the file half saved?"
    return message, line, column
