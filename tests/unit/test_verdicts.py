"""What rules say of an entry: that they match, how near they were, and in which order they stand."""

from __future__ import annotations

from newswatch.model.clause import Clause
from newswatch.model.hit import Mark
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.testing import build
from newswatch.tui.verdicts import Stand, closest_first, judged

TANKER = Clause("word “tanker”", True, 0, 6, (Mark("title", 0, 6, "Tanker"),))
HORMUZ = Clause("word “hormuz”", False, 11, 17)
NO_FILM = Clause("not", True, 18, 26, (), (Clause("word “film”", False, 22, 26),))


def status(name: str = "hormuz") -> RuleStatus:
    return build.rule_status(build.rule(id=RuleId(name)))


def all_of(*parts: Clause) -> Clause:
    return Clause("all of", all(part.is_held for part in parts), 0, 26, (), parts)


def test_a_rule_of_which_one_thing_is_missing_is_near_and_says_what() -> None:
    verdict = judged(status(), all_of(TANKER, HORMUZ, NO_FILM))
    assert (verdict.stand, verdict.missing) == (Stand.NEAR, "word “hormuz”")


def test_that_a_word_is_absent_brings_no_rule_near() -> None:
    verdict = judged(status(), all_of(HORMUZ, NO_FILM))
    assert (verdict.stand, verdict.missing) == (Stand.MISSES, "word “hormuz”")


def test_a_rule_that_holds_matches_and_one_that_is_broken_says_nothing() -> None:
    assert judged(status(), all_of(TANKER, NO_FILM)).stand is Stand.MATCHES
    assert judged(status(), None).stand is Stand.SILENT


def test_the_closest_stand_first_and_else_in_the_order_of_the_file() -> None:
    verdicts = [
        judged(status("broken"), None),
        judged(status("far"), HORMUZ),
        judged(status("near"), all_of(TANKER, HORMUZ)),
        judged(status("other"), HORMUZ),
        judged(status("hit"), TANKER),
    ]
    assert [one.status.rule.id for one in closest_first(verdicts)] == ["hit", "near", "far", "other", "broken"]
