"""Pages of many kinds: each sentence of the article is read, once and in its own paragraph, and nothing around it is.

What stands around an article is marked here with the word ELSEWHERE.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from lxml import html

from newswatch.article.depth import DEEPEST, shallow
from newswatch.article.extract import read_page
from newswatch.article.page import PageReading
from newswatch.article.reshape import unset_prose, unset_tables
from newswatch.model.article import PageProblem, TextFrom
from newswatch.text.markdown import unmarked

URL = "https://dnipro-wire.example/news/ferry"
ENGLISH = (
    "The ferry between the two banks of the river runs again since Monday morning.",
    "North Korean troops had been seen on the far bank, the council of the region said.",
    "Nobody was hurt when the old pier gave way last week, according to the harbour office.",
    "Passengers are asked to bring their papers, and to be at the pier half an hour early.",
    "The council of the region pays for the ferry until the bridge is whole again.",
    "A second ferry is to follow in spring, if the ice allows it.",
    "The mayor of the town on the other side was not told, said his office on Tuesday.",
    "It takes forty people and six cars, and it leaves at half past each full hour.",
)
OTHERS = {
    "ja": (
        "渡し船は月曜日の朝から再び川の両岸を結んでいる。",
        "対岸で北朝鮮兵士が目撃されたと地域評議会は発表した。",
        "先週、古い桟橋が崩れたが、けが人はいなかったと港湾事務所は述べた。",
        "乗客は身分証明書を持参し、出発の三十分前に桟橋に来るよう求められている。",
    ),
    "ar": (
        "تعمل العبارة بين ضفتي النهر من جديد منذ صباح يوم الاثنين.",
        "شوهدت قوات كورية شمالية على الضفة البعيدة، بحسب مجلس المنطقة.",
        "لم يصب أحد بأذى عندما انهار الرصيف القديم الأسبوع الماضي، وفقا لمكتب الميناء.",
    ),
    "ru": (
        "Паром между двумя берегами реки снова ходит с утра понедельника.",
        "Северокорейские войска были замечены на дальнем берегу, сообщил совет области.",
        "Никто не пострадал, когда на прошлой неделе обрушился старый причал, сообщили в порту.",
    ),
    "de": (
        "Die Fähre zwischen den beiden Ufern des Flusses verkehrt seit Montagmorgen wieder.",
        "Nordkoreanische Truppen seien am anderen Ufer gesehen worden, teilte der Rat der Region mit.",
        "Niemand wurde verletzt, als in der vergangenen Woche der alte Anleger nachgab, so das Hafenamt.",
    ),
    "ko": (
        "월요일 아침부터 강의 두 둑 사이를 오가는 나룻배가 다시 운항한다.",
        "북한 군인들이 건너편 강둑에서 목격되었다고 지역 의회가 밝혔다.",
        "지난주 낡은 부두가 무너졌을 때 다친 사람은 없었다고 항만청이 전했다.",
    ),
}
LONG = "The boats of the harbour office are on the river, and so are those of the region and of the town"
NAV = '<header><nav><a href="/">ELSEWHERE home</a> <a href="/world">ELSEWHERE world</a></nav></header>'
RELATED = (
    '<aside class="related"><h3>ELSEWHERE related</h3><ul><li><a href="/a1">ELSEWHERE Storm closes the harbour</a></li>'
    '<li><a href="/a2">ELSEWHERE Council votes on the new bridge over the river</a></li></ul></aside>'
)
COMMENTS = '<section id="comments" class="comments">' + (
    '<div class="comment"><p>ELSEWHERE I think this is a scandal, and the mayor should resign at once.</p></div>' * 9
)
BANNER = (
    '<div id="cookie-banner" class="cookie-consent"><p>ELSEWHERE We and our partners use cookies to store information '
    "on your device. Accept all cookies?</p><button>ELSEWHERE Accept all</button></div>"
)
FOOT = '<footer><p>ELSEWHERE All rights reserved.</p><a href="/terms">ELSEWHERE Terms</a></footer>'
BIO = '<div class="author-bio"><p>ELSEWHERE Olena Koval is the river correspondent of Dnipro Wire since 2009.</p></div>'
PULL = '<aside class="pullquote"><p>ELSEWHERE It is here at last</p></aside>'


def ps(sentences: Sequence[str] = ENGLISH) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def page(body: str, head: str = "", lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Ferry runs again</title>{head}</head>'
        f"<body>{BANNER}{NAV}{body}{FOOT}</body></html>"
    )


def as_data(**said: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ferry runs again", **said}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def read(markup: str) -> PageReading:
    return read_page(markup.encode(), URL, "text/html; charset=utf-8")


KINDS = {
    "article": f"<main><article><h1>Ferry</h1>{ps()}</article>{RELATED}{COMMENTS}</main>",
    "boxes within": f"<article>{ps(ENGLISH[:3])}{PULL}{ps(ENGLISH[3:])}{RELATED}{BIO}</article>{COMMENTS}",
    "other articles": f"<main><article><h1>Ferry</h1>{ps()}</article><section>"
    + "".join(f'<article class="teaser"><h3><a href="/{n}">ELSEWHERE {n}</a></h3></article>' for n in range(6))
    + "</section></main>",
    "live": "<main><h1>Ferry: live</h1>"
    + "".join(f'<div class="live-post"><time>1{n}:00</time><p>{said}</p></div>' for n, said in enumerate(ENGLISH))
    + "</main>",
    "live, each post an article": "<main><h1>Ferry: live</h1><ol>"
    + "".join(
        f'<li><article id="{n}"><time>1{n}:00</time><h3>At 1{n}</h3><div class="post-body"><p>{one}</p><p>{other}</p>'
        f"<p>{LONG} {n}.</p></div></article></li>"
        for n, (one, other) in enumerate(zip(ENGLISH[::2], ENGLISH[1::2], strict=True))
    )
    + "</ol></main>",
    "live, each post a division": "<main><h1>Ferry: live</h1><div>"
    + "".join(
        f'<div class="post"><time>1{n}:00</time><div class="post-body"><p>{one}</p><p>{other}</p>'
        f"<p>{LONG} {n}.</p></div></div>"
        for n, (one, other) in enumerate(zip(ENGLISH[::2], ENGLISH[1::2], strict=True))
    )
    + f"</div></main>{RELATED}",
    "in parts of one name": "<main><h1>Ferry</h1>"
    + '<div class="ad">ELSEWHERE</div>'.join(
        f'<div class="article-body">{ps(ENGLISH[at : at + 2])}</div>' for at in (0, 2, 4, 6)
    )
    + f"</main>{RELATED}{COMMENTS}",
    "in parts by their property": "<main><h1>Ferry</h1>"
    + "".join(f'<div itemprop="articleBody">{ps(ENGLISH[at : at + 4])}</div>' for at in (0, 4))
    + f"</main>{RELATED}",
    "an article and teasers of one name": f'<main><div id="story-body"><h1>Ferry</h1>{ps()}</div><section>'
    + f'<div class="text"><h3><a href="/t">ELSEWHERE</a></h3><p>ELSEWHERE {LONG}, and {LONG}.</p></div>' * 20
    + "</section></main>",
    "whole articles in divisions": "<main>"
    + "".join(
        f'<div class="article-body"><h1>Ferry</h1>{said}</div>' for said in (ps(), f"<p>ELSEWHERE {LONG}</p>" * 6)
    )
    + "</main>",
    "articles one behind the other": "<main>"
    + "".join(
        f"<article><time>10:00</time><h2>Ferry</h2>{said}</article>"
        for said in (ps(), *[f"<p>ELSEWHERE {LONG}</p>" * 33] * 2)
    )
    + "</main>",
    "an article and teasers without links in their headlines": f"<main><article><h1>Ferry</h1>{ps()}</article><section>"
    + "".join(
        f'<article><time>10:00</time><h3>ELSEWHERE {n}</h3><p>ELSEWHERE {LONG}</p><a href="/{n}">More</a></article>'
        for n in range(4)
    )
    + "</section></main>",
    "bare words beside paragraphs": f'<div class="txt">{ENGLISH[0]}'
    + "".join(f"<p>{said}</p>" for said in ENGLISH[1:4])
    + f"{ENGLISH[4][:12]}<b>{ENGLISH[4][12:20]}</b>{ENGLISH[4][20:]}{ps(ENGLISH[5:7])}{ENGLISH[7]}</div>",
    "list": "<article><ol>" + "".join(f"<li>{said}</li>" for said in ENGLISH) + "</ol></article>" + RELATED,
    "answers": "<article>" + "".join(f"<p><b>Q: Why?</b></p><p>{said}</p>" for said in ENGLISH) + "</article>",
    "definitions": "<article><dl>" + "".join(f"<dt>Why?</dt><dd>{said}</dd>" for said in ENGLISH) + "</dl></article>",
    "details": "<article>"
    + "".join(f"<details><summary>Why is {n}?</summary><p>{said}</p></details>" for n, said in enumerate(ENGLISH))
    + "</article>",
    "divisions": '<div class="a"><div class="b">' + "".join(f"<div>{said}</div>" for said in ENGLISH) + "</div></div>",
    "divisions with spans": "<div>" + "".join(f"<div><span>{said}</span></div>" for said in ENGLISH) + "</div>",
    "line breaks": '<div id="story">' + "<br><br>".join(ENGLISH) + "</div>" + RELATED,
    "sections": "<main>" + "".join(f"<section><p>{said}</p></section>" for said in ENGLISH) + "</main>",
    "elements of its own": "<x-a><x-b>" + "".join(f"<x-p><p>{said}</p></x-p>" for said in ENGLISH) + "</x-b></x-a>",
    "a shadow": f'<x-article><template shadowrootmode="open">{ps()}</template></x-article>',
    "pictures": "<article><p>The ferry in pictures.</p>"
    + "".join(f'<figure><img src="/{n}.jpg"><figcaption>{said}</figcaption></figure>' for n, said in enumerate(ENGLISH))
    + "</article>",
    "a page in a table": '<table><tr><td width="150"><a href="/">ELSEWHERE home</a></td><td><h2>Ferry</h2>'
    + ps()
    + "</td></tr></table>",
    "tables in tables": "<table><tr><td><table><tr><td><a href='/'>ELSEWHERE home</a></td></tr></table></td></tr>"
    f"<tr><td><font>{'<br><br>'.join(ENGLISH)}</font></td></tr></table>",
    "preformatted": "<pre>" + "\n\n".join(ENGLISH) + "</pre>",
    "with advertisements": "<article>"
    + "<p>Advertisement</p><p>READ MORE: <a href='/m'>ELSEWHERE Ice on the river</a></p>".join(
        f"<p>{said}</p>" for said in ENGLISH
    )
    + "<p><a href='/n'>Also read: ELSEWHERE Storm closes harbour</a></p><p>Share this article</p>"
    "<p><a href='#after'>SKIP ADVERTISEMENT</a></p></article>",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_gives_its_article_and_nothing_else(kind: str) -> None:
    reading = read(page(KINDS[kind]))
    assert reading.text_from is TextFrom.PAGE
    assert reading.problem is None
    lines = unmarked(reading.text).text.split("\n")
    assert [line for line in lines if line in ENGLISH] == list(ENGLISH)
    assert "ELSEWHERE" not in reading.text
    assert not any(line.lower() in {"advertisement", "skip advertisement", "share this article"} for line in lines)


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("around", ["<article>{}</article>", "<div>{}</div>"])
def test_every_language_is_read(lang: str, around: str) -> None:
    said = OTHERS[lang]
    reading = read(page(f"<main>{around.format(ps(said))}</main>{RELATED}", lang=lang))
    assert reading.text.split("\n\n") == list(said)
    assert reading.facts.lang == lang


@pytest.mark.parametrize(
    "body",
    ["\n".join(ENGLISH), ps(), ps().replace("<", "&lt;").replace(">", "&gt;")],
)
def test_an_article_that_is_there_as_data_only_has_its_paragraphs(body: str) -> None:
    reading = read(f"<html><head>{as_data(articleBody=body)}</head><body>{BANNER}<div id='app'></div></body></html>")
    assert reading.text.split("\n\n") == list(ENGLISH)
    assert reading.problem is None


def test_data_without_paragraphs_gets_some_at_the_ends_of_sentences() -> None:
    body = " ".join(ENGLISH * 2)
    reading = read(f"<html><head>{as_data(articleBody=body)}</head><body>{BANNER}<div id='app'></div></body></html>")
    blocks = reading.text.split("\n\n")
    assert len(blocks) > 2
    assert all(block.endswith(".") for block in blocks)
    assert " ".join(blocks) == body


def test_all_of_a_short_article_is_read() -> None:
    reading = read(
        page("<article><h1>Ferry</h1><p>The ferry runs again.</p><p>No one was hurt.</p></article>" + RELATED)
    )
    assert "The ferry runs again.\n\nNo one was hurt." in reading.text


@pytest.mark.parametrize(
    "head", [as_data(), '<meta property="og:type" content="article">', '<meta property="article:published_time">']
)
@pytest.mark.parametrize("furniture", [BANNER, "<div>Please log in to comment</div><input type='password'>"])
def test_a_flash_of_one_line_is_an_article_whatever_banner_stands_on_its_page(head: str, furniture: str) -> None:
    head = head.replace('time">', 'time" content="2026-11-22T10:00:00Z">')
    reading = read(page(f"{furniture}<article><p>The ferry runs again since Monday.</p></article>", head))
    assert reading.problem is None
    assert "The ferry runs again since Monday." in reading.text


def test_a_wall_in_front_of_an_article_is_one_though_little_is_said() -> None:
    wall = "<h1>Before you continue</h1><p>We and our partners use cookies.</p><button>Accept all</button>"
    assert read(f"<html><body>{wall}</body></html>").problem is PageProblem.CONSENT
    teaser = "<article><p>The ferry runs again.</p></article><div class='wall'>Subscribe to continue reading</div>"
    assert read(page(teaser, as_data())).problem is PageProblem.PAYWALL


def test_a_page_that_is_not_there_says_so_whatever_banner_stands_on_it() -> None:
    markup = page("<h1>Page not found</h1><p>Sorry, there is nothing here.</p>").replace(
        "Ferry runs again", "Not found"
    )
    assert read(markup).problem is PageProblem.ERROR


@pytest.mark.parametrize(
    ("said", "is_caption"),
    [
        ("The ferry at the pier on Monday", True),
        ("The harbour office shows its new logo, which took a year to draw and a day to print", True),
        ("Dnipro Wire logo", False),
        ("header-ferry-2026.jpg", False),
        ("ferry_at_the_pier", False),
        ("IMG_2041", False),
        ("image", False),
        ("Ferry runs again image", False),
    ],
)
def test_images_are_captions_where_they_say_something(said: str, *, is_caption: bool) -> None:
    reading = read(page(f'<article>{ps()}<p><img src="/ferry.jpg" alt="{said}"></p><p>And that was all of it.</p>'))
    assert (f"![{said}]" in reading.text) is is_caption
    assert "And that was all of it." in reading.text


def test_tables_of_data_stay_tables_and_those_that_hold_a_page_do_not() -> None:
    data = "<tr><th>Pier</th><th>Time</th></tr><tr><td><p>North</p><p>bank</p></td><td><p>06:30</p></td></tr>"
    layout = f"<table id='page'><tr><td>{ps()}</td><td><table>{data}</table></td></tr></table>"
    tree = html.document_fromstring(f"<table id='data'>{data}</table>{layout}")
    unset_tables(tree)
    assert len(tree.findall(".//table")) == 2
    (around,) = tree.findall(".//div[@id='page']")
    assert len(around.findall(".//table")) == 1
    assert around.find(".//table//td") is not None


def test_a_table_of_many_columns_keeps_its_cells() -> None:
    row = "".join(f"<td>cell {n}</td>" for n in range(20))
    said = unmarked(read(page(f"<article>{ps()}<table><tr>{row}</tr><tr>{row}</tr></table></article>")).text).text
    assert said.count("cell 19") == 2


@pytest.mark.parametrize("element", ["time", "label", "output", "abbr", "ins", "cite", "font", "span"])
def test_no_word_within_a_sentence_is_lost(element: str) -> None:
    body = f"<article>{ps()}<p>It began on <{element}>Monday <i>morning</i></{element}>, {LONG}.</p>{ps()}</article>"
    assert f"It began on Monday morning, {LONG}." in unmarked(read(page(body)).text).text


def test_a_quote_within_a_sentence_stays_there() -> None:
    body = f"<article>{ps()}<p>The mayor said <q>it is <b>here</b></q>, and <q>at last</q>. {LONG}.</p></article>"
    assert f"The mayor said “it is here”, and “at last”. {LONG}." in unmarked(read(page(body)).text).text


def test_paragraphs_in_a_cell_stand_apart() -> None:
    table = "<table><tr><td>Pier</td><td>It is here.<p>It is whole.</p></td></tr><tr><td>1</td><td>2</td></tr></table>"
    assert "It is here. It is whole." in unmarked(read(page(f"<article>{ps()}{table}</article>")).text).text


def test_the_number_of_a_headline_is_a_word_of_it() -> None:
    body = "".join(f"<h2>{n}. The pier</h2><p>{said}</p>" for n, said in enumerate(ENGLISH, start=1))
    lines = unmarked(read(page(f"<article>{body}</article>")).text).text.split("\n")
    assert [line for line in lines if "The pier" in line] == [f"{n}. The pier" for n in range(1, 9)]


def test_prose_in_a_pre_becomes_paragraphs_and_code_stays() -> None:
    wrapped = "The ferry between the two banks of the river runs again since Monday\nmorning, they said.\n\nNorth pier:"
    tree = html.document_fromstring(
        f"<pre id='said'>{wrapped} half past six on every\nday of the week.</pre>"
        "<pre id='code'>def ferry(river, bank):\n    return [boat for boat in river if boat.bank == bank]\n\n"
        "print(ferry(river, 'north'), ferry(river, 'south'), and_more(of, this))</pre>"
    )
    unset_prose(tree)
    assert [p.text for p in tree.find(".//div[@id='said']")] == [
        "The ferry between the two banks of the river runs again since Monday morning, they said.",
        "North pier: half past six on every",
        "day of the week.",
    ]
    assert tree.find(".//pre[@id='code']") is not None


def test_tables_within_tables_are_reshaped_down_to_the_last() -> None:
    tree = html.document_fromstring("<table><tr><td>" * 60 + ps() * 2 + "</td></tr></table>" * 60)
    unset_tables(tree)
    assert tree.find(".//table") is None


@pytest.mark.parametrize(
    ("element", "times"), [("<div>", 5_000), ("<ul><li>", 3_000), ("<div><p><b>", 2_000), ("<font>", 400)]
)
def test_what_stands_deep_in_a_page_and_behind_it_is_read(element: str, times: int) -> None:
    deep, closing = element * times, "</div>" * times if element == "<div>" else ""
    reading = read(
        f"<html><body><article>{ps(ENGLISH[:3])}{deep}{ps(ENGLISH[3:6])}{closing}{ps(ENGLISH[6:])}</article>"
    )
    text = unmarked(reading.text).text
    assert [said for said in ENGLISH if said in text] == list(ENGLISH)


def test_only_what_is_deeper_than_any_page_loses_its_elements() -> None:
    page_ = "<div><p>one <b>two</b><br>three</p><img src='/a.png'></div>"
    assert shallow(page_) == page_
    deep = "<div>" * (DEEPEST - 1) + "<p><b>x</b></p>" + "</div>" * (DEEPEST - 1)
    assert shallow(deep) == deep.replace("<b>", "").replace("</b>", "")
    assert shallow("</p>" * 9 + "<p>x</p>") == "</p>" * 9 + "<p>x</p>"
    assert shallow("<div>" * 200_000 + "x").count("<div>") == DEEPEST


def test_a_text_that_was_cut_says_so_and_a_long_one_that_was_not_does_not() -> None:
    line = "<p>The ferry between the two banks of the river runs again, number {0}.</p>"
    assert "this is its beginning" in read("".join(line.format(number) for number in range(5_000))).said
    assert not read("".join(line.format(number) for number in range(2_600))).said
