"""A command of the palette, and how one is found by what is typed. Pure.

A command is a row to choose, and what to do then; finding commands by what is typed is plain text, never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

FUZZY_FROM = 3  # letters; fewer stand in their order nearly everywhere


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done. `key` is the key that does it too, `about` a sentence; `id` is unique."""

    id: str
    words: str
    run: Callable[[], object]
    key: str = ""
    about: str = ""


def recent_first(commands: Iterable[Command], used: Sequence[str]) -> tuple[Command, ...]:
    """The commands with those first that were used last."""
    places = {command_id: place for place, command_id in enumerate(used)}
    return tuple(sorted(commands, key=lambda command: places.get(command.id, len(used))))


def matching(commands: Iterable[Command], typed: str) -> tuple[Command, ...]:
    """The commands that fit what is typed, the best first: its key, its name, how it begins, the starts of words,
    words anywhere, and at last the letters in their order (`tmnw` finds `theme: newswatch-night`).
    """
    wanted = typed.strip().casefold().removeprefix(":").split()
    if not wanted:
        return tuple(commands)
    whole = " ".join(wanted)
    letters = whole.replace(" ", "")
    ranked: list[tuple[int, int, Command]] = []
    for place, command in enumerate(commands):
        words = command.words.casefold()
        if command.key and command.key == typed.strip():
            ranked.append((0, place, command))
        elif words == whole:
            ranked.append((1, place, command))
        elif words.startswith(whole):
            ranked.append((2, place, command))
        elif _all_begin(wanted, words.split()):
            ranked.append((3, place, command))
        elif all(word in f"{words} {command.about.casefold()}" for word in wanted):
            ranked.append((4, place, command))
        elif len(letters) >= FUZZY_FROM and (gaps := _gaps(letters, words)) is not None:
            ranked.append((5 + gaps, place, command))
    return tuple(command for _, _, command in sorted(ranked, key=lambda found: found[:2]))


def _all_begin(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(typed) for word in words) for typed in wanted)


def _gaps(letters: str, words: str) -> int | None:
    """How many runs the letters are cut into where they stand in their order in the words; None where they do not, or
    are so scattered that any long headline would have them.
    """
    at, gaps = -1, 0
    for letter in letters:
        found = words.find(letter, at + 1)
        if found < 0:
            return None
        gaps += found != at + 1
        at = found
    return gaps if gaps <= max(len(letters) // 2, 1) + 1 else None
