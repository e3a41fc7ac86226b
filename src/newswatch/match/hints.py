"""Hints: what a query says as it stands, where people often mean something else.

They never change its meaning and never refuse it. Must never know of documents.
"""

from __future__ import annotations

from collections.abc import Iterator

from newswatch.match import tree
from newswatch.match.lexer import QUOTES
from newswatch.text.fold import visible

__all__ = ["hints"]

_LONG_RUN_WORDS = 5
_SHORT_LETTERS = 2
_OPERATOR_WORDS = ("and", "or", "not", "near")
# Abbreviations in capitals that are common words of English too.
_AMBIGUOUS = frozenset({"US", "IT", "WHO", "AIDS", "ICE", "IS"})
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"


def hints(text: str, node: tree.Node) -> tuple[str, ...]:
    """Sentences about the query, most useful first; `node` is its tree."""
    found: list[str] = []
    for part in tree.walk(node):
        if isinstance(part, tree.Phrase):
            found.extend(_of_phrase(text, part))
    return tuple(dict.fromkeys(found))


def _of_phrase(text: str, phrase: tree.Phrase) -> Iterator[str]:
    written = visible(text[phrase.start : phrase.end])
    words = written.split()
    shown = " ".join(words)
    is_bare = not written.startswith(tuple(QUOTES))
    if is_bare:
        yield from _of_operators(words, shown)
        if len(phrase.words) >= _LONG_RUN_WORDS and not any(word in _OPERATOR_WORDS for word in words[1:-1]):
            yield f"Matched as one phrase: “{shown}”. Write AND between words that may stand apart."
        for word in words:
            if word[:1] in tuple(_DASHES) and len(word) > 1:
                yield f"The dash in “{word}” only separates. To exclude the word, write “-{word[1:]}” or NOT."
            if word.startswith("#"):
                yield f"“{word}” matches the word “{word[1:]}” with or without the sign."
    if len(phrase.words) == 1:
        bare = words[0].strip(QUOTES) if words else ""
        if bare.replace(".", "") in _AMBIGUOUS:
            capitals = bare.replace(".", "")
            yield f"“{bare}” also matches “{capitals.lower()}”. For capitals only, write {{{capitals}}}."
    for word in phrase.words:
        letters = sum(len(piece) for piece in word.split("*"))
        if "*" in word and word != tree.ANY_WORD and letters <= _SHORT_LETTERS:
            yield f"“{word}” matches very many words."


def _of_operators(words: list[str], shown: str) -> Iterator[str]:
    for place, word in enumerate(words):
        is_operator = word in _OPERATOR_WORDS or word.split("/")[0] in ("near", "onear")
        if is_operator and len(words) > 1 and (word == "not" or 0 < place < len(words) - 1):
            yield f"“{word}” is a word here, in the phrase “{shown}”. Operators are upper case: {word.upper()}."
