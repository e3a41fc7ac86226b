"""The terminal as Textual drives it, made to outlive the terminal: one that closes must not take the app with it.

Textual's own driver dies of the first write or read that fails, and the loop then waits for it for ever.
Knows nothing of newswatch. `tests/tui/test_terminal.py` closes a real one.
"""

from __future__ import annotations

import os
from typing import Any, cast

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

STANDARD_FDS = (0, 1, 2)


class _Forgiving:
    """A text file whose writes are lost, not failed, once its terminal is gone."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return int(self._file.write(text))
        except OSError:
            return len(text)  # nobody is there to see it

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError:
            return  # as above

    def fileno(self) -> int:
        return int(self._file.fileno())

    def isatty(self) -> bool:
        return bool(self._file.isatty())


class EnduringDriver(LinuxDriver):
    """Textual's driver for Linux and its kin; when the terminal goes, input ends and output goes nowhere."""

    def __init__(self, *args: Any, **options: Any) -> None:  # handed on as they are
        super().__init__(*args, **options)
        self._file = cast("Any", _Forgiving(self._file))  # it needs no more of a file than this

    def run_input_thread(self) -> None:
        """See `LinuxDriver.run_input_thread`. A terminal that is gone has nothing more to say."""
        try:
            super().run_input_thread()
        except OSError:
            return


def enduring(driver: type[Driver]) -> type[Driver]:
    """The driver to use in place of Textual's choice."""
    return EnduringDriver if driver is LinuxDriver else driver


def terminals() -> tuple[int, ...]:
    """Which of standard input, output and error are terminals."""
    return tuple(fd for fd in STANDARD_FDS if os.isatty(fd))


def let_go(fds: tuple[int, ...]) -> None:
    """Points those of `fds` whose terminal is gone to nowhere, so that farewells on them do not fail."""
    gone = [fd for fd in fds if not os.isatty(fd)]
    if not gone:
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in gone:
        os.dup2(nowhere, fd)
    os.close(nowhere)
