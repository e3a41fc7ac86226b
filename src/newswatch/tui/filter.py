"""What a list is filtered by, as it is typed: words, `!` for without, `rule:` and its like. Pure; knows no widget.

    tanker gulf          both words, each in the headline, the source, the rule or a tag; letters may be left out (tnkr)
    "gulf of"            exactly so
    !film                without it; a lone ! before the rest turns all of it round
    rule:dprk source:kyodo tag:ships title:tanker mute:id
    is:starred           new seen open acked unacked, alert held muted snoozed, tagged noted revised old,
                         critical high normal low; their beginnings will do

What is not known as a field is a word: 14:30 is looked for as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from newswatch.model.hit import Held, StoryId, Triage
from newswatch.model.rule import Severity
from newswatch.model.story import Story
from newswatch.tui.filter_words import folded, read_filter

PUT_AWAY = frozenset({Held.MUTED, Held.SNOOZED})
FUZZY_FROM = 3  # letters; with fewer almost anything would do
REMEMBERED = 10_000  # stories
_WORD = re.compile(r"[^\W_]+")


def is_put_away(story: Story) -> bool:
    """Whether a mute or a snooze has taken the story out of the way."""
    return not story.is_alert and any(hit.held in PUT_AWAY or hit.snoozed_until is not None for hit in story.hits)


STATES: Mapping[str, Callable[[Story], bool]] = {
    "new": lambda story: story.is_alert and story.state is Triage.NEW,
    "seen": lambda story: story.is_alert and story.state is Triage.SEEN,
    "open": lambda story: story.is_alert and story.state is Triage.OPEN,
    "acked": lambda story: story.state is Triage.ACKED,
    "unacked": lambda story: story.is_alert and story.state is not Triage.ACKED,
    "alert": lambda story: story.is_alert,
    "held": lambda story: not story.is_alert,
    "muted": lambda story: any(hit.held is Held.MUTED for hit in story.hits),
    "snoozed": lambda story: any(hit.held is Held.SNOOZED or hit.snoozed_until is not None for hit in story.hits),
    "starred": lambda story: story.is_starred,
    "tagged": lambda story: any(hit.tags for hit in story.hits),
    "noted": lambda story: any(hit.notes for hit in story.hits),
    "revised": lambda story: any(hit.is_revised for hit in story.hits),
    "old": lambda story: any(hit.is_old_rule for hit in story.hits),
    "critical": lambda story: story.severity is Severity.CRITICAL,
    "high": lambda story: story.severity is Severity.HIGH,
    "normal": lambda story: story.severity is Severity.NORMAL,
    "low": lambda story: story.severity is Severity.LOW,
}
TELLS_OF_PUT_AWAY = frozenset({"held", "muted", "snoozed"})

_FIELDS: Mapping[str, Callable[[Story], Iterator[str]]] = {
    "rule": lambda story: (text for hit in story.hits for text in (hit.rule_id, hit.rule_name)),
    "source": lambda story: (hit.entry.source for hit in story.hits),
    "title": lambda story: (hit.entry.title for hit in story.hits),
    "tag": lambda story: (tag for hit in story.hits for tag in hit.tags),
    "mute": lambda story: (hit.muted_by for hit in story.hits if hit.muted_by),
}
_ANYWHERE = ("title", "source", "rule", "tag")


class _Term(NamedTuple):
    """One word of a filter. `name` is the field it is for, `is`, or empty for any."""

    word: str
    name: str = ""
    is_inverse: bool = False
    is_exact: bool = False

    def finds(self, story: Story) -> bool:
        """Whether the story has it, or has it not."""
        return self._is_in(story) is not self.is_inverse

    def _is_in(self, story: Story) -> bool:
        if self.name == "is":
            return any(STATES[name](story) for name in _states_of(self.word))
        text = _folded(_FIELDS[self.name](story)) if self.name else _all_of(story)
        if self.word in text:
            return True
        return not self.is_exact and len(self.word) >= FUZZY_FROM and _has_fuzzy(text, self.word)


@dataclass(frozen=True, slots=True)
class Needle:
    """What the list is filtered by. Stories keep the order of the list: a filter ranks nothing."""

    text: str = ""
    _terms: tuple[_Term, ...] = field(init=False, compare=False, repr=False)
    _is_inverse: bool = field(init=False, compare=False, repr=False)
    _known: dict[StoryId, tuple[Story, bool]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        terms, is_inverse = _read(self.text)
        object.__setattr__(self, "_terms", terms)
        object.__setattr__(self, "_is_inverse", is_inverse)

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, so that everything passes."""
        return not self._terms

    @property
    def tells_of_put_away(self) -> bool:
        """Whether it asks for held, muted or snoozed stories by that word, and so wants to see them."""
        return any(
            term.name == "mute" or (term.name == "is" and any(name.startswith(term.word) for name in TELLS_OF_PUT_AWAY))
            for term in self._terms
            if not term.is_inverse
        )

    @property
    def unknown_state(self) -> str:
        """The word after `is:` that is none; empty if all are."""
        return next(
            (term.word for term in self._terms if term.name == "is" and not _states_of(term.word)),
            "",
        )

    def finds(self, story: Story) -> bool:
        """Whether the story passes the filter. Worked out once, as long as the story is the same."""
        if not self._terms:
            return True
        known = self._known.get(story.id)
        if known is None or known[0] is not story:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            known = (story, all(term.finds(story) for term in self._terms) is not self._is_inverse)
            self._known[story.id] = known
        return known[1]


def _folded(texts: Iterator[str]) -> str:
    """Texts as they are compared, a line each: no word reaches over the end of one."""
    return folded("\n".join(dict.fromkeys(texts)))


_all_known: dict[StoryId, tuple[Story, str]] = {}


def _all_of(story: Story) -> str:
    """All that a plain word is looked for in. Kept for the next letter that is typed."""
    known = _all_known.get(story.id)
    if known is None or known[0] is not story:
        if len(_all_known) > REMEMBERED:
            _all_known.clear()
        known = _all_known[story.id] = (story, _folded(text for name in _ANYWHERE for text in _FIELDS[name](story)))
    return known[1]


@lru_cache(maxsize=64)
def _states_of(beginning: str) -> tuple[str, ...]:
    return tuple(name for name in STATES if name.startswith(beginning))


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[tuple[_Term, ...], bool]:
    words, is_inverse = read_filter(text, _FIELDS)
    return tuple(_Term(*word) for word in words), is_inverse


def _has_fuzzy(text: str, letters: str) -> bool:
    """Whether a word of the text begins with the first letter and has the others after it, in order."""
    first = letters[0]
    if not _in_order(text, letters):
        return False
    return any(
        word[0] == first and len(word) > len(letters) and _in_order(word, letters) for word in _WORD.findall(text)
    )


def _in_order(word: str, letters: str) -> bool:
    at = 0
    for letter in letters:
        at = word.find(letter, at) + 1
        if not at:
            return False
    return True
