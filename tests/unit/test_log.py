"""The log file: what goes into it, and what never does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswatch.cli.home import open_log


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_error_that_nobody_foresaw_brings_no_password_into_the_log(tmp_path: Path) -> None:
    path = tmp_path / "newswatch.log"
    open_log(path, "info")
    unforeseen = RuntimeError("cannot read https://bob:hunter2@wire.example/rss?token=hunter2")
    logging.getLogger("newswatch").error("checking a feed failed", exc_info=unforeseen)
    written = path.read_text("utf-8")
    assert "hunter2" not in written
    assert "wire.example/rss" in written
    assert "RuntimeError" in written
