"""Links before they are opened: only http(s), with the host a browser would really go to. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LONGEST = 2_000  # what terminals take of a link: VTE's limit is 2,083
_HYPERLINK = re.compile(r"https?://[!-~]+")


def real_host(link: str) -> str:
    """The host as it goes over the wire (punycode), so that look-alike letters show. Empty if there is none."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def host_and_port(link: str) -> str:
    """The real host, with the port where the link names one: another port is another server."""
    host = real_host(link)
    try:
        port = urlsplit(link).port
    except ValueError:
        return host
    return f"{host}:{port}" if host and port is not None else host


def is_safe_to_open(link: str) -> bool:
    """Whether a browser may be asked: http or https, with a host, and no blank or control character."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(real_host(link)) and link.isprintable() and " " not in link


def hyperlink(link: str) -> str:
    """The link in the form that a terminal is given (OSC 8): its real host, ASCII, percent signs for the rest. Empty
    where it must not be one.
    """
    if not is_safe_to_open(link):
        return ""
    parts = urlsplit(link)
    try:
        host, place = host_and_port(link), parts._replace(scheme="", netloc="").geturl()
    except ValueError:
        return ""
    # Who a person is at that host is nothing to hand to a terminal.
    given = f"{parts.scheme}://{host}{quote(place, safe=_KEPT)}"
    return given if is_hyperlink(given) else ""


def is_hyperlink(link: str) -> bool:
    """Whether this may stand in a terminal's link: http(s), nothing but visible ASCII, not too long."""
    return len(link) <= LONGEST and _HYPERLINK.fullmatch(link) is not None


_KEPT = "%/:=&?~#+!$,;'@()*[]-._"
