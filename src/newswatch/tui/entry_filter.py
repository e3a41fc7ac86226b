"""What a list of entries is filtered by, as it is typed. Pure; knows no widget.

tanker gulf          both words, each in the headline, the source, a rule or a tag; "gulf of" exactly so
!film -source:tv     without it; a lone ! before the rest turns all of it round
rule:dprk source:kyodo title:tanker tag:ships
is:hit is:unmatched  and what `filter` knows of stories: is:new is:held is:starred; their beginnings will do
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from newswatch.model.stream import Listed
from newswatch.tui.filter import STATES
from newswatch.tui.filter_words import folded, read_filter

_HIT, _UNMATCHED = "hit", "unmatched"
ENTRY_STATES = (_HIT, _UNMATCHED, *STATES)
"""What may follow `is:`."""
_FIELDS: Mapping[str, Callable[[Listed], Iterator[str]]] = {
    "title": lambda row: iter((row.entry.title,)),
    "source": lambda row: iter((row.entry.source,)),
    "rule": lambda row: (text for hit in row.hits for text in (hit.rule_id, hit.rule_name)),
    "tag": lambda row: iter(row.entry.tags),
}


class _Term(NamedTuple):
    """One word. `name` is the field it is for, `is`, or empty for any."""

    word: str
    name: str
    is_inverse: bool

    def finds(self, row: Listed) -> bool:
        """Whether the entry has it, or has it not."""
        return self._is_in(row) is not self.is_inverse

    def _is_in(self, row: Listed) -> bool:
        if self.name == "is":
            story = row.story
            if story is None:
                return _UNMATCHED.startswith(self.word)
            return _HIT.startswith(self.word) or any(
                is_so(story) for state, is_so in STATES.items() if state.startswith(self.word)
            )
        fields = (_FIELDS[self.name],) if self.name else _FIELDS.values()
        return any(self.word in _folded(text) for texts in fields for text in texts(row))


@dataclass(frozen=True, slots=True)
class EntryNeedle:
    """What the list is filtered by."""

    text: str = ""
    _terms: tuple[_Term, ...] = field(init=False, compare=False, repr=False)
    _is_inverse: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        terms, is_inverse = _read(self.text)
        object.__setattr__(self, "_terms", terms)
        object.__setattr__(self, "_is_inverse", is_inverse)

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, so that everything passes."""
        return not self._terms

    @property
    def unknown_state(self) -> str:
        """The word after `is:` that is none; empty if all are."""
        words = (term.word for term in self._terms if term.name == "is")
        return next((word for word in words if not any(state.startswith(word) for state in ENTRY_STATES)), "")

    def finds(self, row: Listed) -> bool:
        """Whether the entry passes."""
        return not self._terms or all(term.finds(row) for term in self._terms) is not self._is_inverse


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    """`folded`, worked out once for all letters that are typed, and all arrivals while a filter stands."""
    return folded(text)


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[tuple[_Term, ...], bool]:
    words, is_inverse = read_filter(text, _FIELDS)
    return tuple(_Term(word.word, word.name, word.is_inverse) for word in words), is_inverse
