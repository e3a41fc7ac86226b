"""Which entries wait for their page, on disk: so that what was waiting when newswatch ended is known at the next start.

A small file beside the history, there only while something waits. It can be lost without harm, and anybody may have
written it: it names entries, and says nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from newswatch.atomic import explain, write_atomically
from newswatch.model.entry import EntryKey
from newswatch.model.feed import FeedId

FILE_NAME = "pages-waiting.json"
LARGEST = 2**20

EntryName = tuple[FeedId, EntryKey]

log = logging.getLogger(__name__)


class WaitingPages:
    """The file. What a disk refuses is logged once, and tried again with the next change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: tuple[EntryName, ...] = ()
        self._is_refused = False

    def read(self) -> tuple[EntryName, ...]:
        """What was waiting when the file was written; nothing for a file that is no such list, or not there."""
        try:
            with self._path.open("rb") as file:
                raw = file.read(LARGEST + 1)
            rows = json.loads(raw) if len(raw) <= LARGEST else []
            names = tuple((FeedId(feed), EntryKey(key)) for feed, key in rows)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, RecursionError) as error:
            log.warning("%s cannot be read: %s", self._path.name, error)
            return ()
        self._written = names
        return names if all(isinstance(part, str) for name in names for part in name) else ()

    def write(self, names: Sequence[EntryName]) -> None:
        """Makes these the content, if they are others than before; blocks for the disk."""
        wanted = tuple(names)
        if wanted == self._written:
            return
        try:
            if wanted:
                write_atomically(self._path, json.dumps(wanted).encode())
            else:
                with suppress(FileNotFoundError):
                    self._path.unlink()
        except OSError as error:
            log.log(logging.DEBUG if self._is_refused else logging.WARNING, "%s", explain(error, self._path))
            self._is_refused = True
            return
        self._written = wanted
        self._is_refused = False
