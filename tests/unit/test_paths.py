from __future__ import annotations

import os
from pathlib import Path

import pytest

from newswatch.errors import StoreError
from newswatch.paths import Paths, ensure, find_paths


def test_a_home_holds_everything_in_one_folder(tmp_path: Path) -> None:
    paths = find_paths(tmp_path, {})
    assert paths == Paths(
        settings=tmp_path / "settings.toml",
        rules=tmp_path / "rules.toml",
        feeds=tmp_path / "feeds.opml",
        secrets=tmp_path / "secrets.toml",
        data=tmp_path,
        log=tmp_path / "newswatch.log",
    )
    assert paths.folders == (tmp_path,)


def test_the_flag_comes_before_the_variable_and_the_variable_before_xdg(tmp_path: Path) -> None:
    environ = {"NEWSWATCH_HOME": str(tmp_path / "variable"), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert find_paths(tmp_path / "flag", environ).data == tmp_path / "flag"
    assert find_paths(None, environ).settings == tmp_path / "variable" / "settings.toml"
    del environ["NEWSWATCH_HOME"]
    assert find_paths(None, environ).settings == tmp_path / "xdg" / "newswatch" / "settings.toml"


def test_an_empty_variable_is_no_home(tmp_path: Path) -> None:
    environ = {"NEWSWATCH_HOME": "", "XDG_DATA_HOME": str(tmp_path)}
    assert find_paths(None, environ).data == tmp_path / "newswatch"


def test_without_a_home_config_data_and_state_have_folders_of_their_own(tmp_path: Path) -> None:
    environ = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    paths = find_paths(None, environ)
    assert paths.rules == tmp_path / "CONFIG" / "newswatch" / "rules.toml"
    assert paths.data == tmp_path / "DATA" / "newswatch"
    assert paths.log == tmp_path / "STATE" / "newswatch" / "newswatch.log"
    assert len(paths.folders) == 3


def test_a_relative_xdg_folder_is_ignored_as_its_specification_says() -> None:
    paths = find_paths(None, {"XDG_CONFIG_HOME": "here", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "."})
    assert paths.settings.is_absolute()
    assert "here" not in paths.settings.parts


def test_a_tilde_and_a_relative_home_are_made_absolute(tmp_path: Path) -> None:
    assert find_paths(Path("~/news"), {"HOME": str(tmp_path)}).data == tmp_path / "news"
    assert find_paths(Path("news"), {}).data == Path.cwd() / "news"


def test_missing_folders_are_made_for_the_person_alone(tmp_path: Path) -> None:
    paths = find_paths(tmp_path / "a" / "b", {})
    ensure(paths)
    assert paths.data.stat().st_mode & 0o777 == 0o700
    assert paths.data.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    ensure(find_paths(tmp_path, {}))
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_home_that_is_a_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    with pytest.raises(StoreError, match=r"home: File exists.*move it away") as caught:
        ensure(find_paths(home, {}))
    assert caught.value.exit_code == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="chmod u\\+w"):
        ensure(find_paths(tmp_path / "home", {}))
    tmp_path.chmod(0o700)
