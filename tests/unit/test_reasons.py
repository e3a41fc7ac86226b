"""Why, in words: the engine's clause trees as a person reads them."""

from __future__ import annotations

from newswatch.match.explain import explain
from newswatch.model.entry import Document
from newswatch.model.hit import Mark
from newswatch.testing import build
from newswatch.tui.reasons import essence, from_marks, tree, where

DOCUMENT = Document(
    title="North Korean troops seen in Kursk", content="Soldiers of North Korea near Kursk. North Korean troops."
)
ALIASES = {"dprk": ("North Korea*",)}


def said(query: str) -> list[str]:
    return [
        f"{'+' if reason.is_held else '-'} {reason.label} [{reason.where}]"
        for reason in essence(explain(query, DOCUMENT, ALIASES))
    ]


def test_each_part_of_a_conjunction_is_a_reason_with_its_places() -> None:
    assert said('"north korean troops" Kursk NOT football') == [
        "+ phrase “north korean troops” [title, content]",
        "+ word “Kursk” [title, content]",
        "+ not(“football”) [absent]",
    ]


def test_of_a_choice_only_what_was_found_is_named() -> None:
    assert said("(Ukraine OR Kursk OR Donbas)") == ["+ “Kursk” [title, content]"]


def test_what_was_not_found_is_named_in_full() -> None:
    assert said("(Ukraine OR Donbas)") == ["- “Ukraine” | “Donbas” []"]


def test_nearness_fields_and_nested_choices_read_as_one_line() -> None:
    assert said("(@dprk NEAR/6 (troop* OR soldier*))") == [
        "+ @dprk near/6 (“troop*” | “soldier*”) [title ×2, content ×4]"
    ]
    assert said("Kursk NOT title:(football OR Olympic*)")[1] == "+ not(title:(“football” | “Olympic*”)) [absent]"


def test_the_tree_in_full_indents_parts_under_their_whole() -> None:
    rows = tree(explain("Kursk AND (Ukraine OR troops)", DOCUMENT, ALIASES))
    assert [(row.depth, row.is_held, row.label) for row in rows] == [
        (0, True, "word “Kursk”"),
        (0, True, "any of"),
        (1, False, "word “Ukraine”"),
        (1, True, "word “troops”"),
    ]


def test_without_clauses_the_words_that_matched_tell_why() -> None:
    marks = (Mark("title", 0, 5, "North"), Mark("content", 3, 8, "north"), Mark("title", 9, 12, "sea"))
    reasons = from_marks(build.hit(marks=marks))
    assert [(reason.label, reason.where) for reason in reasons] == [("“North”", "title, content"), ("“sea”", "title")]


def test_without_clauses_and_words_the_query_tells_why() -> None:
    assert [reason.label for reason in from_marks(build.hit(query="a\n  AND b"))] == ["a AND b"]


def test_places_are_counted_beyond_once() -> None:
    assert (
        where([Mark("title", 0, 1, "a"), Mark("content", 0, 1, "a"), Mark("content", 4, 5, "a")]) == "title, content ×2"
    )
