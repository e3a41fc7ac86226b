"""Which addresses a feed may lead us to: the rule that keeps a stranger's redirect out of our own network.

Pure: names are resolved elsewhere (`fetch.connect`), which asks this module about every address it is
about to connect to. The tables follow the IANA special-purpose registries (RFC 6890 and its successors).
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_V4_NOT_PUBLIC = tuple(
    (ipaddress.IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "loopback"),  # "this host": Linux connects 0.0.0.0 to itself
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "private"),  # shared by a provider's customers; holds one cloud's metadata service
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "metadata"),  # Azure's, in the middle of public space
        ("169.254.0.0/16", "link-local"),  # holds the metadata service of most clouds
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_V6_NOT_PUBLIC = tuple(
    (ipaddress.IPv6Network(network), kind)
    for network, kind in (
        ("::1/128", "loopback"),
        ("::/128", "loopback"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("fc00::/7", "private"),
        ("ff00::/8", "multicast"),
        ("2001::/23", "reserved"),  # Teredo too: an IPv4 address and port in disguise
        ("2001:db8::/32", "reserved"),
        ("3fff::/20", "reserved"),
    )
)
_V6_PUBLIC = ipaddress.IPv6Network("2000::/3")  # all global unicast space there is
_V4_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")

_PRIVATE_SUFFIXES = (".localhost", ".localdomain", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_LOOPBACK_SUFFIXES = (".localhost", ".localdomain")


def literal_address(host: str) -> Address | None:
    """The IP address that a host name spells, in any form that the C library accepts; None for a real name.

    "127.1", "0x7f.1", "017700000001" and "2130706433" are all 127.0.0.1; brackets, a zone and a final dot fall away.
    """
    bare = host.removeprefix("[").removesuffix("]").partition("%")[0].removesuffix(".")
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):  # ValueError: a NUL or a character beyond ASCII
        return None


def kind_of_address(address: Address) -> str | None:
    """Why an address is not public ("loopback", "private", "link-local", …); None if it is.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is what that one is.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return next((kind for network, kind in _V4_NOT_PUBLIC if address in network), None)
    if (inner := _carried_v4(address)) is not None:
        return kind_of_address(inner)
    if kind := next((kind for network, kind in _V6_NOT_PUBLIC if address in network), None):
        return kind
    return None if address in _V6_PUBLIC else "reserved"


def kind_of_name(host: str) -> str | None:
    """Why a name means something only in our own network, whatever it resolves to; None for a public name.

    For when somebody else resolves it (a proxy). A name without a dot is one of the local network.
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(_LOOPBACK_SUFFIXES):
        return "loopback"
    return "private" if "." not in name or name.endswith(_PRIVATE_SUFFIXES) else None


def kind_of_host(host: str) -> str | None:
    """Why a host is not public as far as its spelling tells, address or name; None if it may be."""
    address = literal_address(host)
    return kind_of_name(host) if address is None else kind_of_address(address)


def _carried_v4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    number = int(address)
    if address in _V4_MAPPED or address in _NAT64:
        return ipaddress.IPv4Address(number & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address((number >> 80) & 0xFFFF_FFFF)
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: lower-case ASCII host (an IPv6 address without brackets) and port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """The rule for one fetch. `own` is the feed's own place; `allow_private`: a person typed it, and meant it.

    A private address is allowed where host and port are the feed's own, and nowhere else: a feed on
    the intranet stays readable, yet cannot send us to its neighbour or to another port.
    """

    own: Place
    allow_private: bool = False

    def may_be_private(self, place: Place) -> bool:
        """Whether this place may lie in a private network."""
        return self.allow_private and (place.host, place.port) == (self.own.host, self.own.port)

    def objection(self, place: Place, came_from: Place | None = None) -> str:
        """Why a request may not go to `place`, as far as its spelling tells, in plain words; empty if it may.

        `came_from` is where a redirect stood; None for the feed's own address.
        """
        how = "is at" if came_from is None else "redirects to"
        if place.scheme not in {"http", "https"}:
            return f"{how} an address that is not http or https ({place.scheme or 'no scheme'}): refused"
        if not place.host:
            return f"{how} an address without a host: refused"
        if not 0 < place.port < 2**16:
            return f"{how} an impossible port ({place.port}): refused"
        if came_from is not None and came_from.scheme == "https" and place.scheme == "http":
            return f"redirects from https to unprotected http ({place.host}): refused"
        address = literal_address(place.host)
        if address is not None and (kind := kind_of_address(address)) and not self.may_be_private(place):
            return refusal(kind, place.host, is_redirect=came_from is not None)
        return ""


def refusal(kind: str, where: str, *, is_redirect: bool) -> str:
    """The sentence for an address that is not public and not allowed."""
    article = "an" if kind[0] in "aeiou" else "a"
    if is_redirect:
        return f"redirects to {article} {kind} address ({where}): refused"
    return f"is at {article} {kind} address ({where}), which is not allowed for this feed: refused"
