"""A backtest: what a query does on entries that are stored, and what would change if it replaced a saved rule.

Pure, slice by slice, so that whoever runs it can show how far it has come and stop it. Must never know where
entries are stored, nor wait for anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappush, heappushpop
from typing import Generic, TypeVar

from newswatch.errors import QueryError
from newswatch.match.compile import CompiledQuery, compile_query
from newswatch.match.conditions import Overrun
from newswatch.match.matcher import FeedScope, compile_book
from newswatch.match.operands import Operands, folded_texts
from newswatch.match.reading import Reading
from newswatch.model.backtest import Backtest, Change, Example, NearMiss
from newswatch.model.entry import Document, Entry
from newswatch.model.feed import FeedId
from newswatch.model.rule import Rule, RuleBook

__all__ = ["Backtester", "asked_entries", "backtest"]

T = TypeVar("T")

EXAMPLES = 50
"""How many examples of each kind of change are kept, and how many near misses."""
SOURCES = 20
DAYS = 400
"""How many days `per_day` goes back at most: a feed's backlog may be of the last century."""
SLICE = 1_000
_MAX_MARKS = 1_000  # of one example: a hostile text can repeat a word without end

ScopeOf = Callable[[FeedId], FeedScope]
StoryOf = Callable[[Entry], str]


def backtest(
    entries: Iterable[Entry],
    draft: Rule,
    saved: Rule | None = None,
    *,
    aliases: Mapping[str, tuple[str, ...]],
    scope_of: ScopeOf,
    story_of: StoryOf,
    since: datetime | None = None,
    slice_entries: int = SLICE,
) -> Iterator[Backtest]:
    """The whole of a backtest, for callers with nothing else to do: a snapshot before each slice, the last complete.

    `draft` is the rule as it would be (its query, fields, languages and feeds count), `saved` the one it would
    replace. `scope_of` and `story_of` are asked of entries that may match: what a rule's `feeds` key is compared
    with, and which story the entry belongs to (any name of it). Only entries not older than `since` are asked.

    As it is a generator, the first `next` raises QueryError for a mistake in the query; any may, where one of its
    regular expressions takes too long on a text. To stop, stop asking.
    """
    tester = Backtester(draft, saved, aliases=aliases, scope_of=scope_of, story_of=story_of, since=since)
    asked = asked_entries(entries, since)
    for start in range(0, len(asked), slice_entries):
        yield tester.result(entries=len(asked))
        tester.take(asked[start : start + slice_entries])
    yield tester.result(entries=len(asked), is_complete=True)


def asked_entries(entries: Iterable[Entry], since: datetime | None = None) -> Sequence[Entry]:
    """The entries that a backtest asks, the newest first, so that its first snapshots already show the newest hits."""
    timed = [(entry.at, entry) for entry in entries]
    if since is not None:
        timed = [pair for pair in timed if pair[0] >= since]
    timed.sort(key=lambda pair: pair[0].timestamp(), reverse=True)
    return [entry for _, entry in timed]


class Backtester:
    """One backtest under way: entries go in by `take`, in any order and slices, and `result` says what came of them.

    Raises QueryError for a mistake in the draft's query. A saved rule that cannot be matched is compared with nothing.
    """

    def __init__(
        self,
        draft: Rule,
        saved: Rule | None = None,
        *,
        aliases: Mapping[str, tuple[str, ...]],
        scope_of: ScopeOf,
        story_of: StoryOf,
        since: datetime | None = None,
    ) -> None:
        self._draft = _Asked(draft, aliases)
        self._saved = _asked_or_none(saved, aliases)
        self._is_same = saved is not None and saved.version == draft.version
        self._scope_of = scope_of
        self._story_of = story_of
        self._since = since
        self._fields = self._draft.operands.fields | (self._saved.operands.fields if self._saved is not None else set())
        self._asked = 0
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._hits = self._saved_hits = self._added = self._gone = self._near = self._phrases = 0
        self._stories: set[str] = set()
        self._saved_stories: set[str] = set()
        self._days: Counter[date] = Counter()
        self._sources: Counter[str] = Counter()
        self._examples = {change: _Newest[Example](EXAMPLES) for change in Change}
        self._near_misses = _Newest[NearMiss](EXAMPLES)

    def take(self, entries: Iterable[Entry]) -> None:
        """Asks these entries. Raises QueryError if a regular expression of the draft takes too long on one."""
        for entry in entries:
            self._take(entry)

    def result(self, *, entries: int, is_complete: bool = False) -> Backtest:
        """How far it has come; `entries` is how many there are to ask in all."""
        examples = [(at, one) for newest in self._examples.values() for at, one in newest]
        examples.sort(key=lambda pair: pair[0], reverse=True)
        operands = self._draft.operands
        is_phrase, is_words = operands.is_bare_phrase, operands.side_by_side is not None
        return Backtest(
            entries=entries,
            asked=self._asked,
            since=self._since,
            hits=self._hits,
            stories=len(self._stories),
            saved_hits=self._saved_hits if self._saved is not None else None,
            saved_stories=len(self._saved_stories),
            added=self._added,
            gone=self._gone,
            per_day=self._per_day(),
            sources=tuple(self._sources.most_common(SOURCES)),
            as_phrase=self._hits if is_phrase else self._phrases if is_words else None,
            all_words=self._hits + self._near if is_phrase else self._hits if is_words else None,
            near=self._near,
            examples=tuple(one for _, one in examples),
            near_misses=tuple(one for _, one in self._near_misses),
            is_complete=is_complete,
        )

    def _take(self, entry: Entry) -> None:
        self._asked += 1
        at = entry.at
        self._first_at = at if self._first_at is None else min(self._first_at, at)
        self._last_at = at if self._last_at is None else max(self._last_at, at)
        folded = folded_texts(entry, self._fields)
        may_match = self._draft.operands.may_concern(folded)
        saved = self._saved
        may_be_saved = saved is not None and not self._is_same and saved.operands.may_concern(folded)
        if not may_match and not may_be_saved:
            return
        reading = Reading(entry.document)
        scope = self._scope_of(entry.feed_id)
        is_hit = may_match and self._draft.is_for(reading.document, scope) and self._ask(entry, at, reading)
        if saved is not None:
            is_saved = is_hit if self._is_same else may_be_saved and self._is_saved(saved, reading, scope)
            self._compare(entry, at, reading, is_hit=is_hit, is_saved=is_saved)
        elif is_hit:
            self._keep(entry, at, Change.SAME, reading)

    def _ask(self, entry: Entry, at: datetime, reading: Reading) -> bool:
        """Asks the draft, counts what it says, and tells whether it is a hit."""
        draft = self._draft
        try:
            lacking = draft.operands.lacking(reading)
        except Overrun as error:
            raise draft.query.overrun() from error
        if lacking:
            if draft.operands.is_near(lacking):
                self._near += 1
                if self._near_misses.admits(at):
                    self._near_misses.add(at, NearMiss(entry, lacking[0].shown))
            return False
        self._hits += 1
        side_by_side = draft.operands.side_by_side
        self._phrases += side_by_side is not None and side_by_side.holds(reading)
        self._stories.add(self._story_of(entry))
        self._days[at.astimezone(UTC).date()] += 1
        self._sources[entry.source] += 1
        return True

    def _is_saved(self, saved: _Asked, reading: Reading, scope: FeedScope) -> bool:
        """Whether the saved rule matches."""
        try:
            return saved.is_for(reading.document, scope) and not saved.operands.lacking(reading)
        except Overrun:
            self._compare_no_more()
            return False

    def _compare_no_more(self) -> None:
        """A regular expression of the saved rule took too long: from here on the draft is as one that replaces none."""
        self._saved = None
        self._saved_hits = self._added = self._gone = 0
        self._saved_stories.clear()
        added, self._examples[Change.NEW] = self._examples[Change.NEW], _Newest(EXAMPLES)
        self._examples[Change.GONE] = _Newest(EXAMPLES)
        for at, example in added:
            self._examples[Change.SAME].add(at, replace(example, change=Change.SAME))

    def _compare(self, entry: Entry, at: datetime, reading: Reading, *, is_hit: bool, is_saved: bool) -> None:
        if self._saved is None:
            is_saved = is_hit
        self._saved_hits += is_saved
        if is_saved and self._saved is not None:
            self._saved_stories.add(self._story_of(entry))
        match is_hit, is_saved:
            case True, True:
                self._keep(entry, at, Change.SAME, reading)
            case True, False:
                self._added += 1
                self._keep(entry, at, Change.NEW, reading)
            case False, True:
                self._gone += 1
                self._keep(entry, at, Change.GONE, reading)
            case _:
                pass

    def _keep(self, entry: Entry, at: datetime, change: Change, reading: Reading) -> None:
        newest = self._examples[change]
        if newest.admits(at):
            marks = (self._draft.query.marks_of(reading) or ()) if change is not Change.GONE else ()
            newest.add(at, Example(entry, change, marks[:_MAX_MARKS]))

    def _per_day(self) -> tuple[tuple[date, int], ...]:
        if self._first_at is None or self._last_at is None:
            return ()
        first = (self._since or self._first_at).astimezone(UTC).date()
        last = self._last_at.astimezone(UTC).date()
        if (last - first).days >= DAYS:
            first = last - timedelta(days=DAYS - 1)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return tuple((day, self._days[day]) for day in days)


class _Asked:
    """A rule that is asked of documents."""

    def __init__(self, rule: Rule, aliases: Mapping[str, tuple[str, ...]]) -> None:
        self.query: CompiledQuery = compile_query(rule.text, aliases, rule.fields)
        self.operands = Operands(self.query)
        # What a rule's languages and feeds mean is the matcher's to say; its examples are no matter here.
        asked = replace(rule, enabled=True, must=(), must_not=())
        self._live = compile_book(RuleBook(rules=(asked,), aliases=aliases)).live[0]

    def is_for(self, document: Document, scope: FeedScope) -> bool:
        """Whether the rule's languages and feeds include this document's."""
        return not self._live.is_scoped or self._live.is_for(document, scope)


def _asked_or_none(rule: Rule | None, aliases: Mapping[str, tuple[str, ...]]) -> _Asked | None:
    try:
        return None if rule is None else _Asked(rule, aliases)
    except QueryError:
        return None


class _Newest(Generic[T]):
    """The values with the latest times, a bounded number of them; iterates over them newest first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._heap: list[tuple[datetime, int, T]] = []

    def admits(self, at: datetime) -> bool:
        """Whether a value of that time would be kept."""
        return len(self._heap) < self._limit or at > self._heap[0][0]

    def add(self, at: datetime, value: T) -> None:
        """Keeps it, and drops the oldest if there are too many."""
        self._count += 1  # of equal times the one that came first counts as newer
        if len(self._heap) < self._limit:
            heappush(self._heap, (at, -self._count, value))
        else:
            heappushpop(self._heap, (at, -self._count, value))

    def __iter__(self) -> Iterator[tuple[datetime, T]]:
        return ((at, value) for at, _, value in sorted(self._heap, key=lambda kept: kept[:2], reverse=True))
