"""Markup that nests deeper than its reader goes, made shallow: of all that stands below, the text stays. Pure.

libxml2 ends a document where 256 elements stand within each other, and says nothing of the rest. No page is written
like that, but generators repeat themselves, and elements that are never closed add up.
"""

from __future__ import annotations

import re

DEEPEST = 100
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,40})[^<>]*>")
_ALONE = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_WITHIN_A_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span"}
    | {"strike", "strong", "sub", "sup", "time", "tt", "u", "var"}
)


def shallow(markup: str) -> str:
    """The markup with each element below the hundredth replaced by what is in it; in time linear in its length."""
    is_kept: list[bool] = []

    def kept(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name in _ALONE or tag[0].endswith("/>"):
            return tag[0]
        if not tag[1]:
            is_kept.append(len(is_kept) < DEEPEST)
            stays = is_kept[-1]
        else:
            stays = not is_kept or is_kept.pop()
        return tag[0] if stays else "" if name in _WITHIN_A_LINE else "<br>"

    return _TAG.sub(kept, markup)
