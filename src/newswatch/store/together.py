"""Commits that wait together: planned side by side where they do not touch the same rows, durable with one sync.

Pure but for the two calls it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import fields

from newswatch.store.api import Transaction

Callers = Sequence[Sequence[Transaction]]
Refused = list[Exception | None]


def footprint(transaction: Transaction) -> frozenset[Hashable]:
    """What it reads and writes: the rows of which feeds, the states of which feeds, and each other table as a whole.

    Two transactions whose footprints share nothing can be planned on the same state of the store.
    """
    touched: set[Hashable] = set()
    for column in fields(transaction):
        rows = getattr(transaction, column.name)
        match column.name:
            case "entries" | "identities":
                touched.update(("rows", row.feed_id) for row in rows)
            case "revisions" | "hits":
                touched.update(("rows", row.entry.feed_id) for row in rows)
            case "forgotten":
                touched.update(("rows", feed_id) for feed_id, _ in rows)
            case "feed_states":
                touched.update(("state", row.feed_id) for row in rows)
            case "mutes" | "unmuted":
                touched.update([("table", "mutes")] if rows else [])
            case "searched" | "unsearched":
                touched.update([("table", "searched")] if rows else [])
            case name:
                touched.update([("table", name)] if rows else [])
    return frozenset(touched)


def commit_all(
    callers: Callers, commit: Callable[[Transaction], None], commit_side_by_side: Callable[[list[Transaction]], None]
) -> Refused:
    """See `Store.commit_all`.

    `commit_side_by_side` makes all of the transactions durable or none; where it fails each is committed by itself, so
    that none fails of another.
    """
    refused: Refused = [None] * len(callers)
    for batch in _batches(callers):
        waiting = [(caller, transaction) for caller, transaction in batch if refused[caller] is None]
        if len(waiting) > 1 and _is_done(commit_side_by_side, [transaction for _, transaction in waiting]):
            continue
        for caller, transaction in waiting:
            if refused[caller] is None:
                try:
                    commit(transaction)
                except Exception as error:  # noqa: BLE001 - the disk's or a defect: it is raised to that caller alone
                    refused[caller] = error
    return refused


def _is_done(commit: Callable[[list[Transaction]], None], transactions: list[Transaction]) -> bool:
    try:
        commit(transactions)
    except Exception:  # noqa: BLE001 - whatever it is, it is met again by the caller that it belongs to
        return False
    return True


def _batches(callers: Callers) -> Iterator[list[tuple[int, Transaction]]]:
    """All transactions in their order, in runs of which no two touch the same rows."""
    batch: list[tuple[int, Transaction]] = []
    touched: set[Hashable] = set()
    for caller, transactions in enumerate(callers):
        for transaction in transactions:
            steps_on = footprint(transaction)
            if touched & steps_on:
                yield batch
                batch, touched = [], set()
            batch.append((caller, transaction))
            touched |= steps_on
    if batch:
        yield batch
