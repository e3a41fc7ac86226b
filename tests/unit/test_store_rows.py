"""Rows of the history: what the quick way of reading them gives is what the careful one gives, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.model.entry import Entry, Identity
from newswatch.model.hit import Hit, Mark, Note
from newswatch.store import codec, decoding
from newswatch.store.digests import DigestIndex
from newswatch.store.historyrows import EntryRow, IdentityRow
from newswatch.store.historytables import thaw
from newswatch.store.hitrows import Flag, HitRow
from newswatch.store.recent import RecentValues
from newswatch.store.rowform import entry_id, json_of
from newswatch.store.rows import JsonRow
from newswatch.store.timeline import Timeline
from newswatch.testing import build
from tests.unit.test_codec import entries, hits, identities

HIT = build.hit(
    build.entry(summary="Two columns."),
    marks=(Mark("title", 0, 5, "Quiet"), Mark("tags", 0, 1, "x", 2)),
    notes=(Note(build.at(3), "called the desk"),),
    tags=("desk",),
)


def nothing() -> None:
    return None


@given(entries)
def test_an_entry_is_read_quickly_as_it_is_read_carefully(entry: Entry) -> None:
    row = EntryRow.of(entry)
    assert row.value() == decoding.entry_of(row.json) == codec.decode_entry(json.loads(row.json)) == entry
    again = EntryRow.read(row.id, row.json)
    assert (again.feed_id, again.seen_at, again.at) == (entry.feed_id, entry.seen_at, entry.at)
    assert (row.seen_at, row.at) == (again.seen_at, again.at)


@given(identities)
def test_an_identity_is_read_quickly_as_it_is_read_carefully(identity: Identity) -> None:
    row = IdentityRow.of(identity)
    assert row.value() == codec.decode_identity(json.loads(row.json)) == identity
    assert row.names() == (identity.feed_id, identity.link, identity.title)


@given(hit=hits, is_whole=st.booleans())
def test_a_hit_is_read_quickly_as_it_is_read_carefully(hit: Hit, *, is_whole: bool) -> None:
    row = HitRow.of(hit, is_whole=is_whole)
    assert row.json == json_of(codec.encode_hit(hit, is_whole=is_whole))
    again = HitRow.read(hit.id, row.json)
    if not is_whole:
        text = EntryRow.of(hit.entry)
        row.bind(text)
        again.bind(text)
    columns = (
        "at", "entry_id", "feed_id", "flags", "found_at", "id", "is_whole", "json", "rule_id", "seen_at", "severity",
        "state", "story_id",
    )  # fmt: skip
    for column in columns:
        assert getattr(row, column) == getattr(again, column), column
    assert row.value(EntryRow.value) == again.value(EntryRow.value) == hit
    assert (again.at, again.seen_at) == (hit.entry.at, hit.entry.seen_at)
    assert bool(again.flags & Flag.KEPT) is hit.is_kept
    assert again.held is hit.held


CASES: list[tuple[str, dict[str, Any], Callable[[bytes], object], Callable[[dict[str, Any]], object]]] = [
    ("entries", codec.encode_entry(HIT.entry), decoding.entry_of, codec.decode_entry),
    ("identities", codec.encode_identity(build.identity()), decoding.identity_of, codec.decode_identity),
    (
        "hits",
        codec.encode_hit(HIT, is_whole=True),
        lambda text: decoding.hit_of(text, nothing),
        lambda row: codec.decode_hit(row, lambda _, __: None),
    ),
]
WRONG = [
    None, 5, -1, 1.5, True, False, [], {}, ["x"], [["title", "0", 5, "x"]], [["title", 0, 5]], [["title", 0.0, 5, "x"]],
    {"a": 1}, "no such word",
    "\ud800", "9999-99-99", "2026-11-22T14:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-11-22T16:30:00+02:00", 10**40, [["2026-11-22T14:30:00", "x"]],
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "row", "quick", "careful"), CASES, ids=lambda case: case if isinstance(case, str) else ""
)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_the_careful_reader_refuses_the_quick_one_never_gives(
    table: str,
    row: dict[str, Any],
    quick: Callable[[bytes], object],
    careful: Callable[[dict[str, Any]], object],
    wrong: object,
) -> None:
    for name in row:
        changed = {**row, name: wrong}
        text = json.dumps(changed, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            expected = careful(json.loads(text))
        except ValueError:
            with pytest.raises(ValueError):  # noqa: PT011 - either reader's words
                quick(text)
        else:
            assert quick(text) == expected, name
        thaw(table, "x", text)  # whatever it is, it is a row


@pytest.mark.parametrize("text", [b"", b"5", b"[]", b"null", b'{"feed":', b"\xff", b'{"feed":NaN}', b"{}"])
def test_what_is_no_row_at_all_is_an_empty_document_with_its_bytes(text: bytes) -> None:
    for table in ("feeds", "entries", "revisions", "hits", "deliveries", "mutes", "moods"):
        row = thaw(table, "x", text)
        assert type(row) is JsonRow
        assert row.json == text
        assert len(dict(row)) <= 1


def test_a_row_is_a_document_that_decodes_when_it_is_looked_into() -> None:
    row = EntryRow.of(HIT.entry)
    assert row["title"] == HIT.entry.title
    assert row.get("no such column") is None
    assert dict(row) == dict(row.items()) == codec.encode_entry(HIT.entry)
    with pytest.raises(KeyError):
        row["no such column"]
    assert repr(JsonRow(b"{}")) == "JsonRow(b'{}')"


def test_what_a_rule_says_is_held_once_for_all_of_its_hits() -> None:
    rows = [HitRow.of(build.hit(build.entry(f"Item {n}")), is_whole=False) for n in range(2)]
    assert rows[0].rule_json
    assert rows[0].rule_json is rows[1].rule_json
    assert rows[0].json != rows[1].json


def test_a_hit_under_another_id_is_not_read() -> None:
    with pytest.raises(ValueError, match="another id"):
        HitRow.read("x", HitRow.of(HIT, is_whole=True).json)


@pytest.mark.parametrize("lacks", ["feed", "key"])
@pytest.mark.parametrize("instead", [None, 5, "gone"])
def test_a_hit_that_brings_its_entry_and_has_no_name_of_it_is_not_read(lacks: str, instead: object) -> None:
    row = codec.encode_hit(HIT, is_whole=True)
    if instead == "gone":
        del row[lacks]
    else:
        row[lacks] = instead
    assert type(thaw("hits", HIT.id, json.dumps(row).encode())) is JsonRow


texts = st.text("ab", max_size=3)


@given(st.lists(st.tuples(texts, texts)), st.lists(st.tuples(st.booleans(), texts, texts)))
def test_digests_lead_to_the_entries_that_have_them(
    first: list[tuple[str, str]], later: list[tuple[bool, str, str]]
) -> None:
    index, plain = DigestIndex(), dict.fromkeys(first)
    for pair in plain:
        index.add(*pair)
    for is_added, digest, name in later:
        pair = digest, name
        if not is_added:
            index.remove(*pair)
            plain.pop(pair, None)
        elif pair not in plain:
            index.add(*pair)
            plain[pair] = None
    for digest in {digest for digest, _ in plain} | {"never"}:
        assert list(index.get(digest)) == [name for other, name in reversed(plain) if other == digest]


moments = st.tuples(st.integers(0, 5), st.sampled_from("abc"))


@given(st.lists(moments), st.lists(st.tuples(st.booleans(), moments)), st.integers(-1, 4), moments)
def test_a_timeline_stays_sorted_whatever_comes_and_goes(
    first: list[tuple[int, str]],
    later: list[tuple[bool, tuple[int, str]]],
    limit: int,
    before: tuple[int, str],
) -> None:
    line, plain = Timeline[EntryRow](), set(first)
    line.fill(row_at(*moment) for moment in set(first))
    for is_put, moment in later:
        if is_put:
            line.put(row_at(*moment))
        else:
            line.drop(row_at(*moment))
        plain = plain | {moment} if is_put else plain - {moment}
    expected = [(build.at(minute), name) for minute, name in sorted(plain)]
    assert [(row.at, row.id) for row in line] == expected
    assert [row.id for row in line.first(limit)] == [name for _, name in expected[: max(limit, 0)]]
    assert [row.id for row in line.last(limit)] == [name for _, name in expected[::-1][: max(limit, 0)]]
    bound = (build.at(before[0]), before[1])
    between = [(row.at, row.id) for row in line.between(build.at(1), bound)]
    assert between == [one for one in expected if build.at(1) <= one[0] and one < bound]


def row_at(minute: int, name: str) -> EntryRow:
    return EntryRow(b"{}", name, build.feed().id, build.at(minute), build.at(minute))


def test_only_the_values_that_were_asked_for_last_are_held() -> None:
    decoded: list[str] = []
    recent = RecentValues[str, int](lambda row: decoded.append(row) or len(row), 2)  # type: ignore[func-returns-value] # the list notes what is decoded
    rows = ["a", "bb", "ccc"]
    assert [recent.of(row) for row in (rows[0], rows[1], rows[0], rows[2], rows[0], rows[1])] == [1, 2, 1, 3, 1, 2]
    assert decoded == ["a", "bb", "ccc", "bb"]
    recent.clear()
    recent.of(rows[1])
    assert decoded[-1] == "bb"
    assert len(decoded) == 5


def test_an_entry_and_its_identity_have_one_id() -> None:
    identity = build.identity(HIT.entry)
    assert IdentityRow.of(identity).id == EntryRow.of(HIT.entry).id == entry_id(HIT.entry.feed_id, HIT.entry.key)


@given(
    st.sampled_from(["a", 'a","feed":', 'a","rule":"', "ü", "\ud800"]),
    st.lists(st.sampled_from([b'{"id":"a"', b',"rule":"r"', b',"feed":"f"', b'","feed":', b'","rule":"', b"}"])),
)
def test_the_json_of_a_hit_comes_back_byte_for_byte_whatever_it_is(hit_id: str, parts: list[bytes]) -> None:
    json = b"".join(parts)
    assert HitRow(json, hit_id).json == json
