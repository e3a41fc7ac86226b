"""What `store.api.Store` promises, over each implementation; the durable one is reopened between commit and read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newswatch.errors import StoreError
from newswatch.model.entry import Entry, EntryKey, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedStatus
from newswatch.model.hit import Held, Hit, HitId, Mark, StoryId, Triage
from newswatch.model.rule import RuleId
from newswatch.store.api import FeedCounts, Store, Transaction
from newswatch.store.index import Index
from newswatch.store.memory import MemoryStore
from newswatch.store.tiny import TinyStore
from newswatch.testing import build

KURSK = build.entry("North Korean troops seen in Kursk", summary="Two columns.", tags=("war", "asia"))


class Home:
    """A store, and a way to open it anew; what has no disk is not opened anew."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.store: Store = MemoryStore() if folder is None else TinyStore.open(folder)

    def commit(self, *transactions: Transaction) -> None:
        for transaction in transactions:
            self.store.commit(transaction)

    def reopened(self) -> Store:
        if self._folder is not None:
            self.store.close()
            self.store = TinyStore.open(self._folder)
        return self.store


@pytest.fixture(params=["memory", "tiny"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home" if request.param == "tiny" else None)
    yield home
    home.store.close()


def found(entry: Entry, **changes: Any) -> Transaction:
    """What a poll commits: an entry, its identity, one hit on it."""
    return Transaction(entries=(entry,), identities=(build.identity(entry),), hits=(build.hit(entry, **changes),))


def test_a_store_begins_empty(home: Home) -> None:
    store = home.reopened()
    assert store.totals() == Totals()
    assert list(store.entries()) == []
    assert list(store.hits()) == []
    assert store.feed_states() == {}
    assert store.identities(KURSK.feed_id) == {}
    assert store.entry(KURSK.feed_id, KURSK.key) is None
    assert store.revisions(KURSK.feed_id, KURSK.key) == ()
    assert store.hit(build.hit().id) is None
    assert store.hits_of_entry(KURSK.feed_id, KURSK.key) == ()
    assert store.story_by_link("0" * 16) is None
    assert store.story_by_title("0" * 16) is None
    assert store.untold(5) == store.newest_hits(5) == ()
    assert store.feed_counts(KURSK.feed_id) == FeedCounts()


def test_an_empty_transaction_changes_nothing(home: Home) -> None:
    assert Transaction().is_empty
    home.commit(Transaction())
    assert home.reopened().totals() == Totals()


def test_every_kind_of_row_comes_back_as_it_was_committed(home: Home) -> None:
    full = replace(KURSK, author="A. Reporter", content="Text.", is_backlog=True, revised_at=build.at(2))
    earlier = Revision(KURSK, build.at(2))
    hit = build.hit(
        full,
        marks=(Mark("title", 0, 12, "North Korean"), Mark("tags", 0, 3, "war", 1)),
        held=Held.BACKLOG,
        state=Triage.OPEN,
        is_starred=True,
        is_old_rule=True,
        told_at=build.at(9.000001),
    )
    state = build.feed_state(
        status=FeedStatus.FAILING,
        etag='W/"5"',
        last_modified="yesterday, probably",
        document_at=build.at(1),
        failures=3,
        last_error="no route",
        moved_to="https://new.example/",
        moved_answers=2,
        has_guid_churn=True,
    )
    identity = build.identity(full)
    home.commit(Transaction((full,), (earlier,), (identity,), (hit,), (state,)))
    store = home.reopened()
    assert store.entry(full.feed_id, full.key) == full
    assert list(store.entries()) == [full]
    assert store.revisions(full.feed_id, full.key) == (earlier,)
    assert store.identities(full.feed_id) == {full.key: identity}
    assert store.hit(hit.id) == hit
    assert list(store.hits()) == [hit]
    assert store.feed_states() == {state.feed_id: state}


def test_committing_a_row_again_replaces_it(home: Home) -> None:
    first = build.hit(KURSK)
    acked = replace(first, state=Triage.ACKED, told_at=build.at(1))
    home.commit(found(KURSK), Transaction(hits=(acked,)), Transaction(hits=(replace(acked, state=Triage.OPEN),)))
    store = home.reopened()
    assert list(store.hits()) == [replace(acked, state=Triage.OPEN)]
    assert store.totals().hits == 1


def test_a_value_that_goes_back_to_its_default_does_not_keep_the_old_one(home: Home) -> None:
    starred = build.hit(KURSK, is_starred=True, held=Held.MUTED)
    home.commit(found(KURSK, is_starred=True, held=Held.MUTED))
    home.commit(Transaction(hits=(replace(starred, is_starred=False, held=None),)))
    back = home.reopened().hit(starred.id)
    assert back is not None
    assert not back.is_starred
    assert back.is_alert


def test_of_two_rows_with_one_key_the_last_counts(home: Home) -> None:
    home.commit(Transaction(entries=(KURSK, replace(KURSK, title="Second"))))
    assert [entry.title for entry in home.reopened().entries()] == ["Second"]


def test_the_same_transaction_twice_is_harmless(home: Home) -> None:
    home.commit(found(KURSK), found(KURSK))
    assert home.reopened().totals() == Totals(entries=1, hits=1, untold=1)


def test_a_hit_keeps_the_text_it_matched_when_its_entry_is_revised(home: Home) -> None:
    revised = replace(KURSK, title="Kursk: troops identified", revised_at=build.at(5))
    home.commit(found(KURSK))
    home.commit(Transaction(entries=(revised,), revisions=(Revision(KURSK, build.at(5)),)))
    store = home.reopened()
    hit = store.hit(build.hit(KURSK).id)
    assert hit is not None
    assert hit.entry == KURSK
    assert store.entry(KURSK.feed_id, KURSK.key) == revised
    assert store.hits_of_entry(KURSK.feed_id, KURSK.key) == (hit,)


def test_a_hit_on_an_earlier_text_still_keeps_it_after_it_was_told(home: Home) -> None:
    revised = replace(KURSK, title="Kursk: troops identified", revised_at=build.at(5))
    home.commit(found(KURSK), Transaction(entries=(revised,)))
    told = replace(home.reopened().untold(1)[0], told_at=build.at(6))
    home.commit(Transaction(hits=(told,)))
    assert list(home.reopened().hits()) == [told]
    assert told.entry == KURSK


def test_a_hit_that_matches_anew_takes_the_new_text(home: Home) -> None:
    revised = replace(KURSK, title="North Korean troops in Kursk identified", revised_at=build.at(5))
    again = build.hit(revised, marks=(Mark("title", 0, 12, "North Korean"),))
    home.commit(found(KURSK), Transaction(entries=(revised,), hits=(again,)))
    assert list(home.reopened().hits()) == [again]


def test_a_hit_whose_entry_was_never_stored_is_whole_all_the_same(home: Home) -> None:
    hit = build.hit(KURSK)
    home.commit(Transaction(hits=(hit,)))
    store = home.reopened()
    assert store.hit(hit.id) == hit
    assert store.entry(KURSK.feed_id, KURSK.key) is None
    assert store.totals() == Totals(hits=1, untold=1)


def test_revisions_come_oldest_first_and_each_once(home: Home) -> None:
    texts = [Revision(replace(KURSK, title=f"Text {n}"), build.at(n)) for n in range(3)]
    home.commit(Transaction(entries=(KURSK,), revisions=(texts[2], texts[0])))
    home.commit(Transaction(revisions=(texts[1], texts[2])))
    assert home.reopened().revisions(KURSK.feed_id, KURSK.key) == tuple(texts)


def test_forgetting_an_identity_takes_its_entry_and_revisions_along(home: Home) -> None:
    name = (KURSK.feed_id, KURSK.key)
    home.commit(Transaction((KURSK,), (Revision(KURSK, build.at(1)),), (build.identity(KURSK),)))
    home.commit(Transaction(forgotten=(name,)))
    store = home.reopened()
    assert store.entry(*name) is None
    assert store.revisions(*name) == ()
    assert store.identities(KURSK.feed_id) == {}
    assert store.totals() == Totals()
    assert store.feed_counts(KURSK.feed_id) == FeedCounts()


def test_a_forgotten_entry_stays_as_long_as_a_hit_refers_to_it(home: Home) -> None:
    name = (KURSK.feed_id, KURSK.key)
    home.commit(found(KURSK), Transaction(forgotten=(name,)))
    store = home.reopened()
    assert store.identities(KURSK.feed_id) == {}
    assert store.entry(*name) == KURSK
    assert [hit.entry for hit in store.hits()] == [KURSK]


def test_an_entry_forgotten_in_the_transaction_that_brings_its_hit_stays(home: Home) -> None:
    home.commit(replace(found(KURSK), forgotten=((KURSK.feed_id, KURSK.key),)))
    store = home.reopened()
    assert store.entry(KURSK.feed_id, KURSK.key) == KURSK
    assert store.identities(KURSK.feed_id) == {}


def test_forgetting_what_is_not_there_is_harmless(home: Home) -> None:
    home.commit(Transaction(forgotten=((KURSK.feed_id, KURSK.key), (KURSK.feed_id, KURSK.key))))
    assert home.reopened().totals() == Totals()


def test_pruning_drops_old_entries_without_hits_and_keeps_their_identities(home: Home) -> None:
    old, fresh, hit_old = (build.entry(title, seen_at=build.at(n)) for title, n in (("a", 0), ("b", 10), ("c", 0)))
    home.commit(
        Transaction((old, fresh, hit_old), (Revision(old, build.at(1)),), (build.identity(old),), (build.hit(hit_old),))
    )
    assert home.store.prune_entries(build.at(10)) == 1
    assert home.store.prune_entries(build.at(10)) == 0
    store = home.reopened()
    assert {entry.title for entry in store.entries()} == {"b", "c"}
    assert store.revisions(old.feed_id, old.key) == ()
    assert set(store.identities(old.feed_id)) == {old.key}
    assert store.totals() == Totals(entries=2, hits=1, untold=1)


def test_identities_are_those_of_one_feed(home: Home) -> None:
    other = build.entry("Elsewhere", feed_id=build.feed("https://other.example/rss").id)
    home.commit(Transaction(identities=(build.identity(KURSK), build.identity(other))))
    assert set(home.reopened().identities(other.feed_id)) == {other.key}


def test_entries_of_one_key_in_two_feeds_are_two(home: Home) -> None:
    elsewhere = replace(KURSK, feed_id=build.feed("https://other.example/rss").id, source="Other")
    home.commit(found(KURSK), found(elsewhere))
    store = home.reopened()
    assert store.entry(KURSK.feed_id, KURSK.key) == KURSK
    assert store.entry(elsewhere.feed_id, elsewhere.key) == elsewhere
    assert store.totals() == Totals(entries=2, hits=2, untold=2)
    assert store.feed_counts(KURSK.feed_id) == FeedCounts(entries=1, hits=1)


def test_all_hits_of_an_entry_are_found_by_it(home: Home) -> None:
    hits = {build.hit(KURSK), build.hit(KURSK, build.rule("Kursk", id=RuleId("kursk")))}
    home.commit(found(KURSK), Transaction(hits=tuple(hits)))
    assert set(home.reopened().hits_of_entry(KURSK.feed_id, KURSK.key)) == hits


def test_untold_hits_come_oldest_first_until_they_are_told(home: Home) -> None:
    hits = [
        build.hit(build.entry(f"Item {n}"), found_at=build.at(minute), id=HitId(name))
        for n, (minute, name) in enumerate([(3, "c"), (1, "z"), (1, "a"), (2, "b")])
    ]
    home.commit(Transaction(entries=tuple(hit.entry for hit in hits), hits=tuple(hits)))
    assert [hit.id for hit in home.reopened().untold(10)] == ["a", "z", "b", "c"]
    assert [hit.id for hit in home.store.untold(2)] == ["a", "z"]
    assert home.store.untold(0) == home.store.untold(-1) == ()
    home.commit(Transaction(hits=tuple(replace(hit, told_at=build.at(5)) for hit in hits if hit.id in "az")))
    assert [hit.id for hit in home.reopened().untold(10)] == ["b", "c"]
    assert home.store.totals().untold == 2


def test_the_newest_hits_are_those_whose_entries_are_newest(home: Home) -> None:
    late_backlog = build.entry("old news", seen_at=build.at(9), is_backlog=True, published_at=build.at(-900))
    entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in (2, 1, 3)]
    hits = [build.hit(entry, found_at=build.at(-n)) for n, entry in enumerate([*entries, late_backlog])]
    home.commit(Transaction(entries=(*entries, late_backlog), hits=tuple(hits)))
    assert [hit.entry.title for hit in home.reopened().newest_hits(10)] == ["Item 3", "Item 2", "Item 1", "old news"]
    assert [hit.entry.title for hit in home.store.newest_hits(2)] == ["Item 3", "Item 2"]
    assert home.store.newest_hits(0) == ()


def test_totals_count_what_is_held_and_what_is_untold(home: Home) -> None:
    other = build.entry("Other")
    held = build.hit(other, held=Held.MUTED, told_at=build.at(1))
    home.commit(found(KURSK), Transaction(entries=(other,), hits=(held,)))
    assert home.reopened().totals() == Totals(entries=2, hits=2, held=1, untold=1)
    home.commit(Transaction(hits=(replace(held, held=None),)))
    assert home.reopened().totals() == Totals(entries=2, hits=2, held=0, untold=1)


def test_a_story_is_found_by_the_link_and_by_the_title_of_its_entries(home: Home) -> None:
    identity, hit = build.identity(KURSK), build.hit(KURSK)
    home.commit(found(KURSK))
    store = home.reopened()
    assert store.story_by_link(identity.link) == (hit.story_id, KURSK.seen_at)
    assert store.story_by_title(identity.title) == (hit.story_id, KURSK.seen_at)


def test_an_entry_without_hits_leads_to_no_story(home: Home) -> None:
    identity = build.identity(KURSK)
    home.commit(Transaction(entries=(KURSK,), identities=(identity,)))
    assert home.reopened().story_by_link(identity.link) is None
    assert home.store.story_by_title(identity.title) is None


def test_an_entry_without_a_link_leads_to_no_story_by_link(home: Home) -> None:
    home.commit(replace(found(KURSK), identities=(build.identity(KURSK, link="", title=""),)))
    assert home.reopened().story_by_link("") is None
    assert home.store.story_by_title("") is None


def test_of_several_stories_with_one_link_the_last_fed_is_meant(home: Home) -> None:
    entries = [build.entry(f"Item {n}", seen_at=build.at(minute)) for n, minute in enumerate((5, 30, 20))]
    hits = [build.hit(entry, story_id=StoryId(name)) for entry, name in zip(entries, ("a", "b", "c"), strict=True)]
    identities = tuple(build.identity(entry, link="same") for entry in entries)
    home.commit(Transaction(tuple(entries), (), identities, tuple(hits)))
    assert home.reopened().story_by_link("same") == ("b", build.at(30))


def test_a_story_was_last_fed_by_its_newest_entry_whatever_that_links_to(home: Home) -> None:
    first, second = build.entry("First", seen_at=build.at(1)), build.entry("Second", seen_at=build.at(8))
    story_id = StoryId("story")
    home.commit(found(first, story_id=story_id), found(second, story_id=story_id))
    assert home.reopened().story_by_link(build.identity(first).link) == (story_id, build.at(8))


def test_an_older_entry_that_joins_a_story_does_not_make_it_older(home: Home) -> None:
    late, early = build.entry("Late", seen_at=build.at(8)), build.entry("Early", seen_at=build.at(1))
    story_id = StoryId("story")
    home.commit(found(late, story_id=story_id), found(early, story_id=story_id))
    assert home.reopened().story_by_link(build.identity(early).link) == (story_id, build.at(8))


def test_a_hit_that_moves_to_another_story_leaves_the_first(home: Home) -> None:
    first, second = build.entry("First", seen_at=build.at(1)), build.entry("Second", seen_at=build.at(8))
    home.commit(found(first, story_id=StoryId("one")), found(second, story_id=StoryId("one")))
    home.commit(Transaction(hits=(build.hit(second, story_id=StoryId("two")),)))
    store = home.reopened()
    assert store.story_by_link(build.identity(first).link) == ("one", build.at(1))
    assert store.story_by_link(build.identity(second).link) == ("two", build.at(8))


def test_a_new_identity_changes_the_link_by_which_a_story_is_found(home: Home) -> None:
    home.commit(found(KURSK), Transaction(identities=(build.identity(KURSK, link="moved"),)))
    store = home.reopened()
    assert store.story_by_link(build.identity(KURSK).link) is None
    assert store.story_by_link("moved") is not None


def test_an_identity_that_comes_after_the_hit_counts_too(home: Home) -> None:
    home.commit(Transaction(entries=(KURSK,), hits=(build.hit(KURSK),)))
    home.commit(Transaction(identities=(build.identity(KURSK),)))
    assert home.reopened().story_by_link(build.identity(KURSK).link) is not None


def test_entries_and_hits_are_those_of_the_time_of_the_call(home: Home) -> None:
    home.commit(found(KURSK))
    entries, hits = home.store.entries(), home.store.hits()
    home.commit(found(build.entry("Later")))
    assert len(list(entries)) == len(list(hits)) == 1


def test_what_a_read_returned_does_not_change_afterwards(home: Home) -> None:
    home.commit(found(KURSK))
    identities, states = home.store.identities(KURSK.feed_id), home.store.feed_states()
    home.commit(found(build.entry("Later")), Transaction(feed_states=(build.feed_state(),)))
    assert len(identities) == 1
    assert len(states) == 0


def test_a_closed_store_refuses_to_commit_and_closing_twice_is_harmless(home: Home) -> None:
    home.commit(found(KURSK))
    home.store.close()
    home.store.close()
    with pytest.raises(StoreError, match="closed"):
        home.store.commit(Transaction(entries=(replace(KURSK, title="Later"),)))
    assert home.store.entry(KURSK.feed_id, KURSK.key) == KURSK


def test_a_reader_in_another_thread_never_sees_half_a_transaction(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Totals] = []
    reader = threading.Thread(target=lambda: seen.append(home.store.totals()))
    set_hits = Index._set_hits

    def interrupted(index: Index, hits: Iterable[Hit]) -> None:
        """Lets the reader in where the entries are there and their hits are not."""
        reader.start()
        reader.join(0.1)  # it cannot get through; where it could, it would have by then
        set_hits(index, hits)

    monkeypatch.setattr(Index, "_set_hits", interrupted)
    home.commit(found(KURSK))
    reader.join()
    assert seen == [Totals(entries=1, hits=1, untold=1)]


def test_texts_of_every_script_and_keys_of_every_kind_survive(home: Home) -> None:
    odd = build.entry(
        'Зеленський 北朝鮮 🚀 \u200d ‘quoted’ \\ " \u2028',
        key=EntryKey("urn:x y/z?ü\u0000#"),
        tags=("", "a,b", "[/nope]"),
        summary="line\nline",
        link=None,
    )
    hit: Hit = build.hit(odd)
    home.commit(Transaction(entries=(odd,), hits=(hit,)))
    store = home.reopened()
    assert store.entry(odd.feed_id, odd.key) == odd
    assert store.hit(hit.id) == hit
