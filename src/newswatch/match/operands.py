"""The operands of a query: which of them a document lacks, so that a near miss can be told from a miss.

The operands are those of the outermost AND. A phrase counts as its words and, besides, that they stand side by
side; NEAR as its two sides and, besides, that they stand near. Must never know how many documents there are.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from newswatch.match import tree
from newswatch.match.compile import CompiledQuery, compile_node
from newswatch.match.conditions import Condition
from newswatch.match.explain import label
from newswatch.match.reading import Reading
from newswatch.match.required import Required, required_words
from newswatch.match.wording import joined
from newswatch.model.entry import Entry
from newswatch.text.fold import fold

__all__ = ["Operand", "Operands", "folded_texts"]

_SHOWN = 80  # code points of an operand as it is shown


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand. `is_said`: it asks for something in the text, instead of excluding or of naming a place.

    `ways` are the stretches of folded text, with what each is as an acronym, without which it cannot hold: all of one
    way at least. None if it may hold without any.
    """

    shown: str
    condition: Condition
    ways: tuple[tuple[tuple[str, str], ...], ...] | None
    is_said: bool

    def may_hold(self, folded: str) -> bool:
        """Whether a document with this folded text may hold it."""
        if self.ways is None:
            return True
        for way in self.ways:
            for piece, dotted in way:
                if piece not in folded and dotted not in folded:
                    break
            else:
                return True
        return False


class Operands:
    """The operands of one query. `is_bare_phrase`: it is nothing but a phrase of two words or more. `side_by_side`:
    where it is nothing but words joined by AND, that they stand so.
    """

    __slots__ = ("_parts", "fields", "is_bare_phrase", "side_by_side")

    def __init__(self, query: CompiledQuery) -> None:
        placed = _placed(query.node, query.fields, query.fields, "")
        self._parts = tuple(
            Operand(
                shown=_cut(before + _shown(query.text, node)),
                condition=compile_node(node, fields, query.fields),
                ways=_ways(required_words(node, fields, query.fields)),
                is_said=_is_said(node),
            )
            for node, fields, before in placed
        )
        self.is_bare_phrase = isinstance(query.node, tree.Phrase) and len(self._parts) > 1
        phrase = joined(query.text, query.node)
        self.side_by_side = compile_node(phrase, query.fields, query.fields) if phrase is not None else None
        self.fields = _looked_at(query.node, query.fields, query.fields)

    def may_concern(self, folded: str) -> bool:
        """Whether a document with these texts, folded, may hold all operands, or all but one. Wrong in one way only:
        of a document that does not concern the query it may say that it might.
        """
        lacking: list[Operand] = []
        for part in self._parts:
            if not part.may_hold(folded):
                lacking.append(part)
                if not self.is_near(lacking):
                    return False
        return True

    def may_match(self, folded: str) -> bool:
        """Whether a document with these texts, folded, may hold all operands; wrong in one way only, as above."""
        return all(part.may_hold(folded) for part in self._parts)

    def lacking(self, reading: Reading) -> tuple[Operand, ...]:
        """The operands that the document does not hold, the first two at most; none if it matches. Raises Overrun."""
        found: list[Operand] = []
        for part in self._parts:
            if not part.condition.holds(reading):
                found.append(part)
                if len(found) > 1:
                    break
        return tuple(found)

    def is_near(self, lacking: Sequence[Operand]) -> bool:
        """Whether this is a near miss: one operand lacks, and of the others at least one was looked for in the text.

        Without the latter `troops AND lang:en` would nearly match whatever is in English.
        """
        return len(lacking) == 1 and any(part.is_said for part in self._parts if part is not lacking[0])


def folded_texts(entry: Entry, fields: Container[str]) -> str:
    """Those texts of an entry in which words are looked for, folded: enough to see that most concern nobody."""
    texts: list[str] = []
    for field in tree.WORD_FIELDS:
        if field in fields:
            if field == "tags":
                texts += entry.tags
            elif text := getattr(entry, field):
                texts.append(text)
    return "\n".join(map(fold, texts))


_Placed = tuple[tree.Node, tuple[str, ...], str]


def _placed(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...], before: str) -> Iterator[_Placed]:
    """The operands with the fields they look in, and what is to be shown before them."""
    match node:
        case tree.InField(field, (tree.And() | tree.Phrase() | tree.Near()) as part):
            yield from _placed(part, tree.scope_of(field, defaults), defaults, f"{before}{label('', node)} ")
            return
        case tree.And(parts):
            yield from ((part, fields, before) for part in parts)
            return
        case tree.Phrase(words) if len(words) > 1:
            for word in dict.fromkeys(words):
                if word != tree.ANY_WORD:
                    yield tree.Phrase((word,), node.start, node.end), fields, before
        case tree.Near(left, right):
            yield left, fields, before
            yield right, fields, before
        case _:
            pass
    yield node, fields, before


def _shown(text: str, node: tree.Node) -> str:
    """The clause and what is in it, as a person reads it."""
    match node:
        case tree.And(parts) | tree.Or(parts):
            return f"{label(text, node)} {', '.join(_shown(text, part) for part in parts)}"
        case tree.Near(left, right):
            return f"{_shown(text, left)} {label(text, node)} {_shown(text, right)}"
        case tree.Not(part) | tree.InField(_, part) | tree.AtLeast(_, part):
            return f"{label(text, node)} {_shown(text, part)}"
        case _:
            return label(text, node)


def _cut(shown: str) -> str:
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _is_said(node: tree.Node) -> bool:
    match node:
        case tree.Not() | tree.UrlPart() | tree.Site() | tree.Lang() | tree.Filled():
            return False
        case tree.InField(_, part):
            return _is_said(part)
        case tree.And(parts):
            return any(_is_said(part) for part in parts)
        case tree.Or(parts):
            return all(_is_said(part) for part in parts)
        case _:
            return True


def _looked_at(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]) -> frozenset[str]:
    """The fields in which words are looked for."""
    match node:
        case tree.InField(field, part):
            return _looked_at(part, tree.scope_of(field, defaults), defaults)
        case tree.And(parts) | tree.Or(parts):
            return frozenset[str]().union(*(_looked_at(part, fields, defaults) for part in parts))
        case tree.Not(part):
            return _looked_at(part, fields, defaults)
        case _:
            return frozenset(fields) & frozenset(tree.WORD_FIELDS)


def _ways(needs: Required | None) -> tuple[tuple[tuple[str, str], ...], ...] | None:
    """What each way of meeting these needs leaves in the folded text.

    A word is a stretch of it, or it was an acronym: its letters with a dot between each. Nothing is said of words that
    are cut in another way, as marks and the vowels of Thai are.
    """
    if needs is None:
        return None
    ways = tuple(
        tuple(
            (piece, ".".join(piece))
            for word in (key, *words)
            for piece in word.split("*")
            if piece and fold(piece) == piece and all(sign.isalnum() or sign in ".," for sign in piece)
        )
        for key, words in needs.ways.items()
    )
    return ways if all(ways) else None
