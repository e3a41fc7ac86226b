from __future__ import annotations

import os
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.errors import FileChanged, RuleRefused, RulesInvalid
from newswatch.match.ruleedit import Written, rendered
from newswatch.match.rulefile import (
    LoadedRules,
    delete_rule,
    difference,
    load_rulebook,
    save_rule,
    set_enabled,
    write_missing_ids,
)
from newswatch.match.rulevalues import plain_query
from newswatch.model.rule import Mute, Quiet, Rule, RuleDraft, RuleId, Severity, Throttle

EVERYTHING = """\
# The desk's rules. Ask Olena before you touch them.
version = 1

[defaults]
severity = "low"
fields   = ["title", "body"]

[alias]
harbour = ["Port Vell", "Harbour*"]   # both spellings

[[rule]]
id       = "strike"       # stable; hits refer to it
name     = "Strike in the harbour"
query    = '''(@harbour NEAR/6 strike*) AND "dock workers"
              NOT title:(football OR Cup)'''
severity = "high"
color    = "red"
tags     = ["labour", "port"]
languages = ["en", "uk_UA"]
feeds    = ["tag:wires", "https://example.org/rss.xml"]   # scope
notify   = ["bell", "webhook:desk"]
quiet    = { from = "23:00", to = "06:30", tz = "Europe/Kyiv", except = "critical", then = "digest" }
throttle = { per = "10m", max = 3 }
escalate = "critical if publishers >= 3 in 60m"
fulltext = true
expires  = 2027-06-30
enabled  = true
notes    = "Desk: foreign."
must     = ["Dock workers strike in Port Vell"]
must_not = ["Strikers win the Cup"]

# Mutes below.

[[mute]]
name    = "Sport pages"
id      = "sport"
query   = 'url:"/sport/" OR tag:sport'
expires = 2027-01-01T00:00:00Z

[[rule]]
id = "quick"
keywords = ["dock workers", "say \\"no\\""]     # the simplest form
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def load(path: Path, text: str) -> LoadedRules:
    path.write_text(text, encoding="utf-8")
    return load_rulebook(path)


def refusal(path: Path, text: str) -> str:
    with pytest.raises(RulesInvalid) as caught:
        load(path, text)
    return str(caught.value).removeprefix(str(path))


# Reading.


def test_each_key_of_a_rule_is_read(path: Path) -> None:
    book = load(path, EVERYTHING).book
    assert book.rules[0] == Rule(
        id=RuleId("strike"),
        name="Strike in the harbour",
        query='(@harbour NEAR/6 strike*) AND "dock workers"\n              NOT title:(football OR Cup)',
        severity=Severity.HIGH,
        fields=("title", "content"),
        color="red",
        tags=("labour", "port"),
        languages=("en", "uk-UA"),
        feeds=("tag:wires", "https://example.org/rss.xml"),
        notify=("bell", "webhook:desk"),
        quiet=Quiet("23:00", "06:30", "Europe/Kyiv", Severity.CRITICAL, "digest"),
        throttle=Throttle(per_s=600, max=3),
        escalate="critical if publishers >= 3 in 60m",
        fulltext=True,
        expires=date(2027, 6, 30),
        enabled=True,
        notes="Desk: foreign.",
        must=("Dock workers strike in Port Vell",),
        must_not=("Strikers win the Cup",),
    )
    assert book.rules[1].keywords == ("dock workers", 'say "no"')
    assert book.rules[1].severity is Severity.LOW
    assert book.rules[1].fields == ("title", "content")
    assert book.aliases == {"harbour": ("Port Vell", "Harbour*")}
    assert book.mutes == (Mute("sport", "Sport pages", 'url:"/sport/" OR tag:sport', datetime(2027, 1, 1, tzinfo=UTC)),)
    assert book.default_severity is Severity.LOW
    assert book.default_fields == ("title", "content")
    assert book.problems == ()


def test_without_a_file_there_are_no_rules_and_saving_makes_one(path: Path) -> None:
    empty = load_rulebook(path)
    assert empty.book.rules == ()
    rule_id, loaded = save_rule(path, empty.fingerprint, RuleDraft("dock workers", name="Docks"), None)
    assert rule_id == "docks"
    assert loaded == load_rulebook(path)
    assert path.read_text() == 'version = 1\n\n[[rule]]\nid = "docks"\nname = "Docks"\nquery = "dock workers"\n'
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_rule_that_is_off_is_read_as_off(path: Path) -> None:
    assert not load(path, '[[rule]]\nid = "a"\nquery = "x"\nenabled = false').book.rules[0].enabled


def test_a_moment_without_a_zone_is_in_utc(path: Path) -> None:
    book = load(path, '[[rule]]\nid = "a"\nquery = "x"\nexpires = 2027-01-01T12:00:00').book
    assert book.rules[0].expires == datetime(2027, 1, 1, 12, tzinfo=UTC)


def test_a_rule_without_an_id_gets_one_from_its_name_the_same_each_time(path: Path) -> None:
    text = """
        [[rule]]
        name = "Strike, in the Harbour!"
        query = "x"
        [[rule]]
        query = "北朝鮮 OR Київ"
        [[rule]]
        keywords = ["—", "a"]
    """
    first, again = load(path, text), load(path, text)
    assert [rule.id for rule in first.book.rules] == ["strike-in-the-harbour", "北朝鮮-or-київ", "rule"]
    assert first == again


def test_two_rules_of_one_name_get_different_ids(path: Path) -> None:
    rule = '[[rule]]\nname = "Same"\nquery = "x"\n'
    assert [rule.id for rule in load(path, rule * 3).book.rules] == ["same", "same-2", "same-3"]


def test_a_derived_id_never_takes_one_that_is_written_further_down(path: Path) -> None:
    text = '[[rule]]\nname = "Same"\nquery = "x"\n[[rule]]\nid = "same"\nquery = "y"'
    assert [rule.id for rule in load(path, text).book.rules] == ["same-2", "same"]


def test_what_nobody_sees_goes_from_a_query_and_its_meaning_stays(path: Path) -> None:
    book = load(path, '[[rule]]\nid = "a"\nquery = "dock\\u202e\\u200b\\u0007workers\\u001b[31m"').book
    assert book.rules[0].query == "dock workers [31m"


def test_names_and_notes_are_clean_to_show(path: Path) -> None:
    book = load(path, '[[rule]]\nid = "a"\nquery = "x"\nname = "A\\u001b]0;x\\u0007B"\nnotes = "\\u202eC"').book
    assert book.rules[0].name == "A]0;xB"
    assert book.rules[0].notes == "C"


def test_a_rule_of_100_kilobytes_is_read_and_saved(path: Path) -> None:
    query = " OR ".join(f"\"word {number} 'quoted'\"" for number in range(4_500))
    assert len(query) > 100_000
    loaded = load(path, f"[[rule]]\nid = 'long'\nquery = '''{query}'''\n")
    assert loaded.book.rules[0].query == query
    _, loaded = save_rule(path, loaded.fingerprint, RuleDraft(f"{query} OR more"), RuleId("long"))
    assert loaded.book.rules[0].query == f"{query} OR more"


# Mistakes.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[rule]]\nid = "a"\n  qurey = "x"', ':3:3: unknown key "qurey" in [[rule]]; did you mean "query"?'),
        ('[[mute]]\nqurey = "x"', ':2:1: unknown key "qurey" in [[mute]]; did you mean "query"?'),
        ("[[rules]]\nid = 'a'", ':1:1: unknown key "rules" in rules.toml; did you mean "rule"?'),
        ('[[rule]]\nquery="x"\nquiet = { form = "1:00" }', ':3:11: unknown key "form" in [[rule]] quiet; did you mean'),
        ('[[rule]]\nquery="x"\n[rule.throttle]\nmx = 1', ':4:1: unknown key "mx" in [[rule]] throttle; did you mean'),
        ("[defaults]\nseverty = 'low'", ':2:1: unknown key "severty" in [defaults]; did you mean "severity"?'),
        ("[defaults]\nseverity = 'lo'", ":2:1: severity = lo: write "),
        ("[defaults]\nfields = ['titel']", ":2:1: fields = ['titel']: write a list of fields; \"titel\" is none"),
        ("defaults = 1", ":1:1: [defaults] is a table"),
        ("alias = 1", ":1:1: [alias] is a table"),
        ("[alias]\nharbour = 'x'", ':2:1: alias harbour = x: write a list: ["x"]'),
        ("[alias]\nharbour = []", ":2:1: alias harbour has no phrase"),
        ("[alias]\n'a b' = ['x']", ":2:1: an alias is named by letters"),
        ("rule = 1", ":1:1: write each rule as a table of its own, below a line [[rule]]"),
        ("[rule]\nid = 'a'", ":1:1: write each rule as a table of its own"),
        ("version = 2", ":1:1: version 2 was written by a newer newswatch"),
        ("version = 'x'", ":1:1: version = x: write version = 1"),
        ("version = true", ":1:1: version = True: write version = 1"),
        ("[[rule]\n", ":1:7: "),
        ("[[rule]]\nquery = '''half", "half saved?"),
    ],
)
def test_what_puts_the_whole_file_in_doubt_is_told_with_its_place(path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(path, text)


def test_a_file_that_is_not_utf8_is_told_with_its_place(path: Path) -> None:
    path.write_bytes("[[rule]]\nquery = 'Zürich'\n".encode("latin-1"))
    with pytest.raises(RulesInvalid, match=r"rules.toml:2:11: this is not UTF-8"):
        load_rulebook(path)


def test_a_folder_in_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(RulesInvalid, match="cannot be read"):
        load_rulebook(path)


@pytest.mark.parametrize(
    ("keys", "line", "sentence"),
    [
        ("", 4, "needs a query, or keywords"),
        ('query = "x"\nkeywords = ["y"]', 7, "not both"),
        ('query = "  "', 6, "what to look for"),
        ("query = 5", 6, "what to look for"),
        ("keywords = []", 6, "keywords is empty"),
        ('keywords = "one"', 6, 'a list: ["one"]'),
        ('keywords = ["one", 2]', 6, "a list of texts"),
        ('keywords = ["one", " "]', 6, "without empty texts"),
        ('query = "x"\nseverity = "hi"', 7, 'did you mean "high"?'),
        ('query = "x"\nfields = ["titel"]', 7, '"titel" is none'),
        ('query = "x"\nfields = []', 7, "at least one field"),
        ('query = "x"\ncolor = 3', 7, "a colour"),
        ('query = "x"\ntags = "port"', 7, 'a list: ["port"]'),
        ('query = "x"\nlanguages = ["English please"]', 7, '"English please" is none'),
        ('query = "x"\nfeeds = ["wires"]', 7, '"wires" is neither'),
        ('query = "x"\nquiet = "night"', 7, "a table: {"),
        ('query = "x"\nquiet = { from = "23:00" }', 7, 'quiet needs "to" too'),
        ('query = "x"\nquiet = { from = "25:00", to = "06:00" }', 7, "quiet.from = 25:00"),
        ('query = "x"\nquiet = { from = "23:00", to = "06:00", tz = "Kyiv" }', 7, "a time zone"),
        ('query = "x"\nquiet = { from = "23:00", to = "06:00", then = "drop" }', 7, "quiet.then = drop"),
        ('query = "x"\nthrottle = { per = "10m" }', 7, 'throttle needs "max" too'),
        ('query = "x"\nthrottle = { per = "often", max = 1 }', 7, "a number with a unit"),
        ('query = "x"\nthrottle = { per = "1m", max = 0 }', 7, "a whole number from 1"),
        ('query = "x"\nescalate = "loud if many"', 7, "critical if publishers >= 3 in 60m"),
        ('query = "x"\nescalate = "high if publishers >= 3 in an hour"', 7, "a number with a unit"),
        ('query = "x"\nfulltext = "yes"', 7, "true or false"),
        ('query = "x"\nexpires = "2027-01-01"', 7, "a date without quotes"),
        ('query = "x"\nexpires = 12:00:00', 7, "a date without quotes"),
        ('query = "x"\nenabled = 1', 7, "true or false"),
        ('query = "x"\nmust = "case"', 7, "a list"),
        ('query = "x"\nname = 3', 7, "text in quotes"),
    ],
)
def test_a_rule_with_a_wrong_value_is_off_and_the_others_live(path: Path, keys: str, line: int, sentence: str) -> None:
    text = f'[[rule]]\nid = "good"\nquery = "x"\n[[rule]]\nid = "bad"\n{keys}\n[[rule]]\nid = "fine"\nquery = "y"\n'
    book = load(path, text).book
    assert [rule.id for rule in book.rules] == ["good", "fine"]
    (problem,) = book.problems
    assert problem.rule_id == "bad"
    assert problem.line == line
    assert sentence in problem.message


@pytest.mark.parametrize("written", ['""', "5", '"a\\u001b[31m"', f'"{"x" * 300}"'])
def test_an_id_that_is_none_switches_its_rule_off(path: Path, written: str) -> None:
    book = load(path, f'[[rule]]\nid = {written}\nquery = "x"\n').book
    assert book.rules == ()
    assert book.problems[0].line == 2


def test_a_second_rule_with_the_same_id_is_off_and_can_be_told_from_the_first(path: Path) -> None:
    loaded = load(path, '[[rule]]\nid = "a"\nquery = "x"\n[[rule]]\nid = "a"\nquery = "y"\n')
    assert [rule.query for rule in loaded.book.rules] == ["x"]
    assert loaded.book.problems[0].rule_id == "a-2"
    assert 'the id "a" is taken' in loaded.book.problems[0].message
    loaded = delete_rule(path, loaded.fingerprint, RuleId("a-2"))
    assert path.read_text() == '[[rule]]\nid = "a"\nquery = "x"\n'


def test_a_mute_with_a_wrong_value_is_off_and_told(path: Path) -> None:
    book = load(path, '[[mute]]\nid = "sport"\n[[mute]]\nname = "B"\nquery = "x"\n').book
    assert [(mute.id, mute.name) for mute in book.mutes] == [("b", "B")]
    assert book.problems[0].rule_id == "mute:sport"
    assert "a mute needs a query" in book.problems[0].message


# Writing.


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_saving_a_rule_changes_its_lines_and_no_other_byte(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    draft = RuleDraft("dock*", name="Docks", severity=Severity.CRITICAL)
    rule_id, after = save_rule(path, loaded.fingerprint, draft, RuleId("strike"))
    assert rule_id == "strike"
    assert after == load_rulebook(path)
    gone, come = changed_lines(EVERYTHING, path.read_text())
    assert gone == [
        'name     = "Strike in the harbour"',
        "query    = '''(@harbour NEAR/6 strike*) AND \"dock workers\"",
        "              NOT title:(football OR Cup)'''",
        'severity = "high"',
    ]
    assert come == ['name     = "Docks"', 'query    = "dock*"', 'severity = "critical"']


def test_saving_a_rule_as_it_is_writes_nothing(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    rule = loaded.book.rules[0]
    stamp = path.stat().st_mtime_ns, path.stat().st_ino
    _, after = save_rule(
        path, loaded.fingerprint, RuleDraft(rule.query, rule.name, rule.id, rule.severity), RuleId("strike")
    )
    assert path.read_text() == EVERYTHING
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == stamp
    assert after == loaded


def test_a_new_key_stands_behind_a_key_of_its_own_table_and_before_the_next_comment(path: Path) -> None:
    text = "[[rule]]\n  id = 'a'\n  query = 'x' # why\n  # end of a\n\n# About b\n[[rule]]\nid = 'b'\nquery = 'y'\n"
    loaded = load(path, text)
    save_rule(path, loaded.fingerprint, RuleDraft("x", "A", severity=Severity.HIGH, enabled=False), RuleId("a"))
    assert path.read_text() == text.replace("  id = 'a'\n", "  id = 'a'\n  name = \"A\"\n").replace(
        "# why\n", '# why\n  severity = "high"\n  enabled = false\n'
    )


def test_a_new_rule_comes_last_without_what_is_said_already(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    rule_id, after = save_rule(path, loaded.fingerprint, RuleDraft("tug boat", severity=Severity.LOW), None)
    assert rule_id == "tug-boat"
    assert path.read_text() == EVERYTHING + '\n[[rule]]\nid = "tug-boat"\nquery = "tug boat"\n'
    assert after.book.rules[-1].severity is Severity.LOW


def test_a_query_takes_the_place_of_keywords(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    _, after = save_rule(path, loaded.fingerprint, RuleDraft("tug", severity=Severity.LOW), RuleId("quick"))
    assert after.book.rules[1].keywords == ()
    assert path.read_text().endswith('id = "quick"\nquery = "tug"     # the simplest form\n')


def test_keywords_that_nobody_changed_stay_keywords(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    rule = loaded.book.rules[1]
    _, after = save_rule(path, loaded.fingerprint, RuleDraft(rule.text, "Quick", severity=Severity.LOW), rule.id)
    assert after.book.rules[1].keywords == rule.keywords
    assert path.read_text() == EVERYTHING.replace('id = "quick"\n', 'id = "quick"\nname = "Quick"\n')


def test_a_rule_with_query_and_keywords_is_mended_by_saving_it(path: Path) -> None:
    loaded = load(path, '[[rule]]\nid = "a"\nquery = "x"\nkeywords = ["y"] # or these\n')
    _, after = save_rule(path, loaded.fingerprint, RuleDraft("z"), RuleId("a"))
    assert after.book.problems == ()
    assert path.read_text() == '[[rule]]\nid = "a"\nquery = "z"\n # or these\n'


def test_a_name_that_was_cleared_goes(path: Path) -> None:
    loaded = load(path, '[[rule]]\nid = "a"\nname = "A"\nquery = "x"\n')
    save_rule(path, loaded.fingerprint, RuleDraft("x"), RuleId("a"))
    assert path.read_text() == '[[rule]]\nid = "a"\nquery = "x"\n'


def test_a_changed_id_is_written_and_one_that_is_taken_refused(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    draft = RuleDraft("tug", id="tug", severity=Severity.LOW)
    rule_id, loaded = save_rule(path, loaded.fingerprint, draft, RuleId("quick"))
    assert rule_id == "tug"
    assert [rule.id for rule in loaded.book.rules] == ["strike", "tug"]
    with pytest.raises(RuleRefused, match='there is a rule "strike" already'):
        save_rule(path, loaded.fingerprint, RuleDraft("x", id="strike"), RuleId("tug"))
    with pytest.raises(RuleRefused, match='there is a rule "strike" already'):
        save_rule(path, loaded.fingerprint, RuleDraft("x", id="strike"), None)


def test_a_rule_that_does_not_exist_is_refused(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    for edit in (
        lambda: save_rule(path, loaded.fingerprint, RuleDraft("x"), RuleId("gone")),
        lambda: set_enabled(path, loaded.fingerprint, RuleId("gone"), enabled=True),
        lambda: delete_rule(path, loaded.fingerprint, RuleId("gone")),
    ):
        with pytest.raises(RuleRefused, match='has no rule "gone"'):
            edit()
    assert path.read_text() == EVERYTHING


def test_an_empty_query_is_refused(path: Path) -> None:
    with pytest.raises(RuleRefused, match="the query is empty"):
        save_rule(path, load_rulebook(path).fingerprint, RuleDraft(" \u200b\n"), None)
    assert not path.exists()


def test_a_rule_whose_other_keys_are_wrong_is_refused_with_the_line_to_mend(path: Path) -> None:
    loaded = load(path, '[[rule]]\nid = "a"\nquery = "x"\ntags = "y"\n')
    with pytest.raises(RuleRefused, match=r"rules.toml:4: tags = y: write a list"):
        save_rule(path, loaded.fingerprint, RuleDraft("z"), RuleId("a"))


def test_a_file_that_changed_since_it_was_read_is_not_overwritten_and_the_difference_is_shown(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    path.write_text(EVERYTHING.replace("Olena", "Taras"))
    for edit in (
        lambda: save_rule(path, loaded.fingerprint, RuleDraft("x"), RuleId("quick")),
        lambda: set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=False),
        lambda: delete_rule(path, loaded.fingerprint, RuleId("quick")),
        lambda: write_missing_ids(path, loaded.fingerprint),
    ):
        with pytest.raises(FileChanged, match="nothing was written"):
            edit()
    assert "Taras" in path.read_text()
    shown = difference(loaded, path)
    assert "-# The desk's rules. Ask Olena before you touch them." in shown
    assert "+# The desk's rules. Ask Taras before you touch them." in shown


def test_a_file_that_no_longer_reads_is_not_touched(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    path.write_text("[[rule")
    with pytest.raises(FileChanged):
        set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=False)
    assert path.read_text() == "[[rule"


def test_switching_off_and_on_again_gives_the_same_file(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    loaded = set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=False)
    assert not loaded.book.rules[1].enabled
    assert path.read_text() == EVERYTHING.replace('id = "quick"\n', 'id = "quick"\n').replace(
        "# the simplest form\n", "# the simplest form\nenabled = false\n"
    )
    loaded = set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=True)
    assert loaded.book.rules[1].enabled
    assert path.read_text() == EVERYTHING


def test_a_rule_that_is_wrong_can_still_be_switched_off_and_deleted(path: Path) -> None:
    loaded = load(path, '[[rule]]\nid = "a"\nseverity = "hi"\n')
    loaded = set_enabled(path, loaded.fingerprint, RuleId("a"), enabled=False)
    assert "enabled = false" in path.read_text()
    delete_rule(path, loaded.fingerprint, RuleId("a"))
    assert path.read_text() == ""


def test_deleting_a_rule_leaves_the_comments_between_rules(path: Path) -> None:
    loaded = load(path, EVERYTHING)
    loaded = delete_rule(path, loaded.fingerprint, RuleId("strike"))
    assert [rule.id for rule in loaded.book.rules] == ["quick"]
    start, stop = EVERYTHING.index("[[rule]]"), EVERYTHING.index("# Mutes below.")
    assert path.read_text() == EVERYTHING[:start] + EVERYTHING[stop:]


def test_deleting_a_rule_takes_its_sub_tables_wherever_they_stand(path: Path) -> None:
    text = '[[rule]]\nid = "a"\nquery = "x"\n[[mute]]\nid = "m"\nquery = "y"\n[rule.throttle]\nper = "1m"\nmax = 1\n'
    loaded = load(path, text)
    assert loaded.book.rules[0].throttle == Throttle(60, 1)
    delete_rule(path, loaded.fingerprint, RuleId("a"))
    assert path.read_text() == '[[mute]]\nid = "m"\nquery = "y"\n'


def test_missing_ids_are_written_once_and_stay(path: Path) -> None:
    text = '[[rule]] # first\nname = "A b"\nquery = "x"\n\n[[mute]]\nquery = "sport"\n[[rule]]\nid = "c"\nquery = "y"'
    loaded = load(path, text)
    before = [rule.id for rule in loaded.book.rules]
    loaded = write_missing_ids(path, loaded.fingerprint)
    assert [rule.id for rule in loaded.book.rules] == before
    assert (
        path.read_text()
        == text.replace("# first\n", '# first\nid = "a-b"\n').replace("[[mute]]\n", '[[mute]]\nid = "sport"\n') + "\n"
    )
    assert write_missing_ids(path, loaded.fingerprint) == loaded


def test_line_ends_and_byte_order_mark_of_another_system_stay(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbf[[rule]]\r\nid = "a"\r\nquery = "x"\r\n')
    loaded = load_rulebook(path)
    _, after = save_rule(path, loaded.fingerprint, RuleDraft('"p"\nOR q', "A"), RuleId("a"))
    assert after.book.rules[0].query == '"p"\nOR q'
    assert path.read_bytes() == (
        b"\xef\xbb\xbf[[rule]]\r\nid = \"a\"\r\nname = \"A\"\r\nquery = '''\"p\"\r\nOR q'''\r\n"
    )


def test_rules_in_one_array_are_read_but_not_edited(path: Path) -> None:
    text = 'rule = [{ id = "a", query = "x" }]\n'
    loaded = load(path, text)
    assert [rule.id for rule in loaded.book.rules] == ["a"]
    for edit in (
        lambda: save_rule(path, loaded.fingerprint, RuleDraft("y"), RuleId("a")),
        lambda: save_rule(path, loaded.fingerprint, RuleDraft("y"), None),
        lambda: delete_rule(path, loaded.fingerprint, RuleId("a")),
    ):
        with pytest.raises(RuleRefused, match=r"write each below a line \[\[rule\]\] first"):
            edit()
    assert path.read_text() == text


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text(EVERYTHING)
    target.chmod(0o640)
    path.symlink_to(target)
    loaded = load_rulebook(path)
    set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=False)
    assert path.is_symlink()
    assert "enabled = false" in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(path, EVERYTHING)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere, so it is asked to pretend
    with pytest.raises(RuleRefused) as caught:
        set_enabled(path, loaded.fingerprint, RuleId("quick"), enabled=False)
    assert str(path) in str(caught.value)
    assert "chmod u+w" in str(caught.value)
    assert path.read_text() == EVERYTHING


QUERIES = st.text(st.sampled_from("abc \n'\"\\#=[]{}*/@北é\t") | st.characters(codec="utf-8"), max_size=60)


@given(QUERIES | st.booleans())
def test_a_written_value_reads_back(value: Written) -> None:
    assert isinstance(value, get_args(Written))
    assert tomllib.loads(f"v = {rendered(value)}") == {"v": value}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("dock workers", '"dock workers"'),
        ('"dock workers" OR x', "'\"dock workers\" OR x'"),
        (r"/\bdock\b/", r"'/\bdock\b/'"),
        ('it\'s "x"', "'''it's \"x\"'''"),
        ('"a"\nOR b', "'''\"a\"\nOR b'''"),
        ("a\nOR b", '"""a\nOR b"""'),
    ],
)
def test_a_query_is_written_so_that_a_person_can_read_it(value: str, written: str) -> None:
    assert rendered(value) == written


@settings(max_examples=60)
@given(query=QUERIES, name=st.text(max_size=30), severity=st.sampled_from(Severity), enabled=st.booleans())
def test_any_draft_is_saved_as_it_is_or_refused(
    tmp_path_factory: pytest.TempPathFactory, query: str, name: str, severity: Severity, *, enabled: bool
) -> None:
    path = tmp_path_factory.mktemp("rules") / "rules.toml"
    loaded = load(path, EVERYTHING)
    draft = RuleDraft(query, name, severity=severity, enabled=enabled)
    for replaces in (None, RuleId("strike"), RuleId("quick")):
        if not plain_query(query):
            with pytest.raises(RuleRefused):
                save_rule(path, loaded.fingerprint, draft, replaces)
            continue
        rule_id, loaded = save_rule(path, loaded.fingerprint, draft, replaces)
        (saved,) = [rule for rule in loaded.book.rules if rule.id == rule_id]
        assert saved.query == plain_query(query)
        assert (saved.severity, saved.enabled) == (severity, enabled)
        assert "# both spellings" in path.read_text()
        assert loaded == load_rulebook(path)


def test_ten_thousand_rules_are_read_edited_and_written(path: Path) -> None:
    text = "".join(f"[[rule]]\nid = 'r{n}'\nquery = 'word{n} NEAR/5 \"a b\"'\ntags = ['x']\n" for n in range(10_000))
    loaded = load(path, text)
    assert len(loaded.book.rules) == 10_000
    save_rule(path, loaded.fingerprint, RuleDraft("other"), RuleId("r5000"))
    assert path.read_text() == text.replace("'word5000 NEAR/5 \"a b\"'", '"other"')


# Tags.


def test_tags_of_a_draft_are_written_changed_and_taken_out(path: Path) -> None:
    text = '[[rule]]\nid = "a"\nquery = "x"\n# what follows\n'
    loaded = load(path, text)
    _, loaded = save_rule(path, loaded.fingerprint, RuleDraft("x", id="a", tags=("b", " c ", "b")), RuleId("a"))
    assert path.read_text() == '[[rule]]\nid = "a"\nquery = "x"\ntags = ["b", "c"]\n# what follows\n'
    assert loaded.book.rules[0].tags == ("b", "c")
    _, loaded = save_rule(path, loaded.fingerprint, RuleDraft("y", id="a"), RuleId("a"))
    assert loaded.book.rules[0].tags == ("b", "c")
    save_rule(path, loaded.fingerprint, RuleDraft("x", id="a", tags=()), RuleId("a"))
    assert path.read_text() == text


def test_a_problem_has_line_and_column(path: Path) -> None:
    (problem,) = load(path, '[[rule]]\nid = "a"\nquery = "x"\n  severity = "loud"').book.problems
    assert (problem.line, problem.column) == (4, 3)


def test_nul_in_a_query_switches_its_rule_off(path: Path) -> None:
    book = load(path, '[[rule]]\nid = "a"\nquery = "x\\u0000"\n[[rule]]\nid = "b"\nquery = "x"').book
    assert [problem.rule_id for problem in book.problems] == ["a"]
    assert [rule.id for rule in book.rules] == ["b"]
