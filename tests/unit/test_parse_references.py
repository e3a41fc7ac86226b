"""Ampersands that are no references: the most common damage of all."""

from __future__ import annotations

import pytest

from newswatch.parse import parse_document
from newswatch.parse.references import MENDED, with_references


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("AT&T", "AT&amp;T"),
        ("a & b &", "a &amp; b &amp;"),
        ("?a=1&b=2", "?a=1&amp;b=2"),
        ("x&nbsp;y", "x&#160;y"),
        ("&eacute;&NotEqualTilde;", "&#233;&#8770;&#824;"),
        ("&nosuch;", "&amp;nosuch;"),
        ("&#;&#x;", "&amp;#;&amp;#x;"),
        ("&lang;", "&#9001;"),
        ("<![CDATA[a & b]]> & <![CDATA[&nbsp;]]>", "<![CDATA[a & b]]> &amp; <![CDATA[&nbsp;]]>"),
        ("a & <![CDATA[never & closed", "a &amp; <![CDATA[never & closed"),
    ],
)
def test_each_becomes_a_reference_to_what_is_meant(wrong: str, right: str) -> None:
    assert with_references(wrong) == right


@pytest.mark.parametrize(
    "text", ["&amp;&lt;&gt;&quot;&apos;&#1;&#xAf;", "<![CDATA[ & ]]>", "<!DOCTYPE x [<!ENTITY y 'z'>]> & &y;", ""]
)
def test_a_document_without_any_stays_the_very_same(text: str) -> None:
    assert with_references(text) is text


def test_a_feed_with_one_is_read_to_the_letter_and_marked() -> None:
    body = "<rss version='2.0'><channel><item><title>AT&T, &nbsp;Kyïv</title><link>https://a.example/?a=1&b=2</link></item>"
    feed = parse_document((body + "</channel></rss>").encode(), "", {})
    assert feed.warnings == (MENDED,)
    assert [(entry.title, entry.link) for entry in feed.entries] == [("AT&T, Kyïv", "https://a.example/?a=1&b=2")]


def test_a_flood_takes_no_time() -> None:
    assert len(with_references("&" * 300_000)) == 1_500_000
    assert len(with_references("<![CDATA[&" * 100_000)) == 1_000_000
