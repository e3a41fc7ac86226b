"""The signs of the screen, in Unicode and in ASCII. Each is one cell wide, but two words in ASCII; `bars` are eight.

Most pretty signs are two cells wide in CJK terminals and unknown to terminals that are not UTF-8: then
`ascii`. This module knows the locale and nothing of the news.
"""

from __future__ import annotations

import codecs
import locale
import os
from collections.abc import Mapping
from typing import NamedTuple


class Signs(NamedTuple):
    """One set of signs."""

    new: str
    seen: str
    open: str
    acked: str
    held: str
    star: str
    bar: str
    marked: str  # a row that is picked to be acted on with others
    snoozed: str
    muted: str
    tagged: str
    noted: str
    paragraph: str  # before its number
    revised: str  # the outlet changed its text
    old_rule: str  # the rule was edited since, and matches no more
    live: str
    waits: str  # starting
    offline: str
    read_only: str
    stopped: str
    warning: str
    newer: str
    dot: str  # between two facts
    bullet: str  # before an item of a text
    image: str  # before the caption of one
    times: str
    ellipsis: str
    rule: str  # the drawn line
    column: str
    yes: str
    no: str
    branch: str
    enter: str
    broken: str  # a rule that does not read
    paused: str  # a feed that a person paused
    checking: str  # a feed that is being asked
    arrow: str  # from what was to what would be
    minus: str
    bars: str  # from nothing to full


UNICODE = Signs(
    new="●",
    seen="◐",
    open="○",
    acked="✓",
    held="·",
    star="★",
    bar="▌",
    marked="◆",
    snoozed="z",
    muted="m",
    tagged="#",
    noted="¶",
    paragraph="¶",
    revised="r",
    old_rule="o",
    live="●",
    waits="◌",
    offline="▲",
    read_only="◇",
    stopped="■",
    warning="▲",
    newer="▲",
    dot="·",
    bullet="•",
    image="▣",
    times="×",
    ellipsis="…",
    rule="─",
    column="│",
    yes="✓",
    no="✗",
    branch="└",
    enter="⏎",
    broken="✗",
    paused="‖",
    checking="⟳",
    arrow="→",
    minus="−",
    bars=" ▁▂▃▄▅▆▇",
)
ASCII = Signs(
    new="*",
    seen=":",
    open="o",
    acked="v",
    held=".",
    star="#",
    bar=">",
    marked="+",
    snoozed="z",
    muted="m",
    tagged="t",
    noted="n",
    paragraph="par.",
    revised="r",
    old_rule="o",
    live="*",
    waits="~",
    offline="!",
    read_only="=",
    stopped="x",
    warning="!",
    newer="^",
    dot="|",
    bullet="-",
    image="=",
    times="x",
    ellipsis="~",
    rule="-",
    column="|",
    yes="+",
    no="-",
    branch="`",
    enter="Enter",
    broken="x",
    paused="=",
    checking="@",
    arrow=">",
    minus="-",
    bars=" .:-=+*#",
)


def terminal_encoding(environ: Mapping[str, str] = os.environ) -> str:
    """The encoding that the terminal's locale promises, as Python names it.

    LC_ALL=C is taken at its word: Python would switch itself to UTF-8 there, the terminal does not.
    """
    asked = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if asked in {"C", "POSIX"}:
        return "ascii"
    try:
        return codecs.lookup(asked.partition(".")[2].partition("@")[0] or locale.getencoding()).name
    except LookupError:
        return "ascii"


def signs_for(icons: str, encoding: str) -> Signs:
    """The set for a setting: `unicode`, `ascii`, or `auto`, which follows the terminal's encoding."""
    match icons:
        case "unicode":
            return UNICODE
        case "ascii":
            return ASCII
        case _:
            return UNICODE if encoding == "utf-8" else ASCII
