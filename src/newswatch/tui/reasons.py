"""Why a rule fired, in lines a person reads: the clause tree flattened, with the places of what it found. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newswatch.model.clause import Clause
from newswatch.model.hit import Hit, Mark

DEEPEST = 12


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
    return clause.parts if clause.parts and not _is_choice(clause) and not _is_negation(clause) else (clause,)


def _descend(clause: Clause, depth: int, lines: list[Reason]) -> None:
    lines.append(Reason(clause.is_held, clause.label, _place(clause), min(depth, DEEPEST)))
    for part in clause.parts:
        _descend(part, depth + 1, lines)


def _said(clause: Clause) -> Reason:
    if _is_negation(clause):
        inner = " | ".join(_leaf_labels(clause.parts)) if clause.parts else ""
        label = f"not({inner})" if inner else clause.label
        return Reason(clause.is_held, label, "absent" if clause.is_held else "present")
    if clause.parts:
        telling = [part for part in clause.parts if part.is_held] if clause.is_held else list(clause.parts)
        label = " | ".join(_leaf_labels(telling)) or clause.label
        return Reason(clause.is_held, label, where(_all_marks(clause)))
    return Reason(clause.is_held, clause.label, _place(clause))


def _place(clause: Clause) -> str:
    if _is_negation(clause):
        return "absent" if clause.is_held else "present"
    return where(clause.marks)


def _is_negation(clause: Clause) -> bool:
    return clause.label.casefold().startswith("not")


def _is_choice(clause: Clause) -> bool:
    label = clause.label.casefold()
    return label.startswith(("any", "or", "near", "one of")) or "near" in label.split("(")[0]


def _leaf_labels(clauses: Sequence[Clause]) -> list[str]:
    labels: list[str] = []
    for clause in clauses:
        if clause.parts and not clause.label.casefold().startswith("near"):
            labels += _leaf_labels(clause.parts)
        else:
            labels.append(clause.label)
    return labels


def _all_marks(clause: Clause) -> tuple[Mark, ...]:
    if clause.marks:
        return clause.marks
    return tuple(mark for part in clause.parts for mark in _all_marks(part))
