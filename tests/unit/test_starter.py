"""The starter files: what an empty home gets is whole, readable, and means what it says."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from newswatch import starter
from newswatch.config import Settings, read_settings
from newswatch.errors import RulesInvalid
from newswatch.match.matcher import compile_book
from newswatch.match.ruleschema import read_book
from newswatch.model.rule import Rule, RuleBook, Severity
from newswatch.tomlfile import parse_toml

ROOT = Path(__file__).parents[2]
FOLDERS = [
    "World wires and broadcasters",
    "Ukraine and Russia",
    "Koreas and Indo-Pacific",
    "Defence and security",
    "Humanitarian and UN",
    "Markets",
    "Science",
    "Technology",
]
OUR_LANGUAGES = {"en", "uk", "ru", "ko", "ja", "de", "fr", "es"}


def _root() -> ET.Element:
    return ET.fromstring(starter.feeds_opml())  # noqa: S314 - our own file, without a DOCTYPE (tested below)


def _feeds() -> list[ET.Element]:
    return _root().findall("body/outline/outline")


def _book() -> RuleBook:
    return read_book(parse_toml(starter.rules_toml(), Path("rules.toml"), RulesInvalid))


def _rule(rule_id: str) -> Rule:
    return next(rule for rule in _book().rules if rule.id == rule_id)


def test_the_feeds_are_the_file_at_the_top_of_the_checkout() -> None:
    assert starter.feeds_opml() == (ROOT / "feeds.opml").read_bytes()


def test_the_opml_is_version_2_in_utf_8_without_a_doctype() -> None:
    assert _root().tag == "opml"
    assert _root().get("version") == "2.0"
    assert _root().findtext("head/title")
    assert "<!DOCTYPE" not in starter.feeds_opml().decode("utf-8")


def test_the_folders_stand_in_their_order_and_none_is_thin() -> None:
    folders = _root().findall("body/outline")
    assert [folder.get("text") for folder in folders] == FOLDERS
    assert [folder.get("title") for folder in folders] == FOLDERS
    assert all(len(folder) >= 8 for folder in folders)
    assert not any(len(feed) for feed in _feeds())


def test_there_are_feeds_enough_to_begin_with() -> None:
    assert len(_feeds()) >= 75


@pytest.mark.parametrize("feed", _feeds(), ids=lambda feed: feed.get("text"))
def test_a_feed_says_all_there_is_to_say(feed: ET.Element) -> None:
    assert set(feed.keys()) == {"type", "text", "title", "xmlUrl", "htmlUrl", "language"}
    assert feed.get("type") == "rss"
    assert feed.get("text") == feed.get("title")
    language = feed.get("language") or ""
    assert re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language)
    assert language[:2] in OUR_LANGUAGES
    for key in ("xmlUrl", "htmlUrl"):
        address = urlsplit(feed.get(key) or "")
        assert address.scheme in ("http", "https")
        assert "." in (address.hostname or "")
        assert address.username is None
        assert address.password is None


def test_no_address_and_no_name_stands_twice() -> None:
    bare = [re.sub(r"^https?://(www\.)?", "", feed.get("xmlUrl") or "").rstrip("/").casefold() for feed in _feeds()]
    names = [feed.get("text") for feed in _feeds()]
    assert [address for address, times in Counter(bare).items() if times > 1] == []
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_dead_services_are_not_among_the_feeds() -> None:
    hosts = {urlsplit(feed.get("xmlUrl") or "").hostname for feed in _feeds()}
    assert hosts.isdisjoint({"feeds.reuters.com", "feeds.feedburner.com", "pipes.yahoo.com", "rss.cnn.com"})


def test_every_language_of_the_rules_is_among_the_feeds() -> None:
    assert {(feed.get("language") or "")[:2] for feed in _feeds()} == OUR_LANGUAGES


def test_where_each_feed_was_found_is_written_down() -> None:
    page = (ROOT / "docs" / "feeds-sources.md").read_text(encoding="utf-8")
    rows = {row.split(" | ")[1]: row.split(" | ")[2] for row in page.splitlines() if row.count(" | ") == 2}
    assert [feed.get("text") for feed in _feeds() if not rows.get(feed.get("xmlUrl") or "", "").strip(" |")] == []


def test_the_rules_are_read_without_a_problem() -> None:
    book = _book()
    assert book.problems == ()
    assert 7 <= len(book.rules) <= 10
    assert {"zelensky", "dprk"} <= set(book.aliases)


def test_north_korean_troops_come_first_and_are_critical() -> None:
    first = _book().rules[0]
    assert (first.id, first.severity) == ("dprk-troops", Severity.CRITICAL)


def test_the_rules_use_every_severity() -> None:
    assert {rule.severity for rule in _book().rules} == set(Severity)


def test_each_rule_has_a_name_and_examples_both_ways() -> None:
    for rule in _book().rules:
        assert rule.name, rule.id
        assert len(rule.must) >= 2, rule.id
        assert len(rule.must_not) >= 2, rule.id


def test_each_alias_in_a_rule_is_defined_and_each_that_is_defined_is_used() -> None:
    book = _book()
    assert {name for rule in book.rules for name in re.findall(r"@([\w-]+)", rule.text)} == set(book.aliases)


def test_one_rule_shows_the_simplest_form() -> None:
    press = _rule("press")
    assert press.query == ""
    assert press.keywords


def test_the_settings_say_nothing_until_a_line_is_freed() -> None:
    settings = read_settings(starter.settings_toml(), Path("settings.toml"))
    assert set(settings.sources.values()) == {"default"}
    assert settings.notify == {}


def test_the_settings_show_each_key_with_its_default() -> None:
    freed = re.sub(r'^# (?=\[|"?[a-z_.]+"? *= )', "", starter.settings_toml().decode("utf-8"), flags=re.MULTILINE)
    settings = read_settings(freed.encode("utf-8"), Path("settings.toml"))
    usual = Settings()
    assert (settings.polling, settings.store) == (usual.polling, usual.store)
    assert (settings.ui.theme, settings.ui.icons, settings.ui.timezone) == (
        usual.ui.theme,
        usual.ui.icons,
        usual.ui.timezone,
    )
    assert "default" not in settings.sources.values()


def test_the_settings_hold_no_key_that_is_not_explained() -> None:
    lines = [
        line for line in starter.settings_toml().decode("utf-8").splitlines() if re.match(r'# "?[a-z_.]+"? *= ', line)
    ]
    assert [line for line in lines if "  # " not in line and not line.startswith("# kind")] == []


def test_each_file_is_text_that_tools_like() -> None:
    for data in (starter.feeds_opml(), starter.rules_toml(), starter.settings_toml()):
        assert data.endswith(b"\n")
        assert b"\r" not in data
        assert b"\t" not in data
        assert not data.startswith(b"\xef\xbb\xbf")
    tomllib.loads(starter.rules_toml().decode("utf-8"))
    tomllib.loads(starter.settings_toml().decode("utf-8"))


def test_the_copy_in_a_wheel_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "feeds.opml").write_bytes(b"<opml/>")
    monkeypatch.setattr(starter, "files", lambda _package: tmp_path)
    assert starter.feeds_opml() == b"<opml/>"


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "files", lambda _package: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"rules\.toml is missing .* install newswatch again"):
        starter.rules_toml()


def test_every_starter_rule_is_live_and_holds_its_own_examples() -> None:
    matcher = compile_book(_book())
    assert matcher.problems == ()
    assert len(matcher.rules) == len(_book().rules)
    assert matcher.rules[0].id == "dprk-troops"
