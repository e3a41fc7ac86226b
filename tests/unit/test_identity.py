"""Each sentence of the identity rules (docs/architecture.md) is a test here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newswatch.model.entry import EntryKey, Identity, ParsedEntry
from newswatch.parse.identity import Novelty, Recognition, recognise
from newswatch.testing import build

FEED = build.feed().id
DAY = timedelta(days=1)


def read(
    *items: ParsedEntry, known: Mapping[EntryKey, Identity] | None = None, at: datetime | None = None
) -> Recognition:
    return recognise(FEED, items, known or {}, at or build.at())


def remembered(*items: ParsedEntry, at: datetime | None = None) -> dict[EntryKey, Identity]:
    return {one.identity.key: one.identity for one in read(*items, at=at).sightings}


def novelties(recognition: Recognition) -> list[Novelty]:
    return [sighting.novelty for sighting in recognition.sightings]


def test_an_item_seen_for_the_first_time_is_new() -> None:
    assert novelties(read(build.parsed_entry("One"), build.parsed_entry("Two"))) == [Novelty.NEW, Novelty.NEW]


def test_an_item_is_known_when_its_guid_is() -> None:
    item = build.parsed_entry("One")
    again = build.parsed_entry("One", id=item.id, link="https://dnipro-wire.example/moved")
    assert novelties(read(again, known=remembered(item))) == [Novelty.KNOWN]


def test_guids_that_change_at_every_poll_neither_double_an_entry_nor_go_unnoticed() -> None:
    known = remembered(build.parsed_entry("One", id="a1"), build.parsed_entry("Two", id="a2"))
    recognition = read(build.parsed_entry("One", id="b1"), build.parsed_entry("Two", id="b2"), known=known)
    assert novelties(recognition) == [Novelty.KNOWN, Novelty.KNOWN]
    assert recognition.has_guid_churn


def test_a_link_that_several_items_share_makes_none_of_them_known() -> None:
    home = "https://dnipro-wire.example/"
    known = remembered(build.parsed_entry("One", id="a1", link=home))
    recognition = read(
        build.parsed_entry("Two", id="a2", link=home), build.parsed_entry("Three", id="a3", link=home), known=known
    )
    assert novelties(recognition) == [Novelty.NEW, Novelty.NEW]


def test_the_same_guid_with_another_link_and_another_title_is_a_new_entry() -> None:
    first = build.parsed_entry("One", id="latest")
    second = build.parsed_entry("Two", id="latest")
    known = remembered(first)
    recognition = read(second, known=known)
    assert novelties(recognition) == [Novelty.NEW]
    assert recognition.sightings[0].identity.key not in known


def test_a_guid_used_again_for_a_third_story_is_told_apart_from_both_before() -> None:
    known = remembered(build.parsed_entry("One", id="latest"))
    known |= {
        one.identity.key: one.identity for one in read(build.parsed_entry("Two", id="latest"), known=known).sightings
    }
    assert novelties(read(build.parsed_entry("Two", id="latest"), known=known)) == [Novelty.KNOWN]
    assert novelties(read(build.parsed_entry("Three", id="latest"), known=known)) == [Novelty.NEW]


def test_guids_that_are_places_in_the_list_move_without_doubling_anything() -> None:
    known = remembered(build.parsed_entry("One", id="1"), build.parsed_entry("Two", id="2"))
    recognition = read(
        build.parsed_entry("Three", id="1"),
        build.parsed_entry("One", id="2"),
        build.parsed_entry("Two", id="3"),
        known=known,
    )
    assert novelties(recognition) == [Novelty.NEW, Novelty.KNOWN, Novelty.KNOWN]


def test_the_same_guid_with_another_text_is_a_revision_of_the_same_entry() -> None:
    item = build.parsed_entry("One", summary="Twelve spotted")
    known = remembered(item)
    recognition = read(build.parsed_entry("One", summary="Twelve seen"), known=known)
    assert novelties(recognition) == [Novelty.REVISED]
    assert recognition.sightings[0].identity.key in known


def test_an_edited_headline_under_the_same_guid_and_link_is_a_revision() -> None:
    item = build.parsed_entry("Troops spotted")
    edited = build.parsed_entry("Troops seen", id=item.id, link=item.link)
    assert novelties(read(edited, known=remembered(item))) == [Novelty.REVISED]


def test_without_a_guid_the_link_identifies_an_item_whatever_its_title() -> None:
    item = build.parsed_entry("One", has_guid=False)
    edited = build.parsed_entry("One, corrected", has_guid=False, link=item.link)
    assert novelties(read(edited, known=remembered(item))) == [Novelty.REVISED]


def test_tracking_parameters_do_not_make_a_known_link_new() -> None:
    item = build.parsed_entry("One", has_guid=False, link="https://www.dnipro-wire.example/1/")
    tagged = build.parsed_entry("One", has_guid=False, link="http://dnipro-wire.example/1?utm_source=rss#top")
    assert novelties(read(tagged, known=remembered(item))) == [Novelty.KNOWN]


def test_without_guid_and_link_title_and_day_identify_an_item() -> None:
    item = build.parsed_entry("Evening news", has_guid=False, link=None)
    known = remembered(item)
    next_day = build.parsed_entry("Evening news", has_guid=False, link=None, published=build.at() + DAY)
    assert novelties(read(item, known=known)) == [Novelty.KNOWN]
    assert novelties(read(next_day, known=known)) == [Novelty.NEW]


def test_items_without_guid_that_share_a_link_stay_known_when_the_others_leave_the_feed() -> None:
    home = "https://dnipro-wire.example/"
    one = build.parsed_entry("One", has_guid=False, link=home)
    two = build.parsed_entry("Two", has_guid=False, link=home)
    assert novelties(read(two, known=remembered(one, two))) == [Novelty.KNOWN]


def test_an_item_listed_twice_in_one_document_is_there_once() -> None:
    item = build.parsed_entry("One")
    assert len(read(item, item).sightings) == 1


def test_an_identity_is_remembered_ninety_days_after_the_feed_stopped_listing_it() -> None:
    known = remembered(build.parsed_entry("Old"))
    assert read(build.parsed_entry("New"), known=known, at=build.at() + 90 * DAY).forgotten == ()
    assert read(build.parsed_entry("New"), known=known, at=build.at() + 91 * DAY).forgotten == tuple(known)


def test_a_feed_that_said_unchanged_for_months_still_listed_its_items() -> None:
    known = remembered(build.parsed_entry("Old"))
    recognition = recognise(
        FEED,
        [build.parsed_entry("New")],
        known,
        now=build.at() + 120 * DAY,
        previous_document_at=build.at(),
        last_success_at=build.at() + 119 * DAY,
    )
    assert recognition.forgotten == ()


def test_a_listed_identity_is_written_again_at_most_once_a_day() -> None:
    item = build.parsed_entry("One")
    known = remembered(item)
    assert not read(item, known=known, at=build.at() + 0.9 * DAY).sightings[0].is_stale
    assert read(item, known=known, at=build.at() + DAY).sightings[0].is_stale


def test_guids_that_change_at_every_poll_without_a_link_fall_back_to_title_and_day() -> None:
    known = remembered(build.parsed_entry("One", id="a1", link=None))
    recognition = read(build.parsed_entry("One", id="b1", link=None), known=known)
    assert novelties(recognition) == [Novelty.KNOWN]
    assert recognition.has_guid_churn
    next_day = build.parsed_entry("One", id="c1", link=None, published=build.at() + DAY)
    assert novelties(read(next_day, known=known)) == [Novelty.NEW]


def test_guids_that_change_where_all_items_share_a_link_fall_back_to_title_and_day() -> None:
    home = "https://dnipro-wire.example/"
    known = remembered(build.parsed_entry("One", id="a1", link=home), build.parsed_entry("Two", id="a2", link=home))
    again = [build.parsed_entry("One", id="b1", link=home), build.parsed_entry("Two", id="b2", link=home)]
    assert novelties(read(*again, known=known)) == [Novelty.KNOWN, Novelty.KNOWN]


def test_a_feed_of_one_item_at_a_fixed_link_misses_none_of_its_news() -> None:
    page = "https://dnipro-wire.example/status"
    known = remembered(build.parsed_entry("Bridge closed", id="1", link=page))
    later = build.parsed_entry("Bridge open", id="2", link=page, published=build.at(30))
    assert novelties(read(later, known=known)) == [Novelty.NEW]


def test_a_headline_edited_under_a_new_guid_at_its_old_link_and_date_is_a_revision() -> None:
    item = build.parsed_entry("Troops spotted", id="1", link="https://dnipro-wire.example/1")
    edited = build.parsed_entry("Troops seen", id="2", link=item.link)
    assert novelties(read(edited, known=remembered(item))) == [Novelty.REVISED]


def test_a_new_item_at_the_link_of_one_that_is_still_listed_takes_nothing_from_it() -> None:
    old = build.parsed_entry("Old", id="1")
    moved = build.parsed_entry("Old", id="1", link="https://dnipro-wire.example/elsewhere")
    new = build.parsed_entry("New", id="2", link=old.link)
    assert novelties(read(new, moved, known=remembered(old))) == [Novelty.NEW, Novelty.KNOWN]


def test_two_items_of_one_title_and_day_with_guids_of_their_own_are_two() -> None:
    one = build.parsed_entry("Earthquake", id="1", link=None)
    two = build.parsed_entry("Earthquake", id="2", link=None)
    assert novelties(read(one, two)) == [Novelty.NEW, Novelty.NEW]
    assert novelties(read(one, two, known=remembered(one, two))) == [Novelty.KNOWN, Novelty.KNOWN]


def test_items_with_a_text_and_nothing_else_are_told_apart_by_it() -> None:
    items = [build.parsed_entry("", id="", summary=text, link=None, has_guid=False) for text in ("One.", "Two.")]
    assert novelties(read(*items)) == [Novelty.NEW, Novelty.NEW]
    assert novelties(read(*items, known=remembered(*items))) == [Novelty.KNOWN, Novelty.KNOWN]


def test_items_of_one_title_and_day_without_guid_and_link_are_told_apart_by_their_texts() -> None:
    def item(text: str) -> ParsedEntry:
        return build.parsed_entry("Alert", id="", summary=text, link=None, has_guid=False)

    assert novelties(read(item("North."), item("South."))) == [Novelty.NEW, Novelty.NEW]
    both = remembered(item("North."), item("South."))
    assert novelties(read(item("South."), item("North."), known=both)) == [Novelty.KNOWN, Novelty.KNOWN]
    assert novelties(read(item("West."), item("North."), known=remembered(item("North.")))) == [
        Novelty.NEW,
        Novelty.KNOWN,
    ]


def test_ten_polls_with_new_guids_each_repeat_nothing_and_are_churn() -> None:
    known: dict[EntryKey, Identity] = {}
    for poll in range(10):
        items = [build.parsed_entry(title, id=f"{title} {poll}") for title in ("One", "Two", "Three")]
        recognition = read(*items, known=known, at=build.at(10 * poll))
        assert recognition.has_guid_churn is bool(poll)
        assert novelties(recognition) == [Novelty.KNOWN if poll else Novelty.NEW] * 3
        known |= {one.identity.key: one.identity for one in recognition.sightings}


def test_an_item_listed_twice_under_a_new_guid_is_there_once() -> None:
    home = "https://dnipro-wire.example/"
    known = remembered(build.parsed_entry("One", id="a", link=home))
    again = build.parsed_entry("One", id="b", link=home)
    assert novelties(read(again, again, known=known)) == [Novelty.KNOWN]


def test_an_item_without_guid_never_becomes_the_entry_that_another_claims_by_its_guid() -> None:
    old = build.parsed_entry("One", id="a", link=None, summary="A")
    new = build.parsed_entry("One", id="", link=None, has_guid=False)
    assert novelties(read(new, old, known=remembered(old))) == [Novelty.NEW, Novelty.KNOWN]


def test_a_correction_listed_above_the_text_it_corrects_is_a_revision() -> None:
    old = build.parsed_entry("One", summary="Twelve spotted")
    corrected = build.parsed_entry("One", summary="Twelve seen")
    recognition = read(corrected, old, known=remembered(old))
    assert novelties(recognition) == [Novelty.REVISED]
    assert recognition.sightings[0].parsed == corrected
