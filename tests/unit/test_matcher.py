"""The matcher: what matches with which marks, how a book becomes one, and what an edit touches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.errors import QueryError
from newswatch.match.compile import compile_query
from newswatch.match.matcher import FeedScope, compile_book
from newswatch.model.entry import Document
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem

ALIASES = {"korea": ("North Korea*", "North Korean troops", "D.P.R.K.")}


def marks(query: str, document: Document | str, fields: tuple[str, ...] | None = None) -> list[tuple[str, str]] | None:
    """The marks of a query as pairs; None where it does not match. A text stands for a title."""
    document = Document(title=document) if isinstance(document, str) else document
    query_marks = compile_query(query, ALIASES, *([fields] if fields else [])).marks(document)
    return None if query_marks is None else [(mark.field, mark.text) for mark in query_marks]


def texts(query: str, title: str) -> list[str] | None:
    found = marks(query, title)
    return None if found is None else [text for _, text in found]


def book(*queries: str, **changes: object) -> RuleBook:
    rules = tuple(Rule(id=RuleId(f"r{place}"), query=query) for place, query in enumerate(queries))
    return replace(RuleBook(rules=rules, aliases=ALIASES), **changes)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(
    ("query", "title", "expected"),
    [
        ("troops", "TROOPS, troops!", ["TROOPS", "troops"]),
        ("Kursk troops", "Kursk — troops", ["Kursk — troops"]),
        ("Kursk troops", "Kursk ❤️ troops", ["Kursk ❤️ troops"]),
        ("a b", "a b a b", ["a b", "a b"]),
        ("a a", "a a a", ["a a", "a a"]),
        ("us", "U.S. Army, US, us; U.S.'s", ["U.S", "US", "us", "U.S"]),
        ("dprk", "the D.P.R.K.'s plan", ["D.P.R.K"]),
        ("army", "U.S.Army", ["Army"]),
        ("{US}", "us U.S. US", ["U.S", "US"]),
        ("{Orbán}", "Orban Orba\u0301n orbán", ["Orba\u0301n"]),
        ("{Kyiv}", "Ky\u00adiv", ["Ky\u00adiv"]),
        ("Ukraine war", "Ukraine's war", ["Ukraine's war"]),
        ("s", "Ukraine's war", None),
        ("12", "12,000 and 12", ["12"]),
        ("12,000", "12,000.", ["12,000"]),
        ("1.5m", "1.5m", ["1.5m"]),
        ("troop*", "troops", ["troops"]),
        ("*sky", "Zelensky's", ["Zelensky"]),
        ("z*skyy", "zskyy Zelenskyy zelensky", ["zskyy", "Zelenskyy"]),
        ("a*a", "a aa aba", ["aa", "aba"]),
        ("*a*b*", "cab ba", ["cab"]),
        ('"North * troops"', "North Korean elite troops", None),
        ("北朝鮮*", "北朝鮮軍", ["北朝鮮"]),
        ("ロシア", "ロシアに", ["ロシア"]),
        ("インド*", "インドネシア", ["インドネシア"]),
        ("ทำ", "การทำงาน", ["ทำ"]),
        ("カ\u3099ス", "ｶﾞｽ", ["ｶﾞｽ"]),
        ("/K[uy]\\w+/", "Kursk kyiv", ["Kursk", "kyiv"]),
        ("/K[uy]\\w+/c", "Kursk kyiv", ["Kursk"]),
        ("/x*/", "no", None),
        ("/x*/", "axxb", ["xx"]),
        ("/\\d+/", "٣٤ and 5", ["٣٤", "5"]),
        ("a NEAR/1 b", "a x b", ["a", "b"]),
        ("a NEAR/1 b", "a x x b", None),
        ("a NEAR/0 a", "a", None),
        ("a NEAR/0 a", "a a x a", ["a", "a"]),
        ("a NEAR/9 b", "a\n\nb", None),
        ("a NEAR/9 b", "a\nb", ["a", "b"]),
        ("a b NEAR/0 b c", "a b c", None),
        ("a b NEAR/0 b c", "a b b c", ["a b", "b c"]),
        ("a NEAR/1 b", "a b x x x a x b x x b", ["a", "b", "a", "b"]),
        ("a ONEAR/1 b", "b a x b", ["a", "b"]),
        ("a NEAR/2 b", "a 's x's b", ["a", "b"]),
        ("@korea", "North Korean troops", ["North Korean", "North Korean troops"]),
        ("ATLEAST/1 @korea", "North Korean troops", ["North Korean troops"]),
        ("ATLEAST/2 a a", "a a a", None),
        ("ATLEAST/2 a a", "a a a a", ["a a", "a a"]),
        ("a OR b OR (c AND d)", "a c", ["a"]),
        ("a -b", "a", ["a"]),
        ("a -b", "a b", None),
        ("title:* a", "a", ["a"]),
    ],
)
def test_what_matches_and_which_marks(query: str, title: str, expected: list[str] | None) -> None:
    assert texts(query, title) == expected


def test_a_paragraph_break_is_two_line_breaks_with_only_blanks_between() -> None:
    for between in ("\n\n", "\n \t\n", "\r\n\r\n", "\r\r", "\u2029", "\n\u200b\n", "\u2028\u2028"):
        assert texts("a b", f"a{between}b") is None, repr(between)
    for between in ("\n", "\r\n", "\r", "\u2028", "\n—\n", "\n- \n"):
        assert texts("a b", f"a{between}b") is not None, repr(between)


def test_marks_stand_in_the_order_of_the_fields() -> None:
    document = Document(
        title="x",
        summary="x",
        content="x",
        author="x",
        source="x",
        tags=("b x", "x"),
        url="https://x.example/x",
        lang="x-y",
    )
    query = "lang:x url:x tag:x source:x author:x body:x summary:x title:x"
    found = compile_query(query, {}).marks(document)
    assert found is not None
    assert [(mark.field, mark.part, mark.start) for mark in found] == [
        *((field, 0, 0) for field in ("title", "summary", "content", "author", "source")),
        *(("tags", 0, 2), ("tags", 1, 0), ("url", 0, 8), ("url", 0, 11), ("url", 0, 18), ("lang", 0, 0)),
    ]


def test_not_inside_a_field_looks_at_that_field_only() -> None:
    document = Document(title="troops", content="football")
    assert marks("title:(troops -football)", document) == [("title", "troops")]
    assert marks("troops -football", document) is None


def test_and_in_a_tag_group_may_be_met_by_two_tags_but_a_phrase_may_not() -> None:
    document = Document(tags=("Ukraine", "war"))
    assert marks("tag:(Ukraine AND war)", document) == [("tags", "Ukraine"), ("tags", "war")]
    assert marks("tag:Ukraine war", document) is None
    assert marks("tag:(Ukraine NEAR war)", document) is None


@pytest.mark.parametrize(
    ("query", "is_match"),
    [
        ("site:bbc.co.uk", True),
        ("site:www.bbc.co.uk", True),
        ("site:news.bbc.co.uk", True),
        ("site:co.uk", True),
        ("site:c.co.uk", False),
        ("url:NEWS", True),
        ("url:@", True),
        ("url:/n\\w+s\\./", True),
        ("url:/NEWS/c", False),
        ('url:"/a b"', False),
        ("lang:pt", True),
        ("lang:pt_br", True),
        ("lang:p", False),
        ("lang:pt-BR-x", False),
        ("lang:*", True),
        ("author:*", False),
        ("text:*", False),
    ],
)
def test_addresses_hosts_and_languages(query: str, is_match: bool) -> None:  # noqa: FBT001 - a column of the table
    document = Document(url="https://me:pw@News.BBC.co.uk:443/a?b@c", lang="pt_BR")
    assert (marks(query, document) is not None) == is_match


def test_a_host_in_another_script_is_known_in_both_forms() -> None:
    assert marks("site:zürich.example", Document(url="https://www.xn--zrich-kva.example/")) is not None


def test_overlapping_pieces_of_an_address_all_count() -> None:
    assert marks("url:aa", Document(url="https://x.example/aaa")) == [("url", "aa"), ("url", "aa")]


def test_a_slow_regular_expression_is_stopped_and_named() -> None:
    slow = "(a+)+$"
    document = Document(title="a" * 4_000 + "b", content="kursk")
    matcher = compile_book(book(f"/x{slow}/ OR /{slow}/", "kursk"))
    overruns: list[RuleId] = []
    assert [match.rule_index for match in matcher.match(document, overruns=overruns)] == [1]
    assert overruns == ["r0"]
    with pytest.raises(QueryError, match="takes longer"):
        compile_query(f"/{slow}/", {}).marks(document)


def test_rules_of_one_book_are_told_apart_and_keep_their_order() -> None:
    matcher = compile_book(book("troops", "kursk*", "/kur/", "lang:en", "source:Wire", "nothing", "-kursk troops"))
    document = Document(title="Troops in Kursk", source="Wire", lang="en")
    assert [match.rule_index for match in matcher.match(document)] == [0, 1, 2, 3, 4]
    assert matcher.slow == ("r2", "r3")


def test_a_rule_that_does_not_parse_is_off_and_the_others_live() -> None:
    matcher = compile_book(book("troops", "(troops", "titel:x", "troops*"))
    assert [rule.id for rule in matcher.rules] == ["r0", "r3"]
    assert [(problem.rule_id, problem.offset) for problem in matcher.problems] == [("r1", 0), ("r2", 0)]
    assert [match.rule_index for match in matcher.match(Document(title="troops"))] == [0, 1]


def test_a_rule_that_fails_its_examples_is_off() -> None:
    rules = (
        Rule(id=RuleId("a"), query="troops", must=("Troops seen",), must_not=("Football",)),
        Rule(id=RuleId("b"), query="troops", must=("Soldiers seen",)),
        Rule(id=RuleId("c"), query="troops", must_not=("Troops of actors",)),
        Rule(id=RuleId("d"), query="troops", fields=("body",), must=("Troops seen",)),
    )
    matcher = compile_book(RuleBook(rules=rules))
    assert [rule.id for rule in matcher.rules] == ["a", "d"]
    assert [problem.message for problem in matcher.problems] == [
        "it does not match its must example: Soldiers seen",
        "it matches its must_not example: Troops of actors",
    ]


def test_a_disabled_rule_is_checked_but_not_matched() -> None:
    off = Rule(id=RuleId("off"), query="troops", enabled=False)
    matcher = compile_book(RuleBook(rules=(off, replace(off, id=RuleId("bad"), query="("))))
    assert matcher.rules == ()
    assert [problem.rule_id for problem in matcher.problems] == ["bad"]
    assert matcher.match(Document(title="troops")) == ()


def test_keywords_are_phrases_any_of_which_matches() -> None:
    rule = Rule(id=RuleId("k"), keywords=('say "no"', "Kursk AND Sumy"))
    matcher = compile_book(RuleBook(rules=(rule,)))
    assert matcher.problems == ()
    assert matcher.match(Document(title="They say no"))
    assert matcher.match(Document(title="Kursk and Sumy"))
    assert not matcher.match(Document(title="Sumy, Kursk"))


def test_only_documents_known_to_be_in_another_language_are_skipped() -> None:
    rule = Rule(id=RuleId("l"), query="troops", languages=("en_GB", "uk"))
    matcher = compile_book(RuleBook(rules=(rule,)))
    for lang, is_match in (
        ("", True),
        ("en", True),
        ("en-GB", True),
        ("EN_gb", True),
        ("uk-UA", True),
        ("en-US", False),
        ("e", False),
    ):
        assert bool(matcher.match(Document(title="troops", lang=lang))) == is_match, lang


def test_a_rule_may_be_for_some_feeds_only() -> None:
    rule = Rule(id=RuleId("f"), query="troops", feeds=("tag:wires", "https://a.example/rss"))
    matcher = compile_book(RuleBook(rules=(rule,)))
    document = Document(title="troops")
    assert matcher.match(document, FeedScope("https://b.example/rss", ("wires",)))
    assert matcher.match(document, FeedScope("https://a.example/rss"))
    assert not matcher.match(document, FeedScope("https://b.example/rss", ("blogs",)))
    assert matcher.match(document)


def test_default_fields_of_a_rule_are_where_it_looks_without_a_prefix() -> None:
    document = Document(title="troops", author="Kursk", url="https://kursk.example/")
    assert marks("Kursk", document) is None
    assert marks("Kursk", document, ("author", "url")) == [("author", "Kursk"), ("url", "kursk")]
    assert marks("text:Kursk", document, ("author",)) == [("author", "Kursk")]
    rule = Rule(id=RuleId("u"), query="Kursk", fields=("url",))
    assert compile_book(RuleBook(rules=(rule,))).match(document)


def test_an_edit_takes_over_what_did_not_change() -> None:
    before = compile_book(book("troops", "kursk", "sumy"))
    rules = list(before.rules)
    rules[1] = replace(rules[1], query="kyiv")
    after = compile_book(RuleBook(rules=tuple(rules), aliases=ALIASES), before)
    assert after.live[0] is before.live[0]
    assert after.live[2] is before.live[2]
    document = Document(title="Troops from Kursk, Sumy and Kyiv")
    assert [match.marks[0].text for match in after.match(document)] == ["Troops", "Kyiv", "Sumy"]
    assert [match.marks[0].text for match in before.match(document)] == ["Troops", "Kursk", "Sumy"]


def test_any_row_of_edits_gives_the_same_matcher_as_a_fresh_start() -> None:
    document = Document(title="Troops from Kursk, Sumy and Kyiv", lang="en")
    books = [
        book("troops", "kursk", "ky*"),
        book("kursk"),
        book("/ky/", "sumy", "troops", "lang:en"),
        book(),
        book("ky* OR sum*", "troops", "(", "@korea"),
        book("ky* OR sum*", "troops", "sumy", "@korea", aliases={"korea": ("Kyiv",)}),
    ]
    matcher = compile_book(books[0])
    for current in books[1:]:
        matcher = compile_book(current, matcher)
        fresh = compile_book(current)
        assert matcher.rules == fresh.rules
        assert matcher.match(document) == fresh.match(document)
        assert matcher.slow == fresh.slow


def test_a_changed_alias_reaches_the_rules_that_use_it() -> None:
    before = compile_book(book("@korea", "kursk"))
    after = compile_book(book("@korea", "kursk", aliases={"korea": ("Sumy",)}), before)
    assert [match.rule_index for match in after.match(Document(title="Sumy"))] == [0]
    assert after.live[1] is before.live[1]


def test_a_rule_broken_by_an_edit_lives_on_in_its_last_good_form() -> None:
    good = compile_book(book("troops", "kursk"))
    broken = compile_book(book("(", "kursk"), good)
    assert [rule.query for rule in broken.rules] == ["troops", "kursk"]
    assert [problem.rule_id for problem in broken.problems] == ["r0"]
    still_broken = compile_book(book("))", "kursk"), broken)
    assert [match.rule_index for match in still_broken.match(Document(title="troops kursk"))] == [0, 1]
    gone = compile_book(book(), still_broken)
    assert gone.rules == ()


def test_an_edit_judges_no_other_rule_again() -> None:
    off = Rule(id=RuleId("off"), query="a AND b", enabled=False)
    bad = Rule(id=RuleId("bad"), query="(")
    first = compile_book(RuleBook(rules=(*book("troops", "kursk", "/sumy/").rules, off, bad)))
    edited = replace(first.book.rules[1], query="kyiv OR ky*")
    moved = RuleBook(rules=(first.book.rules[4], first.book.rules[0], edited, *first.book.rules[2:4]))
    second = compile_book(moved, first)
    kept = {id(verdict) for verdict in first.verdicts}
    assert [id(verdict) in kept for verdict in second.verdicts] == [True, True, False, True, True]
    assert second.problems == first.problems
    assert [rule.id for rule in second.rules] == ["r0", "r1", "r2"]


def test_rules_read_anew_but_unchanged_are_taken_over() -> None:
    before = compile_book(book("troops", "@korea", "("))
    after = compile_book(book("troops", "@korea", "("), before)
    assert [new is old for new, old in zip(after.live, before.live, strict=True)] == [True, True]
    assert after.index is before.index
    assert after.problems == before.problems


def test_a_rule_switched_off_and_on_again_is_matched_again() -> None:
    rule = Rule(id=RuleId("r"), query="troops")
    matcher = compile_book(RuleBook(rules=(rule,)))
    for is_enabled in (False, True):
        matcher = compile_book(RuleBook(rules=(replace(rule, enabled=is_enabled),)), matcher)
        assert bool(matcher.match(Document(title="troops"))) == is_enabled


def test_a_rule_that_the_file_has_only_a_problem_of_lives_on() -> None:
    good = compile_book(book("troops", "kursk"))
    halved = RuleBook(rules=good.rules[1:], problems=(RuleProblem(RuleId("r0"), "no query"),))
    for matcher in (compile_book(halved, good), compile_book(halved, compile_book(halved, good))):
        assert [rule.id for rule in matcher.rules] == ["r1", "r0"]
        assert [match.rule_index for match in matcher.match(Document(title="troops kursk"))] == [0, 1]
        mended = compile_book(good.book, matcher)
        assert [new is old for new, old in zip(mended.live, good.live, strict=True)] == [True, True]


def test_two_rules_with_one_id_do_not_shadow_each_other() -> None:
    rule = Rule(id=RuleId("same"), query="troops")
    twice = RuleBook(rules=(rule, rule))
    matcher = compile_book(twice, compile_book(twice))
    assert [match.rule_index for match in matcher.match(Document(title="troops"))] == [0, 1]
