"""Mutes and examples written into rules.toml: one thing changes, every other byte stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from newswatch.engine.rule_edits import Deleting, Exemplifying, Muting, RuleEdit, Saving, Unmuting
from newswatch.engine.rule_queue import merged, rebased
from newswatch.errors import FileChanged, RuleRefused
from newswatch.match.mutefile import delete_mute, save_mute
from newswatch.match.rulefile import add_example, drop_example, load_rulebook
from newswatch.model.rule import Mute, Rule, RuleBook, RuleDraft, RuleId

SPORT = Mute("sport", "Sport pages", 'url:"/sport/" OR tag:sport', datetime(2027, 1, 1, tzinfo=UTC))
TROOPS = Rule(RuleId("troops"), query="troops", must=("troops arrive",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def test_a_mute_is_written_and_taken_out_without_a_trace(path: Path) -> None:
    before = 'version = 1\r\n# mine\r\n[[rule]]\r\nid = "a"\r\nquery = "troops"  # all\r\n'
    path.write_bytes(before.encode())
    loaded = save_mute(path, load_rulebook(path).fingerprint, SPORT)
    assert loaded.book.mutes == (SPORT,)
    assert path.read_bytes().decode().startswith(before)
    delete_mute(path, loaded.fingerprint, "sport")
    assert path.read_bytes().decode().rstrip() == before.rstrip()


@pytest.mark.parametrize("expires", [None, date(2027, 1, 1), datetime(2027, 1, 1, 8, 30, tzinfo=UTC)])
def test_the_end_of_a_mute_is_written_as_it_is(path: Path, expires: date | datetime | None) -> None:
    mute = replace(SPORT, expires=expires, name="", query='"it\'s \\"grand\\""')
    loaded = save_mute(path, load_rulebook(path).fingerprint, mute)
    assert loaded.book.mutes == (mute,)
    assert load_rulebook(path).book.mutes == (mute,)


def test_an_id_that_is_taken_and_a_mute_that_is_not_there_are_refused(path: Path) -> None:
    loaded = save_mute(path, load_rulebook(path).fingerprint, SPORT)
    with pytest.raises(RuleRefused, match="already"):
        save_mute(path, loaded.fingerprint, SPORT)
    with pytest.raises(RuleRefused, match="no mute"):
        delete_mute(path, loaded.fingerprint, "other")
    with pytest.raises(FileChanged):
        delete_mute(path, "", "sport")


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("", 'must = ["new"]\n'),
        ("must = []\n", 'must = ["new"]\n'),
        ('must = ["troops"] # one\n', 'must = ["troops", "new"] # one\n'),
        ('must = ["troops",]\n', 'must = ["troops","new"]\n'),
        ('must = [\n  "troops"\n]\n', 'must = [\n  "troops",\n  "new",\n]\n'),
        ('must = [\n\t"troops", # why\n\t# more?\n]\n', 'must = [\n\t"troops", # why\n\t# more?\n\t"new",\n]\n'),
        ('must = [\n  "troops" # why\n]\n', 'must = ["troops", "new"]\n'),
        ('must = ["a troops ]",\n "troops # no"]\n', 'must = ["a troops ]",\n "troops # no",\n "new",]\n'),
    ],
)
def test_an_example_goes_to_the_end_of_its_list(path: Path, written: str, after: str) -> None:
    head, tail = 'version = 1\n[[rule]]\nid = "a"\nquery = "troops OR new"\n', "\n# the end\n"
    path.write_text(head + written + tail, "utf-8")
    add_example(path, load_rulebook(path).fingerprint, RuleId("a"), "must", "new")
    assert path.read_text("utf-8") == head + after + tail


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ('must = ["troops", "new"] # one\n', 'must = ["troops"] # one\n'),
        ('must = ["new", "troops"] # one\n', 'must = ["troops"] # one\n'),
        ('must = ["new", "troops", "new"]\n', 'must = ["new", "troops"]\n'),
        ('must = ["troops","new",]\n', 'must = ["troops",]\n'),
        ('must = [\n  "troops",\n  "new",\n]\n', 'must = [\n  "troops",\n]\n'),
        ('must = [\n\t"troops", # why\n\t"new",\n]\n', 'must = [\n\t"troops", # why\n]\n'),
        ('must = [\n\t"new", # why\n\t"troops",\n]\n', 'must = [ # why\n\t"troops",\n]\n'),
        ('must = ["new"]\n', ""),
        ('must = ["new"] # one\n', " # one\n"),
        ("must = ['new', 'troops']\n", 'must = ["troops"]\n'),
    ],
)
def test_an_example_that_is_taken_back_leaves_the_rest_of_its_list_as_it_was(
    path: Path, written: str, after: str
) -> None:
    head, tail = 'version = 1\n[[rule]]\nid = "a"\nquery = "troops OR new"\n', "\n# the end\n"
    path.write_text(head + written + tail, "utf-8")
    drop_example(path, load_rulebook(path).fingerprint, RuleId("a"), "must", "new")
    assert path.read_text("utf-8") == head + after + tail


def test_an_example_that_is_not_there_cannot_be_taken_back(path: Path) -> None:
    path.write_text('version = 1\n[[rule]]\nid = "a"\nquery = "troops"\nmust = ["troops"]\n', "utf-8")
    before = path.read_text("utf-8")
    with pytest.raises(RuleRefused, match="no such must"):
        drop_example(path, load_rulebook(path).fingerprint, RuleId("a"), "must", "new")
    assert path.read_text("utf-8") == before


def test_edits_of_mutes_and_examples_are_merged_only_where_they_undo_each_other() -> None:
    mute, lift = Muting(SPORT), Unmuting("sport")
    assert merged((mute,), lift) == ()
    assert merged((lift,), mute) == (lift, mute)
    example = Exemplifying(RuleId("troops"), "troops leave", matches=True)
    other = Exemplifying(RuleId("troops"), "troops stay", matches=True)
    assert merged((example,), other) == (example, other)
    assert merged((example,), replace(example, is_lifting=True)) == ()
    assert merged((other,), replace(example, is_lifting=True)) == (other, replace(example, is_lifting=True))
    saving = Saving(RuleId("troops"), RuleDraft("troop*", id="troops"))
    assert merged((saving,), example) == (saving, example)
    assert merged((example,), saving) == (example, saving)
    assert merged((example,), Deleting(RuleId("troops")))[-1] == Deleting(RuleId("troops"))


@pytest.mark.parametrize(
    ("edit", "new", "kept", "lost"),
    [
        (Muting(SPORT), RuleBook(rules=(TROOPS,)), 1, 0),
        (Muting(SPORT), RuleBook(mutes=(SPORT,)), 0, 0),
        (Unmuting("sport"), RuleBook(mutes=(SPORT,)), 1, 0),
        (Unmuting("sport"), RuleBook(), 0, 0),
        (Exemplifying(RuleId("troops"), "troops leave", matches=True), RuleBook(rules=(TROOPS,)), 1, 0),
        (Exemplifying(RuleId("troops"), "troops arrive", matches=True), RuleBook(rules=(TROOPS,)), 0, 0),
        (Exemplifying(RuleId("troops"), "troops leave", matches=True), RuleBook(), 0, 1),
        (
            Exemplifying(RuleId("troops"), "troops leave", matches=True, is_lifting=True),
            RuleBook(rules=(TROOPS,)),
            0,
            0,
        ),
        (
            Exemplifying(RuleId("troops"), "troops arrive", matches=True, is_lifting=True),
            RuleBook(rules=(TROOPS,)),
            1,
            0,
        ),
    ],
)
def test_what_somebody_else_wrote_meanwhile_decides_what_is_still_to_be_written(
    edit: RuleEdit, new: RuleBook, kept: int, lost: int
) -> None:
    still, gone = rebased((edit,), RuleBook(rules=(TROOPS,), mutes=(SPORT,)), new)
    assert (len(still), len(gone)) == (kept, lost)
