"""`newswatch db …` as a person or a script meets it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newswatch.store.api import Transaction
from newswatch.store.backup import back_up, backups_of
from newswatch.store.care import set_aside_files
from newswatch.store.lines import frame
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build

HANG_S = 60.0
TITLES = ("First", "Second", "Third")


@dataclass(frozen=True)
class Said:
    """What a process said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def newswatch(home: Path, *words: str) -> Said:
    command = [sys.executable, "-m", "newswatch", "--home", str(home), *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, check=False)
    return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three hits; the first was changed twice."""
    folder = tmp_path / "home"
    store = TinyStore.open(folder)
    for title in TITLES:
        entry = build.entry(title)
        store.commit(Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),)))
    for minute in (1, 2):
        store.commit(Transaction(hits=(build.hit(build.entry("First"), told_at=build.at(minute)),)))
    store.close()
    return folder


def hits(home: Path) -> list[str]:
    store = TinyStore.read(home)
    found = sorted(hit.entry.title for hit in store.hits())
    store.close()
    return found


def test_a_history_without_fault_is_well(home: Path) -> None:
    said = newswatch(home, "db", "check")
    assert (said.code, said.err) == (0, "")
    assert "9 rows" in said.out
    assert "entries 3 · hits 3 · identities 3" in said.out
    assert "2 rows were replaced" in said.out
    assert "no good backup yet" in said.out
    assert said.out.endswith("all is well\n")
    data = newswatch(home, "db", "check", "--json").data
    assert (data["damaged_lines"], data["wasted_rows"], data["writer"], data["findings"]) == (0, 2, None, [])
    assert data["rows"]["hits"] == 3
    assert sorted(path.name for path in home.iterdir()) == [FILE_NAME, "lock"]


def test_damage_unreadable_rows_and_a_bad_backup_are_found_and_nothing_is_changed(home: Path) -> None:
    path = home / FILE_NAME
    back_up(path, build.at()).path.write_bytes(b"\x1f\x8b no backup")
    damaged = path.read_bytes().replace(b"Second", b"Zecond") + frame(b'[["put","hits",{"x":{"mood":"grim"}}]]')
    path.write_bytes(damaged)
    said = newswatch(home, "db", "check")
    assert said.code == 1
    for finding in ("1 line is damaged", "1 row cannot be read", "FOUND: backup history-20261122T143000Z.journal.gz"):
        assert finding in said.out
    assert path.read_bytes() == damaged


def test_a_file_that_cannot_be_used_is_found(home: Path) -> None:
    for content, word in ((b"null", "no first line"), (b"", "is empty")):
        (home / FILE_NAME).write_bytes(content)
        said = newswatch(home, "db", "check")
        assert (said.code, word in said.out) == (1, True)
        assert (home / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize("content", [b"null", b"", None], ids=["foreign", "empty", "gone"])
@pytest.mark.parametrize("has_backup", [True, False])
def test_what_is_said_of_the_next_start_is_what_it_does(home: Path, content: bytes | None, *, has_backup: bool) -> None:
    path = home / FILE_NAME
    if has_backup:
        back_up(path, build.at())
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    said = newswatch(home, "db", "check")
    found = said.out.partition("FOUND: ")[2]
    store = TinyStore.open(home)
    rows, aside = len(list(store.hits())), set_aside_files(path)
    store.close()
    if content is None and not has_backup:
        assert (said.code, found, rows) == (0, "", 0)
        return
    assert said.code == 1
    assert ("restores the newest good backup" in found) is has_backup is (rows == 3)
    assert ("begins anew" in found) is not has_backup
    assert ("sets it aside" in found) is bool(aside) is (content is not None)


def test_a_first_line_that_is_damaged_alone_costs_nothing(home: Path) -> None:
    path = home / FILE_NAME
    path.write_bytes(b"#" + path.read_bytes())
    assert "sets it aside and keeps its rows" in newswatch(home, "db", "check").out
    TinyStore.open(home).close()
    assert hits(home) == sorted(TITLES)


@pytest.mark.parametrize("content", [b"null", b"", None], ids=["foreign", "empty", "gone"])
def test_verbs_that_read_do_not_take_a_damaged_history_for_an_empty_one(home: Path, content: bytes | None) -> None:
    path = home / FILE_NAME
    back_up(path, build.at())
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for verb in (("hits",), ("status",), ("export",)):
        said = newswatch(home, *verb)
        assert (said.code, said.out) == (5, "")
        assert "`newswatch db check`" in said.err
    assert (path.read_bytes() if path.exists() else None) == content


def test_verbs_that_read_say_how_many_lines_are_damaged(home: Path) -> None:
    path = home / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b"Second", b"Zecond"))
    said = newswatch(home, "hits")
    assert (said.code, "First" in said.out, "Second" in said.out) == (0, True, False)
    assert "1 damaged line cannot be read" in said.err


def test_a_home_without_a_history_has_none(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    said = newswatch(home, "db", "check")
    assert (said.code, "no history yet" in said.out) == (0, True)
    for verb in ("backup", "compact"):
        said = newswatch(home, "db", verb)
        assert (said.code, "no history yet" in said.err) == (5, True)
    assert not home.exists()


def test_a_backup_goes_beside_the_daily_ones_and_can_be_restored_from(home: Path) -> None:
    said = newswatch(home, "db", "backup")
    assert said.code == 0
    (backup,) = backups_of(home / FILE_NAME)
    assert said.out == f"{backup.path}\n"
    assert "1 good backup," in newswatch(home, "db", "check").out
    (home / FILE_NAME).write_bytes(b"[]")
    said = newswatch(home, "db", "compact")
    assert said.code == 0
    assert "rows were restored" in said.err
    assert hits(home) == list(TITLES)
    assert "set aside in the past" in newswatch(home, "db", "check").out


def test_a_backup_can_go_anywhere_but_over_another_file(home: Path, tmp_path: Path) -> None:
    whole = (home / FILE_NAME).read_bytes()
    for name in ("copy.journal", "copy.journal.gz"):
        target = tmp_path / name
        said = newswatch(home, "db", "backup", str(target))
        assert (said.code, said.out) == (0, f"{target}\n")
        copy = target.read_bytes()
        assert (gzip.decompress(copy) if name.endswith(".gz") else copy) == whole
        assert target.stat().st_mode & 0o777 == 0o600
        assert newswatch(home, "db", "backup", str(target)).code == 2
        assert target.read_bytes() == copy


def test_what_cannot_be_written_is_said_in_a_sentence(home: Path, tmp_path: Path) -> None:
    said = newswatch(home, "db", "backup", str(tmp_path / "none" / "copy.journal"))
    assert said.code == 5
    assert "copy.journal could not be written" in said.err
    assert "Traceback" not in said.err


def test_compaction_leaves_out_what_is_no_longer_so(home: Path) -> None:
    before = (home / FILE_NAME).stat().st_size
    said = newswatch(home, "db", "compact")
    assert said.code == 0
    assert "before" in said.out
    assert (home / FILE_NAME).stat().st_size < before
    assert hits(home) == list(TITLES)
    assert newswatch(home, "db", "check", "--json").data["wasted_rows"] == 0


def test_while_a_monitor_runs_only_compaction_is_refused(home: Path) -> None:
    store = TinyStore.open(home)
    try:
        said = newswatch(home, "db", "compact")
        assert said.code == 5
        assert str(os.getpid()) in said.err
        check = newswatch(home, "db", "check")
        assert (check.code, f"process {os.getpid()} is writing it" in check.out) == (0, True)
        assert newswatch(home, "db", "backup").code == 0
    finally:
        store.close()
    assert set_aside_files(home / FILE_NAME) == []


def test_a_monitor_without_a_screen_says_that_the_history_was_restored(home: Path) -> None:
    back_up(home / FILE_NAME, build.at())
    (home / FILE_NAME).write_bytes(b"null")
    for name, content in (("rules.toml", "version = 1\n"), ("settings.toml", "")):
        (home / name).write_text(content, "utf-8")
    (home / "feeds.opml").write_text(
        '<opml version="2.0"><head/><body>'
        '<outline type="rss" text="Nobody" xmlUrl="http://127.0.0.1:1/rss"/></body></opml>',
        "utf-8",
    )
    said = newswatch(home, "run", "--once", "--json")
    assert said.code == 4
    assert "9 rows were restored from the backup of 2026-11-22 14:30 UTC" in said.err
    assert {json.loads(line)["title"] for line in said.out.splitlines()} == {"Second", "Third"}  # those not told yet
