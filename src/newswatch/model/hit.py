"""A hit: one rule that matched one entry, with the reason and what a person did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType

from newswatch.model.digest import digest
from newswatch.model.entry import Entry, EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.late import Late
from newswatch.model.rule import RuleId, Severity

HitId = NewType("HitId", str)
StoryId = NewType("StoryId", str)


def hit_id(rule_id: RuleId, feed_id: FeedId, key: EntryKey) -> HitId:
    """The id of a hit, from (rule, feed, entry) alone: finding it twice gives the same one."""
    return HitId(digest("hit", rule_id, feed_id, key))


PAGE_FIELD = "page"
"""The field of marks in the page behind an entry; their places count in the `ArticleText.text` they were found in."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of text that satisfied the rule: code points `start`:`end` of `field` (of tag number `part`)."""

    field: str
    start: int
    end: int
    text: str
    part: int = 0


class Held(StrEnum):
    """Why a hit did not interrupt."""

    BACKLOG = "backlog"
    RULE_CHANGE = "rule-change"
    MUTED = "muted"
    SNOOZED = "snoozed"
    QUIET = "quiet"
    THROTTLED = "throttled"
    COPY = "copy"


class Triage(StrEnum):
    """How far a person has come with a hit; compare with `rank`."""

    NEW = "new"
    SEEN = "seen"
    OPEN = "open"
    ACKED = "acked"

    @property
    def rank(self) -> int:
        """0 for new … 3 for acked."""
        return _RANKS[self]


_RANKS = {Triage.NEW: 0, Triage.SEEN: 1, Triage.OPEN: 2, Triage.ACKED: 3}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote about a hit, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Hit(Late):
    """One rule that matched one entry. It outlives edits of the rule and of the entry.

    `query` and `rule_version` are those of the rule as it stood when it matched (`is_old_rule`: the rule,
    or the text, was edited since, and it no longer matches). `told_at` is None until the hit was shown or printed.
    `tags` and `notes` (oldest first) are a person's; `snoozed_until` is when the hit is to come up again.
    `muted_by` is the id of the mute that hides it (`held` is `muted` then, `was_held` what held it before, if anything
    did but a snooze); empty: none does.
    `page_changed_at` is when the page behind the entry was last found to say something else than before, or to be gone.
    """

    LEFT_OUT: ClassVar[frozenset[str]] = frozenset({"marks"})
    id: HitId
    rule_id: RuleId
    rule_name: str
    rule_version: str
    query: str
    severity: Severity
    entry: Entry
    marks: tuple[Mark, ...]
    story_id: StoryId
    found_at: datetime
    held: Held | None = None
    state: Triage = Triage.NEW
    is_starred: bool = False
    is_old_rule: bool = False
    told_at: datetime | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    snoozed_until: datetime | None = None
    muted_by: str = ""
    page_changed_at: datetime | None = None
    was_held: Held | None = None

    @property
    def is_kept(self) -> bool:
        """Whether a person marked it as worth keeping, however old it gets: starred, tagged or noted."""
        return self.is_starred or bool(self.tags or self.notes)

    @property
    def is_revised(self) -> bool:
        """Whether the entry, or the page behind it, says something else than it did."""
        return self.entry.revised_at is not None or self.page_changed_at is not None

    @property
    def is_in_full_text(self) -> bool:
        """Whether the rule matched only with the page behind the entry, and not what the feed said."""
        return any(mark.field == PAGE_FIELD for mark in self.marks)

    @property
    def is_alert(self) -> bool:
        """Whether it interrupts a person: nothing holds it back."""
        return self.held is None
