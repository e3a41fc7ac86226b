"""Conditions on a document's address and language tag, which are matched by no words (§6 of docs/rules-semantics.md).

Must never know how rules are written or indexed.
"""

from __future__ import annotations

import re
from contextlib import suppress

from newswatch.match.reading import Place, Reading, rank_of

_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#\\]*@)?(\[[^\]/?#]*\]|[^/?#\\:]*)", re.IGNORECASE)


class InUrl:
    """A piece of the address, letter case ignored."""

    __slots__ = ("_pattern",)

    def __init__(self, text: str) -> None:
        self._pattern = re.compile(f"(?=({re.escape(text)}))", re.IGNORECASE)  # ahead, so that overlapping ones count

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return self._pattern.search(reading.document.url) is not None

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        for match in self._pattern.finditer(reading.document.url):
            places.add(Place(rank_of("url"), 0, *match.span(1)))


class AtSite:
    """The host of the address is `host` or one under it."""

    __slots__ = ("_hosts",)

    def __init__(self, host: str) -> None:
        self._hosts = {host}
        with suppress(UnicodeError):  # no name of a real host, but still one that can be compared
            self._hosts.add(host.encode("idna").decode("ascii"))

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        host, _ = host_of(reading.document.url)
        host = host.lower().rstrip(".")
        return any(host == one or host.endswith("." + one) for one in self._hosts)

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        host, start = host_of(reading.document.url)
        places.add(Place(rank_of("url"), 0, start, start + len(host)))


class HasHost:
    """The address names a host."""

    __slots__ = ()

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return bool(host_of(reading.document.url)[0])

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """Nothing: see §8."""


class InLanguage:
    """The language tag is `tag` or refines it."""

    __slots__ = ("_tag",)

    def __init__(self, tag: str) -> None:
        self._tag = tag

    def holds(self, reading: Reading) -> bool:
        """See `Condition.holds`."""
        return is_within(reading.document.lang, self._tag)

    def mark(self, reading: Reading, places: set[Place]) -> None:
        """See `Condition.mark`."""
        places.add(Place(rank_of("lang"), 0, 0, len(reading.document.lang)))


def host_of(url: str) -> tuple[str, int]:
    """The host of an address as written, and where it starts; "" where it has none."""
    match = _HOST.match(url)
    return (match[1], match.start(1)) if match else ("", 0)


def is_within(lang: str, tag: str) -> bool:
    """Whether a language tag is `tag` (lower case, with hyphens) or refines it, as en-GB refines en."""
    lang = lang.strip().lower().replace("_", "-")
    return lang == tag or lang.startswith(tag + "-")
