"""Addresses of feeds: what a person or a file writes becomes one to fetch, and which of them name the same feed.

Pure. Must never know whether an address answers, or may be asked at all: that is decided where it is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newswatch.errors import UsageError
from newswatch.model.feed import Feed
from newswatch.text.clean import clean_line
from newswatch.text.tokens import NAME_OF_SECRET
from newswatch.text.urls import redact, safe_link

_NOT_IN_ADDRESS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\u200b\ufeff]")
_FEED_SCHEME = re.compile("feed:(//)?", re.IGNORECASE)
_SCHEME = re.compile("([A-Za-z][A-Za-z0-9+.-]*):")
_HTTP = re.compile("https?://", re.IGNORECASE)
_NAME_AND_PASSWORD = re.compile(r"(?!mailto:|sips?:|xmpp:)[^/?#@\s:]+:[^/?#@\s]*@[^/?#@\s]", re.IGNORECASE)
_BAD_PORT = re.compile(r"https?://[^/?#]*:([0-9]{5,})(?:[/?#]|\Z)", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"[^/?#@\s:]+:[0-9]{1,5}(?:[/?#]|\Z)")
_PARTS = re.compile(r"https?://([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE)
_USUAL_PORT = re.compile(r":(?:80|443)?\Z")
_USER = re.compile("^([a-z]+://)[^/?#]*@", re.IGNORECASE)

_SECRET_VALUE = re.compile(r"[0-9A-Fa-f]{32,}")
_PARAMETER = re.compile(r"([?&;])([^&;=#]*)(=[^&;#]*)?")


def mended(written: str) -> tuple[str, str]:
    """The address to fetch for what stands in a file, or "" and why there is none."""
    address = _NOT_IN_ADDRESS.sub("", written)
    if (nested := _FEED_SCHEME.match(address)) is not None:  # feed://host/ and feed:https://host/
        address = address[nested.end() :] if nested[1] is None else f"http://{address[nested.end() :]}"
    safe = safe_link(address)
    if safe is None or not _is_legible(address):
        scheme = _SCHEME.match(address)
        if scheme is not None and scheme[1].casefold() not in {"http", "https"}:
            return "", f"{scheme[1][:20]}: is not an address of the web; only http and https are fetched"
        return "", "this is no address: it needs http:// or https:// and a host"
    return (address if _HTTP.match(address) else safe), ""


def typed_addresses(typed: str) -> tuple[str, ...]:
    """The addresses that a person may have meant, the likeliest first: of a host without a scheme https, then http.

    Raises UsageError for what is no address.
    """
    address = _NOT_IN_ADDRESS.sub("", typed)
    nested = _FEED_SCHEME.match(address)
    if nested is not None:
        address = address[nested.end() :]
    if not _HTTP.match(address):
        if _NAME_AND_PASSWORD.match(address):  # no guess: the second one would send the password in the clear
            raise UsageError(
                "an address with a user name and a password needs https:// in front (or http://, if you mean that)"
            )
        scheme = _SCHEME.match(address)
        if scheme is not None and not _HOST_AND_PORT.match(address):
            name = clean_line(scheme[1], 20)
            raise UsageError(f"{name}: is not an address of the web; only http and https are fetched")
        if re.search(r"\s", typed.strip()):
            raise UsageError(f"{shown(typed)!r} is no address; write one such as https://example.org/")
        bare = address.lstrip("/")
        guesses: tuple[str, ...] = (f"https://{bare}", f"http://{bare}")
    else:
        guesses = (address,)
    if safe_link(guesses[0]) is None or not _is_legible(guesses[0]):
        if (bad := _BAD_PORT.match(guesses[0])) is not None:
            raise UsageError(f"{shown(typed)!r} is no address: there is no port {bad[1][:20]}; the last one is 65535")
        raise UsageError(f"{shown(typed)!r} is no address: it needs a host, such as https://example.org/")
    return guesses


def _is_legible(address: str) -> bool:
    """Whether the standard library can take it apart, as all who fetch it have to: it refuses characters that become
    part of the host, or end it, once they are normalised, even in a user name.
    """
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def likeness(address: str) -> str:
    """What two addresses of the same feed have in common, http or https, for comparing only.

    A slash at the end, a fragment, the case of the host and a usual port make no difference; all else does.
    """
    parts = _PARTS.match(address)
    if parts is None:
        return address
    user, at, host = parts[1].rpartition("@")
    return f"{user}{at}{_USUAL_PORT.sub('', host).casefold()}{parts[2].rstrip('/')}{parts[3] or ''}"


def feed_at(feeds: Iterable[Feed], address: str) -> Feed | None:
    """The first of these feeds that is at this address, or moved away from it."""
    wanted = likeness(address)
    return next((feed for feed in feeds if wanted in map(likeness, (feed.url, *feed.earlier))), None)


def without_secrets(address: str) -> str:
    """The address without user name and password, and without parameters that let their holder in."""
    head, mark, query = _USER.sub(r"\1", address).partition("?")
    if not mark:
        return head
    query, hash_mark, fragment = query.partition("#")
    kept = [piece for piece in _PARAMETER.finditer(mark + query) if not _is_secret(piece)]
    parameters = "".join(piece[0] for piece in kept)
    return head + (mark + parameters[1:] if parameters else "") + hash_mark + fragment


def holds_secret(address: str) -> bool:
    """Whether something in the address lets its holder in, as far as can be told."""
    return without_secrets(address) != address


def shown(address: str) -> str:
    """The address for a person's eyes: redacted, and clean."""
    return clean_line(redact(address), 500)


def _is_secret(parameter: re.Match[str]) -> bool:
    value = parameter[3] or ""
    return NAME_OF_SECRET.fullmatch(parameter[2]) is not None or _SECRET_VALUE.fullmatch(value[1:]) is not None
