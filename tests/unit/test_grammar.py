"""What is written and what it means, or where the mistake is: §4 to §7 of docs/rules-semantics.md."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.errors import QueryError
from newswatch.match.grammar import MAX_LENGTH, parse_query
from newswatch.match.hints import find_hints, hints
from newswatch.match.tree import (
    FIELD_NAMES,
    Alias,
    And,
    AtLeast,
    Exact,
    Filled,
    InField,
    Lang,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Site,
    UrlPart,
)

ALIASES = {"zelensky": ("Zelenskyy", "Зеленськ*"), "north-korea": ("North Korea*", "D.P.R.K."), "empty": ()}


def sketch(node: Node) -> Any:
    """The tree without places."""
    match node:
        case InField(field, part):
            return (f"{field}:", sketch(part))
        case Near(left, right, distance, is_ordered):
            return ("onear" if is_ordered else "near", distance, sketch(left), sketch(right))
        case AtLeast(count, part):
            return ("atleast", count, sketch(part))
        case Not(part):
            return ("not", sketch(part))
        case And(parts) | Or(parts):
            return (type(node).__name__.lower(), *(sketch(part) for part in parts))
        case _:
            return sketch_term(node)


def sketch_term(node: Node) -> str:
    match node:
        case Phrase(words):
            return " ".join(words)
        case Exact(_, forms):
            return "{" + " ".join(forms) + "}"
        case Pattern(source, is_case_sensitive):
            return f"/{source}/{'c' if is_case_sensitive else ''}"
        case Alias(name):
            return f"@{name}"
        case UrlPart(text):
            return f"url {text}"
        case Site(host):
            return f"site {host}"
        case Lang(tag):
            return f"lang {tag}"
        case Filled(field):
            return f"{field}:*"
        case _:
            raise TypeError(node)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("North-Korean troops", "north korean troops"),
        ("Johnson & Johnson", "johnson johnson"),
        ("troops -- soldiers", "troops soldiers"),
        ("C++", "c"),
        ("12:30", "12 30"),
        ("AND/OR", "and or"),
        ("foo@bar.example #tag $5", "foo bar example tag 5"),
        ("U.S. Army's", "us army"),
        ("troops\u00a0and\u3000soldiers", "troops and soldiers"),
        ("“a b” „c d“ «e f» »g h« ”i”", ("and", "a b", "c d", "e f", "g h", "i")),
        ('"a „b“ c"', "a b c"),
        ('“a b"', "a b"),
        (r'"say \"no\" AND go"', "say no and go"),
        ("a OR b AND c d", ("or", "a", ("and", "b", "c d"))),
        ('a "b c" d', ("and", "a", "b c", "d")),
        ('a"b"c', ("and", "a", "b", "c")),
        ("a (b OR c)", ("and", "a", ("or", "b", "c"))),
        ("a(b)", ("and", "a", "b")),
        ("a NOT b c", ("and", "a", ("not", "b c"))),
        ("a AND NOT b", ("and", "a", ("not", "b"))),
        ("-sport troops", ("and", ("not", "sport"), "troops")),
        ("a b -c d", ("and", "a b", ("not", "c"), "d")),
        ('a -"b c"', ("and", "a", ("not", "b c"))),
        ("a -(b OR c)", ("and", "a", ("not", ("or", "b", "c")))),
        ("a -{B} -/x/ -@zelensky", ("and", "a", ("not", "{B}"), ("not", "/x/"), ("not", "@zelensky"))),
        ("-title:football Kursk", ("and", ("not", ("title:", "football")), "kursk")),
        ("(-a b)", ("and", ("not", "a"), "b")),
        ("a - b", "a b"),
        ('"a"-b', ("and", "a", "b")),
        ("title:-football", ("title:", "football")),
        ("--sport troops", ("and", ("not", "sport"), "troops")),
        ("a NEAR b c", ("near", 5, "a", "b c")),
        ("a b ONEAR/2 c", ("onear", 2, "a b", "c")),
        ("a NOT b NEAR/1 c", ("and", "a", ("not", ("near", 1, "b", "c")))),
        ("(a OR (b OR {C})) NEAR/0 @zelensky", ("near", 0, ("or", "a", ("or", "b", "{C}")), "@zelensky")),
        ('x "a" NEAR/3 b', ("and", "x", ("near", 3, "a", "b"))),
        ("ATLEAST/3 a b", ("atleast", 3, "a b")),
        ("ATLEAST/2 (a OR b) c", ("and", ("atleast", 2, ("or", "a", "b")), "c")),
        ("NOT a b", None),
        ("title:a b OR c", ("or", ("title:", "a b"), "c")),
        ("TITLE: \n a", ("title:", "a")),
        ("body:a tags:b", ("and", ("content:", "a"), ("tags:", "b"))),
        ("title:(a -b)", ("title:", ("and", "a", ("not", "b")))),
        ("title:(a NEAR b)", ("title:", ("near", 5, "a", "b"))),
        ("title:/x y/c", ("title:", "/x y/c")),
        ("title:{US} title:@zelensky", ("and", ("title:", "{US}"), ("title:", "@zelensky"))),
        ("author:* a", ("and", "author:*", "a")),
        ("site:* a", ("and", "site:*", "a")),
        ("title:*sky", ("title:", "*sky")),
        ("url:a/b?c=d e", ("and", ("url:", "url a/b?c=d"), "e")),
        ("(url:/sport/ OR a)", ("or", ("url:", "/sport/"), "a")),
        ('url:"a) b"', ("url:", "url a) b")),
        ("(url:a) b", ("and", ("url:", "url a"), "b")),
        ("url:(a OR (b -c))", ("url:", ("or", "url a", ("and", "url b", ("not", "url c"))))),
        ("site:WWW.bbc.co.uk", ("site:", "site bbc.co.uk")),
        ("site:(a.example OR b.example) c", ("and", ("site:", ("or", "site a.example", "site b.example")), "c")),
        ("lang:EN_gb", ("lang:", "lang en-gb")),
        ("@north-korea, a", ("and", "@north-korea", "a")),
        ("troop** *sky z*skyy", "troop* *sky z*skyy"),
        ('"North * * troops"', "north * * troops"),
        ("北朝鮮* *軍", "北 朝 鮮 軍"),
        ("ゼレン*", "ゼレン*"),
        ("{Zelenskyy's}", "{Zelenskyy}"),
        ("{U.S.}", "{US}"),
        ("{Café}", "{Café}"),
        ("{Cafe\u0301}", "{Café}"),
        ("/[/a-]/", None),
        (r"/a\/b/", r"/a\/b/"),
        ("a\u200b AND\u200b b", ("and", "a", "b")),
        ("\ufeffa", "a"),
        ("a b (c OR -d)", ("and", "a b", ("or", "c", ("not", "d")))),
    ],
)
def test_a_query_means_what_the_prose_says(query: str, expected: Any) -> None:
    if expected is None:
        with pytest.raises(QueryError):
            parse_query(query, ALIASES)
    else:
        assert sketch(parse_query(query, ALIASES)) == expected


@pytest.mark.parametrize(
    ("query", "offset", "needle"),
    [
        ("", 0, "empty"),
        (" \n\t", 0, "empty"),
        ("a (b OR c", 2, "not closed"),
        ("a OR (", 5, "not closed"),
        ("a )", 2, "without"),
        ("a ()", 2, "nothing in this group"),
        ('a "b', 2, "not closed"),
        ("a {b", 2, "not closed"),
        ("a b}", 3, "without"),
        ("a /b", 2, "not closed"),
        ("/b/i", 3, "flag"),
        ("//", 0, "empty"),
        ("a AND", 2, "AND needs something after"),
        ("a AND OR b", 2, "AND needs something after"),
        ("OR a", 0, "OR needs something before"),
        ("a NOT", 2, "NOT needs something after"),
        ("(a AND)", 3, "AND needs something after"),
        ("a NEAR", 2, "NEAR needs something after"),
        ("a NEAR/x b", 2, "whole number"),
        ("a NEAR/ b", 2, "whole number"),
        ("a NEAR b NEAR c", 9, "chained"),
        ("title:a NEAR b", 0, "cannot take"),
        ("/a/ NEAR b", 0, "cannot take"),
        ('a NEAR (b "c")', 8, "cannot take"),
        ("-a NEAR b", 0, "cannot take"),
        ("ATLEAST a", 0, "needs a number"),
        ("ATLEAST/0 a", 0, "holds for every text"),
        ("ATLEAST/2 ATLEAST/2 a", 10, "cannot stand here"),
        ("-a", 0, "only excludes"),
        ("a OR -b", 5, "only excludes"),
        ("a OR (b OR NOT c d)", 11, "only excludes"),
        ("title:(-a)", 7, "only excludes"),
        ("a title:", 2, "needs a word"),
        ("title: -a", 0, "needs a word"),
        ("title:AND b", 0, "needs a word"),
        ("titel:a", 0, "unknown field"),
        ("re.title:a", 3, "unknown field"),
        ("https://a.example", 0, "unknown field"),
        ("title:author:a", 6, "no field inside"),
        ("title:(author:a)", 7, "no field inside"),
        ("site:https://a.example/b", 5, "host"),
        ("site:*.a.example", 5, "host"),
        ("lang:en*", 5, "language"),
        ("url:", 0, "needs a value"),
        ("@zelenski", 0, "unknown alias"),
        ("@empty", 0, "is empty"),
        ("@zelensky's", 9, "cannot follow"),
        ('a "—"', 2, "no word"),
        ("&", 0, "no word"),
        ("*", 0, '"*" needs'),
        ("a *", 2, '"*" needs'),
        ('"* a"', 1, '"*" needs'),
        ("U.S.*", 4, '"*" needs'),
        ("{a*}", 2, "wildcard"),
        ("{—}", 0, "no word"),
        ("🙂 troops (", 9, "not closed"),
        ("/(?=a)/", 1, "look-ahead"),
        ("/(?<!a)b/", 1, "look-behind"),
        (r"/(a)\1/", 4, "backreference"),
        ("/(?P<n>a)(?P=n)/", 9, "backreference"),
        ("/a++/", 3, "nothing to repeat"),
        ("/(a{1000}){1000}/", 10, "repeated more"),
        ("/[a/", 1, "not closed"),
        ("/(a/", 3, "not closed"),
        ("/a)/", 2, "without"),
        (r"/\pL/", 1, "escape"),
        ("/[[:alpha:]]/", 2, "[:class:]"),
        ("/[z-a]/", 4, "not a regular expression"),
    ],
)
def test_a_mistake_is_named_with_its_place(query: str, offset: int, needle: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query, ALIASES)
    assert needle in caught.value.message
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("titel:a", "did you mean title:?"),
        ("headline:a", "did you mean title:?"),
        ("from:a", "did you mean source:?"),
        ("Kursk: a", f"the fields are {', '.join(FIELD_NAMES)}; put words with a colon in quotes"),
        ("Breaking:a", f"the fields are {', '.join(FIELD_NAMES)}; put words with a colon in quotes"),
        ("@ZELENSKY", "did you mean @zelensky?"),
        ('North Korean troops"', 'remove it, or add " before its first word'),
        ('"a" || "b"', "write OR"),
        ('"a" & "b"', "write AND"),
        (r"/\p{L}/", r'write "\w" for any letter or digit'),
        ("@zelenski", "did you mean @zelensky?"),
        ("site:https://www.a.example/b", "did you mean site:www.a.example? Its subdomains are included"),
        ("https://a.example", 'for an address write url:"https://…"'),
        ("title:a NEAR b", "put the field outside: title:(word NEAR word)"),
    ],
)
def test_a_mistake_comes_with_what_would_mend_it(query: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query, ALIASES)
    assert caught.value.hint == hint


def test_a_bad_alias_entry_is_named_at_the_alias() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("a @x", {"x": ("fine", "—")})
    assert caught.value.offset == 2
    assert "—" in caught.value.message


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 10_000,
        "a" * 100_000,
        "a OR " * 20_000,
        "a " + "NOT " * 5_000 + "b",
        "title:(" * 5_000,
        "url:(" + "(" * 5_000,
        "/" + "(" * 1_000 + "a" + ")" * 1_000 + "/",
        "/" + "a|" * 10_000 + "b/",
    ],
)
def test_a_monstrous_query_is_refused_in_words(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)


def test_a_long_list_is_no_monster() -> None:
    node = parse_query(" OR ".join(f"name{number}" for number in range(4_000)))
    assert isinstance(node, Or)
    assert len(node.parts) == 4_000
    assert node.end <= MAX_LENGTH


def test_nodes_know_their_place() -> None:
    query = 'title:(Kursk OR "North Korea*") -@zelensky'
    node = parse_query(query, ALIASES)
    assert isinstance(node, And)
    assert [query[part.start : part.end] for part in node.parts] == ['title:(Kursk OR "North Korea*")', "-@zelensky"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("troops and soldiers", "Operators are upper case: AND"),
        ("troops near/5 soldiers", "Operators are upper case: NEAR/5"),
        ("not troops", "Operators are upper case: NOT"),
        ("troops seen crossing the river today", "Matched as one phrase"),
        ("US", "write {US}"),
        ("U.S.", "write {US}"),
        ("a*", "very many words"),
        ("Kursk –football", "only separates"),
    ],
)
def test_a_hint_says_what_the_query_means_as_it_stands(query: str, expected: str) -> None:
    found = hints(query, parse_query(query))
    assert any(expected in hint for hint in found), found


@pytest.mark.parametrize(
    "query", ["Kursk", "North Korean troops", '"troops and soldiers"', "{US}", "troop*", "@zelensky"]
)
def test_a_plain_query_gets_no_hint(query: str) -> None:
    assert hints(query, parse_query(query, ALIASES)) == ()


@pytest.mark.parametrize(
    ("query", "offset", "needle"),
    [
        ("a\x00b", 1, "NUL"),
        ("🙂 a\ud800", 3, "surrogate"),
        ("/a{5,2}/", 2, "wrong order"),
        ("/x[z-a]/", 5, "not a regular expression"),
        ("/" + "a" * 2_001 + "/", 2_001, "longer"),
    ],
)
def test_what_is_no_text_or_no_pattern_is_named_with_its_place(query: str, offset: int, needle: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.offset, needle in caught.value.message) == (offset, True)


@pytest.mark.parametrize(
    ("aliases", "needle"),
    [
        ({"a": ("@a",)}, "@a → @a is a circle"),
        ({"a": ("x", "@b"), "b": ("@c",), "c": ("see @a",)}, "@a → @b → @c → @a is a circle"),
        ({"a": ("@b",), "b": ("x",)}, "it names @b, but an entry is a phrase"),
    ],
)
def test_an_alias_that_names_an_alias_is_refused_where_it_is_used(
    aliases: dict[str, tuple[str, ...]], needle: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("Kursk @a", aliases)
    assert caught.value.offset == 6
    assert needle in caught.value.message
    assert caught.value.hint


# fmt: off
SOUP = (
    "AND", "OR", "NOT", "-", "NEAR", "NEAR/3", "ONEAR/2", "NEAR/", "ATLEAST/2", "ATLEAST", "(", ")", '"', "“", "”",
    "„", "«", "»", "{", "}", "/", "/x/", "/(a|b)*/", "/[a-/", "\\", "title:", "body:", "tag:", "url:", "site:",
    "lang:", "text:", "author:*", "titel:", "12:30", "http://a.example/b", "en", "@side", "@north-korea", "@nope",
    "@", "kyiv", "troop*", "*", "a*b", "U.S.", "12,000", "O’Brien", "Zelenskyy's", "北朝鮮", "カナ", "é", "e\u0301",
    "\u200b", "\xad", "\u2029", ",", ".", "—", "–x", "#tag", "&", "C++", "🙂", "-x", "--", "-(", "{US}", "{a*}",
    "\x00", "\ud800", "'", ":",
)
# fmt: on


@settings(max_examples=1_000, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SOUP), st.sampled_from(("", " ", " "))), max_size=10))
def test_any_soup_of_signs_is_a_tree_or_a_mistake_that_can_be_mended(pieces: list[tuple[str, str]]) -> None:
    query = "".join(piece + gap for piece, gap in pieces)
    node, mistake = parsed(query)
    if mistake is not None:
        assert 0 <= mistake.offset <= len(query)
        assert mistake.message
        assert mistake.hint, mistake
    if node is not None:
        assert 0 <= node.start < node.end <= len(query)
        assert all(0 <= hint.offset < len(query) for hint in find_hints(query, node))


def parsed(query: str) -> tuple[Node | None, QueryError | None]:
    try:
        return parse_query(query, ALIASES), None
    except QueryError as mistake:
        return None, mistake
