"""Rules are filtered by what their file says of them, and by how they are doing."""

from __future__ import annotations

import pytest

from newswatch.model.pulse import RuleRate
from newswatch.model.rule import RuleId, RuleProblem, RuleStatus, Severity
from newswatch.testing import build
from newswatch.tui.rule_filter import finds

HORMUZ = RuleId("hormuz")


def status(**changes: object) -> RuleStatus:
    rule = build.rule(
        "tanker NEAR/6 (Hormuz OR Straße)",
        id=HORMUZ,
        name="Strait of Hormuz",
        severity=Severity.HIGH,
        tags=("gulf",),
        notes="Desk: shipping.",
    )
    return build.rule_status(rule, **changes)


@pytest.mark.parametrize(
    "needle",
    [
        "hormuz",
        "STRAIT",
        "tanker gulf",
        "strasse",
        "high",
        "shipping",
        '"strait of"',
        "is:live",
        "!film",
        "! film",
        "!",
    ],
)
def test_a_rule_is_found_by_any_words_of_it(needle: str) -> None:
    assert finds(needle, status())


@pytest.mark.parametrize("needle", ["film", "!hormuz", "! hormuz", "tanker film", "is:off", "!is:live", "is:broken"])
def test_a_rule_that_lacks_a_word_is_not(needle: str) -> None:
    assert not finds(needle, status())


def test_states_find_what_needs_a_person() -> None:
    broken = status(is_live=False, problem=RuleProblem(HORMUZ, "it is not closed", None, "", 3))
    blind = RuleRate(HORMUZ, never="it has expired")
    assert finds("is:broken", broken)
    assert not finds("is:off", broken)
    assert finds("is:off", status(is_live=False))
    assert finds("is:blind", status(), blind)
    assert not finds("is:blind", status())
