"""Keys that a person gave to actions: what means nothing is refused, what takes a key away is said."""

from __future__ import annotations

import pytest

from newswatch.tui.keymap import fitted, is_key, mistakes


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"hit.akc": "a"}, 'there is no action "hit.akc"; did you mean "hit.ack"?'),
        ({"zzzzzz": "a"}, 'there is no action "zzzzzz"; help (?) names the actions'),
        ({"hit.ack": "hyperq"}, 'there is no key "hyperq"'),
        ({"hit.ack": "ctlr+x"}, 'there is no key "ctlr+x"'),
        ({"hit.ack": "x", "hit.star": "x"}, '"x" is given to hit.ack already'),
        ({"hit.ack": "x", "app.quit": "f9,x"}, '"x" is given to hit.ack already'),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(keys: dict[str, str], says: str) -> None:
    (mistake,) = mistakes(keys)
    assert mistake.text.startswith(says)
    assert mistake.action in keys


@pytest.mark.parametrize(
    "keys",
    [
        {"hit.ack": "x"},
        {"hit.ack": "?,f9,ctrl+x,space,full_stop,é"},
        {"rule.toggle": "x", "feed.check": "x"},  # never in one place
        {"answer.yes": "x", "hit.ack": "x"},  # a dialog hears its own keys only
        {"hit.ack": ","},
    ],
)
def test_what_can_be_meant_is_no_mistake(keys: dict[str, str]) -> None:
    assert list(mistakes(keys)) == []


def test_a_key_that_is_given_away_is_taken_from_who_had_it_and_that_is_said() -> None:
    keymap, remarks = fitted({"hit.ack": "s"})
    assert keymap["hit.ack"] == "s"
    assert keymap["hit.star"] == ""
    assert [(remark.action, remark.text) for remark in remarks] == [("hit.ack", '"s" is ack now; star has no key left')]


def test_who_keeps_another_key_is_not_worth_a_word() -> None:
    keymap, remarks = fitted({"hit.ack": "j"})
    assert keymap["list.down"] == "down"
    assert remarks == ()


def test_keys_that_two_actions_share_out_of_the_box_stay_shared() -> None:
    keymap, remarks = fitted({"mark.next": "n"})
    assert keymap == {"mark.next": "n"}
    assert remarks == ()


def test_signs_are_given_by_what_they_look_like() -> None:
    keymap, _ = fitted({"hit.ack": "?"})
    assert keymap["hit.ack"] == "question_mark"
    assert keymap["app.help"] == "f1"


def test_what_is_wrong_is_passed_over() -> None:
    assert fitted({"hit.akc": "a"}) == ({}, ())


@pytest.mark.parametrize("name", ["a", "é", "ctrl+x", "ctrl+shift+f5", "slash", "pagedown", "alt++"])
def test_keys_that_a_terminal_sends(name: str) -> None:
    assert is_key(name)


@pytest.mark.parametrize("name", ["", "\x1b", "foo", "ctrl+", "strg+x"])
def test_keys_that_none_sends(name: str) -> None:
    assert not is_key(name)
