"""Where a person's files and newswatch's own ones are.

Precedence: `--home`, then NEWSWATCH_HOME, then the XDG folders (or what the platform has instead).
Must never know what is in the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newswatch.atomic import explain
from newswatch.errors import StoreError

APP = "newswatch"
HOME_VARIABLE = "NEWSWATCH_HOME"
FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Paths:
    """All absolute. `data` is the folder of the database; the others are files, which need not exist."""

    settings: Path
    rules: Path
    feeds: Path
    secrets: Path
    data: Path
    log: Path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders these need, each once."""
        return tuple(dict.fromkeys((self.settings.parent, self.data, self.log.parent)))


def find_paths(home: Path | None, environ: Mapping[str, str]) -> Paths:
    """Where everything is for this `--home` and environment. Touches no disk."""
    if home is None and environ.get(HOME_VARIABLE):
        home = Path(environ[HOME_VARIABLE])
    if home is not None:
        folder = _absolute(home, environ)
        return _paths(config=folder, data=folder, state=folder)
    import platformdirs

    return _paths(
        config=_xdg(environ, "XDG_CONFIG_HOME") or platformdirs.user_config_path(APP),
        data=_xdg(environ, "XDG_DATA_HOME") or platformdirs.user_data_path(APP),
        state=_xdg(environ, "XDG_STATE_HOME") or platformdirs.user_state_path(APP),
    )


def ensure(paths: Paths) -> None:
    """Makes the folders that are missing, for the person alone (0700); those that exist stay as they are.

    Raises StoreError, naming the folder and what to do, if one cannot be made.
    """
    for folder in paths.folders:
        if folder.is_dir():
            continue
        try:
            _make(folder)
        except OSError as error:
            raise StoreError(explain(error, folder)) from error


def _make(folder: Path) -> None:
    """Makes the folder and what is missing above it, all 0700 (`mkdir(parents=True)` makes the upper ones 0777)."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for level in reversed(missing):
        level.mkdir(mode=FOLDER_MODE, exist_ok=True)


def _paths(config: Path, data: Path, state: Path) -> Paths:
    return Paths(
        settings=config / "settings.toml",
        rules=config / "rules.toml",
        feeds=config / "feeds.opml",
        secrets=config / "secrets.toml",
        data=data,
        log=state / "newswatch.log",
    )


def _xdg(environ: Mapping[str, str], variable: str) -> Path | None:
    """The newswatch folder under an XDG variable; the specification says that a relative path is to be ignored."""
    base = Path(environ.get(variable, ""))
    return base / APP if base.is_absolute() else None


def _absolute(folder: Path, environ: Mapping[str, str]) -> Path:
    """`~` is the HOME of that environment, if it has one."""
    if folder.parts[:1] == ("~",) and environ.get("HOME"):
        folder = Path(environ["HOME"], *folder.parts[1:])
    return folder.expanduser().absolute()
