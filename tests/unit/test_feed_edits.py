"""What a person does to feeds.opml, as changes of what the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswatch.engine.api.feeds import FeedDraft
from newswatch.engine.feed_edits import Adding, Changing, Removing, pausing, sorted_list
from newswatch.errors import FeedRefused, UsageError
from newswatch.feeds.opml import LoadedFeeds, edit_feeds, load_feeds, read_opml
from newswatch.model.feed import Feed, feed_id
from newswatch.testing import build

DNIPRO, GULF = "https://dnipro.example/rss", "https://me:pw@gulf.example/rss?key=s3cret"
OWN = f"""<opml version="2.0" xmlns:nw="urn:newswatch:opml:1"><body>
<!-- wires -->
<outline text="Wires"><outline text="Dnipro" xmlUrl="{DNIPRO}" keep="me"/></outline>
<outline text="Gulf" xmlUrl="{GULF}"/>
</body></opml>
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "feeds.opml").write_text(OWN, "utf-8")
    return tmp_path / "feeds.opml"


def changed(path: Path, address: str, draft: FeedDraft) -> tuple[LoadedFeeds, Feed]:
    changing = Changing(feed_id(address), draft)
    loaded = edit_feeds(path, changing)
    assert changing.changed is not None
    return loaded, changing.changed


def test_a_draft_becomes_the_line_and_all_else_stays(path: Path) -> None:
    draft = FeedDraft(
        name=" Dnipro  Wire ",
        folder=("Ukraine",),
        tags=("a", "b"),
        interval_s=300,
        lang="uk",
        is_paused=True,
    )
    loaded, feed = changed(path, DNIPRO, draft)
    assert (feed.name, feed.folder, feed.tags, feed.interval_s, feed.lang, feed.is_paused) == (
        "Dnipro Wire", ("Ukraine",), ("a", "b"), 300.0, "uk", True,
    )  # fmt: skip
    assert b'keep="me"' in loaded.document.source
    assert b"<!-- wires -->" in loaded.document.source


def test_a_new_address_takes_the_history_along_or_makes_another_feed(path: Path) -> None:
    _, feed = changed(path, DNIPRO, FeedDraft(name="Dnipro", folder=("Wires",), address="dnipro.example/new"))
    assert feed.id == feed_id(DNIPRO)
    assert feed.url == "https://dnipro.example/new"
    _, other = changed(path, DNIPRO, FeedDraft(name="Dnipro", address="https://else.example/", keeps_history=False))
    assert other.id == feed_id("https://else.example/")
    assert other.earlier == ()


def test_what_is_shown_of_a_secret_address_changes_nothing_and_cannot_be_kept_as_an_address(path: Path) -> None:
    _, feed = changed(path, GULF, FeedDraft(name="Gulf Wire", address="https://***@gulf.example/rss?key=***"))
    assert feed.url == GULF
    with pytest.raises(FeedRefused, match="stands for what is hidden"):
        changed(path, GULF, FeedDraft(address="https://***@gulf.example/other?key=***"))
    assert load_feeds(path).feeds[1].url == GULF


def test_an_address_that_is_there_or_is_none_is_refused_and_nothing_is_written(path: Path) -> None:
    before = path.read_bytes()
    edit_feeds(path, lambda loaded: loaded.document)
    with pytest.raises(FeedRefused, match="you have that address already, as Gulf"):
        changed(path, DNIPRO, FeedDraft(address=GULF.replace("https", "http")))
    with pytest.raises(UsageError):
        changed(path, DNIPRO, FeedDraft(address="file:///etc/passwd"))
    with pytest.raises(FeedRefused, match="an interval is from"):
        changed(path, DNIPRO, FeedDraft(interval_s=0.2))
    with pytest.raises(FeedRefused, match=r"not in .* any more"):
        edit_feeds(path, Changing(feed_id("https://gone.example/"), FeedDraft()))
    assert path.read_bytes() == before


def test_a_private_address_that_was_typed_is_meant(path: Path) -> None:
    path.write_text(OWN.replace('keep="me"', 'nw:allow-private="no"'), "utf-8")
    _, feed = changed(path, DNIPRO, FeedDraft(address="http://192.168.1.4/rss"))
    assert feed.allow_private


def test_adding_says_what_was_new_and_what_was_there(path: Path) -> None:
    new = build.feed("https://new.example/rss", name="New", allow_private=True)
    adding = Adding([new, build.feed("http://dnipro.example/rss/")])
    edit_feeds(path, adding)
    assert [feed.name for feed in adding.added] == ["New"]
    assert [feed.name for feed in adding.known] == ["Dnipro"]
    assert len(load_feeds(path).feeds) == 3


def test_pausing_and_removing_pass_over_what_left(path: Path) -> None:
    gone = feed_id("https://gone.example/")
    loaded = edit_feeds(path, pausing([feed_id(DNIPRO), gone], paused=True))
    assert [feed.is_paused for feed in loaded.feeds] == [True, False]
    before = path.read_bytes()
    removing = Removing([gone])
    edit_feeds(path, removing)
    assert removing.taken is None
    assert path.read_bytes() == before


def test_of_a_strangers_list_nothing_private_is_taken_and_the_reason_says_what_to_do() -> None:
    theirs = read_opml(
        b'<opml><body><outline xmlUrl="http://127.0.0.1/rss"/><outline xmlUrl="https://a.example/rss" '
        b'xmlns:nw="urn:newswatch:opml:1" nw:interval="1s"/><outline xmlUrl="file:///etc/passwd"/></body></opml>'
    )
    intake = sorted_list(theirs, [])
    assert [(feed.url, feed.interval_s) for feed in intake.fresh] == [("https://a.example/rss", 60.0)]
    assert len(intake.refused) == 2
    assert any("add it by hand" in one.reason for one in intake.refused)
