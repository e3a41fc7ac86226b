"""The list's manners: what comes in, what waits, and which story is selected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.model.hit import Held, StoryId
from newswatch.model.rule import RuleId
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.listing import Listing, Needle, Scope


def story(name: str, *, held: Held | None = None, source: str = "Dnipro Wire", rule: str = "hormuz") -> Story:
    entry = build.entry(f"Title {name}", source=source)
    return Story(StoryId(name), (build.hit(entry, build.rule(id=RuleId(rule)), story_id=StoryId(name), held=held),))


def stories(names: str) -> tuple[Story, ...]:
    return tuple(story(name) for name in names)


def names(listing: Listing) -> str:
    return "".join(row.id for row in listing.rows)


def test_following_at_the_top_stays_at_the_top() -> None:
    listing = Listing().follow(stories("cba"))
    assert (names(listing), listing.selected, listing.index) == ("cba", "c", 0)
    listing = listing.follow(stories("edcba"))
    assert (names(listing), listing.selected) == ("edcba", "e")


def test_following_off_the_top_keeps_the_selected_story() -> None:
    listing = Listing().follow(stories("cba")).at_row(1).follow(stories("edcba"))
    assert (names(listing), listing.selected, listing.index) == ("edcba", "b", 3)


def test_holding_lets_nothing_in_and_counts_what_waits() -> None:
    listing = Listing().follow(stories("cba")).at_row(1).hold(stories("edcba"))
    assert (names(listing), listing.selected, listing.waiting) == ("cba", "b", 2)
    assert listing.follow(stories("edcba")).waiting == 0


def test_holding_shows_changes_in_place_even_of_stories_that_would_move() -> None:
    before = stories("cba")
    changed = replace(before[2], hits=tuple(replace(hit, is_starred=True) for hit in before[2].hits))
    listing = Listing().follow(before).hold((changed, *before[:2]))
    assert names(listing) == "cba"
    assert listing.rows[2].is_starred


def test_held_stories_that_wait_are_counted_apart() -> None:
    arrived = (story("d"), story("e", held=Held.BACKLOG), *stories("cba"))
    listing = Listing().follow(stories("cba")).hold(arrived)
    assert (listing.waiting, listing.waiting_held) == (1, 1)
    hidden = Listing(scope=Scope.NONE).follow(stories("cba")).hold(arrived)
    assert (hidden.waiting, hidden.waiting_held) == (1, 0)


def test_rows_beyond_the_ends_are_the_ends() -> None:
    listing = Listing().follow(stories("cba"))
    assert listing.at_row(-5).selected == "c"
    assert listing.at_row(99).selected == "a"
    assert Listing().at_row(3).selected is None
    assert Listing().story is None


def test_a_selected_story_that_left_the_window_gives_way_to_the_one_in_its_place() -> None:
    listing = Listing().follow(stories("cba")).at_row(2).follow(stories("edc"))
    assert listing.selected == "c"


def test_a_filter_keeps_the_selection_if_it_passes_and_gives_it_back_after() -> None:
    all_of_them = stories("cba")
    listing = Listing().follow(all_of_them).at_row(1)
    only_b = listing.filtered(Needle("title B"), all_of_them)
    assert (names(only_b), only_b.selected) == ("b", "b")
    assert only_b.filtered(Needle(), all_of_them).selected == "b"
    assert names(only_b.filtered(Needle("nothing of the kind"), all_of_them)) == ""


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("", True),
        ("TITLE", True),
        ("kita", True),
        ("bank", True),
        ("gulf", False),
        ("!gulf", True),
        ("!kita", False),
        ("!", True),
    ],
)  # fmt: skip
def test_a_needle_looks_at_headline_source_and_rule(text: str, finds: bool) -> None:  # noqa: FBT001  a parameter
    assert Needle(text).finds(story("x", source="Kita Shimbun", rule="bank-run")) is finds


def test_hiding_held_stories_leaves_the_others() -> None:
    mixed = (story("c"), story("b", held=Held.BACKLOG), story("a"))
    listing = Listing().follow(mixed)
    assert names(listing) == "cba"
    assert names(listing.scoped(Scope.NONE, mixed)) == "ca"
    assert names(listing.scoped(Scope.NONE, mixed).scoped(Scope.HELD, mixed)) == "cba"


def muted(of: Story) -> Story:
    return replace(of, hits=tuple(replace(hit, held=Held.MUTED) for hit in of.hits))


def test_what_is_put_away_leaves_the_rows_and_waits_when_it_comes_back() -> None:
    first, second, third = stories("cba")
    listing = Listing().follow((first, second, third)).at_row(2)
    away = listing.hold((first, muted(second), third))
    assert (names(away), away.selected, away.index) == ("ca", "a", 1)
    woken = away.hold((first, second, third))
    assert (names(woken), woken.waiting) == ("ca", 1)
    assert names(woken.follow((first, second, third))) == "cba"


def test_what_a_person_asked_back_stands_where_it_was() -> None:
    first, second, third = stories("cba")
    away = Listing().follow((first, muted(second), third)).at_row(1)
    back = away.hold((first, second, third), lets_back=True)
    assert (names(back), back.waiting, back.selected, back.index) == ("cba", 0, "a", 2)


def test_marks_stay_with_their_stories_and_only_shown_ones_are_at_hand() -> None:
    listing = Listing().follow(stories("cba")).with_marked({StoryId("c"), StoryId("a")})
    assert [story.id for story in listing.at_hand] == ["c", "a"]
    followed = listing.follow(stories("dcba"))
    assert [story.id for story in followed.at_hand] == ["c", "a"]
    only_b = followed.filtered(Needle("title b"), stories("dcba"))
    assert [story.id for story in only_b.at_hand] == ["b"]
    assert Listing().at_hand == ()


def test_a_held_scope_goes_round_and_what_is_put_away_has_its_own() -> None:
    assert Scope.HELD.after(has_put_away=False) is Scope.NONE
    assert Scope.NONE.after(has_put_away=False) is Scope.HELD
    assert Scope.NONE.after(has_put_away=True) is Scope.ALL
    assert Scope.ALL.after(has_put_away=True) is Scope.HELD


def test_a_filter_for_muted_ones_shows_them_in_any_scope() -> None:
    mixed = (story("c"), muted(story("b")), story("a", held=Held.BACKLOG))
    listing = Listing().follow(mixed)
    assert names(listing) == "ca"
    assert names(listing.filtered(Needle("is:muted"), mixed)) == "b"
    assert names(listing.scoped(Scope.ALL, mixed)) == "cba"
    assert names(listing.scoped(Scope.NONE, mixed)) == "c"


def test_the_row_of_the_selected_story_is_known_without_looking_for_it() -> None:
    many = tuple(story(str(number)) for number in range(500))
    listing = Listing().follow(many)
    for row in (0, 499, 250):
        at = listing.at_row(row)
        assert (at.index, at.story) == (row, many[row])
    assert listing.at_story(StoryId("77")).index == 77
    assert listing.at_row(250).hold(many).index == 250
