"""What an export may hold that nobody wrote in good faith, and that all else comes through as it is."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.cli.history.door import Door
from newswatch.engine.intake import Intake
from newswatch.match.matcher import compile_book
from newswatch.model.article import Article, ArticleText, TextFrom
from newswatch.model.delivery import Delivery, DeliveryOutcome, RuleMute, StoryMute
from newswatch.model.entry import Revision
from newswatch.model.fetched import Fetched
from newswatch.model.hit import PAGE_FIELD, HitId, Note, StoryId, hit_id
from newswatch.model.rule import Rule, RuleBook, RuleId
from newswatch.model.vitals import FeedVitals
from newswatch.parse import parse_document
from newswatch.parse.identity import recognise
from newswatch.store import codec
from newswatch.store.articlerows import encode_article
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

NOW = build.at(60)
DOOR = Door(NOW)
FAR = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
HOSTILE = "\x1b]52;c;eA==\x07\u202eevil\x9b31m\ud800 \U000e0041\x00title"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "feeds"


def texts_of(value: object) -> list[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for column in fields(value) for text in texts_of(getattr(value, column.name))]
    if isinstance(value, tuple):
        return [text for item in value for text in texts_of(item)]
    return []


def is_safe(value: object) -> bool:
    return not any(UNSAFE.search(text) for text in texts_of(value))


def test_every_text_of_an_entry_is_cleaned() -> None:
    evil = build.entry(
        HOSTILE,
        key=build.entry().key,
        link="javascript:alert(1)",
        summary=HOSTILE,
        content=HOSTILE,
        author=HOSTILE,
        tags=(HOSTILE, HOSTILE, "a"),
        lang=HOSTILE,
        source=HOSTILE,
    )
    let_in = DOOR.entry(codec.encode_entry(evil))
    assert is_safe(let_in)
    assert let_in.link is None
    assert len(let_in.tags) == 2
    assert is_safe(DOOR.revision(codec.encode_revision(Revision(evil, NOW))))


@given(st.text(), st.text(), st.text())
def test_no_text_whatever_comes_through_unsafe(title: str, body: str, link: str) -> None:
    entry = replace(build.entry(), title=title, summary=body, source=title, author=body, link=link)
    let_in = DOOR.entry(json.loads(json.dumps(codec.encode_entry(entry))))
    assert is_safe(let_in)
    assert let_in.link is None or let_in.link.startswith(("http://", "https://"))
    assert DOOR.entry(codec.encode_entry(let_in)) == let_in


@pytest.mark.parametrize(
    "column",
    [{"feed": "../../x"}, {"feed": 7}, {"key": ""}, {"key": "a\x1b[2J"}, {"key": "x" * 99_999}, {"seen": "soon"}],
)
def test_an_entry_under_a_false_name_is_refused(column: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        DOOR.entry({**codec.encode_entry(build.entry()), **column})


def test_no_time_that_was_lies_in_the_future() -> None:
    entry = DOOR.entry(codec.encode_entry(build.entry(seen_at=FAR, revised_at=FAR)))
    assert entry.seen_at == entry.revised_at == NOW
    hit = build.hit(entry)
    evil = replace(hit, found_at=FAR, told_at=FAR, notes=(Note(FAR, HOSTILE),))
    let_in = DOOR.hit(codec.encode_hit(evil), entry)
    assert let_in.found_at == let_in.told_at == let_in.notes[0].at == NOW
    assert DOOR.identity(codec.encode_identity(build.identity(listed_at=FAR))).listed_at == NOW


def test_every_text_of_a_hit_is_cleaned() -> None:
    hit = build.hit(rule_name=HOSTILE, query=HOSTILE, tags=(HOSTILE, "\x00"), notes=(Note(NOW, HOSTILE),))
    let_in = DOOR.hit(codec.encode_hit(hit), hit.entry)
    assert is_safe(let_in)
    assert len(let_in.tags) == 1


def test_marks_that_are_not_true_are_left_out() -> None:
    true = build.mark("North Korean")
    false = (
        build.mark("South Korean"),
        replace(true, start=-12, end=-1),
        replace(true, field="__doc__", text="", start=0, end=0),
        replace(true, start=10**12, end=10**13),
        replace(true, field="tags", part=99),
    )
    hit = build.hit(marks=(*false, true))
    assert DOOR.hit(codec.encode_hit(hit), hit.entry).marks == (true,)


def test_a_hit_is_what_its_id_says() -> None:
    hit = build.hit()
    other = build.entry("Other news")
    with pytest.raises(ValueError, match="not that of a hit"):
        DOOR.hit(codec.encode_hit(replace(hit, id=HitId("0" * 16))), hit.entry)
    with pytest.raises(ValueError, match="entry is missing"):
        DOOR.hit(codec.encode_hit(hit), other)
    with pytest.raises(ValueError, match="entry is missing"):
        DOOR.hit(codec.encode_hit(hit), None)
    evil = RuleId("a\x1bb")
    with pytest.raises(ValueError, match="rule"):
        DOOR.hit(
            codec.encode_hit(replace(hit, rule_id=evil, id=hit_id(evil, hit.entry.feed_id, hit.entry.key))), hit.entry
        )
    with pytest.raises(ValueError, match="story"):
        DOOR.hit(codec.encode_hit(replace(hit, story_id=StoryId("../x"))), hit.entry)


def test_a_hit_may_bring_its_own_text() -> None:
    hit = build.hit(marks=(build.mark("North"),))
    assert DOOR.hit(codec.encode_hit(hit, is_whole=True), None) == hit


def test_what_goes_to_a_server_again_can_be_a_header() -> None:
    evil = build.feed_state(
        etag='"x"\r\nHost: evil.example',
        last_modified="x\x00",
        body_hash="../x",
        moved_to="file:///etc/passwd",
        title=HOSTILE,
    )
    state = DOOR.feed(codec.encode_feed_state(replace(evil, moved_answers=9, last_error=HOSTILE, failures=10**30)))
    assert (state.etag, state.last_modified, state.body_hash, state.moved_to) == (None, None, None, None)
    assert state.moved_answers == 0
    assert state.failures <= 10**9
    assert is_safe(state)


def test_no_feed_is_put_off_for_long() -> None:
    state = DOOR.feed(codec.encode_feed_state(build.feed_state(not_before=FAR, next_check_at=FAR)))
    assert state.not_before == NOW + timedelta(days=1)
    assert state.next_check_at is not None
    assert state.next_check_at <= NOW + timedelta(days=366)


def test_no_figure_of_a_feed_is_beyond_reason() -> None:
    vitals = FeedVitals(day=3_000_000, counts=(10**30, -1), listed_per_day=1e300, interval_s=-1.0, warnings=(HOSTILE,))
    state = DOOR.feed(codec.encode_feed_state(build.feed_state(wish_s=1e300, change_gap_s=-5.0, vitals=vitals)))
    assert state.vitals.day <= NOW.toordinal() + 1
    assert state.vitals.counts == (10**9, 0)
    assert (state.vitals.listed_per_day, state.vitals.interval_s) == (10**9, 0)
    assert (state.wish_s, state.change_gap_s) == (10**9, 0)
    assert is_safe(state)


def test_deliveries_and_mutes_are_cleaned() -> None:
    evil = Delivery(build.hit().id, HOSTILE, FAR, DeliveryOutcome.FAILED, HOSTILE)
    delivery = DOOR.delivery(codec.encode_delivery(evil))
    assert is_safe(delivery)
    assert delivery.at == NOW
    mute = StoryMute(build.hit().story_id, FAR, NOW)
    assert DOOR.mute(codec.encode_mute(mute)) == mute
    with pytest.raises(ValueError, match="story"):
        DOOR.mute(codec.encode_mute(replace(mute, story_id=StoryId("\x1b"))))
    rule_mute = RuleMute(RuleId("dprk-troops"), FAR, NOW)
    assert DOOR.mute(codec.encode_mute(rule_mute)) == rule_mute
    for name in ("", HOSTILE):
        with pytest.raises(ValueError, match="rule"):
            DOOR.mute(codec.encode_mute(replace(rule_mute, rule_id=RuleId(name))))


def test_what_newswatch_wrote_comes_through_as_it_was() -> None:
    vitals = FeedVitals(
        since=NOW, arrived_at=NOW, lags=b"\x01", gaps=b"\x02", day=739_000, counts=(1, 2), longest=b"\x03",
        listed_per_day=2.5, format="rss20", warnings=("two items have one id",), listed=3, dropped=1, wire_bytes=9,
        total_bytes=10**12, interval_s=600.0,
    )  # fmt: skip
    state = build.feed_state(
        etag='W/"a b"', last_modified="Sun, 22 Nov 2026 14:30:00 GMT", body_hash="ab" * 16, not_before=NOW, failures=3,
        moved_to="https://dnipro-wire.example/new?a=b", moved_answers=2, last_error="404 Not Found", vitals=vitals,
    )  # fmt: skip
    assert DOOR.feed(codec.encode_feed_state(state)) == state
    assert DOOR.identity(codec.encode_identity(build.identity())) == build.identity()
    hit = build.hit(query='a AND\n  ("b c" OR d*)', tags=("x",), notes=(Note(NOW, "one\ntwo"),), snoozed_until=FAR)
    assert DOOR.hit(codec.encode_hit(hit), hit.entry) == hit


@pytest.mark.corpus
def test_what_real_feeds_gave_comes_through_as_it_was() -> None:
    oracle = CORPUS / "oracle.jsonl"
    if not oracle.exists():
        pytest.skip("the corpus of saved feeds is not beside this checkout")
    matcher = compile_book(RuleBook(rules=(Rule(RuleId("a"), query="the OR a* OR и* OR の OR tags:*"),)))
    feed, seen = build.feed(), 0
    for line in oracle.read_text("utf-8").splitlines()[::4]:
        case = json.loads(line)
        document = parse_document((CORPUS / case["file"]).read_bytes(), feed.url, case.get("headers") or {})
        intake = Intake(feed, document.title, document.lang, MemoryStore(), matcher, NOW, is_first=False)
        for sighting in recognise(feed.id, document.entries, {}, NOW).sightings:
            intake.add(sighting)
        made = intake.transaction(())
        seen += len(made.entries) + len(made.hits)
        for entry in made.entries:
            assert DOOR.entry(json.loads(json.dumps(codec.encode_entry(entry)))) == entry
        for identity in made.identities:
            assert DOOR.identity(codec.encode_identity(identity)) == identity
        for hit in made.hits:
            assert DOOR.hit(codec.encode_hit(hit), hit.entry) == hit
    assert seen


def article(text: str = "Text.", **changes: Any) -> Article:
    came = Fetched(NOW, (HOSTILE,), 200, "a" * 64, 1, ((HOSTILE, HOSTILE),))
    evil = ArticleText(text, TextFrom.PAGE, NOW, fetched=came, **changes)
    return Article(build.entry().feed_id, build.entry().key, (evil,), came_in=came)


def test_every_text_of_an_article_is_cleaned() -> None:
    texts = dict.fromkeys(("title", "author", "site", "lang", "said"), HOSTILE)
    let_in = DOOR.article(encode_article(article(f"# {HOSTILE}\n  - {HOSTILE}", keywords=(HOSTILE, "\x9b"), **texts)))
    assert is_safe(let_in)
    assert let_in.newest.text.startswith("# ")
    assert "\n  - " in let_in.newest.text
    assert len(let_in.newest.keywords) == 1
    assert DOOR.article(encode_article(let_in)) == let_in


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://a\u202e.example/", "--version", ""]
)
def test_an_article_with_a_link_that_newswatch_would_not_write_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        DOOR.article(encode_article(article("[words][1]", links=(link,))))


def test_an_article_longer_than_any_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        DOOR.article(encode_article(article("word " * 300_000)))


@pytest.mark.parametrize("row", [{"feed": 1}, {"readings": []}, {"readings": [[]]}, {"came_in": [1]}])
def test_an_article_that_is_none_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="article"):
        DOOR.article({**encode_article(article()), **row})


def test_an_article_without_zones_in_its_times_is_refused() -> None:
    row = json.loads(json.dumps(encode_article(article())))
    row["readings"][0]["read_at"] = "2024-10-25T12:00:00"
    with pytest.raises(ValueError, match="times"):
        DOOR.article(row)


def test_a_mark_in_the_page_comes_in_if_its_text_is_clean() -> None:
    marks = (build.mark("harbour", 5, PAGE_FIELD), build.mark(HOSTILE, 5, PAGE_FIELD))
    hit = build.hit(build.entry(), marks=marks)
    assert DOOR.hit(codec.encode_hit(hit), hit.entry).marks == marks[:1]
