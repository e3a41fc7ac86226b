"""The index: from the words of a document to the rules that might match it.

Each rule stands under its keys: words, of which a matching document has at least one, each with the other
words that it has then. A key with `*` stands under its longer end. Must never know what a rule is beyond
its number here, its slot.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from newswatch.match.finders import word_test

_FEWEST_REMEMBERED, _MOST_REMEMBERED = 4_096, 65_536
_REMEMBERED_FOR_A_WORD = 64
"""Words of documents that are remembered for each one of rules. With few rules there is little to be looked up, and
thousands of words cost megabytes.
"""
_MEMO_LETTERS = 40  # what is longer is no word, and remembering it would cost more than looking it up

Keys = Mapping[str, frozenset[str]]
"""Key -> the words that a document needs besides."""


class Posting(NamedTuple):
    """That a rule might match a document which has a word that fits `pattern` (any if that is empty), and `needs`."""

    slot: int
    needs: frozenset[str]
    pattern: str = ""


Postings = tuple[Posting, ...]
# What a word calls for: slots, each with the longest word that it needs besides ("" for none) and all of them.
_Call = tuple[tuple[int, str, frozenset[str]], ...]


File = Mapping[str, Postings]


class _By(Enum):
    """What a key is filed by: all of it, or the longer of its ends."""

    WORD = auto()
    PREFIX = auto()
    SUFFIX = auto()


class _Ends:
    """Postings under prefixes of words; or under suffixes, which are prefixes of the words read backwards.

    `heads` are the prefixes as far as the `shortest` goes, with the lengths of those that begin so: a word
    with none of these has no prefix here.
    """

    __slots__ = ("file", "heads", "shortest")

    def __init__(self, file: File) -> None:
        self.file = file
        self.shortest = min(map(len, file), default=1)
        self.heads: dict[str, list[int]] = {}
        for prefix in file:
            lengths = self.heads.setdefault(prefix[: self.shortest], [])
            if len(prefix) not in lengths:
                lengths.append(len(prefix))

    def postings(self, word: str, written: str) -> list[Posting]:
        """Those under any prefix of `word`, if the word as it is written fits their patterns."""
        found: list[Posting] = []
        for length in self.heads.get(word[: self.shortest], ()):
            if length <= len(word):
                under = self.file.get(word[:length], ())
                found += [one for one in under if not one.pattern or word_test(one.pattern)(written)]
        return found


class Index:
    """Postings that are shared between versions: `changed` copies only what it touches."""

    __slots__ = ("_idle", "_memo", "_prefixes", "_remembered", "_suffixes", "_tails", "_words")

    def __init__(self, words: File, prefixes: _Ends, suffixes: _Ends) -> None:
        self._words = words
        self._prefixes = prefixes
        self._suffixes = suffixes
        self._tails = {head[::-1] for head in suffixes.heads}
        # What is known of the words met lately: those that call for no rule, and for the others which.
        self._idle: set[str] = set()
        self._memo: dict[str, _Call] = {}
        filed = len(words) + len(prefixes.file) + len(suffixes.file)
        self._remembered = min(max(_REMEMBERED_FOR_A_WORD * filed, _FEWEST_REMEMBERED), _MOST_REMEMBERED)

    @classmethod
    def empty(cls) -> Index:
        """The index of no rules."""
        return cls({}, _Ends({}), _Ends({}))

    def changed(self, removed: Mapping[int, Keys], added: Mapping[int, Keys]) -> Index:
        """An index without the keys of some slots and with those of others."""
        edits = {by: _Edit(set(), []) for by in _By}
        for slot, keys in removed.items():
            for key in keys:
                by, word = _filed(key)
                edits[by].emptied.add((word, slot))
        for slot, keys in added.items():
            for key, needs in keys.items():
                by, word = _filed(key)
                pattern = "" if len(key) - len(word) <= 1 else key  # abc* is said by its end, a*bc is not
                edits[by].filled.append((word, Posting(slot, needs, pattern)))
        words = edits[_By.WORD].of(self._words)
        prefixes = edits[_By.PREFIX].of(self._prefixes.file)
        suffixes = edits[_By.SUFFIX].of(self._suffixes.file)
        if prefixes is not self._prefixes.file or suffixes is not self._suffixes.file:
            return Index(words, _Ends(prefixes), _Ends(suffixes))
        after = Index(words, self._prefixes, self._suffixes)
        # What is known of other words holds on; which of them fit a key with `*` would take a look at each.
        # Copied in one step each: another thread may be matching.
        after._idle = self._idle.copy()
        after._memo = self._memo.copy()
        for word in edits[_By.WORD].touched():
            after._idle.discard(word)
            after._memo.pop(word, None)
        return after

    def candidates(self, words: Set[str]) -> set[int]:
        """The slots that stand under any of these words, and whose other words are there too."""
        memo, known, heads, tails = self._memo, self._words, self._prefixes.heads, self._tails
        head, tail = self._prefixes.shortest, -self._suffixes.shortest
        found = set[int]()
        idle: list[str] = []
        for word in words - self._idle:
            call = memo.get(word)
            if call is None:
                if word in known or word[:head] in heads or word[tail:] in tails:
                    call = self._look_up(word)
                if call is None:
                    idle.append(word)
                    continue
            for slot, longest, needs in call:
                if not longest or (longest in words and needs <= words):
                    found.add(slot)
        if idle:
            self._idle.update([word for word in idle if len(word) <= _MEMO_LETTERS])
        if len(self._idle) + len(memo) > self._remembered:
            self._idle.clear()
            memo.clear()
        return found

    def _look_up(self, word: str) -> _Call | None:
        postings = (
            *self._words.get(word, ()),
            *self._prefixes.postings(word, word),
            *self._suffixes.postings(word[::-1], word),
        )
        if not postings:
            return None
        call = tuple([(slot, max(needs, key=len, default=""), needs) for slot, needs, _ in postings])
        if len(word) <= _MEMO_LETTERS:
            self._memo[word] = call
        return call


@dataclass(frozen=True, slots=True)
class _Edit:
    """What slots lose and what postings come, by the word they are filed under."""

    emptied: set[tuple[str, int]]
    filled: list[tuple[str, Posting]]

    def of(self, file: File) -> File:
        """The file after it; the same one if nothing changes."""
        if not self.emptied and not self.filled:
            return file
        gathered: dict[str, list[Posting]] = {word: list(file.get(word, ())) for word in self.touched()}
        for word, slot in self.emptied:
            gathered[word] = [posting for posting in gathered[word] if posting.slot != slot]
        for word, posting in self.filled:
            gathered[word].append(posting)
        after = dict(file)
        for word, postings in gathered.items():
            after[word] = tuple(postings)
            if not postings:
                del after[word]
        return after

    def touched(self) -> set[str]:
        """The words."""
        return {word for word, _ in (*self.emptied, *self.filled)}


def _filed(key: str) -> tuple[_By, str]:
    """Where a key is filed, a suffix backwards. One that is open at both ends has an empty prefix."""
    if "*" not in key:
        return _By.WORD, key
    prefix, *_, suffix = key.split("*")
    return (_By.PREFIX, prefix) if len(prefix) >= len(suffix) else (_By.SUFFIX, suffix[::-1])
