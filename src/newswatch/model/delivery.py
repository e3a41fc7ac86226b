"""What became of a hit outside the screen: sinks were told of it; and stories and rules nobody wants to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newswatch.model.hit import HitId, StoryId
from newswatch.model.rule import RuleId


class DeliveryOutcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    FAILED = "failed"  # it may be tried again
    GIVEN_UP = "given-up"  # it is not


@dataclass(frozen=True, slots=True)
class Delivery:
    """The last attempt to tell one sink ("webhook:desk") of one hit. `reason` says why it failed, safe to show."""

    hit_id: HitId
    sink: str
    at: datetime
    outcome: DeliveryOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StoryMute:
    """A story that does not interrupt until then; None: for good."""

    story_id: StoryId
    until: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RuleMute:
    """A rule whose hits do not interrupt until then; None: for good."""

    rule_id: RuleId
    until: datetime | None
    made_at: datetime
