"""One key of settings.toml is written, and everything else stays as the person wrote it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newswatch import starter
from newswatch.config import load_settings
from newswatch.errors import SettingsInvalid, StoreError
from newswatch.settingsfile import save_setting, with_value

PATH = Path("settings.toml")


def themed(text: str) -> str:
    changed = with_value(text.encode(), PATH, ("ui", "theme"), "nord").decode()
    assert tomllib.loads(changed.removeprefix("\ufeff"))["ui"]["theme"] == "nord"
    return changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[ui]\ntheme = "nord"\n'),
        ('[ui]\ntheme = "dracula"  # at night\n', '[ui]\ntheme = "nord"  # at night\n'),
        ("[ui]\ntheme='dracula'\nicons = \"ascii\"\n", '[ui]\ntheme="nord"\nicons = "ascii"\n'),
        ('ui.theme = "dracula"\n', 'ui.theme = "nord"\n'),
        ('ui = { theme = "dracula", icons = "ascii" }\n', 'ui = { theme = "nord", icons = "ascii" }\n'),
        ('[ui]\nicons = "ascii"', '[ui]\ntheme = "nord"\nicons = "ascii"'),
        ("[ui]", '[ui]\ntheme = "nord"\n'),
        ('[store]\nkeep_hits = "9d"', '[store]\nkeep_hits = "9d"\n\n[ui]\ntheme = "nord"\n'),
        ('[ui.keys]\n"hit.ack" = "x"\n', '[ui.keys]\n"hit.ack" = "x"\n\n[ui]\ntheme = "nord"\n'),
        ("[ui]\r\nicons = 'ascii'\r\n", "[ui]\r\ntheme = \"nord\"\r\nicons = 'ascii'\r\n"),
        ('\ufeff[ui]\ntheme = "dracula"\n', '\ufeff[ui]\ntheme = "nord"\n'),
    ],
)
def test_only_the_value_changes(before: str, after: str) -> None:
    assert themed(before) == after


def test_in_the_starter_file_it_stands_below_the_comment_that_shows_it() -> None:
    before = starter.settings_toml().decode()
    after = themed(before)
    lines = after.splitlines()
    at = lines.index('theme = "nord"')
    assert lines[at - 1].startswith("# theme")
    assert "\n".join(lines[:at] + lines[at + 1 :]) == before.rstrip("\n")


def test_what_cannot_be_spliced_is_refused_with_what_to_write() -> None:
    with pytest.raises(SettingsInvalid, match='write theme = "nord" by hand'):
        themed('ui.icons = "ascii"\n')


def test_a_file_that_is_broken_is_not_made_worse(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[ui\n")
    with pytest.raises(SettingsInvalid):
        save_setting(path, "ui.theme", "nord")
    assert path.read_text() == "[ui\n"


def test_a_home_without_the_file_gets_one_and_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    save_setting(tmp_path / "settings.toml", "ui.theme", "nord")
    assert load_settings(tmp_path / "settings.toml").ui.theme == "nord"
    with pytest.raises(StoreError):
        save_setting(tmp_path / "nowhere" / "settings.toml", "ui.theme", "nord")
