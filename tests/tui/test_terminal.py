"""A real pty: the program leaves it as it found it, and outlives it when it goes."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="a pseudo-terminal is POSIX"),
]

HANG_S = 30
PROGRAM = """
import os, pathlib, sys
os.close(os.open(os.ttyname(0), os.O_RDWR))  # the leader of a session gets the terminal it opens as its own
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
engine = ScriptedEngine(hits=[build.hit()])
async def run():
    async for _ in engine.watch(engine.view.seq):
        pass
code = NewswatchApp(engine, now=lambda: build.at(1), run_engine=run).run()
pathlib.Path(sys.argv[1]).write_text(" ".join(call.verb for call in engine.calls if call.verb == "quit"))
sys.exit(code)
"""

FLOOD = """
import asyncio, os, pathlib, sys
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
engine = ScriptedEngine(hits=[build.hit()])
app = NewswatchApp(engine, now=lambda: build.at(1))
async def run():
    watching = engine.watch(engine.view.seq)
    for _ in range(120):
        app.action_repaint()
        await asyncio.sleep(0.02)
    pathlib.Path(sys.argv[1]).write_text("went on")
    async for _ in watching:
        pass
app._run_engine = run
sys.exit(app.run())
"""


class Terminal:
    """The program on a pty of its own."""

    def __init__(self, asked: Path, program: str = PROGRAM) -> None:
        self.asked = asked
        self.said = b""
        self.fd, theirs = os.openpty()
        self.program = subprocess.Popen(
            [sys.executable, "-c", program, str(asked)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": ""},
        )
        os.close(theirs)

    def until(self, wanted: bytes) -> None:
        end = time.monotonic() + HANG_S
        while wanted not in self.said and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.said += os.read(self.fd, 65_536)
        assert wanted in self.said, self.said[-2_000:]

    def ended(self, *, reads: bool) -> int:
        end = time.monotonic() + HANG_S
        while self.program.poll() is None and time.monotonic() < end:
            if reads and select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.said += os.read(self.fd, 65_536)
                except OSError:
                    reads = False  # the other side has closed
            elif not reads:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.program.wait(0.05)
        if self.program.poll() is None:
            self.program.kill()
            raise AssertionError("the program did not end")
        return self.program.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_engine_asked_and_the_terminal_restored(
    number: signal.Signals, tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"Kursk")
    terminal.program.send_signal(number)
    assert terminal.ended(reads=True) == 128 + number
    assert terminal.asked.read_text() == "quit"
    assert b"\x1b[?1049l" in terminal.said
    assert b"\x1b[?1003l" in terminal.said
    assert b"\x1b[?25h" in terminal.said
    assert b"Traceback" not in terminal.said
    os.close(terminal.fd)


@pytest.mark.parametrize("how", ["fg", "ctrl+l"])
def test_after_ctrl_z_and_fg_the_whole_screen_is_drawn_again(how: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"Kursk")
    if how == "fg":
        os.write(terminal.fd, b"\x1a")
        terminal.until(b"\x1b[?1049l")
        _, status = os.waitpid(terminal.program.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        terminal.said = b""
        terminal.program.send_signal(signal.SIGCONT)
        terminal.until(b"\x1b[?1049h")
    else:
        terminal.until(b"help")
        terminal.said = b""
        os.write(terminal.fd, b"\x0c")
    terminal.until(b"LIVE")
    terminal.until(b"Kursk")
    terminal.until(b"help")
    terminal.program.send_signal(signal.SIGTERM)
    assert terminal.ended(reads=True) == 128 + signal.SIGTERM
    os.close(terminal.fd)


@pytest.mark.parametrize("how", ["q", "ctrl+c", "SIGTERM", "ctrl+z"])
def test_the_terminal_is_as_it_was_however_it_is_left(how: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked")
    before = termios.tcgetattr(terminal.fd)
    terminal.until(b"Kursk")
    terminal.until(b"help")
    assert termios.tcgetattr(terminal.fd) != before
    match how:
        case "SIGTERM":
            terminal.program.send_signal(signal.SIGTERM)
        case "ctrl+z":
            os.write(terminal.fd, b"\x1a")
            terminal.until(b"\x1b[?1049l")
            os.waitpid(terminal.program.pid, os.WUNTRACED)
            assert termios.tcgetattr(terminal.fd) == before
            terminal.said = b""
            terminal.program.send_signal(signal.SIGCONT)
            terminal.until(b"\x1b[?1049h")
            terminal.until(b"Kursk")
            terminal.program.send_signal(signal.SIGTERM)
        case key:
            os.write(terminal.fd, b"q" if key == "q" else b"\x03")
            terminal.until(b"still new")
            os.write(terminal.fd, b"\r")
    assert terminal.ended(reads=True) == (0 if how in {"q", "ctrl+c"} else 128 + signal.SIGTERM)
    assert termios.tcgetattr(terminal.fd) == before
    for given_back in (b"\x1b[?1049l", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[?25h", b"\x1b[<u"):
        assert given_back in terminal.said
    os.close(terminal.fd)


def test_a_terminal_that_takes_nothing_for_a_while_does_not_hold_up_the_monitor(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked", FLOOD)
    terminal.until(b"Kursk")
    deadline = time.monotonic() + HANG_S
    while not (tmp_path / "asked").exists() and time.monotonic() < deadline:
        time.sleep(0.05)  # nothing is read from the terminal meanwhile
    assert (tmp_path / "asked").read_text() == "went on"
    terminal.said = b""
    terminal.until(b"LIVE")  # drawn anew
    terminal.until(b"help")
    terminal.program.send_signal(signal.SIGTERM)
    assert terminal.ended(reads=True) == 128 + signal.SIGTERM
    os.close(terminal.fd)


def test_the_windows_title_counts_and_goes_when_the_program_does(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"\x1b]2;(1) newswatch\x1b\\")
    assert terminal.said.index(b"\x1b[22;2t") < terminal.said.index(b"\x1b]2;")
    terminal.until(b"help")
    terminal.said = b""
    terminal.program.send_signal(signal.SIGTERM)
    terminal.ended(reads=True)
    assert b"\x1b]2;\x1b\\\x1b[23;2t" in terminal.said
    os.close(terminal.fd)


def test_a_terminal_that_closes_ends_it_with_the_engine_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"Kursk")
    os.close(terminal.fd)
    assert terminal.ended(reads=False) == 128 + signal.SIGHUP
    assert terminal.asked.read_text() == "quit"
