"""Values that lack what lists do not show, and ask for the whole of themselves when that is looked at.

Thousands of hits are held to be listed, sorted and filtered; few are read. A late value is equal to the whole one, is
of the same class and does all that it does: it makes no difference but in memory. It must never know who has the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

Place = TypeVar("Place")
Value = TypeVar("Value", bound="Late")


class Late:
    """What may be late, if it is a frozen dataclass with slots. `LEFT_OUT` are the fields that late ones lack."""

    __slots__ = ("_place", "_whole_at")
    LEFT_OUT: ClassVar[frozenset[str]] = frozenset()

    if not TYPE_CHECKING:  # the fields are declared by the class; a name that is none of them is an error, as ever

        def __getattr__(self, name: str) -> Any:
            """A field that was left out: only where a slot is empty Python comes here."""
            if name not in self.LEFT_OUT:
                raise AttributeError(f"{type(self).__name__} has no {name!r}")
            return getattr(self._whole_at(self._place), name)


def late(value: Value, place: Place, whole_at: Callable[[Place], Value], **instead: object) -> Value:
    """The value without what is left out of its class: it asks `whole_at` for itself, at this place.

    `whole_at` never raises for that place, and gives what is equal to the value for as long as it is asked.
    `instead` are fields to hold in the place of the value's own, and equal to them: those that are held anyway.
    """
    kind = type(value)
    held = _held.get(kind)
    if held is None:
        held = _held[kind] = tuple(name for name in kind.__slots__ if name not in kind.LEFT_OUT)
    light = object.__new__(kind)
    for name in held:
        object.__setattr__(light, name, instead[name] if name in instead else getattr(value, name))
    object.__setattr__(light, "_place", place)
    object.__setattr__(light, "_whole_at", whole_at)
    return light


_held: dict[type[Late], tuple[str, ...]] = {}
"""What late values of a class have."""
