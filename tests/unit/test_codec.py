from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.model.delivery import Delivery, DeliveryOutcome, StoryMute
from newswatch.model.entry import Entry, EntryKey, Identity, Revision
from newswatch.model.feed import FeedId, FeedState, FeedStatus
from newswatch.model.hit import Held, Hit, HitId, Mark, Note, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.vitals import FeedVitals
from newswatch.store import codec
from newswatch.testing import build

texts = st.text(max_size=12)
some_text = st.none() | texts
times = st.datetimes(timezones=st.just(UTC))
some_time = st.none() | times
counts = st.integers(0, 10**6)

entries = st.builds(
    Entry,
    texts.map(FeedId),
    texts.map(EntryKey),
    texts,
    some_text,
    texts,
    texts,
    some_text,
    st.lists(texts, max_size=3).map(tuple),
    some_text,
    texts,
    some_time,
    times,
    st.booleans(),
    some_time,
)
identities = st.builds(Identity, texts.map(FeedId), texts.map(EntryKey), texts, texts, texts, texts, times, texts)
revisions = st.builds(Revision, entries, times)
marks = st.builds(Mark, texts, counts, counts, texts, counts)
vitals = st.builds(
    FeedVitals,
    some_time,
    some_time,
    st.binary(max_size=64),
    st.binary(max_size=32),
    st.integers(0, 3_000_000),
    st.lists(counts, max_size=14).map(tuple),
    st.binary(max_size=14),
    st.none() | st.floats(0, 1e6),
    texts,
    st.lists(texts, max_size=5).map(tuple),
    counts,
    counts,
    counts,
    counts,
    st.none() | st.floats(0, 1e6),
)
feed_states = st.builds(
    FeedState,
    texts.map(FeedId),
    st.sampled_from(FeedStatus),
    texts,
    some_text,
    some_text,
    some_text,
    some_time,
    some_time,
    some_time,
    some_time,
    some_time,
    counts,
    texts,
    some_text,
    counts,
    st.booleans(),
    vitals=st.just(FeedVitals()) | vitals,
    address_digest=some_text,
)
hits = st.builds(
    Hit,
    texts.map(HitId),
    texts.map(RuleId),
    texts,
    texts,
    texts,
    st.sampled_from(Severity),
    entries,
    st.lists(marks, max_size=3).map(tuple),
    texts.map(StoryId),
    times,
    st.none() | st.sampled_from(Held),
    st.sampled_from(Triage),
    st.booleans(),
    st.booleans(),
    some_time,
    st.lists(texts, max_size=2).map(tuple),
    st.lists(st.builds(Note, times, texts), max_size=2).map(tuple),
    some_time,
)
deliveries = st.builds(Delivery, texts.map(HitId), texts, times, st.sampled_from(DeliveryOutcome), texts)
mutes = st.builds(StoryMute, texts.map(StoryId), some_time, times)

ENTRY = build.entry()
HIT = build.hit(ENTRY, marks=(Mark("title", 0, 5, "Quiet"), Mark("tags", 0, 1, "x", 2)))


def over_json(row: dict[str, Any]) -> Any:
    return json.loads(json.dumps(row))


def nothing(_feed: FeedId, _key: EntryKey) -> None:
    return None


@given(entries)
def test_an_entry_comes_back_exactly(entry: Entry) -> None:
    assert codec.decode_entry(over_json(codec.encode_entry(entry))) == entry


@given(revisions)
def test_a_revision_comes_back_exactly(revision: Revision) -> None:
    assert codec.decode_revision(over_json(codec.encode_revision(revision))) == revision


@given(identities)
def test_an_identity_comes_back_exactly(identity: Identity) -> None:
    assert codec.decode_identity(over_json(codec.encode_identity(identity))) == identity


@given(feed_states)
def test_a_feed_state_comes_back_exactly(state: FeedState) -> None:
    assert codec.decode_feed_state(over_json(codec.encode_feed_state(state))) == state


@given(deliveries)
def test_a_delivery_comes_back_exactly(delivery: Delivery) -> None:
    assert codec.decode_delivery(over_json(codec.encode_delivery(delivery))) == delivery


@given(mutes)
def test_a_mute_comes_back_exactly(mute: StoryMute) -> None:
    assert codec.decode_mute(over_json(codec.encode_mute(mute))) == mute


@given(hits)
def test_a_hit_comes_back_exactly_with_its_entry_inside(hit: Hit) -> None:
    assert codec.decode_hit(over_json(codec.encode_hit(hit, is_whole=True)), nothing) == hit


@given(hits)
def test_a_hit_comes_back_exactly_with_its_entry_named(hit: Hit) -> None:
    asked: list[tuple[FeedId, EntryKey]] = []

    def find(feed_id: FeedId, key: EntryKey) -> Entry:
        asked.append((feed_id, key))
        return hit.entry

    assert codec.decode_hit(over_json(codec.encode_hit(hit)), find) == hit
    assert asked == [(hit.entry.feed_id, hit.entry.key)]


def test_the_rows_are_small_and_can_be_read_by_a_person() -> None:
    entry = replace(ENTRY, seen_at=datetime(2026, 11, 22, 14, 30, 41, 812345, UTC))
    assert codec.encode_entry(entry) == {
        "feed": entry.feed_id,
        "key": entry.key,
        "title": "Quiet day on the river",
        "link": entry.link,
        "lang": "en",
        "source": "Dnipro Wire",
        "published": "2026-11-22T14:30:00Z",
        "seen": "2026-11-22T14:30:41.812345Z",
    }
    row = codec.encode_hit(HIT)
    assert row["marks"] == [["title", 0, 5, "Quiet"], ["tags", 0, 1, "x", 2]]
    assert not {"entry", "told", "held", "starred", "old_rule"} & row.keys()


def test_a_hit_row_names_its_entry_and_holds_none_of_its_text() -> None:
    row = codec.encode_hit(build.hit(build.entry(summary="A long text.", content="A longer one.")))
    assert "A long" not in json.dumps(row)


def test_times_of_other_zones_become_utc() -> None:
    kyiv = timezone(timedelta(hours=2))
    entry = replace(ENTRY, seen_at=datetime(2026, 11, 22, 16, 30, tzinfo=kyiv))
    row = codec.encode_entry(entry)
    assert row["seen"] == "2026-11-22T14:30:00Z"
    assert codec.decode_entry(row).seen_at.tzinfo is UTC
    assert codec.decode_entry({**row, "seen": "2026-11-22T16:30:00+02:00"}) == entry


def test_a_time_without_a_zone_is_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        codec.encode_entry(replace(ENTRY, seen_at=datetime(2026, 11, 22)))  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="without a zone"):
        codec.decode_entry({**codec.encode_entry(ENTRY), "seen": "2026-11-22T14:30:00"})


CASES: list[tuple[dict[str, Any], Callable[[dict[str, Any]], object]]] = [
    (codec.encode_entry(ENTRY), codec.decode_entry),
    (codec.encode_revision(Revision(ENTRY, build.at(1))), codec.decode_revision),
    (codec.encode_identity(build.identity(ENTRY)), codec.decode_identity),
    (codec.encode_feed_state(build.feed_state(failures=1, etag="x")), codec.decode_feed_state),
    (codec.encode_hit(HIT, is_whole=True), lambda row: codec.decode_hit(row, nothing)),
]


@pytest.mark.parametrize(("row", "decode"), CASES)
def test_unknown_keys_of_a_newer_version_are_passed_over(
    row: dict[str, Any], decode: Callable[[dict[str, Any]], object]
) -> None:
    assert decode({**row, "mood": {"grim": True}}) == decode(row)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"feed": "f"}, FeedState(FeedId("f"))),
        (
            {"feed": "f", "key": "k", "seen": "2026-11-22T14:30:00Z"},
            Entry(FeedId("f"), EntryKey("k"), "", None, "", "", None, (), None, "", None, build.EPOCH),
        ),
        (
            {"feed": "f", "key": "k", "listed": "2026-11-22T14:30:00Z"},
            Identity(FeedId("f"), EntryKey("k"), "", "", "", "", build.EPOCH),
        ),
    ],
)
def test_keys_that_an_older_version_did_not_write_have_their_defaults(row: dict[str, Any], value: object) -> None:
    decode: dict[type, Callable[[dict[str, Any]], object]] = {
        FeedState: codec.decode_feed_state,
        Entry: codec.decode_entry,
        Identity: codec.decode_identity,
    }
    assert decode[type(value)](row) == value


@pytest.mark.parametrize(("row", "decode"), CASES)
@pytest.mark.parametrize(
    "wrong", [None, 5, True, [], {}, ["x"], {"a": 1}, "no such word", "9999-99-99", "0001-01-01T00:00:00+14:00"]
)
def test_a_row_of_wrong_types_is_a_value_or_a_valueerror_never_another_error(
    row: dict[str, Any], decode: Callable[[dict[str, Any]], object], wrong: object
) -> None:
    for name in row:
        with suppress(ValueError):
            decode({**row, name: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("title", 5),
        ("summary", None),
        ("link", ["https://example.org/"]),
        ("tags", [1]),
        ("tags", "war"),
        ("seen", None),
        ("seen", "yesterday"),
        ("feed", None),
        ("key", 7),
        ("author", {}),
    ],
)
def test_an_entry_row_of_a_wrong_type_is_refused(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        codec.decode_entry({**codec.encode_entry(ENTRY), name: wrong})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("severity", "apocalyptic"),
        ("held", "no"),
        ("state", "x"),
        ("marks", [["title", "0", 5, "Quiet"]]),
        ("marks", [[]]),
    ],
)
def test_a_hit_row_with_a_word_we_do_not_know_is_refused(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        codec.decode_hit({**codec.encode_hit(HIT, is_whole=True), name: wrong}, nothing)


def test_vitals_are_left_out_where_nothing_is_known_and_small_where_all_is() -> None:
    assert "vitals" not in codec.encode_feed_state(build.feed_state())
    full = FeedVitals(
        build.at(), build.at(), b"x" * 64, b"x" * 32, 739_000, (22,) * 14, b"x" * 14, 22.5, "rss20", (), 50, 0, 60_000,
        9**9, 600.0,
    )  # fmt: skip
    assert len(json.dumps(codec.encode_feed_state(build.feed_state(vitals=full))["vitals"])) < 520


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("lags", "no base64!"),
        ("lags", [1, 2]),
        ("gaps", 5),
        ("counts", "many"),
        ("counts", [1.5]),
        ("day", -1),
        ("day", 10**9),
        ("since", "yesterday"),
        ("listed_per_day", float("nan")),
        ("interval", float("inf")),
        ("warnings", [None]),
        ("format", 5),
        ("total_bytes", True),
    ],
)
def test_vitals_of_a_wrong_kind_are_refused(name: str, wrong: object) -> None:
    row = codec.encode_feed_state(build.feed_state())
    with pytest.raises(ValueError, match="cannot be read"):
        codec.decode_feed_state({**row, "vitals": {name: wrong}})


def test_vitals_with_more_samples_than_are_kept_are_cut_to_the_newest() -> None:
    row = {
        "lags": codec.encode_feed_state(build.feed_state(vitals=FeedVitals(lags=bytes(200) + b"new")))["vitals"]["lags"]
    }
    vitals = codec.decode_feed_state({"feed": "f", "vitals": row}).vitals
    assert len(vitals.lags) == 64
    assert vitals.lags.endswith(b"new")


def test_a_hit_row_whose_entry_is_gone_is_refused() -> None:
    with pytest.raises(ValueError, match="its entry is missing"):
        codec.decode_hit(codec.encode_hit(HIT), nothing)
