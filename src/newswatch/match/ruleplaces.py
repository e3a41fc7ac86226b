"""Where in rules.toml a place of a rule's query stands: an offset of the query becomes line and column of the file.

Between the two lie TOML (quotes, escapes, line ends) and `plain_query` (what nobody sees is gone). Pure. Must never
know the rule language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from newswatch.match.rulevalues import kept_places
from newswatch.text.clean import clean_line
from newswatch.tomlfile import KeyPath, TomlFile, line_and_column
from newswatch.tomlplaces import Place

_CODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2}))")
_FOLDED_LINE = re.compile(r"\\[ \t]*\r?\n[ \t\r\n]*")
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\", "e": "\x1b"}


class RulePlaces:
    """Places in one file. Made for `lint`, which asks for many of them."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file
        self._places: Mapping[KeyPath, Place] = {
            path: place for section in file.sections for path, place in section.keys.items()
        }

    def of_key(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of a key, else of the table that should hold it; of the first sign if there is neither."""
        return line_and_column(self._file.text, self._file.offset_of(path) or 0)

    def of_value(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of what stands behind the `=`, or of an item of a list."""
        place = self._places.get(path)
        return self.of_key(path) if place is None else line_and_column(self._file.text, place.value_start)

    def in_query(self, table: KeyPath, offset: int) -> tuple[int, int]:
        """Line and column of an offset in the rule's text; for one made of keywords, of the keyword it falls in."""
        query = self._places.get((*table, "query"))
        if query is None:
            return self._in_keywords(table, offset)
        value = list(_characters(self._written((*table, "query"))))
        kept = kept_places("".join(character for character, _ in value))
        if not kept:
            return self.of_value((*table, "query"))
        # Behind the last sign is where an item that is missing should stand.
        at = value[kept[min(offset, len(kept) - 1)]][1] + (offset >= len(kept))
        return line_and_column(self._file.text, query.value_start + at)

    def _in_keywords(self, table: KeyPath, offset: int) -> tuple[int, int]:
        end = index = 0
        while (*table, "keywords", index + 1) in self._places:
            keyword = "".join(character for character, _ in _characters(self._written((*table, "keywords", index))))
            end += len(clean_line(keyword)) + keyword.count('"') + len('"" OR ')
            if offset < end:
                break
            index += 1
        return self.of_value((*table, "keywords", index))

    def _written(self, path: KeyPath) -> str:
        place = self._places[path]
        return self._file.text[place.value_start : place.value_end]


def _characters(written: str) -> Iterator[tuple[str, int]]:
    """Each character of a TOML string's value, and where it stands in the string as written."""
    sign = written[:1]
    width = 3 if written.startswith(sign * 3) and len(written) >= 6 else 1
    at, end = width, len(written) - width
    if width == 3:
        at += 2 if written.startswith("\r\n", at) else 1 if written.startswith("\n", at) else 0
    while at < end:
        if sign == '"' and written[at] == "\\":
            if (folded := _FOLDED_LINE.match(written, at)) is not None:
                at = folded.end()
            else:
                character, length = _escaped(written, at)
                yield character, at
                at += length
        elif written.startswith("\r\n", at):
            yield "\n", at
            at += 2
        else:
            yield written[at], at
            at += 1


def _escaped(written: str, at: int) -> tuple[str, int]:
    """The character that an escape means, and how long the escape is."""
    if (code := _CODE.match(written, at)) is not None:
        return chr(int(code[code.lastindex or 0], 16)), len(code[0])
    return _SIMPLE.get(written[at + 1], written[at + 1]), 2
