"""JSON Feed 1.0 and 1.1, and JSON that is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse import parse_document

URL = "https://wire.example/feed.json"
V1 = "https://jsonfeed.org/version/1"
V11 = "https://jsonfeed.org/version/1.1"


def read(document: object) -> ParsedFeed:
    return parse_document(json.dumps(document).encode(), URL, {"content-type": "application/feed+json"})


def test_an_item_becomes_an_entry() -> None:
    feed = read(
        {
            "version": V11,
            "title": "Wire",
            "language": "en-US",
            "items": [
                {
                    "id": "w-1",
                    "url": "/1",
                    "title": "Harbour <reopens>\u202e",
                    "summary": "Ships & boats.",
                    "content_html": "<p>Ships are</p><p>back.</p>",
                    "date_published": "2025-03-04T13:00:00+01:00",
                    "authors": [{"name": "A. Writer"}, {"url": "https://wire.example/b"}],
                    "tags": ["Ports", "ports", 7],
                    "language": "de",
                }
            ],
        }
    )
    assert feed == ParsedFeed(
        title="Wire",
        lang="en-us",
        format="json1.1",
        entries=(
            ParsedEntry(
                id="w-1",
                title="Harbour <reopens>",
                link="https://wire.example/1",
                published=datetime(2025, 3, 4, 12, tzinfo=UTC),
                author="A. Writer",
                summary="Ships & boats.",
                content="Ships are\n\nback.",
                tags=("Ports",),
                lang="de",
            ),
        ),
    )


def test_version_1_0_has_one_author_and_may_number_its_items() -> None:
    feed = read({"version": V1, "items": [{"id": 17, "content_text": "a <b>\nc", "author": {"name": "A. Writer"}}]})
    (entry,) = feed.entries
    assert (entry.id, entry.has_guid, entry.content, entry.author) == ("17", True, "a <b>\nc", "A. Writer")
    assert feed.format == "json1.0"


def test_fields_of_the_wrong_type_count_as_missing() -> None:
    item = {"id": [], "url": 1.2, "title": 1000, "content_text": [], "content_html": True, "summary": {}, "tags": "x"}
    feed = read({"version": V1, "title": None, "items": [item, "no item", {"id": "2", "authors": "x", "author": []}]})
    assert [entry.has_guid for entry in feed.entries] == [False, True]
    assert feed.entries[0].title == ""


def test_an_item_without_url_links_to_the_outside() -> None:
    item = {"id": "1", "url": "javascript:alert(1)", "external_url": "https://other.example/"}
    assert read({"version": V1, "items": [item]}).entries[0].link == "https://other.example/"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("[]", "this is JSON, but not a feed"),
        ("{}", "this is JSON, but does not say that it is a JSON Feed"),
        (
            '{"version": "https://jsonfeed.org/version/1"}',
            "this says that it is a JSON Feed, but its title or its items",
        ),
        ('{"version": "https://jsonfeed.org/version/1", "title": [], "items": []}', "this says that it is a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": []} trailing', "this looks like JSON, but is damaged"),
        ('{"version": ', "this looks like JSON, but is damaged"),
        ('{"a":' * 100_000, "this is JSON nested too deeply"),
        ("[" * 100_000, "this is JSON nested too deeply"),
        ('{"a": "' + '\\"' * 100_000, "this looks like JSON, but is damaged"),
        ('{"a": ' + "9" * 100_000 + "}", "this looks like JSON, but is damaged"),
    ],
)
def test_other_json_is_refused_in_words(body: str, error: str) -> None:
    feed = parse_document(body.encode(), URL, {})
    assert feed.entries == ()
    assert feed.error is not None
    assert feed.error.startswith(error)


def test_brackets_in_strings_are_no_depth() -> None:
    item = {"id": "1", "title": "[" * 200 + '"' + "{" * 200 + "\\"}
    assert len(read({"version": V1, "items": [item]}).entries) == 1
