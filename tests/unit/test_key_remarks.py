"""What a person is told at the start about `[ui.keys]`, with its place; and that every setting has a meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswatch.cli.in_force import DEMO, setting_rows
from newswatch.cli.options import Options
from newswatch.cli.screen import key_remarks
from newswatch.config import read_settings
from newswatch.errors import SettingsInvalid

PATH = Path("settings.toml")


def remarks(text: str) -> list[str]:
    return key_remarks(read_settings(text.encode(), PATH), PATH)


def test_an_action_that_does_not_exist_stops_the_start_with_its_line() -> None:
    with pytest.raises(SettingsInvalid, match=r'did you mean "hit\.ack"') as mistake:
        remarks('[ui.keys]\n"hit.star" = "x"\n"hit.akc" = "y"\n')
    assert mistake.value.line == 3


def test_a_key_that_is_taken_from_another_action_is_said_with_its_line() -> None:
    assert remarks('[ui.keys]\n"hit.ack" = "s"\n') == ['settings.toml:2: "s" is ack now; star has no key left']


def test_no_keys_no_remarks() -> None:
    assert remarks("") == []


def test_the_places_of_the_demo_come_from_the_demo(tmp_path: Path) -> None:
    rows = setting_rows(Options(tmp_path), DEMO)
    assert {row.source for row in rows if row.key.startswith("path.")} == {"the demo"}


def test_every_setting_says_what_it_means_and_how_it_is_changed(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[ui.keys]\n"hit.ack" = "x"\n[notify.desk]\nkind = "webhook"\n')
    rows = setting_rows(Options(tmp_path), "COMMANDLINE")
    assert {"polling.interval", "ui.theme", "ui.keys.hit.ack", "notify.desk.kind"} <= {row.key for row in rows}
    assert [row.key for row in rows if not (row.about and row.change)] == []
    assert next(row.source for row in rows if row.key == "ui.keys.hit.ack") == "settings.toml:2"
