"""What happened while the screen was open and stands in no row: feeds that turned, rules that changed, what was done.

Kept in memory, the last `KEPT` of each kind, for the hand-over. Pure; it learns the time from who calls it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from newswatch.model.event import Batch, FeedTurn, FeedTurned, HitsStored, RulesChanged
from newswatch.model.hit import Hit, StoryId, Triage
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.model.view import View

KEPT = 1_000


class Act(StrEnum):
    """What a person did with a story."""

    ACKED = "acked"
    STARRED = "starred"
    TAGGED = "tagged"
    NOTED = "noted"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class Acted:
    """What a person did, when, and on which story."""

    at: datetime
    act: Act
    story_id: StoryId


@dataclass(frozen=True, slots=True)
class Turned:
    """A feed's health turned; `text` names the feed."""

    at: datetime
    turn: FeedTurn
    text: str


class RuleEdit(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    EDITED = "edited"
    DELETED = "deleted"
    SWITCHED_ON = "switched on"
    SWITCHED_OFF = "switched off"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Edited:
    """A rule changed."""

    at: datetime
    edit: RuleEdit
    rule_id: RuleId


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Each kind oldest first."""

    acted: tuple[Acted, ...] = ()
    turned: tuple[Turned, ...] = ()
    edited: tuple[Edited, ...] = ()

    def after(self, before: View, batch: Batch, now: datetime) -> Chronicle:
        """With what a batch brought to the view as it was before."""
        acted: list[Acted] = []
        turned: list[Turned] = []
        edited: list[Edited] = []
        rules = before.rules
        for event in batch.events:
            match event:
                case FeedTurned(_, turn, text):
                    turned.append(Turned(now, turn, text))
                case RulesChanged(after):
                    # The first rules are those that were there.
                    edited += [Edited(now, edit, rule) for rule, edit in _edits(rules, after)] if rules else []
                    rules = after
                case HitsStored(hits):
                    acted += [Acted(now, act, story) for story, act in _acts(before, hits)]
                case _:
                    pass
        if not (acted or turned or edited):
            return self
        return Chronicle(
            (*self.acted, *acted)[-KEPT:], (*self.turned, *turned)[-KEPT:], (*self.edited, *edited)[-KEPT:]
        )


def _edits(before: Sequence[RuleStatus], after: Sequence[RuleStatus]) -> Iterator[tuple[RuleId, RuleEdit]]:
    old = {status.rule.id: status for status in before}
    for status in after:
        was = old.pop(status.rule.id, None)
        if was is None:
            yield status.rule.id, RuleEdit.ADDED
        elif status.problem is not None and was.problem is None:
            yield status.rule.id, RuleEdit.BROKEN
        elif was.rule.enabled != status.rule.enabled:
            yield status.rule.id, RuleEdit.SWITCHED_ON if status.rule.enabled else RuleEdit.SWITCHED_OFF
        elif replace(was.rule, id=status.rule.id) != status.rule:
            yield status.rule.id, RuleEdit.EDITED
    for rule_id in old:
        yield rule_id, RuleEdit.DELETED


def _acts(before: View, hits: Sequence[Hit]) -> Iterator[tuple[StoryId, Act]]:
    """One of a kind and story. Most hits are new and untouched: then the stories are not looked through."""
    handled = [hit for hit in hits if hit.state is Triage.ACKED or hit.is_kept or hit.snoozed_until is not None]
    if not handled:
        return
    wanted = {hit.id for hit in handled}
    old = {hit.id: hit for story in before.stories for hit in story.hits if hit.id in wanted}
    told: set[tuple[StoryId, Act]] = set()
    for hit in handled:
        was = old.get(hit.id)
        if was is None:
            continue  # it came in handled, as after an import: nobody did that here
        for act, is_done in (
            (Act.ACKED, hit.state is Triage.ACKED and was.state is not Triage.ACKED),
            (Act.STARRED, hit.is_starred and not was.is_starred),
            (Act.TAGGED, bool(set(hit.tags) - set(was.tags))),
            (Act.NOTED, len(hit.notes) > len(was.notes)),
            (Act.SNOOZED, hit.snoozed_until is not None and hit.snoozed_until != was.snoozed_until),
        ):
            if is_done and (hit.story_id, act) not in told:
                told.add((hit.story_id, act))
                yield hit.story_id, act
