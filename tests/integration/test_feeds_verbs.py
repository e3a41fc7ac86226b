"""`newswatch feeds …` as a person or a script meets it: a process with arguments, streams and an exit code."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newswatch.cli.feeds import adding
from newswatch.cli.main import cli
from newswatch.feeds.opml import load_feeds
from newswatch.feeds.opmlread import read_opml
from newswatch.model.feed import Feed, FeedState, FeedStatus, feed_id
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.integration.conftest import World, until

HANG_S = 60.0
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.upper().endswith("_PROXY")}

EMPTY = '<?xml version="1.0"?>\n<opml version="2.0">\n  <head/>\n  <!-- mine -->\n  <body>\n  </body>\n</opml>\n'
DNIPRO = rss("Dnipro Wire", [Item("Bridge reopens", "https://dnipro.example/1", summary="At last."), Item("Grain")])
HARBOUR = rss("Harbour", [Item("Ship leaves", "https://harbour.example/1")])


@dataclass(frozen=True)
class Said:
    """What a process said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that is not empty, so that no starter files come in, and has no feeds."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "feeds.opml").write_text(EMPTY, "utf-8")
    (folder / "rules.toml").write_text("version = 1\n", "utf-8")
    (folder / "settings.toml").write_text("", "utf-8")
    return folder


async def feeds(home: Path | None, *arguments: str, given: bytes = b"") -> Said:
    """`newswatch feeds …` in a thread of this process, with streams of its own."""
    before = [] if home is None else ["--home", str(home)]
    async with asyncio.timeout(HANG_S):
        return await asyncio.to_thread(run, [*before, "feeds", *arguments], given)


def run(arguments: list[str], given: bytes) -> Said:
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (given, b"", b"")]
    stdin, stdout, stderr = streams
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(stdout), redirect_stderr(stderr):
        patch.setattr(sys, "stdin", stdin)
        code = 0
        try:
            cli.main(arguments, prog_name="newswatch")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    for stream in (stdout, stderr):
        stream.flush()
    out, err = (stream.buffer.getvalue().decode("utf-8") for stream in (stdout, stderr))
    return Said(code, out, err)


async def process(home: Path, *arguments: str, env: dict[str, str]) -> Said:
    """The same in a process of its own."""
    verb = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "newswatch", "--home", str(home), "feeds", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=ENVIRONMENT | env,
    )
    async with asyncio.timeout(HANG_S):
        out, err = await verb.communicate()
    assert b"Traceback" not in err, err.decode()
    return Said(verb.returncode or 0, out.decode("utf-8"), err.decode("utf-8"))


def stored(home: Path) -> tuple[Feed, ...]:
    return load_feeds(home / "feeds.opml").feeds


def put(home: Path, *outlines: str) -> None:
    (home / "feeds.opml").write_text(EMPTY.replace("  </body>", "".join(outlines) + "  </body>"), "utf-8")


# add


async def test_an_address_that_is_a_feed_is_added_under_its_own_title(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(DNIPRO))
        url = server.url("/rss")
        said = await feeds(home, "add", url)
    assert (said.code, said.out) == (0, "")
    assert "added Dnipro Wire" in said.err
    assert "2 entries" in said.err
    (feed,) = stored(home)
    assert (feed.url, feed.name, feed.allow_private) == (url, "Dnipro Wire", True)
    assert "<!-- mine -->" in (home / "feeds.opml").read_text("utf-8")
    assert len(server.requests) == 1


async def test_what_is_said_of_a_feed_is_written_with_it(home: Path) -> None:
    options = ("--name", "D & W", "--folder", "Wires/Ukraine", "--tag", "wires", "--tag", "kyiv", "--interval", "5m")
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(DNIPRO))
        url = server.url("/rss")
        said = await feeds(home, "add", url, *options, "--json")
    assert said.data["added"]["name"] == "D & W"
    (feed,) = stored(home)
    assert feed == Feed(
        feed_id(url),
        url,
        "D & W",
        None,
        None,
        ("Wires", "Ukraine"),
        ("wires", "kyiv"),
        300.0,
        False,
        True,
    )


async def test_a_feed_that_is_there_already_is_told_and_nobody_is_asked(home: Path) -> None:
    put(home, '<outline text="Mine" xmlUrl="http://127.0.0.1:9/rss"/>')
    before = (home / "feeds.opml").read_text("utf-8")
    said = await feeds(home, "add", "http://127.0.0.1:9/rss/")
    assert said.code == 0
    assert "already: Mine" in said.err
    assert (home / "feeds.opml").read_text("utf-8") == before


PAGE = """<!doctype html><html><head><base href="/news/"><title>Dnipro</title>
<link rel="stylesheet" href="x.css"><link rel=alternate type="application/rss+xml" title="News" href="rss.xml">
<LINK REL="alternate" TYPE="application/atom+xml" HREF="gone.xml"></head>
<body><a href="/harbour/feed/">RSS</a> <a href="/about">About</a></body></html>"""


def serve_page(server: FeedServer) -> None:
    server.answer("/", Reply(body=PAGE.encode(), headers={"Content-Type": "text/html"}))
    server.answer("/news/rss.xml", Reply.feed(DNIPRO))
    server.answer("/harbour/feed/", Reply.feed(HARBOUR))


async def test_the_feeds_behind_a_page_are_offered_and_nothing_is_added_without_a_choice(home: Path) -> None:
    async with FeedServer() as server:
        serve_page(server)
        said = await feeds(home, "add", server.url("/"))
        assert said.code == 1
        first, second = said.out.splitlines()
        assert first.split() == ["1", "Dnipro", "Wire", server.url("/news/rss.xml"), "2", "entries"]
        assert second.split() == ["2", "Harbour", server.url("/harbour/feed/"), "1", "entry"]
        assert "--choose" in said.err
        assert stored(home) == ()
        asked = [request.path for request in server.requests]
        assert asked == ["/", "/news/rss.xml", "/news/gone.xml", "/harbour/feed/"]

        assert (await feeds(home, "add", server.url("/"), "--choose", "3")).code == 2
        said = await feeds(home, "add", server.url("/"), "--json")
        assert said.code == 1
        assert [one["title"] for one in said.data["candidates"]] == ["Dnipro Wire", "Harbour"]
        assert (await feeds(home, "add", server.url("/"), "--choose", "2")).code == 0
        assert (await feeds(home, "add", server.url("/"), "--first")).code == 0
        harbour, dnipro = stored(home)
        assert (harbour.name, harbour.site) == ("Harbour", server.url("/"))
        assert dnipro.url == server.url("/news/rss.xml")


async def test_a_person_at_a_terminal_is_asked_which_feed_to_take(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "_is_person_there", lambda: True)
    async with FeedServer() as server:
        serve_page(server)
        said = await feeds(home, "add", server.url("/"), given=b"q\n")
        assert said.code == 1
        assert stored(home) == ()
        said = await feeds(home, "add", server.url("/"), given=b"7\nwhat\n2\n")
        assert said.code == 0
        assert said.err.count("write a number from 1 to 2") == 2
        assert [feed.name for feed in stored(home)] == ["Harbour"]
        said = await feeds(home, "add", server.url("/"), given=b"\n")
        assert "2  Harbour  " + server.url("/harbour/feed/") + "  1 entry  (you have it already)" in said.out
        assert [feed.name for feed in stored(home)] == ["Harbour", "Dnipro Wire"]


async def test_a_page_that_links_to_no_feed_is_looked_behind_where_feeds_usually_are(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/", Reply(body=b"<html><title>x</title>", headers={"Content-Type": "text/html"}))
        server.answer("/atom.xml", Reply.feed(DNIPRO))
        said = await feeds(home, "add", server.url("/"))
        assert said.code == 0
        assert [feed.url for feed in stored(home)] == [server.url("/atom.xml")]


async def test_a_site_without_a_feed_is_1_and_says_what_was_there(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/", Reply(body=b"<html><title>Nothing</title>", headers={"Content-Type": "text/html"}))
        said = await feeds(home, "add", server.url("/"))
        assert len(server.requests) < 20
    assert said.code == 1
    assert "HTML page" in said.err
    assert "nothing was added" in said.err


async def test_what_a_page_links_to_may_be_private_only_on_its_own_server(home: Path) -> None:
    async with FeedServer() as server, FeedServer() as neighbour:
        neighbour.answer("/rss", Reply.feed(HARBOUR))
        page = f'<html><link rel=alternate type="application/rss+xml" href="{neighbour.url("/rss")}"></html>'
        server.answer("/", Reply(body=page.encode(), headers={"Content-Type": "text/html"}))
        said = await feeds(home, "add", server.url("/"), "--first")
        assert said.code == 1
        assert neighbour.connections == 0
        said = await feeds(home, "add", server.url("/"), "--first", "--allow-private")
        assert said.code == 0
        assert [feed.url for feed in stored(home)] == [neighbour.url("/rss")]


async def test_nobody_there_is_4_and_no_address_is_2(home: Path) -> None:
    async with FeedServer() as server:
        address = server.url("/")
    said = await feeds(home, "add", address)
    assert said.code == 4
    for typed in ("javascript:alert(1)", "exec:ls", "file:///etc/passwd", "", "http://", "not an address"):
        said = await feeds(home, "add", typed)
        assert (said.code, said.out) == (2, ""), typed
    assert (await feeds(home, "add", address, "--interval", "soon")).code == 2
    assert stored(home) == ()


async def test_a_host_of_ones_own_without_a_scheme_is_asked_over_http(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(DNIPRO))
        for typed in (f"localhost:{server.port}/rss", f"feed://127.0.0.1:{server.port}/rss"):
            assert (await feeds(home, "add", typed)).code == 0
        assert [feed.url for feed in stored(home)] == [server.url("/rss", host="localhost"), server.url("/rss")]


async def test_an_address_that_moved_for_good_is_added_where_it_moved_to(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/rss"))
        server.answer("/new", Reply.redirect("/rss", 302))
        server.answer("/rss", Reply.feed(DNIPRO))
        await feeds(home, "add", server.url("/old"))
        await feeds(home, "add", server.url("/new"))
        assert [feed.url for feed in stored(home)] == [server.url("/rss"), server.url("/new")]


async def test_a_password_in_an_address_goes_along_and_is_never_shown(home: Path) -> None:
    async with FeedServer() as server:
        page = b'<html><link rel=alternate type="application/rss+xml" href="/rss"></html>'
        server.answer("/", Reply(body=page, headers={"Content-Type": "text/html"}))
        server.answer("/rss", Reply.feed(DNIPRO))
        said = await feeds(home, "add", server.url("/", userinfo="me:pa55"))
        assert said.code == 0
        assert "pa55" not in said.err + said.out
        assert all("authorization" in request.headers for request in server.requests)
        (feed,) = stored(home)
        assert feed.url == server.url("/rss", userinfo="me:pa55")


async def test_text_from_the_network_is_clean_for_the_terminal(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Wi\u202ere\x9b31m", [Item("a\u202eb")])))
        said = await feeds(home, "add", server.url("/rss"))
        checked = await feeds(home, "check", server.url("/rss"))
    for text in (said.err, said.out, checked.out, (home / "feeds.opml").read_text("utf-8")):
        assert not set(text) & {"\u202e", "\x9b", "\x1b"}


# list


async def test_an_empty_home_gets_the_starter_feeds(tmp_path: Path) -> None:
    said = await feeds(tmp_path / "new", "list", "--json")
    assert said.code == 0
    assert len(said.data) > 100
    assert "feeds.opml" in said.err


async def test_the_list_says_how_each_feed_is_doing_while_the_monitor_writes(home: Path) -> None:
    url = "https://user:pa55@dnipro.example/rss?key=k3y"
    put(
        home,
        f'<outline text="Wires 北"><outline xmlUrl="{url}" nw:tags="a, b" xmlns:nw="urn:newswatch:opml:1"/></outline>',
        '<outline text="Quiet" xmlUrl="https://quiet.example/" nw:paused="yes"/>',
    )
    store = TinyStore.open(home)
    state = FeedState(
        feed_id(url),
        FeedStatus.FAILING,
        "Dnipro Wire",
        last_success_at=build.at(-60),
        last_checked_at=build.at(),
        next_check_at=build.at(10),
        failures=2,
        last_error="the server answered 500 Internal Server Error",
    )
    entry = build.entry("Bridge reopens", feed_id=feed_id(url))
    store.commit(Transaction(feed_states=(state,), entries=(entry,), hits=(build.hit(entry),)))
    try:
        said = await feeds(home, "list", "--json")
        table = await process(home, "list", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    finally:
        store.close()
    failing, quiet = said.data
    assert failing == {
        "id": feed_id(url),
        "name": "Dnipro Wire",
        "address": "https://***@dnipro.example/rss?key=***",
        "folder": ["Wires 北"],
        "tags": ["a", "b"],
        "interval_s": None,
        "paused": False,
        "state": "failing",
        "last_success": "2026-11-22T13:30:00Z",
        "last_check": "2026-11-22T14:30:00Z",
        "next_check": "2026-11-22T14:40:00Z",
        "failures": 2,
        "last_error": "the server answered 500 Internal Server Error",
        "moved_to": None,
        "entries": 1,
        "hits": 1,
    }
    assert (quiet["state"], quiet["paused"], quiet["next_check"]) == ("paused", True, None)
    assert table.code == 0
    for text in ("Wires 北", "Dnipro Wire", "failing", "500", "paused", "a, b"):
        assert text in table.out
    assert "pa55" not in table.out
    assert "k3y" not in table.out


async def test_a_history_that_cannot_be_read_leaves_the_list_of_feeds(home: Path) -> None:
    put(home, '<outline text="Quiet" xmlUrl="https://quiet.example/"/>')
    (home / "history.journal").write_bytes(b"something else entirely\n")
    said = await feeds(home, "list", "--json")
    assert said.code == 5
    assert [feed["name"] for feed in said.data] == ["Quiet"]
    assert "history" in said.err


@pytest.mark.parametrize("verb", [("list",), ("remove", "x"), ("export",), ("check",), ("add", "http://127.0.0.1:9/")])
async def test_a_feeds_file_that_cannot_be_read_is_3_and_keeps_its_bytes(home: Path, verb: tuple[str, ...]) -> None:
    (home / "feeds.opml").write_text("<opml>\n<body><outline", "utf-8")
    said = await feeds(home, *verb)
    assert "Traceback" not in said.err
    assert said.code == 3
    assert "feeds.opml:2:" in said.err
    assert (home / "feeds.opml").read_text("utf-8") == "<opml>\n<body><outline"


# remove


@pytest.mark.parametrize(
    "wanted", ["https://a.example/rss", "a.example/rss/", "alpha", feed_id("https://a.example/rss")]
)
async def test_a_feed_is_removed_by_address_name_or_id_and_nothing_else_changes(home: Path, wanted: str) -> None:
    put(home, '    <outline text="Alpha" xmlUrl="https://a.example/rss"/>\n')
    put(
        home, '    <outline text="Alpha" xmlUrl="https://a.example/rss"/>\n    <outline xmlUrl="https://b.example/"/>\n'
    )
    before = (home / "feeds.opml").read_text("utf-8")
    said = await feeds(home, "remove", wanted)
    assert said.code == 0
    assert "history stays" in said.err
    assert (home / "feeds.opml").read_text("utf-8") == "".join(
        line for line in before.splitlines(keepends=True) if "Alpha" not in line
    )


async def test_what_names_several_feeds_or_none_removes_nothing(home: Path) -> None:
    put(home, '<outline text="Same" xmlUrl="https://a.example/"/><outline text="Same" xmlUrl="https://b.example/"/>')
    for wanted, listed in (("same", 2), ("sam", 2), ("b.exam", 1), ("nowhere", 0)):
        said = await feeds(home, "remove", wanted)
        assert said.code == 1
        assert len(said.out.splitlines()) == listed
    assert len(stored(home)) == 2


# import and export


HOSTILE = """<opml version="1.1"><body>
<outline text="Good"><outline text="A" xmlUrl="https://a.example/rss" nw:interval="1s" nw:allow-private="on"/></outline>
<outline text="x" xmlUrl="exec:touch /tmp/owned"/>
<outline text="x" xmlUrl="filter:cat:https://a.example/"/>
<outline text="x" xmlUrl="file:///etc/passwd"/>
<outline text="x" xmlUrl="|curl https://a.example/"/>
<outline text="x" xmlUrl="http://127.0.0.1:8080/rss"/>
<outline text="x" xmlUrl="http://0x7f.1/rss"/>
<outline text="x" xmlUrl="http://printer.local/rss"/>
<outline text="x" type="include" url="https://a.example/more.opml"/>
</body></opml>"""


async def test_a_strangers_list_gives_its_feeds_and_nothing_else(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "theirs.opml"
    file.write_text(HOSTILE, "utf-8")
    tried = await feeds(home, "import", str(file), "--dry-run")
    assert tried.out.split() == ["Good", "/", "A", "https://a.example/rss"]
    assert stored(home) == ()
    said = await feeds(home, "import", str(file), "--json")
    assert said.code == 0
    assert [one["address"] for one in said.data["added"]] == ["https://a.example/rss"]
    assert [one["line"] for one in said.data["refused"]] == [3, 4, 5, 6, 7, 8, 9, 10]
    (feed,) = stored(home)
    assert (feed.folder, feed.allow_private, feed.interval_s) == (("Good",), False, 60.0)
    again = await feeds(home, "import", str(file))
    assert "0 feeds added" in again.err
    assert "1 there already" in again.err
    assert "exec:" in again.err


async def test_private_addresses_come_in_where_a_person_says_so(home: Path) -> None:
    said = await feeds(home, "import", "-", "--allow-private", given=HOSTILE.encode("utf-16"))
    assert said.code == 0
    assert [feed.url for feed in stored(home)] == [
        "https://a.example/rss",
        "http://127.0.0.1:8080/rss",
        "http://0x7f.1/rss",
        "http://printer.local/rss",
    ]


async def test_one_address_that_nobody_can_take_apart_ends_no_import(home: Path) -> None:
    lines = "".join(
        f'<outline xmlUrl="{url}"/>' for url in ("https://u\u2100:p@bad.example/rss", "https://good.example/rss")
    )
    said = await feeds(home, "import", "-", given=f"<opml><body>{lines}</body></opml>".encode())
    assert (said.code, [feed.url for feed in stored(home)]) == (0, ["https://good.example/rss"])
    assert "https://***@bad.example/rss" in said.err


async def test_a_private_address_in_strange_digits_is_listed_and_skipped(home: Path) -> None:
    line = '<outline xmlUrl="http://\uff11\uff12\uff17.0.0.1/rss"/>'
    said = await feeds(home, "import", "-", given=f"<opml><body>{line}</body></opml>".encode())
    assert stored(home) == ()
    assert "is at a loopback address" in said.err


async def test_a_list_from_an_address_that_is_none_is_named_by_it(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(DNIPRO))
        said = await feeds(home, "import", server.url("/rss"))
        assert said.code == 3
        assert f"127.0.0.1:{server.port}/rss:" in said.err
    assert "http:/1" not in said.err


async def test_an_empty_list_and_overrides_that_make_no_sense_are_said(home: Path) -> None:
    assert "no feeds yet" in (await feeds(home, "list")).err
    put(home, '<outline xmlUrl="https://good.example/rss" nw:pausd="yes"/>')
    assert "nw:paused" in (await feeds(home, "list")).err


async def test_a_list_comes_from_an_address_too(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/list.opml", Reply(body=HOSTILE.encode(), headers={"Content-Type": "text/x-opml"}))
        assert (await feeds(home, "import", server.url("/list.opml"))).code == 0
        assert (await feeds(home, "import", server.url("/nowhere"))).code == 4
    assert len(stored(home)) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;" xmlUrl="http://a.ex/"/></opml>',
            3,
        ),
        (b"<rss version='2.0'/>", 3),
        (b"", 3),
        (b"<opml><body/></opml>", 1),
        (b"<opml>" + b"<outline text='x'>" * 10_000 + b"<outline xmlUrl='http://a.example/'/>", 1),
        (b"<opml>" + b"<outline text='x' xmlUrl='exec:x'/>" * 20_000, 1),
    ],
    ids=["doctype", "feed", "empty", "no feeds", "deep", "commands"],
)
async def test_a_list_that_is_none_changes_nothing(home: Path, data: bytes, code: int) -> None:
    before = (home / "feeds.opml").read_bytes()
    said = await feeds(home, "import", "-", given=data)
    assert said.code == code
    assert "/etc/passwd" not in said.out + said.err
    assert len(said.err) < 50_000
    assert (home / "feeds.opml").read_bytes() == before


async def test_an_export_is_a_list_without_secrets_that_comes_in_again(home: Path, tmp_path: Path) -> None:
    put(
        home,
        '<outline text="Wires 北"><outline text="D" xmlUrl="https://me:pa55@d.example/rss?a=1&amp;api_key=k3y"/></outline>',
        '<outline text="E" xmlUrl="https://e.example/?format=rss"/>',
    )
    said = await process(home, "export", env={"LC_ALL": "C"})
    assert said.code == 0
    assert {feed.url for feed in read_opml(said.out.encode()).feeds()} == {
        "https://d.example/rss?a=1",
        "https://e.example/?format=rss",
    }
    assert "1 address was written without" in said.err
    file = tmp_path / "mine.opml"
    assert (await feeds(home, "export", str(file))).code == 0
    assert file.read_text("utf-8") == said.out
    other = tmp_path / "other"
    other.mkdir()
    for name in ("feeds.opml", "rules.toml", "settings.toml"):
        (other / name).write_bytes((home / name).read_bytes() if name != "feeds.opml" else EMPTY.encode())
    assert (await feeds(other, "import", str(file))).code == 0
    assert [feed.folder for feed in stored(other)] == [("Wires 北",), ()]
    said = await feeds(home, "export", str(home / "feeds.opml"))
    assert said.code == 2
    assert "pa55" in (home / "feeds.opml").read_text("utf-8")


# check


async def test_a_check_prints_the_line_of_the_contract_for_each_source_in_order(tmp_path: Path) -> None:
    good, page, opml = tmp_path / "good.xml", tmp_path / "page.html", tmp_path / "list.opml"
    good.write_text(DNIPRO, "utf-8")
    page.write_text("<html><title>Hello</title></html>", "utf-8")
    opml.write_text(EMPTY, "utf-8")
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(HARBOUR))
        address = server.url("/rss?key=s3cret")
        sources = [str(good), str(page), address, str(tmp_path / "none.xml"), str(opml), str(tmp_path), "exec:ls"]
        said = await feeds(tmp_path / "no-home", "check", "--json", *sources)
    assert said.code == 1
    first, *others = said.lines
    assert list(first) == ["source", "error", "format", "feed_title", "entries", "warnings"]
    assert first == {
        "source": str(good),
        "error": None,
        "format": "rss20",
        "feed_title": "Dnipro Wire",
        "entries": [
            {
                "id": "https://dnipro.example/1",
                "title": "Bridge reopens",
                "link": "https://dnipro.example/1",
                "published": None,
                "author": None,
                "summary": "At last.",
            },
            {
                "id": first["entries"][1]["id"],
                "title": "Grain",
                "link": None,
                "published": None,
                "author": None,
                "summary": "",
            },
        ],
        "warnings": [],
    }
    assert [line["source"] for line in others] == [
        str(page),
        address.replace("s3cret", "***"),
        str(tmp_path / "none.xml"),
        str(opml),
        str(tmp_path),
        "exec:ls",
    ]
    for line, word in zip(others, ["HTML", None, "read", "OPML", "read", "no such file"], strict=True):
        assert (line["error"] is None) if word is None else (word in line["error"]), line
        assert bool(line["entries"]) == (word is None)
    assert not (tmp_path / "no-home").exists()


async def test_a_check_tells_a_person_what_the_fetch_gave(home: Path) -> None:
    async with FeedServer() as server:
        server.answer("/old", Reply.redirect("/rss"))
        server.answer("/rss", Reply.feed(DNIPRO))
        said = await feeds(home, "check", server.url("/old"))
    assert said.code == 0
    for words in ("status 200", "moved for good", "ETag", "Last-Modified", "2 entries", "Bridge reopens"):
        assert words in said.out


async def test_without_arguments_every_feed_is_checked_but_those_that_want_to_be_left_alone(home: Path) -> None:
    async with FeedServer() as server:
        for path in ("/rss", "/atom"):
            server.answer(path, Reply.feed(DNIPRO))
        addresses = [server.url(path) for path in ("/rss", "/paused", "/gone", "/busy", "/atom")]
        put(
            home,
            *(
                f'<outline xmlUrl="{url}" nw:paused="{"yes" if url.endswith("paused") else "no"}"/>'
                for url in addresses
            ),
        )
        store = TinyStore.open(home)
        states = (
            FeedState(feed_id(addresses[2]), FeedStatus.STOPPED, last_error="the server answered 410 Gone"),
            FeedState(feed_id(addresses[3]), FeedStatus.FAILING, not_before=build.at(60 * 24 * 365 * 50)),
        )
        store.commit(Transaction(feed_states=states))
        store.close()
        said = await feeds(home, "check", "--json")
        assert sorted(request.path for request in server.requests) == ["/atom", "/rss"]
    assert said.code == 1, "a feed that is gone for good is no feed"
    assert [line["error"] for line in said.lines][:3] == [
        None,
        "not asked: it is paused in feeds.opml",
        "not asked: the server answered 410 Gone",
    ]
    assert "left alone" in said.lines[3]["error"]
    assert "2 of 2 gave a feed" in said.err
    put(home, f'<outline xmlUrl="{addresses[1]}" nw:paused="yes"/><outline xmlUrl="{addresses[3]}"/>')
    assert (await feeds(home, "check")).code == 0


async def test_nobody_answers_a_check_is_4(home: Path) -> None:
    async with FeedServer() as server:
        address = server.url("/")
    said = await feeds(home, "check", address, "--json")
    assert said.lines[0]["error"]
    said = await feeds(home, "check", "http://nowhere.invalid/", "--json")
    assert said.code == 4
    assert len(said.lines) == 1


async def test_many_files_are_read_at_once_and_told_in_order(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.xml" for number in range(150)]
    for number, file in enumerate(files):
        file.write_text(rss(f"Feed {number}", [Item("x")]), "utf-8")
    said = await feeds(None, "check", "--json", *map(str, files))
    assert said.code == 0
    assert [line["feed_title"] for line in said.lines] == [f"Feed {number}" for number in range(150)]


async def test_stdout_that_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(DNIPRO, "utf-8")
    program = f"{sys.executable} -m newswatch feeds check --json {' '.join([str(file)] * 500)} | head -c 10"
    process = await asyncio.create_subprocess_shell(
        program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=ENVIRONMENT
    )
    async with asyncio.timeout(HANG_S):
        out, err = await process.communicate()
    assert (out, err) == (b'{"source":', b"")


# While the monitor runs.


async def test_a_running_monitor_takes_over_what_the_verbs_write(world: World) -> None:
    async with FeedServer() as server:
        server.answer("/a", Reply.feed(DNIPRO))
        server.answer("/b", Reply.feed(HARBOUR))
        world.feeds(server.url("/a"))
        (world.home.data / "settings.toml").write_text("", "utf-8")
        async with world.running() as engine:
            await until(engine, lambda view: view.feeds_ok == 1)
            assert (await feeds(world.home.data, "add", server.url("/b"))).code == 0
            view = await until(engine, lambda view: view.feeds_ok == 2)
            assert {health.label for health in view.feeds.values()} == {"Feed 1", "Harbour"}
            said = await feeds(world.home.data, "list", "--json")
            assert said.code == 0
            assert (await feeds(world.home.data, "remove", "Feed 1")).code == 0
            view = await until(engine, lambda view: len(view.feeds) == 1)
            assert view.totals.entries == 3
