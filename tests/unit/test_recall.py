"""Queries of a session: up to what was asked before, down again to the draft, and under it examples."""

from __future__ import annotations

from newswatch.tui.recall import REMEMBERED, Recall

EXAMPLES = ("one", "two")


def test_up_goes_to_older_queries_and_down_comes_back_to_the_draft() -> None:
    recall = Recall.of(EXAMPLES).remembered("first").remembered("second")
    older = recall.up("dra")
    assert older.text == "second"
    assert older.up("second").text == "first"
    assert older.up("second").up("first").text == "first"
    assert older.down("second").text == "dra"
    assert older.down("second").down("dra").text == "dra", "a draft is not thrown away for an example"


def test_from_an_empty_field_down_leads_through_the_examples() -> None:
    recall = Recall.of(EXAMPLES).down("")
    assert recall.text == "one"
    assert recall.down("one").text == "two"
    assert recall.down("one").down("two").text == "two"
    assert recall.up("one").text == ""


def test_what_is_edited_is_the_new_draft() -> None:
    recall = Recall.of(EXAMPLES).remembered("first").up("").up("first edited")
    assert recall.text == "first"
    assert recall.down("first").text == "first edited"


def test_a_query_asked_twice_stands_once_and_the_oldest_is_forgotten() -> None:
    recall = Recall.of(())
    for number in range(REMEMBERED + 5):
        recall = recall.remembered(f"query {number}")
    recall = recall.remembered("query 50").remembered("  ")
    assert (len(recall.asked), recall.asked[-1], recall.asked.count("query 50")) == (REMEMBERED, "query 50", 1)
    assert "query 0" not in recall.asked
