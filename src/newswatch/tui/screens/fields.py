"""What screens of fields share, whatever else they are: the keys that go from one to the next."""

from __future__ import annotations

from typing import Protocol


class _Focuses(Protocol):
    """What a screen does for them."""

    def focus_next(self) -> object: ...

    def focus_previous(self) -> object: ...


class Fields:
    """Mixed into a screen that binds `field.`."""

    def action_next_field(self: _Focuses) -> None:
        """To the next field."""
        self.focus_next()

    def action_previous_field(self: _Focuses) -> None:
        """To the previous field."""
        self.focus_previous()
