"""`newswatch db restore`: a backup takes the place of the history, and nothing is lost by it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newswatch.store.api import Transaction
from newswatch.store.backup import FOLDER, back_up
from newswatch.store.care import KEPT_ASIDE, KEPT_ASIDE_FOR, set_aside_files
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build

HANG_S = 60.0


def newswatch(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newswatch", "--home", str(home), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, check=False)


def add(home: Path, title: str) -> None:
    store = TinyStore.open(home)
    entry = build.entry(title)
    store.commit(Transaction((entry,), (), (build.identity(entry),), (build.hit(entry),)))
    store.close()


def titles(home: Path) -> set[str]:
    store = TinyStore.read(home)
    try:
        return {hit.entry.title for hit in store.hits()}
    finally:
        store.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a backup that has one hit; a second came later."""
    folder = tmp_path / "home"
    add(folder, "First")
    back_up(folder / FILE_NAME, datetime(2026, 11, 22, 6, tzinfo=UTC))
    add(folder, "Second")
    return folder


def test_the_newest_good_backup_comes_back_and_what_was_there_stays(home: Path) -> None:
    before = (home / FILE_NAME).read_bytes()
    (home / FOLDER / "history-20261122T070000Z.journal.gz").write_bytes(b"newer, and not good")
    said = newswatch(home, "db", "restore")
    assert said.returncode == 0, said.stderr
    assert "history-20261122T060000Z.journal.gz" in said.stdout
    assert titles(home) == {"First"}
    (aside,) = set_aside_files(home / FILE_NAME)
    assert aside.name in said.stderr
    assert aside.read_bytes() == before


def test_a_named_backup_comes_back_from_the_folder_or_from_anywhere(home: Path, tmp_path: Path) -> None:
    (backup,) = (home / FOLDER).iterdir()
    assert newswatch(home, "db", "restore", backup.name).returncode == 0
    assert titles(home) == {"First"}
    add(home, "Third")
    elsewhere = tmp_path / "copy.journal"
    assert newswatch(home, "db", "backup", str(elsewhere)).returncode == 0
    assert newswatch(home, "db", "restore").returncode == 0
    assert newswatch(home, "db", "restore", str(elsewhere)).returncode == 0
    assert titles(home) == {"First", "Third"}


def test_what_was_set_aside_can_be_restored(home: Path) -> None:
    newswatch(home, "db", "restore")
    (aside,) = set_aside_files(home / FILE_NAME)
    assert newswatch(home, "db", "restore", str(aside)).returncode == 0
    assert titles(home) == {"First", "Second"}


def test_a_history_that_is_gone_comes_back(home: Path) -> None:
    (home / FILE_NAME).unlink()
    assert newswatch(home, "db", "restore").returncode == 0
    assert titles(home) == {"First"}


@pytest.mark.parametrize("content", [b"", b"null", b"newswatch", b"\x1f\x8b broken"])
def test_what_is_no_backup_changes_nothing(home: Path, tmp_path: Path, content: bytes) -> None:
    before = (home / FILE_NAME).read_bytes()
    (tmp_path / "odd.gz").write_bytes(content)
    said = newswatch(home, "db", "restore", str(tmp_path / "odd.gz"))
    assert said.returncode == 2
    assert "Nothing was changed" in said.stderr
    assert (home / FILE_NAME).read_bytes() == before
    assert not set_aside_files(home / FILE_NAME)


def test_a_cut_backup_changes_nothing(home: Path, tmp_path: Path) -> None:
    (backup,) = (home / FOLDER).iterdir()
    cut = tmp_path / "cut.journal.gz"
    cut.write_bytes(backup.read_bytes()[:-12])
    before = (home / FILE_NAME).read_bytes()
    assert newswatch(home, "db", "restore", str(cut)).returncode == 2
    assert (home / FILE_NAME).read_bytes() == before


def test_without_any_backup_it_says_so(home: Path) -> None:
    for backup in (home / FOLDER).iterdir():
        backup.unlink()
    said = newswatch(home, "db", "restore")
    assert said.returncode == 5
    assert "no good backup" in said.stderr
    assert newswatch(home, "db", "restore", "none.gz").returncode == 2
    assert titles(home) == {"First", "Second"}


def test_nothing_is_restored_while_another_process_writes(home: Path) -> None:
    store = TinyStore.open(home)
    try:
        said = newswatch(home, "db", "restore")
    finally:
        store.close()
    assert said.returncode == 5
    assert str(os.getpid()) in said.stderr
    assert titles(home) == {"First", "Second"}


def test_of_what_was_set_aside_the_newest_stay_and_what_is_young(home: Path) -> None:
    journal = home / FILE_NAME
    now = datetime.now(UTC)
    days = [
        KEPT_ASIDE_FOR.days + 3,
        KEPT_ASIDE_FOR.days + 2,
        *range(KEPT_ASIDE_FOR.days - 1, KEPT_ASIDE_FOR.days - 6, -1),
    ]
    for number, age in enumerate(days):
        why = "corrupt" if number % 2 else "replaced"
        (home / f"{FILE_NAME}.{why}-{now - timedelta(days=age):%Y%m%dT%H%M%SZ}").touch()
    mine = home / f"{FILE_NAME}.corrupt-mine"
    mine.touch()
    TinyStore.open(home).close()
    left = set_aside_files(journal)
    assert mine in left  # a name of somebody else's
    assert len(left) == 1 + KEPT_ASIDE
    (home / f"{FILE_NAME}.corrupt-{now - timedelta(days=1):%Y%m%dT%H%M%SZ}").touch()
    TinyStore.open(home).close()
    assert len(set_aside_files(journal)) == 2 + KEPT_ASIDE, "more than that stay while they are young"
