"""Why a rule matched a document, or did not: the rule as a tree of clauses, each held or not."""

from __future__ import annotations

from dataclasses import dataclass

from newswatch.model.hit import Mark


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule as a person reads it ("phrase “north korean troops”", "NOT", "any of").

    `start`:`end` is its place in the rule's text (code points). `marks` are the pieces of text that
    satisfied it; empty for a negation, whose `is_held` means "absent".
    """

    label: str
    is_held: bool
    start: int
    end: int
    marks: tuple[Mark, ...] = ()
    parts: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """That a rule matches a document, with every span of SEMANTICS §8 in its order."""

    rule_index: int
    marks: tuple[Mark, ...]
