"""The same words the other way: a phrase as all of its words anywhere, words joined by AND as one phrase.

Must never know of documents, nor change a query by itself: it is offered, and a person takes it.
"""

from __future__ import annotations

from newswatch.errors import QueryError
from newswatch.match import tree
from newswatch.match.grammar import parse_query
from newswatch.match.lexer import QUOTES

__all__ = ["joined", "otherwise"]


def joined(text: str, node: tree.Node) -> tree.Phrase | None:
    """The phrase that the words of a query make in their order; None unless it is single words joined by AND."""
    match node:
        case tree.And(parts):
            words: tuple[str, ...] = ()
            for part in parts:
                if not isinstance(part, tree.Phrase) or len(_written(text, part)) != 1:
                    return None
                words += part.words
            return tree.Phrase(words, node.start, node.end)
        case _:
            return None


def otherwise(text: str, node: tree.Node) -> str:
    """A phrase as its words joined by AND, words joined by AND as a phrase in quotes; empty for any other query."""
    match node:
        case tree.Phrase(words):
            written = _written(text, node)
            other = " AND ".join(written) if len(written) > 1 else ""
        case tree.And(parts) if (phrase := joined(text, node)) is not None:
            words = phrase.words
            other = f'"{" ".join(written for part in parts for written in _written(text, part))}"'
        case _:
            return ""
    # A word of a phrase may be an operator or a sign on its own: then there is no other way that says the same.
    return other if _words(other) == words else ""


def _written(text: str, node: tree.Node) -> list[str]:
    """The words as they were typed, what blanks separate; without the quotes round all of them."""
    return text[node.start : node.end].strip(QUOTES).split()


def _words(query: str) -> tuple[str, ...] | None:
    """The words of a phrase, or of phrases joined by AND; None for what is neither."""
    try:
        node = parse_query(query) if query else None
    except QueryError:
        return None
    match node:
        case tree.Phrase(words):
            return words
        case tree.And(parts):
            found: tuple[str, ...] = ()
            for part in parts:
                if not isinstance(part, tree.Phrase):
                    return None
                found += part.words
            return found
        case _:
            return None
