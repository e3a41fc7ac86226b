"""How fast rules are parsed, beside luqum 1.0.0, which parses Lucene's language: on rules that both read alike.

That they do is checked for each rule, tree beside tree. Ours is the whole of `parse_query`, with words cut and
folded; luqum leaves them as they are. Times are those of the processor, of the fastest round.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.util import find_spec

from bench._invented import Invented
from bench.figure import Figure
from bench.skip import Skipped
from newswatch.match import tree as ours
from newswatch.match.grammar import parse_query
from newswatch.text.fold import fold

SEED = 20_240_301
ROUNDS = 9
RULES = 400  # a round

# What is left of a query when only its sense counts: ("and", …), ("or", …), ("not", x), ("in", field, x), words.
Sense = tuple[object, ...]


def measure() -> Iterator[Figure]:
    """Parsing, times as fast as luqum."""
    if find_spec("luqum") is None:
        raise Skipped("luqum is not installed: pip install luqum==1.0.0")
    from luqum.parser import parser

    invented = Invented(SEED)
    queries = invented.plain_rules(ROUNDS * RULES)
    for query in queries:
        if _sense(parse_query(query)) != _luqum_sense(parser.parse(query)):
            raise AssertionError(f"not read alike: {query}")
    mine: list[float] = []
    theirs: list[float] = []
    for start in range(0, len(queries), RULES):
        batch = queries[start : start + RULES]
        started = time.process_time()
        for query in batch:
            parse_query(query)
        between = time.process_time()
        for query in batch:
            parser.parse(query)
        mine.append((between - started) / RULES)
        theirs.append((time.process_time() - between) / RULES)
    letters = sum(map(len, queries)) / len(queries)
    beside = (
        f"luqum: {min(theirs) * 1e6:.0f} µs, this {min(mine) * 1e6:.0f} µs a rule of {letters:.0f} characters;"
        f" {len(queries):,} read alike"
    )
    yield Figure("rules parsed, times as fast", min(theirs) / min(mine), "×", at_least=4, beside=beside)


def _sense(node: ours.Node) -> Sense:
    match node:
        case ours.And(parts):
            return ("and", *map(_sense, parts))
        case ours.Or(parts):
            return ("or", *map(_sense, parts))
        case ours.Not(part):
            return ("not", _sense(part))
        case ours.InField(field, part):
            return ("in", field, _sense(part))
        case ours.Phrase(words):
            return words
        case _:
            raise TypeError(node)


def _luqum_sense(node: object) -> Sense:
    from luqum import tree as theirs

    match node:
        case theirs.AndOperation():
            return ("and", *map(_luqum_sense, node.operands))
        case theirs.OrOperation():
            return ("or", *map(_luqum_sense, node.operands))
        case theirs.Not() | theirs.Prohibit():
            return ("not", _luqum_sense(node.a))
        case theirs.Group() | theirs.FieldGroup():
            return _luqum_sense(node.expr)
        case theirs.SearchField():
            return ("in", node.name, _luqum_sense(node.expr))
        case theirs.Phrase():
            return tuple(fold(node.value[1:-1]).split())
        case theirs.Word():
            return (fold(node.value),)
        case _:
            raise TypeError(node)
