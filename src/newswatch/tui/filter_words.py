"""How a typed filter reads, whatever list it is for: words, `!` for without, `name:` for a field. Pure; knows no value.

    tanker "gulf of"     words, and one that is meant exactly so
    !film -source:tv     without it; a dash begins words, too (-15): before a field or quotes it is meant
    ! anything           a lone ! before the rest turns all of it round

What is not known as a field is a word: 14:30 is looked for as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

STATE = "is"
"""The field that every list knows: what becomes of an item, by a word for it."""
_TOKEN = re.compile(
    r'(?P<lone>!)(?=\s|$)|(?P<inverse>[!-]?)(?:(?P<name>[a-z]+):)?(?:"(?P<exact>[^"]*)"?|(?P<word>[^\s"]+))'
)


class FilterWord(NamedTuple):
    """One word, folded. `name` is the field it is for, `STATE`, or empty for any."""

    word: str
    name: str
    is_inverse: bool
    is_exact: bool


def read_filter(text: str, fields: Collection[str]) -> tuple[tuple[FilterWord, ...], bool]:
    """The words of a filter over these fields, and whether all of it is turned round."""
    words: list[FilterWord] = []
    is_turned = False
    for found in _TOKEN.finditer(text.strip()):
        if found["lone"]:
            is_turned = is_turned or not words
            continue
        name, inverse, exact = found["name"] or "", bool(found["inverse"]), found["exact"]
        word = exact if exact is not None else found["word"]
        if name and name != STATE and name not in fields:
            name, word = "", f"{name}:{word}"
        if found["inverse"] == "-" and not name and exact is None:
            inverse, word = False, f"-{word}"
        if word := folded(word):
            words.append(FilterWord(word, name, inverse, exact is not None))
    return tuple(words), is_turned


def holds(typed: str, haystack: str, states: Collection[str] = ()) -> bool:
    """Whether a folded text holds what a filter without fields asks for; `is:` asks for one of the states."""
    words, is_turned = read_filter(typed, ())
    held = all(
        (any(state.startswith(one.word) for state in states) if one.name == STATE else one.word in haystack)
        is not one.is_inverse
        for one in words
    )
    return held is not is_turned or not words


def folded(text: str) -> str:
    """The text as it is compared: no letter case, no accents."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(part for part in parts if not "\u0300" <= part <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold()
