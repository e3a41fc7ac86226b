"""The bytes of an OPML file become text, and sloppy text becomes good XML.

Files that other programs export name the wrong encoding, forget to escape `&`, or break off in the middle;
the outlines in them are still plain to see. Pure. Must never know what an outline means.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Mapping

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
_DECLARATION = re.compile(r"""(<\?xml[^>]{0,200}?encoding\s*=\s*)(["'])[^"']{0,60}["']""")
_LATIN = frozenset({"iso8859-1", "ascii"})  # what calls itself so is Windows-1252 in practice
_FALLBACK = "cp1252"
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})  # Python's own; some are slow

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.:-]*)")
_TAG_REST = re.compile(r"""[^"'<>]*(?:"[^"]*"[^"'<>]*|'[^']*'[^"'<>]*)*>""")
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])([A-Za-z_][A-Za-z0-9_.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MAX_TAG = 100_000


def decode(data: bytes) -> tuple[str, bool]:
    """The text without a byte order mark, and whether its encoding was sure: marked, declared right, or UTF-8.

    Where it was not, bytes that mean nothing became U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    for beginning, encoding in _UNMARKED:
        if data.startswith(beginning):
            return _decoded(data, encoding)
    declared = _DECLARED.match(data.lstrip()[:400])
    encoding = "utf-8" if declared is None else declared[1].decode("ascii")
    try:
        name = codecs.lookup(encoding).name
        if name not in _NO_CHARSETS:
            return data.decode(_FALLBACK if name in _LATIN else name), True
    except (LookupError, UnicodeError):  # no such encoding, none of text, or not this one
        pass
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return data.decode(_FALLBACK, "replace"), False


def declare_utf8(text: str) -> str:
    """The text with an XML declaration, if it has one, that says UTF-8."""
    declaration = _DECLARATION.match(text)
    if declaration is None or declaration[0][:-1].casefold().endswith(("utf-8", "utf8")):
        return text
    return _DECLARATION.sub(r"\1\2UTF-8\2", text, count=1)


def escaped(value: str) -> str:
    """The value as it may stand between double quotes in XML; what XML cannot hold is dropped."""
    return html.escape(_NOT_XML.sub("", value), quote=False).replace('"', "&quot;").replace("\n", "&#10;")


def tag(name: str, attributes: Mapping[str, str], *, is_closed: bool = True) -> str:
    """An element's tag."""
    inner = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{inner}{'/' if is_closed else ''}>"


def mended(text: str) -> str | None:
    """Good XML with the outlines of this text, each on the line where it stood; None if it has none.

    Comments and everything that is no outline are left out. Takes time linear in the text.
    """
    written = ["<opml><body>"]
    open_feeds: list[bool] = []  # for each open outline, whether it is a feed
    position, outlines, comment_end = 0, 0, 0
    while (found := _TAG.search(text, position)) is not None:
        comment = text.find("<!--", position, found.start()) if comment_end >= 0 else -1
        if comment >= 0:
            comment_end = text.find("-->", comment + 4)
            if comment_end >= 0:  # else it is never closed, and hides nothing
                written.append("\n" * text.count("\n", position, comment_end))
                position = comment_end
                continue
        end = _tag_end(text, found.end())
        written.append("\n" * text.count("\n", position, found.start()))
        if found[2].rpartition(":")[2].casefold() == "outline":
            outlines += 1
            written.append(_outline(found[1], text[found.end() : end], open_feeds))
        written.append("\n" * text.count("\n", found.start(), end))
        position = end
    written.extend("</outline>" for _ in open_feeds)
    written.append("</body></opml>")
    return "".join(written) if outlines else None


def _outline(slash: str, inner: str, open_feeds: list[bool]) -> str:
    """One outline tag in good XML; keeps account of those that are open."""
    if slash:
        if not open_feeds:
            return ""
        open_feeds.pop()
        return "</outline>"
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inner):
        if name not in attributes:
            attributes[name] = _REFERENCE.sub(lambda match: html.unescape(match[0]), double or single or bare)
    is_feed = any(name.casefold() == "xmlurl" for name in attributes)
    before = ""
    if is_feed and open_feeds and open_feeds[-1]:  # a feed holds no feeds: the last one was never closed
        open_feeds.pop()
        before = "</outline>"
    is_closed = inner.rstrip("> \t\r\n").endswith("/")
    if not is_closed:
        open_feeds.append(is_feed)
    return before + tag("outline", attributes, is_closed=is_closed)


def _tag_end(text: str, position: int) -> int:
    """Behind the `>` of the tag; where its quotes do not pair up, behind the next `>`, or at the next `<`."""
    rest = _TAG_REST.match(text, position, position + _MAX_TAG)
    if rest is not None:
        return rest.end()
    closing = text.find(">", position, position + _MAX_TAG)
    return len(text) if closing < 0 else closing + 1


def _decoded(data: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return data.decode(encoding), True
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), False
