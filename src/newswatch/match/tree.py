"""A query as a tree of frozen nodes. Every node knows its place in the query: `start`:`end` in code points.

Must never know how a query is written (`grammar`) or how it is matched (`compile`).
"""

from __future__ import annotations

from dataclasses import dataclass

WORD_FIELDS = ("title", "summary", "content", "author", "source", "tags")
FIELDS = (*WORD_FIELDS, "url", "lang")  # in the order of §8
FIELD_NAMES = {
    "title": "title",
    "summary": "summary",
    "content": "content",
    "body": "content",
    "author": "author",
    "source": "source",
    "tag": "tags",
    "tags": "tags",
    "text": "text",
    "url": "url",
    "site": "site",
    "lang": "lang",
}

ANY_WORD = "*"  # in a phrase: exactly one word, whichever


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words, folded; one may hold `*`, and `ANY_WORD` is any one word."""

    words: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exact:
    """Adjacent words with letter case and accents as typed (`forms`); `words` are the same, folded."""

    words: tuple[str, ...]
    forms: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression over the raw text of a field."""

    source: str
    is_case_sensitive: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alias:
    """Any phrase of the alias list `name`; the phrases carry the place of the `@name`."""

    name: str
    phrases: tuple[Phrase, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UrlPart:
    """A piece of the document's address, letter case ignored."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Site:
    """The host of the document's address: `host`, or one under it."""

    host: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lang:
    """The document's language tag: `tag`, or one that refines it. Lower case, with hyphens."""

    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The field, one of `FIELD_NAMES`' values, is not empty."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InField:
    """`part`, looked for in one field only; `field` "text" means the default fields."""

    field: str
    part: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """Both operands in one text and paragraph, apart, with at most `distance` words between."""

    left: Node
    right: Node
    distance: int
    is_ordered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` occurrences over all searched fields."""

    count: int
    part: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """The document (inside a field: the field) lacks `part`."""

    part: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: tuple[Node, ...]
    start: int
    end: int


Node = Phrase | Exact | Pattern | Alias | UrlPart | Site | Lang | Filled | InField | Near | AtLeast | Not | And | Or


def is_placeable(node: Node) -> bool:
    """Whether it may stand beside NEAR or after ATLEAST: a word, phrase, exact, alias, or an OR of these."""
    match node:
        case Phrase() | Exact() | Alias():
            return True
        case Or(parts):
            return all(is_placeable(part) for part in parts)
        case _:
            return False


def negative_alternative(node: Node) -> Node | None:
    """The alternative of a rule that has no positive condition (§7), if there is one."""
    match node:
        case Not():
            return node
        case And(parts):
            found = [negative_alternative(part) for part in parts]
            return None if None in found else found[0]
        case Or(parts):
            return next((bad for part in parts if (bad := negative_alternative(part)) is not None), None)
        case InField(_, part):
            return negative_alternative(part)
        case _:
            return None


def scope_of(field: str, defaults: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that a field prefix stands for."""
    match field:
        case "text":
            return defaults
        case "site":
            return ("url",)
        case _:
            return (field,)


def walk(node: Node) -> list[Node]:
    """The node and all below it, in the order of the query."""
    match node:
        case And(parts) | Or(parts):
            return [node, *(below for part in parts for below in walk(part))]
        case Not(part) | InField(_, part) | AtLeast(_, part):
            return [node, *walk(part)]
        case Near(left, right):
            return [node, *walk(left), *walk(right)]
        case _:
            return [node]
