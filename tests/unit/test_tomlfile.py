from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from newswatch.errors import RulesInvalid
from newswatch.tomlfile import TomlFile, line_and_column, parse_toml

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    TEXTS
    | st.integers(-(2**31), 2**31)
    | st.booleans()
    | st.dates()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def parse(text: str | bytes) -> TomlFile:
    return parse_toml(text.encode() if isinstance(text, str) else text, Path("rules.toml"), RulesInvalid)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_each_key_and_value_is_found_where_it_stands(document: dict[str, object]) -> None:
    text = tomlkit.dumps(document)
    if "\r" in text.replace("\\r", "") or tomllib.loads(text) != document:
        return  # what tomlkit cannot write is not under test
    file = parse(text)
    for section in file.sections:
        for path, place in section.keys.items():
            wanted: object = document
            for step in path:
                wanted = wanted[step]  # type: ignore[index]  # the path leads through tables and arrays
            assert tomllib.loads(f"v = {file.text[place.value_start : place.value_end]}")["v"] == wanted
            assert file.offset_of(path) is not None


def test_headers_count_the_tables_of_an_array() -> None:
    file = parse("[[rule]]\na=1\n[[rule]]\n[rule.quiet]\nfrom='x' # c\n[[mute]]\n[[rule]]\nb=2\n")
    assert [section.path for section in file.sections] == [
        (),
        ("rule", 0),
        ("rule", 1),
        ("rule", 1, "quiet"),
        ("mute", 0),
        ("rule", 2),
    ]
    assert file.line_of(("rule", 1, "quiet", "from")) == 5
    assert file.line_of(("rule", 2, "b")) == 8
    assert file.line_of(("rule", 2, "missing")) == 7
    assert file.line_of(("nothing",)) is None


def test_a_byte_order_mark_is_no_mistake_and_is_written_back() -> None:
    file = parse(b"\xef\xbb\xbfa = 1\n")
    assert file.values == {"a": 1}
    assert file.encoded("a = 2\n") == b"\xef\xbb\xbfa = 2\n"


def test_lines_and_columns_count_from_one_in_characters() -> None:
    assert line_and_column("北朝鮮\nab", 5) == (2, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = “x”", "1:5: Invalid value; write straight quotes"),
        ("a = hello", "1:5: Invalid value; text stands in quotes"),
        ('[[rule]]\nquery = "half', "is a quote or a bracket left open, or the file half saved?"),
        ("a = 1\na = 2", "2:6: Cannot overwrite a value"),
        ("a = " + "[" * 5_000, "nested too deeply"),
        ("a = " + "9" * 5_000, "a value cannot be read"),
        (b"a = 1\n\xff", "2:1: this is not UTF-8"),
        (b"\xff\xfea\x00", "1:1: this is not UTF-8"),
        ("a = 1\x00", "1:6: "),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(text: str | bytes, sentence: str) -> None:
    with pytest.raises(RulesInvalid) as caught:
        parse(text)
    assert sentence in str(caught.value)


def test_the_place_of_a_list_is_its_key_not_its_first_item() -> None:
    file = parse("a = [\n  1,\n  { b = 2 },\n]\n")
    assert file.offset_of(("a",)) == 0
    assert file.line_of(("a", 0)) == 2
    assert file.line_of(("a", 1, "b")) == 3
