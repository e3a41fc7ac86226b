"""Secrets as values: what servers and sinks have to be told and nobody else may see, and whose they are.

No `repr` shows any of them. Pure: where they stand is the business of `secretfile`, where they go that of `fetch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newswatch.text.urls import host_of, redact

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FeedSecrets:
    """What the server of one feed is told. `headers` hold the user name, token and cookies as they are sent.

    `proxy` is the address of an HTTP proxy, name and password included, for all requests of this feed.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SinkSecrets:
    """What a sink needs to be reached: its address where that is a secret itself, a name, a token, headers."""

    url: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Secrets:
    """All of secrets.toml. `warning` is a sentence about the file itself: who else may read it; empty if nobody."""

    feeds: Mapping[str, FeedSecrets] = field(default_factory=dict, repr=False)  # by `address_key`
    sinks: Mapping[str, SinkSecrets] = field(default_factory=dict, repr=False)
    lines: Mapping[str, int | None] = field(default_factory=dict, repr=False)  # of each feed's table
    warning: str = ""

    def of(self, url: str, earlier: Sequence[str] = ()) -> FeedSecrets | None:
        """What the server of the feed at this address is told; None for nothing.

        A table may still have an address that the feed had `earlier`, if that was on the same server: a move to
        another one is the server's word, and takes no secret along.
        """
        if not self.feeds:
            return None
        for address in (url, *reversed(earlier)):
            found = self.feeds.get(address_key(address) or "")
            if found is not None and (address == url or _is_same_server(address, url)):
                return found
        return None

    def without_feed(self, feeds: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
        """The tables that none of these feeds (address, earlier ones) takes: `line 3: https://…`, safe to show."""
        used: set[str | None] = set()
        hosts = {host_of(key) for key in self.feeds}
        for url, earlier in feeds if hosts else ():
            if not earlier and host_of(url.strip()) not in hosts:
                continue  # of thousands of feeds a few have a table
            used.add(address_key(url))
            used.update(address_key(address) for address in earlier if _is_same_server(address, url))
        return tuple(f"line {self.lines[key]}: {redact(key)}" for key in self.feeds if key not in used)


def address_key(url: str) -> str | None:
    """What two spellings of one feed's address have in common; None if it is no web address.

    User name, password and fragment make no difference, nor do letter case and script of the host, nor the default
    port. Scheme, path and query do.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:  # an open bracket, a port that is no number
        return None
    host = host_of(url.strip())
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    shown_port = "" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{shown_port}{parts.path or '/'}{query}"


def _is_same_server(one: str, other: str) -> bool:
    """Whether two addresses have scheme, host and port in common, or the second is the safe side of the first."""
    first, second = (urlsplit(address_key(url) or "") for url in (one, other))
    is_upgrade = (first.scheme, second.scheme) == ("http", "https") and not (first.port or second.port)
    return first.netloc == second.netloc and (first.scheme == second.scheme or is_upgrade)
