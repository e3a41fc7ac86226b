"""What import-linter cannot see: what is really loaded, at the moment it is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"textual", "httpx", "feedparser", "tinydb", "rich"}


def loaded_by(statement: str) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after this statement."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return HEAVY & set(run.stdout.split())


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import newswatch.cli.main", set()),
        ("import newswatch.cli.run", set()),
        ("import newswatch.cli.rules.cases", set()),
        ("import newswatch.engine.local", set()),
        ("import newswatch.tui.app", {"textual", "rich"}),
        ("import newswatch.parse", set()),
    ],
)
def test_heavy_packages_are_loaded_only_where_they_are_needed(statement: str, allowed: set[str]) -> None:
    assert loaded_by(statement) <= allowed


def test_who_leaves_parsing_to_others_loads_nothing_that_parses() -> None:
    program = "import newswatch.engine.checker, newswatch.engine.step, newswatch.parse.worker, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    parsers = {f"newswatch.parse.{name}" for name in ("document", "feed", "plain", "split", "sniff", "dates")}
    assert not parsers & set(run.stdout.split())


def test_the_headless_monitor_loads_no_screen() -> None:
    program = (
        "import newswatch.cli.run, newswatch.headless, newswatch.engine.feed_desk, newswatch.engine.rule_desk, "
        "newswatch.engine.checker, newswatch.fetch.http, newswatch.store.tiny, newswatch.parse.worker"
    )
    assert not {"textual", "rich"} & loaded_by(program)


FIRST_FRAME = """
import os, sys
from pathlib import Path
from newswatch.cli import screen
from newswatch.cli.options import Options
from newswatch.tui.start import StartingApp

def painted(app):
    print(*sys.modules, file=sys.__stdout__, flush=True)
    os._exit(0)

StartingApp.begin = painted
StartingApp.run = lambda app, run=StartingApp.run: run(app, headless=True)
screen.require_terminal = lambda: None
screen.open_screen(Options(Path(sys.argv[1])))
"""
SHOWN_AT_ONCE = {"frame", "starting"}


def test_the_first_frame_waits_for_nothing_that_it_does_not_show(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("version = 1\n", "utf-8")
    command = [sys.executable, "-c", FIRST_FRAME, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    loaded = {name for name in run.stdout.split() if name.startswith("newswatch.")}
    screens = {name.rpartition(".")[2] for name in loaded if name.startswith("newswatch.tui.screens.")}
    assert screens == SHOWN_AT_ONCE
    kinds = {name.split(".")[1] for name in loaded}
    assert not {"store", "feeds", "fetch", "parse", "match", "story", "alert", "article", "workers"} & kinds
    assert {name for name in loaded if name.startswith("newswatch.model.")} == {"newswatch.model.liveness"}
    assert {name for name in loaded if name.startswith("newswatch.engine.")} == {"newswatch.engine.clock"}
