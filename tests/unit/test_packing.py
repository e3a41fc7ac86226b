"""What memory holds packed is what was put in: identities without words, entries in bundles, many hits of a story.

The store promises that nobody can tell: all is asked with and without packing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.engine import writer as writer_module
from newswatch.engine.writer import Writer
from newswatch.model.entry import Entry
from newswatch.model.hit import Hit, StoryId
from newswatch.store import identityform, plain, reads
from newswatch.store.api import Keep, Transaction
from newswatch.store.bundles import MOST_TEXTS, bundle_of, is_bundle, text_in
from newswatch.store.digests import IdGroups
from newswatch.store.historyrows import EntryRow, IdentityRow
from newswatch.store.hitlines import HitGroups
from newswatch.store.hitrows import HitRow
from newswatch.store.memory import MemoryStore
from newswatch.store.rows import JsonRow
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build

HANG_S = 30.0
COUNT = 40

digests = st.text("0123456789abcdef", min_size=16, max_size=16)
IDENTITY = IdentityRow.of(build.identity(build.entry("Kursk"))).json


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=MOST_TEXTS))
def test_a_bundle_gives_each_text_back(texts: list[bytes]) -> None:
    bundle = bundle_of(texts)
    assert is_bundle(bundle)
    assert [text_in(bundle, place) for place in range(len(texts))] == texts


@given(st.lists(st.lists(st.binary(), min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_texts_are_read_in_any_order_from_bundles_in_turn(together: list[list[bytes]], drawn: st.DataObject) -> None:
    bundles = [(bundle_of(texts), texts) for texts in together]
    places = [(bundle, place, text) for bundle, texts in bundles for place, text in enumerate(texts)]
    for bundle, place, text in drawn.draw(st.lists(st.sampled_from(places), max_size=12)):
        assert text_in(bundle, place) == text


@given(st.text())
def test_no_json_is_taken_for_a_bundle(text: str) -> None:
    assert not is_bundle(JsonRow(text.encode("utf-8", "surrogatepass")).json)


@given(st.lists(digests | st.none(), min_size=6, max_size=6), st.sampled_from(["", "2026-11-22T14:00:00+00:00"]))
def test_an_identity_is_packed_and_comes_back_byte_for_byte(names: list[str | None], published: str) -> None:
    names[:2] = ["0123456789abcdef", "fedcba9876543210"]
    columns = zip(("feed", "key", "guid", "link", "title", "text"), names, strict=True)
    parts = [f'"{column}":"{name}"' for column, name in columns if name is not None]
    parts += ['"listed":"2026-11-22T14:30:41.812345Z"', *([f'"published":"{published}"'] if published else [])]
    json = f"{{{','.join(parts)}}}".encode()
    held = identityform.pack(json)
    assert len(held) < len(json) * 0.75
    assert identityform.unpack(held) == json
    assert identityform.names(held) == (names[0], names[3] or "", names[4] or "")


@pytest.mark.parametrize(
    "json",
    [
        b"",
        b"{}",
        b"7",
        b"\t{}",
        IDENTITY.upper(),
        IDENTITY.replace(b'"listed"', b'"later"'),
        IDENTITY.replace(b'"feed"', b'"food"'),
        IDENTITY.replace(b'","', b'", "'),
        IDENTITY[:-1],
        IDENTITY + b" ",
        IDENTITY[:-1] + b',"new":1}',
        IDENTITY[:-1] + ',"published":"1. März"}'.encode(),
        IDENTITY[:-1] + b',"published":"\\u0041"}',
    ],
)
def test_an_identity_of_another_form_stays_as_it_is(json: bytes) -> None:
    assert identityform.pack(json) == json
    assert identityform.unpack(json) == json
    assert identityform.names(json) is None
    assert IdentityRow.read("id", json).json == json


def test_the_form_that_is_packed_is_the_one_that_is_written() -> None:
    assert identityform.names(identityform.pack(IDENTITY)) is not None


@pytest.fixture
def packs_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MOST_PLAIN_BYTES", 3_000)
    monkeypatch.setattr(plain, "LEAST_PLAIN_BYTES", 1_000)
    monkeypatch.setattr(plain, "BUNDLE_BYTES", 1_500)
    monkeypatch.setattr(reads, "PACKED_AT_ONCE", 2_000)


def filled(store: MemoryStore | TinyStore) -> None:
    for number in range(COUNT):
        entry = build.entry(f"Item {number}", summary="Two columns went east. " * (1 + number % 9))
        store.commit(Transaction((entry,), (), (build.identity(entry),), (build.hit(entry, told_at=build.at(1)),)))


def told(store: MemoryStore | TinyStore) -> list[Any]:
    """What can be asked of a store that depends on the text of entries."""
    return [
        list(store.entries()),
        list(store.newest_entries()),
        list(store.hits()),
        store.newest_hits(COUNT),
        list(store.all_identities()),
        list(store.all_revisions()),
        store.totals(),
    ]


def bundled(store: MemoryStore | TinyStore) -> int:
    rows = [store._index.entry(name) for name in store._index.tables["entries"]]
    return sum(is_bundle(row._json) for row in rows if row is not None)


@pytest.mark.usefixtures("packs_soon")
def test_nobody_can_tell_that_entries_are_packed(tmp_path: Path) -> None:
    store = TinyStore.open(tmp_path)
    filled(store)
    before = told(store)
    store.let_go()
    while store.pack():
        pass
    assert 0 < bundled(store) < COUNT, "the last that came stay as they are"
    assert told(store) == before
    store.compact()
    store.close()
    again = TinyStore.open(tmp_path)
    assert told(again) == before
    assert again.damage() == ""
    again.close()


@pytest.mark.usefixtures("packs_soon")
def test_what_is_packed_can_be_revised_and_dropped() -> None:
    store = MemoryStore()
    filled(store)
    while store.pack():
        pass
    entries = list(store.entries())
    edited = replace(entries[0], title="Another title", revised_at=build.at(9))
    store.commit(Transaction(entries=(edited,)))
    store.prune_hits(Keep(count=0))
    assert store.entry(edited.feed_id, edited.key) == edited
    assert store.prune_entries(Keep(count=1)) == COUNT - 1
    assert store.totals().entries == 1
    while store.pack():
        pass


@pytest.fixture
def threads_take_turns() -> Iterator[None]:
    """Lets go of the interpreter a thousand times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("packs_soon", "threads_take_turns")
def test_threads_read_only_what_was_written_while_rows_are_packed_replaced_and_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("RECENT_ENTRIES", "RECENT_HITS"):
        monkeypatch.setattr(reads, name, 25)
    store = MemoryStore()

    def written(number: int, version: int) -> Entry:
        entry = build.entry(f"Item {number}", seen_at=build.at(number))
        title = f"Item {number}, text {version}"
        return replace(entry, title=title, summary=f"{title}. " * (1 + number % 9), author=title)

    def found(entry: Entry) -> Hit:
        return build.hit(entry, marks=(build.mark(entry.title),), told_at=build.at(1))

    def check(hit: Hit) -> None:
        entry = hit.entry
        assert {hit.marks[0].text, entry.author, entry.summary.partition(".")[0]} == {entry.title}

    def read(_: int) -> int:
        rounds = 0
        while not is_written.is_set():
            newest = store.newest_hits(COUNT)
            for hit in (*newest, *store.hits(), *store.late(newest), *newest):
                check(hit)
            for entry in store.newest_entries():
                assert entry.summary.startswith(f"{entry.title}.")
            store.let_go()
            rounds += 1
        return rounds

    is_written = Event()
    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read, number) for number in range(3)]
        try:
            for number in range(20 * COUNT):
                entries = [written(number, 0), written(number * 7 % (number + 1), 1 + number)]
                store.commit(Transaction(tuple(entries), hits=tuple(map(found, entries))))
                store.pack(is_quiet=number % 2 == 0)
                if number % 5 == 4:
                    store.prune_hits(Keep(count=COUNT))
                    store.prune_entries(Keep(count=COUNT // 2))
        finally:
            is_written.set()
        assert all(reader.result() for reader in readers)
    assert bundled(store)


def test_a_small_history_is_left_alone() -> None:
    store = MemoryStore()
    filled(store)
    assert not store.pack()
    assert bundled(store) == 0


@pytest.mark.usefixtures("packs_soon")
def test_the_file_is_the_same_whether_rows_are_packed(tmp_path: Path) -> None:
    contents = []
    for is_packed in (False, True):
        store = TinyStore.open(tmp_path / str(is_packed))
        filled(store)
        while is_packed and store.pack():
            pass
        store.compact()
        store.close()
        lines = (tmp_path / str(is_packed) / FILE_NAME).read_bytes().splitlines()
        contents.append(lines[1:])  # the first says which rewrite it is
    assert contents[0] == contents[1]


@pytest.mark.usefixtures("packs_soon")
def test_only_what_is_too_much_is_packed_until_it_is_quiet() -> None:
    store = MemoryStore()
    filled(store)
    while store.pack():
        pass
    busy = bundled(store)
    assert 0 < busy < COUNT
    while store.pack(is_quiet=True):
        pass
    assert busy < bundled(store) < COUNT, "the last that came stay as they are"


@pytest.mark.usefixtures("packs_soon")
async def test_the_writer_packs_all_it_can_once_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "QUIET_S", 0.0)
    store = MemoryStore()
    writer = Writer(store)
    filled(store)
    while store.pack():
        pass
    busy = bundled(store)
    await writer.commit(Transaction(entries=(build.entry("One more"),)))
    async with asyncio.timeout(HANG_S):
        while bundled(store) < busy + 2:
            await writer.prune_entries(Keep())  # what waits on the same thread
    await writer.close()


@pytest.mark.usefixtures("packs_soon")
async def test_the_writer_packs_while_it_has_nothing_to_write() -> None:
    store = MemoryStore()
    writer = Writer(store)
    for number in range(COUNT):
        await writer.commit(Transaction(entries=(build.entry(f"Item {number}", summary="Two columns. " * 9),)))
    async with asyncio.timeout(HANG_S):
        while bundled(store) < COUNT // 2:
            await writer.prune_entries(Keep())  # what waits on the same thread
    await writer.close()
    assert len(list(store.entries())) == COUNT


def test_a_row_in_a_bundle_is_read_while_it_moves_there() -> None:
    row = EntryRow.of(build.entry("Kursk"))
    before = row.json
    row.put_into(bundle_of([b"{}", before]), 1)
    assert row.json == before
    assert row.value().title == "Kursk"


def hit_of_story(number: int) -> HitRow:
    hit = build.hit(build.entry(f"Item {number}"), story_id=StoryId("one"))
    return HitRow.of(hit, is_whole=True)


@given(st.lists(st.tuples(st.sampled_from(["join", "leave", "replace"]), st.integers(0, 150)), max_size=400))
def test_a_story_of_any_number_of_hits_has_each_once_in_their_order(steps: list[tuple[str, int]]) -> None:
    groups, there = HitGroups(lambda hit: hit.story_id), {n: ROWS[n] for n in range(70)}
    for row in there.values():
        groups.join(row)
    for step, number in steps:
        match step:
            case "join" if number not in there:
                there[number] = ROWS[number]
                groups.change(None, ROWS[number])
            case "leave" if number in there:
                groups.change(there.pop(number), None)
            case "replace" if number in there:
                fresh = HitRow.of(build.hit(build.entry(f"Item {number}"), story_id=StoryId("one")), is_whole=True)
                groups.change(there[number], fresh)
                there[number] = fresh
            case _:
                pass
    assert [id(row) for row in groups.of("one")] == [id(row) for row in there.values()]
    assert ("one" in groups) == bool(there)


ROWS = [hit_of_story(number) for number in range(151)]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc"))))
def test_the_ids_of_a_feed_are_those_that_came_and_did_not_go(steps: list[tuple[bool, str]]) -> None:
    groups, there = IdGroups(), dict[str, None]()
    feed = build.entry("x").feed_id
    for is_added, name in steps:
        if not is_added:
            groups.remove(feed, name)
            there.pop(name, None)
        elif name not in there:
            groups.add(feed, name)
            there[name] = None
    assert groups.of(feed) == list(there)


def test_thousands_of_entries_with_one_title_come_and_go_quickly() -> None:
    store = MemoryStore()
    begun = datetime(2026, 11, 22, tzinfo=UTC)
    many = 4_000
    entries = [
        build.entry(
            "Weather",
            key=f"{number:016x}",
            link=f"https://w.example/{number}",
            seen_at=begun + timedelta(seconds=number),
        )
        for number in range(many)
    ]
    hits = tuple(build.hit(entry, story_id=StoryId("one"), told_at=begun) for entry in entries)
    store.commit(Transaction(tuple(entries), (), tuple(map(build.identity, entries)), hits))
    title = build.identity(entries[0]).title
    assert store.story_by_title(title) == (StoryId("one"), entries[-1].seen_at)
    assert len(store.prune_hits(Keep(count=10))) == many - 10
    assert store.story_by_title(title) == (StoryId("one"), entries[-1].seen_at)
    forgotten = tuple((entry.feed_id, entry.key) for entry in entries[: many // 2])
    store.commit(Transaction(forgotten=forgotten))
    assert len(store.identities(entries[0].feed_id)) == many // 2
