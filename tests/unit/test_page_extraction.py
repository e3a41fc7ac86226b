"""Hostile and odd pages through the extraction, in this process; what may hang is in the integration tests."""

from __future__ import annotations

import time
import unicodedata

import pytest
from lxml import etree

from newswatch.article.extract import read_page
from newswatch.article.markup import markdown_of
from newswatch.article.page import TEXT_LIMIT, PageReading
from newswatch.model.article import PageProblem, TextFrom
from newswatch.text.markdown import cleaned, unmarked

URL = "https://dnipro-wire.example/news/ferry"
PARAGRAPH = "The council of the region said that the ferry runs again, and that people may cross the river. "


def article(inside: str, head: str = "") -> bytes:
    around = f"<p>{PARAGRAPH}</p>"
    return f"<html><head>{head}</head><body><article>{around}{inside}{around.replace('may', 'will')}</article>".encode()


def read(body: bytes, content_type: str = "text/html; charset=utf-8") -> PageReading:
    return read_page(body, URL, content_type)


def is_clean(reading: PageReading) -> bool:
    facts = reading.facts
    texts = (reading.text, facts.title, facts.author, facts.site, reading.said, *reading.links)
    letters = set("".join(texts)) - {"\n"}
    return not any(unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\u202e\u2066" for letter in letters)


def test_structure_becomes_our_markdown() -> None:
    body = article(
        "<h2>What <i>now</i></h2>"
        '<p>Some <b>bold words</b> and a <a href="/more?a=1">link</a>, twice the <a href="/more?a=1">same</a>.</p>'
        "<ul><li>one<ul><li>below one</li></ul></li><li>two</li></ul><ol><li>first of all</li></ol>"
        "<blockquote><p>We waited.</p><p>It came.</p></blockquote>"
        "<table><tr><th>Pier</th><th>Time</th></tr><tr><td>North|South</td><td>6</td></tr></table>"
        '<p><img src="/i.jpg" alt="The ferry at the pier"></p>'
    )
    reading = read(body)
    for block in (
        "## What *now*",
        "Some **bold words** and a [link][1], twice the [same][1].",
        "- one\n  - below one\n- two",
        "1. first of all",
        "> We waited.\n>\n> It came.",
        "| Pier | Time |\n| --- | --- |\n| North\\|South | 6 |",
        "![The ferry at the pier][2]",
    ):
        assert block in reading.text
    assert reading.links == ("https://dnipro-wire.example/more?a=1", "https://dnipro-wire.example/i.jpg")


def test_scripts_and_links_that_may_not_be_opened_leave_their_words_at_most() -> None:
    reading = read(
        article(
            "<script>alert('evil script')</script><p>A <a href='javascript:alert(1)'>first</a> and "
            "<a href='data:text/html,x'>second</a>, <a href='file:///etc/passwd'>third</a> and "
            "<a href='ssh://a.example'>fourth</a> link.</p><p><img src='data:image/png;base64,xx' alt='no'></p>"
        )
    )
    assert "A first and second, third and fourth link." in reading.text
    assert reading.links == ()
    assert "evil" not in reading.text


def test_what_a_terminal_obeys_is_nowhere() -> None:
    evil = "\x1b]52;c;aGk=\x07 \x9b31m red \u202e back \u2066 and &#27;[31m &#x9b;1m"
    head = (
        f'<title>T {evil}</title><meta name="author" content="A {evil}"><meta property="og:site_name" content="{evil}">'
    )
    reading = read(article(f"<p>{PARAGRAPH} {evil}</p><p><a href='/a{evil}'>a link {evil}</a></p>", head))
    assert "red" in reading.text
    assert is_clean(reading)


def test_signs_in_the_words_of_a_page_stay_words() -> None:
    said = "# not a heading, [not a link][1], *not strong*, `no code`, > no quote, | no cell |"
    reading = read(article(f"<p>{said}</p><p>1. no item of a list, I say.</p><p>- nor this one, my friend.</p>"))
    plain = unmarked(reading.text).text
    assert said in plain
    assert "1. no item of a list" in plain
    assert "\\# not" in reading.text
    assert "1\\. no item" in reading.text
    assert "\\- nor" in reading.text


@pytest.mark.parametrize(
    ("encoding", "text", "content_type", "head"),
    [
        ("utf-8", "Пором знову ходить через річку щодня", "text/html; charset=iso-8859-1", ""),
        ("windows-1251", "Пором знову ходить через річку щодня", "text/html", '<meta charset="windows-1251">'),
        (
            "windows-1251",
            "Пором знову ходить через річку щодня",
            "text/html; charset=iso-8859-1",
            '<meta charset="cp1251">',
        ),
        ("shift_jis", "渡し船がまた川を渡る。町はそう言った。", "text/html; charset=Shift_JIS", ""),
        ("utf-16", "Die Fähre fährt wieder über den Fluß", "text/html", ""),
        ("iso-8859-1", "Die Fähre fährt wieder über den Fluß", "text/html", ""),
        ("utf-8-sig", "Die Fähre fährt wieder über den Fluß", "text/html; charset=koi8-r", ""),
    ],
)
def test_a_wrong_or_missing_charset_gives_the_right_text(
    encoding: str, text: str, content_type: str, head: str
) -> None:
    page = (
        f"<html><head>{head}</head><body><article>{f'<p>{text}. {text}!</p>' * 3}<p>{text}?</p></article></body></html>"
    )
    assert text in unmarked(read(page.encode(encoding), content_type).text).text


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        (b"%PDF-1.7 ...", "text/html", PageProblem.REFUSED),
        (b"\x89PNG", "image/png", PageProblem.REFUSED),
        (b'{"a": 1}', "application/json", PageProblem.REFUSED),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02\x08\x06" + bytes(range(256)) * 8,
            "text/html",
            PageProblem.REFUSED,
        ),
        (b"MZ", "application/x\x1b[31m\u202ebad", PageProblem.REFUSED),
        (b"", "text/html", PageProblem.EMPTY),
        (b"<html></html>", "text/html", PageProblem.EMPTY),
        (b"\x00\x00\x00\x00", "text/html", PageProblem.EMPTY),
    ],
)
def test_what_is_no_page_says_so(body: bytes, content_type: str, problem: PageProblem) -> None:
    reading = read(body, content_type)
    assert reading.problem is problem
    assert reading.said
    assert is_clean(reading)


def test_a_page_that_says_it_is_not_free_is_a_paywall() -> None:
    data = '{"@type":"NewsArticle","isAccessibleForFree":false,"headline":"Ferry"}'
    reading = read(article("", f'<script type="application/ld+json">{data}</script>'))
    assert reading.problem is PageProblem.PAYWALL
    assert reading.facts.title == "Ferry"


def test_facts_come_from_the_page_s_own_data() -> None:
    data = (
        '<script type="application/ld+json">{"@graph":[{"@type":["Article"],"headline":"Ferry &amp; bridge",'
        '"author":[{"name":"A. Bondar"},{"name":"O. Koval"}],"datePublished":"2026-11-22T14:30:00+02:00",'
        '"publisher":{"name":"Dnipro Wire"},"inLanguage":"uk","keywords":["Kherson","Ferry"]}]}</script>'
        '<meta property="article:tag" content="ferry"><meta name="keywords" content="Dnipro, A. Bondar,,\x1b[1m">'
    )
    facts = read(article("", data)).facts
    assert (facts.title, facts.author, facts.site, facts.lang) == (
        "Ferry & bridge",
        "A. Bondar, O. Koval",
        "Dnipro Wire",
        "uk",
    )
    assert facts.keywords == ("Kherson", "Ferry", "Dnipro", "A. Bondar", "[1m")
    assert facts.published_at is not None
    assert facts.published_at.isoformat() == "2026-11-22T12:30:00+00:00"


def test_an_article_that_stands_in_the_page_s_data_only_is_found() -> None:
    text = PARAGRAPH * 20
    data = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{text}"}}</script>'
    reading = read(f"<html><head>{data}</head><body><div id=app></div></body></html>".encode())
    assert PARAGRAPH.strip() in reading.text


@pytest.mark.parametrize(
    "script",
    ["{", "[" * 100_000, '{"@type": {}}', '{"@graph": 5, "@type": "Article", "author": [[[[]]]]}', "null", "1e999"],
)
def test_broken_data_in_a_page_breaks_nothing(script: str) -> None:
    reading = read(article("", f'<script type="application/ld+json">{script}</script>'))
    assert "ferry runs again" in reading.text


HOSTILE = {
    "30,000 paragraphs": "<p>" + "</p><p>".join(f"{PARAGRAPH}{n}" for n in range(28_000)) + "</p>",
    "5,000 nested divs": "<div>" * 5_000 + f"<p>{PARAGRAPH}</p>" * 5 + "</div>" * 5_000,
    "5,000 nested lists": "<ul><li>x" * 5_000,
    "20,000 links": "".join(f"<p>words <a href='/{n}'>a link {n}</a> words.</p>" for n in range(8_000)),
    "one word": "<p>" + "a" * 2_500_000,
    "entities": "<p>" + "&amp;&#8203;" * 150_000,
    "combining marks": "<p>a" + "\u0301" * 300_000,
    "unclosed": "<div><p>abc <b>" * 8_000,
    "tables": "<table><tr>" + "<td>cell</td>" * 20_000,
    "comments": "<!-- -->" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_time_and_in_bounds(name: str) -> None:
    body = article(HOSTILE[name])
    started_s = time.process_time()
    reading = read(body)
    assert time.process_time() - started_s < 60  # a hang; the worker ends it after 5 s, and bench measures
    assert len(reading.text) <= TEXT_LIMIT * 2  # signs and blank lines are not counted
    assert is_clean(reading)


def test_all_text_is_there_where_no_article_can_be_told() -> None:
    reading = read(b"<html><body>" + b"<div><a href='/a'>menu</a></div>" * 5 + b"</body></html>")
    assert "menu" in reading.text
    assert read_page(b"<p>one</p><p>two</p>", URL, "text/html", is_plain=True).text_from is TextFrom.PLAIN


@pytest.mark.parametrize("reference", ["&#27;", "&#x1B", "&#11;", "&#0000012;", "&#8", "\x0c", "&#xFFFE;", "\uffff"])
def test_one_reference_to_a_control_character_does_not_cost_the_structure_of_a_page(reference: str) -> None:
    reading = read(
        article(f"<h2>What now</h2><p>{PARAGRAPH} so{reference} it is.</p><ul><li>one</li><li>two</li></ul>")
    )
    assert reading.text_from is TextFrom.PAGE
    assert "so it is" in " ".join(reading.text.split())
    assert "## What now" in reading.text
    assert "- one\n- two" in reading.text
    assert is_clean(reading)


def test_other_references_are_read() -> None:
    assert "a\tb—c€d" in unmarked(read(article(f"<p>{PARAGRAPH} a&#9;b&#8212;c&#x20AC;d</p>")).text).text.replace(
        " b", "\tb"
    )


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("https://cdn.example/a/", "https://cdn.example/a/more"),
        ("/archive/", "https://dnipro-wire.example/archive/more"),
        ("javascript:alert(1)//", "https://dnipro-wire.example/news/more"),
        ("file:///etc/", "https://dnipro-wire.example/news/more"),
        ("", "https://dnipro-wire.example/news/more"),
    ],
)
def test_links_are_taken_from_where_the_page_says_its_base_is(base: str, link: str) -> None:
    assert read(article("<p>Here is <a href='more'>more</a> of it.</p>", f"<base href='{base}'>")).links == (link,)


@pytest.mark.parametrize("element", ["b", "i", "code", "a href=/x", "span"])
def test_no_letter_wears_a_tower_of_marks_made_of_many_elements(element: str) -> None:
    name = element.split(maxsplit=1)[0]
    reading = read(
        article("<p>a" + f"<{element}>\u0301\u0301\u0301</{name}>" * 500 + " and so on, said the council.</p>")
    )
    run = most = 0
    for letter in unmarked(reading.text).text:
        run = run + 1 if unicodedata.category(letter)[0] == "M" else 0
        most = max(most, run)
    assert most <= 8


def test_code_keeps_its_indentation_and_is_one_block() -> None:
    reading = read(article("<pre>def f():\n    return 1\n\n\n  # [x][1]</pre>"))
    assert "```\ndef f():\n    return 1\n  # [x][1]\n```" in reading.text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_was_read_is_clean_as_it_stands(name: str) -> None:
    text = read(article(HOSTILE[name][:200_000])).text
    assert cleaned(text) == text


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Ferry runs - Dnipro Wire</title>", "<h1>Ferry runs</h1>", "Ferry runs"),
        ("<meta property='og:title' content='Ferry runs | Wire'><title>Ferry runs</title>", "", "Ferry runs"),
        (
            "<title>Ferry runs - a year on - Dnipro Wire</title>",
            "<h1>Ferry runs - a year on</h1>",
            "Ferry runs - a year on",
        ),
        ("<title>Ferry runs again</title>", "<h1>Ferry</h1>", "Ferry runs again"),
        ("<title>Ferry runs - Dnipro Wire</title>", "<h1>Dnipro Wire</h1>", "Ferry runs - Dnipro Wire"),
        ("", "<h1>Ferry <i>runs</i></h1>", "Ferry runs"),
    ],
)
def test_a_title_stands_without_the_name_of_the_site(head: str, heading: str, title: str) -> None:
    assert read(article(heading, head)).facts.title == title


def test_the_title_and_the_address_are_not_said_again_in_the_text() -> None:
    body = article(f"<p>Ferry is back</p><p>{URL}</p><p>Another ferry is back.</p>", "<title>Ferry is back</title>")
    text = read(body).text
    assert "Another ferry is back." in text
    assert "Ferry is back\n" not in text
    assert URL not in text


def test_cards_of_other_articles_behind_the_text_are_none_of_it() -> None:
    card = "<item><ref target='/{0}'>Another story {0}</ref><head>What it is about</head></item>"
    cards = f"<list>{card.format(1)}{card.format(2)}</list>"
    source = "<item><ref target='/s'>A study of ferries, part {0}</ref></item>"
    sources = f"<list>{source.format(1)}{source.format(2)}</list>"
    text, _ = markdown_of(etree.fromstring(f"<body><p>{PARAGRAPH}</p>{cards}{sources}{cards}{cards}</body>"), URL)
    assert text.count("Another story 1") == 1  # those that stand within the text are left
    assert text.endswith("- [A study of ferries, part 1][3]\n- [A study of ferries, part 2][3]")
