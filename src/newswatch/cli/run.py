"""`newswatch run`: the monitor without a screen."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TextIO

import click

from newswatch.cli.exits import told
from newswatch.cli.home import ready_home
from newswatch.cli.options import Options
from newswatch.engine.clock import SystemClock
from newswatch.engine.core import NOT_SAVING
from newswatch.engine.local import LocalEngine
from newswatch.errors import NetworkDown, NewswatchError, UsageError
from newswatch.headless import Printer, json_line, text_line
from newswatch.model.event import Batch, NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.feed import FeedStatus
from newswatch.model.hit import Hit
from newswatch.tui.words import counted

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def print_forever(options: Options, *, as_json: bool) -> int:
    """Polls and prints until a signal comes or nobody reads any more. Returns the exit code."""
    return _run(options, _follow, as_json=as_json)


def print_once(options: Options, *, as_json: bool) -> int:
    """Checks every feed once and prints. Returns 0 if any feed answered, else 4."""
    return _run(options, _once, as_json=as_json)


Life = Callable[[LocalEngine, Printer], Coroutine[object, object, int]]


def _run(options: Options, life: Life, *, as_json: bool) -> int:
    if not isinstance(sys.stdout, io.TextIOWrapper):  # closed before we began: nobody reads
        return 0
    # UTF-8 whatever the locale says: it carries headlines in every script.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        home, _ = ready_home(options)
        return asyncio.run(_until_signal(LocalEngine(home), life, sys.stdout, as_json=as_json))
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


async def _until_signal(engine: LocalEngine, life: Life, out: TextIO, *, as_json: bool) -> int:
    def render(hit: Hit) -> str:
        if not as_json:
            return text_line(hit)
        health = engine.snapshot().feeds.get(hit.entry.feed_id)
        return json_line(hit, health.address if health is not None else "")

    printer = Printer(engine, out, render)
    caught: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        caught.append(number)
        printer.stop()
        engine.request_quit()

    for number in ENDING_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup newswatch run` means it
            asyncio.get_running_loop().add_signal_handler(number, end, number)
    saying = asyncio.ensure_future(_say_notices(engine))
    try:
        async with engine.opened():
            code = await life(engine, printer)
    except NetworkDown:
        if not caught:
            raise
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)
    return 128 + caught[0] if caught else code


async def _follow(engine: LocalEngine, printer: Printer) -> int:
    polling = asyncio.ensure_future(engine.poll())
    printing = asyncio.ensure_future(_quietly(printer.follow()))
    await asyncio.wait((polling, printing), return_when=asyncio.FIRST_COMPLETED)
    printer.stop()
    engine.request_quit()
    await polling
    await printing
    return 0


async def _once(engine: LocalEngine, printer: Printer) -> int:
    printing = asyncio.ensure_future(_quietly(printer.follow()))
    began = SystemClock().now()
    answered = await engine.poll_once()
    printer.finish()
    await printing
    _say_what_failed(engine, began)
    if answered:
        return 0
    raise NetworkDown("no feed answered; `newswatch demo` shows the monitor at work without a network")


async def _say_notices(engine: LocalEngine) -> None:
    """On stderr, as it comes: what the screen would warn of, such as a history that was restored, or a full disk."""
    said: dict[str, str] = {}
    async for news in engine.watch(engine.snapshot().seq):
        if isinstance(news, Batch) and not any(isinstance(one, NoticeRaised | NoticeCleared) for one in news.events):
            continue
        notices = {
            key: notice.text
            for key, notice in engine.snapshot().notices.items()
            if notice.level is not NoticeLevel.INFO
        }
        for key, text in notices.items():
            if said.get(key) != text:
                click.echo(f"newswatch: {text}", err=True)
        if NOT_SAVING in said and NOT_SAVING not in notices:
            click.echo("newswatch: saving again; all that was held in memory is on the disk", err=True)
        said = notices


def _say_what_failed(engine: LocalEngine, began: datetime) -> None:
    """On stderr, if feeds failed since then: how many answered, how many were not checked, why the others did not."""
    feeds = [health for health in engine.snapshot().feeds.values() if health.status is not FeedStatus.PAUSED]
    silent = [health for health in feeds if (health.state.last_success_at or datetime.min.replace(tzinfo=UTC)) < began]
    failing = [health for health in silent if health.state.last_error]
    if failing:
        rest = len(silent) - len(failing)
        unchecked = f"; {rest:,} {'was' if rest == 1 else 'were'} not checked" if rest else ""
        answered = f"{len(feeds) - len(silent):,} of {counted(len(feeds), 'feed')}"
        click.echo(f"newswatch: {answered} answered{unchecked}", err=True)
    for health in failing:
        click.echo(f"newswatch: {health.label}: {health.state.last_error}", err=True)


async def _quietly(printing: Coroutine[object, object, None]) -> None:
    """Prints until done. A closed stdout ends it without a word; raises UsageError for one that cannot be written."""
    try:
        await printing
    except OSError as error:
        # Python flushes stdout once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"stdout cannot be written: {error.strerror}") from error
