"""One setting as a person sees it: what is in force, where that comes from, what it means, how to change it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """`key` is its whole name ("polling.interval"), `value` as it is written in the file, `source` where it comes from:
    "default", "settings.toml:12", a variable, a flag. Nothing of it is secret.
    """

    key: str
    value: str
    source: str
    about: str = ""
    change: str = ""
