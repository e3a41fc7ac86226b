"""A file that is written piece by piece is the old one or the new one, too."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from newswatch.atomic import written_atomically


def test_what_is_written_in_the_block_becomes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with written_atomically(path) as file:
        file.write(b"one\n")
        assert not path.exists()
        file.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_block_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_half(path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("out", b"old")]


def write_half(path: Path) -> None:
    with written_atomically(path) as file:
        file.write(b"new")
        raise RuntimeError


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), written_atomically(tmp_path) as file:
        file.write(b"x")
