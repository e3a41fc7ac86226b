"""What text of a hit becomes an example."""

from __future__ import annotations

import pytest

from newswatch.model.example import example_text
from newswatch.testing import build

SUMMARY = "Talks went on. North Korean troops were seen near Kursk! They left."


def test_what_was_found_in_the_headline_is_the_headline_alone() -> None:
    entry = build.entry("North  Korean troops\nseen", summary=SUMMARY)
    assert example_text(build.hit(entry, marks=(build.mark("North"),))) == "North Korean troops seen"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Kursk today", "Kursk today. North Korean troops were seen near Kursk!"),
        ("What now?", "What now? North Korean troops were seen near Kursk!"),
    ],
)
def test_what_was_found_below_brings_its_sentence(title: str, text: str) -> None:
    entry = build.entry(title, summary=SUMMARY)
    found = build.mark("North Korean troops", SUMMARY.index("North"), "summary")
    assert example_text(build.hit(entry, marks=(found,))) == text


def test_a_sentence_without_an_end_is_left_out_where_it_is_too_long() -> None:
    entry = build.entry("Kursk today", content="word " * 200)
    assert example_text(build.hit(entry, marks=(build.mark("word", 0, "content"),))) == "Kursk today"


def test_a_mark_in_a_tag_leaves_the_headline() -> None:
    entry = build.entry("Kursk today", tags=("war",))
    assert example_text(build.hit(entry, marks=(build.mark("war", 0, "tags"),))) == "Kursk today"
