"""What `newswatch run --once` says of feeds that did not answer, also when it is ended before its end."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

HANG_S = 60.0


def home_of(folder: Path, *addresses: str) -> Path:
    home = folder / "home"
    home.mkdir()
    lines = "".join(f'<outline type="rss" text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(addresses))
    (home / "feeds.opml").write_text(f'<opml version="2.0"><head/><body>{lines}</body></opml>', "utf-8")
    (home / "rules.toml").write_text("version = 1\n", "utf-8")
    (home / "settings.toml").write_text("", "utf-8")
    return home


def once(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newswatch", "--home", str(home), "run", "--once"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_feed_that_was_not_heard_to_the_end_is_not_one_that_answered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(HANG_S)
        running = once(home_of(tmp_path, "http://127.0.0.1:1/rss", f"http://127.0.0.1:{mute.getsockname()[1]}/rss"))
        asked, _ = mute.accept()  # and never answered
        running.terminate()
        _, said = running.communicate(timeout=HANG_S)
        asked.close()
    assert running.returncode == 143
    assert not said or "0 of 2 feeds answered; 1 was not checked" in said  # the other one may not have failed yet


def test_a_feed_that_refuses_is_named_with_its_reason(tmp_path: Path) -> None:
    running = once(home_of(tmp_path, "http://127.0.0.1:1/rss"))
    _, said = running.communicate(timeout=HANG_S)
    assert running.returncode == 4
    assert "0 of 1 feed answered\n" in said
    assert "Feed 0: " in said
