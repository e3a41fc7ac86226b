"""The files that a first run makes: what was chosen, whole and valid, and nothing written over."""

from __future__ import annotations

import stat
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch import starter
from newswatch.cli.home import is_fresh
from newswatch.engine.api.first_run import Choice, Watch
from newswatch.engine.first_run import FreshHome, feeds_file, rules_file
from newswatch.engine.probe import Probe
from newswatch.errors import RulesInvalid, StoreError
from newswatch.feeds.opml import load_feeds, read_opml
from newswatch.match.matcher import compile_book
from newswatch.match.rulefile import load_rulebook
from newswatch.match.ruleschema import read_book
from newswatch.model.rule import RuleBook
from newswatch.paths import Paths, find_paths
from newswatch.testing import build
from newswatch.tomlfile import parse_toml

TROOPS = Watch("North Korean troops", '"North Korean troops"')


def no_probe() -> AbstractAsyncContextManager[Probe]:
    raise AssertionError("nothing is fetched here")


def home_in(folder: Path) -> tuple[FreshHome, Paths]:
    paths = find_paths(folder / "new" / "home", {})
    return FreshHome(paths, no_probe), paths


def book_of(choice: Choice) -> RuleBook:
    return read_book(parse_toml(rules_file(choice), Path("rules.toml"), RulesInvalid))


async def test_the_defaults_are_the_starter_files_as_they_are(tmp_path: Path) -> None:
    home, paths = home_in(tmp_path)
    written = await home.write(Choice())
    assert paths.rules.read_bytes() == starter.rules_toml()
    assert paths.feeds.read_bytes() == starter.feeds_opml()
    assert paths.settings.read_bytes() == starter.settings_toml()
    assert paths.secrets.read_bytes() == starter.secrets_toml()
    assert [Path(file.path) for file in written] == [paths.rules, paths.feeds, paths.settings, paths.secrets]
    assert all(file.is_new for file in written)
    assert stat.S_IMODE(paths.feeds.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.data.stat().st_mode) == 0o700


async def test_a_file_that_came_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    home, paths = home_in(tmp_path)
    paths.rules.parent.mkdir(parents=True)
    paths.rules.write_text("version = 1\n", "utf-8")
    written = await home.write(Choice(watches=(TROOPS,)))
    assert paths.rules.read_text("utf-8") == "version = 1\n"
    assert [file.is_new for file in written] == [False, True, True, True]


async def test_a_folder_that_cannot_be_made_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("in the way", "utf-8")
    home, _ = home_in(tmp_path)
    with pytest.raises(StoreError, match="new"):
        await home.write(Choice())
    assert home.written == ()


def test_own_words_become_rules_under_the_starters_heading() -> None:
    choice = Choice(watches=(TROOPS, replace(TROOPS, query='"N. Korean troops"')))
    text = rules_file(choice).decode("utf-8")
    book = book_of(choice)
    assert [(rule.id, rule.text) for rule in book.rules] == [
        ("north-korean-troops", '"North Korean troops"'),
        ("north-korean-troops-2", '"N. Korean troops"'),
    ]
    assert not book.problems
    assert "dprk" in book.aliases
    assert text.startswith("# What newswatch watches for.")
    assert "Troops, in the words of each language" not in text
    compile_book(book)


def test_own_words_beside_the_starter_rules_take_no_id_of_theirs() -> None:
    starters = len(book_of(Choice()).rules)
    book = book_of(Choice(watches=(Watch("quake", "quake"),), and_starter=True))
    assert len(book.rules) == starters + 1
    assert book.rules[-1].id == "quake-2"
    assert not book.problems


@pytest.mark.parametrize("query", ['"a\\\\b"', "{US}", "/x+'''y/", "title:“Über-Maß”"])
def test_any_query_reads_back_as_it_was(query: str) -> None:
    (rule,) = book_of(Choice(watches=(Watch("x", query),))).rules
    assert rule.text == query


def test_packs_that_are_not_wanted_leave_whole_and_the_others_stay_byte_for_byte() -> None:
    source = feeds_file(Choice(packs=("Markets", "Science")))
    folders = {feed.folder[0] for feed in read_opml(source, is_own=True).found}
    assert folders == {"Markets", "Science"}
    lines = starter.feeds_opml().decode("utf-8").splitlines()
    assert all(line in lines for line in source.decode("utf-8").splitlines())


def test_a_feed_of_ones_own_stands_alone_where_no_pack_is_wanted() -> None:
    mine = build.feed("http://127.0.0.1:8080/rss", name="Intern", allow_private=True)
    source = feeds_file(Choice(packs=(), feeds=(mine,)))
    assert [feed.url for feed in read_opml(source, is_own=True).found] == [mine.url]
    assert b"starter" not in source


def test_the_packs_are_the_folders_of_the_starter_feeds(tmp_path: Path) -> None:
    home, _ = home_in(tmp_path)
    assert sum(len(pack.feeds) for pack in home.packs) == len(read_opml(starter.feeds_opml(), is_own=True).found)
    assert home.packs[0].name == "World wires and broadcasters"
    assert "North Korean troops" in home.rules
    assert not (tmp_path / "new").exists()


async def test_a_home_is_fresh_until_it_has_a_file_or_a_history(tmp_path: Path) -> None:
    home, paths = home_in(tmp_path)
    assert is_fresh(paths)
    await home.write(Choice(watches=(TROOPS,)))
    assert not is_fresh(paths)
    for path in (paths.rules, paths.feeds, paths.settings):
        path.unlink()
    assert is_fresh(paths)
    (paths.data / "history.journal").write_bytes(b"")
    assert not is_fresh(paths)


async def test_what_is_written_is_what_the_engine_reads(tmp_path: Path) -> None:
    home, paths = home_in(tmp_path)
    await home.write(Choice(watches=(TROOPS,), packs=("Markets",)))
    assert len(load_rulebook(paths.rules).book.rules) == 1
    assert {feed.folder[0] for feed in load_feeds(paths.feeds).feeds} == {"Markets"}
