"""The real program on a real pty, with a terminal in memory (pyte) that shows what a person would see."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import sys
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyte

HANG_S = 40.0


class Terminal:
    """What came out (`raw`), what stands on the screen (`text`), and keys to press."""

    def __init__(self, master: int, process: Process, width: int, height: int) -> None:
        self.raw = b""
        self.process = process
        self._master = master
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()
        self._is_open = True
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def text(self) -> str:
        """The screen's lines, without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, keys: str) -> None:
        """Types."""
        os.write(self._master, keys.encode())

    def resize(self, width: int, height: int) -> None:
        """Gives the terminal another size."""
        self._screen.resize(height, width)
        set_size(self._master, width, height)

    async def until(self, wanted: str) -> str:
        """Waits for a text on the screen. Raises AssertionError with the screen where it never comes."""
        return await self._until(lambda: wanted in self.text, f"never seen: {wanted!r}")

    async def until_gone(self, unwanted: str) -> str:
        """Waits for a text to leave the screen. Raises AssertionError with the screen where it never does."""
        return await self._until(lambda: unwanted not in self.text, f"never gone: {unwanted!r}")

    async def _until(self, is_so: Callable[[], bool], complaint: str) -> str:
        try:
            async with asyncio.timeout(HANG_S):
                while not is_so():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"{complaint}\n{self.text}") from None
        return self.text

    async def ended(self) -> int:
        """The exit code."""
        async with asyncio.timeout(HANG_S):
            return await self.process.wait()

    def close(self) -> None:
        """Hangs up, once."""
        if self._is_open:
            self._is_open = False
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)

    def _read(self) -> None:
        try:
            piece = os.read(self._master, 65_536)
        except OSError:
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += piece
        self._stream.feed(piece)
        self._changed.set()


def set_size(fd: int, width: int, height: int) -> None:
    """Tells the kernel, which tells the program."""
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


@asynccontextmanager
async def opened(home: Path, size: tuple[int, int]) -> AsyncIterator[Terminal]:
    """`newswatch --home HOME` at a size; it is gone afterwards."""
    master, slave = os.openpty()
    set_size(master, *size)
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": ""}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "newswatch", "--home", str(home)),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=environment,
    )
    os.close(slave)
    terminal = Terminal(master, process, *size)
    try:
        yield terminal
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        terminal.close()
