"""A late value is the whole one in all but memory: see `model.late`."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import pytest

from newswatch.model.entry import Entry
from newswatch.model.hit import Hit, Triage
from newswatch.model.late import late
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build

WHOLE = build.entry(
    "Convoy seen",
    summary="Two columns went east.",
    content="All of it.",
    author="A. Writer",
    tags=("a", "b"),
    lang="en",
)


class Shelf:
    """Has one entry, and counts who asks for it."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.asked: list[str] = []

    def at(self, place: str) -> Entry:
        self.asked.append(place)
        return self.entry


def test_what_lists_show_is_there_and_the_rest_is_asked_for() -> None:
    shelf = Shelf(WHOLE)
    light = late(WHOLE, "here", shelf.at)
    assert (light.title, light.source, light.at, light.key) == (WHOLE.title, WHOLE.source, WHOLE.at, WHOLE.key)
    assert not shelf.asked
    assert light.summary == WHOLE.summary
    assert shelf.asked == ["here"]
    assert light.document == WHOLE.document


def test_nobody_can_tell_a_late_value_from_the_whole_one() -> None:
    light = late(WHOLE, "", Shelf(WHOLE).at)
    assert type(light) is Entry
    assert light == WHOLE
    assert hash(light) == hash(WHOLE)
    assert repr(light) == repr(WHOLE)
    assert light != replace(WHOLE, content="Less of it.")


def test_a_late_value_can_be_changed_copied_and_sent() -> None:
    shelf = Shelf(WHOLE)
    light = late(WHOLE, "", shelf.at)
    edited = replace(light, title="Convoy gone")
    assert edited == replace(WHOLE, title="Convoy gone")
    again = copy.copy(light)
    shelf.asked.clear()
    assert (edited.summary, again.summary) == (WHOLE.summary, WHOLE.summary)
    assert not shelf.asked, "what is made of it is whole"
    hit = build.hit(WHOLE)
    assert replace(hit, entry=light) == hit

    store = MemoryStore()
    store.commit(Transaction((WHOLE,), (), (), (hit,)))
    (newest,) = store.newest_hits(1)
    assert pickle.loads(pickle.dumps(newest)) == hit  # noqa: S301  our own


def test_a_name_that_is_no_field_is_an_error_as_ever() -> None:
    light = late(WHOLE, "", Shelf(WHOLE).at)
    for value in (light, WHOLE):
        with pytest.raises(AttributeError, match="sumary"):
            getattr(value, "sumary")  # noqa: B009  mypy knows, too
        assert not hasattr(value, "_nothing")


def test_the_window_holds_hits_that_are_late_and_equal_to_what_is_stored() -> None:
    store = MemoryStore()
    entries = [build.entry(f"Item {number}", summary="Two columns went east. " * number) for number in range(9)]
    hits = [build.hit(entry, marks=(build.mark("Item"),)) for entry in entries]
    for entry, hit in zip(entries, hits, strict=True):
        store.commit(Transaction((entry,), (), (build.identity(entry),), (hit,)))
    newest = store.newest_hits(9)
    assert sorted(hit.id for hit in newest) == sorted(hit.id for hit in hits)
    for hit in newest:
        assert hit == store.hit(hit.id)
        assert is_late(hit)
        assert is_late(hit.entry)
    assert store.late(hits) == tuple(hits)
    assert all(is_late(hit) and is_late(hit.entry) for hit in store.late(hits))


def test_a_late_hit_stays_what_it_was_when_the_store_has_another() -> None:
    store = MemoryStore()
    entry = build.entry(summary="Two columns went east.")
    hit = build.hit(entry)
    store.commit(Transaction((entry,), (), (build.identity(entry),), (hit,)))
    (before,) = store.newest_hits(1)
    store.commit(Transaction(hits=(replace(hit, state=Triage.ACKED, marks=()),)))
    store.commit(Transaction(entries=(replace(entry, summary="One column.", revised_at=build.at(5)),)))
    store.let_go()
    assert before == hit
    assert before.marks == hit.marks
    assert before.entry.summary == "Two columns went east."


def test_a_hit_that_is_not_stored_stays_as_it_is() -> None:
    hit = build.hit(WHOLE)
    assert MemoryStore().late([hit]) == (hit,)


def is_late(value: Entry | Hit) -> bool:
    return hasattr(value, "_whole_at")
