"""The home that the demo lives in: feeds.opml, rules.toml and settings.toml, written into an empty folder.

Rules and settings are files of this package, so a person can read what the demo starts with; only
feeds.opml is made, since it holds the address of the running server. It never touches another folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from newswatch.demo.day import load_day
from newswatch.demo.outlet import FeedFormat, Outlet


def write_home(folder: Path, server_url: str) -> None:
    """Fills the folder, making it if need be; it is readable by its owner only. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    package = files("newswatch.demo")
    texts = {
        "feeds.opml": _opml(load_day().outlets, server_url.rstrip("/")),
        "rules.toml": package.joinpath("rules.toml").read_text("utf-8"),
        "settings.toml": package.joinpath("settings.toml").read_text("utf-8"),
    }
    for name, text in texts.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, "utf-8")


def _opml(outlets: Sequence[Outlet], server_url: str) -> str:
    by_folder = sorted(outlets, key=lambda outlet: (outlet.folder, outlet.name))
    folders = "".join(
        f'    <outline text="{escape(name)}" title="{escape(name)}">\n'
        f"{''.join(_outline(outlet, server_url) for outlet in group)}    </outline>\n"
        for name, group in groupby(by_folder, key=lambda outlet: outlet.folder)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<opml version="2.0" xmlns:nw="urn:newswatch:opml:1">\n'
        "  <head>\n    <title>newswatch demo: 25 October 2024</title>\n  </head>\n"
        f"  <body>\n{folders}  </body>\n</opml>\n"
    )


def _outline(outlet: Outlet, server_url: str) -> str:
    kind = "atom" if outlet.format is FeedFormat.ATOM else "rss"
    attributes = {
        "type": kind,
        "text": outlet.name,
        "title": outlet.name,
        "xmlUrl": server_url + outlet.path,
        "htmlUrl": outlet.site,
        "language": outlet.language,
    }
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    return f"      <outline {written}/>\n"
