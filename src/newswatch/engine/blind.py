"""Rules that can never fire, however long one waits, and why: what reads right and finds nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from newswatch.errors import QueryError
from newswatch.match.claims import claim_of
from newswatch.match.compile import word_fields
from newswatch.match.grammar import parse_query
from newswatch.match.habits import LANGUAGE_MEANT
from newswatch.match.hints import find_hints
from newswatch.match.logic import Prover
from newswatch.model.rule import Rule

_SAID = "This can never match: "


def why_blind(rule: Rule, aliases: Mapping[str, tuple[str, ...]], wanted: Collection[str], now: datetime) -> str:
    """Why the rule cannot fire, as a short clause; empty if it can, or if it is broken, which is said elsewhere.

    `wanted` are the addresses and `tag:…` names that feeds have.
    """
    if rule.has_expired(now):
        return "it has expired"
    if rule.languages and all(language.lower() in LANGUAGE_MEANT for language in rule.languages):
        meant = LANGUAGE_MEANT[rule.languages[0].lower()]
        return f"no feed has the language {rule.languages[0]}; is {meant} meant?"
    if rule.feeds and wanted and not any(feed in wanted for feed in rule.feeds):
        tag = rule.feeds[0].removeprefix("tag:")
        return f"no feed has the {'address' if tag == rule.feeds[0] else 'tag'} {tag}"
    fields = word_fields(rule.fields)
    try:
        node = parse_query(rule.text, aliases)
    except QueryError:
        return ""
    if not Prover().is_never(claim_of(node, fields, fields)):
        return ""
    said = (hint.text for hint in find_hints(rule.text, node, fields))
    why = next((text.removeprefix(_SAID) for text in said if text.startswith(_SAID)), "")
    return why.rstrip(".") or "its query contradicts itself"
