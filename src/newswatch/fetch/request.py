"""What is asked of the network and what came of it, as values: the words that the rest of the program fetches in.

Pure: this module must never know how a request travels (`fetch.http` does), nor what the time is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

MAX_WIRE_BYTES = 15 * 2**20
MAX_INFLATED_BYTES = 50 * 2**20
MAX_RETRY_AFTER_S = 24 * 3600.0
ACCEPT_FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)

OUR_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that a request may not bring along, in lower case: what connection, validators and bounds live by."""

PROXY_SCHEMES = ("http", "https")

_WHOLE_SECONDS = re.compile(r"([+-]?)([0-9]{1,200})")
_LONGEST_DATE = 100


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One document to get. `url` may hold a user name and password: they are sent as Basic auth, never in the path.

    `etag` and `last_modified` are sent verbatim. `max_bytes` bounds what comes over the wire, `max_inflated`
    the body after gzip. `allow_private`: the address is the user's own word, so its own host and port may
    lie in a private network; where `url` is not that address but came from it (a moved feed, an article),
    `own_url` is. `headers` go to the server of the user's own address only, whatever redirects say. `proxy` is the
    address of an HTTP proxy for every hop of this fetch, in place of the environment's. `repr` shows no
    address and no header: they hold secrets.
    """

    url: str = field(repr=False)
    etag: str | None = None
    last_modified: str | None = None
    max_bytes: int = MAX_WIRE_BYTES
    max_inflated: int = MAX_INFLATED_BYTES
    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    accept: str = ACCEPT_FEEDS
    own_url: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)


class FailureKind(StrEnum):
    """What sort of failure: the engine chooses by it how long to wait and whether we may be offline."""

    DNS = "dns"
    CONNECT = "connect"
    TURNED_AWAY = "turned-away"  # refused or reset: a machine is there, and did not want us
    TIMEOUT = "timeout"  # the deadline passed before the first byte
    SLOW = "slow"  # the deadline passed after the first byte
    TLS = "tls"
    PROTOCOL = "protocol"  # no HTTP, a broken or truncated answer, an encoding nobody asked for
    STATUS = "status"
    GONE = "gone"  # 410
    BUSY = "busy"  # 429 or 503
    TOO_LARGE = "too-large"
    ASTRAY = "astray"  # a public name leads to a private address: its server's doing, or that of a portal for all names
    REFUSED = "refused"  # by us: a private address, a bad address, https that leads to http

    @property
    def is_network(self) -> bool:
        """Whether nobody answered at all: it may be we who are offline."""
        return self in {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.ASTRAY}

    @property
    def is_answer(self) -> bool:
        """Whether somebody answered, be it badly: then we are not offline. What we refused ourselves says nothing."""
        return not self.is_network and self is not FailureKind.REFUSED


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document. `url` is where it was found, without user name and password: the base of its relative links.

    Header names are lower-case, values as they came: clean them before showing. `etag` and `last_modified`
    are verbatim. `permanent_url`: where the redirects lead if each of them was a 301 or 308, else None; it
    keeps the user name and password where they still go to the same server. `wire_bytes` counts the
    body before inflating. `chain` are the addresses that were asked, the last one answered.
    """

    url: str = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    etag: str | None
    last_modified: str | None
    permanent_url: str | None = field(repr=False)
    wire_bytes: int
    chain: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: the document is still the one that the validators name."""

    headers: Mapping[str, str] = field(repr=False)
    permanent_url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No document. `reason` is one sentence in plain words, cleaned and without secrets: show it as it is.

    `retry_after_s` is what the server asked for with 429 or 503, if it said so in a way we can read.
    """

    reason: str
    kind: FailureKind
    status: int | None = None
    retry_after_s: float | None = None


FetchResult = Fetched | NotModified | FetchFailed


def retry_after_s(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None if it makes no sense.

    The past is 0, and nothing is longer than `MAX_RETRY_AFTER_S`.
    """
    value = value.strip()
    if whole := _WHOLE_SECONDS.fullmatch(value):
        sign, digits = whole.groups()
        return 0.0 if sign == "-" else min(float(digits), MAX_RETRY_AFTER_S)
    if not value or len(value) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        wait_s = (date - now).total_seconds()
    except (ValueError, OverflowError, TypeError, IndexError):  # whatever the date parser makes of hostile text
        return None
    return min(max(0.0, wait_s), MAX_RETRY_AFTER_S)


def proxy_objection(address: str) -> str:
    """Why there can be no proxy at this address, as far as its scheme tells, in plain words; empty if there can."""
    scheme, separator, _ = address.partition("://")
    if scheme.lower().startswith("socks"):
        return "SOCKS proxies are not supported, only http and https ones"
    if not separator or scheme.lower() not in PROXY_SCHEMES:
        return "it is written http://host:port or https://host:port"
    return ""
