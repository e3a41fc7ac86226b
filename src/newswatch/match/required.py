"""What a query cannot do without: the words by which the index finds the rules that a document might match.

Must never know of the index itself, or of documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from newswatch.match import tree

# The words that stand in most English news texts: poor signs that a rule might match.
_COMMON_TEXT = """
a about after all also an and are as at be been but by can for from had has have he her his how i if in into is
it its more new no not of on one or our out over said she so some than that the their them then there they this
to up was we were what when which who will with would you your two first last year years people government state
us president time says war world
"""
_COMMON = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True, slots=True)
class Required:
    """The words a match cannot do without. `ways` are keys (words, perhaps with `*`), each with words: a document
    that matches has at least one of the keys and, of one that it has, every word besides.
    """

    ways: Mapping[str, frozenset[str]]

    @property
    def keys(self) -> frozenset[str]:
        """A document that matches has at least one of these."""
        return frozenset(self.ways)

    @property
    def words(self) -> frozenset[str]:
        """A document that matches has every one of these."""
        first, *others = self.ways.values()
        return first.intersection(*others)


def required_words(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]) -> Required | None:
    """The words without which the node cannot hold; None if it may hold without any.

    Only words of the fields that are matched by words count: the index sees no others.
    """
    match node:
        case tree.Phrase(words) | tree.Exact(words):
            return _of_phrase(words) if set(fields) <= set(tree.WORD_FIELDS) else None
        case tree.Alias(_, phrases):
            return _any_required([required_words(phrase, fields, defaults) for phrase in phrases])
        case tree.InField(field, part):
            return required_words(part, tree.scope_of(field, defaults), defaults)
        case tree.Near(left, right):
            return _all_required([required_words(part, fields, defaults) for part in (left, right)])
        case tree.AtLeast(_, part):
            return required_words(part, fields, defaults)
        case tree.And(parts):
            return _all_required([required_words(part, fields, defaults) for part in parts])
        case tree.Or(parts):
            return _any_required([required_words(part, fields, defaults) for part in parts])
        case tree.Pattern() | tree.UrlPart() | tree.Site() | tree.Lang() | tree.Filled() | tree.Not():
            return None
        case _:
            assert_never(node)


def _of_phrase(words: tuple[str, ...]) -> Required | None:
    real = [word for word in words if word != tree.ANY_WORD]
    key = min(real, key=_frequency)
    return Required({key: frozenset(word for word in real if "*" not in word and word != key)})


def _all_required(parts: Sequence[Required | None]) -> Required | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    best = min(known, key=lambda part: sum(_frequency(key) for key in part.ways))
    also = frozenset[str]().union(*(_always(part) for part in known if part is not best))
    return Required({key: (needs | also) - {key} for key, needs in best.ways.items()}) if also else best


def _always(part: Required) -> frozenset[str]:
    """The words that stand in every document which the part holds for."""
    single = part.keys if len(part.ways) == 1 else frozenset[str]()
    return part.words | frozenset(key for key in single if "*" not in key)


def _any_required(parts: Sequence[Required | None]) -> Required | None:
    ways: dict[str, frozenset[str]] = {}
    for part in parts:
        if part is None:
            return None
        for key, needs in part.ways.items():
            ways[key] = ways[key] & needs if key in ways else needs
    return Required(ways)


@lru_cache(maxsize=16_384)
def _frequency(word: str) -> float:
    """A guess at how common a word, or all that fit a pattern, is: 1 for the commonest. Only the order matters."""
    if word in _COMMON:
        return 1.0
    letters = max(len(piece) for piece in word.split("*"))
    rarity = 2.0 ** -min(letters, 10) if word.isascii() else 4.0 ** -min(letters, 5)
    return rarity * (8.0 if "*" in word else 1.0)
