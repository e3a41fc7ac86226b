"""The history as a person leafs through it: entries, hits or not, with the hits on each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from newswatch.model.entry import Entry, EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.hit import Hit, HitId, Mark
from newswatch.model.rule import RuleId, Severity
from newswatch.model.story import Story


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in a list. `hits` are those on it, the most severe first; `found` are the words a search was for."""

    entry: Entry
    hits: tuple[Hit, ...] = ()
    found: tuple[Mark, ...] = ()

    @property
    def id(self) -> str:
        """Feed and key, in one."""
        return f"{self.entry.feed_id} {self.entry.key}"

    @property
    def story(self) -> Story | None:
        """The hits on the entry as one story, for their severity and state; None where no rule matched."""
        return Story(self.hits[0].story_id, self.hits) if self.hits else None

    @property
    def severity(self) -> Severity | None:
        """The highest of its hits; None where no rule matched."""
        return max((hit.severity for hit in self.hits), key=lambda severity: severity.rank, default=None)

    @property
    def rule_ids(self) -> tuple[RuleId, ...]:
        """The rules that matched, the most severe first."""
        return tuple(hit.rule_id for hit in self.hits)

    @property
    def is_alert(self) -> bool:
        """Whether nothing holds one of its hits back."""
        return any(hit.is_alert for hit in self.hits)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The words to make visible: those of a search, else those of the hits."""
        return self.found or tuple(mark for hit in self.hits for mark in hit.marks)


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of the history, the newest first. `entries` counts all there are."""

    rows: tuple[Listed, ...]
    entries: int


def severest_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits on one entry in the order in which they are shown."""
    return tuple(sorted(hits, key=lambda hit: (-hit.severity.rank, hit.rule_id)))


def with_hits_of_now(rows: Sequence[Listed], stories: Iterable[Story], *, may_grow: bool) -> tuple[Listed, ...]:
    """The rows with their hits as these stories have them: acked, say, since they were listed.

    `may_grow`: also with hits that came since, by a rule that was edited. A row without any change is the same one.
    """
    of_row: dict[tuple[FeedId, EntryKey], dict[HitId, Hit]] = {
        (row.entry.feed_id, row.entry.key): {hit.id: hit for hit in row.hits} for row in rows
    }
    for story in stories:
        for hit in story.hits:
            known = of_row.get((hit.entry.feed_id, hit.entry.key))
            if known is not None and (may_grow or hit.id in known):
                known[hit.id] = hit
    return tuple(_with_hits(row, of_row[row.entry.feed_id, row.entry.key].values()) for row in rows)


def _with_hits(row: Listed, hits: Collection[Hit]) -> Listed:
    is_same = len(row.hits) == len(hits) and all(one is other for one, other in zip(row.hits, hits, strict=True))
    return row if is_same else replace(row, hits=severest_first(hits))
