"""What one record of a journal says: operations over tables of documents, as JSON text and as a change in memory.

    [["put","entries",{"id":{…},…}],["del","entries",["id",…]],["clear","table"],["drop","table"]]

One record is one transaction. Knows JSON; never files, never what the documents mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, assert_never

import msgspec

from newswatch.store.rows import JsonRow

ROWS_A_RECORD = 50  # in a snapshot: a damaged record there costs at most so many documents

Row = Mapping[str, Any]
Tables = dict[str, dict[str, Row]]
Thaw = Callable[[str, str, bytes], Row]
"""Gives a document, by table, id and JSON, the form that memory is to keep. Must not raise, whatever the JSON is."""

_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_puts = msgspec.json.Decoder(list[tuple[str, str, dict[str, msgspec.Raw]]])  # takes the rows apart, not the documents


@dataclass(frozen=True, slots=True)
class Put:
    """Sets documents by id, whole; a document that was there is replaced."""

    table: str
    documents: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Remove:
    """Removes documents by id; those that are not there are passed over."""

    table: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Clear:
    """Empties a table, which is there afterwards."""

    table: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Removes a table."""

    table: str


Operation = Put | Remove | Clear | Drop


def encode(operation: Operation, thaw: Thaw | None = None) -> tuple[bytes, Operation]:
    """The JSON, and the operation with its documents in the form that memory is to keep.

    Plain dicts are kept as `thaw` or else JSON gives them back, so that memory never says what the file does not;
    any other Mapping is kept as it is. Raises TypeError or ValueError for what is not JSON.
    """
    match operation:
        case Put(table, documents):
            texts: list[bytes] = []
            kept: dict[str, Row] = {}
            for doc_id, document in documents.items():
                text = _row_json(document)
                texts += (_name_json(doc_id), b":", text, b",")
                if not isinstance(document, dict):
                    kept[doc_id] = document
                elif thaw is None:
                    kept[doc_id] = json.loads(text)
                else:
                    kept[doc_id] = thaw(table, doc_id, text)
            return _put_json(table, texts), Put(table, kept)
        case Remove(table, ids):
            return _json(["del", table, list(ids)]), operation
        case Clear(table):
            return _json(["clear", table]), operation
        case Drop(table):
            return _json(["drop", table]), operation
        case _:
            assert_never(operation)


def record(operations: Iterable[bytes]) -> bytes:
    """One record from the JSON of its operations."""
    return b"[%b]" % b",".join(operations)


def decode(content: bytes, thaw: Thaw | None = None) -> list[Operation]:
    """The operations of a record, with their documents in the form that `thaw` gives them; ValueError if it is none."""
    try:
        if thaw is not None and (puts := _thawed_puts(content, thaw)) is not None:
            return puts
        items = json.loads(content)
    except RecursionError:
        raise ValueError("brackets that are nested too deeply") from None
    if not isinstance(items, list):
        raise ValueError("not a record of a journal")  # noqa: TRY004 - damage is a ValueError to AppendLog
    operations = [_operation(item) for item in items]
    return operations if thaw is None else [_thawed(operation, thaw) for operation in operations]


def _thawed_puts(content: bytes, thaw: Thaw) -> list[Operation] | None:
    """The usual record, which does nothing but put, without a look into its documents; None for any other."""
    try:
        items = _puts.decode(content)
    except ValueError:  # another operation, or what only json.loads reads: lone surrogates, NaN
        return None
    if any(word != "put" for word, _, _ in items):
        return None
    return [
        Put(table, {doc_id: thaw(table, doc_id, bytes(raw)) for doc_id, raw in rows.items()})
        for _, table, rows in items
    ]


def _thawed(operation: Operation, thaw: Thaw) -> Operation:
    if not isinstance(operation, Put):
        return operation
    table = operation.table
    return Put(table, {doc_id: thaw(table, doc_id, _json(row)) for doc_id, row in operation.documents.items()})


def weight(operation: Operation) -> int:
    """How many rows it adds to the file."""
    match operation:
        case Put(_, documents):
            return len(documents)
        case Remove(_, ids):
            return len(ids)
        case Clear() | Drop():
            return 1
        case _:
            assert_never(operation)


def apply(tables: Tables, operation: Operation) -> None:
    """Changes the tables in memory. Cannot fail, and applying the same again changes nothing."""
    match operation:
        case Put(table, documents):
            tables.setdefault(table, {}).update(documents)
        case Remove(table, ids):
            present = tables.setdefault(table, {})
            for doc_id in ids:
                present.pop(doc_id, None)
        case Clear(table):
            tables.setdefault(table, {}).clear()
        case Drop(table):
            tables.pop(table, None)
        case _:
            assert_never(operation)


def difference(before: Mapping[str, Mapping[str, Row]], after: Mapping[str, Mapping[str, Row]]) -> list[Operation]:
    """The operations that turn one content into another."""
    operations: list[Operation] = [Drop(table) for table in before if table not in after]
    for table, rows in after.items():
        if table not in before:
            operations.append(Clear(table))
        documents = {str(doc_id): row for doc_id, row in rows.items()}
        present = before.get(table, {})
        gone = [doc_id for doc_id in present if doc_id not in documents]
        changed = {
            doc_id: row
            for doc_id, row in documents.items()
            if doc_id not in present or (present[doc_id] is not row and present[doc_id] != row)
        }
        if gone:
            operations.append(Remove(table, gone))
        if changed:
            operations.append(Put(table, changed))
    return operations


def snapshot(tables: Tables) -> Iterator[bytes]:
    """Records that say everything, in few rows each."""
    for table, documents in tables.items():
        yield record([_json(["clear", table])])
        rows = iter(documents.items())
        while page := list(islice(rows, ROWS_A_RECORD)):
            texts = (part for doc_id, row in page for part in (_name_json(doc_id), b":", _row_json(row), b","))
            yield record([_put_json(table, list(texts))])


def _json(value: object) -> bytes:
    # TinyDB takes any str, and json.loads reads it back the same way.
    return _dump(value).encode("utf-8", "surrogatepass")


def _name_json(doc_id: str) -> bytes:
    """As `_json`, at once for names of letters and digits, as digests are."""
    return b'"%b"' % doc_id.encode() if doc_id.isalnum() and doc_id.isascii() else _json(doc_id)


def _row_json(row: Row) -> bytes:
    if isinstance(row, JsonRow):
        return row.json
    return _json(row if isinstance(row, dict) else dict(row.items()))  # items(): a Mapping may encode as a whole


def _put_json(table: str, texts: list[bytes]) -> bytes:
    """`texts`: of each row its id, a colon, itself and a comma."""
    return b"".join((b'["put",', _json(table), b",{", *texts[:-1], b"}]"))


def _operation(item: object) -> Operation:
    match item:
        case ["put", str(table), dict(documents)] if all(isinstance(row, dict) for row in documents.values()):
            return Put(table, documents)
        case ["del", str(table), list(ids)] if all(isinstance(doc_id, str) for doc_id in ids):
            return Remove(table, ids)
        case ["clear", str(table)]:
            return Clear(table)
        case ["drop", str(table)]:
            return Drop(table)
        case _:
            raise ValueError("not an operation of a journal")
