"""An OPML document: its source, untouched, and where each outline stands in it.

Edits splice the source (`opmledit`), so attributes, order, comments and blanks that we do not know survive.
Must never know files, nor how sloppy text is mended (`opmltext`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.parsers import expat

from newswatch.errors import FeedsInvalid
from newswatch.text.clean import clean_line

NAMESPACE = "urn:newswatch:opml:1"
USUAL_PREFIX = "nw"
MAX_OUTLINES = 100_000
MAX_DEPTH = 50_000
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})

_TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of interest. `start`:`end` is its start tag, `stop` where all of it ends: offsets in bytes.

    `attributes` have the names as written; `ours` are those of the newswatch namespace by their local names.
    `prefix` is the one that stands for that namespace here, None if none does. `parent` is an index into
    the outlines, None at the top; `depth` counts outlines, from 1.
    """

    name: str
    attributes: Mapping[str, str]
    ours: Mapping[str, str]
    prefix: str | None
    start: int
    end: int
    stop: int
    line: int
    column: int
    parent: int | None = None
    depth: int = 0

    def get(self, name: str) -> str:
        """The value of an attribute, letter case of the name aside, stripped; "" if it is not there."""
        value = self.attributes.get(name)
        if value is not None:
            return value.strip()
        for key, value in self.attributes.items():
            if len(key) == len(name) and key.casefold() == name.casefold():
                return value.strip()
        return ""

    @property
    def title(self) -> str:
        """Its text, else its title, as written."""
        return self.get("text") or self.get("title")

    @property
    def is_feed(self) -> bool:
        """Whether it names a feed."""
        return bool(self.get("xmlUrl"))


@dataclass(frozen=True, slots=True)
class OutlineTree:
    """All outlines in document order, and the elements that hold them."""

    root: Element
    body: Element | None
    outlines: tuple[Element, ...]


def read_tree(source: bytes, path: Path) -> OutlineTree:
    """The outlines of well-formed OPML in UTF-8.

    Raises ExpatError if it is not well formed, FeedsInvalid with line and column if it is no OPML we take.
    A DOCTYPE is refused before anything it declares is read, so no entity is ever expanded.
    """
    return _TreeReader(source, path).read()


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of namespaces at some element: the last prefix bound to ours, and whether `nw` is another's."""

    prefix: str | None = None
    is_usual_foreign: bool = False

    def below(self, attributes: Mapping[str, str]) -> _Names:
        """The same inside an element with these attributes."""
        names = self
        for key, uri in attributes.items():
            prefix = key.removeprefix("xmlns:")
            if prefix == key:
                continue
            if uri == NAMESPACE:
                names = replace(names, prefix=prefix)
            elif prefix == names.prefix:
                names = replace(names, prefix=None)
            if prefix == USUAL_PREFIX:
                names = replace(names, is_usual_foreign=uri != NAMESPACE)
        return names

    def ours(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """The attributes of our namespace; `nw:` means it also where a careless hand did not declare it."""
        prefixes = {self.prefix} if self.is_usual_foreign else {self.prefix, USUAL_PREFIX}
        split = ((key.partition(":"), value) for key, value in attributes.items())
        return {
            local.casefold(): value.strip() for (prefix, colon, local), value in split if colon and prefix in prefixes
        }


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    attributes: dict[str, str]
    start: int
    line: int
    column: int
    names: _Names
    number: int | None
    parent: int | None
    depth: int


@dataclass(slots=True)
class _TreeReader:
    source: bytes
    path: Path
    _parser: expat.XMLParserType = field(init=False)
    _open: list[_Open] = field(default_factory=list)
    _outlines: list[Element | None] = field(default_factory=list)
    _root: Element | None = None
    _body: Element | None = None

    def read(self) -> OutlineTree:
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(self.source, True)  # noqa: FBT003 - positional only: this is the whole document
        if self._root is None:  # cannot be: expat wants one element
            raise FeedsInvalid(self.path, "the file is empty")
        return OutlineTree(self._root, self._body, tuple(item for item in self._outlines if item is not None))

    def _refuse_doctype(self, *_: object) -> None:
        before = self.source[: self.source.rfind(b"<!DOCTYPE", 0, self._parser.CurrentByteIndex + 1)]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = "a DOCTYPE is not allowed here: delete it"
        raise FeedsInvalid(self.path, message, before.count(b"\n") + 1, column)

    def _start(self, name: str, pairs: list[str]) -> None:
        local = _local(name)
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        above = self._open[-1] if self._open else None
        if above is None and local != "opml":
            advice = "; it is a feed itself: add its address instead" if local in _FEED_ROOTS else ""
            self._fail(f"this is no OPML: its outermost element is <{clean_line(name, 40)}>, not <opml>{advice}")
        names = above.names if above is not None else _Names()
        is_outline = local == "outline"
        if len(self._open) == MAX_DEPTH:
            self._fail(f"elements are nested more than {MAX_DEPTH:,} deep")
        if is_outline and len(self._outlines) == MAX_OUTLINES:
            self._fail(f"there are more than {MAX_OUTLINES:,} outlines")
        opened = _Open(
            name=name,
            attributes=attributes,
            start=self._parser.CurrentByteIndex,
            line=self._parser.CurrentLineNumber,
            column=self._parser.CurrentColumnNumber + 1,
            names=names.below(attributes),
            number=len(self._outlines) if is_outline else None,
            parent=None if above is None else above.parent if above.number is None else above.number,
            depth=(above.depth if above is not None else 0) + is_outline,
        )
        if is_outline:
            self._outlines.append(None)
        self._open.append(opened)

    def _end(self, name: str) -> None:
        opened = self._open.pop()
        local = _local(name)
        if opened.number is None and self._open and local != "body":
            return
        end = _tag_end(self.source, opened.start)
        is_empty = self.source[end - 2 : end] == b"/>"
        stop = end if is_empty else self.source.index(b">", self._parser.CurrentByteIndex) + 1
        element = Element(
            name=opened.name,
            attributes=opened.attributes,
            ours=opened.names.ours(opened.attributes),
            prefix=opened.names.prefix,
            start=opened.start,
            end=end,
            stop=stop,
            line=opened.line,
            column=opened.column,
            parent=opened.parent,
            depth=opened.depth,
        )
        if opened.number is not None:
            self._outlines[opened.number] = element
        elif not self._open:
            self._root = element
        elif self._body is None:
            self._body = element

    def _fail(self, message: str) -> None:
        raise FeedsInvalid(self.path, message, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _tag_end(source: bytes, start: int) -> int:
    """Behind the `>` that ends the tag; one in a quoted value does not. The tag is known to be well formed."""
    tag = _TAG.match(source, start)
    return len(source) if tag is None else tag.end()
