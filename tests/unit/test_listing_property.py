"""Under every pattern of arrivals, changes and moves the list keeps its promises: nothing slides, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.model.hit import Held, StoryId, Triage
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.listing import Listing, Needle, Scope

NAMES = "abcdefgh"
WINDOW = 6
NEEDLES = ("", "even", "!even", "is:muted", "!is:snoozed", "unheard of")


def story(name: str, minute: int, held: Held | None, state: Triage) -> Story:
    kind = "even" if NAMES.index(name) % 2 == 0 else "odd"
    entry = build.entry(f"Story {name} {kind}", seen_at=build.at(minute))
    hit = build.hit(entry, story_id=StoryId(name), held=held, state=state)
    return Story(StoryId(name), (replace(hit, muted_by="m" if held is Held.MUTED else ""),))


CHANGES = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from((None, None, Held.MUTED, Held.SNOOZED, Held.BACKLOG)),
    st.sampled_from(tuple(Triage)),
)
STEPS = st.one_of(
    st.tuples(st.just("news"), st.lists(CHANGES, min_size=1, max_size=4)),
    st.tuples(st.just("go"), st.integers(-1, 9)),
    st.tuples(st.just("filter"), st.sampled_from(NEEDLES)),
    st.tuples(st.just("scope"), st.sampled_from(tuple(Scope))),
    st.tuples(st.just("mark"), st.sets(st.sampled_from(NAMES))),
    st.tuples(st.just("newest"), st.none()),
)


def ids(stories: Sequence[Story]) -> list[StoryId]:
    return [one.id for one in stories]


def is_part_of(rows: Sequence[StoryId], before: Sequence[StoryId]) -> bool:
    """Whether rows are some of those before, in their order."""
    left = iter(before)
    return all(row in left for row in rows)


def keeps_its_promises(listing: Listing, view: Sequence[Story]) -> None:
    """Each story that passes is a row, as it is now, or is counted among what waits; the selection is a row."""
    shown = {one.id: one for one in listing.rows}
    passing = [one for one in view if listing.passes(one)]
    assert len(shown) == len(listing.rows)
    assert all(listing.passes(one) for one in listing.rows)
    waiting = [one for one in passing if one.id not in shown]
    assert listing.waiting == sum(one.is_alert for one in waiting)
    assert listing.waiting_held == sum(not one.is_alert for one in waiting)
    assert all(shown[one.id] == one for one in passing if one.id in shown), "what is shown is as it is now"
    assert (listing.story.id if listing.story is not None else None) == (listing.selected if listing.rows else None)
    assert set(ids(listing.at_hand)) <= set(shown)


@settings(max_examples=400, deadline=None)
@given(st.lists(STEPS, max_size=25), st.booleans())
def test_nothing_slides_under_the_eye_and_nothing_is_lost(
    steps: list[tuple[str, object]],
    is_held: bool,  # noqa: FBT001  hypothesis calls it so
) -> None:
    view: tuple[Story, ...] = ()
    listing = Listing()
    minute = 0
    for kind, what in steps:
        before = listing
        match kind, what:
            case "news", list(changes):
                known = {one.id: one for one in view}
                for name, held, state in changes:
                    at = known[name].at if name in known else build.at(minute)
                    minute += 1
                    fresh = story(name, minute, held, state)
                    fresh_hit = replace(fresh.hits[0], entry=replace(fresh.hits[0].entry, seen_at=at))
                    known[StoryId(name)] = Story(fresh.id, (fresh_hit,))
                view = tuple(sorted(known.values(), key=lambda one: one.order, reverse=True))[:WINDOW]
                if listing.is_at_top and not is_held:
                    listing = listing.follow(view)
                    assert ids(listing.rows) == [one.id for one in view if listing.passes(one)]
                    assert listing.index == 0
                else:
                    listing = listing.hold(view)
                    assert is_part_of(ids(listing.rows), ids(before.rows))
                    if before.selected in ids(listing.rows):
                        assert listing.selected == before.selected
                    elif listing.rows:
                        assert listing.index == min(before.index, len(listing.rows) - 1)
            case "go", int(row):
                listing = listing.at_row(row)
                assert ids(listing.rows) == ids(before.rows)
            case "filter", str(text):
                listing = listing.filtered(Needle(text), view)
            case "scope", Scope() as scope:
                listing = listing.scoped(scope, view)
            case "mark", set(marked):
                listing = listing.with_marked({StoryId(name) for name in marked})
            case _:
                listing = listing.follow(view).at_row(0)
                assert (listing.waiting, listing.waiting_held) == (0, 0)
        keeps_its_promises(listing, view)
