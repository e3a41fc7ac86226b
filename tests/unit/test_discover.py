"""Which feeds stand behind an address, asked of a web that is a dictionary."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from newswatch.feeds.discover import (
    LOOKED_AT,
    MAX_ASKED,
    USUAL_PATHS,
    Answer,
    Discovery,
    Hint,
    candidates,
    discover,
    usual_places,
)
from newswatch.model.entry import ParsedFeed
from newswatch.testing import build

PAGE = "https://dnipro.example/a/b"
RSS = 'type="application/rss+xml"'


def addresses(page: str | bytes, url: str = PAGE) -> list[str]:
    return [candidate.address for candidate in candidates(page, url)]


# What a page links to.


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f'<link rel="alternate" {RSS} href="/rss">', ["https://dnipro.example/rss"]),
        (
            "<LINK TYPE=Application/Atom+XML;charset=x HREF=feed REL='Home ALTERNATE'>",
            ["https://dnipro.example/a/feed"],
        ),
        ('<link rel=alternate type=application/feed+json href="feed.json">', ["https://dnipro.example/a/feed.json"]),
        ('<link rel=feed href="/x">', ["https://dnipro.example/x"]),
        (f'<link rel=alternate {RSS} href="?a=1&amp;b=2">', ["https://dnipro.example/a/b?a=1&b=2"]),
        (f'<link rel=alternate {RSS} href="&#47;rss">', ["https://dnipro.example/rss"]),
        (f'<base href="/c/"><base href="/d/"><link rel=alternate {RSS} href="rss">', ["https://dnipro.example/c/rss"]),
        (f'<base href="javascript:x"><link rel=alternate {RSS} href="rss">', ["https://dnipro.example/a/rss"]),
        (f'<link rel=alternate {RSS} href="//feeds.example/x#top">', ["https://feeds.example/x"]),
        (f"<link rel=alternate\n{RSS}\nhref='\n/r\nss '>", ["https://dnipro.example/rss"]),
        ('<a href="/rss/world.xml">World</a>', ["https://dnipro.example/rss/world.xml"]),
        ('<a href="/?feed=rss2">RSS</a>', ["https://dnipro.example/?feed=rss2"]),
        (f'<a {RSS} href="/nothing-like-it">RSS</a>', ["https://dnipro.example/nothing-like-it"]),
        # No feeds, or none that one may ask for.
        ('<link rel=stylesheet type=text/css href="/rss.css">', []),
        (f'<link rel="alternate" {RSS}>', []),
        (f'<link rel="alternate" {RSS} href="">', []),
        (f'<link rel="alternate" {RSS} href="javascript:alert(1)">', []),
        (f'<link rel="alternate" {RSS} href="file:///etc/passwd">', []),
        (f'<link rel="alternate" {RSS} href="{PAGE}/">', []),
        ('<link rel=alternate hreflang=de href="/de/">', []),
        (f"<!-- <link rel=alternate {RSS} href=/rss> -->", []),
        (f"<script>'<link rel=alternate {RSS} href=/rss>'</script>", []),
        (
            '<a href="/feedback">Tell us</a><a href="/about/rss.html">What is RSS?</a><a href="mailto:rss@x.example">',
            [],
        ),
        ("", []),
    ],
)
def test_what_a_page_links_to(page: str, expected: list[str]) -> None:
    assert addresses(page) == expected
    assert addresses(page.encode()) == expected


def test_the_surest_come_first_and_comments_last() -> None:
    page = (
        '<a href="/rss/all.xml">x</a>'
        f'<link rel=alternate {RSS} title="Comments Feed" href="/comments/feed">'
        '<link rel=alternate type=application/json href="/wp-json">'
        f'<link rel=alternate {RSS} title="News &amp;\u202e more" href="/feed">'
        '<a href="/feed/">the same</a>'
    )
    found = candidates(page, PAGE)
    assert [(one.hint, one.address.removeprefix("https://dnipro.example")) for one in found] == [
        (Hint.LINKED, "/feed"),
        (Hint.LINKED_MAYBE, "/wp-json"),
        (Hint.ANCHOR, "/rss/all.xml"),
        (Hint.COMMENTS, "/comments/feed"),
    ]
    assert found[0].title == "News & more"


def test_a_page_in_another_encoding_is_read() -> None:
    page = f'<html><link rel=alternate {RSS} href="/стрічка"></html>'
    assert addresses(page.encode("utf-16")) == ["https://dnipro.example/стрічка"]
    assert addresses(page.encode("utf-8")) == ["https://dnipro.example/стрічка"]
    assert addresses(b"\xff\xfe\xfd" + page.encode("cp1251")) is not None


HOSTILE = {
    "links": "".join(f'<a href="/rss/{number}">x</a>' for number in range(100_000)),
    "feeds": "".join(f'<link rel=alternate {RSS} href="/rss/{number}">' for number in range(100_000)),
    "never closed": '<a href="' * 600_000,
    "quotes that do not pair": "<a '\">" * 900_000,
    "brackets": "<" * 5_000_000,
    "comments": "<!--" * 1_250_000,
    "scripts": "<script>" * 600_000,
    "attributes": "<a " + "a= " * 1_700_000 + ">",
    "blanks": "<link " + " " * 5_000_000,
    "bases": "<base href=" + "x" * 100_000 + ">" + '<link rel=feed href="rss">' * 100_000,
    "references": '<a href="' + "&#" * 2_500_000 + '">',
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)  # each takes a second at most; time that grows with the square would take hours
def test_a_hostile_page_is_bounded_in_time_and_in_what_it_makes_us_ask(page: str) -> None:
    begin = time.process_time()
    assert len(candidates(page.encode(), PAGE)) <= MAX_ASKED
    assert time.process_time() - begin < 30


def test_a_page_is_not_read_to_its_end_whatever_its_length() -> None:
    late = f'<link rel=alternate {RSS} href="/late">'
    assert addresses(" " * LOOKED_AT + late) == []
    assert addresses(" " * (LOOKED_AT - len(late)) + late) == ["https://dnipro.example/late"]


def test_usual_places_are_below_the_page_and_at_the_root() -> None:
    root = [f"https://x.example:8443/{path}" for path in USUAL_PATHS]
    blog = [f"https://x.example:8443/blog/{path}" for path in USUAL_PATHS]
    for url, expected in (
        ("https://x.example:8443", root),
        ("https://x.example:8443/?a=1", root),
        ("https://x.example:8443/index.html", root),
        ("https://x.example:8443/blog", blog + root),
        ("https://x.example:8443/blog/#top", blog + root),
    ):
        assert [candidate.address for candidate in usual_places(url)] == expected


# What is behind an address.


def feed(title: str = "Dnipro Wire") -> ParsedFeed:
    return build.parsed_feed(build.parsed_entry(), title=title)


class Web:
    """What each address answers, and which were asked."""

    def __init__(self, answers: Mapping[str, Answer | ParsedFeed | str]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    async def ask(self, address: str) -> Answer:
        self.asked.append(address)
        match self._answers.get(address):
            case Answer() as answer:
                return answer
            case ParsedFeed() as document:
                return Answer(address, document)
            case str(page):
                return Answer(address, page=page.encode(), failure="this is an HTML page, not a feed")
            case None:
                return Answer(address, failure="the server answered 404 Not Found")


def found(discovery: Discovery) -> list[tuple[str, str]]:
    return [(one.address, one.title) for one in discovery.feeds]


async def test_each_feed_is_told_when_it_answers_and_not_at_the_end() -> None:
    front = "https://harbour.example/"
    page = "".join(f'<link rel="alternate" {RSS} href="/{name}">' for name in "ab")
    web = Web({front: page, f"{front}a": feed("A"), f"{front}b": feed("B")})
    told: list[tuple[str, int]] = []
    await discover([front], web.ask, lambda one: told.append((one.title, len(web.asked))))
    assert told == [("A", 2), ("B", 3)]


async def test_an_address_that_is_a_feed_is_asked_once() -> None:
    web = Web({PAGE: feed()})
    discovery = await discover([PAGE], web.ask)
    assert found(discovery) == [(PAGE, "Dnipro Wire")]
    assert discovery.page is None
    assert web.asked == [PAGE]


async def test_what_a_page_links_to_is_asked_and_only_feeds_are_found_each_once() -> None:
    page = "".join(f'<link rel=alternate {RSS} title="T{path}" href="/{path}">' for path in ("a", "b", "c", "d", "A/"))
    host = "https://dnipro.example"
    web = Web(
        {
            PAGE: page,
            f"{host}/a": feed("A"),
            f"{host}/b": "a page",
            f"{host}/c": Answer(f"{host}/a", feed("A"), moved_to=f"{host}/a"),
            f"{host}/d": feed(""),
        }
    )
    discovery = await discover([PAGE], web.ask)
    assert found(discovery) == [(f"{host}/a", "A"), (f"{host}/d", "Td")]
    assert discovery.page == PAGE
    assert web.asked == [PAGE, *(f"{host}/{path}" for path in ("a", "b", "c", "d", "A/"))]


async def test_usual_places_are_asked_only_if_the_page_led_to_no_feed_and_until_one_is() -> None:
    usual = usual_places(PAGE)
    web = Web({PAGE: "<html>", usual[2].address: feed(), usual[5].address: feed()})
    discovery = await discover([PAGE], web.ask)
    assert found(discovery) == [(usual[2].address, "Dnipro Wire")]
    assert web.asked == [PAGE, *(one.address for one in usual[:3])]


async def test_a_page_without_feeds_says_what_it_was() -> None:
    web = Web({PAGE: "<html>"})
    discovery = await discover([PAGE], web.ask)
    assert (discovery.feeds, discovery.is_unreached) == ((), False)
    assert discovery.failure == "this is an HTML page, not a feed, and no feed was found behind it"
    assert len(web.asked) <= 1 + MAX_ASKED


async def test_a_front_page_that_is_kept_from_us_may_still_have_a_feed() -> None:
    front = "https://dnipro.example/"
    web = Web({front: Answer(front, failure="the server answered 403 Forbidden"), f"{front}feed": feed()})
    assert found(await discover([front], web.ask)) == [(f"{front}feed", "Dnipro Wire")]
    web = Web({})
    assert (await discover([PAGE], web.ask)).failure == "the server answered 404 Not Found"
    assert web.asked == [PAGE]


@pytest.mark.parametrize(("is_unconnected", "asked"), [(True, 2), (False, 1)])
async def test_the_next_guess_is_asked_only_where_nothing_takes_the_connection(
    asked: int, *, is_unconnected: bool
) -> None:
    guesses = ["https://dnipro.example/rss", "http://dnipro.example/rss"]
    refused = Answer(guesses[0], failure="no", is_unreached=True, is_unconnected=is_unconnected)
    web = Web({guesses[0]: refused, guesses[1]: feed()})
    discovery = await discover(guesses, web.ask)
    assert web.asked == guesses[:asked]
    assert bool(discovery.feeds) is is_unconnected
    assert discovery.is_unreached is not is_unconnected


async def test_a_typed_password_goes_to_the_same_server_and_nowhere_else() -> None:
    typed, page = "https://me:pw@dnipro.example/a/b", PAGE
    links = "".join(
        f'<link rel=alternate {RSS} href="{href}">'
        for href in ("/rss", "http://dnipro.example/x", "https://dnipro.example:444/", "https://other.example/rss")
    )
    web = Web({typed: Answer(page, page=links.encode(), failure="a page")})
    await discover([typed], web.ask)
    assert web.asked[:5] == [
        typed,
        "https://me:pw@dnipro.example/rss",
        "http://dnipro.example/x",
        "https://dnipro.example:444/",
        "https://other.example/rss",
    ]
    assert all(address.startswith("https://me:pw@dnipro.example/") for address in web.asked[5:])
