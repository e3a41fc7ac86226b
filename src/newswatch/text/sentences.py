"""Plain text cut into sentences, in any script, by rules: where a full stop ends one and where it does not. Pure.

In doubt there is no end: a bullet of two sentences says what they say, half a sentence may say the opposite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newswatch.text.abbreviations import (
    AFTER_ORDINALS,
    BEFORE_ORDINALS,
    BEGINNINGS,
    LABELS,
    LATE,
    LEADING,
    NUMBERED,
    UNITS,
)

# An end in scripts with spaces needs a blank and then what may begin a sentence; in CJK it needs nothing. No match
# begins within a row of signs, and nothing is given back: a page of nothing but full stops takes no longer than others.
_END = re.compile(
    r"(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'”’»)\]]*+(?:\[\d{1,3}\])*+(?=\s++[\"'“‘«„(\[¿¡\-–—]*+[^\W_])"
    r"|(?:[。！？．]|(?<![!?])[!?](?=[!?」』）”]{0,40}+[\u3040-\u30ff\u3400-\u9fff]))[。！？!?．]*+[」』）”’\"]*+"
    r"|\n+"
)
_BEFORE = re.compile(
    r"(?:(?P<label>[^\W\d_]+)\s+)?(?P<chain>(?:[^\W\d_]\.\s?)*)(?P<word>[^\W\d_]+)\.[\"'”’»)\]]*(?:\[\d{1,3}\])*$"
)
_ORDINAL = re.compile(r"(?:^|(?P<before>[^\W\d_]+)\s+)\d{1,2}\.$")
_AFTER = re.compile(r"\s+[\"'“‘«„(\[¿¡\-–—]*(?P<word>[^\W_]+(?:-[^\W\d_]+)*)(?P<dot>\.)?")
_CJK_END = frozenset("。！？．")
_CLOSES_SPEECH = frozenset("」』")
_GOES_ON = re.compile(r"[\u3041-\u3096]")
"""What is said of a speech in Japanese follows it with a particle."""
_SHORT_WORDS = frozenset("IяЯ")  # one letter, and no initial
_LOOK_BACK = 60


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, blanks aside. A line end ends one, too."""
    start = 0
    for end in _END.finditer(text):
        if end[0][0] == "\n":
            yield from _trimmed(text, start, end.start())
            start = end.end()
        elif _is_close_end(text, end) if _is_close(text, end) else _is_end(text, start, end):
            yield from _trimmed(text, start, end.end())
            start = end.end()
    yield from _trimmed(text, start, len(text))


def _is_close(text: str, end: re.Match[str]) -> bool:
    """Whether it is an end as scripts without blanks have it."""
    return end[0][0] in _CJK_END or not text[end.end()].isspace()


def _is_close_end(text: str, end: re.Match[str]) -> bool:
    return not (end[0][-1] in _CLOSES_SPEECH and _GOES_ON.match(text, end.end()))


def _is_end(text: str, start: int, end: re.Match[str]) -> bool:
    after = _AFTER.match(text, end.end())
    if after is None:
        return False
    follows = after["word"]
    if follows[0].islower() and not (len(follows) > 1 and follows[1].isupper()):  # but iPad begins one
        return False
    if end[0][0] != "." or end[0].startswith(".."):
        return True
    first = max(start, end.start() - _LOOK_BACK)
    if text[end.start() - 1 : end.start()].isdigit():
        return not _is_ordinal(text, first, end.start() + 1, follows)
    before = _BEFORE.search(text, first, end.end())
    return before is None or _ends_with(before, follows, is_initial=after["dot"] is not None and len(follows) == 1)


def _is_ordinal(text: str, first: int, end: int, follows: str) -> bool:
    """Whether a number with a full stop is a first, a second: in front of a month, behind an article, or an item's."""
    number = _ORDINAL.search(text[first:end])
    if number is None or follows[0].isdigit():
        return False
    if number["before"] is None:
        return number.start() == 0 and not text[first:end].strip("0123456789. ")
    if follows.casefold() in AFTER_ORDINALS:
        return True
    return number["before"].casefold() in BEFORE_ORDINALS and follows.casefold() not in BEGINNINGS


def _ends_with(before: re.Match[str], follows: str, *, is_initial: bool) -> bool:
    """Whether a sentence may end with the word that stands before the full stop, or the letter."""
    word, begins = before["word"].casefold(), follows.casefold() in BEGINNINGS
    if follows[0].isdigit() and word in NUMBERED and (word not in {"no", "art"} or before["word"][0].isupper()):
        return False
    if len(word) > 1:
        if word in LEADING:
            return False
        return begins if word in LATE else True
    if before["word"] in _SHORT_WORDS and not before["chain"]:
        return True
    if word in UNITS and before["word"].islower():
        return begins
    if before["chain"]:  # with blanks it is a name, or z. B.; without it is U.S., 5 p.m.
        return begins and before["chain"][-1] != " "
    if (before["label"] or "").casefold() in LABELS:
        return not is_initial
    return begins and not is_initial


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        yield start, end
