"""An RSS, RDF or Atom document taken apart at its items, so that those read before need not be read again.

A fast scan, not a parser: it takes apart only what is plainly a head, items side by side, and a tail, and says
None to all else, which is then read as a whole. Whether the pieces are well-formed is for the parser to find
out. What an item means to the feed's history is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from newswatch.parse.light import light_head, light_item
from newswatch.parse.reading import NAME_BYTES

MOST_ITEMS = 2_000
_HALF = NAME_BYTES // 2

# Tags of items, in any namespace, and what can hide one.
_SIGN = re.compile(
    r"<(?:!--|!\[CDATA\[|\?|(/)?+((?:[A-Za-z0-9_.-]++:)?+(?:item|entry|Item|Entry|ITEM|ENTRY))(?:(>)|(?=[\s/])))"
)
_START_TAG_END = re.compile(r"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+(?P<empty>/)?>""")
_END_TAG_END = re.compile(r"\s*+>")
# All that items inherit from: the tags of their ancestors. In RSS 1.0 the channel is none.
_OPENING = re.compile(
    r"(?:\s|<\?[^>]*>|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->)*+"
    r"(?:<(?P<rss>rss)(?=[\s>])[^<>]*>\s*<channel(?:\s[^<>]*)?>|<(?P<other>feed|rdf:RDF)(?=[\s>])[^<>]*>)"
)
_ROOT_BASE = re.compile(r"""<(?:rss|feed|rdf:RDF)\s[^<>]*\bxml:base\s*=\s*["']https?://[^"'<>\s]+["']""")
_OWN_BASE = re.compile(r"""<[A-Za-z:]+\s[^<>]*\bxml:base\s*=\s*["']https?://""")
_CLOSERS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document in pieces: its items as they stand, what is around them relieved of what nobody asks for (`light`)."""

    head: str
    items: tuple[str, ...]
    gaps: tuple[str, ...]  # what stands behind each item but the last: blanks and comments
    tail: str

    def whole(self, items: Sequence[str]) -> str:
        """The document with these for its items, its lines where they were."""
        between = (piece for pair in zip(items, (*self.gaps, ""), strict=True) for piece in pair)
        return "".join((self.head, *between, self.tail))

    def bare(self) -> str:
        """The document as if it had no items."""
        return f"{self.head}\n{self.tail}"

    def part(self, items: Sequence[str]) -> str:
        """A document with only these items, and nothing around them but what they inherit from, if that is plain."""
        opening = _OPENING.match(self.head)
        if opening is None or (opening["rss"] and "</channel" in self.head):
            return "\n".join((self.head, *items, self.tail))
        closing = "</channel></rss>" if opening["rss"] else f"</{opening['other']}>"
        return "\n".join((opening[0], *items, closing))

    def unseen(self, url: str, seen: Collection[bytes] = ()) -> tuple[tuple[bytes, ...], list[str]]:
        """What names each item, and the items, relieved, whose names are not among the seen.

        Equal names read as equal entries. All that an item inherits is part of its name: the address of the document,
        its head and its tail. Half of a name is the digest of the item as it stands, the other that of the item
        relieved: most items are told by the first, and one in which only a counter went on by the second. Such an
        item keeps the name it had.
        """
        as_they_stood = {name[:_HALF]: name for name in seen}
        relieved = {name[_HALF:]: name for name in seen}
        key = self._inherited(url)
        names: list[bytes] = []
        unseen: list[str] = []
        for item in self.items:
            first = _digest(item, key)
            name = as_they_stood.get(first)
            if name is None:
                light = light_item(item)
                second = first if light == item else _digest(light, key)
                name = relieved.get(second)
                if name is None:
                    name = first + second
                    unseen.append(light)
            names.append(name)
        return tuple(names), unseen

    def _inherited(self, url: str) -> bytes:
        inherited = blake2b(digest_size=32)
        for text in (url, self.head, self.tail):
            raw = text.encode("utf-8", "surrogatepass")
            inherited.update(len(raw).to_bytes(8, "big"))
            inherited.update(raw)
        return inherited.digest()


def _digest(item: str, key: bytes) -> bytes:
    return blake2b(item.encode("utf-8", "surrogatepass"), digest_size=_HALF, key=key).digest()


def split(text: str) -> Pieces | None:
    """The document in pieces; None if it cannot be taken apart without a doubt."""
    spans = _item_spans(text)
    if not spans:
        return None
    gaps = tuple(text[end:start] for (_, end), (start, _) in pairwise(spans))
    if not all(map(_is_nothing, gaps)):
        return None
    items = tuple(text[start:end] for start, end in spans)
    head = light_head(text[: spans[0][0]])
    if "xml:base" in text and _has_leaking_base(head, [light_item(item) for item in items]):
        return None
    return Pieces(head, items, gaps, light_head(text[spans[-1][1] :]))


def _has_leaking_base(head: str, items: Sequence[str]) -> bool:
    """Whether feedparser may take the base address of one item for that of the next, which has none."""
    if _ROOT_BASE.search(head):
        return False
    with_base = [item for item in items if "xml:base" in item]
    has_own = all(_OWN_BASE.match(item) and item.count("xml:base") == 1 for item in with_base)
    return bool(with_base) and not (has_own and len(with_base) == len(items))


def _item_spans(text: str) -> list[tuple[int, int]]:
    """Where the items begin and end; empty if there are none, or if anything about them is unusual."""
    spans: list[tuple[int, int]] = []
    kind, start, at = "", -1, 0
    while (sign := _SIGN.search(text, at)) is not None:
        end, name, closed = sign.groups()
        if name is None:
            closer = text.find(_CLOSERS[sign[0]], sign.end())
            if closer < 0:
                return []
            at = closer + 2
            continue
        kind = kind or name
        if name != kind or (end is None) != (start < 0):
            return []  # an item in another, an item of another kind, or an end without a beginning
        at = sign.end()
        if closed is None:
            tag_end = (_START_TAG_END if end is None else _END_TAG_END).match(text, at)
            if tag_end is None or tag_end.lastgroup == "empty":
                return []
            at = tag_end.end()
        if end is None:
            start = sign.start()
            continue
        spans.append((start, at))
        start = -1
        if len(spans) > MOST_ITEMS:
            return []
    return spans if start < 0 else []


def _is_nothing(gap: str) -> bool:
    """Whether there are only blanks and comments between two items."""
    if gap.isspace() or not gap:
        return True
    at = 0
    while at < len(gap):
        if gap[at].isspace():
            at += 1
        elif gap.startswith("<!--", at):
            at = gap.find("-->", at + 4) + 3
            if at < 3:
                return False
        else:
            return False
    return True
