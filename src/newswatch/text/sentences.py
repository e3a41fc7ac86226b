"""Plain text cut into sentences, in any script, by rules: where a full stop ends one and where it does not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

# An end in scripts with spaces needs a blank and then what may begin a sentence; in CJK it needs nothing.
_END = re.compile(r"[.!?…؟۔।]+[\"'”’»)\]]*(?=\s+[\"'“‘«„(\[¿¡\-–—]*[^\W_])|[。！？!?．]+[」』）”’\"]*(?=\S|\s|$)|\n+")
_BEFORE = re.compile(r"([^\W\d_]+)\.[\"'”’»)\]]*$")
_AFTER = re.compile(r"\s+[\"'“‘«„(\[¿¡\-–—]*([^\W_])")
_CJK_END = frozenset("。！？．")
_SHORTENED = (
    "mr mrs ms dr prof st sr jr gen col lt sgt capt cmdr adm maj gov sen rep hon rev pres nos vs etc inc ltd co corp "
    "jan feb mar apr jun jul aug sep sept oct nov dec approx est dept fig vol pp "
    "bzw ca nr evtl ggf usw dipl ing hr mme mlle av env sra dra ud uds pag núm "
    "г гг ул им стр тыс млн млрд руб см напр проф акад рис вул м р рр тис грн"
)
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_SHORT_WORDS = frozenset("Iя")  # one letter, and no initial


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, blanks aside. A line end ends one, too."""
    start = 0
    for end in _END.finditer(text):
        if end[0][0] == "\n":
            yield from _trimmed(text, start, end.start())
            start = end.end()
        elif end[0][0] in _CJK_END or _is_end(text, start, end):
            yield from _trimmed(text, start, end.end())
            start = end.end()
    yield from _trimmed(text, start, len(text))


def _is_end(text: str, start: int, end: re.Match[str]) -> bool:
    after = _AFTER.match(text, end.end())
    if after is None:
        return False
    if end[0][0] != ".":
        return True
    if after[1].islower():
        return False
    before = _BEFORE.search(text, max(start, end.start() - 30), end.end())
    word = before[1] if before is not None else ""
    return not (word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word not in _SHORT_WORDS))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
