"""One hop of a fetch: where it goes and what may go along, and the hop that a redirect makes of it.

Values only, on top of httpx's address parser: what is checked here is the very address that is connected to,
never another reading of it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import unquote_to_bytes

import httpx

from newswatch.fetch.failures import failed, status_in_words
from newswatch.fetch.guard import Place
from newswatch.fetch.request import OUR_HEADERS, FailureKind, FetchFailed, FetchRequest
from newswatch.text.urls import redact

MAX_REDIRECTS = 5
MAX_ADDRESS_CHARS = 8_192
MAX_VALIDATOR_CHARS = 2_048
DEFAULT_PORTS = {"http": 80, "https": 443}

_PERMANENT = {301, 308}
_SENDABLE = re.compile(r"[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?")


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a fetch. `url` is without user name, password and fragment.

    `is_own_host`: no redirect has led to another host yet, so validators still make sense. `is_own_server`: this
    is the very server that the user named, scheme and port included, so secrets may go along; http that became
    https there counts as the same. Neither comes back once it is lost.
    """

    url: httpx.URL
    place: Place
    userinfo: bytes
    is_own_host: bool = True
    is_own_server: bool = True
    is_permanent: bool = True  # each redirect so far
    passed: tuple[str, ...] = ()  # addresses of the hops before

    @classmethod
    def first(cls, request: FetchRequest) -> Self | FetchFailed:
        """The feed's own address."""
        address = read_address(request.url)
        if address is None:
            return failed(FailureKind.REFUSED, "the address cannot be read: look at it in feeds.opml")
        own = address.place if request.own_url in {None, request.url} else place_of(request.own_url or "")
        is_own_server = own is not None and _is_same_server(own, address.place)
        return cls(address.url, address.place, address.userinfo, is_own_server=is_own_server)

    def onward(self, status: int, location: str) -> Self | FetchFailed:
        """The hop that a redirect leads to."""
        if not location:
            reason = f"the server answered {status_in_words(status)} without saying where to"
            return failed(FailureKind.PROTOCOL, reason, status=status)
        address = read_address(_as_utf8(location), self.url)
        if address is None:
            return failed(FailureKind.REFUSED, "redirects to an address that cannot be read", status=status)
        url, place = address.url, address.place
        passed = (*self.passed, str(self.url))
        if str(url) in passed:
            return failed(FailureKind.PROTOCOL, f"redirects in a circle: {_chain(*passed, str(url))}", status=status)
        if len(passed) > MAX_REDIRECTS:
            reason = f"more than {MAX_REDIRECTS} redirects: {_chain(*passed, str(url))}"
            return failed(FailureKind.PROTOCOL, reason, status=status)
        return replace(
            self,
            url=url,
            place=place,
            is_own_host=self.is_own_host and place.host == self.place.host,
            is_own_server=self.is_own_server and _is_same_server(self.place, place),
            is_permanent=self.is_permanent and status in _PERMANENT,
            passed=passed,
        )

    @property
    def permanent_url(self) -> str | None:
        """See `Fetched.permanent_url`."""
        if not self.passed or not self.is_permanent:
            return None
        return str(self.url.copy_with(userinfo=self.userinfo) if self.is_own_server and self.userinfo else self.url)

    def sends_validators(self, request: FetchRequest) -> bool:
        """Whether the request at this hop is conditional."""
        return self.is_own_host and bool(validator(request.etag) or validator(request.last_modified))

    def headers(self, request: FetchRequest, user_agent: str) -> list[tuple[bytes, bytes]]:
        """What is sent. The request's own headers replace ours, but for those that the connection lives by."""
        chosen = {
            "Host": self.url.netloc.decode("ascii"),
            "User-Agent": user_agent,
            "Accept": request.accept,
            "Accept-Encoding": "gzip",
        }
        if self.is_own_server:
            if self.userinfo:
                name, _, password = self.userinfo.partition(b":")
                pair = unquote_to_bytes(name) + b":" + unquote_to_bytes(password)
                chosen["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
            own = {name: value for name, value in request.headers.items() if name.lower() not in OUR_HEADERS}
            replaced = {name.lower() for name in own}
            chosen = {name: value for name, value in chosen.items() if name.lower() not in replaced} | own
        if self.is_own_host:
            if etag := validator(request.etag):
                chosen["If-None-Match"] = etag
            if last_modified := validator(request.last_modified):
                chosen["If-Modified-Since"] = last_modified
        return [(_encoded(name), _encoded(value)) for name, value in chosen.items()]


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart: `url` without user name, password and fragment. `repr` shows no secret."""

    url: httpx.URL = field(repr=False)
    place: Place
    userinfo: bytes = field(repr=False)


def read_address(text: str, base: httpx.URL | None = None) -> Address | None:
    """The address as httpx reads it, taken from `base` if it is relative; None if it cannot be read."""
    if len(text) > MAX_ADDRESS_CHARS:
        return None
    try:
        url = httpx.URL(text.strip()) if base is None else base.join(text)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    userinfo = url.userinfo
    port = DEFAULT_PORTS.get(url.scheme, 0) if url.port is None else url.port
    place = Place(url.scheme, url.raw_host.decode("ascii"), port)
    if userinfo or "#" in str(url):  # only then: it costs as much as the reading itself
        url = url.copy_with(userinfo=b"", fragment=None)
    return Address(url, place, userinfo)


def place_of(text: str) -> Place | None:
    """Where an address leads; None if it cannot be read."""
    address = read_address(text)
    return None if address is None else address.place


def _is_same_server(one: Place, other: Place) -> bool:
    """Whether secrets for `one` may go to `other`: it is the same, or its own safe side (http on 80, https on 443)."""
    is_upgrade = (one.scheme, one.port, other.scheme, other.port) == ("http", 80, "https", 443)
    return one == other or (is_upgrade and one.host == other.host)


def _chain(*addresses: str) -> str:
    return " → ".join(redact(address) for address in addresses)


def validator(value: str | None) -> str | None:
    """An ETag or Last-Modified that can be sent back verbatim; None for one that no server can have meant."""
    if value is None or len(value) > MAX_VALIDATOR_CHARS or not _SENDABLE.fullmatch(value):
        return None
    return value


def _as_utf8(text: str) -> str:
    """Header text that was decoded as Latin-1, read as UTF-8 where it is that: servers put addresses there raw."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _encoded(text: str) -> bytes:
    """Header text as bytes: what came as Latin-1 goes back as it came."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
