"""The file that `newswatch export` writes and `newswatch import` reads: JSON lines that say whether they are whole.

    {"newswatch": "history", "version": 1, "made": "2026-11-22T14:30:00Z", "entries": 2, "hits": 1}
    {"file": {"name": "rules.toml", "text": "…"}}
    {"file": {"name": "feeds.opml", "text": "…"}}
    {"entry": {…}}
    {"revision": {…}}      an earlier text of the entry above
    {"identity": {…}}      what is remembered of it
    {"hit": {…}}           a hit on it: on its present text, unless it brings its own
    {"delivery": {…}}      what a sink was told of the hit above
    {"article": {…}}       the page behind the entry of the hits above, as it was read
    {"entry": {…}}         … and so on, sorted by feed and key
    {"mute": {…}}          a story, or a rule, that does not interrupt
    {"feed": {…}}          the state of a feed: last, for a feed's validators may not outlive its entries
    {"end": {"rows": 9, "sha256": "…"}}

The rows are those of the store's codec. The digest is of all lines between the first and the last, their line ends
included, so the same history gives the same file but for `made`. Must never know what is done with the rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, BinaryIO

from newswatch.cli.history.files import PersonFile
from newswatch.feeds.addresses import holds_secret
from newswatch.model.entry import Entry, EntryKey
from newswatch.model.feed import FeedId, FeedState
from newswatch.model.hit import Hit
from newswatch.store import codec
from newswatch.store.api import Store
from newswatch.store.articlerows import encode_article

NAME, VERSION = "history", 1
KINDS = ("file", "entry", "revision", "identity", "hit", "delivery", "article", "mute", "feed")
END = "end"
LINE_LIMIT = 16 * 2**20
"""Bytes of a line: an entry and its hits stay far below."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file, the number of its line and how many bytes that has."""

    number: int
    kind: str
    row: Row
    size: int


class Fault(Exception):
    """What is wrong with a line; with the file where it has no number."""

    def __init__(self, message: str, number: int | None = None) -> None:
        self.message = message
        self.number = number
        super().__init__(message)


def written(store: Store, files: Iterable[PersonFile], now: datetime) -> Iterator[str]:
    """The lines of the file, without line ends."""
    totals = store.totals()
    made = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    yield _text({"newswatch": NAME, "version": VERSION, "made": made, "entries": totals.entries, "hits": totals.hits})
    digest = hashlib.sha256()
    rows = 0
    for kind, row in chain(_file_rows(files), _rows(store)):
        line = _text({kind: row})
        digest.update(line.encode("utf-8", "surrogatepass") + b"\n")
        rows += 1
        yield line
    yield _text({END: {"rows": rows, "sha256": digest.hexdigest()}})


def encoded(line: str) -> bytes:
    """A line as it stands in the file."""
    return line.encode("utf-8", "surrogatepass") + b"\n"


def read(file: BinaryIO) -> Iterator[Line | Fault]:
    """The rows of a file from its beginning, and in their places the lines that are none.

    The last to come is a Fault without a number if the file is not whole. Raises Fault at once if it is no export.
    """
    _check_header(file.readline(LINE_LIMIT))
    digest = hashlib.sha256()
    number, rows = 1, 0
    while raw := file.readline(LINE_LIMIT):
        number += 1
        if len(raw) == LINE_LIMIT and not raw.endswith(b"\n"):
            yield Fault(f"it is longer than {LINE_LIMIT // 2**20} MiB", number)
            yield Fault("nothing behind a line that long can be read")
            return
        try:
            kind, row = _pair(raw)
        except ValueError as fault:
            yield Fault(str(fault), number)
            kind, row = "", {}
        if kind == END:
            if mistake := _end_mistake(row, rows, digest.hexdigest(), file):
                yield Fault(mistake)
            return
        digest.update(raw)
        rows += 1
        if kind:
            yield Line(number, kind, row, len(raw))
    yield Fault(f"it breaks off in line {number}, so it is not whole; export it again")


def _file_rows(files: Iterable[PersonFile]) -> Iterator[tuple[str, Row]]:
    for file in files:
        yield "file", {"name": file.name, "text": file.text}


def _rows(store: Store) -> Iterator[tuple[str, Row]]:
    for feed_id, keys in sorted(_keys(store).items()):
        identities = store.identities(feed_id)
        for key in sorted(keys | identities.keys()):
            entry = store.entry(feed_id, key)
            if entry is not None:
                yield "entry", codec.encode_entry(entry)
            for revision in store.revisions(feed_id, key):
                yield "revision", codec.encode_revision(revision)
            if (identity := identities.get(key)) is not None:
                yield "identity", codec.encode_identity(identity)
            hits = store.hits_of_entry(feed_id, key)
            yield from _hit_rows(store, entry, hits)
            if hits and (article := store.article(feed_id, key)) is not None:
                yield "article", encode_article(article)
    for _, mute in sorted(store.mutes().items()):
        yield "mute", codec.encode_mute(mute)
    for _, rule_mute in sorted(store.rule_mutes().items()):
        yield "mute", codec.encode_mute(rule_mute)
    for _, state in sorted(store.feed_states().items()):
        yield "feed", codec.encode_feed_state(_without_secrets(state))


def _hit_rows(store: Store, entry: Entry | None, hits: Iterable[Hit]) -> Iterator[tuple[str, Row]]:
    for hit in sorted(hits, key=lambda hit: hit.id):
        yield "hit", codec.encode_hit(hit, is_whole=hit.entry != entry)
        for delivery in sorted(store.deliveries(hit.id), key=lambda delivery: delivery.sink):
            yield "delivery", codec.encode_delivery(delivery)


def _keys(store: Store) -> dict[FeedId, set[EntryKey]]:
    """The keys of entries by feed, and all feeds of which anything is stored."""
    keys: dict[FeedId, set[EntryKey]] = {feed_id: set() for feed_id in store.feed_states()}
    for entry in store.entries():
        keys.setdefault(entry.feed_id, set()).add(entry.key)
    for identity in store.all_identities():
        keys.setdefault(identity.feed_id, set())
    return keys


def _without_secrets(state: FeedState) -> FeedState:
    """The state; where the feed moves to an address with a key in it, that is left for its server to say again."""
    if state.moved_to is None or not holds_secret(state.moved_to):
        return state
    return replace(state, moved_to=None, moved_answers=0)


def _check_header(raw: bytes) -> None:
    try:
        header = _object(raw)
    except ValueError:
        header = {}
    if header.get("newswatch") != NAME:
        raise Fault("this is not what `newswatch export` writes")
    version = header.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise Fault("it was written by a newer newswatch; import it with that one, or a newer one")


def _pair(raw: bytes) -> tuple[str, Row]:
    """Kind and row of a line. Raises ValueError."""
    pairs = list(_object(raw).items())
    if len(pairs) != 1 or not isinstance(pairs[0][1], dict) or pairs[0][0] not in (*KINDS, END):
        raise ValueError(f"it holds none of {', '.join(KINDS)}")
    return pairs[0]


def _object(raw: bytes) -> Row:
    try:
        value = json.loads(raw.decode("utf-8", "surrogatepass"), parse_constant=_no_number)
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except ValueError as fault:
        reason = fault.msg if isinstance(fault, json.JSONDecodeError) else "a number in it cannot be read"
        raise ValueError(f"it is not JSON: {reason}") from None
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - a line that is none is one thing
    return value


def _no_number(name: str) -> float:
    raise ValueError(name)


def _end_mistake(end: Row, rows: int, digest: str, file: BinaryIO) -> str:
    if file.readline(LINE_LIMIT).strip():
        return "there is more behind its last line"
    if end.get("rows") != rows:
        return f"it has {rows:,} rows and says that it should have others; export it again"
    if end.get("sha256") != digest:
        return "its checksum is wrong: it was changed since it was written, or damaged on the way"
    return ""


def _text(value: Row) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
