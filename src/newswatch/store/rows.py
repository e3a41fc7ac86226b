"""Documents that are kept as their JSON and read when they are looked into: compact, whatever they hold.

Knows nothing of tables, nor of what the documents mean.
"""

from __future__ import annotations

import json as stdlib_json
from collections.abc import ItemsView, Iterator, Mapping
from typing import Any

import msgspec

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def read(json: bytes) -> dict[str, Any]:
    """The document of a JSON object. Raises ValueError if it is none."""
    try:
        return _decode(json)
    except ValueError:  # lone surrogates and NaN, which TinyDB takes: the stricter reader has no word for them
        document = stdlib_json.loads(json)
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - what cannot be read is a ValueError
    return document


class JsonRow(Mapping[str, Any]):
    """A read-only document as the JSON that stands in the file; it is decoded each time it is looked into.

    A document that turns out to be no JSON is an empty one: nothing is known of it, and its bytes stay as they are.
    """

    __slots__ = ("_json",)

    def __init__(self, json: bytes) -> None:
        self._json = json

    @property
    def json(self) -> bytes:
        """The document as it stands in the file."""
        return self._json

    def __getitem__(self, column: str) -> Any:
        return self._document()[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document())

    def __len__(self) -> int:
        return len(self._document())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.json!r})"

    def items(self) -> ItemsView[str, Any]:
        """All columns, decoded once."""
        return self._document().items()

    def _document(self) -> dict[str, Any]:
        try:
            return read(self.json)
        except ValueError:
            return {}
