"""Words: how a text, and the words of a rule, are cut (§3 of docs/rules-semantics.md).

Must never know of rules, fields or documents: one text in, its words out. The words of a `Text` are
cut at once, as folded strings; where they stand in the original is worked out only when asked, because
most texts match nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, decomposition, normalize

from newswatch.text.fold import Folding, fold_cluster, visible

__all__ = ["Gap", "PatternWord", "Text", "pattern_words"]

# A folded text for cutting has words and eight separators: a blank, a line break (two signs), a
# paragraph separator, the three signs that §3 gives a meaning, and one that stands for all the rest.
# All but the three signs are white space to str.split.
_FREQUENT_LETTERS = 40  # a longer chunk is not worth remembering
_PARAGRAPH = "\x1e"
_OTHER = "\x1f"
_SEPARATORS = f" .,'\n\r{_PARAGRAPH}{_OTHER}"
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
        return _PARAGRAPH
    return " " if character.isspace() else _OTHER


def _word_cluster(cluster: str, joker: str = "") -> str:
    """A cluster, folded for cutting. Characters in `joker` count as word characters."""
    base = visible(cluster)[:1]
    if base and decomposition(base).startswith("<super>") and category(base) == "So":
        return _OTHER  # ™ and ℠ are signs beside a word, not letters of it
    folded = fold_cluster(cluster)
    if base in _AM_VOWELS and folded.startswith(_AM_VOWELS[base]):
        folded = base + folded[2:]  # one character is one word, whatever it decomposes to
    cut: list[str] = []
    is_apart = False
    for character in folded:
        kind = category(character)[0]
        if kind == "M" and is_apart:
            continue  # a mark on a separator (the emoji selector after ❤) belongs to it
        is_apart = kind not in "LNM" and character not in joker
        cut.append(_separator(character) if is_apart else character)
    if len(cut) > 1 and all(one in _SEPARATORS for one in cut):
        return " " if all(one == " " for one in cut) else _OTHER
    return "".join(cut)


_TEXT = Folding(_word_cluster)
_PATTERN = Folding(lambda cluster: _word_cluster(cluster, joker="*"))

# Each pattern has two groups, an acronym or another word. Written with stdlib `re`: here \w is what
# str.isalnum says, so that [^\w…] among word characters is a mark.
_S = re.escape(_SEPARATORS)
_C = _SPACELESS_RANGES
_K = _KATAKANA_RANGES
_LETTER = r"[^\W\d_]"
_MARKS = rf"[^\w*{_S}]*"
_FINAL = rf"(?![^{_S}])"
_POSSESSIVE = rf"'s{_FINAL}"
_NUMBER_SIGN = r"(?<=\d)[.,](?=\d)"


def _cutter(*, is_mixed: bool) -> re.Pattern[str]:
    others = f"{_S}{_C}{_K}" if is_mixed else _S
    letter = rf"(?![{_C}]){_LETTER}" if is_mixed else _LETTER
    piece = rf"[^{others}]+(?:[^\w*{_S}]+[^{others}]*)*" if is_mixed else rf"[^{_S}]+"
    acronym = rf"(?<![^{others}]){letter}{_MARKS}(?:\.{letter}{_MARKS})+{_FINAL}"
    general = rf"{piece}(?:{_NUMBER_SIGN}{piece})*"
    if not is_mixed:
        return re.compile(rf"(?:({acronym})(?:\.?{_POSSESSIVE})?|({general})(?:{_POSSESSIVE})?)")
    single = rf"[{_C}]{_MARKS}|[{_K}](?:[{_K}]|[^\w*{_S}])*"
    return re.compile(rf"(?:({acronym})(?:\.?{_POSSESSIVE})?|({single}|{general})(?:{_POSSESSIVE})?)")


_CUT_SPACED = _cutter(is_mixed=False)
_CUT_MIXED = _cutter(is_mixed=True)
_SPACELESS = re.compile(f"[{_C}]")
_KATAKANA = re.compile(f"[{_K}]")
_MIXING = re.compile(f"[{_C}{_K}]")
_BREAK = re.compile(rf"{_PARAGRAPH}|(?:\r\n|\r(?!\n)|\n) *[\r\n]")


def _cutter_for(folded: str) -> re.Pattern[str]:
    return _CUT_MIXED if not folded.isascii() and _MIXING.search(folded) else _CUT_SPACED


def _cut(folded: str, cutter: re.Pattern[str]) -> list[str]:
    """The words of a folded text. What `cutter` gives, but faster: most words stand between blanks."""
    if cutter is _CUT_MIXED:
        return _words(folded, cutter)
    # A dot or comma before a blank only separates, whatever stands before it.
    chunks = folded.replace(". ", " ").replace(", ", " ").split()
    if not ("." in folded or "," in folded or "'" in folded):
        return chunks
    words: list[str] = []
    for chunk in chunks:
        if chunk.isalnum():
            words.append(chunk)
        else:
            words += _frequent_words(chunk) if len(chunk) <= _FREQUENT_LETTERS else _words(chunk, _CUT_SPACED)
    return words


def _words(folded: str, cutter: re.Pattern[str]) -> list[str]:
    return [acronym.replace(".", "") or word for acronym, word in cutter.findall(folded)]


@lru_cache(maxsize=8_192)
def _frequent_words(chunk: str) -> tuple[str, ...]:
    return tuple(_words(chunk, _CUT_SPACED))


class Text:
    """One text and its words. `words[i]` is folded, `vocabulary` holds each once; questions take word numbers."""

    __slots__ = ("_breaks", "_cutter", "_folded", "_line", "_offsets", "_spans", "raw", "vocabulary", "words")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._folded = _TEXT(raw)
        self._cutter = _cutter_for(self._folded)
        self.words = _cut(self._folded, self._cutter)
        self.vocabulary = frozenset(self.words)
        self._line = ""
        self._spans: list[tuple[int, int]] | None = None
        self._offsets: tuple[list[int], list[int]] | None = None
        self._breaks: list[int] | None = None

    @property
    def line(self) -> str:
        """All words with one blank before each and one at the end: to look for words that stand side by side."""
        if not self._line:
            self._line = f" {' '.join(self.words)} "
        return self._line

    @property
    def is_one_paragraph(self) -> bool:
        """Whether there is no paragraph break in it."""
        return not self._paragraph_breaks()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words `first` to `last` (inclusive) stand in the original, as start and end."""
        spans = self._located()
        start, end = spans[first][0], spans[last][1]
        if self._offsets is not None:
            return self._offsets[0][start], self._offsets[1][end - 1]
        return start, end

    def exact(self, number: int) -> str:
        """A word as written: letter case and accents kept, NFC, without format characters and acronym dots."""
        start, end = self.span(number, number)
        is_acronym = "." in self._folded[slice(*self._located()[number])] and "." not in self.words[number]
        return _written(self.raw[start:end], is_acronym=is_acronym)

    def is_unbroken(self, first: int, last: int) -> bool:
        """Whether no paragraph break stands between these two words."""
        return not self._paragraph_breaks() or self.paragraph(first) == self.paragraph(last)

    def paragraph(self, number: int) -> int:
        """The paragraph that a word stands in, counted from 0; numbers may be skipped."""
        return bisect_right(self._paragraph_breaks(), self._located()[number][0])

    def _paragraph_breaks(self) -> list[int]:
        if self._breaks is None:
            text = self._folded
            has_any = "\n" in text or "\r" in text or _PARAGRAPH in text
            self._breaks = [match.start() for match in _BREAK.finditer(text)] if has_any else []
        return self._breaks

    def _located(self) -> list[tuple[int, int]]:
        if self._spans is None:
            self._spans = [match.span(match.lastindex or 0) for match in self._cutter.finditer(self._folded)]
            self._offsets = _TEXT.offsets(self.raw)
        return self._spans


@dataclass(frozen=True, slots=True)
class PatternWord:
    """A word of a rule at `start`:`end` of its text: folded, perhaps with `*`. `exact` as `Text.exact`."""

    folded: str
    exact: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A lone `*` in a rule."""

    start: int
    end: int


def pattern_words(raw: str) -> tuple[PatternWord | Gap, ...]:
    """The words of a piece of a rule, where `*` belongs to the word beside it and alone is a gap."""
    folded = _PATTERN(raw)
    places = _PATTERN.offsets(raw)
    found = [
        (match[match.lastindex or 0], *match.span(match.lastindex or 0))
        for match in _cutter_for(folded).finditer(folded)
    ]
    words: list[PatternWord | Gap] = []
    for text, start, end in _joined(found):
        first, last = (start, end) if places is None else (places[0][start], places[1][end - 1])
        if not text.strip("*"):
            words.append(Gap(first, last))
            continue
        is_acronym = "." in text and not text[text.index(".") - 1].isdecimal()
        word = text.replace(".", "") if is_acronym else re.sub(r"\*+", "*", text)
        words.append(PatternWord(word, _written(raw[first:last], is_acronym=is_acronym), first, last))
    return tuple(words)


def _written(raw: str, *, is_acronym: bool) -> str:
    """A word as written, without format characters and an acronym's dots, in NFC."""
    written = visible(raw)
    if is_acronym:
        written = "".join(one for one in written if _TEXT(one) != ".")
    return normalize("NFC", written)


def _joined(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Gives a `*` that the cutting left alone to the Katakana run it touches; drops one that touches a word of one
    character only (§4: beside a character of rule 3.4 at a word's edge it is ignored).
    """
    joined: list[tuple[str, int, int]] = []
    for text, start, end in found:
        if joined and joined[-1][2] == start:
            before, begun, _ = joined[-1]
            is_star, was_star = not text.strip("*"), not before.strip("*")
            if is_star and _SPACELESS.match(before):
                continue
            if was_star and _SPACELESS.match(text):
                joined[-1] = (text, start, end)
                continue
            if is_star or was_star or (before.endswith("*") and _KATAKANA.match(text) and _KATAKANA.match(before)):
                joined[-1] = (before + text, begun, end)
                continue
        joined.append((text, start, end))
    return joined
