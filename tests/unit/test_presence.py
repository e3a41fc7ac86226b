"""Whether somebody is there: keys, and the focus of the window."""

from __future__ import annotations

from newswatch.testing.build import at
from newswatch.tui.presence import Presence


def test_who_has_just_opened_the_screen_is_there_and_left_at_its_start() -> None:
    presence = Presence.at(at(0))
    assert not presence.is_away(at(5))
    assert presence.away_since(at(5)) == at(0)


def test_ten_minutes_without_a_key_is_to_have_left_with_the_last_one() -> None:
    presence = Presence.at(at(0)).touched(at(3))
    assert not presence.is_away(at(12))
    assert presence.is_away(at(13))
    assert presence.away_since(at(30)) == at(3)


def test_who_comes_back_is_told_when_they_left_until_they_leave_again() -> None:
    presence = Presence.at(at(0)).touched(at(3)).touched(at(60)).touched(at(61))
    assert not presence.is_away(at(62))
    assert presence.away_since(at(62)) == at(3)
    assert presence.touched(at(100)).away_since(at(100)) == at(61)


def test_another_window_for_half_a_minute_is_to_have_left_when_the_focus_went() -> None:
    presence = Presence.at(at(0)).touched(at(1)).blurred(at(2))
    assert not presence.is_away(at(2.2))
    assert presence.is_away(at(2.5))
    assert presence.blurred(at(4)).away_since(at(4)) == at(2)
    assert presence.focused(at(9)).away_since(at(9)) == at(2)
    assert not presence.focused(at(9)).is_away(at(9))


def test_a_glance_at_another_window_is_not_to_leave() -> None:
    presence = Presence.at(at(0)).touched(at(1)).blurred(at(2)).focused(at(2.1))
    assert presence.away_since(at(3)) == at(0)


def test_a_day_that_goes_by_faster_than_life_sends_nobody_away() -> None:
    presence = Presence.at(at(0), pace=160.0).touched(at(3))
    assert not presence.is_away(at(3 + 160 * 9))
    assert presence.is_away(at(3 + 160 * 10))
    assert not presence.blurred(at(4)).is_away(at(5))
