"""`rules try --cases`: every line has an answer in its place, whatever stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newswatch.cli.main import cli
from newswatch.cli.rules.cases import answers

GOLDEN = Path(__file__).parents[1] / "data" / "golden.jsonl"


def answered(*lines: bytes | str) -> list[Any]:
    return list(answers(line.encode() if isinstance(line, str) else line for line in lines))


def test_the_golden_cases_come_out_as_they_stand() -> None:
    cases = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
    found = answered(*GOLDEN.read_bytes().splitlines(keepends=True))
    assert [answer["id"] for answer in found] == [case["id"] for case in cases]
    for answer, case in zip(found, cases, strict=True):
        if case.get("error"):
            assert answer["error"]["message"]
            assert isinstance(answer["error"]["offset"], int)
        else:
            assert (answer["match"], answer["spans"]) == (case["match"], case["spans"])


@pytest.mark.parametrize(
    ("line", "case_id", "needle"),
    [
        ("nothing", None, "not JSON"),
        ('{"id": 1', None, "not JSON"),
        ("[1]", None, "JSON object"),
        ('"a"', None, "JSON object"),
        ("null", None, "JSON object"),
        ('{"rule": "a", "fields": {}}', None, '"id"'),
        ('{"id": null, "rule": "a", "fields": {}}', None, "id"),
        ('{"id": true, "rule": "a", "fields": {}}', None, "id"),
        ('{"id": 1, "fields": {}}', 1, '"rule"'),
        ('{"id": "x", "rule": "a"}', "x", '"fields"'),
        ('{"id": "x", "rule": null, "fields": {}}', "x", "rule"),
        ('{"id": "x", "rule": ["a"], "fields": {}}', "x", "rule"),
        ('{"id": "x", "rule": "a", "fields": []}', "x", "fields"),
        ('{"id": "x", "rule": "a", "fields": {"title": 1}}', "x", "title"),
        ('{"id": "x", "rule": "a", "fields": {"titel": "a"}}', "x", "titel"),
        ('{"id": "x", "rule": "a", "fields": {"tags": "a"}}', "x", "tags"),
        ('{"id": "x", "rule": "a", "fields": {"tags": [1]}}', "x", "tag"),
        ('{"id": "x", "rule": "a", "fields": {"title": NaN}}', "x", "NaN"),
        ('{"id": "x", "rule": "a", "fields": {}, "more": [-Infinity]}', "x", "-Infinity"),
        ('{"id": "x", "rule": "a", "fields": {}, "aliases": []}', "x", "aliases"),
        ('{"id": "x", "rule": "a", "fields": {}, "aliases": {"a b": ["x"]}}', "x", "a b"),
        ('{"id": "x", "rule": "a", "fields": {}, "aliases": {"a": "x"}}', "x", "list"),
        ('{"id": "x", "rule": "a", "fields": {}, "aliases": {"a": [1]}}', "x", "alias"),
        ('{"id": "x", "rule": "@a", "fields": {}, "aliases": {"a": []}}', "x", "empty"),
        ('{"id": "x", "rule": "@a", "fields": {}, "aliases": {"a": ["@b"], "b": ["@a"]}}', "x", "circle"),
        ('{"id": "x", "rule": "@a", "fields": {}, "aliases": {"a": ["\\u2014"]}}', "x", "no word"),
        ('{"id": "x\\ud800", "rule": "a", "fields": {}}', None, "surrogate"),
        ('{"id": "x", "rule": "a\\ud800", "fields": {}}', "x", "surrogate"),
        ('{"id": "x", "rule": "a", "fields": {"title": "\\udfff"}}', "x", "surrogate"),
        ('{"id": "x", "rule": "a\\u0000b", "fields": {}}', "x", "NUL"),
        (b'{"id": "x", "rule": "\xff", "fields": {}}', None, "UTF-8"),
        ('{"id": ' + "[" * 100_000, None, "nested"),
        ('{"id": ' + "9" * 5_000 + "}", None, "too long"),
        ('{"id": "x", "rule": "' + "(" * 10_000 + '", "fields": {}}', "x", "nested"),
        ('{"id": "x", "rule": "' + "a" * 100_000 + '", "fields": {}}', "x", "longer"),
        ('{"id": "x", "rule": "/(x+x+)+y/", "fields": {"title": "' + "x" * 3_000 + '"}}', "x", "longer than"),
    ],
)
def test_what_is_no_case_is_told_and_the_next_is_answered(line: str | bytes, case_id: object, needle: str) -> None:
    found = answered(line, '{"id": "next", "rule": "a", "fields": {"title": "A", "author": null}}')
    assert found[0]["id"] == case_id
    assert needle in found[0]["error"]["message"]
    assert isinstance(found[0]["error"]["offset"], int)
    assert found[1:] == [{"id": "next", "match": True, "spans": [["title", "A"]]}]


def test_a_half_character_is_told_at_its_place_in_the_rule() -> None:
    assert answered('{"id": 1, "rule": "ab\\ud800", "fields": {}}')[0]["error"]["offset"] == 2


def test_blank_lines_a_byte_order_mark_and_foreign_line_ends_do_not_matter() -> None:
    case = '{"id": 7, "rule": "a", "fields": {"title": "a\u2028a"}}'
    assert [answer["id"] for answer in answered(f"\ufeff{case}\r\n", "\r\n", "  \n", case)] == [7, 7]


@pytest.mark.parametrize("source", ["-", "cases.jsonl"])
def test_the_verb_needs_no_home_and_ends_with_0(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = 'no case\n{"id": "a", "rule": "北", "fields": {"title": "北京"}}\n'
    (tmp_path / "cases.jsonl").write_text(lines, "utf-8")
    home = tmp_path / "home"
    ran = CliRunner().invoke(cli, ["--home", str(home), "rules", "try", "--cases", source], input=lines)
    assert ran.exit_code == 0
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert told[1] == {"id": "a", "match": True, "spans": [["title", "北"]]}
    assert not home.exists()


@pytest.mark.parametrize("arguments", [["--cases", "nowhere.jsonl"], [], ["query", "--cases", "-"]])
def test_no_file_nothing_to_do_or_too_much_is_a_usage_error(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, ["rules", "try", *arguments]).exit_code == 2
