"""The line of a query that is wrong, and a caret under the place, in columns of a terminal."""

from __future__ import annotations

import pytest

from newswatch.cli.caret import pointed_at


@pytest.mark.parametrize(
    ("query", "offset", "line", "column"),
    [
        ("Kursk titel:x", 6, "Kursk titel:x", 6),
        ("北朝鮮 (", 4, "北朝鮮 (", 7),
        ("e\u0301 (", 3, "e\u0301 (", 2),
        ("a\n b (\nc", 5, " b (", 3),
        ("a AND", 5, "a AND", 5),
        ("", 0, "", 0),
        ("a\x1b[31m(", 6, "a [31m(", 6),
        ("a\u202e(", 2, "a (", 2),
    ],
)
def test_the_caret_stands_under_the_place(query: str, offset: int, line: str, column: int) -> None:
    assert pointed_at(query, offset) == (line, " " * column + "^")


def test_a_long_line_is_cut_around_the_place() -> None:
    line, caret = pointed_at("a" * 5_000 + "(" + "b" * 5_000, 5_000)
    assert line == "…" + "a" * 60 + "(" + "b" * 20 + "…"
    assert line[len(caret) - 1] == "("
