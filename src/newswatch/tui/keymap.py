"""The keys that a person gave to actions (`[ui.keys]`), checked, and made to fit those that are there. Pure.

A key that a person gives to an action is taken from the action that had it in the same place, and that is said: a
newer newswatch with a new key must not stop a monitor that has run for months. What can mean nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.keys import Keys, _character_to_key, key_to_character  # its way from "?" to a name is not public

from newswatch.tomlfile import nearest
from newswatch.tui.keys import BY_ID, Key

# Keys of these do something on every screen; those of others only where they are.
EVERYWHERE = frozenset({"app", "go", "list", "pane"})
# Dialogs, and fields that are typed into: nothing else hears a key there.
ALONE = frozenset({"answer", "choose", "help", "editor", "field", "choice"})
_NAMES = frozenset(key.value for key in Keys)
_MODIFIERS = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about the key of an action."""

    action: str
    text: str


def mistakes(keys: Mapping[str, str]) -> Iterator[Remark]:
    """What can mean nothing: actions and keys that do not exist, one key for two actions of the same place."""
    for action, pressed in keys.items():
        if action not in BY_ID:
            near = nearest(action, BY_ID)
            advice = f'did you mean "{near}"?' if near else "help (?) names the actions"
            yield Remark(action, f'there is no action "{action}"; {advice}')
        for name in _names(pressed):
            if not is_key(name):
                yield Remark(
                    action, f'there is no key "{name}"; write a letter or sign, or such as "ctrl+x", "f5", "space"'
                )
    given = [(BY_ID[action], set(_canonical(pressed))) for action, pressed in keys.items() if action in BY_ID]
    for number, (key, names) in enumerate(given):
        for other, others in given[:number]:
            if _meet(key, other) and (shared := names & others):
                yield Remark(key.id, f'"{_shown(min(shared))}" is given to {other.id} already')


def fitted(keys: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[Remark, ...]]:
    """The keymap in force, and what it took from whom. Of `keys` what is no mistake."""
    wrong = {remark.action for remark in mistakes(keys)}
    wanted = {action: ",".join(_canonical(pressed)) for action, pressed in keys.items() if action not in wrong}
    keymap = dict(wanted)
    remarks: list[Remark] = []
    for action, pressed in wanted.items():
        mine = set(pressed.split(","))
        for other in BY_ID.values():
            if other.id in wanted or not _meet(BY_ID[action], other):
                continue
            theirs = keymap.get(other.id, other.keys).split(",")
            left = [name for name in theirs if name not in mine]
            if left == theirs or _share_by_default(BY_ID[action], other, mine):
                continue
            keymap[other.id] = ",".join(left)
            if not left:
                taken = _shown(min(mine & set(theirs)))
                remarks.append(Remark(action, f'"{taken}" is {BY_ID[action].label} now; {other.label} has no key left'))
    return keymap, tuple(remarks)


def is_key(name: str) -> bool:
    """Whether a terminal could send such a key."""
    if len(name) == 1:
        return name.isprintable()
    *modifiers, last = name.split("+") if not name.endswith("++") else [*name[:-2].split("+"), "+"]
    is_named = last in _NAMES or last in _BY_SIGN.values() or key_to_character(last) is not None
    return set(modifiers) <= _MODIFIERS and (len(last) == 1 or is_named)


def _names(pressed: str) -> list[str]:
    if pressed == ",":
        return [pressed]
    return [name.strip() or name for name in pressed.split(",")]


def _canonical(pressed: str) -> list[str]:
    """As Textual calls them: a sign by its name."""
    return [_BY_SIGN.get(name, name) for name in _names(pressed)]


def _meet(one: Key, other: Key) -> bool:
    """Whether both may be heard in one place."""
    if one.id == other.id:
        return False
    kind, others = one.id.partition(".")[0], other.id.partition(".")[0]
    if kind == others:
        return True
    return not {kind, others} & ALONE and bool({kind, others} & EVERYWHERE)


def _share_by_default(one: Key, other: Key, names: set[str]) -> bool:
    """Whether the two have that key together out of the box: what can be done now decides between them."""
    return bool(names & set(one.keys.split(",")) & set(other.keys.split(",")))


def _shown(name: str) -> str:
    character = key_to_character(name)
    return character if character is not None and character.isprintable() and character != " " else name


def _signs() -> dict[str, str]:
    return {chr(code): _character_to_key(chr(code)) for code in range(0x20, 0x7F) if not chr(code).isalnum()}


_BY_SIGN = _signs()
