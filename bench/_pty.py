"""A program on a pseudo-terminal of its own: what it paints, how long a key takes to show, what it costs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.skip import Skipped

HANG_S = 60.0
SIZE = (120, 40)


class Program:
    """A running program. `said` is all that it painted since the last `forget`."""

    def __init__(self, fd: int, process: subprocess.Popen[bytes]) -> None:
        self.said = b""
        self._fd = fd
        self._process = process

    def until(self, wanted: bytes | re.Pattern[bytes]) -> None:
        """Reads until it has painted that. Raises RuntimeError where it never does."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, bytes) else wanted
        end = time.monotonic() + HANG_S
        while pattern.search(self.said) is None:
            self._read(0.2)
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"never painted {pattern.pattern!r}; the last of it: {self.said[-600:]!r}")

    def rest(self, seconds: float) -> None:
        """Reads for so long, whatever comes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def press(self, keys: bytes) -> None:
        """Types."""
        os.write(self._fd, keys)

    def forget(self) -> None:
        """What was painted so far is looked for no more."""
        self.said = b""

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time of all its threads so far; not of processes it started."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        total_ns = 0
        for task in tasks.iterdir():
            with contextlib.suppress(OSError):
                total_ns += int((task / "schedstat").read_text().split()[0])
        return total_ns / 1e9

    @property
    def rss_mib(self) -> float:
        """Resident memory, in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def _read(self, seconds: float) -> None:
        if not select.select([self._fd], [], [], seconds)[0]:
            return
        try:
            piece = os.read(self._fd, 1 << 16)
        except OSError:
            piece = b""
        self.said += piece


@contextmanager
def on_pty(*arguments: str, size: tuple[int, int] = SIZE) -> Iterator[Program]:
    """`python ARGUMENTS` on a terminal of that size; it is gone afterwards. Raises Skipped where there is no /proc."""
    if not Path("/proc/self/schedstat").exists():
        raise Skipped("processor time of another program is read from /proc, which is not here")
    master, slave = os.openpty()
    width, height = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": ""}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "newswatch-bench-bytecode")
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=environment,
    )
    os.close(slave)
    try:
        yield Program(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def middle(values: Sequence[float]) -> float:
    """The median."""
    return sorted(values)[len(values) // 2]


def p95(values: Sequence[float]) -> float:
    """The value that nineteen of twenty do not exceed."""
    return sorted(values)[int(len(values) * 0.95)]
