"""What rules say of one entry: that they match, that one thing was missing, or that it does not concern them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from newswatch.model.clause import Clause
from newswatch.model.rule import RuleStatus
from newswatch.tui.reasons import Reason, essence


class Stand(IntEnum):
    """How a rule stands to an entry, the closest first."""

    MATCHES = 0
    NEAR = 1  # all that must hold did, but one
    MISSES = 2
    UNKNOWN = 3  # not asked yet
    SILENT = 4  # a rule that is broken says nothing


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says. `missing` is what did not hold, as a person reads it, the first of several."""

    status: RuleStatus
    stand: Stand = Stand.UNKNOWN
    missing: str = ""
    clause: Clause | None = None


def judged(status: RuleStatus, clause: Clause | None) -> RuleVerdict:
    """What a rule says by its clause tree; None where it has none."""
    if clause is None:
        return RuleVerdict(status, Stand.SILENT)
    if clause.is_held:
        return RuleVerdict(status, Stand.MATCHES, clause=clause)
    lacking = [reason for reason in essence(clause) if not reason.is_held]
    held = [reason for reason in essence(clause) if reason.is_held]
    is_near = len(lacking) == 1 and any(_is_found(reason) for reason in held)
    missing = lacking[0].label if lacking else ""
    return RuleVerdict(status, Stand.NEAR if is_near else Stand.MISSES, missing, clause)


def closest_first(verdicts: Iterable[RuleVerdict]) -> tuple[RuleVerdict, ...]:
    """In the order of their stands; within one as they were."""
    return tuple(sorted(verdicts, key=lambda verdict: verdict.stand))


def _is_found(reason: Reason) -> bool:
    """Whether a reason holds by something that was found: that a word is absent brings no rule near."""
    return bool(reason.where) and reason.where != "absent"
