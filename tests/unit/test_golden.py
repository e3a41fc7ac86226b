"""The golden cases of the rule language: every rule compiled, matched and explained as the file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newswatch.errors import QueryError
from newswatch.match.compile import compile_query
from newswatch.match.explain import explain
from newswatch.match.grammar import parse_query
from newswatch.match.matcher import compile_book
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId

GOLDEN = Path(__file__).parents[1] / "data" / "golden.jsonl"
CASES: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]


def document_of(case: dict[str, Any]) -> Document:
    fields = dict(case["fields"])
    if "tags" in fields:
        fields["tags"] = tuple(fields["tags"])
    return Document(**fields)


@pytest.mark.parametrize("case", [case for case in CASES if not case.get("error")], ids=lambda case: case["id"])
def test_a_golden_rule_matches_where_and_what_the_file_says(case: dict[str, Any]) -> None:
    aliases = {name: tuple(entries) for name, entries in case.get("aliases", {}).items()}
    document = document_of(case)
    marks = compile_query(case["rule"], aliases).marks(document)
    assert (marks is not None) == case["match"], case["why"]
    assert [[mark.field, mark.text] for mark in marks or ()] == case["spans"]

    matcher = compile_book(RuleBook(rules=(Rule(id=RuleId("r"), query=case["rule"]),), aliases=aliases))
    assert [match.marks for match in matcher.match(document)] == ([marks] if case["match"] else [])
    clause = explain(case["rule"], document, aliases)
    assert (clause.is_held, clause.marks) == (case["match"], marks or ())


@pytest.mark.parametrize("case", [case for case in CASES if case.get("error")], ids=lambda case: case["id"])
def test_a_golden_mistake_is_refused_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(case["rule"], case.get("aliases", {}))
    assert 0 <= caught.value.offset < len(case["rule"])
    assert caught.value.hint
