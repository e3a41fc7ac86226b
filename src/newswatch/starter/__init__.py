"""The files that an empty home gets: feeds to watch, rules to begin with, settings and secrets to fill in.

They are data inside the package. `feeds.opml` stands at the top of the source tree, where people look
for it, and a wheel carries a copy beside this module; a checkout reads the original. Must never know
where a home is, nor write to one.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


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
