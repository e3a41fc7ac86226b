"""Other people's lists of feeds (OPML), from a file or an address. Nothing in one is executed, and nothing it names is
read from disk or fetched.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from newswatch.errors import NetworkDown, UsageError
from newswatch.feeds.addresses import shown as shown_address
from newswatch.feeds.opml import OpmlDocument, read_opml
from newswatch.feeds.opmlread import MAX_BYTES
from newswatch.fetch.request import Fetched, FetchFailed
from newswatch.text.clean import clean_line

if TYPE_CHECKING:
    from newswatch.engine.probe import Probe


def is_address(source: str) -> bool:
    """Whether a list is to be fetched, and not read from a file."""
    return source.lower().startswith(("http://", "https://"))


def name_of(source: str) -> str:
    """What errors call the list: a path, or an address without what a path makes no difference of."""
    return shown_address(source).partition("://")[2] if is_address(source) else source


async def list_at(source: str, probe: Probe) -> OpmlDocument:
    """The list in a file or at an address. Raises UsageError, NetworkDown, FeedsInvalid."""
    data = await fetched(source, probe) if is_address(source) else await asyncio.to_thread(bytes_of, source)
    return await asyncio.to_thread(read_opml, data, Path(name_of(source)))


def bytes_of(source: str) -> bytes:
    """A file's bytes; one more than is allowed of one that is too long. Raises UsageError."""
    try:
        with Path(source).expanduser().open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:  # no such file, a NUL in its name, no such user's ~
        reason = getattr(error, "strerror", None) or "this is no name of a file"
        raise UsageError(f"{clean_line(source, 200)} cannot be read: {reason}") from error


async def fetched(address: str, probe: Probe) -> bytes:
    """What stands at an address. Raises NetworkDown."""
    from newswatch.engine.probe import ACCEPT_OPML

    match await probe.fetch(address, accept=ACCEPT_OPML):
        case Fetched() as result:
            return result.body
        case FetchFailed() as failed:
            raise NetworkDown(f"{shown_address(address)}: {failed.reason}")
        case _:
            raise NetworkDown(f"{shown_address(address)}: the server sent no list")
