"""Ampersands that begin no reference XML knows, as programs write them that never heard of XML, put right.

`AT&T`, `?a=1&b=2` and `&nbsp;` each make a whole document ill-formed, and are the most common damage of all. What
stands in CDATA sections means what it says and stays. Nothing else about documents is known here.
"""

from __future__ import annotations

import re
from html.entities import html5, name2codepoint

MENDED = "the XML is damaged (an & that is no reference); it was read as it was meant"

_KNOWN = r"(?:amp|lt|gt|quot|apos|#[0-9]{1,10}|#[xX][0-9a-fA-F]{1,8});"
_WRONG = re.compile(rf"&(?!{_KNOWN})(?:(?P<name>[A-Za-z][A-Za-z0-9]{{1,31}});)?")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


def with_references(text: str) -> str:
    """The document with each such ampersand as a reference to what is meant; the very text if there is none."""
    if not _has_wrong(text) or "<!ENTITY" in text:
        return text
    before, *rest = text.split(_CDATA)
    pieces = [_WRONG.sub(_right, before)]
    for piece in rest:
        inside, end, behind = piece.partition(_CDATA_END)
        pieces += (_CDATA, inside, end, _WRONG.sub(_right, behind))
    return "".join(pieces)


def _has_wrong(text: str) -> bool:
    if _WRONG.search(text) is None:
        return False
    at = 0
    while (begun := text.find(_CDATA, at)) >= 0:
        if _WRONG.search(text, at, begun) is not None:
            return True
        at = text.find(_CDATA_END, begun)
        if at < 0:
            return False
    return _WRONG.search(text, at) is not None


def _right(wrong: re.Match[str]) -> str:
    name = wrong["name"]
    if name is None:
        return "&amp;"
    code = name2codepoint.get(name)
    characters = chr(code) if code is not None else html5.get(name + ";")
    return "".join(f"&#{ord(char)};" for char in characters) if characters is not None else f"&amp;{name};"
