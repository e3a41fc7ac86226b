"""Corners of docs/rules-semantics.md that its own examples leave out, in their form, with the place of each mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newswatch.cli.rules.cases import answers
from newswatch.match.explain import explain
from newswatch.match.matcher import compile_book
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "corpus" / "rules"
LINES = (ROOT / "tests" / "data" / "more_cases.jsonl").read_bytes().splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]


@pytest.mark.parametrize(("line", "case"), zip(LINES, CASES, strict=True), ids=[case["id"] for case in CASES])
def test_a_case_is_answered_as_the_prose_says(line: bytes, case: dict[str, Any]) -> None:
    (answer,) = answers([line])
    if case.get("error"):
        assert answer["id"] == case["id"]
        error = answer["error"]
        assert isinstance(error, dict)
        assert error["offset"] == case["offset"], (error, case["why"])
        assert "(" in error["message"], "what would mend it"
    else:
        assert answer == {key: case[key] for key in ("id", "match", "spans")}, case["why"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.get("error")], ids=lambda case: f"{case['id']}-indexed"
)
def test_the_index_and_the_explanation_agree(case: dict[str, Any]) -> None:
    aliases = {name: tuple(entries) for name, entries in case.get("aliases", {}).items()}
    document = Document(**{**case["fields"], "tags": tuple(case["fields"].get("tags", ()))})
    matcher = compile_book(RuleBook(rules=(Rule(id=RuleId("r"), query=case["rule"]),), aliases=aliases))
    spans = [[[mark.field, mark.text] for mark in match.marks] for match in matcher.match(document)]
    assert spans == ([case["spans"]] if case["match"] else [])
    clause = explain(case["rule"], document, aliases)
    assert clause.is_held == case["match"]
    assert [[mark.field, mark.text] for mark in clause.marks] == case["spans"]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("ours", "theirs"), [("docs/rules-semantics.md", "SEMANTICS.md"), ("tests/data/golden.jsonl", "golden.jsonl")]
)
def test_the_copies_are_the_originals_byte_for_byte(ours: str, theirs: str) -> None:
    if not (SHARED / theirs).exists():
        pytest.skip("the corpus is not beside the checkout")
    assert (ROOT / ours).read_bytes() == (SHARED / theirs).read_bytes()
