"""The command line as a person or a script meets it: a process with arguments, streams and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HANG_S = 60


# Whatever these tests run may not leave this machine: a proxy that nobody listens at.
NO_NETWORK = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}


def newswatch(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newswatch", *arguments],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        stdin=subprocess.DEVNULL,
        env=NO_NETWORK,
        check=False,
    )


def test_version_and_help() -> None:
    assert newswatch("--version").stdout.startswith("newswatch, version ")
    said = newswatch("--help")
    assert said.returncode == 0
    assert "demo" in said.stdout


@pytest.mark.parametrize("group", [(), ("feeds",), ("rules",), ("db",), ("config",)])
def test_no_verb_is_told_in_a_sentence_that_breaks_off(group: tuple[str, ...]) -> None:
    listed = newswatch(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(listed) > 1
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_without_a_terminal_the_screen_is_refused_with_a_hint(arguments: tuple[str, ...], tmp_path: Path) -> None:
    said = newswatch("--home", str(tmp_path), *arguments)
    assert (said.returncode, said.stdout) == (2, "")
    assert "newswatch run" in said.stderr


def test_an_unknown_verb_is_a_usage_error() -> None:
    assert newswatch("frobnicate").returncode == 2


def test_config_path_names_everything_and_touches_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = newswatch("--home", str(home), "config", "path")
    assert str(home / "rules.toml") in said.stdout
    assert not home.exists()


def test_an_empty_home_gets_the_starter_files_and_they_are_good(tmp_path: Path) -> None:
    said = newswatch("--home", str(tmp_path), "run", "--once")
    assert said.returncode == 4, said.stderr  # no feed answered, and nothing else was wrong
    for name in ("feeds.opml", "rules.toml", "settings.toml"):
        assert str(tmp_path / name) in said.stderr
    assert "demo" in said.stderr


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("rules.toml", "version = 1\n[[rule]\n", "rules.toml:2"),
        ("rules.toml", "version = 1\n[[rule]]\nid = 'a'\nquerry = 'x'\n", "rules.toml:4"),
        ("settings.toml", "[polling]\nintervall = '5m'\n", "settings.toml:2"),
        ("feeds.opml", "<opml version='2.0'>\n<body><outline", "feeds.opml:2"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_start_with_3_and_its_place(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    (tmp_path / "feeds.opml").write_text("<opml version='2.0'><body/></opml>", "utf-8")
    (tmp_path / name).write_text(content, "utf-8")
    said = newswatch("--home", str(tmp_path), "run", "--once")
    assert said.returncode == 3
    assert place in said.stderr
    assert "Traceback" not in said.stderr


def test_a_folder_that_cannot_be_made_is_5_and_names_the_path(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("", "utf-8")
    said = newswatch("--home", str(blocker / "home"), "run", "--once")
    assert said.returncode == 5
    assert str(blocker) in said.stderr
    assert "Traceback" not in said.stderr


def test_a_stdout_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Nothing that was not printed is marked told: the next run prints it."""
    said = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m newswatch --home {tmp_path} run --once >&-"],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        env=NO_NETWORK,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
