"""The stylesheet is parsed once for each set of colours, and says what Textual's own would."""

from __future__ import annotations

import pytest
from textual.css.parse import parse

from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.stylesheet import KeptStylesheet
from tests.tui.stage import app_on

CSS = "Screen { color: $ink; }"


def sheet(ink: str) -> KeptStylesheet:
    made = KeptStylesheet(variables={"ink": ink})
    made.add_source(CSS)
    return made


def test_what_was_parsed_is_not_parsed_again_for_the_same_colours() -> None:
    kept = sheet("red")
    (rule,) = kept.rules
    kept.set_variables({"ink": "red"})
    kept.reparse()
    assert kept.rules[0] is rule


def test_other_colours_are_read_at_once() -> None:
    kept = sheet("red")
    before = kept.css
    kept.set_variables({"ink": "blue"})
    kept.reparse()
    assert kept.css != before
    assert kept.css == sheet("blue").css


async def test_the_rules_of_our_own_are_parsed_once_for_the_first_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = list[str]()

    def counted(scope: str, css: str, read_from: tuple[str, str], **options: object) -> object:
        parsed.append(read_from[0])
        return parse(scope, css, read_from, **options)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr("textual.css.stylesheet.parse", counted)
    async with app_on(ScriptedEngine()).run_test():
        assert len([path for path in parsed if path.endswith("newswatch.tcss")]) == 1
