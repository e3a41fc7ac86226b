"""How a document came over the network: what can be said of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a page, or a feed's document, came: what an evidence pack needs of it.

    `chain` are the addresses asked, the last one answered. `sha256` is the digest of the body as it came, inflated;
    `headers` those that say what and when it is. An address stands here as it may be shown: without a name, a password,
    and what a redirect put into its query.
    """

    at: datetime
    chain: tuple[str, ...]
    status: int
    sha256: str
    size: int
    headers: tuple[tuple[str, str], ...] = ()
