"""Plain items, read without a parser: what feedparser would make of them, in a twentieth of its time.

Most items of most feeds are a handful of elements side by side, with nothing in them but text. Such an item becomes
here the very dictionary that feedparser would give, as far as `feed` looks at it. Whatever is not plain beyond doubt
(an element or attribute that is not listed, another namespace, a base address, markup as elements, anything
that is not well-formed) is None, and feedparser has it. That both say the same is tested on every saved feed; to
be rid of this and its two dialects (`plainrss`, `plainatom`), let `plain_items` say None to all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

Node = dict[str, Any]
DIALECTS_KEPT = 2_048  # from one check of a feed to the next its head is almost always the same

_CDATA_BODY = r"[^\]]*+(?:\](?!\]>)[^\]]*+)*+"
_TEXT = rf"[^<]*+(?:<!\[CDATA\[{_CDATA_BODY}\]\]>[^<]*+)*+"
_ELEMENT = re.compile(
    rf"\s*+<(?P<name>[A-Za-z]+(?::[A-Za-z]+)?)(?P<attributes>[^<>]*+)(?:(?<=/)>|>(?P<text>{_TEXT})</(?P=name)\s*>)"
)
_CDATA = re.compile(rf"<!\[CDATA\[({_CDATA_BODY})\]\]>")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z]+(?::[A-Za-z]+)?)\s*=\s*(?:"([^"<\n\t]*)"|'([^'<\n\t]*)')""")
_ATTRIBUTES_END = re.compile(r"\s*/?")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_DECLARATION = re.compile(r"""\bxmlns:([A-Za-z]+)\s*=\s*["']([^"']+)["']""")
# What feedparser may have handlers for.
_KNOWN_PREFIX = re.compile(
    r"a|a10|ag|atom[0-9]*|admin|cc|content|creativecommons|dc|dcterms|feedburner|foaf|geo|georss|gml|html|itunes|l|media"
    r"|psc|prism|rdf|rdfs|rss|slash|sy|thr|wfw|xhtml|xlink|xml",
    re.IGNORECASE,
)
_KNOWN_MEANING = re.compile(
    r"purl\.org|w3\.org|itunes|mrss|userland|georss|opengis|feedburner|creativecommons|netscape|pod|rss|atom|example"
    r"|harvard|pie|echo",
    re.IGNORECASE,
)
_TEXTS = frozenset({"title", "summary_detail", "content"})
_C1 = re.compile("[\x80-\x9f]")


class Strange(Exception):
    """The item is not plain."""


Put = Callable[[Node, str, dict[str, str]], None]
"""Puts an element into the node: its raw text and its attributes, by name in lower case. Raises Strange."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the items of one document are written.

    `put` has the elements that may be in them, by name as written; those with a `foreign` prefix are passed over.
    `groups` are elements that hold others, such as the author of Atom, with what reads all that is in them.
    `has_about`: an attribute of the item is its id. `put_markup` puts an element whose text is XHTML. `lang` is the
    language of all texts, where no element may have another.
    """

    item: str
    put: Mapping[str, Put]
    foreign: frozenset[str]
    groups: Mapping[str, Callable[[Node, str], None]] = field(default_factory=dict)
    has_about: bool = False
    lang: str | None = None
    put_markup: Callable[[Node, str, str, dict[str, str]], None] | None = None
    markup_found: ClassVar[re.Pattern[str]] = re.compile(
        r"""\s*+<(?P<name>title|summary|content)(?P<attributes>\s[^<>]*?\btype=["'](?:application/)?xhtml[^<>]*+)(?<!/)>"""
    )
    begun: re.Pattern[str] = field(init=False)
    ended: re.Pattern[str] = field(init=False)
    group: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        about = r"\s+rdf:about\s*=\s*[\"']([^\"'<&\s]+)[\"']" if self.has_about else "()"
        object.__setattr__(self, "begun", re.compile(rf"<{self.item}{about}\s*>"))
        object.__setattr__(self, "ended", re.compile(rf"\s*</{self.item}\s*>"))
        names = "|".join(self.groups)
        inside = rf"\s*+<(?P<name>{names})>((?:[^<]++|<(?!/?(?P=name)[\s/>]|!))*+)</(?P=name)\s*>"
        object.__setattr__(self, "group", re.compile(inside) if names else None)


def plain_items(dialect: Dialect | None, items: Sequence[str]) -> list[Node | None]:
    """For each item what feedparser makes of it; None where only feedparser knows."""
    return [None if dialect is None else _node(dialect, item) for item in items]


def _node(dialect: Dialect, item: str) -> Node | None:
    begun = dialect.begun.match(item)
    if begun is None:
        return None
    at = begun.end()
    if "\r" in item:
        item = item[:at] + item[at:].replace("\r\n", "\n").replace("\r", "\n")
    node: Node = {"id": begun[1]} if dialect.has_about else {}
    try:
        while True:
            found = _ELEMENT.match(item, at)
            if found is not None:
                put = dialect.put.get(found["name"])
                if put is None and found["name"].partition(":")[0] in dialect.foreign:
                    put = pass_over
                if put is None:
                    return None
                put(node, found["text"] or "", attributes_in(found["attributes"]))
            elif dialect.put_markup is not None and (found := dialect.markup_found.match(item, at)) is not None:
                closed = item.find(f"</{found['name']}>", found.end())
                if closed < 0:
                    return None
                dialect.put_markup(node, found["name"], item[found.end() : closed], attributes_in(found["attributes"]))
                at = item.index(">", closed) + 1
                continue
            elif dialect.group is not None and (found := dialect.group.match(item, at)) is not None:
                dialect.groups[found["name"]](node, found[2])
            else:
                break
            at = found.end()
    except Strange:
        return None
    if dialect.lang is not None and not _TEXTS.isdisjoint(node):
        node["title_detail"] = {"type": "text/plain", "language": dialect.lang}
    end = dialect.ended.match(item, at)
    return node if end is not None and end.end() == len(item) else None


def leaves(raw: str, allowed: frozenset[str]) -> dict[str, str]:
    """The raw texts of elements side by side, by name, each there once and without attributes. Raises Strange."""
    texts: dict[str, str] = {}
    at = 0
    while (found := _ELEMENT.match(raw, at)) is not None:
        if found["name"] not in allowed or found["name"] in texts or attributes_in(found["attributes"]):
            raise Strange
        texts[found["name"]] = found["text"] or ""
        at = found.end()
    if raw[at:].strip():
        raise Strange
    return texts


def attributes_in(raw: str) -> dict[str, str]:
    """Attributes by name in lower case. Raises Strange."""
    attributes: dict[str, str] = {}
    if not raw or raw == "/":
        return attributes
    at = 0
    while (found := _ATTRIBUTE.match(raw, at)) is not None:
        name = found[1].lower()
        if name in attributes or name.startswith("xmlns"):
            raise Strange
        attributes[name] = decoded(found[2] if found[2] is not None else found[3])
        at = found.end()
    if not _ATTRIBUTES_END.fullmatch(raw, at):
        raise Strange
    return attributes


def no_attributes(attributes: dict[str, str], *allowed: str) -> None:
    """Raises Strange if there are any but these."""
    if attributes and not attributes.keys() <= set(allowed):
        raise Strange


def text_of(raw: str) -> str:
    """Character data with all that feedparser does to it. Raises Strange."""
    return recoded(bare_text(raw))


def recoded(text: str) -> str:
    """What feedparser makes of text in the wrong encoding. Raises Strange."""
    if text.isascii():
        return text
    with suppress(UnicodeError):  # it mends what was encoded twice
        text = text.encode("iso-8859-1").decode("utf-8")
    if _C1.search(text):
        raise Strange
    return text


def bare_text(raw: str) -> str:
    """Character data without blanks at its ends. Raises Strange."""
    if "<" not in raw:
        return decoded(raw).strip()
    pieces = _CDATA.split(raw)
    pieces[::2] = map(decoded, pieces[::2])
    return "".join(pieces).strip()


def decoded(raw: str) -> str:
    """The text that stands for itself and for characters by reference. Raises Strange."""
    if "]]>" in raw:
        raise Strange
    if "&" not in raw:
        return raw
    text = raw.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    references = text.count("&")
    if references == text.count("&amp;"):
        return text.replace("&amp;", "&")
    text, found = _REFERENCE.subn(_character, text)
    if found != references:
        raise Strange
    return text


def _character(reference: re.Match[str]) -> str:
    if reference[1]:
        return _NAMED[reference[1]]
    code = int(reference[2]) if reference[2] else int(reference[3], 16)
    if not (0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000 or code in {9, 10, 13}):
        raise Strange
    return chr(code)


def once(node: Node, key: str, value: Any) -> None:
    """Puts a value that may be there once. Raises Strange."""
    if key in node:
        raise Strange
    node[key] = value


def address(text: str) -> str:
    """An address that feedparser leaves as it is. Raises Strange."""
    if ":///" in text:
        raise Strange
    return text


def pass_over(_: Node, raw: str, __: dict[str, str]) -> None:
    """An element that nobody asks for, as long as it is well-formed."""
    text_of(raw)


def declared(head: str, namespaces: Mapping[str, str]) -> set[str]:
    """Those of the prefixes that have their usual meaning in this document, and no other anywhere."""
    return {
        prefix
        for prefix, meaning in namespaces.items()
        if re.findall(rf"""\bxmlns:{prefix}\s*=\s*["']([^"']*)["']""", head) == [meaning]
    }


def foreign(head: str) -> frozenset[str]:
    """The prefixes, declared once, of namespaces that mean nothing to feedparser."""
    found = _DECLARATION.findall(head)
    once = Counter(prefix for prefix, _ in found)
    return frozenset(
        prefix
        for prefix, meaning in found
        if once[prefix] == 1 and not _KNOWN_PREFIX.fullmatch(prefix) and not _KNOWN_MEANING.search(meaning)
    )


def with_declared(put: Mapping[str, Put], prefixes: set[str]) -> dict[str, Put]:
    """The elements whose prefix, if they have one, is among these."""
    return {name: one for name, one in put.items() if ":" not in name or name.partition(":")[0] in prefixes}
