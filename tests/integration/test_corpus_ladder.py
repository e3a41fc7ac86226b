"""Saved feeds, item by item: read alone, and read without a parser, each entry is what it is in its document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newswatch.parse import Reading, document, read_document
from newswatch.parse.feed import DAMAGED_AROUND

pytestmark = pytest.mark.corpus

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"
URL = "https://feeds.example.net/folder/feed.xml"
ITEMS_A_FILE = 12

Case = tuple[str, bytes, dict[str, str]]


@cache
def cases() -> tuple[Case, ...]:
    oracle = CORPUS / "oracle.jsonl"
    if not oracle.exists():
        pytest.skip("the corpus of saved feeds is not beside this checkout")
    lines = [json.loads(line) for line in oracle.read_text("utf-8").splitlines()]
    return tuple((one["file"], (CORPUS / one["file"]).read_bytes(), one.get("headers") or {}) for one in lines)


def taken_apart() -> Iterator[tuple[Case, Reading]]:
    """The feeds of two items or more that can be, read as a whole."""
    for case in cases():
        reading = read_document(case[1], URL, case[2])
        if len(set(reading.items)) > 1:
            yield case, reading


def test_an_item_read_alone_is_the_same_entry() -> None:
    feeds = items = 0
    for (file, body, headers), whole in taken_apart():
        feeds += 1
        for place in range(0, len(whole.items), max(1, len(whole.items) // ITEMS_A_FILE)):
            name = whole.items[place]
            if whole.items.count(name) > 1:
                continue
            part = read_document(body, URL, headers, frozenset(whole.items) - {name})
            assert part.is_part, file
            assert part.document.entries == (whole.document.entries[place],), file
            items += 1
            said = (part.document.title, part.document.lang, part.document.wish_s, part.document.format)
            assert said == (whole.document.title, whole.document.lang, whole.document.wish_s, whole.document.format)
    assert feeds > 150
    assert items > 1_000


def test_most_real_feeds_can_be_taken_apart() -> None:
    several = [read_document(*case[1:2], URL, case[2]) for case in cases()]
    several = [one for one in several if len(one.document.entries) > 1 and not one.document.format.startswith("json")]
    assert sum(bool(one.items) for one in several) / len(several) > 0.9


def test_plain_items_are_what_feedparser_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [read_document(body, URL, headers) for _, body, headers in cases()]

    def all_to_feedparser(_: Any, items: list[str]) -> list[None]:
        return [None] * len(items)

    monkeypatch.setattr(document, "plain_items", all_to_feedparser)
    for (file, body, headers), one in zip(cases(), ours, strict=True):
        if DAMAGED_AROUND in one.document.warnings:
            continue  # there feedparser guesses
        assert read_document(body, URL, headers) == one, file
