"""A document recognised from its unseen items and what is remembered of the others: as if it were read as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newswatch.model.entry import EntryKey, Identity, ParsedEntry
from newswatch.parse.identity import Novelty, Recognition, recognise
from newswatch.testing import build

FEED = build.feed().id
HOME = "https://dnipro-wire.example/"
# Few of everything, so that guids change, links are shared, and texts are edited all the time.
ITEMS = st.builds(
    ParsedEntry,
    id=st.sampled_from(["", "g1", "g2", "g3", "g4"]),
    title=st.sampled_from(["", "One", "Two", "Three"]),
    link=st.sampled_from([None, HOME, HOME + "1", HOME + "2"]),
    published=st.sampled_from([None, build.at(), build.at(30), build.at(60 * 24)]),
    author=st.none(),
    summary=st.sampled_from(["", "A", "B"]),
    has_guid=st.booleans(),
)
DOCUMENTS = st.lists(
    st.tuples(st.lists(ITEMS, max_size=6), st.sampled_from([10, 60 * 13, 60 * 24 * 40, 60 * 24 * 95])), max_size=6
)


@dataclass
class Reader:
    """Remembers what a store would; `skips` the items that stood in the last document, to the letter."""

    skips: bool
    memory: dict[EntryKey, Identity] = field(default_factory=dict)
    seen: dict[ParsedEntry, EntryKey] = field(default_factory=dict)
    document_at: datetime | None = None

    def read(self, document: list[ParsedEntry], at: datetime) -> Recognition:
        items = [self.memory[self.seen[item]] if self.skips and item in self.seen else item for item in document]
        recognition = recognise(FEED, items, dict(self.memory), at, self.document_at, self.document_at)
        stale = {one.identity.key: one.identity for one in recognition.sightings if one.is_stale}
        self.memory.update(stale)
        for key in recognition.forgotten:
            del self.memory[key]
        named = zip(document, recognition.keys, strict=True)
        self.seen = {item: key for item, key in named if key is not None}
        self.document_at = at
        return recognition


def news(recognition: Recognition) -> list[tuple[EntryKey, Novelty, ParsedEntry | None]]:
    """What the engine acts on."""
    return [
        (one.identity.key, one.novelty, one.parsed) for one in recognition.sightings if one.novelty is not Novelty.KNOWN
    ]


@given(DOCUMENTS)
def test_seen_items_need_not_be_read_again(documents: list[tuple[list[ParsedEntry], int]]) -> None:
    whole, ladder = Reader(skips=False), Reader(skips=True)
    minutes = 0
    for document, later in documents:
        minutes += later
        one, other = (reader.read(document, build.at(minutes)) for reader in (whole, ladder))
        assert news(one) == news(other)
        assert [sighting.identity for sighting in one.sightings] == [sighting.identity for sighting in other.sightings]
        assert one.forgotten == other.forgotten
        assert one.keys == other.keys
        assert one.has_guid_churn == other.has_guid_churn
        assert whole.memory == ladder.memory


def test_what_is_listed_without_being_read_is_refreshed_once_a_day_and_not_forgotten() -> None:
    reader = Reader(skips=True)
    old, new = build.parsed_entry("Old"), build.parsed_entry("New")
    reader.read([old], build.at())
    assert not reader.read([new, old], build.at(60)).sightings[1].is_stale
    later = reader.read([new, old], build.at() + timedelta(days=100))
    assert [one.is_stale for one in later.sightings] == [True, True]
    assert later.forgotten == ()


def test_an_item_that_differs_from_what_is_remembered_is_read_again() -> None:
    reader = Reader(skips=True)
    reader.read([build.parsed_entry("One", id="a")], build.at())
    churned = build.parsed_entry("One", id="b")
    assert reader.read([churned], build.at(10)).keys == (None,)
    assert churned not in reader.seen


def test_an_item_without_guid_and_link_is_always_read_again() -> None:
    reader = Reader(skips=True)
    assert reader.read([build.parsed_entry("", id="", link=None, summary="One", has_guid=False)], build.at()).keys == (
        None,
    )


def test_an_item_that_stands_as_remembered_is_no_other_items_entry() -> None:
    """Without the rule a new item at a shared link, read first, takes the entry of one that has no guid."""
    reader = Reader(skips=False)
    old = build.parsed_entry("One", id="", link=None, has_guid=False)
    reader.read([old], build.at())
    named = build.parsed_entry("One", id="n1", link=None)
    assert [one.novelty for one in reader.read([named, old], build.at(10)).sightings] == [Novelty.NEW, Novelty.KNOWN]
