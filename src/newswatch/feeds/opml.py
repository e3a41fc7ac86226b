"""feeds.opml on disk, and the door to OPML: which feeds a person watches.

Reading is in `opmlread`, editing in `opmledit`. A file is written only if nobody changed it since it was
read. Must never know the network. Blocks for the disk: call `load_feeds` and `save_feeds` off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newswatch import atomic
from newswatch.errors import FeedsInvalid, FileChanged
from newswatch.feeds.opmledit import add_feeds, build_opml, change_feed, change_feeds, remove_feed
from newswatch.feeds.opmlread import EMPTY, MAX_BYTES, OpmlDocument, Refused, read_opml
from newswatch.model.feed import Feed

__all__ = [
    "LoadedFeeds",
    "OpmlDocument",
    "Refused",
    "add_feeds",
    "build_opml",
    "change_feed",
    "change_feeds",
    "edit_feeds",
    "load_feeds",
    "read_opml",
    "remove_feed",
    "save_feeds",
    "write_opml",
]


@dataclass(frozen=True, slots=True)
class LoadedFeeds:
    """What feeds.opml holds. `fingerprint` names the bytes it was read from."""

    feeds: tuple[Feed, ...]
    document: OpmlDocument
    fingerprint: str
    refused: tuple[Refused, ...]


def write_opml(document: OpmlDocument) -> bytes:
    """The document as a file, in UTF-8; what was not edited is as it was, byte for byte."""
    return document.source


def load_feeds(path: Path) -> LoadedFeeds:
    """The feeds in the person's own file, none if there is no file. Raises FeedsInvalid."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _loaded(read_opml(EMPTY, path, is_own=True), atomic.ABSENT)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise FeedsInvalid(path, f"cannot be read: {reason}. Make it a file that you may read (chmod u+r)") from fault
    return _loaded(read_opml(data, path, is_own=True), atomic.fingerprint(data))


def save_feeds(path: Path, fingerprint: str, document: OpmlDocument) -> LoadedFeeds:
    """Makes this document the person's file. Raises FileChanged if it is no longer the one with that fingerprint,
    FeedsInvalid if it cannot be written; nothing is written then."""
    data = write_opml(document)
    try:
        atomic.write_atomically(path, data, expected=fingerprint)
    except OSError as error:
        reason = atomic.explain(error, path).removeprefix(f"cannot write {path}: ")
        raise FeedsInvalid(path, f"cannot be written: {reason}") from error
    if not document.is_own or document.path != path:
        document = read_opml(data, path, is_own=True)
    return _loaded(document, atomic.fingerprint(data))


def edit_feeds(path: Path, change: Callable[[LoadedFeeds], OpmlDocument]) -> LoadedFeeds:
    """Reads the person's file, changes what it says and writes it; again from the start if it changed meanwhile.

    Nothing is written if `change` returns the document that it got. Raises as `load_feeds` and `save_feeds`.
    """
    for is_last in (False, False, True):
        loaded = load_feeds(path)
        document = change(loaded)
        if document is loaded.document:
            return loaded
        try:
            return save_feeds(path, loaded.fingerprint, document)
        except FileChanged:
            if is_last:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _loaded(document: OpmlDocument, fingerprint: str) -> LoadedFeeds:
    return LoadedFeeds(document.found, document, fingerprint, document.refused)
