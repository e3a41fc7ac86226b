"""TinyDB tables that say what changed, instead of handing over the whole database at each write.

Knows TinyDB's Table and the storage; nothing of files or of what the documents mean.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from newswatch.store.operations import Clear, Operation, Put, Remove, Row
from newswatch.store.storage import JournalStorage

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class JournalTable(Table):
    """A TinyDB table whose writes say what changed, instead of handing over the whole database."""

    def __init__(
        self,
        storage: JournalStorage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,  # noqa: FBT001, FBT002 - TinyDB's own signature
    ) -> None:
        super().__init__(storage, name, cache_size)
        self._following_id: int | None = None  # what comes after the highest id ever used; None: not known yet
        self._journal = storage
        if persist_empty:
            self._append(Clear(name))

    def put(self, documents: Mapping[Any, Row]) -> None:
        """Sets documents by id, whole, whether they were there or not. Reads nothing."""
        self._following_id = None
        self._append(Put(self.name, {str(doc_id): document for doc_id, document in documents.items()}))

    def discard(self, doc_ids: Iterable[Any]) -> None:
        """Removes documents by id, passing over those that are not there. Reads nothing."""
        self._append(Remove(self.name, [str(doc_id) for doc_id in doc_ids]))

    def insert(self, document: Mapping[str, Any]) -> int:
        """See `tinydb.table.Table.insert`."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """See `tinydb.table.Table.insert_multiple`; one transaction."""
        present = self._read_table()
        fresh: dict[str, Row] = {}
        doc_ids: list[int] = []
        for document in documents:
            if not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")  # noqa: TRY004 - as TinyDB raises it
            doc_id = self._given_id(document.doc_id) if isinstance(document, Document) else self._get_next_id()
            if str(doc_id) in fresh or str(doc_id) in present:
                raise ValueError(f"Document with ID {doc_id} already exists")
            fresh[str(doc_id)] = dict(document)
            doc_ids.append(doc_id)
        self._append(Put(self.name, fresh))
        return doc_ids

    def update(self, fields: Fields, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """See `tinydb.table.Table.update`; one transaction."""
        table = self._read_table()
        if doc_ids is not None:
            chosen = [doc_id for doc_id in doc_ids if str(doc_id) in table]
        else:
            chosen = [self.document_id_class(key) for key, row in table.items() if cond is None or cond(row)]
        changed: dict[str, Row] = {}
        for doc_id in chosen:
            key = str(doc_id)
            document = copy.deepcopy(dict(changed.get(key, table[key]).items()))
            _change(document, fields)
            changed[key] = document
        self._append(Put(self.name, changed))
        return chosen

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """See `tinydb.table.Table.update_multiple`; one transaction."""
        changes = list(updates)
        changed: dict[str, Row] = {}
        updated: list[int] = []
        for key, row in self._read_table().items():
            document: dict[str, Any] | None = None
            for fields, cond in changes:
                if cond(row if document is None else document):
                    document = copy.deepcopy(dict(row.items())) if document is None else document
                    _change(document, fields)
                    updated.append(self.document_id_class(key))
            if document is not None:
                changed[key] = document
        self._append(Put(self.name, changed))
        return updated

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """See `tinydb.table.Table.remove`."""
        table = self._read_table()
        if doc_ids is not None:
            gone = [doc_id for doc_id in dict.fromkeys(doc_ids) if str(doc_id) in table]
        elif cond is not None:
            gone = [self.document_id_class(key) for key, row in table.items() if cond(row)]
        else:
            raise RuntimeError("Use truncate() to remove all documents")
        self._append(Remove(self.name, [str(doc_id) for doc_id in gone]))
        return gone

    def truncate(self) -> None:
        """See `tinydb.table.Table.truncate`."""
        self._append(Clear(self.name))
        self._following_id = None

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        # TinyDB's one way to change a table, for whatever calls it beside the methods above.
        table: dict[int, Mapping[str, Any]] = {
            self.document_id_class(key): copy.deepcopy(dict(row.items())) for key, row in self._read_table().items()
        }
        updater(table)
        tables: dict[str, dict[str, Any]] = dict(self._journal.read() or {})
        tables[self.name] = {str(doc_id): dict(document) for doc_id, document in table.items()}
        self._journal.write(tables)
        self.clear_cache()

    def _get_next_id(self) -> int:
        if self._following_id is None:
            self._following_id = 1 + max(map(self.document_id_class, self._read_table()), default=0)
        next_id = self._following_id
        self._following_id += 1
        return next_id

    def _given_id(self, doc_id: int) -> int:
        """An id that the caller chose; those that we choose go on after it."""
        self._following_id = max(self._get_next_id(), doc_id + 1)
        return doc_id

    def _append(self, operation: Operation) -> None:
        self.clear_cache()
        match operation:
            case Put(_, documents) if not documents:
                return
            case Remove(_, ids) if not ids:
                return
            case _:
                self._journal.append([operation])


class KeyedTable(JournalTable):
    """A table whose ids are strings that the caller gives: documents come in by `put`, or as `Document`."""

    document_id_class = str  # type: ignore[assignment] # TinyDB types this hook by its default

    def _get_next_id(self) -> int:
        raise TypeError("this table chooses no ids: give a Document with its own, or use put")

    def _given_id(self, doc_id: int) -> int:
        return doc_id


def _change(document: dict[str, Any], fields: Fields) -> None:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
