"""XHTML inside of plain entries: checked, and written as feedparser writes it.

Only the elements of running text are taken; feedparser may have ideas of its own about others.
"""

from __future__ import annotations

import re

from newswatch.parse.plain import Strange, decoded

_TAG = re.compile(
    r"""<(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9]*)(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+\s*(?P<empty>/)?>"""
)
_RUNNING_TEXT = """
    a abbr acronym address b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption
    figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strike strong sub sup
    table tbody td tfoot th thead tr tt u ul var
"""
_ALLOWED = frozenset(_RUNNING_TEXT.split())


def markup_of(raw: str) -> str:
    """The markup between the tags of an element, with end tags for all. Raises Strange."""
    pieces: list[str] = []
    opened: list[str] = []
    at = 0
    while (lt := raw.find("<", at)) >= 0:
        tag = _TAG.match(raw, lt)
        if tag is None:
            raise Strange
        pieces.append(_escaped(raw[at:lt]))
        name = tag["name"]
        if name not in _ALLOWED:
            raise Strange
        if tag["end"]:
            if not opened or opened.pop() != name or tag["empty"]:
                raise Strange
            pieces.append(tag[0])
        elif tag["empty"]:
            pieces.append(f"{tag[0][:-2]}></{name}>")
        else:
            opened.append(name)
            pieces.append(tag[0])
        at = tag.end()
    if opened:
        raise Strange
    pieces.append(_escaped(raw[at:]))
    return "".join(pieces).strip()


def _escaped(raw: str) -> str:
    text = decoded(raw)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if "&" in raw or ">" in raw else text
