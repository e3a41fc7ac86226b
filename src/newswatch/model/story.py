"""A story: the hits about the same news. One row of the Alerts list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newswatch.model.hit import Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId, Severity


@dataclass(frozen=True, slots=True)
class Story:
    """Hits with one story id; never empty. What the list asks for often is worked out once, when it is made.

    `lead` stands for the story: alerts before held hits, then the most severe rule, then the first seen,
    then the rule that found it first: of rules alike each such entry leads with the same.
    `at` is when it was first alerted, else first seen: the time to sort and to show by.
    `order` sorts stories, the newest last: by `at`, then those of one fetch by their own dates.
    `is_told` says that a person was told of each of its hits.
    `severity` is the highest of its hits, `state` the least advanced, so that a grown story is new again.
    """

    id: StoryId
    hits: tuple[Hit, ...]
    lead: Hit = field(init=False, compare=False)
    at: datetime = field(init=False, compare=False)
    order: tuple[datetime, datetime, StoryId] = field(init=False, compare=False)
    severity: Severity = field(init=False, compare=False)
    state: Triage = field(init=False, compare=False)
    is_alert: bool = field(init=False, compare=False)
    is_told: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        alerts = [hit for hit in self.hits if hit.is_alert]
        telling = alerts or self.hits
        first = min(telling, key=lambda hit: (hit.entry.at, hit.id)).entry
        worked_out = {
            "order": (first.at, min(first.published_at or first.at, first.at), self.id),
            "lead": min(telling, key=_standing),
            "at": first.at,
            "severity": max((hit.severity for hit in self.hits), key=lambda severity: severity.rank),
            "state": min((hit.state for hit in telling), key=lambda state: state.rank),
            "is_alert": bool(alerts),
            "is_told": all(hit.told_at is not None for hit in self.hits),
        }
        for name, value in worked_out.items():
            object.__setattr__(self, name, value)

    @property
    def is_starred(self) -> bool:
        """Whether any of its hits is starred."""
        return any(hit.is_starred for hit in self.hits)

    @property
    def sources(self) -> tuple[str, ...]:
        """Distinct sources, in the order they came in."""
        return tuple(dict.fromkeys(hit.entry.source for hit in self.hits))

    @property
    def rule_ids(self) -> tuple[RuleId, ...]:
        """Distinct rules, the lead's first, then by severity."""
        ordered = sorted(self.hits, key=lambda hit: (hit.id != self.lead.id, -hit.severity.rank, hit.rule_id))
        return tuple(dict.fromkeys(hit.rule_id for hit in ordered))

    @property
    def hit_ids(self) -> tuple[HitId, ...]:
        """All hits: an action on the row applies to each."""
        return tuple(hit.id for hit in self.hits)


def _standing(hit: Hit) -> tuple[int, datetime, datetime, RuleId, HitId]:
    return -hit.severity.rank, hit.entry.at, hit.found_at, hit.rule_id, hit.id
