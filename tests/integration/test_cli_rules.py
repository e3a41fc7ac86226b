"""`newswatch rules …` as a person or a script meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newswatch.cli.main import cli
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build

HANG_S = 60
RULES = """# mine
version = 1

[alias]
korea = ["North Korea*", "DPRK"]

[[rule]]
id = "troops"
name = "Troops"
query = '''
@korea AND (troop* OR soldier*)
NOT title:football
'''
severity = "high"
must = ["North Korean troops seen"]
must_not = ["North Korean football troops", "Kyiv talks"]

[[rule]]
id = "grain"
query = "grain"
enabled = false

[[rule]]
id = "old"
query = "Kursk"
expires = 2020-01-01
"""
LINK = "https://dnipro-wire.example/1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with rules and a history of three entries, one of which is a hit."""
    (tmp_path / "feeds.opml").write_text("<opml version='2.0'><body/></opml>", "utf-8")
    (tmp_path / "settings.toml").write_text("", "utf-8")
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    rule = build.rule("troops", id="troops")
    entries = (
        build.entry("North Korean troops seen in Kursk", link=LINK, source="Yonhap", summary="Soldiers \u200f rest"),
        build.entry("North Korean football troops", seen_at=build.at(-1440)),
        build.entry("Quiet day", seen_at=build.at(-10)),
    )
    store = TinyStore.open(tmp_path)
    store.commit(Transaction(entries=entries, hits=(build.hit(entries[0], rule),)))
    store.close()
    return tmp_path


def ran(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--home", str(home), "rules", *arguments])


def document(home: Path, *arguments: str) -> Any:
    return json.loads(ran(home, *arguments, "--json").stdout)


# list


def test_rules_are_listed_with_what_came_of_them(home: Path) -> None:
    listed = ran(home, "list")
    assert listed.exit_code == 0
    assert [line.split()[:3] for line in listed.stdout.splitlines()] == [
        ["troops", "H", "on"],
        ["grain", "N", "off"],
        ["old", "N", "expired"],
    ]
    first = document(home, "list")[0]
    assert (first["hits"], first["last_hit"], first["state"]) == (1, "2026-11-22T14:30:00Z", "on")


def test_a_broken_rule_is_listed_with_what_is_wrong(home: Path) -> None:
    (home / "rules.toml").write_text(
        '[[rule]]\nid = "a"\nquery = "("\n[[rule]]\nid = "b"\nquery = "x"\nseverity = "loud"\n'
        '[[rule]]\nid = "c"\nquery = "x"\n'
    )
    assert [(row["id"], row["state"]) for row in document(home, "list")] == [
        ("a", "broken"),
        ("c", "on"),
        ("b", "broken"),
    ]
    listed = ran(home, "list").stdout
    assert '"(" is not closed' in listed
    assert "rules.toml:7" in listed


def test_on_an_empty_home_there_are_the_starter_rules(tmp_path: Path) -> None:
    listed = ran(tmp_path / "new", "list")
    assert listed.exit_code == 0
    assert "dprk-troops" in listed.stdout
    assert "starter rules" in listed.stderr


@pytest.mark.parametrize(
    "verb", [["list"], ["add", "x"], ["test", "troops"], ["try", "x"], ["explain", "troops", LINK]]
)
def test_a_file_that_cannot_be_read_is_3_with_its_place(home: Path, verb: list[str]) -> None:
    (home / "rules.toml").write_text('[[rule]]\nid = "a"\nquerry = "x"\n')
    refused = ran(home, *verb)
    assert refused.exit_code == 3
    assert "rules.toml:3:1: unknown key" in refused.stderr
    assert refused.stdout == ""


def test_the_verbs_work_while_a_monitor_holds_the_home(home: Path) -> None:
    store = TinyStore.open(home)
    try:
        assert ran(home, "list").exit_code == 0
        assert ran(home, "try", "troops").exit_code == 0
        assert ran(home, "explain", "troops", LINK).exit_code == 0
        assert ran(home, "add", "Sumy").exit_code == 0
    finally:
        store.close()


# add


def test_a_rule_is_added_at_the_end_and_nothing_else_changes(home: Path) -> None:
    added = ran(
        home,
        "add",
        "Sumy AND drone*",
        "--name",
        "Drones",
        "--severity",
        "low",
        "--tag",
        "ua",
        "--tag",
        "air",
        "--disabled",
    )
    assert added.exit_code == 0
    assert added.stdout == f"drones  {home / 'rules.toml'}\n"
    written = (home / "rules.toml").read_text("utf-8")
    assert written == RULES + (
        '\n[[rule]]\nid = "drones"\nname = "Drones"\nquery = "Sumy AND drone*"\nseverity = "low"\n'
        'tags = ["ua", "air"]\nenabled = false\n'
    )
    assert ran(home, "check").exit_code == 0


def test_what_is_added_comes_with_its_hints(home: Path) -> None:
    added = ran(home, "add", '"North Korea" or Kursk')
    assert added.exit_code == 0
    assert "Operators are upper case: OR" in added.stderr
    assert "Operators" not in added.stdout
    assert document(home, "add", "US")["hints"]


def test_a_mistake_is_shown_with_a_caret_and_nothing_is_written(home: Path) -> None:
    refused = ran(home, "add", "北朝鮮 AND\n titel:Kursk")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [
        'newswatch: unknown field "titel"',
        "   titel:Kursk",
        "   ^",
        "  did you mean title:?",
    ]
    assert (home / "rules.toml").read_text("utf-8") == RULES


@pytest.mark.parametrize("query", ["", "  ", "-x", "@nobody", "a\x00b", "(" * 10_000, "a" * 100_000, "/(/"])
def test_no_bad_query_gets_into_the_file(home: Path, query: str) -> None:
    assert ran(home, "add", "--", query).exit_code == 2
    assert (home / "rules.toml").read_text("utf-8") == RULES


def test_an_id_that_is_taken_is_refused(home: Path) -> None:
    refused = ran(home, "add", "x", "--id", "troops")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "another id" in refused.stderr


# check


def test_a_good_file_is_0_and_says_so(home: Path) -> None:
    checked = ran(home, "check")
    assert checked.exit_code == 0
    assert "3 rules, 0 mistakes" in checked.stderr


def test_a_finding_is_1_with_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "my rules.toml"
    path.write_text('[[rule]]\nid = "a"\nquery = "Kursk titel:x"\n')
    checked = CliRunner().invoke(cli, ["rules", "check", str(path)])
    assert checked.exit_code == 1
    assert checked.stdout == f'{path}:3:16: unknown field "titel"; did you mean title:?\n'
    (error,) = json.loads(CliRunner().invoke(cli, ["rules", "check", str(path), "--json"]).stdout)["errors"]
    assert (error["line"], error["column"], error["rule"]) == (3, 16, "a")


def test_notes_fail_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('[[rule]]\nid = "a"\nquery = "US"\n')
    checked = CliRunner().invoke(cli, ["rules", "check", str(path)])
    assert (checked.exit_code, checked.stdout.split(" ")[1]) == (0, "note:")
    assert CliRunner().invoke(cli, ["rules", "check", "--strict", str(path)]).exit_code == 1


def test_a_file_that_is_no_toml_or_a_folder_is_a_finding_too(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(b'[[rule]]\nquery = "\xff"')
    assert CliRunner().invoke(cli, ["rules", "check", str(tmp_path / "rules.toml")]).exit_code == 1
    assert CliRunner().invoke(cli, ["rules", "check", str(tmp_path)]).exit_code == 1
    assert CliRunner().invoke(cli, ["rules", "check", str(tmp_path / "none.toml")]).exit_code == 2


# try


def test_a_query_is_tried_on_the_history(home: Path) -> None:
    tried = ran(home, "try", "North Korean troops")
    assert tried.exit_code == 0
    assert tried.stdout.startswith("1 hit in 3 entries, 1 story\nphrase 1, all words anywhere 2\n")
    assert LINK in tried.stdout
    found = document(home, "try", "North Korean troops")
    assert (found["hits"], found["near"], found["sources"]) == (1, 1, [["Yonhap", 1]])
    assert found["per_day"] == [["2026-11-21", 0], ["2026-11-22", 1]]
    assert found["examples"][0]["marks"] == [{"field": "title", "start": 0, "end": 19, "text": "North Korean troops"}]


def test_nothing_found_is_1_and_near_misses_are_shown(home: Path) -> None:
    tried = ran(home, "try", "Quiet AND troops")
    assert tried.exit_code == 1
    assert "0 hits in 3 entries" in tried.stdout
    assert "lacks word “troops”" in tried.stdout


def test_a_span_of_time_bounds_the_search(home: Path) -> None:
    assert document(home, "try", "troops", "--since", "2026-11-22T14:00")["hits"] == 1
    assert document(home, "try", "troops", "--since", "2026-11-21")["hits"] == 2
    assert ran(home, "try", "troops", "--since", "1s").exit_code == 1
    assert ran(home, "try", "troops", "--since", "some time").exit_code == 2
    assert ran(home, "try", "troops", "--since", "999999999w").exit_code == 2


def test_a_mistake_in_a_tried_query_is_2(home: Path) -> None:
    refused = ran(home, "try", "troops (")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[1:3] == ["  troops (", "         ^"]


# test


def test_the_examples_of_a_rule_are_shown_with_what_decided(home: Path) -> None:
    tested = ran(home, "test", "troops")
    assert tested.exit_code == 0
    assert tested.stdout.splitlines() == [
        "✓ must      North Korean troops seen",
        "            matches: “North Korean”, “troops”",
        "✓ must_not  North Korean football troops",
        "            excluded by NOT title:football: “football”",
        "✓ must_not  Kyiv talks",
        "            lacks: @korea, troop* OR soldier*",
    ]


def test_a_failing_example_is_1(home: Path) -> None:
    (home / "rules.toml").write_text(
        '[[rule]]\nid = "a"\nquery = "Kursk AND troops"\nmust = ["Kursk"]\nmust_not = ["troops, Kursk"]\n'
    )
    tested = ran(home, "test", "a")
    assert tested.exit_code == 1
    assert "✗ must      Kursk\n            lacks: troops\n" in tested.stdout
    found = document(home, "test", "a")
    assert [row["passed"] for row in found["examples"]] == [False, False]
    assert found["examples"][0]["because"][0]["text"] == "troops"


def test_a_rule_without_examples_passes_and_says_so(home: Path) -> None:
    tested = ran(home, "test", "grain")
    assert (tested.exit_code, tested.stdout) == (0, "")
    assert "no examples" in tested.stderr


def test_an_unknown_rule_is_a_usage_error_with_what_was_meant(home: Path) -> None:
    refused = ran(home, "test", "trops")
    assert refused.exit_code == 2
    assert 'did you mean "troops"?' in refused.stderr


# explain


def test_a_match_and_a_miss_are_explained(home: Path) -> None:
    explained = ran(home, "explain", "troops", "http://www.dnipro-wire.example/1/?utm_source=x")
    assert explained.exit_code == 0
    assert "✓ Troops: matches" in explained.stdout
    assert "✓ @korea = “North Korean”" in explained.stdout
    missed = ran(home, "explain", "grain", LINK)
    assert missed.exit_code == 0
    assert "✗ grain: does not match" in missed.stdout
    assert "but the rule is switched off" in missed.stdout


def test_an_entry_is_found_by_the_id_of_a_hit(home: Path) -> None:
    store = TinyStore.read(home)
    (hit,) = store.hits()
    store.close()
    found = document(home, "explain", "troops", hit.id)
    assert found["match"]
    assert found["entry"]["link"] == LINK
    assert found["clause"]["parts"][0]["text"] == "@korea"
    assert ran(home, "explain", "troops", "https://elsewhere.example/").exit_code == 1


def test_a_rule_for_other_feeds_or_languages_says_so(home: Path) -> None:
    (home / "rules.toml").write_text(
        '[[rule]]\nid = "a"\nquery = "troops"\nlanguages = ["uk"]\n'
        '[[rule]]\nid = "b"\nquery = "troops"\nfeeds = ["tag:wires"]\n'
    )
    assert "the rule is for uk, and this is in en" in ran(home, "explain", "a", LINK).stdout
    assert document(home, "explain", "b", LINK)["outside"].startswith("the rule is for tag:wires")


# Streams.


def newswatch(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "newswatch", "--home", str(home), "rules", *arguments],
        capture_output=True,
        timeout=HANG_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


def test_output_is_utf8_whatever_the_locale(home: Path) -> None:
    said = newswatch(home, "test", "troops", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert said.returncode == 0
    assert said.stdout.decode("utf-8").startswith("✓ must")


@pytest.mark.parametrize("ending", ["| head -c 1", ">&-"])
def test_a_closed_stdout_ends_quietly(home: Path, ending: str) -> None:
    command = f"'{sys.executable}' -m newswatch --home '{home}' rules list {ending}"
    said = subprocess.run(["bash", "-c", command], capture_output=True, timeout=HANG_S, check=False)
    assert said.returncode == 0
    assert said.stderr == b""
