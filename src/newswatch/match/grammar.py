"""The grammar of queries (§4 to §7 of docs/rules-semantics.md): text in, tree out.

A recursive descent whose depth is bounded. Nothing is guessed: each mistake raises QueryError with the
place of the offending item and what would mend it. Must never know of documents or of matching.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from newswatch.errors import QueryError
from newswatch.match import terms
from newswatch.match.habits import field_meant
from newswatch.match.lexer import OPERATORS, Item, Kind, Lexer
from newswatch.match.plain import read_plain
from newswatch.match.tree import (
    FIELD_NAMES,
    And,
    AtLeast,
    Filled,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    is_placeable,
    negative_alternative,
)

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "parse_query"]

MAX_LENGTH = 65_536  # code points
MAX_DEPTH = 60  # groups within groups
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_NO_ALIASES: Mapping[str, Sequence[str]] = MappingProxyType({})
_STARTS = frozenset(
    {
        Kind.OPEN,
        Kind.QUOTED,
        Kind.EXACT,
        Kind.PATTERN,
        Kind.ALIAS,
        Kind.MINUS,
        Kind.FIELD,
        Kind.NOT,
        Kind.ATLEAST,
        Kind.WORD,
    }
)
_PLACEABLE_HINT = "it takes a word, a phrase, {exact}, @alias, or (one OR another) of these"


def parse_query(text: str, aliases: Mapping[str, Sequence[str]] = _NO_ALIASES) -> Node:
    """The tree of a query. `aliases` maps a name to its phrases. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH, "split it into several rules")
    if (plain := read_plain(text)) is not None:
        return plain
    if (bad_sign := _NO_CHARACTER.search(text)) is not None:
        what = "the character NUL" if bad_sign[0] == "\x00" else "half a character (a surrogate)"
        raise QueryError(f"{what} cannot stand in a query", bad_sign.start(), "remove it")
    node = _Parser(text, aliases).whole()
    if (bad := negative_alternative(node)) is not None:
        raise QueryError(
            "this alternative only excludes: it would match almost everything",
            bad.start,
            "add what must be there, as in: troops NOT football",
        )
    return node


class _Parser:
    def __init__(self, text: str, aliases: Mapping[str, Sequence[str]]) -> None:
        self._text = text
        self._aliases = aliases
        self._lexer = Lexer(text)
        self._depth = 0
        self._field: str | None = None
        self._taken_end = 0
        self._next = self._lexer.item(0)

    def whole(self) -> Node:
        if self._is(Kind.END):
            raise QueryError("the query is empty", 0, "write a word to look for")
        node = self._or()
        if self._is(Kind.CLOSE):
            raise QueryError('")" without "("', self._next.start, "remove it")
        return node

    # Moving on.

    def _is(self, *kinds: Kind) -> bool:
        return self._next.kind in kinds

    def _advance(self, at: int | None = None) -> Item:
        """Takes the item that is next, and reads the one after it (or the one at `at`)."""
        taken = self._next
        self._taken_end = taken.end
        place = taken.end if at is None else at
        is_value = self._field in ("url", "site", "lang")
        self._next = self._value_item(place) if is_value else self._lexer.item(place)
        return taken

    def _value_item(self, at: int) -> Item:
        at = self._lexer.skip_blank(at)
        if self._lexer.is_minus(at):
            return Item(Kind.MINUS, at, at + 1)
        return self._lexer.value(at)

    # Operators, loosest first.

    def _or(self) -> Node:
        parts = [self._and()]
        while self._is(Kind.OR):
            operator = self._advance()
            parts.append(self._operand_of(operator, "OR", self._and))
        return parts[0] if len(parts) == 1 else Or(tuple(parts), parts[0].start, parts[-1].end)

    def _and(self) -> Node:
        parts = [self._not()]
        while True:
            if self._is(Kind.AND):
                operator = self._advance()
                parts.append(self._operand_of(operator, "AND", self._not))
            elif self._next.kind in _STARTS:
                parts.append(self._not())
            else:
                break
        return parts[0] if len(parts) == 1 else And(tuple(parts), parts[0].start, parts[-1].end)

    def _operand_of(self, operator: Item, name: str, read: Callable[[], Node]) -> Node:
        if self._next.kind not in _STARTS:
            raise QueryError(
                f"{name} needs something after it", operator.start, f'add it, or write "{name.lower()}" for the word'
            )
        return read()

    def _not(self) -> Node:
        denials: list[Item] = []
        while self._is(Kind.NOT):
            operator = self._advance()
            if self._next.kind not in _STARTS:
                raise QueryError("NOT needs something after it", operator.start, 'add it, or write "not" for the word')
            denials.append(operator)
            if len(denials) > MAX_DEPTH:
                raise QueryError(
                    f"more than {MAX_DEPTH} times NOT in a row", operator.start, "remove the needless ones"
                )
        node = self._near()
        for operator in reversed(denials):
            node = Not(node, operator.start, self._taken_end)
        return node

    def _near(self) -> Node:
        left = self._at_least()
        if not self._is(Kind.NEAR, Kind.ONEAR):
            return left
        operator = self._advance()
        name = operator.kind.name
        self._check_placeable(left, name)
        right = self._operand_of(operator, name, self._at_least)
        self._check_placeable(right, name)
        if self._is(Kind.NEAR, Kind.ONEAR):
            raise QueryError(
                "NEAR cannot be chained", self._next.start, "join two of them with AND: a NEAR/5 b AND b NEAR/5 c"
            )
        return Near(left, right, operator.count, operator.kind is Kind.ONEAR, left.start, self._taken_end)

    def _at_least(self) -> Node:
        if not self._is(Kind.ATLEAST):
            return self._primary()
        operator = self._advance()
        part = self._operand_of(operator, "ATLEAST", self._primary_operand)
        self._check_placeable(part, "ATLEAST")
        return AtLeast(operator.count, part, operator.start, self._taken_end)

    def _primary_operand(self) -> Node:
        if self._next.kind in OPERATORS:
            raise QueryError(f"{self._next.kind.name} cannot stand here", self._next.start, _PLACEABLE_HINT)
        return self._primary()

    def _check_placeable(self, node: Node, name: str) -> None:
        if is_placeable(node):
            return
        hint = _PLACEABLE_HINT
        if isinstance(node, InField):
            inside = "ATLEAST/3 word" if name == "ATLEAST" else f"word {name} word"
            hint = f"put the field outside: {node.field}:({inside})"
        raise QueryError(f"{name} cannot take this", node.start, hint)

    # Operands.

    def _primary(self) -> Node:
        item = self._next
        if self._field in ("url", "site", "lang") and item.kind in (Kind.WORD, Kind.QUOTED, Kind.PATTERN):
            return self._value(self._advance())
        match item.kind:
            case Kind.OPEN:
                return self._group()
            case Kind.MINUS:
                return self._minus()
            case Kind.FIELD:
                return self._in_field(is_single=False)
            case Kind.WORD:
                return self._run()
            case Kind.QUOTED | Kind.EXACT | Kind.PATTERN | Kind.ALIAS:
                return self._term(self._advance())
            case Kind.CLOSE:
                raise QueryError('a term is missing before ")"', item.start, "add a word, or remove the group")
            case Kind.END:
                raise QueryError("a term is missing at the end", item.start, "add a word")
            case _:
                raise self._misplaced(item)

    def _misplaced(self, item: Item) -> QueryError:
        name = item.kind.name
        return QueryError(
            f"{name} needs something before it", item.start, f'add it, or write "{name.lower()}" for the word'
        )

    def _group(self) -> Node:
        node = self._group_inside()
        self._advance()
        return node

    def _group_inside(self) -> Node:
        """A group up to its closing bracket, which is left as the next item."""
        opened = self._advance()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(f"groups nested deeper than {MAX_DEPTH}", opened.start, "remove needless parentheses")
        if self._is(Kind.CLOSE):
            raise QueryError("there is nothing in this group", opened.start, "add a word, or remove the group")
        node = self._or() if not self._is(Kind.END) else None
        if node is None or not self._is(Kind.CLOSE):
            raise QueryError('"(" is not closed', opened.start, 'add ")"')
        self._depth -= 1
        return node

    def _minus(self) -> Node:
        minus = self._advance()
        match self._next.kind:
            case Kind.FIELD:
                part = self._in_field(is_single=True)
            case Kind.WORD if self._field in ("url", "site", "lang"):
                part = self._value(self._advance())
            case Kind.WORD:
                word = self._advance()
                part = terms.phrase(word.text, word.start, word.end)
            case Kind.OPEN | Kind.QUOTED | Kind.EXACT | Kind.PATTERN | Kind.ALIAS:
                part = self._primary()
            case _:
                raise QueryError(
                    '"-" has nothing to exclude', minus.start, "write it directly before a word, or write NOT"
                )
        return Not(part, minus.start, self._taken_end)

    def _run(self) -> Phrase:
        """Bare words up to the next operator or other item: one phrase."""
        first = self._advance()
        last = first
        while self._is(Kind.WORD):
            last = self._advance()
        return terms.phrase(self._text[first.start : last.end], first.start, last.end)

    def _term(self, item: Item) -> Node:
        match item.kind:
            case Kind.QUOTED:
                return terms.quoted(item)
            case Kind.EXACT:
                return terms.exact(item)
            case Kind.PATTERN:
                return terms.pattern(item)
            case _:
                return terms.alias(item, self._aliases)

    # Fields.

    def _in_field(self, *, is_single: bool) -> Node:
        name_item = self._next
        field = self._field_named(name_item)
        if self._field is not None:
            raise QueryError("no field inside a field", name_item.start, "close the group first")
        self._field = field
        try:
            if field in ("url", "site", "lang"):
                return self._value_field(field, name_item)
            return self._word_field(field, name_item, is_single=is_single)
        finally:
            self._field = None

    def _field_named(self, item: Item) -> str:
        if item.start == item.inner and item.text.lower() in FIELD_NAMES:
            return FIELD_NAMES[item.text.lower()]
        close = get_close_matches(item.text.lower(), FIELD_NAMES, n=1, cutoff=0.6)
        meant = field_meant(item.text) or (close[0] if close else "")
        if item.start != item.inner:
            hint = f"leave a blank before {item.text}:, or put the words in quotes"
        elif self._text.startswith("//", item.end):
            hint = f'for an address write url:"{item.text}://…"'
        elif meant:
            hint = f"did you mean {meant}:?"
        else:
            hint = f"the fields are {', '.join(FIELD_NAMES)}; put words with a colon in quotes"
        raise QueryError(f'unknown field "{item.text}"', item.start, hint)

    def _word_field(self, field: str, name: Item, *, is_single: bool) -> Node:
        # A word directly after the colon is read as a word: "-" negates only after a blank (§5).
        at = name.end
        if self._text[at : at + 1] == "-":
            self._next = self._lexer.word(at)
        else:
            self._advance(at)
        item = self._next
        match item.kind:
            case Kind.WORD if item.text == "*":
                return Filled(field, name.start, self._leave())
            case Kind.WORD if not is_single:
                run = self._run()
                # The run ended at an item that was read as inside the field; word fields read no differently.
                self._field = None
                return InField(field, run, name.start, run.end)
            case Kind.WORD:
                part: Node = terms.phrase(item.text, item.start, item.end)
            case Kind.OPEN:
                part = self._group_inside()
            case Kind.QUOTED | Kind.EXACT | Kind.PATTERN | Kind.ALIAS:
                part = self._term(item)
            case Kind.FIELD:
                raise QueryError("no field inside a field", item.start, "use one of the two, or join them with AND")
            case _:
                hint = "add it, or put the words in quotes"
                raise QueryError(f"{name.text}: needs a word, a quote or a group after it", name.start, hint)
        return InField(field, part, name.start, self._leave())

    def _value_field(self, field: str, name: Item) -> Node:
        self._next = self._lexer.value(name.end)
        item = self._next
        match item.kind:
            case Kind.WORD if item.text == "*":
                return Filled(field, name.start, self._leave())
            case Kind.WORD | Kind.QUOTED | Kind.PATTERN:
                part = self._value(item)
            case Kind.OPEN:
                part = self._group_inside()
            case _:
                hint = "add it, or put the words in quotes"
                raise QueryError(f"{name.text}: needs a value after it", name.start, hint)
        return InField(field, part, name.start, self._leave())

    def _leave(self) -> int:
        """Takes the item that ends a field's operand, and says where it ends; what follows is outside the field."""
        self._field = None
        return self._advance().end

    def _value(self, item: Item) -> Node:
        match self._field:
            case "url":
                if item.kind is Kind.PATTERN:
                    return terms.pattern(item)
                return terms.url_part(item)
            case "site":
                return terms.site(item)
            case _:
                return terms.lang(item)
