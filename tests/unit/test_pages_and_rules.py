"""Rules on full text: which pages could make them match, and what they find there."""

from __future__ import annotations

import pytest

from newswatch.match.compile import compile_query
from newswatch.match.pages import could_match, explain_with_page, marks_with_page, same_words
from newswatch.model.entry import Document
from newswatch.model.hit import PAGE_FIELD, Mark
from newswatch.model.rule import DEFAULT_FIELDS

DOCUMENT = Document(title="Ferry runs again", summary="On Monday.", source="Dnipro Wire", url="https://a.example/f")


@pytest.mark.parametrize(
    ("query", "could"),
    [
        ("harbour", True),
        ("title:harbour", False),
        ("title:ferry AND harbour", True),
        ("title:bridge AND harbour", False),
        ("title:bridge OR body:harbour", True),
        ("harbour NOT ferry", False),
        ("harbour NOT title:bridge", True),
        ("site:b.example harbour", False),
        ("site:a.example harbour", True),
        ("ferry NEAR/3 harbour", True),
        ("summary:(ferry NEAR/3 harbour)", False),
        ("ATLEAST/9 ferry", True),
        ("body:* AND ferry", True),
        ("author:* AND ferry", False),
        ("/harb.ur/", True),
        ("title:/harb.ur/", False),
    ],
)
def test_a_page_is_wanted_only_where_it_could_decide(query: str, *, could: bool) -> None:
    assert could_match(compile_query(query, {}), DOCUMENT) is could


def test_a_rule_that_does_not_look_at_content_wants_no_page() -> None:
    assert not could_match(compile_query("harbour", {}, ("title",)), DOCUMENT)


def test_what_is_found_in_a_page_is_marked_where_it_is_shown() -> None:
    page = "# Piers\n\nThe **old** [harbour office][1] said so, and the ferry \\[sic\\] too."
    marks = marks_with_page(compile_query('"harbour office" AND title:ferry', {}), DOCUMENT, page)
    assert marks is not None
    assert [(mark.field, mark.text) for mark in marks] == [("title", "Ferry"), (PAGE_FIELD, "harbour office")]
    assert page[marks[1].start : marks[1].end] == "harbour office"
    assert marks_with_page(compile_query("bridge", {}), DOCUMENT, page) is None
    clause = explain_with_page('"harbour office"', DOCUMENT, page, {}, DEFAULT_FIELDS)
    assert clause.is_held
    assert clause.marks == marks[1:]


def test_a_phrase_that_a_link_or_emphasis_cuts_is_one_phrase() -> None:
    page = "Seen: North [Korean *troops*][3] there."
    marks = marks_with_page(compile_query("North Korean troops", {}), Document(), page)
    assert marks is not None
    assert page[marks[0].start : marks[0].end] == "North [Korean *troops"


def test_words_that_were_found_elsewhere_are_found_in_the_page_as_whole_words() -> None:
    page = "The **troops** are no *stormtroopsers*. TROOPS! 部隊の北朝鮮。"
    marks = same_words([Mark("title", 0, 6, "troops"), Mark("title", 9, 12, "北朝鮮"), Mark("url", 0, 3, "The")], page)
    assert [mark.text for mark in marks] == ["troops", "TROOPS", "北朝鮮"]
    assert all(page[mark.start : mark.end] == mark.text for mark in marks)
    assert same_words([], page) == ()
