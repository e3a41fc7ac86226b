"""What the durable store keeps when it is killed, when the disk fails, and when the file was damaged."""

from __future__ import annotations

import errno
import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest

from newswatch.errors import StoreError
from newswatch.model.entry import Entry
from newswatch.model.event import Totals
from newswatch.model.hit import HitId
from newswatch.store import codec
from newswatch.store.api import Keep, Transaction
from newswatch.store.appendlog import frame
from newswatch.store.checkup import check
from newswatch.store.tiny import FILE_NAME, Opening, TinyStore
from newswatch.testing import build
from tests.failing_disk import FailingDisk, QuickDisk

KILLS = 10

# Commits for ever, and names each hit on stdout once its commit has returned; rewrites the file now and then.
WRITER = """
import sys
from pathlib import Path
from newswatch.store.api import Keep, Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from dataclasses import replace
store = TinyStore.open(Path(sys.argv[1]))
for n in range(10**9):
    entries = [build.entry(f"Round {sys.argv[2]}, report {n}.{m}", summary="word " * 200) for m in range(3)]
    hits = [build.hit(entry) for entry in entries]
    store.commit(Transaction(tuple(entries), (), tuple(map(build.identity, entries)), tuple(hits)))
    print(*(hit.id for hit in hits), flush=True)
    store.commit(Transaction(hits=(replace(hits[0], told_at=build.at(n)),)))
    if n % 7 == 6:
        store.compact()
"""


def found(entry: Entry) -> Transaction:
    """What a poll commits."""
    return Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),))


def opened(folder: Path, disk: QuickDisk | None = None) -> TinyStore:
    return TinyStore.open(folder, disk=disk or QuickDisk())


def contents(store: TinyStore) -> tuple[object, ...]:
    feeds = {entry.feed_id for entry in store.entries()} | {build.feed().id}
    return (
        set(store.entries()),
        set(store.hits()),
        [store.identities(feed_id) for feed_id in sorted(feeds)],
        store.feed_states(),
        store.totals(),
        store.untold(99),
        store.newest_hits(99),
    )


def test_nothing_acknowledged_is_lost_and_nothing_is_torn_by_kill_9(tmp_path: Path) -> None:
    seed = random.Random(5)
    acknowledged: set[HitId] = set()
    for round_ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(round_)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(seed.randrange(1, 40)):
            acknowledged.update(map(HitId, writer.stdout.readline().split()))
        writer.kill()
        for line in writer.communicate()[0].splitlines(keepends=True):
            if line.endswith("\n"):
                acknowledged.update(map(HitId, line.split()))
        store = TinyStore.open(tmp_path)
        stored = {hit.id: hit for hit in store.hits()}
        assert acknowledged <= stored.keys()
        assert store.opening.damaged_lines == store.opening.unreadable_rows == 0
        totals = store.totals()
        assert totals.entries == totals.hits == len(store.identities(build.feed().id))
        assert totals.hits % 3 == 0
        assert all(store.entry(hit.entry.feed_id, hit.entry.key) is hit.entry for hit in stored.values())
        store.close()
    assert len(acknowledged) > KILLS


class PhotoDisk(QuickDisk):
    """Keeps a copy of the folder after every step, and in the middle of every write: each a place to be killed at."""

    def __init__(self, folder: Path, photos: Path) -> None:
        self._folder = folder
        self._photos = photos
        self.taken: list[Path] = []

    def _photo(self) -> None:
        self.taken.append(self._photos / str(len(self.taken)))
        copytree(self._folder, self.taken[-1])

    def open(self, path: Path, *, create: bool = False) -> int:
        """See `Disk.open`."""
        fd = super().open(path, create=create)
        self._photo()
        return fd

    def write(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """See `Disk.write`."""
        for length in (1, len(data) // 2, len(data) - 1, len(data)):
            super().write(fd, data[:length], offset)
            self._photo()
        return len(data)

    def replace(self, source: Path, target: Path) -> None:
        """See `Disk.replace`."""
        super().replace(source, target)
        self._photo()


def test_killed_at_any_step_of_any_write_the_store_opens_with_old_or_new(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    disk = PhotoDisk(folder, tmp_path / "photos")
    store = opened(folder, disk)
    kursk = build.entry("North Korean troops seen in Kursk")
    states = [contents(store)]
    for change in (
        lambda: store.commit(found(kursk)),
        lambda: store.commit(Transaction(entries=(replace(kursk, title="Identified"),))),
        lambda: store.commit(Transaction(hits=(replace(build.hit(kursk), told_at=build.at(1)),))),
        lambda: store.commit(found(build.entry("Second"))),
        lambda: store.commit(Transaction(entries=(build.entry("Third"),))),
        lambda: store.prune_entries(Keep(since=build.at(99))),
        store.compact,
    ):
        change()
        states.append(contents(store))
    store.close()
    reached = 0
    for photo in disk.taken:
        survivor = opened(photo)
        reached = states.index(contents(survivor), reached)  # never back to an older state
        survivor.close()
    assert reached >= len(states) - 2
    assert len(disk.taken) > 4 * (len(states) - 1)


@pytest.mark.parametrize(
    "fault",
    [
        lambda: FailingDisk(errno.ENOSPC),
        lambda: FailingDisk(errno.ENOSPC, is_short=True),
        lambda: FailingDisk(errno.EIO),
        lambda: FailingDisk(errno.EIO, for_ever=True),
    ],
)
def test_a_commit_that_fails_at_any_step_leaves_everything_as_it_was(
    tmp_path: Path, fault: Callable[[], FailingDisk]
) -> None:
    kursk = build.entry("North Korean troops seen in Kursk")
    revised = replace(kursk, title="Kursk: troops identified", revised_at=build.at(3))
    second = replace(found(build.entry("Second")), forgotten=((kursk.feed_id, kursk.key),), entries=(revised,))
    for step in count():
        folder = tmp_path / str(step)
        disk = fault()
        store = opened(folder, disk)
        store.commit(found(kursk))
        before = contents(store)
        disk.arm(step)
        try:
            store.commit(second)
        except StoreError:
            pass
        else:
            store.close()
            assert step >= 2
            return
        assert contents(store) == before
        disk.heal()
        store.commit(found(build.entry("Third")))
        after = contents(store)
        store.close()
        store = opened(folder)
        assert contents(store) == after
        store.close()


def test_a_prune_that_fails_drops_nothing(tmp_path: Path) -> None:
    disk = FailingDisk(errno.EIO)
    store = opened(tmp_path, disk)
    store.commit(Transaction(entries=(build.entry(),)))
    disk.arm(0)
    with pytest.raises(StoreError, match="could not be written"):
        store.prune_entries(Keep(since=build.at(99)))
    assert store.totals() == Totals(entries=1)
    assert store.prune_entries(Keep(since=build.at(99))) == 1
    store.close()


class SlowDisk(QuickDisk):
    """A disk whose sync waits to be let go."""

    def __init__(self) -> None:
        self.is_waiting = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def sync(self, fd: int) -> None:  # noqa: ARG002 - Disk's signature
        """Waits."""
        self.is_waiting.set()
        assert self.may_go_on.wait(30)


def test_reads_wait_for_no_disk_and_see_only_what_is_durable(tmp_path: Path) -> None:
    disk = SlowDisk()
    store = opened(tmp_path, disk)
    store.commit(found(build.entry("First")))
    before = contents(store)
    disk.may_go_on.clear()
    disk.is_waiting.clear()
    writer = threading.Thread(target=store.commit, args=(found(build.entry("Second")),))
    writer.start()
    try:
        assert disk.is_waiting.wait(30)
        assert contents(store) == before
    finally:
        disk.may_go_on.set()
        writer.join()
    assert store.totals().hits == 2
    store.close()


def test_a_file_cut_at_any_byte_of_its_last_line_opens_with_all_but_that(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.commit(found(build.entry("First")))
    first = contents(store)
    start = (tmp_path / FILE_NAME).stat().st_size
    store.commit(found(build.entry("Second")))
    store.close()
    whole = (tmp_path / FILE_NAME).read_bytes()
    for end in range(start, len(whole)):
        (tmp_path / FILE_NAME).write_bytes(whole[:end])
        store = opened(tmp_path)
        assert contents(store) == first
        assert store.opening == Opening(torn_bytes=end - start)
        store.close()


def test_a_damaged_line_costs_its_rows_only_and_says_so(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for title in ("First", "Second", "Third"):
        store.commit(found(build.entry(title)))
    store.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b"Second", b"Zecond"))
    assert check(path).findings == ["1 line is damaged; the next start keeps it in a quarantine file"]
    store = opened(tmp_path)
    assert {entry.title for entry in store.entries()} == {"First", "Third"}
    assert store.opening == Opening(damaged_lines=1)
    store.close()
    assert b"Zecond" in path.with_name(FILE_NAME + ".quarantine").read_bytes()
    store = opened(tmp_path)
    assert store.opening == Opening()
    store.commit(found(build.entry("Second")))
    assert store.totals().hits == 3
    store.close()


def test_rows_that_this_version_cannot_read_stay_in_the_file(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.commit(found(build.entry("First")))
    store.close()
    path = tmp_path / FILE_NAME
    later = (
        b'[["put","hits",{"x":{"id":"x","mood":"grim"}}],["put","entries",{"y":{"feed":1}}],["put","moods",{"z":{}}]]'
    )
    path.write_bytes(path.read_bytes() + frame(later))
    store = opened(tmp_path)
    assert store.totals() == Totals(entries=1, hits=1, untold=1)
    assert store.opening == Opening(unreadable_rows=2)
    store.compact()
    store.close()
    for part in (b'"x":{"id":"x","mood":"grim"}', b'"y":{"feed":1}', b'"moods",{"z":{}}'):
        assert part in path.read_bytes()


def test_a_hit_that_brings_its_entry_but_not_its_name_keeps_nobody_from_the_history(tmp_path: Path) -> None:
    entry = build.entry("First")
    store = opened(tmp_path)
    store.commit(found(entry))
    store.close()
    path = tmp_path / FILE_NAME
    row = codec.encode_hit(build.hit(entry, id=HitId("x")), is_whole=True)
    del row["feed"]
    path.write_bytes(path.read_bytes() + frame(json.dumps([["put", "hits", {"x": row}]]).encode()))
    assert check(path).findings == ["1 row cannot be read by this version; it stays in the file"]
    store = opened(tmp_path)
    assert store.damage() == "1 row cannot be read by this version; it stays in the file"
    assert store.totals() == Totals(entries=1, hits=1, untold=1)
    store.close()


def test_a_hit_whose_entry_was_lost_is_set_apart_until_the_entry_is_found_again(tmp_path: Path) -> None:
    entry = build.entry("First")
    store = opened(tmp_path)
    store.commit(Transaction(entries=(entry,)))
    store.commit(Transaction(hits=(build.hit(entry),)))
    store.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b'"First"', b'"Fyrst"'))
    store = opened(tmp_path)
    assert store.opening == Opening(damaged_lines=1, unreadable_rows=1)
    assert store.totals() == Totals()
    store.commit(Transaction(entries=(entry,)))
    store.close()
    store = opened(tmp_path)
    assert list(store.hits()) == [build.hit(entry)]
    store.close()


def test_the_text_of_an_entry_stands_in_the_file_once(tmp_path: Path) -> None:
    entry = build.entry("First", content="A sentence that is found nowhere else.")
    store = opened(tmp_path)
    store.commit(found(entry))
    store.commit(Transaction(hits=(replace(build.hit(entry), told_at=build.at(1)),)))
    store.commit(Transaction(hits=(build.hit(replace(entry), is_starred=True),)))  # an equal entry, not the same one
    assert store.untold(1)[0].entry is store.entry(entry.feed_id, entry.key)
    store.close()
    assert (tmp_path / FILE_NAME).read_bytes().count(b"found nowhere else") == 1


def test_a_store_that_only_reads_sees_what_the_writer_made_durable_and_writes_nothing(tmp_path: Path) -> None:
    assert TinyStore.read(tmp_path / "none").totals() == Totals()
    assert not (tmp_path / "none").exists()
    writer = opened(tmp_path)
    writer.commit(found(build.entry("First")))
    reader = TinyStore.read(tmp_path)
    assert contents(reader) == contents(writer)
    with pytest.raises(StoreError, match="read only"):
        reader.commit(found(build.entry("Second")))
    reader.close()
    writer.close()
