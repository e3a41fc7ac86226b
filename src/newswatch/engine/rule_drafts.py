"""What a person asks for beside rules themselves, a mute or an example, as the edit that it comes to. Pure.

Raises RuleRefused, or QueryError, for what the book cannot take; what is made of an edit is `rule_edits`'.
"""

from __future__ import annotations

from datetime import UTC

from newswatch.engine.rule_edits import Exemplifying, Muting, rule_of
from newswatch.errors import QueryError, RuleRefused
from newswatch.match.compile import compile_query
from newswatch.match.examples import example_document
from newswatch.match.mutes import check_mute, query_of, unread_ids
from newswatch.match.ruleids import ID_LIMIT, derived_id, free_id
from newswatch.match.rulevalues import plain_query
from newswatch.model.mute import MuteDraft
from newswatch.model.rule import Mute, RuleBook, RuleId
from newswatch.text.clean import clean_line


def muting(book: RuleBook, draft: MuteDraft) -> Muting:
    """The edit that puts a mute of a source, a phrase or a query into the book."""
    if not draft.subject.strip():
        raise QueryError("there is nothing to mute", 0)
    query = plain_query(query_of(draft.kind, draft.subject))
    check_mute(query, book)
    name = clean_line(draft.name) or clean_line(draft.subject)
    taken = {mute.id for mute in book.mutes} | unread_ids(book)
    mute_id = free_id(derived_id({"name": name, "query": query}), set(taken))
    return Muting(Mute(mute_id, name, query, draft.until.astimezone(UTC).replace(microsecond=0)))


def exemplifying(book: RuleBook, rule_id: RuleId, text: str, *, matches: bool) -> Exemplifying:
    """The edit that adds an example to a rule, which must be as the example wants it: else it would be off."""
    rule = rule_of(book, rule_id)
    if rule is None:
        raise RuleRefused(f'there is no rule "{clean_line(rule_id, ID_LIMIT)}" in rules.toml that can be read')
    if not text:
        raise RuleRefused("the example is empty")
    try:
        query = compile_query(rule.text, book.aliases, rule.fields)
        is_matched = query.marks(example_document(text, query.fields)) is not None
    except QueryError as mistake:
        raise RuleRefused(f"the query of rule {rule.label} is broken, so no example can be tried: {mistake}") from None
    if is_matched is not matches:
        raise RuleRefused(
            f"rule {rule.label} does not match this text, which is all that an example has: no source, no address. "
            "Change its query first"
            if matches
            else f"rule {rule.label} still matches this text, and would be off with it. Change its query first"
        )
    return Exemplifying(rule_id, text, matches)
