"""The signs of the rule language: where each item of a query starts and ends.

Must never know what the items mean together: that is `grammar`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from newswatch.errors import QueryError
from newswatch.match.tokens import pattern_words
from newswatch.text.fold import visible

QUOTES = '"“”„«»'
# What ends a quote that began with …; a quote of none of these is ended by whatever quote comes first.
_ENDS = {'"': '"', "“": "”“", "”": "”“", "„": "“”", "«": "»", "»": "«»"}
_WORD_END = frozenset(QUOTES + "(){}")
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_COUNTED = re.compile(r"(O?NEAR|ATLEAST)(?:/(.*))?", re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,6}")
_NAME = re.compile(r"[\w-]+")
_DEFAULT_DISTANCE = 5


class Kind(Enum):
    """What an item is."""

    END = auto()
    OPEN = auto()
    CLOSE = auto()
    QUOTED = auto()
    EXACT = auto()
    PATTERN = auto()
    ALIAS = auto()
    MINUS = auto()
    FIELD = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    ONEAR = auto()
    ATLEAST = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One item at `start`:`end`. `text` is what stands inside its signs, at `inner`; `count` its /n.

    `is_case_sensitive` belongs to a regular expression.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    inner: int = 0
    count: int = 0
    is_case_sensitive: bool = False


OPERATORS = frozenset({Kind.AND, Kind.OR, Kind.NOT, Kind.NEAR, Kind.ONEAR, Kind.ATLEAST})


class Lexer:
    """Reads items of `text` at any offset; keeps no place of its own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._length = len(text)

    def skip_blank(self, at: int) -> int:
        """The offset of the next character that is neither white space nor hidden."""
        text, length = self.text, self._length
        while at < length and (text[at].isspace() or not visible(text[at])):
            at += 1
        return at

    def item(self, at: int) -> Item:
        """The item at or after `at`. Raises QueryError where it is not whole."""
        at = self.skip_blank(at)
        if at >= self._length:
            return Item(Kind.END, self._length, self._length)
        sign = self.text[at]
        if sign == "(":
            return Item(Kind.OPEN, at, at + 1)
        if sign == ")":
            return Item(Kind.CLOSE, at, at + 1)
        if sign in QUOTES:
            return self._quoted(at)
        if sign == "{":
            return self._exact(at)
        if sign == "}":
            raise QueryError('"}" without "{"', at, 'remove it, or put the term in braces, as in "{US}"')
        if sign == "/":
            return self._pattern(at)
        if sign == "@" and (name := _NAME.match(self.text, at + 1)):
            return self._alias(at, name)
        if sign == "-" and self._is_minus(at):
            return Item(Kind.MINUS, at, at + 1)
        return self.word(at)

    def word(self, at: int) -> Item:
        """The blank-delimited word at `at`, which may turn out to be an operator or a field's name."""
        end = self.word_end(at)
        chunk = self.text[at:end]
        seen = visible(chunk)
        if seen in _OPERATORS:
            return Item(Kind[seen], at, end)
        if counted := _COUNTED.fullmatch(seen):
            return self._counted(at, end, counted)
        return self._field(at, chunk) or Item(Kind.WORD, at, end, chunk, at)

    def word_end(self, at: int) -> int:
        """Where the blank-delimited word at `at` ends."""
        text, end = self.text, at
        while end < self._length and text[end] not in _WORD_END and not text[end].isspace():
            end += 1
        return end

    def value(self, at: int) -> Item:
        """What follows `url:`, `site:` or `lang:`: a quote, a regular expression, or all up to a blank or ")"."""
        at = self.skip_blank(at)
        sign = self.text[at : at + 1]
        if sign == "":
            return Item(Kind.END, self._length, self._length)
        if sign in QUOTES:
            return self._quoted(at)
        if sign == "/":
            return self._pattern(at)
        if sign == "(":
            return Item(Kind.OPEN, at, at + 1)
        if sign == ")":
            return Item(Kind.CLOSE, at, at + 1)
        end = at
        while end < self._length and self.text[end] != ")" and not self.text[end].isspace():
            end += 1
        chunk = self.text[at:end]
        if chunk in _OPERATORS:
            return Item(Kind[chunk], at, end)
        if _COUNTED.fullmatch(chunk):
            return self.word(at)
        return Item(Kind.WORD, at, end, chunk, at)

    def is_minus(self, at: int) -> bool:
        """Whether a negating "-" stands at `at`."""
        return self.text.startswith("-", at) and self._is_minus(at)

    def _is_minus(self, at: int) -> bool:
        text, before, after = self.text, at - 1, at + 1
        while before >= 0 and not visible(text[before]):
            before -= 1
        if before >= 0 and not text[before].isspace() and text[before] != "(":
            return False
        while after < self._length and not visible(text[after]):
            after += 1
        follower = text[after : after + 1]
        if not follower or follower.isspace() or follower == ")":
            return False
        if follower in QUOTES or follower in "({/":
            return True
        # A rule of dashes ("--", "-—") only separates; with a word in it, it denies that word.
        return bool(pattern_words(text[after : self.word_end(after)]))

    def _quoted(self, at: int) -> Item:
        end = self._quote_end(at, _ENDS[self.text[at]])
        if end is None:
            end = self._quote_end(at, QUOTES)
        if end is None:
            sign = _ENDS[self.text[at]][0]
            is_lone = not self.text[at + 1 :].strip()
            hint = f"remove it, or add {sign} before its first word" if is_lone else f"add {sign} after its last word"
            raise QueryError("the quote is not closed", at, hint)
        return Item(Kind.QUOTED, at, end + 1, self.text[at + 1 : end], at + 1)

    def _quote_end(self, opened: int, ends: str) -> int | None:
        text, at = self.text, opened + 1
        while at < self._length:
            if text[at] == "\\" and text[at + 1 : at + 2] in tuple(QUOTES):
                at += 2
                continue
            if text[at] in ends:
                return at
            at += 1
        return None

    def _exact(self, at: int) -> Item:
        end = self.text.find("}", at)
        if end < 0:
            raise QueryError('"{" is not closed', at, 'add "}" after its last word')
        return Item(Kind.EXACT, at, end + 1, self.text[at + 1 : end], at + 1)

    def _pattern(self, at: int) -> Item:
        text, end = self.text, at + 1
        while end < self._length and text[end] != "/":
            end += 2 if text[end] == "\\" else 1
        if end >= self._length:
            raise QueryError(
                'the regular expression is not closed: no second "/"',
                at,
                'to look for words with "/", put them in quotes',
            )
        after = self.word_end(end + 1)
        flags = visible(text[end + 1 : after])
        if flags not in ("", "c"):
            hint = 'only "c" (case-sensitive) may follow; to look for words with "/", put them in quotes'
            raise QueryError(f'unknown flag "{flags[:20]}" after the regular expression', end + 1, hint)
        return Item(Kind.PATTERN, at, after, text[at + 1 : end], at + 1, is_case_sensitive=flags == "c")

    def _alias(self, at: int, name: re.Match[str]) -> Item:
        end = self.word_end(at)
        rest = self.text[name.end() : end]
        if pattern_words(rest):
            raise QueryError(
                f'"{rest[:20]}" cannot follow an alias', name.end(), "leave a blank after the alias's name"
            )
        return Item(Kind.ALIAS, at, end, name[0], at + 1)

    def _counted(self, at: int, end: int, counted: re.Match[str]) -> Item:
        name, written = counted[1], counted[2]
        kind = Kind[name]
        if written is None:
            if kind is Kind.ATLEAST:
                raise QueryError("ATLEAST needs a number", at, 'write "ATLEAST/3", or quote the word')
            return Item(kind, at, end, count=_DEFAULT_DISTANCE)
        if not _COUNT.fullmatch(written):
            raise QueryError(
                f"{name}/ needs a whole number, up to six digits", at, f'write "{name}/5", or quote the words'
            )
        if kind is Kind.ATLEAST and int(written) == 0:
            raise QueryError("ATLEAST/0 holds for every text", at, 'write "ATLEAST/1" or more')
        return Item(kind, at, end, count=int(written))

    def _field(self, at: int, chunk: str) -> Item | None:
        """The name before a colon, if there is one; numbers (12:30) are none."""
        colon = chunk.find(":")
        while colon >= 0:
            start = colon
            while start > 0 and (chunk[start - 1] in "_-" or chunk[start - 1].isalnum()):
                start -= 1
            if any(one.isalpha() for one in chunk[start:colon]):
                return Item(Kind.FIELD, at + start, at + colon + 1, chunk[start:colon], at)
            colon = chunk.find(":", colon + 1)
        return None
