"""How a document came, with nothing in it that may not be shown: what an evidence pack tells of it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from newswatch.fetch.request import Fetched
from newswatch.model.fetched import Fetched as Arrival
from newswatch.text.clean import clean_line
from newswatch.text.tokens import without_tokens
from newswatch.text.urls import redact

TOLD_HEADERS = (
    "content-type", "content-length", "content-language", "content-encoding", "last-modified", "etag", "date", "age",
    "cache-control", "expires", "server",
)  # fmt: skip
"""Headers that say what a document is, and when: those that set cookies or name sessions are left out."""
FEED_HEADERS = ("content-type", "last-modified", "etag", "date", "server")
"""The fewer that are kept of a feed's document: they stand in the state of each feed, which is written often."""


def arrival(result: Fetched, at: datetime, *, link: str = "", headers: Sequence[str] = TOLD_HEADERS) -> Arrival:
    """How a document came that was asked for at `link`, with nothing in it that may not be shown.

    Addresses of a page that was found at a link are public, and lose their keys and tokens only; those of a feed lose
    every value in their query.
    """
    return Arrival(
        at=at,
        chain=tuple(
            (without_tokens(address) if link else redact(address)) for address in result.chain or (result.url,)
        ),
        status=result.status,
        sha256=hashlib.sha256(result.body).hexdigest(),
        size=len(result.body),
        headers=tuple((name, clean_line(result.headers[name], 500)) for name in headers if name in result.headers),
    )
