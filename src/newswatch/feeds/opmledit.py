"""Edits of an OPML document: feeds come, go and change, every other byte stays as it was.

Pure: a document in, a new one out, read again from its new source. Must never touch a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from newswatch.errors import FeedsInvalid
from newswatch.feeds.opmlread import EMPTY, MAX_DEPTH, OpmlDocument, read_opml
from newswatch.feeds.opmltext import escaped, tag
from newswatch.feeds.outline import NAMESPACE, USUAL_PREFIX, Element
from newswatch.model.feed import Feed, FeedId, feed_id
from newswatch.text.clean import clean_line
from newswatch.units import format_duration

_STEP = "  "
_USER = re.compile("^([a-z]+://)[^/?#]*@", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


def build_opml(feeds: Iterable[Feed], title: str) -> OpmlDocument:
    """A list of these feeds to give away: names and passwords in their addresses are left out, so is what is
    only for here (intervals, pauses, tags, rights)."""
    head = f"  <head>\n    <title>{escaped(clean_line(title))}</title>\n"
    source = EMPTY.replace(b"  <head>\n", head.encode("utf-8"))
    public = [
        Feed(feed_id(address), address, feed.name, feed.site, feed.lang, feed.folder, allow_private=True)
        for feed in feeds
        for address in (_without_user(feed.url),)
    ]
    return add_feeds(read_opml(source, is_own=True), public)


def add_feeds(document: OpmlDocument, feeds: Iterable[Feed]) -> OpmlDocument:
    """The document with these feeds at the end of their folders, which are made where they are missing.

    Those whose address or id stands in it already are passed over. A feed that is not `allow_private` says
    so in the file, since what stands in a person's own file may be private otherwise.
    """
    known = {feed.id for feed in document.found} | {feed.url for feed in document.found}
    fresh = {feed.url: feed for feed in feeds if feed.id not in known and feed.url not in known}
    if not fresh:
        return document
    if any(_has_overrides(feed) for feed in fresh.values()):
        document = _with_namespace(document)
    branches: dict[int | None, _Branch] = {}
    folders = _folders(document)
    for feed in fresh.values():
        anchor, missing = _anchor(folders, feed.folder)
        branches.setdefault(anchor, _Branch()).put(missing, feed)
    prefix = document.tree.root.prefix or USUAL_PREFIX
    edits = [_insertion(document, anchor, branch, prefix) for anchor, branch in branches.items()]
    return _spliced(document, edits)


def remove_feed(document: OpmlDocument, feed: FeedId) -> OpmlDocument:
    """The document without this feed; outlines inside its own stay."""
    outline = _outline(document, feed)
    source = document.source
    if outline.stop == outline.end:
        start, stop = _with_line(source, outline.start, outline.stop)
        return _spliced(document, [_Edit(start, stop, b"")])
    closing = source.rindex(b"</", outline.end, outline.stop)
    if not source[outline.end : closing].strip():
        return _spliced(document, [_Edit(*_with_line(source, outline.start, outline.stop), b"")])
    return _spliced(document, [_Edit(outline.start, outline.end, b""), _Edit(closing, outline.stop, b"")])


def change_feed(document: OpmlDocument, feed: Feed) -> OpmlDocument:
    """The document with the feed of this id as it is here: name, address, site, language, overrides.

    A new address keeps the id: the first one is remembered beside it. The folder stays as it is.
    """
    outline = _outline(document, feed.id)
    old = next(candidate for candidate in document.found if candidate.id == feed.id)
    if feed_id(feed.url) != feed.id or _has_overrides(feed):
        document = _with_namespace(document)
        outline = _outline(document, feed.id)
    prefix = outline.prefix or USUAL_PREFIX
    before, wanted = _attributes(old, prefix), _attributes(feed, prefix)
    changes = {key: wanted.get(key) for key in {**before, **wanted} if before.get(key) != wanted.get(key)}
    if "first-address" not in outline.ours and feed_id(feed.url) != feed.id:
        changes[f"{prefix}:first-address"] = old.url
    if "text" in changes and outline.get("title"):
        changes["title"] = changes["text"]
    new = _retagged(document.source[outline.start : outline.end], changes)
    return _spliced(document, [_Edit(outline.start, outline.end, new)])


@dataclass(frozen=True, slots=True)
class _Edit:
    """Bytes `start`:`end` of the source become `new`."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True)
class _Branch:
    """Feeds to be written, and folders of feeds."""

    feeds: list[Feed] = field(default_factory=list)
    folders: dict[str, _Branch] = field(default_factory=dict)

    def put(self, folder: Sequence[str], feed: Feed) -> None:
        branch = self
        for name in folder:
            branch = branch.folders.setdefault(name, _Branch())
        branch.feeds.append(feed)

    def lines(self, indent: str, prefix: str) -> list[str]:
        written = [f"{indent}{tag('outline', _attributes(feed, prefix))}" for feed in self.feeds]
        for name, branch in self.folders.items():
            written.append(f"{indent}{tag('outline', {'text': name}, is_closed=False)}")
            written.extend(branch.lines(indent + _STEP, prefix))
            written.append(f"{indent}</outline>")
        return written


def _attributes(feed: Feed, prefix: str) -> Mapping[str, str]:
    """The attributes that say this of a feed, usual ones left out."""
    attributes = {
        "type": "rss",
        "text": feed.name or feed.url,  # OPML wants a text; as a name the address means none
        "xmlUrl": feed.url,
    }
    if feed.site:
        attributes["htmlUrl"] = feed.site
    if feed.lang:
        attributes["language"] = feed.lang
    if feed.interval_s is not None:
        attributes[f"{prefix}:interval"] = format_duration(feed.interval_s)
    if feed.is_paused:
        attributes[f"{prefix}:paused"] = "yes"
    if feed.tags:
        attributes[f"{prefix}:tags"] = ", ".join(feed.tags)
    if not feed.allow_private:
        attributes[f"{prefix}:allow-private"] = "no"
    return attributes


def _has_overrides(feed: Feed) -> bool:
    return any(":" in key for key in _attributes(feed, USUAL_PREFIX))


def _without_user(url: str) -> str:
    return _USER.sub(r"\1", url)


def _folders(document: OpmlDocument) -> Mapping[tuple[str, ...], int]:
    """The index of each folder by its path of names; of two with one path the first."""
    paths: list[tuple[str, ...]] = []
    folders: dict[tuple[str, ...], int] = {}
    for index, outline in enumerate(document.tree.outlines):
        above = () if outline.parent is None else paths[outline.parent]
        name = "" if outline.is_feed else clean_line(outline.title)
        paths.append((*above, name)[:MAX_DEPTH] if name else above)
        if name:
            folders.setdefault(paths[-1], index)
    return folders


def _anchor(folders: Mapping[tuple[str, ...], int], folder: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    """The deepest folder of this path that is there, None for the body; and the names below it that are not."""
    folder = folder[: MAX_DEPTH - 1]
    for depth in range(len(folder), 0, -1):
        if (index := folders.get(folder[:depth])) is not None:
            return index, folder[depth:]
    return None, folder


def _insertion(document: OpmlDocument, anchor: int | None, branch: _Branch, prefix: str) -> _Edit:
    """The edit that writes a branch at the end of a folder, or of the body."""
    source, tree = document.source, document.tree
    holder = tree.body if anchor is None else tree.outlines[anchor]
    if holder is None:
        indent = _indent(source, tree.root.start) + _STEP
        lines = [f"{indent}<body>", *branch.lines(indent + _STEP, prefix), f"{indent}</body>"]
        return _appended(source, tree.root, lines)
    sibling = next((outline for outline in tree.outlines if outline.parent == anchor), None)
    holder_indent = _indent(source, holder.start)
    indent = "" if sibling is None else _indent(source, sibling.start)
    return _appended(
        source, holder, branch.lines(indent if len(indent) > len(holder_indent) else holder_indent + _STEP, prefix)
    )


def _appended(source: bytes, holder: Element, lines: Sequence[str]) -> _Edit:
    """The edit that puts lines before the end of an element."""
    line_end = "\r\n" if b"\r\n" in source else "\n"
    block = line_end.join(lines)
    indent = _indent(source, holder.start)
    if holder.stop == holder.end:  # <body/> becomes <body>…</body>
        opening = source[holder.start : holder.end - 2].rstrip() + b">"
        return _Edit(
            holder.start, holder.end, opening + f"{line_end}{block}{line_end}{indent}</{holder.name}>".encode()
        )
    closing = source.rindex(b"</", holder.end, holder.stop)
    line_start = source.rfind(b"\n", 0, closing) + 1
    if holder.end <= line_start and not source[line_start:closing].strip():
        return _Edit(line_start, line_start, f"{block}{line_end}".encode())
    return _Edit(closing, closing, f"{line_end}{block}{line_end}{indent}".encode())


def _with_namespace(document: OpmlDocument) -> OpmlDocument:
    """The document with a prefix for our attributes on its root."""
    root = document.tree.root
    if root.prefix is not None:
        return document
    taken = {key.removeprefix("xmlns:") for key in root.attributes if key.startswith("xmlns:")}
    prefix = next(name for name in (USUAL_PREFIX, "newswatch", "newswatch-opml") if name not in taken)
    new = _retagged(document.source[root.start : root.end], {f"xmlns:{prefix}": NAMESPACE})
    return _spliced(document, [_Edit(root.start, root.end, new)])


def _retagged(tag_bytes: bytes, changes: Mapping[str, str | None]) -> bytes:
    """A start tag with attributes set, or taken out (None); the others keep place, quotes and blanks."""
    text = tag_bytes.decode("utf-8")
    for key, value in changes.items():
        written = "" if value is None else f'{key}="{escaped(value)}"'
        found = next((match for match in _ATTRIBUTE.finditer(text) if match[2].casefold() == key.casefold()), None)
        if found is not None:
            text = text[: found.start()] + (found[1] + written if written else "") + text[found.end() :]
        elif written:
            inner = text.removesuffix(">").removesuffix("/").rstrip()
            text = f"{inner} {written}{'/' if text.endswith('/>') else ''}>"
    return text.encode("utf-8")


def _outline(document: OpmlDocument, feed: FeedId) -> Element:
    outline = document.outline_of(feed)
    if outline is None:
        raise FeedsInvalid(document.path, "there is no such feed in it")
    return outline


def _indent(source: bytes, position: int) -> str:
    """The blanks before what stands at this position, if nothing else is before it on its line."""
    before = source[source.rfind(b"\n", 0, position) + 1 : position]
    return "" if before.strip() else before.decode("utf-8")


def _with_line(source: bytes, start: int, stop: int) -> tuple[int, int]:
    """The same range, with the whole line if nothing else stands on it."""
    line_start, line_end = source.rfind(b"\n", 0, start) + 1, source.find(b"\n", stop)
    if line_end < 0 or source[line_start:start].strip() or source[stop:line_end].strip():
        return start, stop
    return line_start, line_end + 1


def _spliced(document: OpmlDocument, edits: Sequence[_Edit]) -> OpmlDocument:
    source = document.source
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):  # from the end: places before it stay true
        source = source[: edit.start] + edit.new + source[edit.end :]
    return read_opml(source, document.path, is_own=document.is_own)
