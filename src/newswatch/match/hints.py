"""Hints: what a query says as it stands, where people often mean something else, or where it cannot do what they mean.

They never change its meaning and never refuse it. Must never know of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from newswatch.match import tree
from newswatch.match.claims import Claim, claim_of
from newswatch.match.habits import LANGUAGE_MEANT, foreign_signs, operator_meant
from newswatch.match.lexer import QUOTES
from newswatch.match.logic import Prover
from newswatch.model.rule import DEFAULT_FIELDS
from newswatch.text.clean import LINE_LIMIT
from newswatch.text.fold import visible

__all__ = ["Hint", "find_hints", "hints"]

_MOST = 12  # hints of one query: more would hide the first
_LONG_RUN_WORDS = 5
_SHORT_LETTERS = 2
_MANY_TIMES = 50
_COMPARED = 60  # alternatives: longer lists are searched for equal ones only
_SHOWN = 40
_BETWEEN = ("AND", "OR", "NEAR", "ONEAR")  # alone before all else these are words that a person looks for
# Abbreviations in capitals that are common words too: of English, and (il a eu, j'ai, un) of French.
_AMBIGUOUS = frozenset({"US", "IT", "WHO", "AIDS", "ICE", "IS", "EU", "AI", "UN"})
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_WORD = re.compile(r"[\w-]+")
_LOST_SIGNS = re.compile(r"\w+[+#$&]+")
_TOP_LEVELS = frozenset({"com", "org", "net", "edu", "gov", "mil", "int", "info", "news"})


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence about a query, and the offset of what it is about."""

    text: str
    offset: int


def hints(text: str, node: tree.Node, fields: tuple[str, ...] = DEFAULT_FIELDS) -> tuple[str, ...]:
    """The sentences of `find_hints`."""
    return tuple(hint.text for hint in find_hints(text, node, fields))


def find_hints(text: str, node: tree.Node, fields: tuple[str, ...] = DEFAULT_FIELDS) -> tuple[Hint, ...]:
    """What is to be said of the query, most useful first; `node` is its tree, `fields` are its default fields."""
    found: dict[str, Hint] = {}
    for hint in _Adviser(text, fields).all_of(node):
        found.setdefault(hint.text, hint)
    return tuple(found.values())[:_MOST]


class _Adviser:
    """Looks at one query."""

    def __init__(self, text: str, fields: tuple[str, ...]) -> None:
        self._text = text
        self._fields = fields
        self._prover = Prover()

    def all_of(self, node: tree.Node) -> Iterator[Hint]:
        scoped = list(_scoped(node, self._fields, self._fields))
        for part, fields in scoped:
            yield from self._of_truth(part, fields)
        if self._prover.is_nearly_always(self._claim(node, self._fields)):
            yield Hint("This matches nearly every article.", node.start)
        for part, _ in scoped:
            if isinstance(part, tree.And):
                yield from self._of_neighbours(part)
            elif isinstance(part, tree.Or):
                yield from self._of_precedence(part)
                yield from self._of_fields(part)
        for part, fields in scoped:
            if isinstance(part, (tree.And, tree.Or)):
                yield from self._of_repeats(part, fields)
            else:
                yield from self._of_term(part)

    def _claim(self, node: tree.Node, fields: tuple[str, ...]) -> Claim:
        return claim_of(node, fields, self._fields)

    def _of_truth(self, node: tree.Node, fields: tuple[str, ...]) -> Iterator[Hint]:
        """What never holds; said of the smallest part that does not."""
        match node:
            case tree.And(parts):
                claims = tuple(self._claim(part, fields) for part in parts)
                if (pair := self._prover.contradiction(claims)) is None:
                    return
                needed, other = parts[pair[0]], parts[pair[1]]
                if isinstance(other, tree.Not):
                    excluded = self._shown(other.part)
                    yield Hint(
                        f"This can never match: “{excluded}” is excluded, and “{self._shown(needed)}” holds it.",
                        other.start,
                    )
                else:
                    what = "language" if "lang:" in self._shown(other).lower() else "address"
                    yield Hint(
                        f"This can never match: an article has one {what}. Write OR between "
                        f"“{self._shown(needed)}” and “{self._shown(other)}”.",
                        other.start,
                    )
            case tree.UrlPart() | tree.Pattern() | tree.AtLeast() if self._prover.is_never(self._claim(node, fields)):
                yield Hint(f"This can never match: {self._why_never(node)}", node.start)
            case _:
                pass

    def _why_never(self, node: tree.UrlPart | tree.Pattern | tree.AtLeast) -> str:
        match node:
            case tree.UrlPart():
                return f"no address holds “{self._shown(node)}”; blanks and such signs are written as %20 there."
            case tree.Pattern():
                return f"{self._shown(node)} finds places, not text, and what is empty does not count."
            case tree.AtLeast():
                return f"a headline or a name is at most {LINE_LIMIT} characters long."

    def _of_neighbours(self, node: tree.And) -> Iterator[Hint]:
        """Operator words in lower case that stand between operands: `"a" or "b"` asks for the word or."""
        for place, part in enumerate(node.parts):
            if not isinstance(part, tree.Phrase) or not self._is_bare(part):
                continue
            words = visible(self._text[part.start : part.end]).split()
            is_after, is_before, is_alone = place > 0, place < len(node.parts) - 1, len(words) == 1
            if is_after and (is_before or not is_alone) and operator_meant(words[0]):
                word = words[0]
            elif is_before and (meant := operator_meant(words[-1])) and not (is_alone and meant in _BETWEEN):
                word = words[-1]
            else:
                continue
            yield Hint(f"“{word}” is a word here, and looked for. {_advised(word)}", part.start)

    def _of_precedence(self, node: tree.Or) -> Iterator[Hint]:
        """`a OR b c` and `a OR b NOT c`: what follows belongs to b alone. `a b OR c`: c is enough by itself."""
        for before, part in pairwise(node.parts):
            if self._is_loose(before) and not isinstance(part, tree.And):
                yield Hint(
                    f"“{self._shown(part)}” is enough by itself: AND and NOT bind closer than OR. "
                    "Put the alternatives in parentheses if it is not meant so.",
                    part.start,
                )
                return
        last = node.parts[-1]
        if self._is_loose(last) and not any(isinstance(one, tree.And) for one in node.parts[:-1]):
            first, *_, end = last.parts
            yield Hint(
                f"AND and NOT bind closer than OR: “{self._shown(end)}” goes with “{self._shown(first)}” "
                "alone. Put the alternatives in parentheses if it is meant for all.",
                end.start,
            )

    def _of_fields(self, node: tree.Or) -> Iterator[Hint]:
        """`lang:en OR uk`: the field is said of the first alone."""
        first, *others = node.parts
        if not isinstance(first, tree.InField) or isinstance(first.part, (tree.And, tree.Or)):
            return
        if all(isinstance(one, tree.Phrase) for one in others):
            name = self._text[first.start : first.part.start].strip()
            yield Hint(
                f"“{name}” goes with “{self._shown(first.part)}” alone, and “{self._shown(others[0])}” may stand "
                f"anywhere. For all of them write {name}(… OR …).",
                others[0].start,
            )

    def _is_loose(self, node: tree.Node) -> TypeGuard[tree.And]:
        """Whether it is an AND that no brackets hold together."""
        return isinstance(node, tree.And) and not self._is_in_brackets(node)

    def _of_repeats(self, node: tree.And | tree.Or, fields: tuple[str, ...]) -> Iterator[Hint]:
        seen: dict[Claim, tree.Node] = {}
        for part in node.parts:
            claim = self._claim(part, fields)
            if (first := seen.setdefault(claim, part)) is not part:
                shown, before = self._shown(part), self._shown(first)
                what = "stands here twice" if shown == before else f"is the same as “{before}” here"
                yield Hint(f"“{shown}” {what}; once is enough.", part.start)
        if isinstance(node, tree.And) or len(seen) > _COMPARED:
            return
        for claim, part in seen.items():
            for wider, other in seen.items():
                if wider is not claim and self._prover.implies(claim, wider):
                    text = f"“{self._shown(part)}” adds nothing here: “{self._shown(other)}” holds wherever it does."
                    yield Hint(text, part.start)
                    break

    def _of_term(self, node: tree.Node) -> Iterator[Hint]:
        match node:
            case tree.Phrase():
                yield from self._of_phrase(node)
            case tree.InField("source" | "author" | "tags" as field, tree.Phrase(words) as part):
                if len(words) > 1 and field != "author" and self._is_bare(part):
                    name = "tag" if field == "tags" else field
                    yield Hint(
                        f"“{self._shown(part)}” is looked for as one phrase in {name}. "
                        "Write AND before what may stand elsewhere.",
                        part.start,
                    )
            case tree.InField("url", tree.Pattern(source) as part) if _WORD.fullmatch(source):
                yield Hint(
                    f"“/{source}/” is a regular expression and finds “{source}” anywhere in an address. "
                    f'For the slashes too, write url:"/{source}/".',
                    part.start,
                )
            case tree.Near(left, tree.Phrase(words) as right) if words[0].isdecimal() and self._is_bare(right):
                sign = self._text[left.end : right.start].strip(" )").rpartition(" ")[2]
                if sign in ("NEAR", "ONEAR"):
                    yield Hint(f"“{words[0]}” is a word here. The distance is written {sign}/{words[0]}.", right.start)
            case tree.AtLeast(1, part):
                yield Hint(f"ATLEAST/1 says no more than “{self._shown(part)}” alone.", node.start)
            case tree.AtLeast(count) if _MANY_TIMES <= count <= LINE_LIMIT:
                yield Hint(f"Few articles say anything {count} times.", node.start)
            case tree.Lang(tag) if (meant := LANGUAGE_MEANT.get(tag)) is not None:
                what = "not countries" if len(tag) == 2 else "by their tags of two letters"
                yield Hint(f"lang: takes languages, {what}: did you mean lang:{meant}?", node.start)
            case tree.Lang(tag) if len(tag.split("-")[0]) > 3:
                yield Hint("Language tags have two or three letters, as in lang:en.", node.start)
            case tree.Site(host) if "." not in host and len(host) > 2 and host not in _TOP_LEVELS:
                yield Hint(
                    f"site:{host} means hosts that end in .{host}. Write the whole name, as in bbc.co.uk.", node.start
                )
            case _:
                pass

    def _of_phrase(self, phrase: tree.Phrase) -> Iterator[Hint]:
        words = visible(self._text[phrase.start : phrase.end]).split()
        shown = self._shown(phrase)
        if self._is_bare(phrase):
            yield from self._of_run(phrase, words, shown)
        else:
            yield from self._of_quoted(phrase, words, shown)
        bare = words[0].strip(QUOTES) if words else ""
        capitals = bare.replace(".", "")
        if len(phrase.words) == 1 and capitals in _AMBIGUOUS:
            yield Hint(
                f"“{bare}” also matches “{capitals.lower()}”. For capitals only, write {{{capitals}}}.", phrase.start
            )
        word = phrase.words[0]
        if len(phrase.words) == 1 and "*" in word and word.isascii() and len(word.replace("*", "")) <= _SHORT_LETTERS:
            yield Hint(f"“{word}” matches very many words.", phrase.start)

    def _of_run(self, phrase: tree.Phrase, words: list[str], shown: str) -> Iterator[Hint]:
        for place, word in enumerate(words):
            if operator_meant(word) and len(words) > 1 and (word == "not" or 0 < place < len(words) - 1):
                yield Hint(f"“{word}” is a word here, in the phrase “{shown}”. {_advised(word)}", phrase.start)
        for text in foreign_signs(words, shown):
            yield Hint(text, phrase.start)
        if min(len(words), len(phrase.words)) >= _LONG_RUN_WORDS and not any(map(operator_meant, words[1:-1])):
            yield Hint(f"Matched as one phrase: “{shown}”. Write AND between words that may stand apart.", phrase.start)
        for word in words:
            if word[:1] in tuple(_DASHES) and len(word) > 1:
                yield Hint(
                    f"The dash in “{word}” only separates. To exclude the word, write “-{word[1:]}” or NOT.",
                    phrase.start,
                )
            if word.startswith("#"):
                yield Hint(f"“{word}” matches the word “{word[1:]}” with or without the sign.", phrase.start)
            elif _LOST_SIGNS.fullmatch(word):
                plain = word.rstrip("+#$&")
                yield Hint(f"“{word}” matches the word “{plain}”: signs are not looked for.", phrase.start)

    def _of_quoted(self, phrase: tree.Phrase, words: list[str], shown: str) -> Iterator[Hint]:
        """`"a OR b"`: in a headline of capitals it may be meant, else hardly."""
        operator = next((word for word in words[1:-1] if word in ("AND", "OR", "NOT")), None)
        if operator is not None and not shown.isupper():
            text = f"“{operator}” is a word like the others in “{shown}”. Operators stand between phrases, not in them."
            yield Hint(text, phrase.start)

    def _is_bare(self, phrase: tree.Phrase) -> bool:
        return not visible(self._text[phrase.start : phrase.end]).startswith(tuple(QUOTES))

    def _is_in_brackets(self, node: tree.Node) -> bool:
        before, after = self._text[: node.start].rstrip(), self._text[node.end :].lstrip()
        return before.endswith("(") and after.startswith(")")

    def _shown(self, node: tree.Node) -> str:
        shown = " ".join(visible(self._text[node.start : node.end]).strip(QUOTES).split())
        return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _advised(word: str) -> str:
    """What to write instead of a word that looks like an operator."""
    meant = operator_meant(word)
    return f"Operators are upper case: {meant}." if word.upper() == meant else f"Write {meant}."


def _scoped(
    node: tree.Node, fields: tuple[str, ...], defaults: tuple[str, ...]
) -> Iterator[tuple[tree.Node, tuple[str, ...]]]:
    """The node and all below it, each with the fields it looks in, in the order of the query."""
    yield node, fields
    match node:
        case tree.And(parts) | tree.Or(parts):
            for part in parts:
                yield from _scoped(part, fields, defaults)
        case tree.InField(field, part):
            yield from _scoped(part, tree.scope_of(field, defaults), defaults)
        case tree.Not(part) | tree.AtLeast(_, part):
            yield from _scoped(part, fields, defaults)
        case tree.Near(left, right):
            yield from _scoped(left, fields, defaults)
            yield from _scoped(right, fields, defaults)
        case _:
            pass
