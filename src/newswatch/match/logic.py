"""What can be proven of a query without a text: that one part follows from another, that it never holds.

Proofs are sound and not complete: False means "not proven". They end after a fixed number of steps, because queries
are judged while they are typed. Must never know of documents, or of sentences for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never

from newswatch.match import tree
from newswatch.match.claims import HOST, Beside, Claim, Every, Filled, Found, Lacking, Often, Some, Value
from newswatch.match.finders import word_test
from newswatch.match.patterns import compiled
from newswatch.text.clean import LINE_LIMIT

__all__ = ["Prover"]

_MAX_STEPS = 30_000
_LINE_FIELDS = frozenset({"title", "author"})  # cut at LINE_LIMIT by text/clean.py
_ALWAYS_FILLED = frozenset({"title", "url", "source"})
_NOT_IN_LINKS = re.compile(r"""[\s"<>\\^`{|}]""")  # text/urls.py writes them as %20 and the like
_EMPTY_ONLY = re.compile(r"(?:[\^$|]|\\[bBA])+")
_TEXTS = ("quiet day", "КУРСК", "12:30", "北")
"""A pattern that matches all of these matches nearly anything."""


class Prover:
    """Proves things about the claims of one query, as far as its steps last."""

    def __init__(self) -> None:
        self._steps = _MAX_STEPS

    def implies(self, one: Claim, other: Claim) -> bool:
        """Whether every text for which `one` holds is one for which `other` does."""
        self._steps -= 1
        if self._steps < 0:
            return False
        if one == other:
            return True
        match other:
            case Every(parts):
                return all(self.implies(one, part) for part in parts)
            case Some(parts) if any(self.implies(one, part) for part in parts):
                return True
        return self._part_implies(one, other)

    def _part_implies(self, one: Claim, other: Claim) -> bool:
        match one:
            case Some(parts):
                return all(self.implies(part, other) for part in parts)
            case Every(parts):
                return any(self.implies(part, other) for part in parts)
            case Beside(pair):
                return _is_nearer(one, other) or any(self.implies(part, other) for part in pair)
            case Often(count, part, fields):
                if isinstance(other, Often):
                    return other.part == part and other.fields == fields and count >= other.count
                return self.implies(part, other)
            case Lacking(part):
                return isinstance(other, Lacking) and self.implies(other.part, part)
            case Found() | Value():
                return _follows(one, other)
            case Filled(fields):
                return isinstance(other, Filled) and fields <= other.fields
            case _:
                assert_never(one)

    def is_never(self, claim: Claim) -> bool:
        """Whether no stored text can hold it."""
        match claim:
            case Every(parts):
                return any(self.is_never(part) for part in parts) or self.contradiction(tuple(parts)) is not None
            case Some(parts):
                return all(self.is_never(part) for part in parts)
            case Lacking(part):
                return self._is_always(part)
            case Often(count, part, fields):
                return self.is_never(part) or (fields <= _LINE_FIELDS and count > LINE_LIMIT * len(fields))
            case Value("url", text):
                return _NOT_IN_LINKS.search(text) is not None
            case Value("pattern", text):
                return _EMPTY_ONLY.fullmatch(text, 1) is not None
            case _:
                return False

    def is_nearly_always(self, claim: Claim) -> bool:
        """Whether hardly an article lacks it."""
        match claim:
            case Every(parts):
                return all(self.is_nearly_always(part) for part in parts)
            case Some(parts):
                return any(self.is_nearly_always(part) for part in parts)
            case Lacking(part):
                return self.is_never(part)
            case Filled(fields):
                return not fields.isdisjoint(_ALWAYS_FILLED | {HOST})
            case Value("url", text):
                return text in "http" or text in "://"
            case Value("pattern", text, fields):
                return not fields.isdisjoint(_ALWAYS_FILLED) and _matches_anything(text)
            case _:
                return False

    def contradiction(self, parts: tuple[Claim, ...]) -> tuple[int, int] | None:
        """Two of these claims, by number, that never hold together: the second excludes what the first needs, or both
        want the one value of a field. None if none is found.
        """
        for place, part in enumerate(parts):
            if isinstance(part, Lacking):
                for number, other in enumerate(parts):
                    if not isinstance(other, Lacking) and self.implies(other, part.part):
                        return number, place
            elif isinstance(part, Value) and part.kind in ("site", "lang"):
                for number, other in enumerate(parts[:place]):
                    if isinstance(other, Value) and _are_rivals(other, part):
                        return number, place
            if self._steps < 0:
                break
        return None

    def _is_always(self, claim: Claim) -> bool:
        match claim:
            case Every(parts):
                return all(self._is_always(part) for part in parts)
            case Some(parts):
                lacking = [part.part for part in parts if isinstance(part, Lacking)]
                return any(self._is_always(part) for part in parts) or any(
                    self.implies(lack, part) for lack in lacking for part in parts if not isinstance(part, Lacking)
                )
            case Lacking(part):
                return self.is_never(part)
            case _:
                return False


def _is_nearer(one: Beside, other: Claim) -> bool:
    """Whether what stands as near as `one` wants stands as near as `other` does."""
    return (
        isinstance(other, Beside)
        and one.distance <= other.distance
        and one.fields == other.fields
        and (one.pair == other.pair or frozenset(one.pair) == other.pair)
    )


def _follows(one: Found | Value, other: Claim) -> bool:
    """Whether a term that is met means that another claim is met too."""
    match one, other:
        case Found(_, _, fields), Found(_, _, wider):
            return fields <= wider and _holds_phrase(one, other)
        case Found(_, _, fields), Filled(wider):
            return fields <= wider
        case Value("url", text), Value("url", part):
            return text.isascii() and part in text
        case Value("site", host), Value("site", parent):
            return host == parent or host.endswith("." + parent)
        case Value("lang", tag), Value("lang", parent):
            return tag == parent or tag.startswith(parent + "-")
        case Value("url" | "lang" as kind), Filled(fields):
            return kind in fields
        case Value("site"), Filled(fields):
            return not fields.isdisjoint({HOST, "url"})
        case _:
            return False


def _are_rivals(one: Value, other: Value) -> bool:
    """Whether both want the one host, or the one language, of a document, and not the same."""
    is_comparable = one.kind == other.kind and one.text.isascii() and other.text.isascii()
    return is_comparable and not (_follows(one, other) or _follows(other, one))


def _holds_phrase(one: Found, other: Found) -> bool:
    """Whether wherever the first phrase stands, the second stands within it."""
    if other.forms:
        return _is_run_of(one.forms, other.forms, lambda form, sought: form == sought)
    return _is_run_of(one.words, other.words, _fits)


def _is_run_of(words: tuple[str, ...], run: tuple[str, ...], fits: Callable[[str, str], bool]) -> bool:
    return any(
        all(fits(words[first + place], word) for place, word in enumerate(run))
        for first in range(len(words) - len(run) + 1)
    )


def _fits(word: str, pattern: str) -> bool:
    """Whether each word that `word` stands for is one that `pattern` stands for."""
    if pattern in (word, tree.ANY_WORD):
        return True
    if "*" in word:
        # z*sky fits z* and *sky; more than one star in either is not looked into.
        if word.count("*") > 1 or pattern.count("*") != 1 or word == tree.ANY_WORD:
            return False
        head, _, tail = pattern.partition("*")
        front, _, back = word.partition("*")
        return front.startswith(head) and back.endswith(tail)
    return "*" in pattern and word_test(pattern)(word)


def _matches_anything(flagged: str) -> bool:
    pattern = compiled(flagged[1:], is_case_sensitive=flagged[0] == "c")
    try:
        return all(any(match.group() for match in pattern.finditer(text, timeout=0.005)) for text in _TEXTS)
    except TimeoutError:
        return False
