"""`newswatch rules mutes` as a person or a script meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from newswatch.cli.main import cli
from newswatch.model.delivery import RuleMute, StoryMute
from newswatch.model.hit import Held
from newswatch.model.rule import RuleId
from newswatch.store.api import Transaction
from newswatch.store.tiny import TinyStore
from newswatch.testing import build

RULES = """version = 1
[[rule]]
id = "dprk-troops"
name = "Troops"
query = "North Korean troops"

[[mute]]
id = "sport"
name = "Sport pages"
query = 'url:"/sport/" OR football'

[[mute]]
id = "old"
query = '"river day"'
expires = 2020-01-01T00:00:00Z

[[mute]]
id = "half"
query = "(football"

[[mute]]
id = "odd"
query = 7
"""
STORY = build.hit(held=Held.MUTED)
MUTED = build.hit(build.entry("Football troops"), held=Held.MUTED, muted_by="sport")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    (tmp_path / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    store = TinyStore.open(tmp_path)
    story = build.hit(held=Held.MUTED, muted_by=f"story:{STORY.story_id}")
    store.commit(
        Transaction(
            entries=(story.entry, MUTED.entry),
            hits=(story, MUTED),
            mutes=(StoryMute(STORY.story_id, None, build.at()),),
            rule_mutes=(RuleMute(RuleId("dprk-troops"), build.at(-9_999_999), build.at()),),
        )
    )
    store.close()
    return tmp_path


def test_every_mute_is_listed_with_what_it_hid_and_whether_it_still_hides(home: Path) -> None:
    ran = CliRunner().invoke(cli, ["--home", str(home), "rules", "mutes"])
    assert ran.exit_code == 0
    lines = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    assert lines[0] == 'sport on for good 1 hidden url:"/sport/" OR football'
    assert lines[1] == 'old over 2020-01-01 00:00Z 0 hidden "river day"'
    assert lines[2].startswith("rule over")
    assert lines[2].endswith("0 hidden Troops")
    assert lines[3] == f"story on for good 1 hidden {STORY.entry.title}"
    assert lines[4] == "half broken - - (football"
    assert "closed" in lines[5]
    assert lines[6] == "odd broken - -"
    assert lines[7].startswith("rules.toml:23: query = 7")


def test_the_list_is_there_for_scripts(home: Path) -> None:
    ran = CliRunner().invoke(cli, ["--home", str(home), "rules", "mutes", "--json"])
    found = {row["id"]: row for row in json.loads(ran.stdout)}
    assert found["sport"] == {
        "id": "sport",
        "state": "on",
        "kind": "query",
        "subject": 'url:"/sport/" OR football',
        "name": "Sport pages",
        "query": 'url:"/sport/" OR football',
        "until": None,
        "hidden": 1,
        "problem": None,
    }
    assert (found["old"]["kind"], found["old"]["subject"], found["old"]["state"]) == ("phrase", "river day", "over")
    assert (found["rule:dprk-troops"]["state"], found["rule:dprk-troops"]["name"]) == ("over", "Troops")
    assert found["half"]["problem"]


def test_a_home_where_nothing_is_muted_says_so(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["--home", str(tmp_path / "new"), "rules", "mutes"])
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert "nothing is muted" in ran.stderr
