"""Bytes of a document become text, whatever encoding they are in and whatever is said about it.

What servers and documents declare is often wrong, so bytes that are valid UTF-8 are taken for UTF-8, and a
few damaged bytes never change the encoding of all the rest. Nothing here knows feeds or pages; for JSON see RFC 8259.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),  # before UTF-16, whose mark begins like this one
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# `<?xml` in encodings that are no superset of ASCII (XML 1.0, appendix F).
_XML_BEGINNINGS = (
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# The first bracket, behind blanks, of a text of two bytes a character, where the server says that it is one.
_FIRST_BRACKETS = (
    (re.compile(rb"(?:[\t\n\r ]\x00)*[<{]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"(?:\x00[\t\n\r ])*\x00[<{]\x00[^\x00]"), "utf-16-be"),
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:\-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_META_WITHIN = 4_096  # bytes; the HTML standard says 1,024, pages do not listen
_LANGUAGE = re.compile(
    rb"""<html\s[^>]{0,400}?\blang\s*=\s*["']?\s*([A-Za-z]{2,3})|\bxml:lang\s*=\s*["']([A-Za-z]{2,3})"""
    rb"""|<language>\s*([A-Za-z]{2,3})""",
    re.IGNORECASE,
)
# What a document in a language is in that does not say it (HTML standard, "determining the character encoding", its
# table of defaults by locale), the pickier one first.
_OF_LANGUAGE = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg"), ("cp1251",)),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro"), ("cp1250",)),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    **dict.fromkeys(("tr", "az", "ku"), ("cp1254",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256",)),
    "el": ("cp1253",),
    "he": ("cp1255",),
    "vi": ("cp1258",),
    "th": ("cp874",),
    "ja": ("euc_jp", "cp932"),
    "ko": ("cp949",),
    "zh": ("gb18030", "big5hkscs"),
}
_FOREIGN = re.compile(r"[^\x00-\x7f]+")

# A narrower name often stands for the wider one (as in the WHATWG Encoding Standard).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Python codecs that are no character encodings of documents.
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "mbcs", "oem"})
# These hide other letters behind plain ASCII bytes (an escape, a tilde), so being valid ASCII proves nothing.
_SEVEN_BIT = ("iso2022", "hz")
_WEAK = frozenset({"ascii", "iso8859-1"})  # what servers say when nobody told them


def decode(body: bytes, content_type: str = "") -> str:
    """The text of the document; bytes that fit nowhere become U+FFFD. Never raises."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for beginning, encoding in _XML_BEGINNINGS:
        if body.startswith(beginning):
            return body.decode(encoding, "replace")
    for first, encoding in _FIRST_BRACKETS if "utf-16" in content_type.lower() else ():
        if first.match(body):
            return body.decode(encoding, "replace")
    if body.isascii():
        if b"\x1b" not in body and b"~" not in body:
            return body.decode("ascii")
        seven_bit = next((name for name in _declared(body, content_type) if name.startswith(_SEVEN_BIT)), None)
        return body.decode(seven_bit or "ascii", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass  # then it is something else, or UTF-8 with damage
    declared = _declared(body, content_type)
    strong = [name for name in declared if name not in _WEAK]
    for encoding in (*strong, "utf-8", *_usual(body), *declared):
        text = _mostly(body, _WIDER.get(encoding, encoding))
        if text is not None:
            return text
    return body.decode("cp1252", "replace")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the encodings that the server and the document claim, the more credible first."""
    in_header = _CHARSET.search(content_type)
    in_document = _XML_ENCODING.match(body[:1024]) or _META_CHARSET.search(body[:_META_WITHIN])
    names: list[str] = []
    for raw in (in_header[1] if in_header else "", in_document[1].decode("ascii") if in_document else ""):
        try:
            name = codecs.lookup(raw).name if raw else ""
        except LookupError:
            continue  # a name that nobody knows says nothing
        if name and name not in _REFUSED:
            names.append(name)
    return sorted(names, key=lambda name: name in _WEAK)  # stable: the header wins among equals


def _usual(body: bytes) -> tuple[str, ...]:
    """The encodings that documents in the language of this one are in, if it says one that Latin-1 cannot write."""
    said = _LANGUAGE.search(body[:_META_WITHIN])
    return () if said is None else _OF_LANGUAGE.get(said[said.lastindex or 1].decode("ascii").lower(), ())


def _mostly(body: bytes, encoding: str) -> str | None:
    """The text in that encoding, if at most a few of its bytes do not fit."""
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None  # a codec that does not turn bytes into text
    damage = text.count("\ufffd")
    foreign = sum(map(len, _FOREIGN.findall(text)))
    return text if damage * 10 <= max(foreign - damage, 0) else None
