"""What the value of each key of a rule may be, in the manner of `tomlvalues`: what it means, or ValueError.

Pure. Must never know the rule language: whether a query parses is for the grammar to say.
"""

from __future__ import annotations

import re

from newswatch import tomlvalues as values
from newswatch.model.rule import Severity
from newswatch.text.clean import clean_body
from newswatch.tomlfile import shown

SEVERITIES = tuple(severity.value for severity in Severity)

_FIELDS = {name: name for name in ("title", "summary", "content", "author", "source", "tags")} | {
    "body": "content",
    "tag": "tags",
}  # the names that SEMANTICS §6 gives to fields of words
_COLOR = re.compile(r"[a-zA-Z][a-zA-Z0-9_ -]*|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_ESCALATE = re.compile(rf"({'|'.join(SEVERITIES)}) if publishers >= ([1-9][0-9]{{0,5}}) in (\S.*)")
MAX_PERIOD_S = 366 * 86_400.0
"""Of a throttle or an escalation: a leap year."""

# Format characters (category Cf) vanish in matching (SEMANTICS §2) and control characters separate: so they
# can go from a query without changing it, and must, because it is shown on a terminal. ZWJ and ZWNJ are seen.
_SEPARATES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_VANISHES = re.compile(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def plain_query(raw: str) -> str:
    """A query as it may be shown: without characters that nobody sees, its meaning unchanged."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _VANISHES.sub("", _SEPARATES.sub(" ", lines)).strip()


def kept_places(raw: str) -> list[int]:
    """For each character of `plain_query(raw)` its place in `raw`; for lint."""
    kept = [
        (at, character)
        for at, character in enumerate(raw)
        if not (_VANISHES.match(character) or (character == "\r" and raw.startswith("\n", at + 1)))
    ]
    signs = "".join("\n" if character == "\r" else character for _, character in kept)
    signs = _SEPARATES.sub(" ", signs)
    first = len(signs) - len(signs.lstrip())
    return [at for at, _ in kept[first : len(signs.rstrip())]]


def severity(value: object) -> str:
    """One of the four words."""
    return values.choice(SEVERITIES)(value)


def query(value: object) -> str:
    """What to look for, as `plain_query` shows it. NUL is in no text that a person wrote: something went wrong."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("it without the character NUL (\\u0000)")
    plain = plain_query(value) if isinstance(value, str) else ""
    if not plain:
        raise ValueError("what to look for, in quotes: '…' or, over several lines, '''…'''")
    return plain


def body(value: object) -> str:
    """Printable text in lines; may be empty."""
    if not isinstance(value, str):
        raise ValueError('text in quotes, like "…"')  # noqa: TRY004 - readers speak through ValueError alone
    return clean_body(value)


def cases(value: object) -> tuple[str, ...]:
    """Texts to try the rule on, each as parse/ would clean it."""
    values.lines(value)
    return tuple(clean_body(str(case)) for case in value) if isinstance(value, list) else ()


def fields(value: object) -> tuple[str, ...]:
    """Names of fields, each once, `body` and `tag` under their other names."""
    names = values.lines(value)
    for name in names:
        if name.casefold() not in _FIELDS:
            raise ValueError(f'a list of fields; "{shown(name)}" is none: there are {", ".join(_FIELDS)}')
    if not names:
        raise ValueError("at least one field")
    return tuple(dict.fromkeys(_FIELDS[name.casefold()] for name in names))


def color(value: object) -> str:
    """The name of a colour, or #rgb, #rrggbb."""
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise ValueError('a colour, like "red" or "#ff6470"')
    return value


def languages(value: object) -> tuple[str, ...]:
    """Language tags, their parts joined by "-"."""
    tags = values.lines(value)
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            raise ValueError(f'a list of language tags, like ["en", "uk"]; "{shown(tag)}" is none')
    return tuple(tag.replace("_", "-") for tag in tags)


def scope(value: object) -> tuple[str, ...]:
    """Feed addresses and "tag:…", the tags in small letters."""
    items: list[str] = []
    for item in values.lines(value):
        small = item.strip().casefold()
        if small.startswith(("http://", "https://")):
            items.append(item.strip())
        elif small.startswith("tag:") and (tag := small[4:].strip()):
            items.append(f"tag:{tag}")
        else:
            raise ValueError(f'a list of feed addresses and "tag:…"; "{shown(item)}" is neither')
    return tuple(items)


def escalate(value: object) -> str:
    """ "critical if publishers >= 3 in 60m", with single blanks."""
    wanted = 'text like "critical if publishers >= 3 in 60m"'
    shape = _ESCALATE.fullmatch(" ".join(value.split())) if isinstance(value, str) else None
    if shape is None:
        raise ValueError(wanted)
    values.duration(1.0, MAX_PERIOD_S)(shape[3])
    return shape[0]
