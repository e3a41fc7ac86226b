"""The terminal as Textual drives it, made to outlive the terminal: one that closes must not take the app with it.

Textual's own driver dies of the first write or read that fails, and the loop then waits for it for ever.
Knows nothing of newswatch. `tests/tui/test_terminal.py` closes a real one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import Any, cast

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from newswatch.tui.paint.wall import printable

STANDARD_FDS = (0, 1, 2)
# xterm's control sequences, "Operating System Commands" and "Window manipulation": OSC 2, CSI 22;2t and CSI 23;2t.
TITLE = "\x1b]2;{}\x1b\\"
PUT_TITLE_ASIDE = "\x1b[22;2t"
TAKE_TITLE_BACK = "\x1b[23;2t"
PLAIN = frozenset({"linux", "vt100", "vt102", "vt220"})


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
    """Textual's driver for Linux and its kin; when the terminal goes, input ends and output goes nowhere.

    It names the window while it has it, and gives the old name back: also to a shell it is suspended to.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # handed on as they are
        super().__init__(*args, **options)
        self._file = cast("Any", _Forgiving(self._file))  # it needs no more of a file than this
        self._title = ""
        self._is_drawing = False
        self._has_dropped = False
        self._has_title = knows_sequences(os.environ)

    def write(self, data: str) -> None:
        """See `LinuxDriver.write`. What a terminal does not take for long (a held screen, a line that is down) is
        dropped: Textual would wait for it, and the whole monitor with it.
        """
        if self._is_drawing and self._is_full():
            self._has_dropped = True
        else:
            super().write(data)

    def takes_again(self) -> bool:
        """Whether a terminal that was not drawn on for a while takes frames again; said once."""
        has_caught_up = self._has_dropped and not self._is_full()
        self._has_dropped = self._has_dropped and not has_caught_up
        return has_caught_up

    def entitle(self, title: str) -> None:
        """Names the terminal's window. What cannot be shown in it is left out."""
        title = printable(title)
        if title != self._title:
            self._title = title
            self._write_title()

    def start_application_mode(self) -> None:
        """See `LinuxDriver.start_application_mode`. The name that the window has is put aside."""
        self._is_drawing = False  # what sets a terminal up is not dropped, nor what gives it back
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual left it without types
        if self._has_title and self._writer_thread is not None:
            self.write(PUT_TITLE_ASIDE)
            self._write_title()
        self._is_drawing = True

    def stop_application_mode(self) -> None:
        """See `LinuxDriver.stop_application_mode`. Where a terminal put no name aside, the window has none then."""
        self._is_drawing = False
        if self._has_title and self._writer_thread is not None:
            self.write(f"{TITLE.format('')}{TAKE_TITLE_BACK}")
        super().stop_application_mode()

    def _is_full(self) -> bool:
        return self._writer_thread is not None and self._writer_thread._queue.full()  # noqa: SLF001  no other way to ask

    def _write_title(self) -> None:
        if self._has_title and self._title and self._writer_thread is not None:
            self.write(TITLE.format(self._title))

    def run_input_thread(self) -> None:
        """See `LinuxDriver.run_input_thread`. A terminal that is gone has nothing more to say."""
        with contextlib.suppress(OSError):
            super().run_input_thread()


def knows_sequences(environ: Mapping[str, str]) -> bool:
    """Whether the terminal takes operating system commands (titles, links, copies), or at least passes over them.

    A console without a window has no use for them, and may print what it does not know.
    """
    return environ.get("TERM", "") not in PLAIN


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
