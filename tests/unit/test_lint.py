"""All that `rules check` says of a file: each mistake and each doubt, at its line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newswatch.match.lint import Lint, lint
from newswatch.match.matcher import FeedScope

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PATH = Path("rules.toml")


def linted(text: str | bytes) -> Lint:
    return lint(text.encode() if isinstance(text, str) else text, PATH, NOW)


def told(text: str | bytes) -> list[str]:
    """Each finding as a line, notes with a ~ before them."""
    return [f"{'' if one.is_error else '~'}{one.line}:{one.column} {one.message}" for one in linted(text).findings]


def test_a_good_file_gives_nothing() -> None:
    found = linted(
        'version = 1\n[alias]\nx = ["Port Vell"]\n'
        '[[rule]]\nid = "a"\nquery = "@x AND Kursk"\nmust = ["Kursk, Port Vell"]\n'
    )
    assert found == Lint((), rules=1)


@pytest.mark.parametrize("text", ["", "\ufeff", "\r\n", "# nothing\n", "version = 1"])
def test_a_file_without_rules_is_no_mistake(text: str) -> None:
    assert linted(text) == Lint(())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[[rule]]\nquery = 'x", '2:11 Expected "\'"'),
        (b'[[rule]]\nid = "a"\nquery = "caf\xe9"', "3:13 this is not UTF-8 text"),
        (b"[[rule]\n", "1:7 "),
        (b'[[rule]]\nquery = "a\x00"', "2:11 "),
        (b"rule = 1", "1:1 write each rule as a table"),
        (b"version = 1\n[[rule]]\nquery = \xe2\x80\x9cKursk\xe2\x80\x9d", "3:9 "),
        (b"[[rule]]\nquery = '''\nKursk AND ", "3:11 "),
    ],
)
def test_a_file_that_cannot_be_read_is_one_mistake_at_its_place(data: bytes, expected: str) -> None:
    (only,) = told(data)
    assert only.startswith(expected)


@pytest.mark.parametrize("end", range(1, 120, 7))
def test_a_half_saved_file_is_told_and_never_a_crash(end: int) -> None:
    whole = (
        '[alias]\nx = ["a",\n"b"]\n[[rule]]\nid = "a"\nquery = """\nKursk \\\n  AND "Sumy" """\n'
        'quiet = { from = "23:00", to = "06:30" }\n'
    )
    linted(whole.encode()[:end])


def test_every_unknown_key_is_told_with_what_was_meant() -> None:
    assert told(
        'colour = 1\n[defaults]\nseverty = "high"\n[[rule]]\nquery = "x"\nquerry = "y"\nquiet = { form = "23:00" }\n'
    ) == [
        '1:1 unknown key "colour" in rules.toml; the keys here are version, defaults, alias, rule, mute',
        '3:1 unknown key "severty" in [defaults]; did you mean "severity"?',
        '6:1 unknown key "querry" in [[rule]]; did you mean "query"?',
        '7:1 quiet needs "from" too',
        '7:11 unknown key "form" in [[rule]] quiet; did you mean "from"?',
    ]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('"Kursk titel:x"', "2:16"),
        ("'Kursk titel:x'", "2:16"),
        ("'''Kursk titel:x'''", "2:18"),
        ("'''\nKursk AND\n  titel:x\n'''", "4:3"),
        ("'''\r\nKursk AND\r\n  titel:x\r\n'''", "4:3"),
        ('"""\\\n   Kursk AND \\\n   titel:x"""', "4:4"),
        ('"K\\u0075rsk \\"a\\" titel:x"', "2:27"),
        ('"  \\u200b Kursk\\t titel:x  "', "2:27"),
        ("'北朝鮮 titel:x'", "2:14"),
        ("'Kursk AND'", "2:16"),
    ],
)
def test_a_mistake_in_a_query_is_told_where_it_stands_in_the_file(written: str, place: str) -> None:
    (only,) = told(f"[[rule]]\nquery = {written}\n")
    assert only.split(" ")[0] == place


def test_every_mistake_of_one_rule_is_told() -> None:
    text = (
        '[[rule]]\nid = 5\nquery = "Kursk titel:x"\nseverity = "hgh"\nmust = "x"\n'
        'quiet = { from = "25:00", to = "06:30" }\n[[rule]]\nenabled = "no"\n'
    )
    assert [line.split(" ")[0] for line in told(text)] == ["2:1", "3:16", "4:1", "5:1", "6:11", "7:1", "8:1"]


def test_a_bad_keyword_is_told_at_its_place_in_the_list() -> None:
    assert told('[[rule]]\nkeywords = [\n  "say \\"no\\"",\n  "—",\n  "x",\n]\n')[0].startswith("4:3 there is no word")


def test_a_failing_example_is_told_where_it_stands() -> None:
    text = '[[rule]]\nid = "a"\nquery = "Kursk"\nmust = ["Kursk", "Sumy"]\nmust_not = [\n  "Kursk again",\n]\n'
    assert told(text) == [
        "4:18 it does not match its must example: Sumy",
        "6:3 it matches its must_not example: Kursk again",
    ]


def test_mistakes_of_an_alias_are_told_at_the_alias_and_where_it_is_used() -> None:
    text = (
        '[alias]\na = ["x", "@b"]\nb = ["@a", "—"]\n"bad name!" = ["x"]\nempty = []\n'
        '[[rule]]\nquery = "@a"\n[[rule]]\nquery = "@c"\n'
    )
    found = [line for line in told(text) if not line.startswith("~")]
    assert found == [
        "2:11 alias @a: @a → @b → @a is a circle; write the phrases of @b here, without the @",
        "3:6 alias @b: @b → @a → @b is a circle; write the phrases of @a here, without the @",
        "3:12 alias @b: there is no word in this term; use letters or digits; signs are not matched",
        '4:1 an alias is named by letters, digits, "_" and "-", not "bad name!"',
        "5:1 alias empty has no phrase: write at least one",
        '7:10 alias @a, entry "@b": @a → @b → @a is a circle; write the phrases of @b here, without the @',
        "9:10 unknown alias @c; add c to [alias], or quote the word",
    ]


def test_an_address_with_the_name_of_an_alias_is_no_reference() -> None:
    assert told('[alias]\npost = ["desk@post.example", "@nobody"]\n[[rule]]\nquery = "@post"\n') == []


def test_doubts_are_notes() -> None:
    text = """
[alias]
unused = ["Kyiv", "KYIV"]
[[rule]]
id = "one"
query = 'Kursk OR Sumy'
expires = 2026-11-01
[[rule]]
id = "two"
query = 'SUMY OR Kursk'
[[rule]]
id = "three"
query = 'SUMY OR Kursk'
languages = ["uk"]
[[rule]]
id = "four"
query = '''
"North Korea" or
  Kursk
'''
[[rule]]
id = "off"
query = 'Kursk OR Sumy'
enabled = false
"""
    assert told(text) == [
        "~3:1 no rule uses @unused",
        '~3:19 alias @unused: "KYIV" is the same as "Kyiv"',
        "~7:1 this rule has expired: it is not looked for any more",
        '~10:1 this looks for the same as rule "one" in line 4',
        "~18:15 “or” is a word here, and looked for. Operators are upper case: OR.",
    ]


def test_a_rule_for_feeds_that_are_not_there_is_told() -> None:
    text = """
[[rule]]
id = "a"
query = "Kursk"
feeds = ["Tag: Wires", "tag:wirse", "https://a.example/rss",
         "https://b.example/rss"]
"""
    feeds = (FeedScope("https://c.example/rss", ("wires",), ("https://a.example/rss",)),)
    assert [(one.line, one.column, one.message) for one in lint(text.encode(), PATH, NOW, feeds).findings] == [
        (5, 24, 'no feed has the tag wirse; did you mean "tag:wires"?'),
        (6, 10, "no feed has the address https://b.example/rss"),
    ]
    assert told(text) == []


def test_a_country_among_the_languages_of_a_rule_is_told() -> None:
    assert told('[[rule]]\nquery = "Kursk"\nlanguages = ["en-GB", "ua", "english"]\n') == [
        '~3:23 "ua" is no tag that feeds have: did you mean "uk"?',
        '~3:29 "english" is no tag that feeds have: did you mean "en"?',
    ]


def test_a_keyword_that_names_an_alias_is_told() -> None:
    text = '[alias]\nx = ["Kyiv"]\n[[rule]]\nquery = "@x"\n[[rule]]\nkeywords = ["Sumy", "@x", "@nobody"]\n'
    assert told(text) == ["~6:21 a keyword is a phrase: @x is only a word here; in a query it is the alias"]


def test_slow_rules_are_listed() -> None:
    found = linted(
        '[[rule]]\nid = "a"\nquery = "/x/"\n[[rule]]\nid = "b"\nquery = "Kursk /x/"\n'
        '[[rule]]\nid = "c"\nquery = "lang:uk"\n'
    )
    assert found.slow == ("a", "c")
    assert [(note.line, note.rule_id) for note in found.notes] == [(3, "a"), (9, "c")]


def test_mutes_are_looked_at_as_rules_are() -> None:
    text = '[[mute]]\nid = "m"\nquery = "-sport"\n[[mute]]\nid = "n"\nquery = "US"\nexpires = 2026-01-01\n'
    (error, *notes) = told(text)
    assert error.startswith("3:10 this alternative only excludes")
    assert [note.split(" ")[0] for note in notes] == ["~6:10", "~7:1"]


def test_a_catastrophic_pattern_is_told_and_the_rest_is_looked_at() -> None:
    text = '[[rule]]\nid = "a"\nquery = "/(x+x+)+y/"\nmust_not = ["%s"]\n[[rule]]\nid = "b"\nquery = "("\n' % (
        "x" * 3_000
    )
    places = [line.split(" ")[0] for line in told(text) if not line.startswith("~")]
    assert places == ["3:10", "7:10"]


def test_what_an_editor_of_another_system_wrote_has_the_same_places() -> None:
    text = "version = 1\r\n[[rule]]\r\nquery = '''\r\nKursk\r\n(\r\n'''\r\n"
    assert told("\ufeff" + text) == told(text) == ['5:1 "(" is not closed; add ")"']


def test_nul_in_a_query_is_told_and_the_others_live() -> None:
    found = linted('[[rule]]\nid = "a"\nquery = "x\\u0000y"\n[[rule]]\nid = "b"\nquery = "x"\n')
    assert [(one.line, one.rule_id) for one in found.errors] == [(3, "a")]
