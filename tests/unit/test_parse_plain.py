"""Which items are plain enough to be read without a parser, and that the answer makes no difference."""

from __future__ import annotations

from typing import Any

import pytest

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import document, parse_document
from newswatch.parse.plain import plain_items
from newswatch.parse.plainatom import atom_dialect
from newswatch.parse.plainrss import rdf_dialect, rss_dialect

RSS = (
    "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:odd='urn:odd'"
    " xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:atom='http://www.w3.org/2005/Atom'"
    " xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:media='http://search.yahoo.com/mrss/'>"
    "<channel><title>x</title>"
)
GERMAN = "<rss version='2.0' xml:lang='de-CH'><channel><title>x</title>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='uk' xmlns:media='http://search.yahoo.com/mrss/'>"
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
    " xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='c'><title>x</title></channel>"
)
WHOLE = {RSS: ("item", "</channel></rss>"), GERMAN: ("item", "</channel></rss>"), ATOM: ("entry", "</feed>")}

PLAIN = [
    (RSS, "<title> a &amp; b </title><link>https://a.example/?a=1&amp;b=2</link><guid isPermaLink='false'>1</guid>"),
    (RSS, "<title><![CDATA[a ]] b]]> c</title><description>&lt;p>x&lt;/p>&#233;</description>"),
    (RSS, "<dc:creator>A. Writer</dc:creator><author>a@b.example (B)</author><category domain='d'>One</category>"),
    (RSS, "<content:encoded><![CDATA[<p>y</p>]]></content:encoded><description>x</description>"),
    (RSS, "<pubDate>Tue, 04 Mar 2025 21:00:00 KST</pubDate>\r\n<odd:thing a='b'>c</odd:thing><guid/>"),
    (RSS, "<title>caf\u00c3\u00a9</title><source url='https://a.example/'>A</source>"),
    (RSS, "<description>x</description><itunes:summary>a &lt;p>long&lt;/p> one</itunes:summary>"),
    (RSS, "<itunes:summary>&lt;p>a&lt;/p></itunes:summary><content:encoded>b</content:encoded>"),
    (
        RSS,
        "<description>x</description><content:encoded>y</content:encoded><itunes:summary>z &amp;amp;</itunes:summary>",
    ),
    (RSS, "<itunes:summary>one</itunes:summary><itunes:summary>&lt;br></itunes:summary><itunes:title>t</itunes:title>"),
    (
        RSS,
        "<description/><itunes:summary>z</itunes:summary><content:encoded>y</content:encoded><itunes:summary/><title/>",
    ),
    (RSS, "<itunes:summary>one</itunes:summary><media:keywords/><itunes:keywords>a, b,,a </itunes:keywords>"),
    (RSS, "<category>a</category><media:keywords>a,b&amp;c</media:keywords><dc:subject>d</dc:subject>"),
    (RSS, "<link>https://a.example/1</link><atom:link rel='enclosure' href='https://a.example/2'/>"),
    (RSS, "<atom:link rel='replies' type='text/html' href='/2'/><link>https://a.example/1</link><title>a</title>"),
    (RSS, "<pubDate>Tue, 04 Mar 2025 21:00:00 GMT</pubDate><atom:updated>2025-03-05T12:00:00Z</atom:updated>"),
    (RSS, "<atom:updated>2025-03-05T12:00:00Z</atom:updated><guid>x</guid>"),
    (RSS, "<atom:link rel='standout' href='https://a.example/2'></atom:link><title/>"),
    (GERMAN, "<title>a</title>"),
    (GERMAN, "<title/><description>a</description>"),
    (GERMAN, "<description>a</description><guid>1</guid>"),
    (GERMAN, "<guid>1</guid><category>a</category>"),
    (ATOM, "<title type='html'>a &lt;b>b&lt;/b></title><id>1</id><link href='/1'/><link rel='self' href='x'/>"),
    (ATOM, "<content type='xhtml'><div>a<br/>b <b>c</b> &lt;</div></content>"),
    (
        ATOM,
        "<author><name>A</name><uri>u</uri></author><summary xml:lang='de'>x</summary><category term='t' label='l'/>",
    ),
    (
        ATOM,
        "<title>v</title><media:group><media:title>v</media:title><media:description>d</media:description></media:group>",
    ),
    (ATOM, "<updated>2025-03-04T12:00:00Z</updated><published>2025-03-04T11:00:00Z</published><rights>x</rights>"),
]

STRANGE = [
    (RSS, "<title>a &lt;b&gt;b&lt;/b&gt;</title>"),
    (RSS, "<title>a &amp;amp; b</title>"),
    (RSS, "<title>one</title><title>two</title>"),
    (RSS, "<title type='html'>x</title>"),
    (RSS, "<title>x</title><unknown>y</unknown>"),
    (RSS, "<description><p>markup</p></description>"),
    (RSS, "<title xml:lang='de'>x</title>"),
    (GERMAN, "<title xml:lang='fr'>x</title>"),
    (RSS, "<pubDate>one of these days</pubDate>"),
    (RSS, "<link>http:///a.example/1</link>"),
    (RSS, "<title>\x93x\x94</title>"),
    (RSS, "<dc:creator xmlns:dc='urn:other'>x</dc:creator>"),
    (RSS, "<atom:link href='https://a.example/2'/>"),
    (RSS, "<atom:link rel='alternate' href='https://a.example/2'/>"),
    (RSS, "<itunes:summary>one</itunes:summary><description>two</description>"),
    (RSS, "<itunes:summary>&lt;madeup>one&lt;/madeup></itunes:summary>"),
    (RSS, "<itunes:summary>one &amp;madeup; two</itunes:summary>"),
    (RSS, "<itunes:keywords text='a'/>"),
    (ATOM, "<title type='xhtml'><div><script>x</script></div></title>"),
    (ATOM, "<content type='image/png'>x</content>"),
    (ATOM, "<content type='html' src='https://a.example/'/>"),
    (ATOM, "<author><email>a@b.example</email></author>"),
    (ATOM, "<source><title>x</title></source>"),
]
ILL_FORMED = [
    "<title>a & b</title>",
    "<title>a ]]> b</title>",
    "<title>&nosuch;</title>",
    "<title>x</titel>",
    "<title a=b>x</title>",
]


def nodes(head: str, inside: str) -> list[Any]:
    name = "entry" if head == ATOM else "item"
    dialect = (atom_dialect if head == ATOM else rss_dialect)(head)
    assert dialect is not None
    return plain_items(dialect, [f"<{name}>{inside}</{name}>"])


def read(head: str, inside: str) -> ParsedFeed:
    name, tail = WHOLE[head]
    items = f"<{name}>{inside}</{name}><{name}><id>other</id></{name}>"
    return parse_document((head + items + tail).encode(), "https://a.example/feed", {})


@pytest.mark.parametrize(("head", "inside"), PLAIN + STRANGE)
def test_whether_an_item_is_plain_makes_no_difference(head: str, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = read(head, inside)

    def all_to_feedparser(_: Any, items: list[str]) -> list[None]:
        return [None] * len(items)

    monkeypatch.setattr(document, "plain_items", all_to_feedparser)
    assert read(head, inside) == ours


@pytest.mark.parametrize(("head", "inside"), PLAIN)
def test_plain_items_are_read_here(head: str, inside: str) -> None:
    assert None not in nodes(head, inside)


@pytest.mark.parametrize(("head", "inside"), STRANGE)
def test_whatever_is_not_plain_beyond_doubt_is_left_to_feedparser(head: str, inside: str) -> None:
    assert nodes(head, inside) == [None]


@pytest.mark.parametrize("inside", ILL_FORMED)
def test_nothing_ill_formed_is_plain(inside: str) -> None:
    assert nodes(RSS, inside) == nodes(ATOM, inside) == [None]


@pytest.mark.parametrize(
    "head",
    [
        RSS.replace("<channel>", "<channel xml:base='https://b.example/'>"),
        RSS.replace("<channel>", "<channel xml:lang='de'>"),
        RSS.replace("version='2.0'", "version='2.0' xmlns='urn:x'"),
        "<!DOCTYPE rss [<!ENTITY a 'b'>]>" + RSS,
        RSS + "</channel>",
        ATOM.replace("xmlns='http://www.w3.org/2005/Atom'", "xmlns='urn:x'"),
        RDF.replace("http://purl.org/rss/1.0/", "urn:x"),
        "<html>",
    ],
)
def test_nothing_is_plain_behind_a_head_that_changes_what_it_means(head: str) -> None:
    assert rss_dialect(head) is atom_dialect(head) is rdf_dialect(head) is None


def test_items_of_rss_1_0_are_named_by_their_about() -> None:
    body = RDF + "<item rdf:about='https://a.example/1'><title>A</title><dc:subject>s</dc:subject></item></rdf:RDF>"
    (entry,) = parse_document(body.encode(), "", {}).entries
    assert entry == ParsedEntry(
        id="https://a.example/1", title="A", link=None, published=None, author=None, summary="", tags=("s",)
    )
