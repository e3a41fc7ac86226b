"""2 BYTES: every request of the program goes through here.

Import `newswatch.fetch.http` itself where the network begins: it brings httpx, which takes a tenth of a second.
"""

from __future__ import annotations

import sys

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

# httpx has a command line of its own, for which it loads rich and pygments wherever they are installed: 6 MB, and
# two fifths of its start. Nobody calls it here, and httpx does without it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type] # None is how Python says "not to be imported"

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
