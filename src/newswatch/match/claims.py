"""What a query claims, as a value: places, the order of alternatives and the names of aliases are gone.

Two queries that say the same make equal claims. Must never know of documents, or of what can be proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from newswatch.match import tree

HOST = "host"
"""Stands among fields for "the address names a host"."""


@dataclass(frozen=True, slots=True)
class Found:
    """Adjacent words in one of the fields; with `forms`, written exactly so."""

    words: tuple[str, ...]
    forms: tuple[str, ...]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Beside:
    """NEAR, or ONEAR in the order of the pair."""

    pair: frozenset[Claim] | tuple[Claim, Claim]
    distance: int
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Often:
    """ATLEAST."""

    count: int
    part: Claim
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """Something about the whole value of a field: `kind` is url, site, lang, or pattern (with its flag before it)."""

    kind: str
    text: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """One of the fields is not empty."""

    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lacking:
    """NOT."""

    part: Claim


@dataclass(frozen=True, slots=True)
class Every:
    """AND."""

    parts: frozenset[Claim]


@dataclass(frozen=True, slots=True)
class Some:
    """OR; an alias is one too."""

    parts: frozenset[Claim]


Claim = Found | Beside | Often | Value | Filled | Lacking | Every | Some


def claim_of(node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]) -> Claim:
    """What the node claims where it looks in `fields`; `defaults` are the rule's default fields."""
    match node:
        case tree.InField(field, part):
            return claim_of(part, tree.scope_of(field, defaults), defaults)
        case tree.Near(left, right, distance, is_ordered):
            pair = claim_of(left, fields, defaults), claim_of(right, fields, defaults)
            return Beside(pair if is_ordered else frozenset(pair), distance, frozenset(fields))
        case tree.AtLeast(count, part):
            return Often(count, claim_of(part, fields, defaults), frozenset(fields))
        case tree.Not(part):
            return Lacking(claim_of(part, fields, defaults))
        case tree.And(parts):
            return _joined(Every, [claim_of(part, fields, defaults) for part in parts])
        case tree.Or(parts):
            return _joined(Some, [claim_of(part, fields, defaults) for part in parts])
        case tree.Filled(field):
            return Filled(frozenset((HOST,) if field == "site" else tree.scope_of(field, defaults)))
        case _:
            return _term(node, frozenset(fields))


def _term(
    node: tree.Phrase | tree.Exact | tree.Alias | tree.Pattern | tree.UrlPart | tree.Site | tree.Lang,
    fields: frozenset[str],
) -> Claim:
    match node:
        case tree.Phrase(words):
            return Found(words, (), fields)
        case tree.Exact(words, forms):
            return Found(words, forms, fields)
        case tree.Alias(_, phrases):
            return _joined(Some, [Found(phrase.words, (), fields) for phrase in phrases])
        case tree.Pattern(source, is_case_sensitive):
            return Value("pattern", f"{'c' if is_case_sensitive else 'i'}{source}", fields)
        case tree.UrlPart(text):
            return Value("url", text.lower(), fields)
        case tree.Site(host):
            return Value("site", host, fields)
        case tree.Lang(tag):
            return Value("lang", tag, fields)
        case _:
            assert_never(node)


def _joined(kind: type[Every] | type[Some], parts: list[Claim]) -> Claim:
    """All of them, those of a nested claim of the same kind among them; one alone stands for itself."""
    flat: set[Claim] = set()
    for part in parts:
        if isinstance(part, kind):
            flat |= part.parts
        else:
            flat.add(part)
    return flat.pop() if len(flat) == 1 else kind(frozenset(flat))
