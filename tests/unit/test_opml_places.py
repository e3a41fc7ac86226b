"""A feed's line goes and comes back, or moves to another folder, with every attribute it had."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import FeedsInvalid
from newswatch.feeds.opml import OpmlDocument, add_feeds, read_opml, remove_feed
from newswatch.feeds.opmledit import forget_addresses
from newswatch.feeds.opmlplaces import move_to_folder, put_back, take_out
from newswatch.model.feed import FeedId, feed_id
from newswatch.testing import build

OWN = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Kept by hand. -->
<opml version="2.0" xmlns:nw="urn:newswatch:opml:1" xmlns:other="urn:other">
  <body>
    <outline text="Wires" isOpen='true'>
      <outline type="rss" text="Dnipro Wire" xmlUrl="https://dnipro.example/rss?a=1&amp;b=2"
               other:colour='red' nw:interval="5m" nw:tags="wires" /> <!-- the best -->
      <outline text="Gulf" xmlUrl="https://gulf.example/rss"/>
      <outline text="Kyoto" xmlUrl="https://kyoto.example/rss">
        <outline text="Kyoto Sport" xmlUrl="https://kyoto.example/sport"/>
      </outline>
    </outline>

    <outline type="rss" title="Harbour" xmlUrl="https://harbour.example/feed"
      nw:first-address="https://old.example/feed" nw:earlier-addresses="https://old.example/feed"/>
  </body>
</opml>
"""


def own(data: bytes = OWN) -> OpmlDocument:
    return read_opml(data, is_own=True)


def named(document: OpmlDocument, name: str) -> FeedId:
    return next(feed.id for feed in document.found if feed.name == name)


@pytest.mark.parametrize("name", ["Dnipro Wire", "Gulf", "Kyoto", "Kyoto Sport", "Harbour"])
def test_a_line_that_was_taken_out_comes_back_byte_for_byte(name: str) -> None:
    document = own()
    after, taken = take_out(document, [named(document, name)])
    assert name not in [feed.name for feed in after.found]
    assert put_back(after, taken).source == OWN


@given(st.sets(st.integers(0, 4), min_size=1))
def test_lines_that_left_together_come_back_together_byte_for_byte(which: set[int]) -> None:
    document = own()
    wanted = [document.found[number].id for number in which]
    after, taken = take_out(document, wanted)
    assert not set(wanted) & {feed.id for feed in after.found}
    assert taken.feeds == frozenset(wanted)
    assert put_back(after, taken).source == OWN


def test_lines_that_left_together_find_their_places_in_a_file_that_changed_meanwhile() -> None:
    document = own()
    after, taken = take_out(document, [named(document, name) for name in ("Gulf", "Dnipro Wire")])
    after = add_feeds(after, [build.feed("https://new.example/rss", name="New")])
    back = put_back(after, taken)
    assert [feed.name for feed in back.found] == ["Dnipro Wire", "Gulf", "Kyoto", "Kyoto Sport", "Harbour", "New"]
    assert [feed.folder for feed in back.found[:2]] == [("Wires",), ("Wires",)]
    assert put_back(back, taken).source == back.source


@given(st.integers(0, 4))
def test_all_lines_come_back_in_whatever_order_they_left(seed: int) -> None:
    document = own()
    names = [feed.name for feed in document.found]
    order = names[seed:] + names[:seed]
    stack = []
    for name in order:
        document, taken = take_out(document, [named(document, name)])
        stack.append(taken)
    for taken in reversed(stack):
        document = put_back(document, taken)
    assert document.source == OWN


def test_after_other_edits_the_line_comes_back_beside_its_neighbour_with_all_its_attributes() -> None:
    document = own()
    after, taken = take_out(document, [named(document, "Dnipro Wire")])
    edited = add_feeds(after, [build.feed("https://new.example/rss", name="New", folder=("Wires",))])
    back = put_back(edited, taken)
    assert [feed.name for feed in back.found] == ["Dnipro Wire", "Gulf", "Kyoto", "Kyoto Sport", "New", "Harbour"]
    assert b"other:colour='red' nw:interval=\"5m\"" in back.source
    assert next(feed for feed in back.found if feed.name == "Dnipro Wire") == document.found[0]


def test_where_the_neighbours_left_too_the_line_goes_to_the_end_of_its_folder() -> None:
    document = own()
    after, taken = take_out(document, [named(document, "Gulf")])
    for name in ("Dnipro Wire", "Kyoto"):
        after = remove_feed(after, named(after, name))
    back = put_back(after, taken)
    gulf = next(feed for feed in back.found if feed.name == "Gulf")
    assert gulf.folder == ("Wires",)
    assert gulf == document.found[1]


def test_a_feed_that_is_there_again_is_not_written_twice() -> None:
    document = own()
    after, taken = take_out(document, [named(document, "Gulf")])
    again = add_feeds(after, [build.feed("https://gulf.example/rss", name="Gulf by hand")])
    assert put_back(again, taken) is again


def test_what_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(FeedsInvalid, match="no such feed"):
        take_out(own(), [FeedId("nobody")])


def test_a_feed_moves_to_a_folder_that_is_made_with_all_that_stands_in_its_line() -> None:
    document = own()
    moved = move_to_folder(document, named(document, "Dnipro Wire"), ("Ukraine", "Daily"))
    dnipro = next(feed for feed in moved.found if feed.name == "Dnipro Wire")
    assert dnipro.folder == ("Ukraine", "Daily")
    assert (dnipro.interval_s, dnipro.tags) == (300.0, ("wires",))
    assert b"other:colour='red'" in moved.source
    assert b"<!-- the best -->" in moved.source
    assert move_to_folder(moved, dnipro.id, ("Ukraine", "Daily")) is moved


def test_a_feed_that_moved_address_keeps_its_id_in_another_folder() -> None:
    document = own()
    moved = move_to_folder(document, named(document, "Harbour"), ("Wires",))
    harbour = next(feed for feed in moved.found if feed.name == "Harbour")
    assert harbour.id == feed_id("https://old.example/feed")
    assert harbour.folder == ("Wires",)


def test_without_its_earlier_addresses_a_feed_is_another_one() -> None:
    document = own()
    after = forget_addresses(document, named(document, "Harbour"))
    assert named(after, "Harbour") == feed_id("https://harbour.example/feed")
    assert b"first-address" not in after.source
