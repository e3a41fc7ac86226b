"""RSS, RDF and Atom: which of the things a document says becomes the entry."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import parse_document

URL = "https://wire.example/feeds/world.xml"


def rss(*items: str, channel: str = "", attributes: str = "") -> bytes:
    """An RSS document with these items."""
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"{attributes}><channel><title>Wire</title>{channel}{body}</channel></rss>'.encode()


def atom(*entries: str, head: str = "", attributes: str = "") -> bytes:
    """An Atom document with these entries."""
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{attributes}><title>Wire</title>{head}{body}</feed>'.encode()


def read(body: bytes, **headers: str) -> ParsedFeed:
    return parse_document(body, URL, {name.replace("_", "-"): value for name, value in headers.items()})


def only(body: bytes) -> ParsedEntry:
    (entry,) = read(body).entries
    return entry


def test_an_rss_item_becomes_an_entry() -> None:
    feed = read(
        rss(
            "<title>Harbour reopens</title><link>https://wire.example/1</link><guid isPermaLink='false'>w-1</guid>"
            "<pubDate>Tue, 04 Mar 2025 21:00:00 KST</pubDate><author>desk@wire.example (A. Writer)</author>"
            "<category>Ports</category><category>ports</category><category>Trade</category>"
            "<description>&lt;p&gt;Ships are back.&lt;/p&gt;</description>",
            channel="<language>en-GB</language><link>https://wire.example/</link>",
        )
    )
    assert feed == ParsedFeed(
        title="Wire",
        lang="en-gb",
        format="rss20",
        entries=(
            ParsedEntry(
                id="w-1",
                title="Harbour reopens",
                link="https://wire.example/1",
                published=datetime(2025, 3, 4, 12, tzinfo=UTC),
                author="A. Writer",
                summary="Ships are back.",
                tags=("Ports", "Trade"),
                has_guid=True,
            ),
        ),
    )


def test_an_atom_entry_becomes_an_entry() -> None:
    entry = only(
        atom(
            '<id>tag:wire.example,2025:1</id><title type="html">Fish &amp;amp; &lt;i>ships&lt;/i></title>'
            '<link rel="edit" href="/edit/1"/><link rel="alternate" href="/1"/>'
            "<updated>2025-03-04T13:00:00+01:00</updated><author><name>A. Writer</name></author>"
            "<author><name>B. Writer</name></author><category term='x1' label='Ports'/>"
            '<summary>Short &lt;b>.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
            "<p>Long</p><p>text</p></div></content>",
            attributes=' xml:lang="de"',
        )
    )
    assert entry == ParsedEntry(
        id="tag:wire.example,2025:1",
        title="Fish & ships",
        link="https://wire.example/1",
        published=datetime(2025, 3, 4, 12, tzinfo=UTC),
        author="A. Writer, B. Writer",
        summary="Short <b>.",
        content="Long\n\ntext",
        tags=("Ports",),
        lang="de",
    )


def test_rdf_items_are_named_by_their_about() -> None:
    body = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b'<channel rdf:about="https://wire.example/"><title>Wire</title></channel>'
        b'<item rdf:about="urn:1"><title>One</title><link>https://wire.example/1</link></item></rdf:RDF>'
    )
    assert (only(body).id, only(body).has_guid, read(body).format) == ("urn:1", True, "rss10")


def test_the_first_of_two_links_is_the_link() -> None:
    assert only(rss("<link>https://wire.example/1</link><link>https://wire.example/2</link>")).link == (
        "https://wire.example/1"
    )
    assert only(atom('<link href="https://wire.example/1"/><link href="https://wire.example/2"/>')).link == (
        "https://wire.example/1"
    )


def test_a_link_to_a_page_goes_before_links_to_other_things() -> None:
    entry = only(
        atom(
            '<link rel="self" href="https://wire.example/self"/>'
            '<link type="application/json" href="https://wire.example/json"/>'
            '<link type="text/html" href="https://wire.example/page"/>'
        )
    )
    assert entry.link == "https://wire.example/page"


def test_a_permalink_guid_is_the_link_only_where_there_is_none() -> None:
    assert only(rss("<guid>https://wire.example/g</guid>")).link == "https://wire.example/g"
    assert only(rss("<guid>https://wire.example/g</guid><link>https://wire.example/l</link>")).link == (
        "https://wire.example/l"
    )
    assert only(rss("<guid isPermaLink='false'>https://wire.example/g</guid>")).link is None
    assert only(rss("<guid>12345</guid>")).link is None
    assert only(atom("<id>https://wire.example/id</id>")).link is None


def test_relative_links_are_taken_from_the_right_place() -> None:
    assert only(atom('<link href="a.html"/>')).link == "https://wire.example/feeds/a.html"
    assert only(atom('<link href="a.html"/>', attributes=' xml:base="https://other.example/b/"')).link == (
        "https://other.example/b/a.html"
    )
    assert only(atom('<link href="a.html"/>', attributes=' xml:base="/c/"')).link == "https://wire.example/c/a.html"
    assert only(rss("<link>/a</link>", channel="<link>https://site.example/x</link>")).link == "https://site.example/a"


def test_a_site_that_is_itself_relative_does_not_stand_twice_in_the_links_of_its_items() -> None:
    assert only(rss("<link>blog/1</link>", channel="<link>blog/</link>")).link == "https://wire.example/feeds/blog/1"
    assert only(rss("<link>1</link>", channel="<link>/news/</link>")).link == "https://wire.example/news/1"
    assert only(rss("<link>1</link>", channel="<link>//site.example/n/</link>")).link == "https://site.example/n/1"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "ssh://host", "data:text/html,x", "mailto:a@b.c"]
)
def test_a_link_that_is_not_http_is_no_link(link: str) -> None:
    assert only(rss(f"<title>t</title><link>{link}</link><guid isPermaLink='true'>{link}</guid>")).link is None


def test_the_id_does_not_depend_on_where_the_feed_was_fetched() -> None:
    body = rss("<guid>a/relative/guid</guid><title>t</title>") + b""
    ids = {parse_document(body, url, {}).entries[0].id for url in (URL, "http://old.example/f", "")}
    assert ids == {"a/relative/guid"}


def test_what_names_an_entry_without_an_id() -> None:
    by_link = only(rss("<title>t</title><link>https://wire.example/1</link>"))
    assert (by_link.id, by_link.has_guid) == ("https://wire.example/1", False)
    monday, monday_evening, tuesday = read(
        rss(
            "<title>Briefing</title><pubDate>Mon, 03 Mar 2025 08:00:00 GMT</pubDate>",
            "<title>Briefing</title><pubDate>Mon, 03 Mar 2025 18:00:00 GMT</pubDate>",
            "<title>Briefing</title><pubDate>Tue, 04 Mar 2025 08:00:00 GMT</pubDate>",
        )
    ).entries
    assert monday.id == monday_evening.id != tuesday.id
    assert not monday.has_guid


def test_ids_too_long_to_keep_stay_apart() -> None:
    one, other = read(rss(f"<guid>{'x' * 9_000}1</guid>", f"<guid>{'x' * 9_000}2</guid>")).entries
    assert one.id != other.id
    assert len(one.id) < 100


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("AT&amp;T", "AT&T"),
        ("<![CDATA[AT&amp;T &#8217;s <b>plan</b>]]>", "AT&T ’s plan"),
        ("a &lt; b", "a < b"),
        ("one&lt;br&gt;two", "one two"),
        ("  many\n\t blanks ", "many blanks"),
        ("\u202egnp.exe &#x1b;[31m\U000e0041", "gnp.exe [31m"),
        ("", ""),
    ],
)
def test_titles_of_rss(raw: str, title: str) -> None:
    # Blocks inside a title part its words.
    assert only(rss(f"<title>{raw}</title><guid>1</guid>")).title == title


def test_a_plain_title_of_atom_means_what_it_says() -> None:
    assert only(atom("<id>1</id><title>How &lt;b&gt; works</title>")).title == "How <b> works"
    assert (
        only(atom("<id>1</id><title type='html'>How &lt;b&gt;this&lt;/b&gt; works</title>")).title == "How this works"
    )


def texts(inner: str) -> tuple[str, str]:
    entry = only(rss(inner, attributes=' xmlns:content="http://purl.org/rss/1.0/modules/content/"'))
    return entry.summary, entry.content


def test_summary_and_content_are_kept_apart_and_never_twice() -> None:
    short, long = "<description>Short.</description>", "<content:encoded>Long one.</content:encoded>"
    assert texts(short + long) == ("Short.", "Long one.")
    assert texts(long + short) == ("Short.", "Long one.")
    assert texts(short + "<content:encoded>&lt;p>Short.&lt;/p></content:encoded>") == ("Short.", "")
    assert texts(long) == ("", "Long one.")
    assert texts(short) == ("Short.", "")


@pytest.mark.parametrize(
    ("raw", "author"),
    [
        ("desk@wire.example (A. Writer)", "A. Writer"),
        ("<![CDATA[A. Writer <desk@wire.example>]]>", "A. Writer"),
        ("desk@wire.example", "desk@wire.example"),
        ("A. Writer in Busan", "A. Writer in Busan"),
        (" ", None),
    ],
)
def test_people_are_called_by_their_names(raw: str, author: str | None) -> None:
    entry = only(rss(f"<guid>1</guid><author>{raw}</author><link>https://wire.example/@desk</link>"))
    assert (entry.author, entry.link) == (author, "https://wire.example/@desk")


def test_the_caption_of_a_picture_is_not_the_summary() -> None:
    entry = only(
        rss(
            "<media:content url='p.jpg'><media:description>A crane.</media:description></media:content>"
            "<description>The strike goes on.</description>",
            attributes=' xmlns:media="http://search.yahoo.com/mrss/"',
        )
    )
    assert (entry.summary, entry.content) == ("The strike goes on.", "")


def test_languages_and_tags_are_put_in_order() -> None:
    feed = read(
        atom(
            "<id>1</id><title xml:lang='pt_BR'>x</title>" + "".join(f"<category term='t{n}'/>" for n in range(50)),
            "<id>2</id><title xml:lang='x y z'>x</title><category term='https://scheme.example/#kind'/>",
        )
    )
    assert [entry.lang for entry in feed.entries] == ["pt-br", None]
    assert [len(entry.tags) for entry in feed.entries] == [32, 0]


def test_the_newest_two_thousand_are_kept_and_the_rest_counted() -> None:
    items = [f"<guid>{n}</guid><pubDate>{n % 28 + 1} Jan {1990 + n // 100} 10:00 GMT</pubDate>" for n in range(2_500)]
    feed = read(rss(*items))
    assert (len(feed.entries), feed.dropped) == (2_000, 500)
    assert [entry.id for entry in feed.entries] == [str(n) for n in range(500, 2_500)]


def test_without_dates_the_first_two_thousand_are_kept() -> None:
    feed = read(rss(*(f"<guid>{n}</guid>" for n in range(2_001))))
    assert (feed.entries[-1].id, feed.dropped) == ("1999", 1)


def test_one_bad_reference_costs_one_character() -> None:
    entry = only(rss("<guid>1</guid><title>before &#xD800; &#0;&#xD83D;&#xDE00; after</title>"))
    assert entry.title == "before \ufffd 😀 after"


def test_a_damaged_document_gives_what_can_be_read() -> None:
    whole = rss(*(f"<guid>{n}</guid><title>Title {n} &amp; more</title>" for n in range(10)))
    middle = whole.index(b"Title 5")
    for damaged in (
        whole[:middle],
        whole[:middle] + b"\x00\x0b\xff & < &nbsp; <b>" + whole[middle:],
        b"<br />\n<b>Warning</b>: undefined in x.php on line 3<br />\n" + whole,
        b"\xef\xbb\xbf\n\n  " + whole,
        whole + b"<script>tail()</script>",
    ):
        entries = read(damaged).entries
        assert [entry.title for entry in entries[:5]] == [f"Title {n} & more" for n in range(5)]
    assert len(read(whole[:middle] + b"<b>" + whole[middle:]).entries) == 10
    assert re.match(r"the XML is damaged in line \d+", read(whole[:middle]).warnings[0])
    assert read(whole).warnings == ()


def test_entities_are_never_fetched_nor_multiplied() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    feed = read(bomb + rss("<guid>1</guid><title>x &b; &f;</title>"))
    assert "root:" not in str(feed)
    assert len(str(feed)) < 1_000


@given(st.binary(max_size=400) | st.text(st.sampled_from("<>/rssfeditmlnk&#x;[]!CDATA- '\"=")).map(str.encode))
def test_no_bytes_make_it_fail(piece: bytes) -> None:
    for body in (piece, rss("<guid>1</guid><title>").replace(b"</item>", piece), b"{" + piece, b"<html>" + piece):
        feed = read(body)
        assert feed.error is None or feed.error.startswith("this ")
