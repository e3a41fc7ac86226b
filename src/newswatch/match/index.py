"""The index: from the words of a document to the rules that might match it.

Each rule stands under its keys: words, of which a matching document has at least one. A key with `*`
stands under its longer end. Must never know what a rule is beyond its number here, its slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newswatch.match.finders import word_test

_END = 4  # letters of a prefix or suffix that a key with `*` is filed under
_MEMO_WORDS = 50_000
_MEMO_LETTERS = 40  # what is longer is no word, and remembering it would cost more than looking it up

Slots = tuple[int, ...]


class Index:
    """Postings that are shared between versions: `changed` copies only what it touches."""

    __slots__ = ("_memo", "_wild", "_words")

    def __init__(self) -> None:
        self._words: dict[str, Slots] = {}
        self._wild: dict[str, tuple[tuple[str, int], ...]] = {}  # "abc*", "*abc" or "*" -> (key, slot)
        self._memo: dict[str, Slots] = {}  # every word met lately, with all slots it calls for

    def changed(self, removed: Mapping[int, Iterable[str]], added: Mapping[int, Iterable[str]]) -> Index:
        """An index without the keys of some slots and with those of others."""
        after = Index()
        after._words = dict(self._words)
        after._wild = dict(self._wild)
        for slot, keys in removed.items():
            for key in keys:
                after._take(key, slot)
        gathered: dict[str, list[int]] = {}
        gathered_wild: dict[str, list[tuple[str, int]]] = {}
        for slot, keys in added.items():
            for key in keys:
                if "*" in key:
                    gathered_wild.setdefault(_file_of(key), []).append((key, slot))
                else:
                    gathered.setdefault(key, []).append(slot)
        for key, slots in gathered.items():
            after._words[key] = (*after._words.get(key, ()), *slots)
        for file, pairs in gathered_wild.items():
            after._wild[file] = (*after._wild.get(file, ()), *pairs)
        return after

    def candidates(self, words: Iterable[str]) -> set[int]:
        """The slots under any of these words."""
        memo, found = self._memo, set[int]()
        for word in words:
            slots = memo.get(word)
            if slots is None:
                slots = self._look_up(word)
            if slots:
                found.update(slots)
        return found

    def _look_up(self, word: str) -> Slots:
        slots = self._words.get(word, ())
        if self._wild:
            wild = {slot for file in _files_for(word) for key, slot in self._wild.get(file, ()) if word_test(key)(word)}
            if wild:
                slots = (*slots, *wild)
        if len(word) <= _MEMO_LETTERS:
            if len(self._memo) >= _MEMO_WORDS:
                self._memo.clear()
            self._memo[word] = slots
        return slots

    def _take(self, key: str, slot: int) -> None:
        if "*" in key:
            file = _file_of(key)
            left = tuple(pair for pair in self._wild.get(file, ()) if pair != (key, slot))
            if left:
                self._wild[file] = left
            else:
                self._wild.pop(file, None)
        else:
            slots = tuple(one for one in self._words.get(key, ()) if one != slot)
            if slots:
                self._words[key] = slots
            else:
                self._words.pop(key, None)


def _file_of(key: str) -> str:
    prefix, *_, suffix = key.split("*")
    if not prefix and not suffix:
        return "*"
    if len(prefix) >= len(suffix):
        return prefix[:_END] + "*"
    return "*" + suffix[-_END:]


def _files_for(word: str) -> list[str]:
    files = ["*"]
    for length in range(1, min(_END, len(word)) + 1):
        files.append(word[:length] + "*")
        files.append("*" + word[-length:])
    return files
