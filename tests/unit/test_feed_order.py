"""Which feeds are listed, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.model.vitals import FeedVitals, day_of, packed
from newswatch.testing import build
from newswatch.tui.feed_order import Sorting, asks, finds, listed


def row(name: str, status: FeedStatus = FeedStatus.OK, *, lag_min: int = 0, a_day: int = 0, **state: Any) -> FeedHealth:
    made = build.feed(f"https://{name.lower()}.example/rss", name=name, folder=("Wires",), tags=("sea",))
    vitals = FeedVitals(
        since=build.at(-40 * 1440),
        day=day_of(build.at()),
        counts=(a_day,) * 14 if a_day else (),
        lags=bytes([packed(lag_min * 60)] * 9) if lag_min else b"",
    )
    health = build.feed_health(made)
    return replace(health, state=replace(health.state, status=status, vitals=vitals, **state))


GULF = row("Gulf", FeedStatus.FAILING, failures=5, last_error="503 Service Unavailable", lag_min=2)
ETUDE = row("Étude", lag_min=30, a_day=4)
ALPHA = row("Alpha", a_day=40)
GONE = row("Gone", FeedStatus.STOPPED)
MOVED = row("Moved", moved_to="https://new.example/rss", moved_answers=1)
FEEDS = (GULF, ETUDE, ALPHA, GONE, MOVED)


@pytest.mark.parametrize(
    ("sorting", "names"),
    [
        (Sorting.FILE, ["Gulf", "Étude", "Alpha", "Gone", "Moved"]),
        (Sorting.NAME, ["Alpha", "Étude", "Gone", "Gulf", "Moved"]),
        (Sorting.STATE, ["Gone", "Gulf", "Moved", "Étude", "Alpha"]),
        (Sorting.LAG, ["Étude", "Gulf", "Alpha", "Gone", "Moved"]),
        (Sorting.RATE, ["Alpha", "Étude", "Gulf", "Gone", "Moved"]),
    ],
)
def test_feeds_stand_in_the_order_that_is_asked_for(sorting: Sorting, names: list[str]) -> None:
    assert [health.label for health in listed(FEEDS, sorting, "", build.at())] == names


def test_s_goes_round_all_orders() -> None:
    seen = [Sorting.FILE]
    while (after := seen[-1].after) is not Sorting.FILE:
        seen.append(after)
    assert seen == list(Sorting)


@pytest.mark.parametrize(
    ("needle", "names"),
    [
        ("gulf", ["Gulf"]),
        ("etude", ["Étude"]),
        ("503", ["Gulf"]),
        ("failing", ["Gulf", "Gone"]),
        ("moved", ["Moved"]),
        ("wires sea alpha", ["Alpha"]),
        ("!ok !gone", ["Gulf"]),
        ("!", ["Gulf", "Étude", "Alpha", "Gone", "Moved"]),
        ("nowhere", []),
    ],
)
def test_words_find_feeds_by_all_that_is_known_of_them(needle: str, names: list[str]) -> None:
    assert [health.label for health in FEEDS if finds(needle, health)] == names


def test_a_feed_asks_when_it_is_gone_or_moved_and_not_once_it_is_at_home() -> None:
    assert [asks(health) for health in FEEDS] == ["", "", "", "gone", "moved"]
    assert asks(replace(MOVED, feed=replace(MOVED.feed, url="https://new.example/rss"))) == ""
    assert asks(replace(GONE, feed=replace(GONE.feed, is_paused=True))) == ""
