"""Mutes in rules.toml: one more `[[mute]]` at its end, or one out of it; every other byte stays a person's own.

Writes as `rulefile` does: only a file that nobody changed since, and only what was read back and says what was
wanted. Must never know what a mute hides. Blocks for the disk: call it off the event loop.
"""

from __future__ import annotations

from pathlib import Path

from newswatch.errors import RuleRefused
from newswatch.match import ruleedit
from newswatch.match.ruleedit import Written
from newswatch.match.rulefile import LoadedRules, read_back, unchanged, written
from newswatch.match.ruleids import ID_LIMIT, ids_of
from newswatch.match.ruleschema import read_book, tables_of
from newswatch.model.rule import Mute
from newswatch.text.clean import clean_line
from newswatch.tomlfile import TomlFile


def save_mute(path: Path, fingerprint: str, mute: Mute) -> LoadedRules:
    """Adds the mute at the end of the file. Raises as `rulefile.save_rule`; refused too if its id is taken."""
    file = unchanged(path, fingerprint)
    if mute.id in ids_of(tables_of(file, "mute")):
        raise RuleRefused(f'there is a mute "{clean_line(mute.id, ID_LIMIT)}" already')
    values: dict[str, Written] = {"id": mute.id}
    if mute.name:
        values["name"] = mute.name
    values["query"] = mute.query
    if mute.expires is not None:
        values["expires"] = mute.expires
    new = read_back(file, ruleedit.append_table(file, "mute", values))
    if mute not in read_book(new).mutes:
        raise RuleRefused("this mute cannot be written as it is: give it another name")
    return written(new, fingerprint, is_safe=_but_for(new, -1) == _but_for(file, None))


def delete_mute(path: Path, fingerprint: str, mute_id: str) -> LoadedRules:
    """Takes a mute out of the file. Raises as `rulefile.save_rule`."""
    file = unchanged(path, fingerprint)
    ids = ids_of(tables_of(file, "mute"))
    if mute_id not in ids:
        raise RuleRefused(f'{path} has no mute "{clean_line(mute_id, ID_LIMIT)}"')
    index = ids.index(mute_id)
    new = read_back(file, ruleedit.drop_table(file, "mute", index))
    return written(new, fingerprint, is_safe=_but_for(new, None) == _but_for(file, index))


def _but_for(file: TomlFile, index: int | None) -> tuple[object, ...]:
    """All that the file says but for one of its mutes: its `index`-th, -1 for the last."""
    mutes = list(tables_of(file, "mute"))
    if index is not None:
        del mutes[index]
    return {key: value for key, value in file.values.items() if key != "mute"}, mutes
