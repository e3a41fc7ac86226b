"""The third rung: only the unseen items of a document are read, and read as they would be in the whole of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.parse import read_document
from newswatch.parse.split import MOST_ITEMS, split

URL = "https://dnipro-wire.example/rss.xml"
HEAD = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Dnipro</title>'
    "<link>https://dnipro-wire.example/</link>"
)
TAIL = "</channel></rss>"


def item(number: int, more: str = "") -> str:
    return f"<item><title>No. {number}</title><link>/{number}</link><guid>n{number}</guid>{more}</item>"


def rss(*items: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    return "\n".join((head, *items, tail)).encode()


def pieces_of(text: str) -> tuple[int, str] | None:
    """How many items were found, and what stands behind them."""
    pieces = split(text)
    return (len(pieces.items), pieces.tail) if pieces is not None else None


def test_only_unseen_items_are_read_and_all_are_named_in_order() -> None:
    old = read_document(rss(item(1), item(2)), URL, {})
    new = read_document(rss(item(3), item(1), item(2)), URL, {}, frozenset(old.items))
    assert new.is_part
    assert [entry.title for entry in new.document.entries] == ["No. 3"]
    assert new.items[1:] == old.items
    assert new.document.entries == read_document(rss(item(3), item(1), item(2)), URL, {}).document.entries[:1]


def test_nothing_unseen_still_gives_the_feed_itself() -> None:
    body = rss(item(1))
    again = read_document(body, URL, {}, frozenset(read_document(body, URL, {}).items))
    assert (again.is_part, again.document.title, again.document.entries) == (True, "Dnipro", ())


def test_an_edited_item_is_read_again_and_what_nobody_reads_is_no_edit() -> None:
    def is_read_again(before: str, after: str) -> bool:
        old = read_document(rss(item(1, before)), URL, {})
        new = read_document(rss(item(1, after)), URL, {}, old.items)
        assert new.is_part is (new.items == old.items)
        return bool(new.document.entries)

    assert is_read_again("<description>a</description>", "<description>b</description>")
    assert not is_read_again("<slash:comments>1</slash:comments>", "<slash:comments>2</slash:comments>")
    assert not is_read_again("", "<enclosure url='x' length='1'/>")
    assert not is_read_again("<comments>https://a.example/1</comments>", "")


@pytest.mark.parametrize(
    ("head", "is_same"),
    [
        (HEAD + "<lastBuildDate>Tue, 04 Mar 2025 10:00:00 GMT</lastBuildDate>", True),
        (HEAD + "<image><url>x</url><title>y</title></image>", True),
        (HEAD + "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='x'/>", True),
        (HEAD + "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='https://moved.example/'/>", False),
        (HEAD.replace("https://dnipro-wire.example/", "https://moved.example/"), False),
        (HEAD.replace("<channel>", "<channel xml:lang='uk'>"), False),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + HEAD.partition("?>")[2], False),
    ],
)
def test_an_item_keeps_its_name_only_while_it_inherits_the_same(head: str, *, is_same: bool) -> None:
    before = read_document(rss(item(1), item(2)), URL, {}).items
    after = read_document(rss(item(1), item(2), head=head), URL, {}).items
    assert (before == after) is is_same


def test_the_same_document_from_another_address_is_read_anew() -> None:
    assert set(read_document(rss(item(1)), URL, {}).items).isdisjoint(
        read_document(rss(item(1)), "https://b.example/", {}).items
    )


@pytest.mark.parametrize(
    "middle",
    [
        "<title>between items</title>",
        "</channel><channel>",
        "text",
        "<item/>",
        "<entry><title>x</title></entry>",
        "<atom:entry xmlns:atom='http://www.w3.org/2005/Atom'><title>x</title></atom:entry>",
        "<item><title>x</title><item><title>nested</title></item></item>",
        "</item>",
        "<item>",
        "<item><title>never closed",
        "<!-- never closed ",
        "<item><![CDATA[ never closed </item>",
        "<item title='>'",
    ],
)
def test_what_is_no_head_with_items_and_a_tail_is_read_as_a_whole(middle: str) -> None:
    assert split(rss(item(1), middle, item(2)).decode()) is None
    assert not read_document(rss(item(1), middle, item(2)), URL, {}, frozenset([b"12345678"])).is_part


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- <item> and </item> -->",
        "<title><![CDATA[<item>]]></title>",
        "<description><![CDATA[</item>]]>x</description>",
        "<dc:title><![CDATA[a ]] b <item ]]></dc:title>",
        "<?php <item> ?>",
        "<items>x</items>",
        "<description>&lt;item></description>",
    ],
)
def test_what_looks_like_an_item_and_is_none_does_not_confuse(hidden: str) -> None:
    assert pieces_of(rss(item(1, hidden), item(2)).decode()) == (2, "\n" + TAIL)


def test_items_of_every_format_and_prefix_are_found() -> None:
    atom = "<feed xmlns='x'><title>A</title><entry a='>'><id>1</id></entry>\r\n<entry ></entry ></feed>"
    rdf = (
        "<rdf:RDF xmlns:rdf='r'><channel/><rss:item rdf:about='x'></rss:item><!-- y --><rss:item></rss:item></rdf:RDF>"
    )
    assert pieces_of(atom) == (2, "</feed>")
    assert pieces_of(rdf) == (2, "</rdf:RDF>")


def test_a_damaged_document_is_never_taken_apart() -> None:
    damaged = rss(item(1), item(2, "<b>"))
    reading = read_document(damaged, URL, {})
    assert reading.document.warnings
    assert reading.items == ()
    sound = read_document(rss(item(1)), URL, {})
    assert not read_document(damaged, URL, {}, frozenset(sound.items)).is_part


def test_thousands_of_items_are_read_as_a_whole() -> None:
    assert split(rss(*map(item, range(MOST_ITEMS + 1))).decode()) is None


@pytest.mark.parametrize("flood", ["<!--", "<![CDATA[", "<item ", "<item>", "</item>", "<x:item>", "<?", "<item a='"])
def test_a_flood_takes_no_time(flood: str) -> None:
    read = split("<rss><channel>" + flood * 100_000)
    assert read is None


@given(st.lists(st.integers(0, 30), unique=True, min_size=1), st.data())
def test_any_part_of_a_document_reads_as_it_does_in_the_whole(numbers: list[int], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.sampled_from(["", "<dc:creator>A &amp; B</dc:creator>", "<x/>"]), min_size=31))
    body = rss(*(item(number, texts[number % len(texts)]) for number in numbers))
    whole = read_document(body, URL, {})
    seen = data.draw(st.sets(st.sampled_from(whole.items)))
    part = read_document(body, URL, {}, seen)
    unseen = [entry for entry, name in zip(whole.document.entries, whole.items, strict=False) if name not in seen]
    assert part.document.entries == tuple(unseen)
    assert part.is_part is bool(seen)
