"""`newswatch hits`, `export`, `import`, `status` and `config show` as a person or a script meets them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from newswatch.cli.main import cli
from newswatch.errors import StoreError
from newswatch.headless import json_line
from newswatch.model.article import Article, ArticleText, PageProblem, TextFrom
from newswatch.model.delivery import Delivery, DeliveryOutcome, RuleMute, StoryMute
from newswatch.model.entry import Entry, Revision
from newswatch.model.feed import FeedStatus
from newswatch.model.fetched import Fetched
from newswatch.model.hit import PAGE_FIELD, Held, Hit, Note, Triage
from newswatch.model.rule import Severity
from newswatch.store.api import Store, Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from newswatch.text.urls import redact

HANG_S = 60
START = datetime(2024, 10, 25, 12, 0, tzinfo=UTC)
WIRE = build.feed()
COURIER = build.feed("https://kyiv-courier.example/feed", name="Kyiv Courier")
RULES = """version = 1

[alias]
korea = ["North Korea*", "북한*"]

[[rule]]
id = "troops"
query = "@korea AND troop*"
severity = "high"

[[rule]]
id = "grain"
query = "grain"
"""


def at(hours: float) -> datetime:
    """That many hours after `START`."""
    return START + timedelta(hours=hours)


def made(title: str, hours: float, **changes: Any) -> Entry:
    """An entry that was seen then."""
    return build.entry(title, seen_at=at(hours), published_at=at(hours - 0.1), **changes)


ENTRIES = (
    made("North Korean troops seen near Kursk", 0, summary="They said so.\n\nTwice."),
    made("북한군 파병, 러시아 쿠르스크에서 확인", 1, feed_id=COURIER.id, source="Kyiv Courier", lang="ko"),
    made("=HYPERLINK(1) grain ](javascript:alert(1)) <b>&amp; *x*", 2, tags=("a", "b"), author="Ann, Reporter"),
    made("Quiet day", 3, link=None),
    made("Grain and troops", 4, is_backlog=True),
)
TROOPS = build.rule("@korea AND troop*", id="troops")
GRAIN = build.rule("grain", id="grain", severity=Severity.NORMAL)
MARK = build.mark("North Korean")
IN_PAGE = build.mark("troops", 13, PAGE_FIELD)
ARTICLE = Article(
    ENTRIES[1].feed_id,
    ENTRIES[1].key,
    (
        ArticleText("Korean \\* [troops][1].", TextFrom.PAGE, at(2), title="Seen", links=("https://a.example/?b=1",)),
        ArticleText(
            "Korean \\* [troops][1].\n\n- one\n  - two\n\n| a | |\n| --- | --- |",
            TextFrom.PLAIN,
            at(3),
            author="Ann",
            site="Kyiv Courier",
            published_at=at(1),
            lang="ko",
            links=("https://a.example/?b=1",),
            keywords=("Kursk", "Korea"),
            problem=PageProblem.ERROR,
            said="It is gone.",
            fetched=Fetched(at(2), ("https://a.example/",), 200, "a" * 64, 66, (("server", "ferry/1"),)),
        ),
    ),
    came_in=Fetched(at(1), ("https://a.example/rss",), 200, "b" * 64, 77),
)
HITS = (
    build.hit(ENTRIES[0], TROOPS, marks=(MARK,), told_at=at(1), state=Triage.ACKED, is_starred=True),
    build.hit(
        ENTRIES[1],
        TROOPS,
        marks=(IN_PAGE,),
        told_at=at(2),
        tags=("desk",),
        notes=(Note(at(2), "call Kyiv\nthen Seoul"),),
    ),
    build.hit(ENTRIES[2], GRAIN, snoozed_until=at(90), held=Held.SNOOZED, page_changed_at=at(4)),
    build.hit(ENTRIES[4], GRAIN, held=Held.BACKLOG, told_at=at(4), state=Triage.SEEN),
    build.hit(ENTRIES[4], TROOPS, is_old_rule=True, told_at=at(4), held=Held.MUTED, muted_by="sport"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with rules, two feeds, and a history with something in every table."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "settings.toml").write_text('[polling]\ninterval = "5m"\n', "utf-8")
    (folder / "rules.toml").write_text(RULES, "utf-8")
    (folder / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline text="Wires"><outline text="Dnipro Wire" xmlUrl="{WIRE.url}"/></outline>'
        f'<outline text="Kyiv Courier" xmlUrl="{COURIER.url}"/></body></opml>',
        "utf-8",
    )
    newer = replace(ENTRIES[0], title="North Korean troops seen in Kursk", revised_at=at(5))
    with_history(
        folder,
        Transaction(entries=ENTRIES, identities=tuple(map(build.identity, ENTRIES)), hits=HITS),
        Transaction(entries=(newer,), revisions=(Revision(ENTRIES[0], at(5)),)),
        Transaction(articles=(ARTICLE,)),
        Transaction(
            deliveries=(Delivery(HITS[0].id, "webhook:desk", at(1), DeliveryOutcome.FAILED, "timed out"),),
            mutes=(StoryMute(HITS[1].story_id, None, at(2)),),
            rule_mutes=(RuleMute(GRAIN.id, at(99), at(3)),),
            feed_states=(
                build.feed_state(
                    WIRE, status=FeedStatus.OK, etag='"x"', last_checked_at=at(5), last_success_at=at(5), title="Wire"
                ),
                build.feed_state(
                    COURIER, status=FeedStatus.FAILING, failures=4, last_error="503", last_checked_at=at(4)
                ),
            ),
        ),
    )
    return folder


def with_history(folder: Path, *transactions: Transaction) -> None:
    store = TinyStore.open(folder)
    for transaction in transactions:
        store.commit(transaction)
    store.close()


def ran(home: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    # How wide the terminal is that runs the tests is none of theirs.
    return CliRunner(env={"COLUMNS": "120"}).invoke(cli, ["--home", str(home), *arguments], input=stdin)


def content(home: Path) -> dict[str, object]:
    """Everything that is stored, value by value."""
    store: Store = TinyStore.read(home)
    try:
        hits = {hit.id: hit for hit in store.hits()}
        return {
            "entries": {(entry.feed_id, entry.key): entry for entry in store.entries()},
            "revisions": {revision.replaced_at: revision for revision in store.all_revisions()},
            "identities": {(known.feed_id, known.key): known for known in store.all_identities()},
            "hits": hits,
            "articles": {hit_id: store.article(hit.entry.feed_id, hit.entry.key) for hit_id, hit in hits.items()},
            "deliveries": {hit_id: store.deliveries(hit_id) for hit_id in hits},
            "mutes": dict(store.mutes()),
            "rule mutes": dict(store.rule_mutes()),
            "feeds": dict(store.feed_states()),
        }
    finally:
        store.close()


def stored_hits(home: Path) -> dict[str, Hit]:
    store = TinyStore.read(home)
    try:
        return {hit.id: hit for hit in store.hits()}
    finally:
        store.close()


def ids(home: Path, *arguments: str) -> list[str]:
    """The ids that `hits` gives, in its order."""
    return [json.loads(line)["id"] for line in ran(home, "hits", "--format", "json", *arguments).stdout.splitlines()]


# hits


def test_hits_are_listed_newest_first(home: Path) -> None:
    listed = ran(home, "hits")
    assert listed.exit_code == 0
    heads, *rows = listed.stdout.splitlines()
    assert heads.split() == ["TIME", "S", "RULE", "HEADLINE", "SOURCE"]
    assert [row[4:21] for row in rows] == sorted((row[4:21] for row in rows), reverse=True)
    assert len(rows) == len(HITS)
    assert rows[-1].startswith("✓★  2024-10-25 12:00Z  H  troops  North Korean troops seen near Kursk")


def test_json_is_the_lines_of_run(home: Path) -> None:
    lines = ran(home, "hits", "--format", "json").stdout.splitlines()
    addresses = {WIRE.id: redact(WIRE.url), COURIER.id: redact(COURIER.url)}
    wanted = {json_line(hit, addresses[hit.entry.feed_id]) for hit in stored_hits(home).values()}
    assert set(lines) == wanted


def test_filters_narrow_the_list(home: Path) -> None:
    assert ids(home, "--starred") == [HITS[0].id]
    assert HITS[0].id not in ids(home, "--unacked")
    assert len(ids(home, "--unacked")) == 4
    assert set(ids(home, "--held")) == {HITS[2].id, HITS[3].id, HITS[4].id}
    assert HITS[3].id not in ids(home, "--alerted")
    assert len(ids(home, "--rule", "troops")) == 3
    assert len(ids(home, "--rule", "troops", "--rule", "grain")) == 5
    assert ids(home, "--severity", "high", "--alerted", "--unacked") == [HITS[1].id]
    assert ids(home, "--limit", "1") == ids(home)[:1]
    assert ids(home, "--limit", "0") == ids(home)


def test_times_bound_the_list(home: Path) -> None:
    assert ids(home, "--until", "2024-10-25T13:00Z") == [HITS[0].id]
    assert ids(home, "--since", "2024-10-25T13:00", "--until", "2024-10-25T16:00+02:00") == [HITS[1].id]
    assert len(ids(home, "--since", "2024-10-25", "--until", "2024-10-25")) == 5
    assert ids(home, "--until", "2024-10-24") == []
    assert ids(home, "--since", "1s") == []
    assert ran(home, "hits", "--since", "some time").exit_code == 2
    assert ran(home, "hits", "--since", "2024-11-01", "--until", "2024-10-01").exit_code == 2


def test_a_query_is_asked_of_the_text_with_the_aliases_of_the_rules(home: Path) -> None:
    assert ids(home, "@korea") == [HITS[1].id, HITS[0].id]
    assert ids(home, "title:grain NOT troops") == [HITS[2].id]
    refused = ran(home, "hits", "Kursk (")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[1:3] == ["  Kursk (", "        ^"]


def test_only_the_files_that_are_needed_must_be_right(home: Path) -> None:
    (home / "rules.toml").write_text("[[rule]]\nquerry = 1\n")
    (home / "feeds.opml").write_text("<opml>")
    assert ran(home, "hits").exit_code == 0
    assert ran(home, "hits", "--format", "markdown").exit_code == 0
    for arguments in (["grain"], ["--format", "json"]):
        refused = ran(home, "hits", *arguments)
        assert (refused.exit_code, refused.stdout) == (3, "")


def test_nothing_found_is_1(home: Path, tmp_path: Path) -> None:
    nothing = ran(home, "hits", "--rule", "trops")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert 'did you mean "troops"?' in nothing.stderr
    assert ran(tmp_path / "new", "hits").exit_code == 1
    assert not (tmp_path / "new").exists()
    empty = ran(home, "hits", "Poltava", "--format", "rss")
    assert empty.exit_code == 1
    ET.fromstring(empty.stdout)  # noqa: S314 - we wrote it


def test_a_table_shows_the_newest_fifty_and_says_so(home: Path) -> None:
    more = tuple(build.hit(made(f"Grain {number}", 10 + number), GRAIN) for number in range(60))
    with_history(home, Transaction(entries=tuple(hit.entry for hit in more), hits=more))
    listed = ran(home, "hits")
    assert len(listed.stdout.splitlines()) == 51
    assert "--limit 0 shows all" in listed.stderr
    assert len(ids(home)) == 65


def test_csv_is_read_back_and_no_cell_is_a_formula(home: Path) -> None:
    said = ran(home, "hits", "--format", "csv", "--rule", "grain")
    rows = list(csv.DictReader(io.StringIO(said.stdout, newline="")))
    assert [row["title"] for row in rows] == ["Grain and troops", "'" + ENTRIES[2].title]
    assert rows[1]["author"] == "Ann, Reporter"
    assert (rows[0]["held"], rows[0]["alerted"], rows[1]["held"]) == ("backlog", "false", "snoozed")


def test_rss_is_read_back_with_the_ids_of_the_hits(home: Path) -> None:
    channel = ET.fromstring(ran(home, "hits", "--format", "rss").stdout)[0]  # noqa: S314 - we wrote it
    items = channel.findall("item")
    assert [item.findtext("guid") for item in items] == ids(home)
    titles = {item.findtext("guid"): item.findtext("title") for item in items}
    assert titles[HITS[2].id] == ENTRIES[2].title
    assert items[-1].findtext("description") == "They said so.<br><br>Twice."


def test_everything_works_while_a_monitor_holds_the_home(home: Path, tmp_path: Path) -> None:
    store = TinyStore.open(home)
    try:
        assert ran(home, "hits").exit_code == 0
        assert ran(home, "export", str(tmp_path / "out.jsonl")).exit_code == 0
        assert ran(home, "import", "--dry-run", str(tmp_path / "out.jsonl")).exit_code == 0
        assert ran(home, "status").exit_code == 0
        refused = ran(home, "import", str(tmp_path / "out.jsonl"))
        assert refused.exit_code == 5
        assert str(os.getpid()) in refused.stderr
    finally:
        store.close()


# export and import


def exported(home: Path) -> bytes:
    said = ran(home, "export")
    assert said.exit_code == 0
    return said.stdout_bytes


def test_an_empty_home_gets_everything_exactly(home: Path, tmp_path: Path) -> None:
    data = exported(home)
    other = tmp_path / "other"
    took = ran(other, "import", "-", stdin=data)
    assert took.exit_code == 0, took.output
    assert content(other) == content(home)
    assert (other / "rules.toml").read_bytes() == (home / "rules.toml").read_bytes()
    assert ran(other, "hits", "--format", "json").stdout == ran(home, "hits", "--format", "json").stdout
    assert exported(other).splitlines()[1:] == data.splitlines()[1:]
    assert [feed["name"] for feed in json.loads(ran(other, "feeds", "list", "--json").stdout)] == [
        "Dnipro Wire",
        "Kyiv Courier",
    ]


def test_the_first_line_says_what_it_is_and_the_last_that_it_is_whole(home: Path) -> None:
    first, *rows, last = [json.loads(line) for line in exported(home).splitlines()]
    assert (first["newswatch"], first["version"], first["entries"], first["hits"]) == ("history", 1, 5, 5)
    assert last["end"]["rows"] == len(rows)
    assert {kind for row in rows for kind in row} == {
        "file", "entry", "revision", "identity", "hit", "delivery", "article", "mute", "feed",
    }  # fmt: skip


def test_importing_twice_doubles_nothing(home: Path, tmp_path: Path) -> None:
    data = exported(home)
    before = content(home)
    again = json.loads(ran(home, "import", "-", "--json", stdin=data).stdout)
    assert content(home) == before
    assert set(again["new"].values()) == set(again["changed"].values()) == {0}
    assert again["same"]["hits"] == 5
    assert again["files"] == {"rules.toml": "same", "feeds.opml": "same"}


def test_a_home_with_a_history_keeps_it_and_gets_the_rest(home: Path, tmp_path: Path) -> None:
    """Triage goes forward only, what was told stays told, and this home's rules and feeds stay."""
    other = tmp_path / "other"
    other.mkdir()
    own = build.hit(made("Grain of our own", 7), GRAIN, told_at=at(8))
    here = replace(HITS[2], state=Triage.ACKED, told_at=at(9), notes=(Note(at(9), "ours"),))
    with_history(other, Transaction(entries=(own.entry, ENTRIES[2]), hits=(own, here)))
    (other / "rules.toml").write_text('[[rule]]\nid = "mine"\nquery = "x"\n', "utf-8")
    took = ran(other, "import", "-", stdin=exported(home))
    assert took.exit_code == 0, took.output
    assert "rules.toml: this home has its own" in took.stderr
    hits = stored_hits(other)
    assert set(hits) == {hit.id for hit in HITS} | {own.id}
    assert hits[HITS[2].id] == replace(here, snoozed_until=at(90))
    assert hits[own.id] == own
    assert "mine" in (other / "rules.toml").read_text("utf-8")
    back = ran(home, "import", "-", stdin=exported(other))
    assert back.exit_code == 0
    assert stored_hits(home) == hits


def test_what_was_told_elsewhere_is_not_told_again(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    untold = tuple(replace(hit, told_at=None) for hit in HITS[:2])
    with_history(other, Transaction(entries=ENTRIES[:2], hits=untold))
    ran(other, "import", "-", stdin=exported(home))
    store = TinyStore.read(other)
    assert [hit.id for hit in store.untold(10)] == [HITS[2].id]  # nobody was told of it there either
    store.close()


def test_an_import_that_is_cut_off_anywhere_is_made_whole_by_the_next(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, whole = exported(home), content(home)
    monkeypatch.setattr("newswatch.cli.history.importing._BATCH_ROWS", 1)
    commit = TinyStore.commit
    for commits in range(50):
        left = iter(range(commits))

        def failing(store: TinyStore, transaction: Transaction, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise StoreError("the disk is full")
            commit(store, transaction)

        other = tmp_path / str(commits)
        monkeypatch.setattr(TinyStore, "commit", failing)
        first = ran(other, "import", "-", stdin=data)
        monkeypatch.setattr(TinyStore, "commit", commit)
        assert all(hit in HITS for hit in stored_hits(other).values())
        assert ran(other, "import", "-", stdin=data).exit_code == 0
        assert content(other) == whole
        if first.exit_code == 0:
            break
        assert first.exit_code == 5
    assert commits > 5


def test_a_dry_run_writes_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(exported(home))
    said = json.loads(ran(tmp_path / "new", "import", "--dry-run", "--json", str(tmp_path / "out.jsonl")).stdout)
    assert said["new"]["hits"] == 5
    assert said["files"] == {"rules.toml": "written", "feeds.opml": "written"}
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: lines[:-1], "not whole"),
        (lambda lines: [*lines[:-2], lines[-2][:20]], "not whole"),
        (lambda lines: [*lines[:3], *lines[4:]], "rows"),
        (lambda lines: [*lines[:5], lines[5].replace(b"2024", b"2023"), *lines[6:]], "checksum"),
        (lambda lines: [*lines[:5], b'{"entry": {"feed": 1}}\n', *lines[6:]], ":6:"),
        (lambda lines: [*lines[:5], b"[" * 100_000 + b"\n", *lines[6:]], "nested too deeply"),
        (lambda lines: [*lines[:5], b"\xff\n", *lines[6:]], "not UTF-8"),
        (lambda lines: [*lines, b"{}\n"], "behind its last line"),
        (lambda lines: [b'{"newswatch":"history","version":99}\n', *lines[1:]], "newer newswatch"),
        (lambda _: [b"<opml/>"], "not what `newswatch export` writes"),
        (lambda _: [], "not what `newswatch export` writes"),
    ],
)
def test_a_file_that_is_not_whole_or_not_ours_is_refused_as_a_whole(
    home: Path, tmp_path: Path, spoil: Any, said: str
) -> None:
    lines = exported(home).splitlines(keepends=True)
    refused = ran(tmp_path / "new", "import", "-", stdin=b"".join(spoil(lines)))
    assert refused.exit_code == 3
    assert said in refused.stderr
    assert "Nothing was imported" in refused.stderr
    assert not (tmp_path / "new").exists(), "a home that nothing came into is as new as before"
    (tmp_path / "empty.jsonl").touch()
    assert ran(home, "import", str(tmp_path / "empty.jsonl")).exit_code == 3
    assert exported(home).splitlines()[1:] == [line.rstrip() for line in lines[1:]]


def test_feeds_in_a_private_network_stay_outside(home: Path, tmp_path: Path) -> None:
    (home / "feeds.opml").write_text(
        '<opml version="2.0"><body><outline text="Lan" xmlUrl="http://192.168.1.7/rss"/>'
        f'<outline text="Wire" xmlUrl="{WIRE.url}"/></body></opml>'
    )
    data = exported(home)
    took = ran(tmp_path / "a", "import", "-", stdin=data)
    assert "192.168.1.7" in took.stderr
    assert 'nw:allow-private="no"' in (tmp_path / "a" / "feeds.opml").read_text("utf-8")
    assert "192.168.1.7" not in (tmp_path / "a" / "feeds.opml").read_text("utf-8")
    ran(tmp_path / "b", "import", "--allow-private", "-", stdin=data)
    assert "192.168.1.7" in (tmp_path / "b" / "feeds.opml").read_text("utf-8")


def test_no_secret_leaves_in_an_export(home: Path) -> None:
    (home / "feeds.opml").write_text(
        '<opml version="2.0"><body><!-- pw4 --><outline text="Lan" xmlUrl="https://me:pw1@a.example/rss?key=pw2"/>'
        "</body></opml>"
    )
    (home / "rules.toml").write_text('[[rule]]\nid = "a"\nquery = "x"\nfeeds = ["https://me:pw1@a.example/rss"]\n')
    (home / "secrets.toml").write_text('["https://a.example/rss"]\ntoken = "pw3"\n')
    with_history(
        home, Transaction(feed_states=(build.feed_state(WIRE, moved_to="https://b.example/?token=pw5abcdef"),))
    )
    said = ran(home, "export")
    assert b"pw" not in said.stdout_bytes
    assert "without user name" in said.stderr


def test_an_export_does_not_take_the_place_of_the_history(home: Path) -> None:
    for name in ("history.journal", "rules.toml"):
        before = (home / name).read_bytes()
        assert ran(home, "export", str(home / name)).exit_code == 2
        assert (home / name).read_bytes() == before
    assert ran(home, "export", str(home / "none" / "out.jsonl")).exit_code == 2
    assert ran(home, "import", str(home / "none.jsonl")).exit_code == 2


# status


def test_status_says_that_nothing_runs(home: Path) -> None:
    said = ran(home, "status")
    assert said.exit_code == 1
    assert said.stdout.startswith("not running · 1 of 2 feeds ok, 1 failing · 0 hits today (0 alerts), 1 unacked")
    assert len(said.stdout.splitlines()) == 1


def test_status_says_who_runs_and_since_when(home: Path) -> None:
    store = TinyStore.open(home)
    try:
        said = ran(home, "status", "--json")
    finally:
        store.close()
    assert said.exit_code == 0
    found = json.loads(said.stdout)
    assert (found["alive"], found["pid"], found["host"]) == (True, os.getpid(), None)
    assert found["since"].startswith("20")
    assert found["feeds"] == {"total": 2, "ok": 1, "failing": 1, "silent": 0, "new": 0, "paused": 0, "stopped": 0}
    assert found["hits"] == {"total": 5, "today": 0, "alerts_today": 0, "unacked": 1}
    assert found["last_check"] == "2024-10-25T17:00:00Z"


def test_a_feed_that_never_answered_is_not_called_ok(home: Path) -> None:
    store = TinyStore.open(home)
    failed = replace(store.feed_states()[WIRE.id], status=FeedStatus.FAILING, failures=1, last_success_at=None)
    store.commit(Transaction(feed_states=(failed,)))
    store.close()
    assert ran(home, "status").stdout.startswith("not running · 0 of 2 feeds ok, 1 failing, 1 new ·")


def test_status_of_no_home_makes_none(tmp_path: Path) -> None:
    assert ran(tmp_path / "new", "status").exit_code == 1
    assert not (tmp_path / "new").exists()


# config show


def test_each_setting_is_shown_with_where_it_comes_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pw1@proxy.example:3128")
    (home / "settings.toml").write_text(
        '[polling]\ninterval = "5m"\n[notify.desk]\nkind = "webhook"\nurl = "https://hooks.example/T0/pw2"\n'
        'word = "pw3"\n'
    )
    (home / "secrets.toml").write_text('["https://a.example/rss?x=pw4"]\ntoken = "pw5"\n[sink.desk]\ntoken = "pw6"\n')
    said = ran(home, "config", "show")
    assert said.exit_code == 0
    assert "pw" not in said.stdout
    found = json.loads(ran(home, "config", "show", "--json").stdout)
    assert found["polling.interval"] == {"value": "5m", "from": "settings.toml:2"}
    assert found["polling.timeout"] == {"value": "30s", "from": "default"}
    assert found["path.rules"] == {"value": str(home / "rules.toml"), "from": "--home"}
    assert found["notify.desk.url"]["value"] == "https://hooks.example/***"
    assert found["proxy.https"]["from"] == "https_proxy"
    assert found["secrets.sink.desk"]["value"] == "***"


def test_the_home_may_come_from_the_environment(home: Path) -> None:
    said = CliRunner().invoke(cli, ["config", "show", "--json"], env={"NEWSWATCH_HOME": str(home)})
    assert json.loads(said.stdout)["path.data"] == {"value": str(home), "from": "NEWSWATCH_HOME"}


def test_settings_with_a_mistake_are_3(home: Path) -> None:
    (home / "settings.toml").write_text("[polling]\nintervall = 1\n")
    assert ran(home, "config", "show").exit_code == 3
    assert ran(home, "status").exit_code == 3


# Streams.


def newswatch(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "newswatch", "--home", str(home), *arguments],
        capture_output=True,
        timeout=HANG_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


async def test_hits_says_what_run_said_also_in_another_home(home: Path, tmp_path: Path) -> None:
    async def said(folder: Path, *arguments: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "newswatch", "--home", str(folder), *arguments,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), HANG_S)
        assert process.returncode == 0, err
        return out

    items = [Item(f"Grain ship {n} & troops", f"https://a.example/{n}?a=1&b=2", f"g{n}", "Text") for n in range(5)]
    async with FeedServer() as server:
        server.answer("/rss", Reply.feed(rss("Loop", items)))
        (home / "feeds.opml").write_text(
            f'<opml version="2.0"><body><outline text="Loop" xmlUrl="{server.url("/rss")}"/></body></opml>'
        )
        (home / "history.journal").unlink()
        printed = await said(home, "run", "--once", "--json")
    assert len(printed.splitlines()) == 5
    assert sorted((await said(home, "hits", "--format", "json")).splitlines()) == sorted(printed.splitlines())
    await said(home, "export", str(tmp_path / "all.jsonl"))
    await said(tmp_path / "other", "import", "--allow-private", str(tmp_path / "all.jsonl"))
    assert await said(tmp_path / "other", "hits", "--format", "json") == await said(home, "hits", "--format", "json")
    assert content(tmp_path / "other") == content(home)


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "rss"])
def test_output_is_utf8_whatever_the_locale(home: Path, form: str) -> None:
    said = newswatch(home, "hits", "--format", form, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert said.returncode == 0
    assert "북한군" in said.stdout.decode("utf-8")


@pytest.mark.parametrize("verb", ["hits --format json", "export", "status", "config show"])
@pytest.mark.parametrize("ending", ["| head -c 1", ">&-"])
def test_a_closed_stdout_ends_quietly(home: Path, verb: str, ending: str) -> None:
    command = f"'{sys.executable}' -m newswatch --home '{home}' {verb} {ending}"
    said = subprocess.run(["bash", "-c", command], capture_output=True, timeout=HANG_S, check=False)
    assert said.stderr == b""
