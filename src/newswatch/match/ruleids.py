"""The id of each rule: its own, else one derived from what it says, the same in every run.

Hits refer to rules by id, so an id must not change by itself: a derived one is written back once
(`rulefile.write_missing_ids`). Pure. Must never know more of a rule than the table it is written in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from newswatch.text.clean import clean_line

_SLUG_LENGTH = 60
ID_LIMIT = 240
"""Code points of an id; longer ones are refused."""
ALIAS_NAME = re.compile(r"[\w-]+")
"""What may follow the `@` of an alias."""


def ids_of(tables: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """The id of each table, all different: its own, else one from its name, else from what it looks for.

    A second use of an id gets a number, so that also a table that is wrong in this can be told and mended.
    """
    own = [own_id(table) for table in tables]
    taken = set(own)
    ids: dict[str, None] = {}  # a set that keeps its order
    for table, written in zip(tables, own, strict=True):
        rule_id = written
        if not written or written in ids:
            rule_id = free_id(written or derived_id(table), taken)
            taken.add(rule_id)
        ids[rule_id] = None
    return tuple(ids)


def derived_id(table: Mapping[str, object]) -> str:
    """An id from the name, else from the query or the first keyword: its letters and digits, joined by "-"."""
    keywords = table.get("keywords")
    first = keywords[0] if isinstance(keywords, list) and keywords else ""
    for source in (table.get("name"), table.get("query"), first):
        if isinstance(source, str) and (slug := _slug(source)):
            return slug
    return "rule"


def free_id(wanted: str, taken: set[str]) -> str:
    """This id, or it with the first number from 2 that makes it one nobody has."""
    number, candidate = 2, wanted
    while candidate in taken:
        candidate = f"{wanted}-{number}"
        number += 1
    return candidate


def own_id(table: Mapping[str, object]) -> str:
    """The id that stands in the table, empty if none does; cleaned, so it may differ from what is written."""
    written = table.get("id")
    return clean_line(written, ID_LIMIT) if isinstance(written, str) else ""


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:ID_LIMIT]).casefold()
    words = "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in folded).split()
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > _SLUG_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word[:_SLUG_LENGTH]
    return slug
