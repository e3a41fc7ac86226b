"""Documents that TinyDB sees as rows and that are model values in memory, so that no text is held twice."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping
from typing import Any, Generic, TypeVar

_Value = TypeVar("_Value")


class ValueRow(Mapping[str, Any], Generic[_Value]):
    """A read-only document that is encoded each time it is looked into."""

    __slots__ = ("_encode", "value")

    def __init__(self, value: _Value, encode: Callable[[_Value], dict[str, Any]]) -> None:
        self.value = value
        self._encode = encode

    def __getitem__(self, column: str) -> Any:
        return self._encode(self.value)[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._encode(self.value))

    def __len__(self) -> int:
        return len(self._encode(self.value))

    def items(self) -> ItemsView[str, Any]:
        """All columns, encoded once."""
        return self._encode(self.value).items()
