"""Blocks that stand within an article and are none of it: places of advertisements, buttons, links to other news.

Only what is sure in any article: a block that says nothing else. Pure.
"""

from __future__ import annotations

import re

_FURNITURE = frozenset({
    "advertisement", "advertisement - scroll to continue", "advertising", "story continues below advertisement",
    "skip advertisement", "article continues below", "article continues below advertisement", "continue reading below",
    "share", "share this", "share this article", "share this story", "share on facebook", "share on twitter",
    "share on x", "share on whatsapp", "listen to this article", "listen to article", "print", "print this page",
    "copy link",
    "anzeige", "werbung", "artikel teilen", "publicité", "partager", "partager cet article", "publicidad", "compartir",
    "pubblicità", "condividi", "publicidade", "compartilhar", "reklama", "reklam", "реклама", "поделиться",
    "поділитися", "广告", "廣告", "広告", "分享", "シェア", "광고", "공유", "إعلان", "شارك", "advertentie",
})  # fmt: skip
# What leads to another article, where the rest of the paragraph is a link.
_ALSO = re.compile(
    r"(?:read (?:more|also|next|on)|also read|more on this|see also|related(?: articles?| stor(?:y|ies))?|don't miss|"
    r"lesen sie (?:auch|mehr)|mehr zum thema|auch interessant|(?:à )?lire aussi|(?:lee|lea) también|leggi anche|"
    r"leia (?:também|mais)|czytaj (?:też|także|więcej)|lees ook|читайте (?:также|також)|смотрите также|"
    r"関連記事|あわせて読みたい|延伸阅读|相关阅读|관련\s?기사|اقرأ أيضا)\W",
    re.IGNORECASE,
)
_WHOLLY_LINKED = re.compile(r"(?:[^\[\n]{0,40}:\W*)?\[[^\[\]\n]+\]\[\d+\]\W*")
_AROUND = "[]()*·•–—-:. "
_IMAGE = re.compile(r"!\[(.*)\]\[\d+\]")
# What an image of the site itself is called, and what is the name of a file.
_NO_CAPTION = re.compile(
    r"(?:.*\b)?(?:logo|icon|avatar|spinner|loading|placeholder|tracking pixel|site header)\b.*"
    r"|\S+\.(?:jpe?g|png|gif|webp|svg|avif)|[\w]+(?:[-_]\w+){2,}|(?:img|dsc|image|photo|picture|untitled)[\W_\d]*",
    re.IGNORECASE,
)
LONGEST_NAME = 60
"""Letters of what names an image of the site; a caption that speaks of a logo is longer."""
_OF_TITLE = re.compile(r"\W{0,5}(?:image|photo|picture|foto|bild)\W{0,5}", re.IGNORECASE)


def is_furniture(block: str, bare: str, title: str) -> bool:
    """Whether a block of our Markdown is none of the article; `bare` are its words, `title` those of the headline,
    both in small letters.
    """
    if _IMAGE.fullmatch(block) is not None:
        if len(bare) <= LONGEST_NAME and _NO_CAPTION.fullmatch(bare) is not None:
            return True
        return bare.startswith(title) and title != "" and _OF_TITLE.fullmatch(bare, len(title)) is not None
    if bare.strip(_AROUND) in _FURNITURE:
        return True
    return _ALSO.match(bare) is not None and _WHOLLY_LINKED.fullmatch(block.replace("*", "")) is not None
