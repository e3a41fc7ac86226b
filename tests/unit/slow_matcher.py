"""The rule language evaluated in the plainest way: character by character, every rule on every document.

An oracle for `test_match_property`: it shares the parser and nothing else with the program, follows
docs/rules-semantics.md sentence by sentence, and is slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple
from unicodedata import category, normalize

from newswatch.match import tree
from newswatch.model.entry import Document

APOSTROPHES = "'‘’‛ʼʹ′＇`´"
LAST = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
DEFAULTS = ("title", "summary", "content", "tags")
RANKS = {field: rank for rank, field in enumerate(tree.FIELDS)}

Span = tuple[int, int, int, int]  # rank of the field, number of the tag, start, end


class Cluster(NamedTuple):
    """A character with its marks: where it stands, and what it folds to."""

    start: int
    end: int
    folded: str
    written: str


class Token(NamedTuple):
    """A word."""

    folded: str
    exact: str
    start: int
    end: int
    paragraph: int


def is_mark(character: str) -> bool:
    return category(character)[0] == "M" or character in "\uff9e\uff9f"


def is_dropped(character: str) -> bool:
    code = ord(character)
    return (
        0x0300 <= code <= 0x036F
        or 0x0591 <= code <= 0x05BD
        or code in (0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7, 0x0670, 0x0640)
        or 0x0610 <= code <= 0x061A
        or 0x064B <= code <= 0x065F
    )


def slow_fold(cluster: str) -> str:
    if cluster[0] in APOSTROPHES:
        cluster = "'" + cluster[1:]
    text = normalize("NFKD", normalize("NFKD", cluster).casefold())
    text = normalize("NFC", "".join(one for one in text if not is_dropped(one)))
    text = "".join("'" if one in APOSTROPHES else LAST.get(one, one) for one in text)
    # Thai and Lao AM: one character, hence one word, is kept in one piece.
    return text.replace("\u0e4d\u0e32", "\u0e33") if cluster[0] == "\u0e33" else text


def clusters(text: str) -> list[Cluster]:
    found: list[Cluster] = []
    for at, character in enumerate(text):
        if category(character) == "Cf":
            continue
        if is_mark(character) and found:
            before = found[-1]
            found[-1] = Cluster(before.start, at + 1, "", before.written + character)
        else:
            found.append(Cluster(at, at + 1, "", character))
    return [one._replace(folded=slow_fold(one.written)) for one in found]


def kind_of(folded: str) -> str:
    """ "" for what separates, "1" for a word of one character, "k" for Katakana, "w" for the rest."""
    character = folded[0]
    if category(character)[0] not in "LNM":
        return ""
    code = ord(character)
    alone = (
        code in (0x3005, 0x3007)
        or 0x3040 <= code <= 0x309F
        or 0x3130 <= code <= 0x318F
        or 0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1100 <= code <= 0x11FF
        or 0x1780 <= code <= 0x17FF
        or 0xAC00 <= code <= 0xD7AF
    )
    return "1" if alone else "k" if 0x30A0 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF else "w"


def breaks(text: str) -> Iterator[int]:
    """Offsets of paragraph breaks in a text whose format characters are blanks."""
    for match in re.finditer(
        "\u2029|(?:\r\n|\r(?!\n)|[\n\x0b\x0c\x85\u2028])[^\\S\n\r\x0b\x0c\x85\u2028\u2029]*[\n\r\x0b\x0c\x85\u2028]",
        text,
    ):
        yield match.start()


def tokens(text: str) -> list[Token]:
    """The words of a text (§3), for texts whose characters fold to letters or to separators, not to both."""
    parts = [one for one in clusters(text) if one.folded]
    ends = list(breaks("".join(" " if category(one) == "Cf" else one for one in text)))
    found: list[Token] = []
    at = 0
    while at < len(parts):
        kind = kind_of(parts[at].folded)
        if not kind or is_possessive(parts, at, found):
            at += 1
            continue
        if kind == "1":
            stop = at + 1
        elif kind == "w" and (dotted := acronym_end(parts, at)):
            stop = dotted
        else:
            stop = word_end(parts, at, kind)
        is_acronym = kind == "w" and bool(acronym_end(parts, at))
        used = [one for one in parts[at:stop] if not (is_acronym and one.folded == ".")]
        written = clusters(text[parts[at].start : parts[stop - 1].end])
        found.append(
            Token(
                "".join(one.folded for one in used),
                normalize("NFC", "".join(one.written for one in written if not (is_acronym and one.folded == "."))),
                parts[at].start,
                parts[stop - 1].end,
                sum(1 for one in ends if one < parts[at].start),
            )
        )
        at = stop
    return found


def kind_at(parts: Sequence[Cluster], at: int) -> str:
    return kind_of(parts[at].folded) if 0 <= at < len(parts) else ""


def is_letter(parts: Sequence[Cluster], at: int) -> bool:
    if kind_at(parts, at) != "w":
        return False
    first, *others = list(parts[at].folded)
    return category(first)[0] == "L" and all(category(other)[0] == "M" for other in others)


def acronym_end(parts: Sequence[Cluster], at: int) -> int:
    """Where the acronym that starts here ends, or 0."""
    if not is_letter(parts, at):
        return 0
    best, last = 0, at
    while last + 2 < len(parts) and parts[last + 1].folded == "." and is_letter(parts, last + 2):
        last += 2
        if not kind_at(parts, last + 1):
            best = last + 1
    return best


def word_end(parts: Sequence[Cluster], at: int, kind: str) -> int:
    while True:
        while at < len(parts) and kind_at(parts, at) == kind:
            at += 1
        is_sign = at < len(parts) and parts[at].folded in (".", ",")
        if (
            is_sign
            and at + 1 < len(parts)
            and parts[at - 1].folded[-1].isdecimal()
            and parts[at + 1].folded[0].isdecimal()
        ):
            at += 1
            continue
        return at


def is_possessive(parts: Sequence[Cluster], at: int, found: Sequence[Token]) -> bool:
    if parts[at].folded != "s" or kind_at(parts, at + 1) or not found:
        return False
    if at < 2 or parts[at - 1].folded != "'":
        return False
    before = parts[at - 2]
    if before.end == found[-1].end:
        return True
    is_dot = before.folded == "." and parts[at - 3].end == found[-1].end
    return is_dot and at >= 5 and parts[at - 4].folded == "." and parts[at - 4].start > found[-1].start


class SlowDocument:
    """A document's texts, cut the slow way."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def raw(self, field: str) -> list[tuple[int, str]]:
        if field == "tags":
            return list(enumerate(self.document.tags))
        return [(0, str(getattr(self.document, field)))]


def fits(word: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), word, re.DOTALL) is not None


def occurrences(node: tree.Node, words: Sequence[Token]) -> set[tuple[int, int]]:
    match node:
        case tree.Phrase(sought):
            return {
                (first, first + len(sought) - 1)
                for first in range(len(words) - len(sought) + 1)
                if all(fits(words[first + place].folded, pattern) for place, pattern in enumerate(sought))
                and words[first].paragraph == words[first + len(sought) - 1].paragraph
            }
        case tree.Exact(_, forms):
            return {
                (first, first + len(forms) - 1)
                for first in range(len(words) - len(forms) + 1)
                if all(words[first + place].exact == form for place, form in enumerate(forms))
                and words[first].paragraph == words[first + len(forms) - 1].paragraph
            }
        case tree.Alias(_, phrases):
            return {found for phrase in phrases for found in occurrences(phrase, words)}
        case tree.Or(parts):
            return {found for part in parts for found in occurrences(part, words)}
        case _:
            raise TypeError(node)


def evaluate(node: tree.Node, document: SlowDocument, fields: tuple[str, ...] = DEFAULTS) -> set[Span] | None:
    """The spans of a match; None where the node does not hold."""
    match node:
        case tree.And(parts):
            found = [evaluate(part, document, fields) for part in parts]
            return None if None in found else {span for spans in found if spans for span in spans}
        case tree.Or(parts):
            held = [spans for part in parts if (spans := evaluate(part, document, fields)) is not None]
            return {span for spans in held for span in spans} if held else None
        case tree.Not(part):
            return set() if evaluate(part, document, fields) is None else None
        case tree.InField(field, part):
            return evaluate(part, document, DEFAULTS if field == "text" else (field,))
        case tree.Filled(field):
            names = DEFAULTS if field == "text" else (field,)
            return set() if any(raw.strip() for name in names for _, raw in document.raw(name)) else None
        case tree.Phrase() | tree.Exact() | tree.Alias() | tree.Near() | tree.AtLeast():
            return located(node, document, fields)
        case _:
            raise TypeError(node)


def located(node: tree.Node, document: SlowDocument, fields: tuple[str, ...]) -> set[Span] | None:
    spans: set[Span] = set()
    counted = 0
    for field in fields:
        for part, raw in document.raw(field):
            words = tokens(raw)
            found = found_in(node, words)
            counted += len(found)
            spans |= {(RANKS[field], part, words[first].start, words[last].end) for first, last in found}
    return spans if counted >= (node.count if isinstance(node, tree.AtLeast) else 1) else None


def found_in(node: tree.Node, words: Sequence[Token]) -> set[tuple[int, int]]:
    match node:
        case tree.Near():
            return near(node, words)
        case tree.AtLeast(_, part):
            taken: set[tuple[int, int]] = set()
            free = 0
            for first, last in sorted(occurrences(part, words), key=lambda found: (found[0], -found[1])):
                if first >= free:
                    taken.add((first, last))
                    free = last + 1
            return taken
        case _:
            return occurrences(node, words)


def near(node: tree.Near, words: Sequence[Token]) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for left, right in product(occurrences(node.left, words), occurrences(node.right, words)):
        is_left_first = left[1] < right[0]
        if not is_left_first and (node.is_ordered or right[1] >= left[0]):
            continue
        between = right[0] - left[1] - 1 if is_left_first else left[0] - right[1] - 1
        if between <= node.distance and words[left[0]].paragraph == words[right[0]].paragraph:
            found |= {left, right}
    return found
