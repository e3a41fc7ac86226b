"""What reading an answer gives. Who only takes that need not load what reads: see `document`."""

from __future__ import annotations

from dataclasses import dataclass

from newswatch.model.entry import ParsedFeed

NAME_BYTES = 16
"""Of the name of an item of a document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one answer.

    `items` names the items of the document in its order; it is empty where they cannot be told apart without a doubt.
    `is_part`: only the items that were not among the seen were read, and `document.entries` are theirs.
    """

    document: ParsedFeed
    items: tuple[bytes, ...] = ()
    is_part: bool = False
