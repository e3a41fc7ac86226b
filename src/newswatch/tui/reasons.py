"""Why a rule fired, in lines a person reads: the clause tree flattened, with the places of what it found. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from newswatch.model.clause import Clause
from newswatch.model.hit import Hit, Mark

DEEPEST = 12
# How the engine labels clauses that have parts; any other label with parts stands before or behind its one part.
ALL, ANY, NOT = "all of", "any of", "not"
BETWEEN = ("near/", "onear/")


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of why: `where` says in which fields and how often, or that it is absent. `depth` is its indent."""

    is_held: bool
    label: str
    where: str
    depth: int = 0


def tree(clause: Clause) -> tuple[Reason, ...]:
    """Every clause as a line, parts indented under their whole."""
    lines: list[Reason] = []
    for whole in _conjuncts(clause):
        _descend(whole, 0, lines)
    return tuple(lines)


def essence(clause: Clause) -> tuple[Reason, ...]:
    """The few lines that decided: the parts of a conjunction, each with what held it, said in one line."""
    return tuple(_said(part) for part in _conjuncts(clause))


def from_marks(hit: Hit) -> tuple[Reason, ...]:
    """What can be said without the rule's clauses: the distinct words that matched, and where; else its query."""
    found: dict[str, list[Mark]] = {}
    for mark in hit.marks:
        found.setdefault(mark.text.casefold(), []).append(mark)
    if not found:
        return (Reason(is_held=True, label=" ".join(hit.query.split()), where=""),)
    return tuple(Reason(is_held=True, label=f"“{marks[0].text}”", where=where(marks)) for marks in found.values())


def where(marks: Iterable[Mark]) -> str:
    """`title, content ×3`: the fields of the marks in their order, with how often beyond once."""
    counts = Counter(mark.field for mark in marks)
    return ", ".join(field if count == 1 else f"{field} ×{count}" for field, count in counts.items())


def _conjuncts(clause: Clause) -> tuple[Clause, ...]:
    """The clauses that must all hold; a rule that is no conjunction is its own only one."""
    return clause.parts if clause.label == ALL and clause.parts else (clause,)


def _descend(clause: Clause, depth: int, lines: list[Reason]) -> None:
    lines.append(Reason(clause.is_held, clause.label, _place(clause), min(depth, DEEPEST)))
    for part in clause.parts:
        _descend(part, depth + 1, lines)


def _said(clause: Clause) -> Reason:
    label = _in_words(clause) if clause.parts else clause.label
    return Reason(clause.is_held, label, _place(clause))


def _in_words(clause: Clause, *, is_inner: bool = False) -> str:
    """A clause with its parts in one line. Of the ways that were open only those that were taken are named."""
    if not clause.parts:
        return clause.label.removeprefix("phrase ").removeprefix("word ")
    if clause.label == ANY:
        taken = [part for part in clause.parts if part.is_held] if clause.is_held else clause.parts
        return _bracketed(" | ", [_in_words(part, is_inner=True) for part in taken or clause.parts], is_inner=is_inner)
    inner = [_in_words(part, is_inner=clause.label != NOT) for part in clause.parts]
    if clause.label.startswith(BETWEEN):
        return _bracketed(f" {clause.label} ", inner, is_inner=is_inner)
    if clause.label == ALL:
        return _bracketed(" + ", inner, is_inner=is_inner)
    if clause.label == NOT:
        return f"not({inner[0]})"
    return f"{clause.label}{inner[0]}" if clause.label.endswith(":") else f"{inner[0]} {clause.label}"


def _bracketed(between: str, parts: list[str], *, is_inner: bool) -> str:
    joined = between.join(parts)
    return f"({joined})" if is_inner and len(parts) > 1 else joined


def _place(clause: Clause) -> str:
    if clause.label == NOT:
        return "absent" if clause.is_held else "present"
    return where(_marks(clause))


def _marks(clause: Clause) -> tuple[Mark, ...]:
    return clause.marks or tuple(mark for part in clause.parts for mark in _marks(part))
