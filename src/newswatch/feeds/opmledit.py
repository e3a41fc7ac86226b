"""Edits of an OPML document: feeds come, go and change, every other byte stays as it was.

Pure: a document in, a new one out, read again from its new source. Must never touch a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from newswatch.errors import FeedsInvalid
from newswatch.feeds.addresses import without_secrets
from newswatch.feeds.opmlread import EMPTY, MAX_DEPTH, OpmlDocument, read_opml
from newswatch.feeds.opmltext import escaped, tag
from newswatch.feeds.outline import NAMESPACE, USUAL_PREFIX, Element
from newswatch.model.feed import Feed, FeedId, feed_id
from newswatch.text.clean import clean_line
from newswatch.text.urls import redact_text
from newswatch.units import format_duration

_STEP = "  "
_MAX_EARLIER = 8
_LOCAL_PREFIX = "newswatch-opml"
_ATTRIBUTE = re.compile(r"""(\s+)([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


def build_opml(feeds: Iterable[Feed], title: str) -> OpmlDocument:
    """A list of these feeds to give away: secrets in their addresses are left out as far as can be told, so is
    what is only for here (intervals, pauses, tags, rights, earlier addresses)."""
    head = f"  <head>\n    <title>{escaped(clean_line(title))}</title>\n"
    source = EMPTY.replace(b"  <head>\n", head.encode("utf-8"))
    public = [
        Feed(
            id=feed_id(address),
            url=address,
            name=redact_text(feed.name),
            site=None if feed.site is None else without_secrets(feed.site),
            lang=feed.lang,
            folder=feed.folder,
            allow_private=True,
        )
        for feed in feeds
        for address in (without_secrets(feed.url),)
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
    return cut_feeds(document, [feed])[0]


def cut_feeds(document: OpmlDocument, feeds: Iterable[FeedId]) -> tuple[OpmlDocument, tuple[tuple[int, bytes], ...]]:
    """The document without these feeds, and each piece that was cut out with where in the new source it stood.

    Outlines inside those of the feeds stay.
    """
    wanted = dict.fromkeys(feeds)
    outlines = {
        feed.id: document.tree.outlines[place]
        for feed, place in zip(document.found, document.places, strict=True)
        if feed.id in wanted
    }
    if len(outlines) < len(wanted):
        raise _no_such_feed(document)
    source = document.source
    cuts = sorted(cut for outline in outlines.values() for cut in _cuts(source, outline))
    pieces: list[tuple[int, bytes]] = []
    gone = 0
    for start, stop in cuts:
        pieces.append((start - gone, source[start:stop]))
        gone += stop - start
    return _spliced(document, [_Edit(start, stop, b"") for start, stop in cuts]), tuple(pieces)


def _cuts(source: bytes, outline: Element) -> list[tuple[int, int]]:
    """The ranges that leave with an outline: all of it, or its tags alone where something stands between them."""
    if outline.stop != outline.end:
        closing = source.rindex(b"</", outline.end, outline.stop)
        if source[outline.end : closing].strip():
            return [(outline.start, outline.end), (closing, outline.stop)]
    return [_with_line(source, outline.start, outline.stop)]


def change_feed(document: OpmlDocument, feed: Feed) -> OpmlDocument:
    """The document with the feed of this id as it is here: name, address, site, language, overrides.

    A new address keeps the id: the first one is remembered beside it, and those that came between.
    The folder stays as it is.
    """
    return change_feeds(document, [feed])


def change_feeds(document: OpmlDocument, feeds: Iterable[Feed]) -> OpmlDocument:
    """The same for several feeds, in one go."""
    wanted = {feed.id: feed for feed in feeds}
    if not wanted.keys() <= {feed.id for feed in document.found}:
        raise _no_such_feed(document)
    if any(feed_id(feed.url) != feed.id or _has_overrides(feed) for feed in wanted.values()):
        document = _with_namespace(document)
    edits: list[_Edit] = []
    for old, place in zip(document.found, document.places, strict=True):
        if (feed := wanted.get(old.id)) is not None:
            outline = document.tree.outlines[place]
            changes = _changes(old, feed, outline, document.tree.root.prefix)
            new = _retagged(document.source[outline.start : outline.end], changes)
            edits.append(_Edit(outline.start, outline.end, new))
    return _spliced(document, edits)


def forget_addresses(document: OpmlDocument, feed: FeedId) -> OpmlDocument:
    """The document with this feed as one that never had another address: its id is that of the address it has."""
    outline = _outline(document, feed)
    known = ("first-address", "earlier-addresses")
    past = {
        key: None for key in outline.attributes if _is_ours(key, outline) and key.partition(":")[2].casefold() in known
    }
    new = _retagged(document.source[outline.start : outline.end], past)
    return _spliced(document, [_Edit(outline.start, outline.end, new)])


def _changes(old: Feed, feed: Feed, outline: Element, root_prefix: str | None) -> Mapping[str, str | None]:
    """The attributes to set or (None) to take out so that an outline which says `old` says `feed`."""
    prefix = outline.prefix or USUAL_PREFIX
    is_taken = outline.prefix is None and root_prefix is not None  # something around it means another namespace by it
    if is_taken:
        prefix = _LOCAL_PREFIX
    before, wanted = _attributes(old, prefix), _attributes(feed, prefix)
    changes = {key: wanted.get(key) for key in {**before, **wanted} if before.get(key) != wanted.get(key)}
    changes.pop("text", None)
    if feed.name != old.name:
        changes["text"] = wanted["text"]
        if outline.get("title"):
            changes["title"] = wanted["text"]
    elif feed.url != old.url:  # where the address stands for a name, the new one does
        stand_ins = (outline.get("xmlUrl"), old.url)
        changes |= {key: feed.url for key in ("text", "title") if outline.get(key) in stand_ins}
    if feed.url != old.url:
        if "first-address" not in outline.ours and feed_id(feed.url) != feed.id:
            changes[f"{prefix}:first-address"] = old.url
        between = [known for known in (*old.earlier, old.url) if known != feed.url and feed_id(known) != feed.id]
        if between:
            changes[f"{prefix}:earlier-addresses"] = " ".join(dict.fromkeys(between[-_MAX_EARLIER:]))
    # One that stands there under a prefix which means ours as well is changed, not written a second time.
    standing = {key.partition(":")[2].casefold(): key for key in outline.attributes if _is_ours(key, outline)}
    changes = {standing.get(key.removeprefix(f"{prefix}:"), key): value for key, value in changes.items()}
    if is_taken and any(key.startswith(f"{prefix}:") for key in changes):
        changes[f"xmlns:{prefix}"] = NAMESPACE
    return changes


@dataclass(frozen=True, slots=True)
class _Edit:
    """Bytes `start`:`end` of the source become `new`."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True)
class _Branch:
    """Feeds to be written, and folders of feeds by name; `order` has both as they first came."""

    order: list[Feed | str] = field(default_factory=list)
    folders: dict[str, _Branch] = field(default_factory=dict)

    def put(self, folder: Sequence[str], feed: Feed) -> None:
        branch = self
        for name in folder:
            if name not in branch.folders:
                branch.order.append(name)
                branch.folders[name] = _Branch()
            branch = branch.folders[name]
        branch.order.append(feed)

    def lines(self, indent: str, prefix: str) -> list[str]:
        written: list[str] = []
        for item in self.order:
            if isinstance(item, Feed):
                written.append(f"{indent}{tag('outline', _attributes(item, prefix))}")
            else:
                written.append(f"{indent}{tag('outline', {'text': item}, is_closed=False)}")
                written.extend(self.folders[item].lines(indent + _STEP, prefix))
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


def _is_ours(key: str, outline: Element) -> bool:
    prefix, colon, local = key.partition(":")
    return bool(colon) and prefix in (outline.prefix, USUAL_PREFIX) and local.casefold() in outline.ours


def _has_overrides(feed: Feed) -> bool:
    return any(":" in key for key in _attributes(feed, USUAL_PREFIX))


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
        quoted = "" if value is None else f'="{escaped(value)}"'
        found = min(
            (match for match in _ATTRIBUTE.finditer(text) if match[2].casefold() == key.casefold()),
            key=lambda match: (match[2] != key, match.start()),  # as `Element.get` chooses
            default=None,
        )
        if found is not None:
            name = found[1] + found[2]  # as it was written: xmlURL stays that
            text = text[: found.start()] + (name + quoted if quoted else "") + text[found.end() :]
        elif quoted:
            inner = text.removesuffix(">").removesuffix("/").rstrip()
            text = f"{inner} {key}{quoted}{'/' if text.endswith('/>') else ''}>"
    return text.encode("utf-8")


def _outline(document: OpmlDocument, feed: FeedId) -> Element:
    outline = document.outline_of(feed)
    if outline is None:
        raise _no_such_feed(document)
    return outline


def _no_such_feed(document: OpmlDocument) -> FeedsInvalid:
    return FeedsInvalid(document.path, "there is no such feed in it")


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
    source, written, at = document.source, [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        written += [source[at : edit.start], edit.new]
        at = edit.end
    return read_opml(b"".join((*written, source[at:])), document.path, is_own=document.is_own)
