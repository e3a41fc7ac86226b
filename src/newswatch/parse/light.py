"""Feed documents relieved of what nobody asks for, before they are parsed.

Every element costs the parser the same, whether its text is a headline or the width of a picture. What goes are
elements whose names say that no part of an entry or of the feed's title comes from them, most without children; the
rest of the document stays as it is, letter for letter and in its line. What the document says is not known here.
"""

from __future__ import annotations

import re

# Inside of items: pictures and attachments, counters, places, and what podcasts say about themselves.
_IN_ITEMS = r"""
    enclosure | comments | post-id | expirationDate | uri
    | (?: slash | wfw | georss | geo | gd | yt | thr | sx | trackback | pingback | feedburner | creativeCommons
      | googleplay | podcast | psc | snf ):[\w.-]+
    | media:(?: thumbnail | content | credit | player | rating | copyright | restriction | license | starRating
      | statistics | community | hash | adult | valid )
    | dc:(?: identifier | type | format | source | relation | coverage | rights | publisher )
    | itunes:(?: image | duration | explicit | block | episode | season | episodeType | order | type | complete
      | isClosedCaptioned | new-feed-url )
"""
# Around them also: all but the feed's title, its links, its language and how often it changes.
_AROUND_ITEMS = (
    _IN_ITEMS
    + r"""
    | category | site | lastBuildDate | pubDate | generator | copyright | rights | docs | cloud | rating | webMaster
    | managingEditor | description | subtitle | tagline | info | updated | modified | published | issued | id | icon
    | logo | width | height | url | name | email | hour | day | rdf:li
    | dc:(?: date | creator | subject | description )
    | sy:updateBase | (?: openSearch | opensearch | admin ):[\w.-]+ | itunes:[\w.-]+
"""
)
_CDATA = r"!\[CDATA\[ [^\]]*+ (?: \](?!\]>) [^\]]*+ )*+ \]\]>"
_COMMENT = r"!-- [^-]*+ (?: -(?!->) [^-]*+ )*+ -->"
_LEAF = rf"""
    < (?=[!{{first}}]) (?: {_CDATA} | {_COMMENT}
    | (?P<name>{{names}})(?=[\s/>]) (?: [^<>"'/]++ | "[^"<]*+" | '[^'<]*+' | /(?!>) )*+
      (?: /> | > (?: [^<]++ | <{_CDATA} )*+ </(?P=name)\s*> ) )
"""
# Around items these go with all that is in them.
_BLOCK = re.compile(
    r"""
    <(?P<name>image|author|contributor|textInput|textinput|skipHours|skipDays|items|itunes:owner|itunes:category)
    (?=[\s>]) [^<>]*+ (?<!/)> (?: [^<]++ | <(?!!|/?(?P=name)[\s/>]) )*+ </(?P=name)\s*>
    """,
    re.VERBOSE,
)
_BASE_OF_TEXT = re.compile(r"""(<(?:title|summary|content)\s(?:[^<>]*?\s)??)xml:base\s*=\s*(?:"[^"<>]*"|'[^'<>]*')""")
_OTHER_LINK = re.compile(r"""<(?:atom|atom10|a10):link\s[^<>]*?\brel=["'](?:self|hub|next|search)["'][^<>]*+(?<=/)>""")
_LEAVES_IN_ITEMS = re.compile(_LEAF.format(first="c-gimpstuwy", names=_IN_ITEMS), re.VERBOSE)
_LEAVES_AROUND_ITEMS = re.compile(_LEAF.format(first="a-z", names=_AROUND_ITEMS), re.VERBOSE)


def light_item(item: str) -> str:
    """The item, relieved; and without the base addresses of texts, since no link in a text is asked for.

    CDATA sections and comments have to end in the item they begin in.
    """
    light = _LEAVES_IN_ITEMS.sub(_kept, item)
    return _BASE_OF_TEXT.sub(r"\1", light) if "xml:base" in light else light


def light_head(text: str) -> str:
    """What stands before the items, or after them, relieved."""
    if text.rfind("<![CDATA[") > text.rfind("]]>") or text.rfind("<!--") > text.rfind("-->"):
        return text  # not closed: looking for its end from every beginning would take quadratic time
    head = _LEAVES_AROUND_ITEMS.sub(_kept, text)
    if "<![CDATA[" not in head and "<!--" not in head:  # which could hide the end of one
        head = _OTHER_LINK.sub(_kept_lines, _BLOCK.sub(_kept_lines, head))
    return head


def _kept(leaf: re.Match[str]) -> str:
    return _kept_lines(leaf) if leaf["name"] is not None else leaf[0]


def _kept_lines(gone: re.Match[str]) -> str:
    """Line ends stay, so that a parser still names the right line of what it cannot read."""
    return "\n" * gone[0].count("\n")
