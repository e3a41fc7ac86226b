"""Faults 20 and 25: what a damaged document, or one without end, still gives."""

from __future__ import annotations

import pytest

from newswatch.parse import parse_document
from newswatch.parse.feed import DAMAGED_AROUND, DAMAGED_WITHIN

ITEMS = "".join(
    f"<item><title>No. {n} &amp; more</title><guid>https://a.example/?n={n}&amp;utm_medium=rss</guid></item>"
    for n in range(5)
)
FEED = f"<?xml version='1.0'?><rss version='2.0'><channel><title>A</title>{ITEMS}</channel></rss>"
WHOLE = parse_document(FEED.encode(), "", {}).entries


@pytest.mark.parametrize(
    ("damaged", "is_marked"),
    [
        (FEED.removesuffix("</channel></rss>"), True),
        (FEED.removesuffix("</rss>"), True),
        (FEED.replace("<title>A</title>", "<title>A</titel>"), True),
        (FEED.replace("<title>A</title>", "<title>A & B</title>"), True),
        (FEED + "<!-- served in 0.2 s --><script>x()</script>", False),
        (FEED + "\nERROR: 1 < 2 & so on", False),
        ("Warning: include() in /a.php on line 3\n" + FEED, False),
        ("<br />\n<b>Notice</b>: in <b>/a.php</b>\n" + FEED, False),
        ("<b>Notice</b>" + FEED.partition("?>")[2].replace(" version='2.0'", ""), False),
    ],
)
def test_damage_around_items_costs_none_of_them_a_letter(damaged: str, *, is_marked: bool) -> None:
    feed = parse_document(damaged.encode(), "", {})
    assert feed.entries == WHOLE
    assert bool(feed.warnings) is is_marked


def test_a_document_that_breaks_off_between_items_is_marked_and_complete_so_far() -> None:
    feed = parse_document(FEED[: FEED.index("<item>", FEED.index("No. 3"))].encode(), "", {})
    assert feed.entries == WHOLE[:4]
    assert feed.warnings == (DAMAGED_AROUND,)


def test_a_document_that_breaks_off_inside_an_item_gives_those_before_it() -> None:
    feed = parse_document(FEED[: FEED.index("No. 3")].encode(), "", {})
    assert [entry.title for entry in feed.entries[:3]] == [entry.title for entry in WHOLE[:3]]
    assert feed.warnings


def test_one_damaged_item_leaves_all_others_their_ids_and_texts() -> None:
    feed = parse_document(FEED.replace("No. 3 &amp; more", "No. 3 <b>and</i> more").encode(), "", {})
    assert feed.entries[:3] + feed.entries[4:] == WHOLE[:3] + WHOLE[4:]
    assert feed.entries[3].title.startswith("No. 3")
    assert feed.warnings == (DAMAGED_WITHIN,)


def test_what_a_broken_head_is_relieved_of_never_costs_the_items_behind_it() -> None:
    feed = parse_document(b"<rss <title<description>A</description><item><title>One</title></item>", "", {})
    assert [entry.title for entry in feed.entries] == ["One"]
    assert feed.warnings


def test_text_behind_the_end_that_has_items_is_not_thrown_away() -> None:
    assert len(parse_document((FEED + FEED).encode(), "", {}).entries) == 10


@pytest.mark.parametrize("flood", ["<" * 200_000, "</" * 100_000, "</rss>" * 50_000, "&" * 200_000, "<rss>" * 50_000])
def test_a_flood_around_a_feed_takes_no_time(flood: str) -> None:
    parse_document(("<html>" + flood).encode(), "", {})
    parse_document((FEED + flood[:5_000]).encode(), "", {})
