"""What the palette offers: the keys of the screen it was opened on, the places, every rule and every feed. Pure.

A command is a row to choose, and what to do then; finding commands by what is typed is plain text, never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done. `key` is the key that does it too, `about` a sentence; `id` is unique."""

    id: str
    words: str
    run: Callable[[], object]
    key: str = ""
    about: str = ""


def matching(commands: Iterable[Command], typed: str) -> tuple[Command, ...]:
    """The commands that hold every word typed, the best first: its key, its name, the start of a word, anything."""
    wanted = typed.strip().casefold().removeprefix(":").split()
    if not wanted:
        return tuple(commands)
    ranked: list[tuple[int, int, Command]] = []
    for place, command in enumerate(commands):
        words = command.words.casefold()
        if command.key and command.key == typed.strip():
            ranked.append((0, place, command))
        elif words == " ".join(wanted):
            ranked.append((1, place, command))
        elif words.startswith(" ".join(wanted)):
            ranked.append((2, place, command))
        elif _all_begin(wanted, words.split()):
            ranked.append((3, place, command))
        elif all(word in f"{words} {command.about.casefold()}" for word in wanted):
            ranked.append((4, place, command))
    return tuple(command for _, _, command in sorted(ranked, key=lambda found: found[:2]))


def _all_begin(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(typed) for word in words) for typed in wanted)
