"""Every error that newswatch raises on purpose, in one tree. Importable from anywhere.

    NewswatchError                exit code
    ├── UsageError                    2      the command line, or no terminal where one is needed
    ├── FileInvalid                   3      settings, secrets, rules or feeds file; names file:line:column
    │   ├── SettingsInvalid
    │   ├── SecretsInvalid
    │   ├── RulesInvalid
    │   └── FeedsInvalid
    ├── FileChanged                   3      a file changed on disk since it was read: not overwritten
    ├── RuleRefused                   3      a rule that a person wants to save cannot be saved as it is
    │   └── QueryError                       a mistake in the rule language, with its offset
    ├── FeedRefused                   3      an edit of a feed that makes no sense, or cannot be done
    ├── NetworkDown                   4      no feed answered
    └── StoreError                    5      the database
        ├── StoreLocked                      another instance is the writer; names its pid
        │   └── ReadOnly                         so this one changes nothing
        └── StoreDamaged                     a file that is not ours, damaged or of a newer version

Expected outcomes are values, not errors: an unchanged feed, a failed fetch and a page that is
no feed have their own types in `model`.
"""

from __future__ import annotations

from pathlib import Path


class NewswatchError(Exception):
    """Root of the tree. The text says what, where, why and what to do next; it is safe to show."""

    exit_code = 1


class UsageError(NewswatchError):
    """The command line makes no sense, or a terminal is needed and there is none."""

    exit_code = 2


class FileInvalid(NewswatchError):
    """A file that a person owns cannot be used. `line` and `column` count from 1; None where unknown."""

    exit_code = 3

    def __init__(self, path: Path, message: str, line: int | None = None, column: int | None = None) -> None:
        self.path = path
        self.message = message
        self.line = line
        self.column = column
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{place}: {message}")


class SettingsInvalid(FileInvalid):
    """settings.toml."""


class SecretsInvalid(FileInvalid):
    """secrets.toml. The text quotes no value of the file."""


class RulesInvalid(FileInvalid):
    """rules.toml as a whole: no TOML, not UTF-8, or an unknown key."""


class FeedsInvalid(FileInvalid):
    """feeds.opml, or an OPML file that is being imported."""


class FileChanged(NewswatchError):
    """A file changed on disk since it was read, so it was not overwritten."""

    exit_code = 3

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} changed on disk since it was read; nothing was written. Reload and try again.")


class RuleRefused(NewswatchError):
    """A rule that cannot be saved as it is, for a reason other than its query."""

    exit_code = 3


class QueryError(RuleRefused):
    """A mistake in the rule language.

    `offset` counts code points from the start of the query to the offending item;
    `hint` says what would mend it, or is empty.
    """

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        self.message = message
        self.offset = offset
        self.hint = hint
        super().__init__(f"column {offset + 1}: {message}" + (f" ({hint})" if hint else ""))


class FeedRefused(NewswatchError):
    """An edit of a feed that makes no sense as it is, or cannot be done; nothing was written."""

    exit_code = 3


class NetworkDown(NewswatchError):
    """No feed answered at all."""

    exit_code = 4


class StoreError(NewswatchError):
    """The database cannot be read or written."""

    exit_code = 5


class StoreLocked(StoreError):
    """Another process is the writer of this home. `pid` is None where it could not be read."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path = path
        self.pid = pid
        who = f"process {pid}" if pid is not None else "another process"
        super().__init__(f"{path} is in use by {who}. End that newswatch first, or use --home for another one.")


class ReadOnly(StoreLocked):
    """A verb that this instance cannot do, because it only follows what another writes. `why` says who does."""

    def __init__(self, path: Path, pid: int | None, why: str) -> None:
        super().__init__(path, pid)
        self.args = (f"read-only: {why}",)


class StoreDamaged(StoreError):
    """A database file that is not ours, is damaged, or was written by a newer newswatch.

    `reason` says which, to be read after its name.
    """

    def __init__(self, message: str, reason: str = "cannot be used") -> None:
        self.reason = reason
        super().__init__(message)
