"""How a document came, as a column of a row."""

from __future__ import annotations

from typing import Any

from newswatch.model.fetched import Fetched
from newswatch.store.columns import count_of, list_of, text_of, time_of, time_text


def fetched_columns(fetched: Fetched | None) -> list[Any] | None:
    """The column; None for none."""
    if fetched is None:
        return None
    headers = [list(header) for header in fetched.headers]
    return [time_text(fetched.at), list(fetched.chain), fetched.status, fetched.sha256, fetched.size, headers]


def fetched_of(column: list[Any] | None) -> Fetched | None:
    """What the column says. Raises ValueError, or TypeError, if it cannot be read."""
    if column is None:
        return None
    at, chain, status, digest, size, headers = list_of(column)
    return Fetched(
        at=time_of(at),
        chain=tuple(map(text_of, list_of(chain))),
        status=count_of(status),
        sha256=text_of(digest),
        size=count_of(size),
        headers=tuple((text_of(name), text_of(value)) for name, value in map(list_of, list_of(headers))),
    )
