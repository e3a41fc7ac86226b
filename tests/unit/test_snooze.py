"""What a snooze means for a hit and its story; values in, values out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.alert.snooze import asleep_until, handled, snoozed_or_shown, woken
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Triage
from newswatch.testing import build

NOW = build.at(0)
LATER = build.at(30)
ASLEEP = build.hit(held=Held.SNOOZED, snoozed_until=LATER, state=Triage.SEEN)


@pytest.mark.parametrize("held", [held for held in Held if held is not Held.SNOOZED])
def test_a_hit_that_is_held_already_keeps_its_reason_while_it_is_snoozed(held: Held) -> None:
    assert snoozed_or_shown(build.hit(held=held, snoozed_until=LATER), NOW) is held


def test_an_alert_sleeps_and_wakes_with_its_snooze() -> None:
    assert snoozed_or_shown(build.hit(snoozed_until=LATER), NOW) is Held.SNOOZED
    assert snoozed_or_shown(replace(ASLEEP, snoozed_until=None), NOW) is None
    assert snoozed_or_shown(ASLEEP, LATER) is None


@pytest.mark.parametrize(
    ("held", "after"),
    [
        (Held.SNOOZED, None),
        (Held.BACKLOG, None),
        (Held.RULE_CHANGE, None),
        (Held.MUTED, Held.MUTED),
        (Held.COPY, Held.COPY),
        (Held.QUIET, Held.QUIET),
        (Held.THROTTLED, Held.THROTTLED),
    ],
)
def test_what_wakes_is_new_and_an_alert_unless_something_else_hides_it(held: Held, after: Held | None) -> None:
    assert woken(replace(ASLEEP, held=held)) == replace(
        ASLEEP, held=after, snoozed_until=None, state=Triage.NEW, is_starred=False
    )


def test_an_acked_hit_wakes_acked() -> None:
    assert woken(replace(ASLEEP, state=Triage.ACKED)).state is Triage.ACKED


@pytest.mark.parametrize(
    ("story", "until"),
    [
        ([], None),
        ([build.hit()], None),
        ([ASLEEP], LATER),
        ([ASLEEP, replace(ASLEEP, snoozed_until=build.at(90))], build.at(90)),
        ([ASLEEP, build.hit()], None),
        ([ASLEEP, build.hit(state=Triage.ACKED)], LATER),
        ([ASLEEP, build.hit(held=Held.BACKLOG)], LATER),
        ([replace(ASLEEP, snoozed_until=NOW)], None),
        ([build.hit(held=Held.BACKLOG, snoozed_until=LATER)], None),
    ],
)
def test_a_story_sleeps_as_long_as_none_of_its_alerts_is_awake(story: list[Hit], until: object) -> None:
    assert asleep_until(story, NOW) == until


def test_taking_an_action_back_after_the_snooze_of_before_was_over_leaves_the_hit_awake() -> None:
    before = Handled.of(ASLEEP)
    assert handled(build.hit(state=Triage.ACKED), before, build.at(31)) == build.hit(state=Triage.SEEN)
    assert handled(build.hit(state=Triage.ACKED), before, NOW) == ASLEEP
