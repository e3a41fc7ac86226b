"""3 ENTRIES: bytes become cleaned entries, in killable processes.

`parse_document` reads one answer in this process; `ParserPool` does the same in worker processes with
limits on time and memory, and is what anything that talks to the network must use. `read_document`, and
`ParserPool.read`, leave out the items of a document that were read before.

Each is loaded when it is asked for: a process that leaves parsing to others has no use for what parses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newswatch.parse.document import parse_document, read_document
    from newswatch.parse.reading import Reading
    from newswatch.parse.worker import ParserPool

__all__ = ["ParserPool", "Reading", "parse_document", "read_document"]

_HOMES = {"ParserPool": "worker", "Reading": "reading", "parse_document": "document", "read_document": "document"}


def __getattr__(name: str) -> object:
    """What this package offers, from the module that has it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
