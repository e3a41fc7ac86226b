"""Some two thousand saved feeds against what is known about them without running our code.

The bars: entries counted right in 99.5 % of the documents, titles and links right in 99 %, ids in 97 %;
everything that is no feed refused; nothing unsafe in any output; the same ids when read again.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import parse_document
from newswatch.text.urls import safe_link

pytestmark = pytest.mark.corpus

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"
URL = "https://feeds.example.net/folder/feed.xml"
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
TAG = re.compile(r"<[^<>]*>")

Case = dict[str, Any]


@cache
def cases() -> tuple[tuple[Case, ParsedFeed], ...]:
    """Each line of the oracle with what we make of its file; read once for all tests."""
    oracle = CORPUS / "oracle.jsonl"
    if not oracle.exists():
        pytest.skip("the corpus of saved feeds is not beside this checkout")
    lines = [json.loads(line) for line in oracle.read_text("utf-8").splitlines()]
    return tuple((case, read(case)) for case in lines)


def read(case: Case) -> ParsedFeed:
    return parse_document((CORPUS / case["file"]).read_bytes(), URL, case.get("headers") or {})


def feeds() -> Iterator[tuple[Case, ParsedFeed]]:
    return (
        (case, feed) for case, feed in cases() if case["kind"] == "feed" and case["level"] not in {"notfeed", "none"}
    )


def entries() -> Iterator[tuple[Case, ParsedEntry]]:
    """What is known of an entry, and the entry, where the numbers of entries agree."""
    for case, feed in feeds():
        if len(feed.entries) == case["count"]:
            yield from zip(case.get("entries") or (), feed.entries, strict=False)


def same_text(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def folded(text: str) -> str:
    """As the oracle compares titles: entities decoded, tags and invisible characters dropped, blanks folded."""
    bare = TAG.sub("", html.unescape(html.unescape(text)))
    seen = "".join(char for char in bare if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc"})
    return " ".join(unicodedata.normalize("NFC", seen).split())


def share(results: Iterator[bool]) -> float:
    counts = Counter(results)
    assert counts.total() > 100
    return counts[True] / counts.total()


def test_entries_are_counted_right() -> None:
    assert share(len(feed.entries) + feed.dropped == case["count"] for case, feed in feeds()) >= 0.995


def test_feeds_are_taken_for_feeds() -> None:
    assert share(feed.error is None for _, feed in feeds()) >= 0.995


def test_titles_are_right() -> None:
    assert share(same_text(e.title, known["title"]) for known, e in entries() if known.get("title") is not None) >= 0.99


def test_links_are_right() -> None:
    # Addresses are compared in our normal form; relative ones as taken from the feed's own address.
    assert (
        share(
            entry.link == safe_link(known["link"], URL)
            for known, entry in entries()
            if known.get("link") is not None and not known["link"].startswith("..")
        )
        >= 0.99
    )


def test_ids_are_right() -> None:
    assert (
        share(
            entry.id == " ".join(known["id"].split()) if known["id"] else not entry.has_guid
            for known, entry in entries()
            if known.get("id") is not None
        )
        >= 0.97
    )


def test_everything_else_is_refused_in_words() -> None:
    refused = [(case["file"], feed.error, feed.entries) for case, feed in cases() if case["level"] == "notfeed"]
    assert refused
    assert [file for file, error, found in refused if not error or found] == []


def test_nothing_unsafe_comes_out_of_any_document() -> None:
    for case, feed in cases():
        texts = [feed.title, feed.error or "", *feed.warnings]
        for entry in feed.entries:
            texts += [
                entry.id,
                entry.title,
                entry.link or "",
                entry.author or "",
                entry.summary,
                entry.content,
                *entry.tags,
            ]
            assert entry.link is None or re.match(r"https?://[^/?#]", entry.link), case["file"]
        assert not any(UNSAFE.search(text) for text in texts), case["file"]


def test_ids_are_the_same_when_read_again() -> None:
    for case, feed in list(cases())[::5]:
        assert [entry.id for entry in read(case).entries] == [entry.id for entry in feed.entries], case["file"]
