from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from newswatch import atomic
from newswatch.errors import FileChanged

CALLS = ("os.open", "tempfile.mkstemp", "os.fdopen", "os.fchmod", "os.fsync", "os.replace", "fcntl.flock")


def test_a_file_gets_its_new_content(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    atomic.write_atomically(path, b"one")
    atomic.write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rules.toml"]


def test_a_new_file_is_for_the_person_alone_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    atomic.write_atomically(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o664)
    atomic.write_atomically(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_symlink_stays_one_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "rules.toml"
    target.write_bytes(b"one")
    link = tmp_path / "rules.toml"
    link.symlink_to(Path("dotfiles") / "rules.toml")
    atomic.write_atomically(link, b"two")
    assert link.is_symlink()
    assert target.read_bytes() == b"two"


def test_a_symlink_to_nothing_makes_the_file_where_it_points(tmp_path: Path) -> None:
    link = tmp_path / "rules.toml"
    link.symlink_to(tmp_path / "real.toml")
    atomic.write_atomically(link, b"two")
    assert link.is_symlink()
    assert (tmp_path / "real.toml").read_bytes() == b"two"


def test_links_in_a_circle_are_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match="symbolic links") as caught:
        atomic.write_atomically(tmp_path / "a", b"")
    assert "circle" in atomic.explain(caught.value, tmp_path / "a")
    assert (tmp_path / "a").is_symlink()


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"read")
    known = atomic.fingerprint_of(path)
    path.write_bytes(b"changed by hand")
    with pytest.raises(FileChanged):
        atomic.write_atomically(path, b"new", expected=known)
    assert path.read_bytes() == b"changed by hand"


def test_a_file_that_came_since_is_not_overwritten_and_one_that_is_still_absent_is_made(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    assert atomic.fingerprint_of(path) == atomic.ABSENT
    atomic.write_atomically(path, b"new", expected=atomic.ABSENT)
    with pytest.raises(FileChanged):
        atomic.write_atomically(path, b"newer", expected=atomic.ABSENT)
    assert path.read_bytes() == b"new"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        atomic.write_atomically(tmp_path, b"")
    assert "move it away" in atomic.explain(caught.value, tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "rules.toml"
    with pytest.raises(FileNotFoundError) as caught:
        atomic.write_atomically(path, b"")
    assert f"Make the folder {path.parent}" in atomic.explain(caught.value, path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_or_folder_is_respected_and_told(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"mine")
    path.chmod(0o400)
    with pytest.raises(PermissionError) as caught:
        atomic.write_atomically(path, b"new")
    sentence = atomic.explain(caught.value, path)
    assert str(path) in sentence
    assert "chmod u+w" in sentence
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        atomic.write_atomically(path, b"new")
    tmp_path.chmod(0o700)
    assert path.read_bytes() == b"mine"


def test_a_read_only_file_is_not_replaced_behind_its_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"mine")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as it is for all but root
    with pytest.raises(PermissionError):
        atomic.write_atomically(path, b"new")
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("call", CALLS)
def test_whatever_call_fails_the_file_is_the_old_one_or_the_new_one_and_no_litter_stays(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"old")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(f"{atomic.__name__}.{call}", full_disk)
        with pytest.raises(OSError, match="No space") as caught:
            atomic.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rules.toml"]
    assert "Make room" in atomic.explain(caught.value, path)


def test_a_process_killed_at_any_call_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    script = textwrap.dedent(
        f"""
        import os, sys
        from pathlib import Path
        from newswatch import atomic
        left = int(sys.argv[1])
        def deadly(module, name):
            real = getattr(module, name)
            def call(*args, **kwargs):
                global left
                left -= 1
                if left == 0:
                    os._exit(9)
                return real(*args, **kwargs)
            setattr(module, name, call)
        for dotted in {CALLS!r}:
            module, _, name = dotted.partition(".")
            deadly(getattr(atomic, module), name)
        atomic.write_atomically(Path(sys.argv[2]), b"new")
        """
    )
    seen = set()
    for point in range(1, 40):
        path.write_bytes(b"old")
        code = subprocess.run([sys.executable, "-c", script, str(point), str(path)], check=False, timeout=60).returncode
        seen.add(path.read_bytes())
        if code == 0:
            break
    assert code == 0
    assert point > len(CALLS)
    assert seen == {b"old", b"new"}


def test_a_lock_that_nobody_gives_back_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(
        fcntl, "flock", lambda *_: (_ for _ in ()).throw(BlockingIOError(errno.EAGAIN, "Resource unavailable"))
    )
    with pytest.raises(BlockingIOError) as caught:
        atomic.write_atomically(tmp_path / "rules.toml", b"new")
    assert "Another newswatch" in atomic.explain(caught.value, tmp_path / "rules.toml")


def test_a_disk_without_locks_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    atomic.write_atomically(tmp_path / "rules.toml", b"new")
    assert (tmp_path / "rules.toml").read_bytes() == b"new"
