"""Plain queries, read in one pass: words, `"quotes"`, groups, fields of words, AND, OR, NOT and `-word`.

Most queries are of this kind, and books have thousands. It gives the tree that `grammar` gives, or None for
whatever is less plain, mistakes included: it must never judge a query.
"""

from __future__ import annotations

import re

from newswatch.match.tokens import PatternWord, pattern_words
from newswatch.match.tree import FIELD_NAMES, WORD_FIELDS, And, InField, Node, Not, Or, Phrase

__all__ = ["read_plain"]

_LETTER = "A-Za-z0-9\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0400-\u0481\u048a-\u04ff"  # Latin and Cyrillic
_WORD = rf"[{_LETTER}*][{_LETTER}*.,'’&-]*"
_QUOTE = rf"\"[{_LETTER}*.,'’& -]+\""
_END = r"(?: +|(?=\))|\Z)"
# Items with the blanks after them; in a plain query nothing is left between.
_ITEM = re.compile(rf'-?(?:{_WORD}|{_QUOTE}){_END}|\( *|\){_END}|[A-Za-z]+:(?=[{_LETTER}*"(])')
_FIELDS = {name: field for name, field in FIELD_NAMES.items() if field in WORD_FIELDS or field == "text"}
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR", "ONEAR", "ATLEAST"})
_MAX_DEPTH = 40  # below the limit of `grammar`, which says so where it is passed


class _NotPlain(Exception):
    """Something here is for `grammar` to judge."""


def read_plain(text: str) -> Node | None:
    """The tree of a plain query; None if it is not plain."""
    items = _ITEM.findall(text)
    if sum(map(len, items)) != len(text):
        return None
    try:
        return _read(items)
    except _NotPlain:
        return None


def _read(items: list[str]) -> Node:
    reader = _Reader()
    run: list[str] = []
    at = start = end = 0
    for item in items:
        sign = item.rstrip(" ")
        if sign in _OPERATORS or (not sign.isalnum() and (sign[0] in '()-"' or sign[-1] == ":")):
            if run:
                reader.group.take(Phrase(tuple(run), start, end), end)
                run = []
            reader.read(sign, at)
        else:
            if not run:
                start = at
            run += [sign.lower()] if sign.isalnum() and sign.isascii() else _words(sign)
            end = at + len(sign)
        at += len(item)
    if run:
        reader.group.take(Phrase(tuple(run), start, end), end)
    return reader.whole()


class _Group:
    """A group under way: its operands, and what waits for the next one."""

    __slots__ = ("_alternatives", "_denied_at", "_field", "_field_at", "_is_in_field", "_parts", "_waits")

    def __init__(self, *, is_in_field: bool) -> None:
        self._alternatives: list[Node] = []
        self._parts: list[Node] = []  # of the alternative under way
        self._waits = True  # for an operand: at the start, and after an operator
        self._denied_at = -1
        self._field = ""
        self._field_at = 0
        self._is_in_field = is_in_field

    @property
    def is_in_field(self) -> bool:
        """Whether the next operand stands in a field."""
        return self._is_in_field or self._field != ""

    def take(self, node: Node, end: int) -> None:
        """An operand, which ends at `end` with its bracket."""
        if self._field:
            node = InField(self._field, node, self._field_at, end)
            self._field = ""
        if self._denied_at >= 0:
            node = Not(node, self._denied_at, end)
            self._denied_at = -1
        self._parts.append(node)
        self._waits = False

    def name(self, name: str, at: int) -> None:
        """The name of a field."""
        if self.is_in_field or name not in _FIELDS:
            raise _NotPlain
        self._field = _FIELDS[name]
        self._field_at = at

    def operator(self, sign: str, at: int) -> None:
        """AND, OR or NOT."""
        if self._field or self._denied_at >= 0 or (self._waits and sign != "NOT"):
            raise _NotPlain
        match sign:
            case "AND":
                pass
            case "OR":
                self._alternatives.append(self._alternative())
            case "NOT":
                self._denied_at = at
            case _:  # NEAR and the like
                raise _NotPlain
        self._waits = True

    def whole(self) -> Node:
        """All that was read."""
        last = self._alternative()
        if not self._alternatives:
            return last
        parts = (*self._alternatives, last)
        return Or(parts, parts[0].start, last.end)

    def _alternative(self) -> Node:
        parts = self._parts
        if self._waits or self._field:
            raise _NotPlain
        if isinstance(parts[0], Not) and all(isinstance(part, Not) for part in parts):
            raise _NotPlain  # it only excludes
        self._parts = []
        return parts[0] if len(parts) == 1 else And(tuple(parts), parts[0].start, parts[-1].end)


class _Reader:
    """The group under way, and those around it."""

    __slots__ = ("_outer", "group")

    def __init__(self) -> None:
        self.group = _Group(is_in_field=False)
        self._outer: list[_Group] = []

    def read(self, sign: str, at: int) -> None:
        """An item that is no word."""
        if sign == "(":
            if len(self._outer) == _MAX_DEPTH:
                raise _NotPlain
            self._outer.append(self.group)
            self.group = _Group(is_in_field=self.group.is_in_field)
        elif sign == ")":
            if not self._outer:
                raise _NotPlain
            node = self.group.whole()
            self.group = self._outer.pop()
            self.group.take(node, at + 1)
        elif sign in _OPERATORS:
            self.group.operator(sign, at)
        elif sign[0] == '"':
            self._term(sign, at)
        elif sign[0] == "-" and sign[1:] not in _OPERATORS:
            self.group.operator("NOT", at)
            self._term(sign[1:], at + 1)
        else:
            self.group.name(sign[:-1].lower(), at)

    def _term(self, term: str, at: int) -> None:
        end = at + len(term)
        self.group.take(Phrase(tuple(_words(term.strip('"'))), at, end), end)

    def whole(self) -> Node:
        """All that was read, if every group was closed."""
        if self._outer:
            raise _NotPlain
        return self.group.whole()


def _words(text: str) -> list[str]:
    """The folded words of a term."""
    if text.isascii():
        words = text.lower().split()
        if text.replace(" ", "").isalnum() or ("*" in text and all(map(_is_word, words)) and words):
            return words
    found = pattern_words(text)
    words = [word.folded for word in found if isinstance(word, PatternWord)]
    if not words or len(words) < len(found):
        raise _NotPlain
    return words


def _is_word(word: str) -> bool:
    return word.isalnum() or word.replace("*", "", 1).isalnum()  # two `*`, or only one, are for `pattern_words`
