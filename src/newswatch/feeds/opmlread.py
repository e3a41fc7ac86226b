"""What an OPML file means: which feeds it names, and what in it is none.

The person's own file is taken at its word, mistakes and all are told; a file
from elsewhere is hostile and may be sloppy: what can be read of it is, and nothing in it gives a right.
Must never know the network: whether an address may be fetched is decided where it is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.parsers import expat

from newswatch.errors import FeedsInvalid
from newswatch.feeds.addresses import mended as mended_address
from newswatch.feeds.opmltext import declare_utf8, decode, mended
from newswatch.feeds.outline import Element, OutlineTree, read_tree
from newswatch.model.feed import Feed, FeedId, feed_id
from newswatch.text.clean import clean_line
from newswatch.text.urls import redact, safe_link
from newswatch.tomlfile import nearest, shown
from newswatch.units import format_duration, parse_duration

MAX_BYTES = 16 << 20
MAX_DEPTH = 64
MOST_WARNINGS = 1_000
"""Nobody reads more, and to work them out takes time."""
EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n  </head>\n  <body>\n  </body>\n</opml>\n'
)

_OURS = ("interval", "paused", "tags", "allow-private", "first-address", "earlier-addresses")
_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off", ""})
INTERVAL_S = (1.0, 30 * 86_400.0)
_LANGUAGE_LIMIT = 35
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """An outline that names something which is no feed for us. `address` is safe to show."""

    address: str
    reason: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line}: {self.address}: {self.reason}"


@dataclass(frozen=True, slots=True)
class OpmlDocument:
    """A list of feeds. `source` is its text in UTF-8, as the person wrote it.

    `places` says which outline each feed is, by index into the tree's outlines. `warnings` are sentences about
    overrides that make no sense, and what was mended. `too_deep` counts feeds below `MAX_DEPTH` folders.
    """

    source: bytes = field(repr=False)
    path: Path
    tree: OutlineTree = field(repr=False)
    is_own: bool
    found: tuple[Feed, ...]
    places: tuple[int, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[str, ...]
    too_deep: int

    def feeds(self) -> tuple[Feed, ...]:
        """The feeds in document order, each address once."""
        return self.found

    def outline_of(self, feed: FeedId) -> Element | None:
        """Where a feed stands."""
        for index, candidate in zip(self.places, self.found, strict=True):
            if candidate.id == feed:
                return self.tree.outlines[index]
        return None


def read_opml(data: bytes, path: Path | None = None, *, is_own: bool = False) -> OpmlDocument:
    """The feeds in these bytes; `path` is for errors.

    Of a person's own file (`is_own`) private addresses are allowed unless it says otherwise, and any mistake
    of form raises FeedsInvalid with line and column. Any other file is mended where it is not well formed,
    and `FeedsInvalid` means that there was nothing to mend, or a DOCTYPE.
    """
    path = path or Path("OPML")
    if len(data) > MAX_BYTES:
        raise FeedsInvalid(path, f"the file is larger than {MAX_BYTES >> 20} MiB")
    text, is_sure = decode(data)
    if is_own and not is_sure:
        raise FeedsInvalid(path, "this is not UTF-8 text; save the file in the encoding UTF-8", *_bad_byte(data))
    text = declare_utf8(text if is_own else text.lstrip("\0 \t\r\n"))
    source = text.encode("utf-8", "surrogatepass")
    try:
        return _interpreted(source, path, read_tree(source, path), is_own=is_own)
    except expat.ExpatError as fault:
        again = None if is_own else mended(text)
        if again is None:
            raise _malformed(path, fault) from fault
        warning = f"line {fault.lineno}: not well-formed XML ({expat.ErrorString(fault.code)}); mended what could be"
    source = again.encode("utf-8", "surrogatepass")
    document = _interpreted(source, path, read_tree(source, path), is_own=False)
    return replace(document, warnings=(warning, *document.warnings))


def _malformed(path: Path, fault: expat.ExpatError) -> FeedsInvalid:
    reason = expat.ErrorString(fault.code)
    message = f"this is not well-formed XML: {reason}. Mend the file, or put a good copy in its place"
    return FeedsInvalid(path, message, fault.lineno, fault.offset + 1)


def _bad_byte(data: bytes) -> tuple[int, int]:
    """Line and column of the first byte that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = data[: fault.start]
        return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return 1, 1


def _interpreted(source: bytes, path: Path, tree: OutlineTree, *, is_own: bool) -> OpmlDocument:
    """What the outlines mean: feeds, and what is none."""
    found: list[Feed] = []
    places: list[int] = []
    refused: list[Refused] = []
    warnings: list[str] = []
    too_deep = 0
    known: set[str] = set()
    for index, outline in enumerate(tree.outlines):
        written = _address(outline)
        if not written:
            continue
        if outline.depth > MAX_DEPTH:
            too_deep += 1
            continue
        address, reason = _checked(written, outline)
        if reason:
            refused.append(Refused(clean_line(redact(written), 200), reason, outline.line))
            continue
        feed = _feed(tree, outline, address, warnings, is_own=is_own)
        if address in known or feed.id in known:
            if len(warnings) < MOST_WARNINGS:
                warnings.append(f"line {outline.line}: this feed stands in the list already")
            continue
        known.update((address, feed.id))
        found.append(feed)
        places.append(index)
    if len(warnings) >= MOST_WARNINGS:
        warnings.append(f"only the first {MOST_WARNINGS:,} of the warnings are told")
    if too_deep:
        warnings.append(f"{too_deep} feeds lie deeper than {MAX_DEPTH} folders and were left out")
    return OpmlDocument(
        source, path, tree, is_own, tuple(found), tuple(places), tuple(refused), tuple(warnings), too_deep
    )


def _address(outline: Element) -> str:
    """The address that an outline names; that of a list it includes is one too, to be refused."""
    address = outline.get("xmlUrl")
    if not address and outline.get("type").casefold() == "include":
        return outline.get("url")
    return address


def _checked(written: str, outline: Element) -> tuple[str, str]:
    """The address to fetch, or "" and why there is none."""
    if not outline.is_feed:
        return "", "another list of feeds: import that file too"
    return mended_address(written)


def _feed(tree: OutlineTree, outline: Element, address: str, warnings: list[str], *, is_own: bool) -> Feed:
    overrides = _Overrides(outline, warnings)
    overrides.warn_of_unknown()
    first = overrides.ours.get("first-address", "") if is_own else ""
    between = overrides.ours.get("earlier-addresses", "").split() if is_own else []
    return Feed(
        id=feed_id(first or address),
        url=address,
        name=clean_line(_name(outline, address)),
        site=safe_link(outline.get("htmlUrl")),
        lang=clean_line(outline.get("language"), _LANGUAGE_LIMIT) or None,
        folder=tuple(_folders(tree, outline)),
        tags=overrides.tags(),
        interval_s=overrides.interval_s(),
        is_paused=overrides.flag("paused", usual=False),
        allow_private=is_own and overrides.flag("allow-private", usual=True),
        earlier=tuple(known for known in dict.fromkeys((first, *between)) if known and known != address),
    )


def _name(outline: Element, address: str) -> str:
    """The text of a feed's outline, else its title, as written; one that is merely an address is no name.

    It may be an earlier one of the feed, with a password in it: no screen and no log may show that.
    """

    def is_address(name: str) -> bool:
        return name in (address, outline.get("xmlUrl")) or _ADDRESS.fullmatch(name) is not None

    names = (outline.get("text"), outline.get("title"))
    return next((name for name in names if name and not is_address(name)), "")


def _folders(tree: OutlineTree, outline: Element) -> list[str]:
    """The names of the outlines around it, outermost first; those without a name are passed over."""
    names: list[str] = []
    parent = outline.parent
    while parent is not None:
        above = tree.outlines[parent]
        if not above.is_feed and (name := clean_line(above.title)):
            names.append(name)
        parent = above.parent
    return names[::-1]


@dataclass(frozen=True, slots=True)
class _Overrides:
    """The attributes of our namespace of one outline; what makes no sense is told, and the default holds."""

    outline: Element
    warnings: list[str]

    @property
    def ours(self) -> Mapping[str, str]:
        return self.outline.ours

    def warn_of_unknown(self) -> None:
        for name in self.ours:
            if name not in _OURS and len(self.warnings) < MOST_WARNINGS:
                near = nearest(name, _OURS)
                self._warn(f"unknown attribute nw:{shown(name)}" + (f"; did you mean nw:{near}?" if near else ""))

    def flag(self, name: str, *, usual: bool) -> bool:
        value = self.ours.get(name)
        if value is None or value.casefold() in _YES | _NO:
            return usual if value is None else value.casefold() in _YES
        self._warn(f'nw:{name}="{shown(value)}": write yes or no')
        return usual

    def tags(self) -> tuple[str, ...]:
        cleaned = (clean_line(tag) for tag in self.ours.get("tags", "").split(","))
        return tuple(dict.fromkeys(tag for tag in cleaned if tag))

    def interval_s(self) -> float | None:
        value = self.ours.get("interval")
        if value is None:
            return None
        try:
            seconds = parse_duration(value)
        except ValueError as mistake:
            self._warn(f'nw:interval="{shown(value)}": write {mistake}')
            return None
        least_s, most_s = INTERVAL_S
        if not least_s <= seconds <= most_s:
            self._warn(f"nw:interval: write from {format_duration(least_s)} to {format_duration(most_s)}")
            return None
        return seconds

    def _warn(self, sentence: str) -> None:
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(f"line {self.outline.line}: {sentence}")
