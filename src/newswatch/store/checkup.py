"""A look at a history and its backups as they lie on the disk: what is good, what is damaged, what is waste.

Changes nothing and takes no lock: a monitor may be writing meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from newswatch.store import operations as ops
from newswatch.store.appendlog import NEWER
from newswatch.store.backup import Backup, backups_of
from newswatch.store.care import set_aside_files
from newswatch.store.historytables import is_readable
from newswatch.store.lines import VERSION
from newswatch.store.migrate import SCHEMA
from newswatch.store.operations import Clear, Row, Tables
from newswatch.store.scan import Scan, records, scanned
from newswatch.store.tiny import KIND
from newswatch.store.unreadable import told

_NO_HEADER = "has no first line that can be read"
_GOOD: Row = MappingProxyType({"readable": True})
_BAD: Row = MappingProxyType({"readable": False})


@dataclass(frozen=True, slots=True)
class CheckedBackup:
    """A backup, and what is wrong with it; empty if it can be restored."""

    backup: Backup
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found. Counts are of rows, unless they say otherwise; `size` is in bytes.

    `fault` says why the file cannot be used at all, or that it is gone; empty if all is well. `wasted` are rows of the
    file that were replaced or removed since.
    """

    path: Path
    exists: bool = True
    size: int = 0
    fault: str = ""
    lines: int = 0
    damaged_lines: int = 0
    torn_bytes: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    unreadable: int = 0
    wasted: int = 0
    schema: int = SCHEMA
    quarantined_lines: int = 0
    set_aside: tuple[Path, ...] = ()
    backups: tuple[CheckedBackup, ...] = ()

    @property
    def findings(self) -> list[str]:
        """What needs a person, each as a sentence without its end."""
        found = []
        if self.fault:
            found.append(f"{self.path.name} {self.fault}; the next start {self._remedy()}")
        elif self.damaged_lines:
            lines, them = ("line is", "it") if self.damaged_lines == 1 else ("lines are", "them")
            found.append(f"{self.damaged_lines:,} {lines} damaged; the next start keeps {them} in a quarantine file")
        if self.unreadable:
            found.append(told(self.unreadable))
        found.extend(f"backup {one.backup.path.name} {one.fault}" for one in self.backups if one.fault)
        return found

    def _remedy(self) -> str:
        """What `care` does about a file that cannot be used."""
        is_own = self.fault == _NO_HEADER and self.lines > 0
        if is_own and not self.damaged_lines:
            back = "keeps its rows, which can be read all the same"
        elif any(not one.fault for one in self.backups):
            back = "restores the newest good backup"
        else:
            back = "keeps what rows can be read" if is_own else "begins anew"
        return f"sets it aside and {back}" if self.exists else back


def check(journal: Path) -> Checkup:
    """Reads all of it. Raises OSError for what cannot be read."""
    path = journal.resolve()
    beside = {
        "quarantined_lines": _lines_in(path.with_name(path.name + ".quarantine")),
        "set_aside": tuple(set_aside_files(path)),
        "backups": tuple(CheckedBackup(backup, _fault_of_backup(backup)) for backup in backups_of(path)),
    }
    if not path.exists():
        fault = "is gone" if beside["backups"] else ""
        return Checkup(path, exists=False, fault=fault, **beside)  # type: ignore[arg-type] # each key has the type of its field
    found = Scan()
    tables: Tables = {}
    written = damaged = 0
    for record in records(path, found):
        try:
            operations = ops.decode(record, _marked)
        except ValueError:
            damaged += 1
            continue
        for operation in operations:
            written += 0 if isinstance(operation, Clear) else ops.weight(operation)
            ops.apply(tables, operation)
    live = sum(map(len, tables.values()))
    return Checkup(
        path=path,
        size=path.stat().st_size,
        fault=_fault(found),
        lines=found.good_lines - damaged,
        damaged_lines=found.damaged_lines + damaged,
        torn_bytes=found.torn_bytes,
        rows={name: len(rows) for name, rows in tables.items()},
        unreadable=sum(row is _BAD for rows in tables.values() for row in rows.values()),
        wasted=max(written - live, 0),
        schema=found.header.schema if found.header is not None else SCHEMA,
        **beside,  # type: ignore[arg-type] # as above
    )


def _marked(table: str, row_id: str, json: bytes) -> Row:
    return _GOOD if is_readable(table, row_id, json) else _BAD


def _fault(found: Scan) -> str:
    header = found.header
    if header is None:
        return _NO_HEADER if found.first_line else "is empty"
    if header.kind != KIND:
        return "is not a history"
    if header.version > VERSION or header.schema > SCHEMA:
        return NEWER
    return ""


def _fault_of_backup(backup: Backup) -> str:
    try:
        found = scanned(backup.path)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return _fault(found) or ("" if found.is_whole else "is damaged")


def _lines_in(path: Path) -> int:
    try:
        with path.open("rb") as stream:
            return sum(1 for _ in stream)
    except FileNotFoundError:
        return 0
