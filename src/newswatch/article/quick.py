"""The quick look: a few sentences of an article that say what it is about, as they stand there. Pure.

First come sentences with what the rule looks for, each with something that those before did not have; then the most
central ones, by the words that the whole article keeps coming back to (Luhn 1958: a sentence is worth what its
significant words are worth, by how often the text has them). Nothing is written here: every bullet is a sentence of
the text, told once, in the order of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

from newswatch.model.article import Bullet
from newswatch.model.hit import Mark
from newswatch.text.markdown import FENCE, unmarked
from newswatch.text.sentences import sentences

MOST_BULLETS = 5
MOST_SENTENCES = 400
"""Those from the beginning that can be bullets; behind them only sentences with what a rule looks for."""
LONGEST = 420
"""Letters of a bullet: what is longer is a list, or no sentence; one with what a rule looks for may be longer."""
LONGEST_FOUND = 1_000
MOST_ASIDES = 2
"""Lines of a heading, a list or a table that are bullets where what a rule looks for is in no sentence."""
SHORTEST = 25
FEWEST_BLANKS = 4
"""Between words: what has fewer is an address, a name, a date line."""
_TOO_LIKE = 0.5  # of the words of the shorter one
_LEAD = 1.3  # the first paragraphs of news say most
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]{2}|[^\W\d_]{4,}|\d[\d.,]*\d")
_CLOSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")
_QUESTION = 0.5  # it says nothing yet
_ASKS = re.compile(r"[?？؟][\"'”’»)\]」』]*$")
_WHOLE = re.compile(r"[.!?…؟۔।][\"'”’»)\]]*$")
"""How a sentence ends; what does not is an item of a list, or a caption, and no bullet unless a rule looks for it."""
_BULLET_SIGN = re.compile(r"(?:[-•*]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class _Sentence:
    bullet: Bullet
    words: frozenset[str]
    found: frozenset[str]
    is_whole: bool


def quick_look(text: str, marks: Sequence[Mark]) -> tuple[Bullet, ...]:
    """Three to five bullets of an article (our Markdown), fewer of a short one. `marks` are places in that text."""
    cut: list[_Sentence] = []
    asides: list[_Sentence] = []
    for number, sentence in enumerate(_sentences(text, marks)):
        if not sentence.is_whole:
            asides.append(sentence)
        elif number < MOST_SENTENCES or sentence.found:
            cut.append(sentence)
    if not any(sentence.found for sentence in cut):
        cut += asides[:MOST_ASIDES]
    many = min(MOST_BULLETS, len(cut) // 2 if len(cut) > 2 else len(cut))
    weights = _weights(cut)
    ranked = sorted(cut, key=lambda sentence: -_worth(sentence, weights))
    chosen: list[_Sentence] = []
    told: set[str] = set()
    with_match = [sentence for sentence in ranked if sentence.found]
    while len(chosen) < MOST_BULLETS - 1:  # one place is for what the article itself is about
        news = [one for one in with_match if one.found - told and not _is_like(one, chosen)]
        if not news:
            break
        best = max(news, key=lambda one: (len(one.found - told), _worth(one, weights)))
        chosen.append(best)
        told |= best.found
    for sentence in ranked:
        if len(chosen) >= many:
            break
        if sentence not in chosen and not _is_like(sentence, chosen):
            chosen.append(sentence)
    return tuple(sorted((sentence.bullet for sentence in chosen), key=lambda bullet: bullet.start))


def _sentences(text: str, marks: Sequence[Mark]) -> Iterator[_Sentence]:
    """Those that could be bullets; and, not whole, any line with what a rule looks for."""
    places = sorted((mark.start, mark.end, mark.text.casefold()) for mark in marks)
    longest = max((last - first for first, last, _ in places), default=0)
    blocks = list(_blocks(text))
    many = max(1, sum(is_running for _, _, is_running in blocks))
    number = 0
    for at, block, is_running in blocks:
        number += is_running
        plain = unmarked(block)
        for start, end in sentences(plain.text):
            said = " ".join(plain.text[start:end].split())
            said = said[sign.end() :] if (sign := _BULLET_SIGN.match(said)) else said
            source_start, source_end = plain.places(start, end)
            source_start, source_end = at + source_start, at + source_end
            near = places[bisect_left(places, (source_start - longest,)) : bisect_left(places, (source_end,))]
            found = frozenset(word for _, last, word in near if last > source_start)
            is_whole = is_running and _is_whole(said, is_found=bool(found))
            if said and (is_whole or (found and len(said) <= LONGEST_FOUND)):
                bullet = Bullet(said, source_start, source_end, max(1, number), many, has_match=bool(found))
                yield _Sentence(bullet, _words(said), found, is_whole)


def _is_whole(said: str, *, is_found: bool) -> bool:
    """Whether it is a sentence, and neither too long nor too short to say something."""
    is_close = len(_CLOSE.findall(said)) * 2 > len(said)
    if (
        not (SHORTEST // 2 if is_close or is_found else SHORTEST)
        <= len(said)
        <= (LONGEST_FOUND if is_found else LONGEST)
    ):
        return False
    if said.endswith(":") or (said.count(" ") < FEWEST_BLANKS and not is_close and not is_found):
        return False
    return is_close or _WHOLE.search(said) is not None or (is_found and said.count(" ") > FEWEST_BLANKS)


def _blocks(text: str) -> Iterator[tuple[int, str, bool]]:
    """The blocks, where each begins, and whether it is running text."""
    at = 0
    for block in text.split("\n\n"):
        if block.strip() and not block.startswith(FENCE):
            yield at, block, not block.startswith(("#", "|", "!["))
        at += len(block) + 2


def _words(said: str) -> frozenset[str]:
    return frozenset(_WORD.findall(said.casefold()))


def _weights(cut: Collection[_Sentence]) -> dict[str, float]:
    """What each word is worth. One that stands in most sentences is grammar."""
    counts = Counter(word for sentence in cut for word in sentence.words)
    most = max(3, len(cut) * 0.6)
    return {word: log(1 + count) if 1 < count <= most else 0.2 for word, count in counts.items()}


def _worth(sentence: _Sentence, weights: dict[str, float]) -> float:
    if not sentence.words:
        return 0.0
    worth = sum(weights.get(word, 0.0) for word in sentence.words) / sqrt(len(sentence.words) + 4)
    worth *= _LEAD if sentence.bullet.paragraph <= 2 else 1.0
    return worth * (_QUESTION if _ASKS.search(sentence.bullet.text) else 1.0)


def _is_like(sentence: _Sentence, others: Collection[_Sentence]) -> bool:
    """Whether one of the others says about the same."""
    return any(
        sentence.bullet.text == other.bullet.text
        or len(sentence.words & other.words) > _TOO_LIKE * max(1, min(len(sentence.words), len(other.words)))
        for other in others
    )
