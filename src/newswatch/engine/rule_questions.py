"""Questions about rules: what can be said of a query while it is typed, and why an entry is a hit, or is none. Pure."""

from __future__ import annotations

from dataclasses import replace

from newswatch.engine.api import QueryCheck
from newswatch.errors import QueryError
from newswatch.match.explain import explain
from newswatch.match.grammar import parse_query
from newswatch.match.hints import hints
from newswatch.match.matcher import FeedScope, compile_book
from newswatch.match.pages import explain_with_page
from newswatch.match.wording import otherwise
from newswatch.model.article import Article
from newswatch.model.clause import Clause
from newswatch.model.entry import Entry
from newswatch.model.hit import Hit
from newswatch.model.rule import Rule, RuleBook


def check_query(query: str, book: RuleBook) -> QueryCheck:
    """What can be said of a query with the aliases of a book."""
    try:
        node = parse_query(query, book.aliases)
    except QueryError as mistake:
        return QueryCheck(mistake.message, mistake.offset, mistake.hint)
    return QueryCheck(hints=hints(query, node, book.default_fields), otherwise=otherwise(query, node))


def explain_hit(hit: Hit, rule: Rule | None, book: RuleBook, article: Article | None = None) -> Clause | None:
    """The rule of a hit as it was when it hit; `rule` is what became of it. None if its aliases are gone.

    A hit in full text is explained over the text of its page, `article`.
    """
    fields = rule.fields if rule is not None else book.default_fields
    try:
        if article is not None and hit.is_in_full_text:
            return explain_with_page(hit.query, hit.entry.document, article.newest.text, book.aliases, fields)
        return explain(hit.query, hit.entry.document, book.aliases, fields)
    except QueryError:
        return None


def explain_entry(entry: Entry, scope: FeedScope, rule: Rule, book: RuleBook) -> Clause | None:
    """A rule as it is now over an entry; a clause more where its languages or feeds leave the entry out.

    None if the rule is broken.
    """
    try:
        clause = explain(rule.text, entry.document, book.aliases, rule.fields)
    except QueryError:
        return None
    plain = replace(rule, enabled=True, must=(), must_not=(), languages=(), feeds=())
    outside = [
        Clause(f"{key}: {', '.join(values)}", is_held=False, start=0, end=0)
        for key, values, only in (
            ("languages", rule.languages, replace(plain, languages=rule.languages)),
            ("feeds", rule.feeds, replace(plain, feeds=rule.feeds)),
        )
        if values and not _is_for(only, entry, scope, book)
    ]
    if not outside:
        return clause
    return Clause("all of", is_held=False, start=clause.start, end=clause.end, parts=(clause, *outside))


def _is_for(rule: Rule, entry: Entry, scope: FeedScope, book: RuleBook) -> bool:
    matcher = compile_book(RuleBook(rules=(rule,), aliases=book.aliases))
    return all(live.is_for(entry.document, scope) for live in matcher.live)
