"""Clauses and marks as `newswatch rules` shows them, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newswatch.cli.output import shown
from newswatch.model.clause import Clause
from newswatch.model.hit import Mark

YES, NO = "✓", "✗"
_LIMIT = 80


def sign(is_good: bool) -> str:
    """✓ or ✗."""
    return YES if is_good else NO


def found_in(marks: Iterable[Mark], limit: int = 4) -> str:
    """The different pieces of text that were found: “Kursk”, “troops” and 3 more."""
    texts = list(dict.fromkeys(shown(mark.text, _LIMIT) for mark in marks))
    quoted = ", ".join(f"“{text}”" for text in texts[:limit])
    return quoted + (f" and {len(texts) - limit} more" if len(texts) > limit else "")


def written(query: str, clause: Clause) -> str:
    """A clause as it stands in the query, on one line."""
    return shown(" ".join(query[clause.start : clause.end].split()), _LIMIT)


def tree_lines(clause: Clause, depth: int = 0) -> Iterator[str]:
    """The clause and all below it, one a line."""
    found = f" = {found_in(clause.marks)}" if clause.marks else ""
    yield f"{'  ' * depth}{sign(clause.is_held)} {shown(clause.label)}{found}"
    for part in clause.parts:
        yield from tree_lines(part, depth + 1)


def clause_fields(query: str, clause: Clause) -> dict[str, object]:
    """The clause and all below it; `text` is what stands in the query."""
    return {
        "label": clause.label,
        "held": clause.is_held,
        "start": clause.start,
        "end": clause.end,
        "text": query[clause.start : clause.end],
        "marks": mark_rows(clause.marks),
        "parts": [clause_fields(query, part) for part in clause.parts],
    }


def mark_rows(marks: Iterable[Mark]) -> list[dict[str, object]]:
    """Marks with the keys they have in a hit's line."""
    return [
        {"field": mark.field, "start": mark.start, "end": mark.end, "text": mark.text}
        | ({"part": mark.part} if mark.field == "tags" else {})
        for mark in marks
    ]
