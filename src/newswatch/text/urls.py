"""Addresses: what may be opened, what is the same page, and what may be shown.

`safe_link` decides what becomes a link at all; `canonical_link` whether two links name one page;
`redact` takes the secrets out of an address before a person, a log or a file sees it. Nothing here
resolves a name or opens a connection: whether an address may be fetched is the business of `fetch`.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote, urljoin

LINK_LIMIT = 8_192  # longer than any address that works; some browsers stop at 2,000
HIDDEN = "***"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_HAS_SLASHES = re.compile(r"https?:/", re.IGNORECASE)
_CONTROLS_AND_BLANKS = "".join(map(chr, range(0x21))) + "\x7f\u200b\u2060\ufeff\xa0\u2028\u2029\u3000"
_REMOVED = re.compile("[\t\n\r]")  # browsers drop these from the middle of an address
_HTTP = re.compile(r"(https?):/*([^/?#]*)([^#]*)(#.*)?\Z", re.IGNORECASE | re.DOTALL)
_LABELS = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\Z")
_UNSAFE_IN_LINK = re.compile(r"""[\s"<>\\^`{|}]|[^\x21-\x7e]""")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that say how a reader came to a page, never which page it is. Sources: the documentation of
# the analytics and mailing services, and the links of the feeds of large newsrooms.
_TRACKING = re.compile(
    r"""
    (?:utm|at|mtm|pk|hsa|stm|itm|ns)_ | wt[._] | _hs | guce_ | soc_ | oly_ | vero_ |
    (?: fbclid | gclid | gclsrc | dclid | gbraid | wbraid | msclkid | ysclid | yclid | twclid | ttclid | li_fat_id
      | igshid | igsh | mc_cid | mc_eid | mkt_tok | wickedid | _ga | _gl | _openstat | __twitter_impression
      | cmp | cmpid | icid | intcid | ncid | ocid | ftag | smid | smtyp | emc | xtor | taid | mbid | ito | maca
      | guccounter | traffic_source | feedtype | feedname | rssfeed | hsctatracking | sr_share | s_cid | s_kwcid
      | spm | sref
    )\Z
    """,
    re.VERBOSE,
)
# Words that mean an article's own parameter in some places, and "came through a feed" in others.
_FEED_VALUES = frozenset({"rss", "feed", "rss2", "atom", "rssfeed", "feeds", "newsfeed", "homepage_rss"})
_FEED_KEYS = frozenset({"ref", "source", "src", "from", "partner", "via", "output", "cid", "campaign", "medium", "rss"})

_URL_IN_TEXT = re.compile(r"""[a-z][a-z0-9+.-]{1,20}://[^\s<>"]+""", re.IGNORECASE)
_AUTHORITY_END = re.compile(r"[/?#\\]")
_PARAMETER = re.compile("([^&;=]*)(=[^&;]*)|[^&;=]+")
_VALUE = re.compile("=[^&;#?]*")
_QUERY_VALUE = re.compile(r"""([?&;][\w.\-\[\]%:]{1,80}=)[^\s&#<>"']+""")


def safe_link(raw: str | None, base: str | None = None) -> str | None:
    """The address as an absolute http(s) link that may be opened and shown, or None.

    Relative ones are taken from `base`. What a browser would forgive is mended (blanks, quotes and
    invisible characters are percent-encoded, the host is in lower case and in its own script); a name or
    password before the host is dropped, since it makes one site look like another.
    """
    if not raw or len(raw) > LINK_LIMIT:
        return None
    address = _REMOVED.sub("", raw.strip(_CONTROLS_AND_BLANKS))
    if not address:
        return None
    scheme = _SCHEME.match(address)
    if scheme is None or (scheme[1].lower() in _DEFAULT_PORTS and not _HAS_SLASHES.match(address)):
        joined = _absolute(address, base)
        if joined is None:
            return None
        address = joined
    elif scheme[1].lower() not in _DEFAULT_PORTS:
        return None
    parts = _HTTP.match(address)
    if parts is None:
        return None
    host = _authority(parts[2], parts[1].lower())
    if host is None:
        return None
    rest = parts[3] + (parts[4] or "")
    if rest.startswith("?"):
        rest = "/" + rest
    link = f"{parts[1].lower()}://{host}{_UNSAFE_IN_LINK.sub(_percent, rest)}"
    return link if len(link) <= 2 * LINK_LIMIT else None


def _absolute(address: str, base: str | None) -> str | None:
    if address.lower().startswith("www."):
        return "http://" + address  # nobody means a file of that name
    if base is None:
        return None
    first = address.partition("/")[0].lower()
    if "." in first and first in {host_of(base), site_of(base)}:
        return f"{base.partition(':')[0]}://{address}"  # the scheme was forgotten
    try:
        joined = urljoin(base, address)
    except ValueError:
        return None  # a base or address that is none, such as an open bracket in the host
    return joined if _HAS_SLASHES.match(joined) else None


def _authority(raw: str, scheme: str) -> str | None:
    """`host` or `host:port` in normal form, without user name and password; None if it is no host."""
    if "\\" in raw:
        return None  # browsers take it for a slash, most libraries do not: the two see different hosts
    host, port = _host_and_port(raw.rpartition("@")[2])
    if port:
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65_536):
            return None
        port = "" if int(port) == _DEFAULT_PORTS[scheme] else f":{int(port)}"
    name = _legible_host(host)
    return None if name is None else name + port


def _host_and_port(raw: str) -> tuple[str, str]:
    if raw.startswith("["):
        host, bracket, port = raw.partition("]")
        return host + bracket, port.removeprefix(":")
    host, _, port = raw.partition(":")
    return host, port


def _legible_host(raw: str) -> str | None:
    """The host in lower case and its own script; None unless it has a valid ASCII form."""
    if raw.startswith("["):
        if "%" in raw or not raw.endswith("]"):
            return None  # a zone (%) names an interface of one machine
        try:
            return f"[{IPv6Address(raw[1:-1]).compressed}]"
        except AddressValueError:
            return None
    ascii_form = _ascii_host(raw)
    if ascii_form is None:
        return None
    if "xn--" not in ascii_form:
        return ascii_form
    try:
        legible = ascii_form.encode("ascii").decode("idna")
    except UnicodeError:
        return ascii_form
    return legible if legible.isprintable() else ascii_form  # what came after Unicode 3.2, IDNA lets through


def _ascii_host(raw: str) -> str | None:
    """The host as DNS sees it; None if it is none."""
    host = raw.lower() if "%" not in raw else ""
    if not host or len(host) > 253:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    host = host.removesuffix(".")
    return host if _LABELS.match(host) else None


def _percent(match: re.Match[str]) -> str:
    char = match[0]
    if char > "\x7f" and char.isprintable() and not char.isspace():
        return char  # letters of other scripts stay legible
    return quote(char.encode("utf-8", "replace"), safe="")


def canonical_link(link: str) -> str:
    """What two links to the same page have in common: for comparing only, never for opening.

    Scheme, `www.`, default port, fragment (but for `#!` and `#/`, which name pages), tracking parameters
    and a trailing slash make no difference; the order of the remaining parameters does.
    """
    parts = _HTTP.match(link)
    if parts is None:
        return link
    host, port = _host_and_port(parts[2].rpartition("@")[2])
    name = (_ascii_host(host) or host.lower()).removeprefix("www.")
    if port and port != str(_DEFAULT_PORTS[parts[1].lower()]):
        name += ":" + port
    path, mark, query = parts[3].partition("?")
    path = _normal_escapes(path).rstrip("/")
    kept = [item for item in re.split("[&;]", query) if item and not _is_tracking(item)] if mark else []
    fragment = parts[4] or ""
    return "".join(
        (
            "//",
            name,
            path,
            "?" + _normal_escapes("&".join(kept)) if kept else "",
            fragment if fragment.startswith(("#!", "#/")) else "",
        )
    )


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.lower().partition("=")
    return (
        _TRACKING.match(name) is not None
        or (name in _FEED_KEYS and value in _FEED_VALUES)
        or parameter in {"rss", "rss=1"}
    )


def _normal_escapes(text: str) -> str:
    """Percent-encoding in one form: nothing encoded that need not be, capital digits, the rest encoded."""

    def normal(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    escaped = _UNSAFE_IN_LINK.sub(lambda match: quote(match[0].encode("utf-8", "replace"), safe=""), text)
    return _BARE_PERCENT.sub("%25", _ESCAPE.sub(normal, escaped))


def redact(url: str) -> str:
    """The address without its secrets: name and password before the host, and every value in the query."""
    head, slashes, rest = url.partition("://")
    if not slashes:
        return _QUERY_VALUE.sub(rf"\1{HIDDEN}", url)
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    if "@" in authority:
        rest = f"{HIDDEN}@" + rest[authority.rindex("@") + 1 :]
    elif "@" in rest and not (_host_and_port(authority)[1] or "0").isdigit():
        # A password with a slash in it: what looks like host and port is its beginning.
        rest = f"{HIDDEN}@" + rest.rpartition("@")[2]
    place, mark, query = rest.partition("?")
    place, hash_mark, fragment = place.partition("#")
    return head + slashes + place + hash_mark + _VALUE.sub(f"={HIDDEN}", fragment) + mark + _without_values(query)


def _without_values(query: str) -> str:
    """Each `name=value` as `name=***`, and a parameter without a name as `***`."""
    query, hash_mark, fragment = query.partition("#")
    shown = _PARAMETER.sub(lambda match: f"{match[1]}={HIDDEN}" if match[2] else HIDDEN, query)
    return shown + hash_mark + _VALUE.sub(f"={HIDDEN}", fragment)


def redact_text(text: str) -> str:
    """Any text with the addresses in it redacted, and with values of things that look like a query hidden."""
    if "://" in text:
        text = _URL_IN_TEXT.sub(lambda match: redact(match[0]), text)
    return _QUERY_VALUE.sub(rf"\1{HIDDEN}", text) if "=" in text else text


def host_of(url: str) -> str:
    """The real host in lower case, in punycode if it is not ASCII, without user name and port; "" if none."""
    parts = _HTTP.match(url)
    if parts is None or "\\" in parts[2]:
        return ""
    host, _ = _host_and_port(parts[2].rpartition("@")[2])
    return host.lower() if host.startswith("[") else (_ascii_host(host) or "")


def site_of(url: str) -> str:
    """The host as a short name for the site: without `www.`."""
    return host_of(url).removeprefix("www.")
