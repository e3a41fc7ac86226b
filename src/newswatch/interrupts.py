"""What ctrl+c does before anything was begun: it ends the program, without a word. Must never know what is begun.

Python raises an error wherever it happens to be, and while modules load that is somewhere in a library: two pages of
where, or an error of another name. What begins something says that it wants the error.
"""

from __future__ import annotations

import signal


def end_at_once() -> None:
    """Ctrl+c ends the program, as it does one that never heard of it. A program told to pass over it still does."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_again() -> None:
    """Ctrl+c raises KeyboardInterrupt, after `end_at_once`."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
