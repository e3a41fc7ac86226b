"""The schemas of the history, and one step from each to the next: what a row of an older newswatch is today.

    1  hits, entries, revisions, identities, feeds
    2  hits may have tags, notes and a snooze; deliveries and mutes

The table `articles` has no schema of its own: who does not know it keeps its rows as they are, and loses nothing by it.
The table `searched` came before the first release: every newswatch that brings entries knows how to keep it true.

A newer schema keeps an older newswatch from opening a file of which it would drop what it does not know. A step is
pure: it gets one operation of a record and gives the one that says the same in the next schema. It must take rows that
it cannot read as they are. A step is never changed once it was released; `tests/data/history-N.journal` is a file of
each schema, as the newswatch of its time wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newswatch.store import operations as ops
from newswatch.store.operations import Operation

SCHEMA = 2


def to_2(operation: Operation) -> Operation:
    """A row of 1 is a row of 2 that says nothing of what is new."""
    return operation


STEPS: Mapping[int, Callable[[Operation], Operation]] = {1: to_2}


def _record_step(step: Callable[[Operation], Operation]) -> Callable[[bytes], bytes]:
    def update(record: bytes) -> bytes:
        return ops.record(ops.encode(step(operation))[0] for operation in ops.decode(record))

    return update


UPDATES: Mapping[int, Callable[[bytes], bytes]] = {schema: _record_step(step) for schema, step in STEPS.items()}
