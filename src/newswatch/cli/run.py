"""`newswatch run`: the monitor without a screen."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import Callable, Coroutine

import click

from newswatch.cli.exits import told
from newswatch.cli.home import ready_home
from newswatch.cli.options import Options
from newswatch.engine.local import LocalEngine
from newswatch.errors import NetworkDown, NewswatchError
from newswatch.headless import Printer, json_line, text_line
from newswatch.model.hit import Hit

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def print_forever(options: Options, *, as_json: bool) -> int:
    """Polls and prints until a signal comes or nobody reads any more. Returns the exit code."""
    return _run(options, _follow, as_json=as_json)


def print_once(options: Options, *, as_json: bool) -> int:
    """Checks every feed once and prints. Returns 0 if any feed answered, else 4."""
    return _run(options, _once, as_json=as_json)


Life = Callable[[LocalEngine, Printer], Coroutine[object, object, int]]


def _run(options: Options, life: Life, *, as_json: bool) -> int:
    try:
        home, _ = ready_home(options)
        return asyncio.run(_until_signal(LocalEngine(home), life, as_json=as_json))
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)


async def _until_signal(engine: LocalEngine, life: Life, *, as_json: bool) -> int:
    def render(hit: Hit) -> str:
        if not as_json:
            return text_line(hit)
        health = engine.snapshot().feeds.get(hit.entry.feed_id)
        return json_line(hit, health.address if health is not None else "")

    printer = Printer(engine, _utf8_stdout(), render)
    caught: list[signal.Signals] = []
    loop = asyncio.get_running_loop()
    async with engine.opened():
        living = asyncio.ensure_future(life(engine, printer))

        def end(number: signal.Signals) -> None:
            caught.append(number)
            printer.stop()
            engine.request_quit()

        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, end, number)
        code = await living
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
    answered = await engine.poll_once()
    printer.finish()
    await printing
    if answered:
        return 0
    raise NetworkDown("no feed answered; `newswatch demo` shows the monitor at work without a network")


async def _quietly(printing: Coroutine[object, object, None]) -> None:
    """Prints until done. A closed stdout ends it without a word."""
    try:
        await printing
    except BrokenPipeError:
        # Python flushes stdout once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _utf8_stdout() -> io.TextIOWrapper:
    """stdout in UTF-8 whatever the locale says: it carries headlines in every script."""
    out = sys.stdout
    if not isinstance(out, io.TextIOWrapper):
        raise click.ClickException("stdout is closed")
    out.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=False)
    return out
