"""Links before they are opened: only http(s), with the host a browser would really go to. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


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
