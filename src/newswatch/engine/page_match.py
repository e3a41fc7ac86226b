"""What rules on full text find in the page behind an entry, as it is stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from newswatch.errors import QueryError
from newswatch.match.matcher import FeedScope, LiveRule
from newswatch.match.pages import marks_with_page
from newswatch.model.article import Article, TextFrom
from newswatch.model.entry import Entry
from newswatch.model.hit import Mark
from newswatch.model.rule import RuleId


def has_page(article: Article | None) -> bool:
    """Whether there is a text that is not the feed's own."""
    return article is not None and article.newest.text_from is not TextFrom.FEED


def found_in_page(
    rules: Iterable[LiveRule], entry: Entry, scope: FeedScope, text: str, overruns: list[RuleId]
) -> list[tuple[LiveRule, tuple[Mark, ...]]]:
    """The rules that match the entry with this text of its page, and what they find.

    Those whose regular expression takes too long are added to `overruns`.
    """
    found: list[tuple[LiveRule, tuple[Mark, ...]]] = []
    for live in rules:
        if not live.is_for(entry.document, scope):
            continue
        try:
            marks = marks_with_page(live.query, entry.document, text)
        except QueryError:
            overruns.append(live.rule.id)
            continue
        if marks is not None:
            found.append((live, marks))
    return found
