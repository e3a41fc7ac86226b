"""Cutting: from a text to its words (§3 of docs/rules-semantics.md), by patterns over its folded form.

The folded form for cutting has words, and of all that is no word eight signs only. Must never know of rules,
fields or documents, nor where in the original a word stood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import category, decomposition

from newswatch.text.fold import Folding, fold_cluster, visible

__all__ = [
    "FOLDED",
    "FOLDED_PATTERN",
    "JOINT",
    "KATAKANA",
    "SEPARATORS",
    "SPACELESS",
    "WALL",
    "cut",
    "cutter_for",
    "is_mixed",
    "joined",
]

WALL = "|"
"""Stands among the words of a `Text` wherever no phrase may pass: at a paragraph break, between two texts."""

# A folded text for cutting has words and eight separators: a blank, a line break (two signs), a wall,
# the three signs that §3 gives a meaning, and one that stands for all the rest, a written "|" too.
# All but the wall and the three signs are white space to str.split.
_FREQUENT_LETTERS = 40  # a longer chunk is not worth remembering
JOINT = f" {WALL} "
"""What stands between two texts that are cut together."""

_OTHER = "\x1f"
SEPARATORS = f" .,'\n\r{WALL}{_OTHER}"
_LINE_BREAKS = "\x0b\x0c\x85\u2028"
_SPACELESS_RANGES = (
    "\u3005\u3007\u3040-\u309f\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\uac00-\ud7af"
)
_KATAKANA_RANGES = "\u30a0-\u30ff\u31f0-\u31ff"
_AM_VOWELS = {"\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2"}  # Thai and Lao: one character, NFKD makes two


def _separator(character: str) -> str:
    if character in f" .,'\n\r{_OTHER}":  # folding again changes nothing: `Folding` counts on it
        return character
    if character in _LINE_BREAKS:
        return "\n"
    if character == "\u2029":
        return WALL
    return " " if character.isspace() else _OTHER


def _word_cluster(cluster: str, joker: str = "") -> str:
    """A cluster, folded for cutting. Characters in `joker` count as word characters."""
    base = visible(cluster)[:1]
    if base and decomposition(base).startswith("<super>") and category(base) == "So":
        return _OTHER  # ™ and ℠ are signs beside a word, not letters of it
    folded = fold_cluster(cluster)
    if base in _AM_VOWELS and folded.startswith(_AM_VOWELS[base]):
        folded = base + folded[2:]  # one character is one word, whatever it decomposes to
    kept: list[str] = []
    is_apart = False
    for character in folded:
        kind = category(character)[0]
        if kind == "M" and is_apart:
            continue  # a mark on a separator (the emoji selector after ❤) belongs to it
        is_apart = kind not in "LNM" and character not in joker
        kept.append(_separator(character) if is_apart else character)
    if len(kept) > 1 and all(one in SEPARATORS for one in kept):
        return " " if all(one == " " for one in kept) else _OTHER
    return "".join(kept)


FOLDED = Folding(_word_cluster)
_FOLDED_TEXTS = Folding(lambda cluster: WALL if cluster == WALL else _word_cluster(cluster))
FOLDED_PATTERN = Folding(lambda cluster: _word_cluster(cluster, joker="*"))

# Each pattern has three groups: an acronym, another word, a wall. Written with stdlib `re`: here \w is
# what str.isalnum says, so that [^\w…] among word characters is a mark.
_S = re.escape(SEPARATORS)
_C = _SPACELESS_RANGES
_K = _KATAKANA_RANGES
_LETTER = r"[^\W\d_]"
_MARKS = rf"[^\w*{_S}]*"
_FINAL = rf"(?![^{_S}])"
_POSSESSIVE = rf"'s{_FINAL}"
_WALL = re.escape(WALL)
_NUMBER_SIGN = r"(?<=\d)[.,](?=\d)"


def _cutter(*, is_mixed: bool) -> re.Pattern[str]:
    others = f"{_S}{_C}{_K}" if is_mixed else _S
    letter = rf"(?![{_C}]){_LETTER}" if is_mixed else _LETTER
    piece = rf"[^{others}]+(?:[^\w*{_S}]+[^{others}]*)*" if is_mixed else rf"[^{_S}]+"
    acronym = rf"(?<![^{others}]){letter}{_MARKS}(?:\.{letter}{_MARKS})+{_FINAL}"
    general = rf"{piece}(?:{_NUMBER_SIGN}{piece})*"
    if not is_mixed:
        return re.compile(rf"({acronym})(?:\.?{_POSSESSIVE})?|({general})(?:{_POSSESSIVE})?|({_WALL})")
    single = rf"[{_C}]{_MARKS}|[{_K}](?:[{_K}]|[^\w*{_S}])*"
    return re.compile(rf"({acronym})(?:\.?{_POSSESSIVE})?|({single}|{general})(?:{_POSSESSIVE})?|({_WALL})")


_CUT_SPACED = _cutter(is_mixed=False)
_CUT_MIXED = _cutter(is_mixed=True)
SPACELESS = re.compile(f"[{_C}]")
KATAKANA = re.compile(f"[{_K}]")
_MIXING = re.compile(f"[{_C}{_K}]")
_BREAK = re.compile(r"(?:\r\n|\r(?!\n)|\n) *[\r\n]")


def is_mixed(folded: str) -> bool:
    """Whether a folded text has characters of scripts without spaces, or Katakana."""
    return not folded.isascii() and _MIXING.search(folded) is not None


def cutter_for(folded: str) -> re.Pattern[str]:
    """What finds the words of a folded text, and its walls; the first of its groups that took part is the word."""
    return _CUT_MIXED if is_mixed(folded) else _CUT_SPACED


def joined(raws: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Some texts folded as one, a `JOINT` between any two and a wall at each paragraph break.

    Comes with texts that are as long as its parts: `raws` themselves if each character folded to one.
    """
    whole = JOINT.join(raws)
    parts = raws
    folded = _FOLDED_TEXTS.even(whole) if whole.count(WALL) == len(raws) - 1 else None
    if folded is None:
        parts = [FOLDED(raw) for raw in raws]
        folded = JOINT.join(parts)
    if "\n" in folded or "\r" in folded:
        # What comes in is as long as what goes: places stay what they are.
        folded = folded.replace("\n\n", f"{WALL} ")
        if "\r" in folded or "\n " in folded:
            folded = _BREAK.sub(lambda match: WALL.ljust(len(match[0])), folded)
    return folded, parts


def cut(folded: str) -> list[str]:
    """The words of a folded text and its walls. What `cutter_for` finds, but faster: most stand between blanks."""
    if is_mixed(folded):
        return _words(folded, _CUT_MIXED)
    if folded.count(WALL) != folded.count(JOINT):
        folded = folded.replace(WALL, JOINT)
    # A dot or comma before a blank only separates, whatever stands before it. (As long as before: twice as fast.)
    chunks = f"{folded} ".replace(". ", "  ").replace(", ", "  ").split()
    if not ("." in folded or "," in folded or "'" in folded):
        return chunks
    words: list[str] = []
    done = 0
    for place in [place for place, chunk in enumerate(chunks) if not chunk.isalnum() and chunk != WALL]:
        words += chunks[done:place]
        done = place + 1
        chunk = chunks[place]
        if (bare := chunk.strip(".,'")).isalnum():  # at the edge of a chunk these three only separate
            words.append(bare)
        elif chunk.endswith("'s") and (owner := chunk[:-2]).isalnum():
            words.append(owner)
        else:
            words += _frequent_words(chunk) if len(chunk) <= _FREQUENT_LETTERS else _words(chunk, _CUT_SPACED)
    words += chunks[done:]
    return words


def _words(folded: str, cutter: re.Pattern[str]) -> list[str]:
    return [acronym.replace(".", "") or word or wall for acronym, word, wall in cutter.findall(folded)]


@lru_cache(maxsize=8_192)
def _frequent_words(chunk: str) -> tuple[str, ...]:
    return tuple(_words(chunk, _CUT_SPACED))
