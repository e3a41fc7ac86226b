"""Edits of rules as values: what they make of a book, how they add up, what remains of them when the file moved on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newswatch.engine.rule_edits import (
    Deleting,
    RuleEdit,
    Saving,
    Switching,
    applied,
    in_words,
    rule_of,
    saving,
)
from newswatch.engine.rule_file import RuleFile
from newswatch.engine.rule_queue import merged, rebased
from newswatch.errors import RuleRefused
from newswatch.match.rulefile import load_rulebook
from newswatch.model.rule import Rule, RuleBook, RuleDraft, RuleId, RuleProblem, Severity
from newswatch.testing import build

GRAIN, KURSK, NEW = RuleId("grain"), RuleId("kursk"), RuleId("new")
BOOK = RuleBook(
    rules=(
        build.rule("", id=GRAIN, keywords=("grain corridor", "harvest"), languages=("en",)),
        build.rule("Kursk", id=KURSK),
    )
)
FILE = """\
# The desk's rules.
version = 1
[defaults]
severity = "low"
fields = ["title"]

[[rule]]
id = "grain"
keywords = ["grain corridor", "harvest"]  # as agreed
languages = ["en"]

[[rule]]
id = "broken"
query = "flood"
severity = "loud"

[[rule]]
id = "kursk"
name = "Kursk"
query = "Kursk"
tags = ["war"]
"""


def draft(query: str, rule_id: str = "", **keys: object) -> RuleDraft:
    return replace(RuleDraft(query=query, id=rule_id), **keys)  # type: ignore[arg-type]  # any key of it


def test_a_new_rule_stands_at_the_end_under_an_id_from_its_name() -> None:
    edit = saving(BOOK, draft("wheat  ", name="Grain"), None)
    assert edit.rule_id == "grain-2"
    after = applied(replace(BOOK, default_fields=("title",)), edit)
    assert [rule.id for rule in after.rules] == ["grain", "kursk", "grain-2"]
    assert (after.rules[2].query, after.rules[2].fields) == ("wheat", ("title",))


def test_an_edited_rule_keeps_its_place_and_its_other_keys() -> None:
    after = applied(BOOK, saving(BOOK, draft("wheat"), GRAIN))
    assert [rule.text for rule in after.rules] == ["wheat", "Kursk"]
    assert after.rules[0].languages == ("en",)
    assert after.rules[1] is BOOK.rules[1]


def test_keywords_that_mean_the_same_stay_keywords() -> None:
    after = applied(BOOK, saving(BOOK, draft('"grain corridor" OR "harvest"', name="Grain"), GRAIN))
    assert (after.rules[0].keywords, after.rules[0].name) == (("grain corridor", "harvest"), "Grain")


def test_an_edit_that_cannot_be_is_refused() -> None:
    with pytest.raises(RuleRefused, match="empty"):
        saving(BOOK, draft(" "), None)
    with pytest.raises(RuleRefused, match="already"):
        saving(BOOK, draft("wheat", "kursk"), None)
    with pytest.raises(RuleRefused, match="already"):
        saving(BOOK, draft("wheat", "kursk"), GRAIN)
    for edit in (Switching(NEW, is_enabled=True), Deleting(NEW)):
        with pytest.raises(RuleRefused, match="no rule"):
            applied(BOOK, edit)
    with pytest.raises(RuleRefused, match="no rule"):
        saving(BOOK, draft("wheat"), NEW)


def test_a_rule_that_cannot_be_read_can_be_replaced_and_deleted() -> None:
    book = replace(BOOK, problems=(RuleProblem(NEW, "severity is no severity"),))
    after = applied(book, saving(book, draft("wheat"), NEW))
    assert (after.problems, after.rules[-1].query) == ((), "wheat")
    assert applied(book, Deleting(NEW)).problems == ()
    with pytest.raises(RuleRefused, match="already"):
        saving(book, draft("wheat", "new"), None)


def test_a_broken_mute_is_no_rule_that_could_be_edited() -> None:
    mute = RuleId("mute:sport")
    book = replace(BOOK, problems=(RuleProblem(mute, "a mute needs a query"),))
    for edit in (Switching(mute, is_enabled=False), Deleting(mute)):
        with pytest.raises(RuleRefused, match="no rule"):
            applied(book, edit)
    with pytest.raises(RuleRefused, match="no rule"):
        saving(book, draft("wheat"), mute)


def test_edits_of_one_rule_add_up_to_one() -> None:
    first = Saving(None, draft("wheat", "new", tags=("a",)))
    second = Saving(NEW, draft("barley", "new"))
    assert merged([first], second) == (Saving(None, draft("barley", "new", tags=("a",))),)
    assert merged([first], Switching(NEW, is_enabled=False)) == (
        Saving(None, draft("wheat", "new", tags=("a",), enabled=False)),
    )
    assert merged([first], Deleting(NEW)) == ()
    other = Switching(KURSK, is_enabled=False)
    assert merged([first, other], second) == (Saving(None, draft("barley", "new", tags=("a",))), other)
    assert merged([other], Switching(KURSK, is_enabled=True)) == (Switching(KURSK, is_enabled=True),)
    renaming = Saving(KURSK, draft("Kursk", "sumy"))
    assert merged([renaming], Deleting(RuleId("sumy"))) == (Deleting(KURSK),)
    assert merged([Deleting(KURSK)], Saving(None, draft("Kursk", "kursk"))) == (
        Deleting(KURSK),
        Saving(None, draft("Kursk", "kursk")),
    )


def test_an_id_that_a_deletion_freed_is_given_away_after_it() -> None:
    pending = (Saving(GRAIN, draft("wheat", "grain")), Deleting(KURSK))
    renaming = Saving(GRAIN, draft("wheat", "kursk"))
    assert merged(pending, renaming) == (*pending, renaming)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["new", "save", "switch", "delete"]),
            st.sampled_from(["grain", "kursk", "new", "wheat"]),
            st.sampled_from(["grain", "kursk", "new", "wheat"]),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_merged_edits_make_the_same_book_as_one_after_the_other(wanted: list[tuple[str, str, str, bool]]) -> None:
    book, pending = BOOK, tuple[RuleEdit, ...]()
    for number, (kind, origin, rule_id, flag) in enumerate(wanted):
        written = draft(f"query {number}", rule_id, enabled=flag)
        with suppress(RuleRefused):
            made: RuleEdit
            match kind:
                case "new":
                    made = saving(book, written, None)
                case "save":
                    made = saving(book, written, RuleId(origin))
                case "switch":
                    made = Switching(RuleId(origin), flag)
                case _:
                    made = Deleting(RuleId(origin))
            book = applied(book, made)
            pending = merged(pending, made)
    after = BOOK
    for one in pending:
        taken = {rule.id for rule in after.rules} - {one.origin}
        assert isinstance(one, Deleting) or one.rule_id not in taken
        after = applied(after, one)
    assert after == book


def test_edits_of_rules_that_nobody_else_touched_are_kept() -> None:
    pending: list[RuleEdit] = [
        Saving(GRAIN, draft("wheat", "grain")),
        Saving(None, draft("barley", "barley")),
        Deleting(KURSK),
        Saving(None, draft("Kursk", "kursk")),
    ]
    theirs = replace(BOOK, rules=(*BOOK.rules, build.rule("flood", id=RuleId("flood"))))
    assert rebased(pending, BOOK, theirs) == (tuple(pending), ())


def test_of_two_edits_of_one_rule_that_of_the_file_stays() -> None:
    theirs = replace(BOOK, rules=(build.rule("rye", id=GRAIN), build.rule("Sumy", id=KURSK)))
    edit, deletion = Saving(GRAIN, draft("wheat", "grain")), Deleting(KURSK)
    assert rebased([edit, deletion], BOOK, theirs) == ((), (edit, deletion))
    gone = replace(BOOK, rules=BOOK.rules[1:])
    assert rebased([edit], BOOK, gone) == ((), (edit,))
    taken = replace(BOOK, rules=(*BOOK.rules, build.rule("rye", id=NEW)))
    added = Saving(None, draft("wheat", "new"))
    assert rebased([added], BOOK, taken) == ((), (added,))


def test_a_switch_goes_with_whatever_else_was_changed_in_its_rule() -> None:
    theirs = replace(BOOK, rules=(BOOK.rules[0], build.rule("Sumy", id=KURSK)))
    assert rebased([Switching(KURSK, is_enabled=False)], BOOK, theirs) == ((Switching(KURSK, is_enabled=False),), ())


def test_what_the_file_says_already_needs_no_edit() -> None:
    theirs = replace(BOOK, rules=(BOOK.rules[0], build.rule("Sumy", id=KURSK, severity=Severity.NORMAL)))
    assert rebased([Saving(KURSK, draft("Sumy", "kursk"))], BOOK, theirs) == ((), ())
    assert rebased([Switching(KURSK, is_enabled=True)], BOOK, theirs) == ((), ())
    assert rebased([Deleting(NEW)], BOOK, theirs) == ((), ())


def test_a_lost_edit_is_told_with_the_query_that_was_typed() -> None:
    assert "wheat OR rye" in in_words(Saving(None, draft("wheat\nOR rye", "new")))


EDITS = st.one_of(
    st.tuples(
        st.sampled_from(("save", "add")),
        st.sampled_from(("wheat", '"grain corridor" OR "harvest"', "Kursk", "a\nOR b")),
        st.sampled_from(("", "Kursk", "Name “x”")),
        st.sampled_from(tuple(Severity)),
        st.sampled_from((None, (), ("war", "east"))),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(("on", "off", "delete"))),
)


def by_id(book: RuleBook) -> dict[RuleId, Rule]:
    """The rules, each as one query: keywords that came and went may stay keywords, and mean the same."""
    return {rule.id: replace(rule, query=rule.text, keywords=()) for rule in book.rules}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(EDITS, st.integers(0, 9)), min_size=1, max_size=4), is_written_at_once=st.booleans())
async def test_the_book_in_memory_is_what_the_file_says_once_it_is_written(
    tmp_path: Path, *, acts: list[tuple[tuple[object, ...], int]], is_written_at_once: bool
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(FILE, "utf-8")
    file = RuleFile(path, load_rulebook(path))
    book = file.book
    for act, number in acts:
        ids = [rule.id for rule in book.rules]
        target = ids[number % len(ids)] if ids else None
        edit: RuleEdit
        match act:
            case ("save" | "add" as verb, query, name, severity, tags, enabled):
                wanted = draft(str(query), name=name, severity=severity, tags=tags, enabled=enabled)
                edit = saving(book, wanted, target if verb == "save" else None)
            case ("delete",) if target is not None:
                edit = Deleting(target)
            case (way,) if target is not None:
                edit = Switching(target, is_enabled=way == "on")
            case _:
                continue
        book = applied(book, edit)
        file.add(edit)
        assert by_id(file.book) == by_id(book)
        while is_written_at_once and file.pending:
            await file.write_first()
    while file.pending:
        await file.write_first()
    on_disk = load_rulebook(path).book
    assert by_id(on_disk) == by_id(book)
    assert rule_of(on_disk, RuleId("broken")) is None
    if is_written_at_once:
        assert on_disk.rules == book.rules
