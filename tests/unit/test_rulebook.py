from __future__ import annotations

from pathlib import Path

from newswatch.engine.rematch import Rematch
from newswatch.engine.rulebook import Rulebook
from newswatch.errors import RulesInvalid
from newswatch.match.matcher import FeedScope
from newswatch.match.ruleschema import read_book
from newswatch.model.hit import Held
from newswatch.model.rule import Rule, RuleBook, RuleId, RuleProblem, Severity
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.tomlfile import parse_toml

TROOPS = build.rule()
KURSK = build.rule("Kursk", id=RuleId("kursk"))


def live(rulebook: Rulebook) -> dict[str, str]:
    return {rule.id: rule.text for rule in rulebook.matcher.rules}


def test_a_rule_whose_edit_is_broken_stays_live_in_its_last_good_form_and_shows_the_mistake() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(TROOPS, KURSK)))
    acting = rulebook.adopt(RuleBook(rules=(build.rule("(troops OR"), KURSK)))
    assert acting == ()
    assert live(rulebook) == {"dprk-troops": "North Korean troops", "kursk": "Kursk"}
    broken, fine = rulebook.statuses()
    assert broken.is_live
    assert broken.problem is not None
    assert fine.problem is None


def test_a_rule_that_never_was_good_is_off_and_the_others_live() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(build.rule("(troops OR"), KURSK)))
    assert live(rulebook) == {"kursk": "Kursk"}
    assert [status.is_live for status in rulebook.statuses()] == [False, True]


def test_a_rule_with_a_bad_value_has_a_row_although_it_could_not_be_read() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(KURSK,), problems=(RuleProblem(RuleId("bad"), "severity is no severity"),)))
    assert [(status.rule.id, status.is_live) for status in rulebook.statuses()] == [("kursk", True), ("bad", False)]


def test_a_rule_with_a_bad_value_is_shown_with_what_can_be_read_of_it() -> None:
    text = '[[rule]]\nid = "a"\nname = "Troops"\nquery = "troops"\nseverity = "hgh"\n'
    text += '[[rule]]\nid = "b"\nkeywords = ["x", "y"]\nseverity = "high"\nlanguages = ["?"]\n[[rule]]\nid = "c"\n'
    rulebook = Rulebook()
    rulebook.adopt(read_book(parse_toml(text.encode(), Path("rules.toml"), RulesInvalid)))
    shown = [
        (status.rule.id, status.rule.name, status.rule.text, status.rule.severity) for status in rulebook.statuses()
    ]
    assert shown == [
        ("a", "Troops", "troops", Severity.NORMAL),
        ("b", "", '"x" OR "y"', Severity.HIGH),
        ("c", "", "", Severity.NORMAL),
    ]
    assert live(rulebook) == {}


def test_only_rules_that_match_differently_act_anew() -> None:
    rulebook = Rulebook()
    assert rulebook.adopt(RuleBook(rules=(TROOPS, KURSK))) == (TROOPS, KURSK)
    renamed = build.rule(name="Troops from the North")
    assert rulebook.adopt(RuleBook(rules=(renamed, KURSK))) == ()
    edited = build.rule("Kursk region", id=RuleId("kursk"))
    assert rulebook.adopt(RuleBook(rules=(renamed, edited))) == (edited,)


def test_an_edited_alias_makes_the_rules_that_use_it_act_anew() -> None:
    rulebook = Rulebook()
    by_alias = build.rule("@dprk AND troops")
    rulebook.adopt(RuleBook(rules=(by_alias, KURSK), aliases={"dprk": ("Pyongyang",)}))
    assert rulebook.adopt(RuleBook(rules=(by_alias, KURSK), aliases={"dprk": ("DPRK",)})) == (by_alias,)


def test_a_rule_that_took_too_long_is_paused_until_the_file_changes() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(TROOPS, KURSK)))
    assert rulebook.pause([KURSK.id])
    assert not rulebook.pause([KURSK.id])
    assert live(rulebook) == {"dprk-troops": "North Korean troops"}
    paused = rulebook.statuses([KURSK.id])[0]
    assert paused.problem is not None
    assert "paused" in paused.problem.message
    rulebook.adopt(RuleBook(rules=(TROOPS, KURSK)))
    assert set(live(rulebook)) == {"dprk-troops", "kursk"}


def test_a_paused_rule_stays_paused_when_another_is_edited_on_the_screen() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(TROOPS, KURSK)))
    rulebook.pause([KURSK.id])
    edited = build.rule("Sumy")
    assert rulebook.put(rulebook.prepare(RuleBook(rules=(edited, KURSK))), unpause=False) == (edited,)
    assert live(rulebook) == {"dprk-troops": "Sumy"}
    assert rulebook.statuses([KURSK.id])[0].problem is not None
    mended = build.rule("Kursk region", id=KURSK.id)
    assert rulebook.put(rulebook.prepare(RuleBook(rules=(edited, mended))), unpause=False) == (mended,)


def test_a_book_that_was_prepared_before_another_came_into_force_is_not_put() -> None:
    rulebook = Rulebook()
    prepared = rulebook.prepare(RuleBook(rules=(TROOPS,)))
    rulebook.adopt(RuleBook(rules=(KURSK,)))
    assert rulebook.put(prepared) is None
    assert live(rulebook) == {"kursk": "Kursk"}


def test_rows_of_rules_that_did_not_change_are_the_same_objects() -> None:
    rulebook = Rulebook()
    rulebook.adopt(RuleBook(rules=(TROOPS, KURSK)))
    before = rulebook.statuses()
    rulebook.adopt(RuleBook(rules=(TROOPS, build.rule("Sumy", id=KURSK.id))))
    after = rulebook.statuses()
    assert after[0] is before[0]
    assert after[1].rule.query == "Sumy"
    rulebook.count([build.hit(by=TROOPS)])
    assert [status.hits for status in rulebook.statuses()] == [1, 0]
    rulebook.adopt(RuleBook(rules=(build.rule(enabled=False), KURSK)))
    assert [(status.hits, status.is_live) for status in rulebook.statuses()] == [(1, False), (0, True)]


def matched(store: MemoryStore, *rules: Rule) -> list[tuple[str, Held | None, bool]]:
    """The hits that these rules change in the store's history, as (rule, held, is of an old rule)."""
    hits = Rematch(rules, {}, lambda _: FeedScope("", ()), store, build.at(60)).of(store.entries())
    store.commit(Transaction(hits=tuple(hits)))
    return [(hit.rule_id, hit.held, hit.is_old_rule) for hit in hits]


def test_a_new_rule_finds_what_is_stored_and_holds_it_as_rule_change() -> None:
    store = MemoryStore()
    store.commit(Transaction(entries=(build.entry("Kursk"), build.entry("Grain"))))
    assert matched(store, KURSK) == [("kursk", Held.RULE_CHANGE, False)]


def test_an_edit_and_its_undoing_mark_and_unmark_the_hits_of_the_old_rule() -> None:
    store = MemoryStore()
    entry = build.entry("Kursk")
    store.commit(Transaction(entries=(entry,), hits=(build.hit(entry, KURSK),)))
    assert matched(store, build.rule("Sumy", id=KURSK.id)) == [("kursk", None, True)]
    assert matched(store, build.rule("Sumy", id=KURSK.id)) == []
    assert matched(store, KURSK) == [("kursk", None, False)]


def test_a_slow_expression_is_left_out_of_the_search_after_one_text_and_named() -> None:
    store = MemoryStore()
    slow = build.rule("/x(a+)+$/ OR /(a|aa)+$/", id=RuleId("slow"))
    entries = tuple(build.entry(f"{number} {'a' * 4_000}b Kursk") for number in range(5))
    store.commit(Transaction(entries=entries))
    search = Rematch((slow, KURSK), {}, lambda _: FeedScope("", ()), store, build.at(60))
    found = search.of(entries)
    assert search.overruns == ["slow"]
    assert [hit.rule_id for hit in found] == ["kursk"] * 5
