"""What import-linter cannot see: what is really loaded, at the moment it is loaded."""

from __future__ import annotations

import subprocess
import sys

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


def test_the_headless_monitor_loads_no_screen() -> None:
    program = (
        "import newswatch.cli.run, newswatch.headless, newswatch.engine.feed_desk, newswatch.engine.rule_desk, "
        "newswatch.engine.checker, newswatch.fetch.http, newswatch.store.tiny, newswatch.parse.worker"
    )
    assert not {"textual", "rich"} & loaded_by(program)


def test_the_first_paint_loads_no_dialog() -> None:
    program = "import newswatch.cli.screen, newswatch.tui.app, sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    screens = {name.rpartition(".")[2] for name in run.stdout.split() if name.startswith("newswatch.tui.screens.")}
    assert screens <= {"alerts", "base", "live_list", "selected", "story", "story_reading"}
