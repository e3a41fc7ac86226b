"""The real program while it starts: what is typed at once counts, and a start that fails gives the terminal back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.conftest import RULES
from tests.integration.terminal import HANG_S, opened

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="a pseudo-terminal is POSIX"),
]

ENTERS, LEAVES = b"\x1b[?1049h", b"\x1b[?1049l"
WITHOUT_A_MODULE = """
import sys
sys.modules["newswatch.tui.watch"] = None  # importing it fails
from newswatch.__main__ import main
main()
"""

INTERRUPTED_WHILE_LOADING = """
import os, signal, sys

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "newswatch.tui.start":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
from newswatch.__main__ import main
main()
"""
SIGNALLED_WHILE_TAKING_THE_TERMINAL = """
import os, sys
from newswatch.__main__ import main
from newswatch.tui.terminal import EnduringDriver

number = int(sys.argv.pop())
take = EnduringDriver.start_application_mode

def take_and_signal(driver):
    take(driver)
    os.kill(os.getpid(), number)

EnduringDriver.start_application_mode = take_and_signal
main()
"""


def ready(home: Path, settings: str = "") -> None:
    (home / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    (home / "rules.toml").write_text(RULES, "utf-8")
    (home / "settings.toml").write_text(settings, "utf-8")


class Started:
    """A program on a pty: all that it said, and how it left the terminal."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self.raw = b""
        self.process = process
        self._master = master
        self._heard = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            self.raw += os.read(self._master, 65_536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._master)
        self._heard.set()

    async def until(self, wanted: bytes) -> None:
        """Waits until it has said that."""
        async with asyncio.timeout(HANG_S):
            while wanted not in self.raw:
                self._heard.clear()
                await self._heard.wait()

    async def ended(self) -> int:
        """The exit code, once all that it said is read."""
        async with asyncio.timeout(HANG_S):
            code = await self.process.wait()
        os.set_blocking(self._master, False)
        with suppress(OSError):
            while piece := os.read(self._master, 65_536):
                self.raw += piece
        return code


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[Started, list[object]]]:
    """`python ARGUMENTS` on a pty, and the terminal's settings before."""
    master, slave = os.openpty()
    before = termios.tcgetattr(slave)
    environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environment
    )
    program = Started(master, process)
    try:
        yield program, before
        assert termios.tcgetattr(slave) == before
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_key_that_is_typed_at_the_first_frame_is_done(tmp_path: Path, size: tuple[int, int]) -> None:
    ready(tmp_path)
    async with opened(tmp_path, size) as terminal:
        await terminal.until("STARTING")
        terminal.press("3")
        await terminal.until("dprk-troops")
        assert terminal.raw.count(ENTERS) == 1
        terminal.press("q")
        assert await terminal.ended() == 0


async def test_a_mistake_in_the_settings_is_said_before_the_screen_is_taken(tmp_path: Path) -> None:
    ready(tmp_path, "[ui]\nthem = 'dark'\n")
    async with started("-m", "newswatch", "--home", str(tmp_path)) as (program, _):
        assert await program.ended() == 3
        assert b"them" in program.raw
        assert ENTERS not in program.raw


async def test_a_part_that_cannot_be_loaded_gives_the_terminal_back_and_is_said(tmp_path: Path) -> None:
    ready(tmp_path)
    async with started("-c", WITHOUT_A_MODULE, "--home", str(tmp_path)) as (program, _):
        assert await program.ended() == 1
        screen, _, after = program.raw.partition(LEAVES)
        assert ENTERS in screen
        assert b"the start failed" in after
        assert b"newswatch.tui.watch" in after


async def test_a_signal_at_the_first_frame_ends_it_well(tmp_path: Path) -> None:
    ready(tmp_path)
    async with started("-m", "newswatch", "--home", str(tmp_path)) as (program, _):
        await program.until(b"STARTING")
        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 128 + signal.SIGTERM
        assert LEAVES in program.raw


async def test_ctrl_c_before_there_is_a_screen_ends_it_without_a_word(tmp_path: Path) -> None:
    ready(tmp_path)
    async with started("-c", INTERRUPTED_WHILE_LOADING, "--home", str(tmp_path)) as (program, _):
        assert await program.ended() == -signal.SIGINT
        assert program.raw == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_signal_while_the_terminal_is_taken_gives_it_back(tmp_path: Path, number: signal.Signals) -> None:
    ready(tmp_path)
    arguments = "-c", SIGNALLED_WHILE_TAKING_THE_TERMINAL, "--home", str(tmp_path), str(int(number))
    async with started(*arguments) as (program, _):
        assert await program.ended() == 128 + number
        assert program.raw.count(ENTERS) == program.raw.count(LEAVES) == 1
        assert b"Error" not in program.raw
