"""Makes a home ready: its folders, the starter files if it is empty, the settings, the log."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newswatch.allocator import share_one_arena
from newswatch.atomic import explain, write_atomically
from newswatch.cli.options import Options, paths_of
from newswatch.config import Settings, load_settings
from newswatch.errors import StoreError
from newswatch.paths import Paths, ensure

if TYPE_CHECKING:
    from newswatch.engine.home import Home

LOG_BYTES = 5 * 2**20


def ready_home(options: Options) -> tuple[Home, Settings]:
    """The home after `ready`, for an engine. Raises SettingsInvalid, StoreError."""
    paths, settings = ready(options)
    return home_of(paths, settings), settings


def ready(options: Options) -> tuple[Paths, Settings]:
    """Folders and files exist, the log is open, the settings are read. Raises SettingsInvalid, StoreError."""
    share_one_arena()
    paths = paths_of(options)
    ensure(paths)
    try:
        open_log(paths.log, options.log_level)
        write_starter_files(paths)
    except OSError as error:
        raise StoreError(explain(error, Path(error.filename) if error.filename else paths.data)) from error
    return paths, load_settings(paths.settings)


def is_fresh(paths: Paths) -> bool:
    """Whether a home has none of a person's files yet, and no history."""
    theirs = (paths.feeds, paths.rules, paths.settings, paths.data / "history.journal")
    return not any(path.exists() or path.is_symlink() for path in theirs)


def ready_files(options: Options) -> Paths:
    """Folders and files exist, for a verb that reads or edits them and ends: no log, no settings. Raises StoreError."""
    paths = paths_of(options)
    ensure(paths)
    try:
        write_starter_files(paths)
    except OSError as error:
        raise StoreError(explain(error, Path(error.filename) if error.filename else paths.data)) from error
    return paths


def home_of(paths: Paths, settings: Settings) -> Home:
    """What the engine needs to know of paths and settings."""
    from newswatch.engine.home import Home  # the first frame does without the engine
    from newswatch.feeds.due import Pace

    polling = settings.polling
    return Home(
        data=paths.data,
        rules=paths.rules,
        feeds=paths.feeds,
        secrets=paths.secrets,
        pace=Pace(polling.interval_s, polling.min_interval_s, polling.max_interval_s),
        concurrency=polling.concurrency,
        per_host=polling.per_host,
        timeout_s=polling.timeout_s,
        max_bytes=polling.max_bytes,
        keep_entries=settings.store.keep_entries,
        keep_hits=settings.store.keep_hits,
    )


def write_starter_files(paths: Paths) -> None:
    """Gives a home that lacks them the starter files, and says so on stderr."""
    if all(path.exists() for path in (paths.rules, paths.feeds, paths.settings)):
        return  # as at nearly every start
    from newswatch import starter

    is_new = not paths.settings.exists()  # a home that has lived without secrets gets none
    for file in starter.starter_files(paths):
        if not file.path.exists() and (is_new or file.path != paths.secrets):
            write_atomically(file.path, file.read())
            click.echo(f"newswatch: wrote {file.what} to {file.path}", err=True)


class _Redacting(logging.Formatter):
    """A second wall: what we log is redacted before, but an error that nobody foresaw may quote an address in full."""

    def format(self, record: logging.LogRecord) -> str:
        from newswatch.text.urls import redact_text  # the first frame logs nothing

        return redact_text(super().format(record))


def open_log(path: Path, level: str) -> None:
    """Sends what the program logs to a file that turns over; never to the terminal."""
    logging.raiseExceptions = False  # a log that cannot be written (a full disk) says so nowhere: least over the screen
    path.touch(mode=0o600)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
