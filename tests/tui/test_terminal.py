"""A real pty: the program leaves it as it found it, and outlives it when it goes."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="a pseudo-terminal is POSIX")

pytestmark = pytest.mark.terminal

HANG_S = 30
PROGRAM = """
import pathlib, sys
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


class Terminal:
    """The program on a pty of its own."""

    def __init__(self, asked: Path) -> None:
        self.asked = asked
        self.said = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, str(asked)])

    def until(self, wanted: bytes) -> None:
        end = time.monotonic() + HANG_S
        while wanted not in self.said and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.said += os.read(self.fd, 65_536)
        assert wanted in self.said, self.said[-2_000:]

    def ended(self, *, reads: bool) -> int:
        end = time.monotonic() + HANG_S
        while time.monotonic() < end:
            if reads and select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.said += os.read(self.fd, 65_536)
                except OSError:
                    reads = False  # the other side has closed
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("the program did not end")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_engine_asked_and_the_terminal_restored(
    number: signal.Signals, tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"Kursk")
    os.kill(terminal.pid, number)
    assert terminal.ended(reads=True) == 128 + number
    assert terminal.asked.read_text() == "quit"
    assert b"\x1b[?1049l" in terminal.said
    assert b"\x1b[?1003l" in terminal.said
    assert b"\x1b[?25h" in terminal.said
    assert b"Traceback" not in terminal.said
    os.close(terminal.fd)


def test_a_terminal_that_closes_ends_it_with_the_engine_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "asked")
    terminal.until(b"Kursk")
    os.close(terminal.fd)
    assert terminal.ended(reads=False) == 128 + signal.SIGHUP
    assert terminal.asked.read_text() == "quit"
