"""Where the lines of feeds stand in an OPML document: taken out, put back to where they were, moved to another folder.

A line goes as it was written, with every attribute, known or not. Pure, as `opmledit`. Must never touch a disk.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from newswatch.errors import FeedRefused, FeedsInvalid
from newswatch.feeds.opmledit import add_feeds, cut_feeds, remove_feed
from newswatch.feeds.opmlread import OpmlDocument, read_opml
from newswatch.feeds.outline import Element
from newswatch.model.feed import Feed, FeedId, feed_id


@dataclass(frozen=True, slots=True)
class TakenLine:
    """The line of a feed that was taken out, the feed that stood right before it in its folder, and the next one behind
    it that stayed.
    """

    feed: Feed
    line: bytes = field(repr=False)
    before: FeedId | None
    behind: FeedId | None


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Lines that were taken out together, in the order in which they stood.

    In a document that is still the one without them (`without` names that), the `pieces` go in where they stood and
    all is as it was. In any other each goes beside the feed that stood before it or behind it, else to its folder's
    end.
    """

    lines: tuple[TakenLine, ...]
    without: bytes = field(repr=False)
    pieces: tuple[tuple[int, bytes], ...] = field(repr=False)

    @property
    def feeds(self) -> frozenset[FeedId]:
        """The feeds whose lines these are."""
        return frozenset(one.feed.id for one in self.lines)


def take_out(document: OpmlDocument, feeds: Collection[FeedId]) -> tuple[OpmlDocument, TakenOut]:
    """The document without these feeds, and what to put them back with."""
    after, pieces = cut_feeds(document, feeds)
    return after, TakenOut(_lines(document, frozenset(feeds)), _name_of(after.source), pieces)


def put_back(document: OpmlDocument, taken: TakenOut) -> OpmlDocument:
    """The document with the lines again; those of feeds that stand in it already are passed over."""
    if _name_of(document.source) != taken.without:
        for one in taken.lines:
            document = _line_put_back(document, one)
        return document
    source, written, at = document.source, [], 0
    for place, piece in taken.pieces:
        written += [source[at:place], piece]
        at = place
    return _read(document, b"".join((*written, source[at:])))


def _line_put_back(document: OpmlDocument, taken: TakenLine) -> OpmlDocument:
    if any(feed.id == taken.feed.id or feed.url == taken.feed.url for feed in document.found):
        return document
    source = document.source
    line_end = b"\r\n" if b"\r\n" in source else b"\n"
    for neighbour, is_before in ((taken.before, True), (taken.behind, False)):
        outline = document.outline_of(neighbour) if neighbour is not None else None
        if outline is None:
            continue
        indent = source[source.rfind(b"\n", 0, outline.start) + 1 : outline.start]
        gap = line_end + indent if not indent.strip() else b""
        at, piece = (outline.stop, gap + taken.line) if is_before else (outline.start, taken.line + gap)
        return _read(document, source[:at] + piece + source[at:])
    return _with_line(document, taken.feed, taken.line)


def move_to_folder(document: OpmlDocument, feed: FeedId, folder: tuple[str, ...]) -> OpmlDocument:
    """The document with this feed at the end of another folder, which is made if it is missing.

    Raises FeedRefused where the line would say something else there.
    """
    outline, known = _standing(document, feed)
    if known.folder == folder:
        return document
    line = _alone(document.source[outline.start : outline.end])
    moved = _with_line(remove_feed(document, feed), replace(known, folder=folder), line)
    if replace(known, folder=folder) not in moved.found:
        raise FeedRefused(f"its line cannot be moved to another folder by newswatch: do it in {document.path}")
    return moved


def _with_line(document: OpmlDocument, feed: Feed, line: bytes) -> OpmlDocument:
    """The document with this line for the feed at the end of its folder."""
    added = add_feeds(document, [replace(feed, id=feed_id(feed.url))])
    place = next((place for one, place in zip(added.found, added.places, strict=True) if one.url == feed.url), None)
    if place is None:
        raise FeedRefused(f"its line cannot be written: do it in {document.path}")
    outline = added.tree.outlines[place]
    return _read(document, added.source[: outline.start] + line + added.source[outline.stop :])


def _standing(document: OpmlDocument, feed: FeedId) -> tuple[Element, Feed]:
    outline = document.outline_of(feed)
    if outline is None:
        raise FeedsInvalid(document.path, "there is no such feed in it")
    return outline, next(known for known in document.found if known.id == feed)


def _lines(document: OpmlDocument, wanted: Collection[FeedId]) -> tuple[TakenLine, ...]:
    """What is to be remembered of these feeds' lines, in the order of the document."""
    lines: dict[FeedId, TakenLine] = {}
    last_in: dict[int | None, FeedId] = {}  # by folder, the feed that was met last in it
    open_in: dict[int | None, list[FeedId]] = {}  # and those that leave since one was met that stays
    for feed, place in zip(document.found, document.places, strict=True):
        outline = document.tree.outlines[place]
        folder = outline.parent
        if feed.id in wanted:
            line = _alone(document.source[outline.start : outline.end])
            lines[feed.id] = TakenLine(feed, line, last_in.get(folder), None)
            open_in.setdefault(folder, []).append(feed.id)
        else:
            for left in open_in.pop(folder, ()):
                lines[left] = replace(lines[left], behind=feed.id)
        last_in[folder] = feed.id
    return tuple(lines.values())


def _alone(tag: bytes) -> bytes:
    """A start tag as an element without anything in it."""
    return tag if tag.endswith(b"/>") else tag[:-1].rstrip() + b"/>"


def _name_of(source: bytes) -> bytes:
    return blake2b(source, digest_size=16).digest()


def _read(document: OpmlDocument, source: bytes) -> OpmlDocument:
    return read_opml(source, document.path, is_own=document.is_own)
