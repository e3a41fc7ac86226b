"""The files that an empty home gets: feeds to watch, rules to begin with, settings and secrets to fill in.

They are data inside the package. `feeds.opml` stands at the top of the source tree, where people look
for it, and a wheel carries a copy beside this module; a checkout reads the original. Must never find
a home by itself, nor write to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newswatch.paths import Paths


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file of a new home: where it goes, what it is in words, and what reads its bytes out of the package."""

    path: Path
    what: str
    read: Callable[[], bytes]


def starter_files(paths: Paths) -> tuple[StarterFile, ...]:
    """What an empty home gets, in the order in which it is made."""
    return (
        StarterFile(paths.rules, "the starter rules", rules_toml),
        StarterFile(paths.feeds, "the starter feeds", feeds_opml),
        StarterFile(paths.settings, "the settings, all at their defaults", settings_toml),
        StarterFile(paths.secrets, "a place for passwords and tokens", secrets_toml),
    )


def feeds_opml() -> bytes:
    """The starter feeds as OPML 2.0, UTF-8. Raises FileNotFoundError if this installation lacks them."""
    return _read("feeds.opml")


def rules_toml() -> bytes:
    """The starter rules.toml, UTF-8. Raises FileNotFoundError if this installation lacks it."""
    return _read("rules.toml")


def settings_toml() -> bytes:
    """The starter settings.toml, UTF-8: each key with its default, commented out. Raises FileNotFoundError."""
    return _read("settings.toml")


def secrets_toml() -> bytes:
    """The starter secrets.toml, UTF-8: examples, commented out. Raises FileNotFoundError."""
    return _read("secrets.toml")


def _read(name: str) -> bytes:
    folder = files(__name__)
    for place in (folder / name, _in_checkout(folder, name)):
        if place is not None and place.is_file():
            return place.read_bytes()
    raise FileNotFoundError(
        f"the starter file {name} is missing from this installation of newswatch ({folder}): install newswatch again"
    )


def _in_checkout(folder: Traversable, name: str) -> Path | None:
    """The file at the top of the source tree, if the package runs from one (`src/newswatch/starter`)."""
    if not isinstance(folder, Path) or folder.parents[1].name != "src":
        return None
    return folder.parents[2] / name
