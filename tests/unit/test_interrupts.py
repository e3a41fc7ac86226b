"""Ctrl+c before anything was begun, and after."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from newswatch.cli.output import INTERRUPTED, Output, printed
from newswatch.interrupts import end_at_once


@pytest.fixture(autouse=True)
def _as_python_starts() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_a_verb_that_has_begun_ends_it_in_order() -> None:
    def verb(_: Output) -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    end_at_once()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert printed(verb) == INTERRUPTED


def test_a_program_that_was_told_to_pass_over_ctrl_c_still_does() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_at_once()
    assert printed(lambda _: 0) == 0
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
