"""Promise T14: a page that is no feed is a failed poll, and says what it is."""

from __future__ import annotations

import gzip

import pytest

from newswatch.parse import parse_document

LOGIN = "<html><body><form><input type='password'></form></body></html>"


PAGE = "this is an HTML page, not a feed"
GATE = "this is a login or consent page, not a feed"
OTHER = "this is an XML document of another kind"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "this is an empty answer, not a feed"),
        (" \n\ufeff \r\n", "this is an empty answer, not a feed"),
        ("OK", "this is plain text, not a feed"),
        ("<!DOCTYPE html><html><head><title>The\nDaily</title>", f"{PAGE} (title: The Daily)"),
        ("<html><p>x</p></html>", PAGE),
        ("<!-- x --><HTML><TITLE>A &amp; B \x1b[31m</TITLE>", f"{PAGE} (title: A & B [31m)"),
        ("<html><body>Our feed: &lt;rss version='2.0'> <p>", PAGE),
        ("<html><title>Sign in to Wi-Fi</title>", f"{GATE} (title: Sign in to Wi-Fi)"),
        ("<html><title>Before: cookies</title>", f"{GATE} (title: Before: cookies)"),
        (LOGIN, GATE),
        ("<opml version='2.0'><body/></opml>", "this is an OPML list of feeds, not a feed: import it instead"),
        ("<?xml version='1.0'?><s:urlset><x/></s:urlset>", f"{OTHER} (<urlset>), not a feed"),
        ("<unknown><channel><item><title>x</title></item></channel></unknown>", f"{OTHER} (<unknown>), not a feed"),
        ("\x00\x01\x02", "this is binary data or text in an encoding it does not name, not a feed"),
        ("<!--" * 10_000, "this is plain text, not a feed"),
        ("<!DOCTYPE x [" * 10_000, "this is plain text, not a feed"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(body: str, error: str) -> None:
    feed = parse_document(body.encode(), "https://wire.example/", {"content-type": "application/rss+xml"})
    assert feed.error == error
    assert feed.entries == ()


def test_compressed_files_are_refused() -> None:
    feed = parse_document(gzip.compress(b"<rss version='2.0'/>"), "", {})
    assert feed.error == "this is a compressed file, not a feed"


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'><channel/></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'/>",
        "<CHANNEL HREF='https://wire.example/'><TITLE>Wire</TITLE></CHANNEL>",
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": []}',
    ],
)
def test_a_feed_without_entries_is_a_feed(body: str) -> None:
    feed = parse_document(body.encode(), "https://wire.example/", {"content-type": "text/html"})
    assert feed.error is None
    assert feed.format
    assert feed.entries == ()
