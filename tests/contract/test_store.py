"""What `store.api.Store` promises, over each implementation; the durable one is reopened between commit and read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from newswatch.errors import StoreError
from newswatch.model.delivery import Delivery, DeliveryOutcome, RuleMute, StoryMute
from newswatch.model.entry import Entry, EntryKey, Revision
from newswatch.model.event import Totals
from newswatch.model.feed import FeedStatus
from newswatch.model.hit import Held, Hit, HitId, Mark, Note, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.store.api import FeedCounts, HitQuery, Keep, RuleCounts, Store, Transaction
from newswatch.store.hitlines import HitLines
from newswatch.store.hitrows import HitRow
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
    assert home.store.prune_entries(Keep(since=build.at(10))) == 1
    assert home.store.prune_entries(Keep(since=build.at(10))) == 0
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
    add_hit = HitLines._add

    def interrupted(lines: HitLines, hit: HitRow) -> None:
        """Lets the reader in where the entries are there and their hits are not."""
        reader.start()
        reader.join(0.1)  # it cannot get through; where it could, it would have by then
        add_hit(lines, hit)

    monkeypatch.setattr(HitLines, "_add", interrupted)
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


def test_what_a_person_adds_to_a_hit_comes_back(home: Home) -> None:
    hit = build.hit(
        KURSK,
        tags=("desk", "verify"),
        notes=(Note(build.at(1), "called the desk"), Note(build.at(2), "")),
        snoozed_until=build.at(60),
        page_changed_at=build.at(50),
        was_held=Held.BACKLOG,
    )
    home.commit(found(KURSK), Transaction(hits=(hit,)))
    assert home.reopened().hit(hit.id) == hit
    home.commit(Transaction(hits=(build.hit(KURSK),)))
    assert home.reopened().hit(hit.id) == build.hit(KURSK)


def test_deliveries_are_kept_by_hit_and_sink_the_last_attempt_of_each(home: Home) -> None:
    hit = build.hit(KURSK)
    failed = Delivery(hit.id, "webhook:desk", build.at(1), DeliveryOutcome.FAILED, "503")
    sent = Delivery(hit.id, "webhook:desk", build.at(2), DeliveryOutcome.DELIVERED)
    mailed = Delivery(hit.id, "mail:night", build.at(3), DeliveryOutcome.GIVEN_UP, "no such host")
    elsewhere = Delivery(HitId("other"), "mail:night", build.at(3), DeliveryOutcome.DELIVERED)
    home.commit(found(KURSK), Transaction(deliveries=(failed,)), Transaction(deliveries=(mailed, sent, elsewhere)))
    store = home.reopened()
    assert store.deliveries(hit.id) == (mailed, sent)
    assert store.deliveries(HitId("none")) == ()
    assert set(store.all_deliveries()) == {mailed, sent, elsewhere}


def test_a_story_is_muted_until_it_is_unmuted(home: Home) -> None:
    first = StoryMute(StoryId("one"), build.at(60), build.at(1))
    for_good = StoryMute(StoryId("two"), None, build.at(2))
    home.commit(Transaction(mutes=(first, for_good)))
    assert home.reopened().mutes() == {"one": first, "two": for_good}
    longer = replace(first, until=build.at(90))
    home.commit(Transaction(mutes=(longer,), unmuted=(StoryId("two"), StoryId("never"))))
    assert home.reopened().mutes() == {"one": longer}


def test_a_mute_that_is_lifted_in_the_transaction_that_brings_it_is_not_there(home: Home) -> None:
    home.commit(Transaction(mutes=(StoryMute(StoryId("one"), None, build.at()),), unmuted=(StoryId("one"),)))
    assert home.reopened().mutes() == {}


def test_a_muted_rule_is_remembered_beside_muted_stories_and_lifted(home: Home) -> None:
    story = StoryMute(StoryId("one"), build.at(60), build.at(1))
    rule, other = RuleMute(RuleId("one"), build.at(60), build.at(1)), RuleMute(RuleId("two"), None, build.at(2))
    home.commit(Transaction(mutes=(story,), rule_mutes=(rule, other)))
    assert home.reopened().rule_mutes() == {"one": rule, "two": other}
    assert home.store.mutes() == {"one": story}
    longer = RuleMute(RuleId("one"), None, build.at(3))
    home.commit(Transaction(rule_mutes=(longer,), unmuted_rules=(RuleId("two"), RuleId("never"))))
    assert home.reopened().rule_mutes() == {"one": longer}
    home.commit(Transaction(unmuted=(StoryId("one"),)))
    assert (home.reopened().mutes(), home.store.rule_mutes()) == ({}, {"one": longer})


def test_hits_are_found_and_counted_by_what_holds_them(home: Home) -> None:
    reasons = (None, *Held, None, Held.SNOOZED)
    entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in range(len(reasons))]
    hits = [
        build.hit(
            entry,
            held=held,
            snoozed_until=build.at(99) if held is Held.SNOOZED or entry.title == "Item 1" else None,
            muted_by="sport" if held is Held.MUTED else "",
            state=Triage.ACKED if entry.title == "Item 0" else Triage.NEW,
        )
        for entry, held in zip(entries, reasons, strict=True)
    ]
    home.commit(Transaction(entries=tuple(entries), hits=tuple(hits)))
    store = home.reopened()
    queries = [HitQuery(held=(held,)) for held in Held] + [
        HitQuery(),
        HitQuery(held=(Held.MUTED, Held.SNOOZED)),
        HitQuery(held=(Held.SNOOZED,), since=build.at(6), until=build.at(20)),
        HitQuery(held=(Held.SNOOZED,), is_alert=True),
        HitQuery(is_alert=False, until=build.at(5)),
        HitQuery(is_alert=True, since=build.at(3)),
        HitQuery(is_alert=True, states=(Triage.NEW,)),
        HitQuery(is_snoozed=True),
        HitQuery(is_snoozed=False, is_alert=True),
        HitQuery(is_snoozed=True, held=(Held.BACKLOG,)),
    ]
    for query in queries:
        wanted = [hit for hit in reversed(hits) if _fits(hit, query)]
        assert list(store.find_hits(query)) == wanted, query
        assert store.count_hits(query) == len(wanted), query
    home.commit(Transaction(hits=tuple(replace(hit, held=None, muted_by="", snoozed_until=None) for hit in hits)))
    assert home.store.count_hits(HitQuery(is_alert=True)) == len(hits)
    assert [home.store.count_hits(HitQuery(held=(held,))) for held in Held] == [0] * len(Held)
    assert home.reopened().count_hits(HitQuery(is_snoozed=True)) == 0


def _fits(hit: Hit, query: HitQuery) -> bool:
    return (
        (not query.held or hit.held in query.held)
        and query.is_alert in (None, hit.is_alert)
        and query.is_snoozed in (None, hit.snoozed_until is not None)
        and (not query.states or hit.state in query.states)
        and (query.since is None or hit.entry.at >= query.since)
        and (query.until is None or hit.entry.at < query.until)
    )


def test_a_snoozed_hit_is_kept_however_old_it_gets(home: Home) -> None:
    home.commit(found(KURSK, snoozed_until=build.at(99), held=Held.SNOOZED, told_at=build.at(1)))
    assert home.store.prune_hits(Keep(since=build.at(50))) == ()


def many(home: Home) -> list[Hit]:
    """Twelve hits of two rules and two feeds in one story of each rule, a minute between each and the next."""
    other = build.feed("https://other.example/rss").id
    hits = []
    for n in range(12):
        entry = build.entry(f"Item {n}", seen_at=build.at(n), feed_id=other if n % 3 == 0 else build.feed().id)
        rule = build.rule(id=RuleId(f"rule-{n % 2}"), severity=(Severity.HIGH, Severity.LOW)[n % 2])
        hits.append(
            build.hit(
                entry,
                rule,
                story_id=StoryId(f"story-{n % 2}"),
                state=(Triage.NEW, Triage.ACKED, Triage.SEEN)[n % 3],
                is_starred=n == 5,
                held=Held.MUTED if n > 8 else None,
                told_at=None if n == 7 else build.at(99),
                is_old_rule=n == 3,
            )
        )
    home.commit(Transaction(entries=tuple(hit.entry for hit in hits), hits=tuple(hits)))
    return hits


QUESTIONS: list[tuple[HitQuery, Callable[[Hit], bool]]] = [
    (HitQuery(), lambda _: True),
    (HitQuery(rules=(RuleId("rule-1"),)), lambda hit: hit.rule_id == "rule-1"),
    (HitQuery(rules=(RuleId("rule-1"), RuleId("rule-0"), RuleId("rule-1"))), lambda _: True),
    (HitQuery(rules=(RuleId("none"),)), lambda _: False),
    (HitQuery(feeds=(build.feed().id,)), lambda hit: hit.entry.feed_id == build.feed().id),
    (HitQuery(story=StoryId("story-0")), lambda hit: hit.story_id == "story-0"),
    (HitQuery(story=StoryId("none")), lambda _: False),
    (HitQuery(states=(Triage.NEW, Triage.SEEN)), lambda hit: hit.state is not Triage.ACKED),
    (HitQuery(states=(Triage.ACKED,)), lambda hit: hit.state is Triage.ACKED),
    (HitQuery(severities=(Severity.LOW,)), lambda hit: hit.severity is Severity.LOW),
    (HitQuery(since=build.at(3), until=build.at(8)), lambda hit: build.at(3) <= hit.entry.at < build.at(8)),
    (HitQuery(since=build.at(3), story=StoryId("story-1"), until=build.at(8)),
     lambda hit: build.at(3) <= hit.entry.at < build.at(8) and hit.story_id == "story-1"),
    (HitQuery(is_alert=True), lambda hit: hit.is_alert),
    (HitQuery(is_alert=False), lambda hit: not hit.is_alert),
    (HitQuery(is_starred=True), lambda hit: hit.is_starred),
    (HitQuery(is_starred=False), lambda hit: not hit.is_starred),
    (HitQuery(is_told=False), lambda hit: hit.told_at is None),
    (HitQuery(is_told=True, is_old_rule=False), lambda hit: hit.told_at is not None and not hit.is_old_rule),
    (HitQuery(is_old_rule=True), lambda hit: hit.is_old_rule),
    (HitQuery(rules=(RuleId("rule-0"), RuleId("rule-1")), feeds=(build.feed().id,), states=(Triage.SEEN,)),
     lambda hit: hit.entry.feed_id == build.feed().id and hit.state is Triage.SEEN),
]  # fmt: skip


@pytest.mark.parametrize(("query", "fits"), QUESTIONS)
def test_a_question_about_hits_finds_those_that_fit_newest_first(
    home: Home, query: HitQuery, fits: Callable[[Hit], bool]
) -> None:
    hits = many(home)
    expected = [hit for hit in reversed(hits) if fits(hit)]
    assert list(home.store.find_hits(query)) == expected
    assert list(home.reopened().find_hits(query)) == expected


def test_pages_of_hits_follow_one_another_without_gap_or_repetition(home: Home) -> None:
    hits = many(home)
    twin = build.hit(hits[5].entry, build.rule(id=RuleId("twin")))  # of the same time
    home.commit(Transaction(hits=(twin,)))
    pages: list[Hit] = []
    query = HitQuery()
    while page := list(islice(home.store.find_hits(query), 4)):
        pages += page
        query = replace(query, before=(page[-1].entry.at, page[-1].id))
    assert pages == list(home.store.find_hits(HitQuery()))
    assert len(pages) == 13


def test_what_is_found_is_what_was_there_when_it_was_asked_for(home: Home) -> None:
    hits = many(home)
    answer = home.store.find_hits(HitQuery())
    first = next(answer)
    acked = tuple(replace(hit, state=Triage.ACKED) for hit in hits)
    home.commit(Transaction(hits=acked), Transaction(entries=(replace(hits[0].entry, title="Revised"),)))
    assert [first, *answer] == list(reversed(hits))
    assert set(home.store.find_hits(HitQuery(states=(Triage.ACKED,)))) == set(acked)


def test_each_rule_has_its_numbers(home: Home) -> None:
    assert home.store.rule_counts() == {}
    many(home)
    assert home.reopened().rule_counts() == {
        "rule-0": RuleCounts(6, 1, build.at(10)),
        "rule-1": RuleCounts(6, 2, build.at(11)),
    }


def test_entries_come_newest_first_and_can_be_taken_in_slices(home: Home) -> None:
    entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in range(5)]
    home.commit(Transaction(entries=tuple(entries[::2])), Transaction(entries=tuple(entries[1::2])))
    view = home.reopened().newest_entries(build.at(1))
    home.commit(Transaction(entries=(build.entry("Later", seen_at=build.at(9)),)))
    assert [entry.title for entry in view] == ["Item 4", "Item 3", "Item 2", "Item 1"]
    assert [entry.title for entry in view[1:3]] == ["Item 3", "Item 2"]
    assert (len(view), len(view[1:3]), len(home.store.newest_entries())) == (4, 2, 6)


def test_all_identities_and_all_revisions_can_be_gone_through(home: Home) -> None:
    elsewhere = replace(KURSK, feed_id=build.feed("https://other.example/rss").id)
    texts = {Revision(replace(entry, title="Before"), build.at(n)) for n, entry in enumerate((KURSK, elsewhere))}
    home.commit(replace(found(KURSK), revisions=tuple(texts)), found(elsewhere))
    store = home.reopened()
    assert set(store.all_identities()) == {build.identity(KURSK), build.identity(elsewhere)}
    assert set(store.all_revisions()) == texts


def test_all_identities_can_be_gone_through_after_one_was_forgotten(home: Home) -> None:
    entries = [build.entry(f"Item {n}", feed_id=build.feed(f"https://wire-{n % 2}.example/rss").id) for n in range(8)]
    home.commit(*(found(entry) for entry in entries))
    identities = [build.identity(entry) for entry in entries]
    home.commit(Transaction(forgotten=tuple((entry.feed_id, entry.key) for entry in entries[:2])))
    assert set(home.store.all_identities()) == set(identities[2:])


def test_pruning_by_count_keeps_the_newest_entries_without_hits(home: Home) -> None:
    entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in (3, 1, 4, 0, 2)]
    hit = build.hit(entries[3])
    home.commit(Transaction(entries=tuple(entries), hits=(hit,)))
    assert home.store.prune_entries(Keep(count=2), limit=1) == 1
    assert {entry.title for entry in home.store.entries()} == {"Item 0", "Item 2", "Item 3", "Item 4"}
    assert home.store.prune_entries(Keep(count=2)) == 1
    assert home.store.prune_entries(Keep(count=2)) == home.store.prune_entries(Keep()) == 0
    assert {entry.title for entry in home.reopened().entries()} == {"Item 0", "Item 3", "Item 4"}


def test_pruning_keeps_what_is_within_both_bounds(home: Home) -> None:
    entries = [build.entry(f"Item {n}", seen_at=build.at(n)) for n in range(6)]
    home.commit(Transaction(entries=tuple(entries)))
    assert home.store.prune_entries(Keep(since=build.at(1), count=3)) == 3
    assert home.store.prune_entries(Keep(since=build.at(5), count=3)) == 2
    assert [entry.title for entry in home.reopened().entries()] == ["Item 5"]


def test_old_hits_go_with_their_deliveries_and_leave_their_entries_to_go_after_them(home: Home) -> None:
    hits = [build.hit(build.entry(f"Item {n}"), found_at=build.at(n), told_at=build.at(50)) for n in range(3)]
    sent = Delivery(hits[0].id, "mail:night", build.at(3), DeliveryOutcome.DELIVERED)
    home.commit(*(replace(found(hit.entry), hits=(hit,)) for hit in hits), Transaction(deliveries=(sent,)))
    assert home.store.prune_entries(Keep(since=build.at(99))) == 0
    assert home.store.prune_hits(Keep(since=build.at(2))) == (hits[0].id, hits[1].id)
    store = home.reopened()
    assert list(store.hits()) == hits[2:]
    assert store.deliveries(hits[0].id) == ()
    assert store.totals() == Totals(entries=3, hits=1)
    assert store.rule_counts()[hits[2].rule_id].hits == 1
    assert store.story_by_link(build.identity(hits[0].entry).link) is None
    assert store.hits_of_entry(hits[0].entry.feed_id, hits[0].entry.key) == ()
    assert store.prune_entries(Keep(since=build.at(99))) == 2


def test_of_too_many_hits_the_oldest_go_but_never_one_that_a_person_marked_or_that_is_untold(home: Home) -> None:
    marked: list[dict[str, Any]] = [
        {"is_starred": True},
        {"tags": ("desk",)},
        {"notes": (Note(build.at(), "keep"),)},
        {"told_at": None},
        {},
        {},
        {},
    ]
    hits = [
        build.hit(build.entry(f"Item {n}"), found_at=build.at(n), **{"told_at": build.at(50), **marks})
        for n, marks in enumerate(marked)
    ]
    home.commit(Transaction(entries=tuple(hit.entry for hit in hits), hits=tuple(hits)))
    assert home.store.prune_hits(Keep(count=1), limit=1) == (hits[4].id,)
    assert home.store.prune_hits(Keep(count=1)) == (hits[5].id,)
    assert home.store.prune_hits(Keep(since=build.at(99), count=0)) == (hits[6].id,)
    assert set(home.reopened().hits()) == set(hits[:4])


def test_a_dropped_hit_can_be_found_anew(home: Home) -> None:
    hit = build.hit(KURSK, told_at=build.at(1))
    home.commit(replace(found(KURSK), hits=(hit,)))
    home.store.prune_hits(Keep(count=0))
    home.commit(Transaction(hits=(hit,)))
    assert list(home.reopened().hits()) == [hit]
    assert home.store.story_by_link(build.identity(KURSK).link) == (hit.story_id, KURSK.seen_at)
