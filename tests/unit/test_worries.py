"""A monitor that does its work is left in peace; one that does not says so, and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.engine.blind import why_blind
from newswatch.engine.worries import worries
from newswatch.model.event import Liveness
from newswatch.model.pulse import Behind, Health, LoopLag, Saving, Weight
from newswatch.model.rule import Rule
from newswatch.testing import build

NOW = build.EPOCH
WELL = Health(
    since=NOW - timedelta(days=9),
    weight=Weight(84_000_000, (80_000_000, 82_000_000, 84_000_000), 9 * 86_400.0, 0.02, 0.02),
    loop=LoopLag(0.0004, 0.004, 0.03, 400),
    behind=Behind(3, 70.0, "Dnipro Wire"),
    saving=Saving(2, 0, NOW, 0.003, 12_000_000, NOW - timedelta(hours=20)),
)


def said(health: Health, liveness: Liveness = Liveness.LIVE) -> str:
    return " ".join(f"{worry.text} {worry.remedy}" for worry in worries(health, liveness, NOW))


def test_a_monitor_that_is_well_says_nothing() -> None:
    assert said(WELL) == ""


def test_one_that_just_began_says_nothing() -> None:
    assert said(Health(since=NOW)) == ""


@pytest.mark.parametrize(
    ("ill", "words"),
    [
        (replace(WELL, behind=Behind(12, 840.0, "Dnipro Wire")), "12 feeds are behind, Dnipro Wire by 14 min"),
        (replace(WELL, behind=Behind(1, 840.0, "Dnipro Wire")), "1 feed is behind"),
        (replace(WELL, loop=LoopLag(0.01, 0.24, 0.9, 400)), "240 ms late"),
        (replace(WELL, saving=replace(WELL.saving, unsaved=3)), "3 writes are held in memory"),
        (replace(WELL, saving=replace(WELL.saving, backup_at=NOW - timedelta(days=5))), "backup is 5 d old"),
        (replace(WELL, saving=replace(WELL.saving, backup_at=None)), "no backup"),
        (replace(WELL, saving=replace(WELL.saving, journal_bytes=3_000_000_000)), "3.0 GB"),
        (replace(WELL, weight=Weight(200_000_000, (80_000_000, 200_000_000), 9_000.0)), "80 to 200 MB"),
        (replace(WELL, weight=replace(WELL.weight, cpu=0.8)), "80 % of a processor"),
    ],
)
def test_what_is_wrong_is_named_with_a_remedy(ill: Health, words: str) -> None:
    (worry,) = worries(ill, Liveness.LIVE, NOW)
    assert words in worry.text
    assert worry.remedy.endswith(".")


def test_offline_is_not_our_slowness() -> None:
    (worry,) = worries(replace(WELL, behind=Behind(12, 840.0, "Dnipro Wire")), Liveness.OFFLINE, NOW)
    assert "by themselves" in worry.remedy
    assert not worry.is_grave


def test_one_that_only_reads_has_no_worries_about_backups() -> None:
    assert said(replace(WELL, saving=replace(WELL.saving, backup_at=None)), Liveness.READ_ONLY) == ""


def test_the_worst_stands_first() -> None:
    ill = replace(WELL, loop=LoopLag(0.01, 0.24, 0.9, 400), saving=replace(WELL.saving, unsaved=1))
    assert [worry.is_grave for worry in worries(ill, Liveness.LIVE, NOW)] == [True, False]


def blind(rule: Rule, *wanted: str) -> str:
    return why_blind(rule, {"dprk": ("North Korea",)}, wanted, NOW)


def test_a_rule_that_can_fire_is_not_blind() -> None:
    assert blind(build.rule("@dprk AND Kursk")) == ""
    assert blind(build.rule("(North Korea NOT North Korea) OR Kursk")) == ""  # one way is enough


def test_a_rule_is_blind_where_its_query_contradicts_itself() -> None:
    assert "excluded" in blind(build.rule("Kursk NOT Kursk"))


def test_a_rule_for_feeds_that_nobody_has_is_blind() -> None:
    rule = build.rule(feeds=("tag:sport",))
    assert blind(rule, "tag:wires") == "no feed has the tag sport"
    assert blind(rule, "tag:wires", "tag:sport") == ""
    assert blind(rule) == ""  # no feeds at all: that is said elsewhere


def test_a_rule_for_languages_that_no_feed_says_is_blind() -> None:
    assert blind(build.rule(languages=("ua",))) == "no feed has the language ua; is uk meant?"
    assert blind(build.rule(languages=("ua", "en"))) == ""


def test_a_rule_that_expired_is_blind() -> None:
    assert blind(build.rule(expires=NOW - timedelta(days=1))) == "it has expired"


def test_a_broken_rule_is_told_of_elsewhere() -> None:
    assert blind(build.rule("(Kursk")) == ""
