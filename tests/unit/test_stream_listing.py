"""The stream's manners: what comes in waits or is let in, pages grow at the end, a filter hides and forgets nothing."""

from __future__ import annotations

from collections.abc import Sequence

from newswatch.model.hit import Held
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed, Page
from newswatch.testing import build
from newswatch.tui.entry_filter import EntryNeedle
from newswatch.tui.stream_listing import MOST_LET_IN, PAGE, StreamListing


def row(number: int, title: str = "") -> Listed:
    """An entry that came in at that minute."""
    return Listed(build.entry(title or f"Item {number}", seen_at=build.at(number)))


def history(newest: int, count: int) -> list[Listed]:
    """So many entries, newest first, the newest of that minute."""
    return [row(newest - number) for number in range(count)]


def page_of(rows: Sequence[Listed], asked: int) -> Page:
    return Page(tuple(rows[:asked]), len(rows))


def followed(rows: Sequence[Listed], listing: StreamListing | None = None, *, is_at_top: bool = True) -> StreamListing:
    listing = listing or StreamListing()
    return listing.follow(page_of(rows, listing.wanted), listing.wanted, is_at_top=is_at_top)


def titles(listing: StreamListing) -> list[str]:
    return [one.entry.title for one in listing.rows]


def test_a_short_history_is_let_in_whole() -> None:
    listing = followed(history(5, 3))
    assert titles(listing) == ["Item 5", "Item 4", "Item 3"]
    assert (listing.is_whole, listing.can_grow, listing.entries) == (True, False, 3)


def test_what_comes_in_while_the_list_holds_waits_and_is_let_in_when_it_follows() -> None:
    listing = followed(history(5, 3))
    after = listing.hold(page_of(history(7, 5), listing.wanted))
    assert (titles(after), after.waiting, after.entries) == (titles(listing), 2, 5)
    assert titles(followed(history(7, 5), after))[:2] == ["Item 7", "Item 6"]
    assert followed(history(7, 5), after).waiting == 0


def test_all_that_waits_is_counted_however_long_nobody_looks() -> None:
    listing = followed(history(1_000, 2 * PAGE))
    for newest in range(1_100, 3_001, 100):
        listing = listing.hold(page_of(history(newest, newest), listing.wanted))
    assert listing.waiting == 2_000


def test_an_entry_that_becomes_a_hit_changes_where_it_stands() -> None:
    listing = followed(history(5, 3))
    entry = listing.rows[1].entry
    matched = Listed(entry, (build.hit(entry),))
    after = listing.hold(Page((listing.rows[0], matched, listing.rows[2]), 3))
    assert (after.rows[1].hits, after.waiting) == (matched.hits, 0)


def test_old_backlog_that_lies_below_what_is_shown_does_not_wait() -> None:
    listing = followed(history(1_000, 2 * PAGE))
    assert (len(listing.let_in), listing.is_whole) == (PAGE, False)
    after = listing.hold(page_of(history(1_000, 2 * PAGE), listing.wanted))
    assert after.waiting == 0


def test_a_page_of_older_entries_comes_at_the_end_and_the_last_says_so() -> None:
    rows = history(1_000, PAGE + 30)
    listing = followed(rows)
    assert listing.can_grow
    older = listing.with_older(Page(tuple(rows[PAGE - 1 :]), len(rows)))
    assert [one.id for one in older.let_in] == [one.id for one in rows]
    assert (older.is_whole, older.can_grow) == (True, False)


def test_off_the_top_nothing_that_was_loaded_is_lost_when_arrivals_are_let_in() -> None:
    rows = history(1_000, 3 * PAGE)
    listing = followed(rows).with_older(Page(tuple(rows[PAGE : 2 * PAGE]), len(rows)))
    newer = history(1_010, 3 * PAGE + 10)
    after = followed(newer, listing, is_at_top=False)
    assert [one.id for one in after.let_in] == [one.id for one in newer[: 2 * PAGE + 10]]
    assert len(followed(newer, after).let_in) == PAGE, "at the top the rest is let go"


def test_nobody_scrolls_on_for_ever() -> None:
    listing = StreamListing(let_in=tuple(history(10_000, MOST_LET_IN)))
    assert not listing.can_grow


def test_a_filter_hides_what_it_does_not_find_and_counts_only_what_it_finds_as_waiting() -> None:
    listing = followed([row(3, "Tanker boarded"), row(2, "Ferry late"), row(1, "Tanker leaves")])
    after = listing.filtered(EntryNeedle("tanker"))
    assert titles(after) == ["Tanker boarded", "Tanker leaves"]
    held = after.hold(Page((row(5, "Ferry again"), row(4, "Tanker again"), *listing.let_in), 5))
    assert held.waiting == 1
    assert titles(held.filtered(EntryNeedle())) == ["Tanker boarded", "Ferry late", "Tanker leaves"]


def test_a_filter_knows_fields_states_phrases_and_what_must_not_be() -> None:
    plain = Listed(build.entry("Ferry to Óbidos late", source="Gulf Courier", tags=("ports",)))
    alerted = Listed(plain.entry, (build.hit(plain.entry, build.rule(id=RuleId("ferries"))),))
    held = Listed(plain.entry, (build.hit(plain.entry, held=Held.MUTED),))
    finds = {
        "obidos": (True, True, True),
        "ferry late": (True, True, True),
        '"ferry late"': (False, False, False),
        "source:gulf !tanker": (True, True, True),
        "! ferry": (False, False, False),
        "tag:port title:ferry": (True, True, True),
        "rule:ferries": (False, True, False),
        "is:unm": (True, False, False),
        "is:hit": (False, True, True),
        "is:alert": (False, True, False),
        "is:held": (False, False, True),
        "is:new": (False, True, False),
        "is:muted": (False, False, True),
        "is:nonsense": (False, False, False),
        "14:30": (False, False, False),
        "": (True, True, True),
    }
    for text, wanted in finds.items():
        needle = EntryNeedle(text)
        assert tuple(needle.finds(one) for one in (plain, alerted, held)) == wanted, text


def test_what_a_filter_found_further_down_stays_when_arrivals_are_let_in() -> None:
    rows = [row(1_000 - number, f"Tanker {number}" if number % 300 == 299 else "") for number in range(900)]
    listing = followed(rows).filtered(EntryNeedle("tanker"))
    while listing.can_grow and not listing.is_whole:
        last = len(listing.let_in)
        listing = listing.with_older(Page(tuple(rows[last : last + PAGE]), len(rows)))
    assert len(listing.rows) == 3
    after = followed([row(1_001, "Tanker again"), *rows], listing)
    assert titles(after)[:3] == ["Tanker again", "Tanker 299", "Tanker 599"]
