"""In what form a rule was matched with all that is stored."""

from __future__ import annotations

from dataclasses import dataclass

from newswatch.model.rule import RuleId


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule that every stored entry was matched with, in one form: a digest of all that decides what it matches."""

    rule_id: RuleId
    form: str
