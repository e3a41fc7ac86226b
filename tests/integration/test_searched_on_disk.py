"""What stands on the disk of rules that were searched for: over starts, damage, imports and backups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newswatch.cli.main import cli
from newswatch.engine import history_search
from newswatch.engine.local import LocalEngine
from newswatch.engine.rematch import Rematch
from newswatch.errors import StoreError
from newswatch.model.rule import Rule, RuleId
from newswatch.model.ruleform import RuleForm
from newswatch.store.api import Transaction
from newswatch.store.backup import back_up
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.testing import build
from newswatch.testing.documents import Item, rss
from newswatch.testing.server import FeedServer, Reply
from tests.failing_disk import FailingDisk, QuickDisk
from tests.integration.conftest import RULES, World

FORMS = (RuleForm(RuleId("dprk-troops"), "1"), RuleForm(RuleId("grain"), "2"))
EDITED = RULES.replace("North Korean troops", "grain")


def searched(folder: Path) -> Mapping[RuleId, str]:
    """What stands on the disk."""
    store = TinyStore.read(folder)
    forms = store.searched()
    store.close()
    return forms


def filled(folder: Path) -> None:
    """A history that says of two rules that they were searched for."""
    store = TinyStore.open(folder, disk=QuickDisk())
    entry = build.entry("North Korean troops seen in Kursk")
    store.commit(Transaction((entry,), (), (build.identity(entry),), searched=FORMS))
    store.close()


async def start(world: World) -> list[str]:
    """One start of the engine, a round of checks, and its end; the titles of the hits there are then."""
    engine = LocalEngine(world.home, clock=world.clock, open_pages=world.open_pages)
    async with engine.opened():
        await engine.poll_once()
        return [story.lead.entry.title for story in engine.snapshot().stories]


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The rules of each search that is begun."""
    begun: list[list[str]] = []

    class Counted(Rematch):
        def __init__(self, rules: tuple[Rule, ...], *more: Any) -> None:
            begun.append([rule.id for rule in rules])
            super().__init__(rules, *more)

    monkeypatch.setattr(history_search, "Rematch", Counted)
    return begun


async def test_a_second_start_searches_for_nothing_and_writes_nothing(world: World, searches: list[list[str]]) -> None:
    async with FeedServer() as server:
        server.answer("/rss", [Reply.feed(rss("D", [Item("North Korean troops seen in Kursk", "/1")]))])
        world.feeds(server.url("/rss"))
        assert len(await start(world)) == 1
        assert searches == [["dprk-troops"]]
        world.feeds()
        before = (world.home.data / FILE_NAME).read_bytes()
        assert len(await start(world)) == 1
        assert searches == [["dprk-troops"]]
        assert (world.home.data / FILE_NAME).read_bytes() == before


async def test_a_rule_edited_while_nothing_runs_is_searched_for_once(world: World, searches: list[list[str]]) -> None:
    filled(world.home.data)
    world.feeds()
    world.home.rules.write_text(EDITED, "utf-8")
    await start(world)
    world.home.rules.write_text(RULES, "utf-8")
    assert await start(world) == ["North Korean troops seen in Kursk"]
    await start(world)
    assert searches == [["dprk-troops"]] * 2


def test_what_says_so_outlives_compaction_and_a_backup_brings_its_own(tmp_path: Path) -> None:
    filled(tmp_path)
    backup = back_up(tmp_path / FILE_NAME, build.at(-60))
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(Transaction(entries=(build.entry("Ferry"),), unsearched=(FORMS[0].rule_id,)))
    store.compact()
    store.close()
    assert searched(tmp_path) == {"grain": "2"}
    restored = CliRunner().invoke(cli, ["--home", str(tmp_path), "db", "restore", str(backup.path)])
    assert restored.exit_code == 0, restored.output
    assert searched(tmp_path) == {"dprk-troops": "1", "grain": "2"}


def test_damage_takes_all_of_it_back_for_good(tmp_path: Path) -> None:
    filled(tmp_path)
    store = TinyStore.open(tmp_path, disk=QuickDisk())
    store.commit(Transaction(entries=(build.entry("Ferry"),)))
    store.close()
    path = tmp_path / FILE_NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:-1], b"00000000" + lines[-1][8:]]))
    TinyStore.open(tmp_path, disk=QuickDisk()).close()
    assert searched(tmp_path) == {}


def test_a_history_that_was_set_aside_is_searched_again(tmp_path: Path) -> None:
    filled(tmp_path)
    back_up(tmp_path / FILE_NAME, build.at(-60))
    (tmp_path / FILE_NAME).write_bytes(b"null")
    TinyStore.open(tmp_path, disk=QuickDisk()).close()
    assert searched(tmp_path) == {}


def test_an_import_takes_all_of_it_back_and_an_export_has_none_of_it(tmp_path: Path) -> None:
    home, other, file = tmp_path / "home", tmp_path / "other", tmp_path / "out.jsonl"
    for folder in (home, other):
        folder.mkdir(0o700)
        (folder / "rules.toml").write_text(RULES, "utf-8")
        filled(folder)
    store = TinyStore.open(other, disk=QuickDisk())
    ferry = build.entry("Ferry")
    store.commit(Transaction((ferry,), (), (build.identity(ferry),)))
    store.close()
    run = CliRunner()
    said = run.invoke(cli, ["--home", str(other), "export", str(file)])
    assert said.exit_code == 0, said.output
    assert b"searched" not in file.read_bytes()
    took = run.invoke(cli, ["--home", str(home), "import", str(file)])
    assert took.exit_code == 0, took.output
    assert searched(home) == {}
    store = TinyStore.read(home)
    assert {entry.title for entry in store.entries()} == {"North Korean troops seen in Kursk", "Ferry"}
    store.close()


def test_a_full_disk_holds_what_is_taken_back_before_what_came_with_it(tmp_path: Path) -> None:
    filled(tmp_path)
    disk = FailingDisk(for_ever=True)
    store = TinyStore.open(tmp_path, disk=disk)
    disk.arm(0)
    held = Transaction(entries=(build.entry("Ferry"),), unsearched=(FORMS[0].rule_id,))
    with pytest.raises(StoreError):
        store.commit(held)
    assert set(store.searched()) == {"dprk-troops", "grain"}
    store.hold(held)
    store.hold(Transaction(searched=(replace(FORMS[0], form="3"),)))
    assert store.searched() == {"dprk-troops": "3", "grain": "2"}
    assert searched(tmp_path) == {"dprk-troops": "1", "grain": "2"}  # as after kill -9
    disk.heal()
    store.save()
    store.close()
    assert searched(tmp_path) == {"dprk-troops": "3", "grain": "2"}
