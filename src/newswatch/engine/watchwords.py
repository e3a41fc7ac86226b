"""What a person types when asked what to watch for, as rules. Pure.

North Korean troops, Hormuz        two rules, each a phrase
Kursk AND (troop* OR army)         a query as it stands
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from newswatch.engine.api.first_run import Watch
from newswatch.errors import QueryError
from newswatch.match.grammar import parse_query
from newswatch.match.hints import hints
from newswatch.model.rule import RuleBook
from newswatch.text.clean import clean_line

MOST = 50
NAME_LIMIT = 80

# What nobody types who means plain words.
_QUERY = re.compile(
    r"""["“”„«»(){}@]|(?:^|\s)(?:AND|OR|NOT|O?NEAR/\d+|ATLEAST/\d+)(?=\s|$|\()"""
    r"""|(?:^|\s)-?(?:title|summary|content|tags?|url|site|author|lang|source):|(?:^|\s)/\S+/"""
)
_CLOSES = {'"': '"', "“": "”", "„": "”", "«": "»", "(": ")", "{": "}"}


def watches_of(typed: str, aliases: Mapping[str, Sequence[str]]) -> tuple[Watch, ...]:
    """The rules to be, in the order they were typed, each query once."""
    found: dict[str, Watch] = {}
    for part in _parts(typed):
        words = clean_line(part)
        if words:
            watch = _watch(words, aliases)
            found.setdefault(watch.query.casefold(), watch)
    return tuple(found.values())[:MOST]


def _watch(words: str, aliases: Mapping[str, Sequence[str]]) -> Watch:
    is_query = _QUERY.search(words) is not None
    query = words if is_query or " " not in words else f'"{words}"'
    name = clean_line(words, NAME_LIMIT)
    try:
        node = parse_query(query, aliases)
    except QueryError as mistake:
        said = f"{mistake.message} ({mistake.hint})" if mistake.hint else mistake.message
        return Watch(name, query, said, mistake.offset)
    found = hints(query, node, RuleBook().default_fields)
    return Watch(name, query, hint=found[0] if found else "")


def _parts(typed: str) -> list[str]:
    """What stands between commas; those within quotes and parentheses belong to the query."""
    parts: list[str] = [""]
    waiting: list[str] = []
    for sign in typed:
        if waiting and sign == waiting[-1]:
            waiting.pop()
        elif sign in _CLOSES and not (waiting and waiting[-1] in '"”»'):
            waiting.append(_CLOSES[sign])
        if sign in ",\n;" and not waiting:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
