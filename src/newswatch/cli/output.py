"""What a verb prints: data on stdout, UTF-8 whatever the locale says, quietly ended when nobody reads any more.

For verbs that print and end; `run` follows a stream and has its own way. Must never know what is printed.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

import click

from newswatch.cli.exits import told
from newswatch.errors import NewswatchError, UsageError
from newswatch.interrupts import raise_again
from newswatch.text.clean import clean_line

INTERRUPTED = 128 + signal.SIGINT


class _Unwritable(Exception):
    """Stdout takes nothing any more."""

    def __init__(self, reason: OSError) -> None:
        self.reason = reason
        super().__init__(str(reason))


class Output:
    """Lines on a stream that may be closed at any moment."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, text: str = "") -> None:
        """One line, as it is."""
        try:
            self._stream.write(text + "\n")
        except OSError as error:
            raise _Unwritable(error) from error

    def json(self, value: Mapping[str, object] | Sequence[object]) -> None:
        """One JSON document on a line of its own."""
        self.line(json.dumps(value, ensure_ascii=False))

    def flush(self) -> None:
        """Hands over what was gathered."""
        try:
            self._stream.flush()
        except OSError as error:
            raise _Unwritable(error) from error


def printed(verb: Callable[[Output], int]) -> int:
    """Runs a verb that prints to an `Output`; returns its exit code, or that of the error, which is said on stderr."""
    raise_again()
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        # Headlines come in every script; what is half a character is shown as its number.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    elif stream is None:  # closed before we began: the verb still does its work
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - devnull is no path of ours
            return _ended(verb, Output(nowhere))
    return _ended(verb, Output(stream))


def _ended(verb: Callable[[Output], int], out: Output) -> int:
    try:
        code = verb(out)
        out.flush()
    except _Unwritable as gone:
        # Python flushes stdout once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(gone.reason, BrokenPipeError):
            return 0
        return told(UsageError(f"stdout cannot be written: {gone.reason.strerror}"))
    except (NewswatchError, ExceptionGroup) as error:
        return told(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def say(text: str) -> None:
    """One line of talk on stderr, in the program's name."""
    click.echo(f"newswatch: {text}", err=True)


def shown(text: str, limit: int = 200) -> str:
    """A text from a file, a feed or the command line as one line that a terminal may be given."""
    return clean_line(text, limit)
