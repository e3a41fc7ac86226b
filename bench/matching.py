"""How fast rules are matched: an entry and an article beside 10,000 rules, and 1,000 beside a loop of regexes.

All texts are invented, and each is matched once, so that nothing is remembered of it. Times are those of the
processor; of several rounds the least disturbed one counts, that is the fastest.
"""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from bench._invented import Invented
from bench.figure import Figure
from newswatch.match import tree
from newswatch.match.grammar import parse_query
from newswatch.match.matcher import Matcher, compile_book
from newswatch.match.reading import Reading
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId

SEED = 20_240_229
RULES = 10_000
ARTICLE = 4_500
ROUNDS = 7


def measure() -> Iterator[Figure]:
    """The figures of issue 3 that are about matching, and what may not grow worse unseen."""
    invented = Invented(SEED)
    queries = invented.rules(RULES)
    started = time.process_time()
    matcher = compile_book(_book(queries))
    built_s = time.process_time() - started
    for entry in invented.entries(3_000):  # a monitor that has run for a while knows the words of its feeds
        matcher.match(entry)

    entry_s, hits = _seconds_each(matcher, [invented.entries(500) for _ in range(2 * ROUNDS)])
    words = median(len(Reading(entry).words()) for entry in invented.entries(500))
    beside = f"{words:.0f} different words in all fields, {hits:.1f} hits"
    yield Figure("an entry beside 10,000 rules", entry_s * 1e6, "µs", at_most=60, beside=beside)
    article_s, hits = _seconds_each(matcher, [invented.articles(40, ARTICLE) for _ in range(ROUNDS)])
    beside = f"{ARTICLE:,} characters, {hits:.1f} hits"
    yield Figure("an article beside 10,000 rules", article_s * 1e3, "ms", at_most=3, beside=beside)

    yield _beside_a_loop(invented, queries[: RULES // 10])
    yield from _extremes(matcher, invented, article_s / ARTICLE)
    yield _edit(invented, queries, matcher)
    yield Figure("10,000 rules compiled", built_s, "s")
    yield _memory(queries)


def _book(queries: Sequence[str]) -> RuleBook:
    return RuleBook(rules=tuple(Rule(id=RuleId(f"rule-{place}"), query=query) for place, query in enumerate(queries)))


def _seconds_each(matcher: Matcher, rounds: Sequence[Sequence[Document]]) -> tuple[float, float]:
    """Seconds a document in the fastest round, and hits a document in all."""
    seconds: list[float] = []
    hits = 0
    for documents in rounds:
        started = time.process_time()
        for document in documents:
            hits += len(matcher.match(document))
        seconds.append((time.process_time() - started) / len(documents))
    return min(seconds), hits / sum(map(len, rounds))


def _beside_a_loop(invented: Invented, queries: Sequence[str]) -> Figure:
    """The plainest way to match keywords, and a fair one: one compiled pattern a rule, each searched in each text.

    Of AND and NEAR it looks for one side only, of NOT for what must be there, and says nothing of where: a real
    one had more to do.
    """
    patterns = [re.compile(_pattern(parse_query(query)), re.IGNORECASE) for query in queries]
    matcher = compile_book(_book(queries))
    for entry in invented.entries(3_000):
        matcher.match(entry)

    ours, theirs = [], []
    for _ in range(ROUNDS):
        entries = invented.entries(1_000)
        ours.append(_seconds_each(matcher, [entries])[0])
        started = time.process_time()
        for entry in entries[:20]:
            texts = (entry.title, entry.summary, *entry.tags)
            for pattern in patterns:
                any(map(pattern.search, texts))
        theirs.append((time.process_time() - started) / 20)
    beside = f"a loop of compiled regexes: {min(theirs) * 1e3:.1f} ms an entry, this {min(ours) * 1e6:.0f} µs"
    return Figure("1,000 rules, times as fast", min(theirs) / min(ours), "×", at_least=150, beside=beside)


def _pattern(node: tree.Node) -> str:
    match node:
        case tree.Phrase(words) | tree.Exact(words):
            return r"\b" + r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in words) + r"\b"
        case tree.Or(parts):
            return "|".join(_pattern(part) for part in parts)
        case tree.And(parts):
            return _pattern(parts[0])
        case tree.Near(left):
            return _pattern(left)
        case tree.InField(_, part):
            return _pattern(part)
        case _:
            raise TypeError(node)


def _extremes(matcher: Matcher, invented: Invented, normal_s: float) -> Iterator[Figure]:
    """Documents that nobody writes, as times of what an article takes, character by character."""
    words = [rule.query for rule in matcher.rules if rule.query.isalnum() and rule.query.isascii()]
    long = invented.articles(3, 200_000)
    han = invented.foreign(ROUNDS, ARTICLE)
    signs = [Document(content="'.,’s-" * 33_000 + str(number)) for number in range(3)]
    repeated = [Document(content=f"{word} " * (200_000 // (len(word) + 1))) for word in words[:3]]
    listed = [Document(content=" ".join(words[number::3] * 3)) for number in range(3)]
    for name, documents, limit in (
        ("a character of a text of 200,000, beside an article's", long, 5.0),
        ("a character of Han writing, a word each", han, 8.0),
        ("a character of a text of signs only", signs, 2.0),
        ("a character of one word 20,000 times, each a mark", repeated, 10.0),
        ("a character of a list of all that is looked for", listed, 10.0),
    ):
        length = len(documents[0].content)
        seconds = min(_seconds_each(matcher, [[document]])[0] for document in documents)
        beside = f"{seconds * 1e3:.1f} ms for {length:,} characters"
        yield Figure(name, seconds / length / normal_s, "×", at_most=limit, beside=beside)


def _edit(invented: Invented, queries: Sequence[str], matcher: Matcher) -> Figure:
    """One rule of 10,000 is replaced, again and again, between entries that come in."""
    rules = list(matcher.rules)
    seconds: list[float] = []
    for number, query in enumerate(query for query in invented.rules(60) if query not in queries):
        place = number * 997 % len(rules)
        rules[place] = replace(rules[place], query=query)
        book = RuleBook(rules=tuple(rules))
        started = time.process_time()
        matcher = compile_book(book, matcher)
        seconds.append(time.process_time() - started)
        for entry in invented.entries(20):
            matcher.match(entry)
    return Figure("one rule of 10,000 edited, the median", median(seconds) * 1e3, "ms", at_most=10)


def _memory(queries: Sequence[str]) -> Figure:
    tracemalloc.start()
    try:
        book = _book(queries)
        before, _ = tracemalloc.get_traced_memory()
        matcher = compile_book(book)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return Figure(
        "memory of 10,000 rules, their trees and the index",
        (after - before) / 2**20,
        "MiB",
        beside=f"{len(matcher.rules):,} live",
    )
