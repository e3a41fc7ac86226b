"""A small newsroom for whole-screen pictures: a few stories in several scripts, rules and feeds in each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from newswatch.model.backtest import Backtest, Change, Example, NearMiss
from newswatch.model.feed import FeedHealth, FeedStatus, feed_id
from newswatch.model.handling import Handled
from newswatch.model.hit import Held, Hit, Mark, Note, StoryId, Triage
from newswatch.model.pulse import HOURS, Flow, Health, Ledger, LoopLag, Pulse, RuleRate, Saving, Weight
from newswatch.model.rule import Rule, RuleId, RuleStatus, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine

NOW = build.at(10)

DPRK = build.rule(
    '("North Korea* troops" OR "North Korea* soldiers") NOT title:film',
    id=RuleId("dprk-troops"),
    name="North Korean troops",
    severity=Severity.CRITICAL,
)
HORMUZ = build.rule("Hormuz AND (tanker OR vessel)", id=RuleId("hormuz"), name="Strait of Hormuz")
BANKS = build.rule('"deposit outflow*"', id=RuleId("bank-run"), name="Banks", severity=Severity.NORMAL)
QUAKE = build.rule("earthquake*", id=RuleId("quake"), name="Earthquakes", severity=Severity.LOW, enabled=False)

TEXT = (
    "Ukraine's president calls it an obvious escalation. Moscow has not confirmed the deployment.\n\n"
    "The first of them could be used between Sunday and Monday, he wrote. Military intelligence puts the strength of "
    "the contingent at about 12,000, among them 500 officers. It gave no evidence for its account."
)


def newsroom() -> ScriptedEngine:
    """The engine that shows it."""
    engine = ScriptedEngine(hits=_hits(), feeds=_feeds(), rules=_rules(), now=lambda: NOW)
    engine.pulse.value = _pulse()
    engine.backtests[DPRK.text] = [_backtest()]
    engine.history.add(
        build.entry("Ferry delayed by fog", seen_at=build.at(8), published_at=build.at(7), source="Harbour News"),
        build.entry("Cabbage prices fall in time for kimchi", seen_at=build.at(5), published_at=build.at(1)),
        build.entry("サケ漁、今年も不振", seen_at=build.at(4), published_at=build.at(3), source="Kita Shimbun"),
    )
    return engine


def _hit(title: str, minute: float, by: Rule, marked: str = "", source: str = "Dnipro Wire", text: str = "") -> Hit:
    seen_at = build.at(minute)
    entry = build.entry(
        title,
        seen_at=seen_at,
        published_at=seen_at - timedelta(minutes=1),
        source=source,
        summary=text,
        author="J. Kim",
        feed_id=feed_id(f"https://{source}.example/rss"),
    )
    start = title.find(marked)
    marks = (Mark("title", start, start + len(marked), marked),) if marked else ()
    return build.hit(entry, by, marks=marks)


def _hits() -> list[Hit]:
    troops = _hit("North Korean troops seen at second crossing, Seoul says", 6, DPRK, "North Korean troops", text=TEXT)
    copies = [
        replace(
            _hit(troops.entry.title, 6.5 + number, DPRK, "North Korean troops", source),
            story_id=troops.story_id,
            state=Triage.SEEN,
        )
        for number, source in enumerate(("Gulf Wire", "Tagesblick"))
    ]
    starred = _hit("Tanker reports boarding attempt near Strait of Hormuz", 9, HORMUZ, "Hormuz", "Gulf Wire")
    noted = Handled(Triage.OPEN, is_starred=True, tags=("desk",), notes=(Note(build.at(9.5), "asked the coastguard"),))
    snoozed = Handled(Triage.SEEN, snoozed_until=build.at(120))
    return [
        troops,
        *copies,
        noted.on(starred),
        _hit("北朝鮮兵士、国境付近で訓練か　防衛省が確認急ぐ", 3, DPRK, "北朝鮮兵士", "Kita Shimbun"),
        _hit("ناقلة تبلغ عن محاولة صعود قرب مضيق هرمز", 2, HORMUZ, "هرمز", "Gulf Wire"),
        replace(
            _hit("Regulator takes over lender after deposit outflow", 1, BANKS, "deposit outflow"), state=Triage.ACKED
        ),
        replace(_hit("Insurers raise war-risk premiums in Hormuz", -50, HORMUZ, "Hormuz"), held=Held.BACKLOG),
        snoozed.on(replace(_hit("Vessel adrift off Hormuz", -5, HORMUZ, "Vessel"), held=Held.SNOOZED)),
        replace(_hit("Bank denies deposit outflow", -9, BANKS), is_old_rule=True, story_id=StoryId("old")),
    ]


def _rules() -> list[RuleStatus]:
    return [
        build.rule_status(DPRK, hits=4, last_hit_at=build.at(6)),
        build.rule_status(HORMUZ, hits=4, held=2, last_hit_at=build.at(9)),
        build.rule_status(BANKS, hits=2, last_hit_at=build.at(1)),
        build.rule_status(QUAKE, is_live=False),
    ]


def _feeds() -> list[FeedHealth]:
    dnipro = build.feed()
    gulf = build.feed("https://gulf-wire.example/feed", name="Gulf Wire")
    kita = build.feed("https://kita.example/rss", name="Kita Shimbun")
    fine = {"status": FeedStatus.OK, "last_checked_at": build.at(9), "last_success_at": build.at(9)}
    failing = {
        "status": FeedStatus.FAILING,
        "last_checked_at": build.at(4),
        "next_check_at": build.at(30),
        "failures": 4,
        "last_error": "the server answered 503 Service Unavailable",
    }
    return [
        build.feed_health(
            dnipro, state=build.feed_state(dnipro, next_check_at=build.at(19), **fine), entries=5, hits=5
        ),
        build.feed_health(gulf, state=build.feed_state(gulf, next_check_at=build.at(14), **fine), entries=4, hits=3),
        build.feed_health(kita, state=build.feed_state(kita, **failing), entries=2, hits=1),
    ]


def _backtest() -> Backtest:
    new = build.entry("Pyongyang's soldiers cross into Kursk", seen_at=build.at(-90), source="Gulf Wire")
    gone = build.entry("North Korean troops, the film, opens in Seoul", seen_at=build.at(-200), source="Kita Shimbun")
    near = build.entry("Korean troops in the North rehearse", seen_at=build.at(-40), source="Tagesblick")
    days = tuple((date(2026, 11, day), hits) for day, hits in enumerate((2, 0, 1, 5, 9, 14, 20), 16))
    return Backtest(
        48_210,
        48_210,
        build.at(-7 * 24 * 60),
        hits=51,
        stories=13,
        saved_hits=43,
        saved_stories=12,
        added=9,
        gone=1,
        per_day=days,
        sources=(("Gulf Wire", 20), ("Dnipro Wire", 17), ("Kita Shimbun", 14)),
        near=1,
        examples=(Example(new, Change.NEW), Example(gone, Change.GONE)),
        near_misses=(NearMiss(near, "“North Korea* troops”"),),
        is_complete=True,
    )


def _pulse() -> Pulse:
    since = build.at(-30) - timedelta(hours=HOURS - 1)
    hours = (*(None for _ in range(HOURS - 4)), 1, 0, 2, 3)
    watched = (*(0.0 for _ in range(HOURS - 4)), 1.0, 1.0, 1.0, 1.0)
    rates = tuple(
        RuleRate(status.rule.id, hours=hours, hits=6, per_day=36.0, last_at=status.last_hit_at) for status in _rules()
    )
    day = Ledger(
        since,
        entries=12,
        matched=10,
        unmatched=2,
        hits=10,
        alerted=7,
        held={Held.BACKLOG: 1, Held.SNOOZED: 1, Held.MUTED: 1},
    )
    health = Health(
        build.at(-230),
        Weight(rss=88_000_000, cpu=0.9),
        LoopLag(0.001, 0.004, 0.012, 60),
        saving=Saving(committed_at=build.at(9), commit_s=0.004, journal_bytes=290_000, backup_at=build.at(-90)),
    )
    flow = Flow(36.0, 60.0, 240.0, hours)
    return Pulse(NOW, since, watched, rates, day, replace(day, since=None), flow, health)
