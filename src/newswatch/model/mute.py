"""Mutes: what a person does not want to hear of for a while. They hide, and never delete; what they hid is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from newswatch.model.hit import Hit

MuteId = NewType("MuteId", str)


class MuteKind(StrEnum):
    """What a mute goes by."""

    STORY = "story"  # subject: a story id; kept in the store, as is that of a rule
    SOURCE = "source"  # subject: a source's name; the others are `[[mute]]` entries of rules.toml
    PHRASE = "phrase"  # subject: the words of a phrase
    RULE = "rule"  # subject: a rule id; hides the hits of that rule, and of no other
    QUERY = "query"  # subject: a query; what a person wrote into rules.toml


@dataclass(frozen=True, slots=True)
class MuteDraft:
    """A mute that is asked for: it holds until then. `name` is what lists call it; empty: made from the subject."""

    kind: MuteKind
    subject: str
    until: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class MuteStatus:
    """A mute in force. `until` None: for good. `hidden` counts the hits it has hidden so far."""

    id: MuteId
    kind: MuteKind
    subject: str
    name: str
    until: datetime | None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class MutePreview:
    """What a mute would hide of what is stored: hits that are not acked, and how many such hits a day came lately.
    `quiet` hits beside them never rang, but are listed: backlog, or found by an edited rule.

    `examples` are some of those hits, newest first. `days` is the span looked at, as far back as there is history.
    """

    hits: int
    stories: int
    per_day: float
    days: float
    examples: tuple[Hit, ...] = ()
    quiet: int = 0
