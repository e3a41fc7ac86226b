"""2 BYTES: every request of the program goes through here.

Import `newswatch.fetch.http` itself where the network begins: it brings httpx, which takes a tenth of a second.
"""

from __future__ import annotations

from newswatch.fetch.request import (
    ACCEPT_FEEDS,
    MAX_INFLATED_BYTES,
    MAX_RETRY_AFTER_S,
    MAX_WIRE_BYTES,
    FailureKind,
    Fetched,
    FetchFailed,
    FetchRequest,
    FetchResult,
    NotModified,
    retry_after_s,
)

__all__ = [
    "ACCEPT_FEEDS",
    "MAX_INFLATED_BYTES",
    "MAX_RETRY_AFTER_S",
    "MAX_WIRE_BYTES",
    "FailureKind",
    "FetchFailed",
    "FetchRequest",
    "FetchResult",
    "Fetched",
    "NotModified",
    "retry_after_s",
]
