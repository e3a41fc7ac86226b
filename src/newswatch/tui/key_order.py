"""Keys in their order: one is taken only when what the one before it did is done.

Textual hands a key to whatever has the focus at that moment. Typed in one breath (`/tanker`), letters would
reach the list before `/` has moved the focus, and act there: an `a` would ack. So a burst waits its turn.
"""

from __future__ import annotations

from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.timer import Timer

PATIENCE_S = 0.5  # a widget that went away, or is busy for longer, must not hold up the keyboard
MOST_HELD = 1_000


class KeyDone(Message, namespace="key_order"):
    """Follows a key on its way from the focused widget up to the app, through the same queues; then (`is_last`) the
    messages that the key has sent on the same way, such as that a field was submitted.
    """

    def __init__(self, *, is_last: bool) -> None:
        super().__init__()
        self.is_last = is_last


class OrderedKeys(App[int]):
    """An app whose keys wait for each other."""

    def __init__(self) -> None:
        super().__init__()
        self._held_keys: deque[events.Key] = deque()
        self._patience: Timer | None = None  # set while a key is on its way

    async def on_event(self, event: events.Event) -> None:
        """Holds a key back while another is on its way."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._patience is not None:
                if len(self._held_keys) < MOST_HELD:
                    self._held_keys.append(event)
                return
            await self._take(event)
        else:
            await super().on_event(event)

    async def on_key_order_key_done(self, done: KeyDone) -> None:
        """The key has come all the way, or what it has sent. What that put off until later, such as a change of focus,
        comes first.
        """
        if done.is_last or not self._send_behind(is_last=True):
            self.call_later(self._next_key)

    async def _take(self, key: events.Key) -> None:
        self._patience = self.set_timer(PATIENCE_S, self._next_key, name="a key on its way")
        await super().on_event(key)
        if not self._send_behind(is_last=False):
            await self._next_key()

    def _send_behind(self, *, is_last: bool) -> bool:
        return (self.focused or self.screen).post_message(KeyDone(is_last=is_last))

    async def _next_key(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        if self._held_keys:
            await self._take(self._held_keys.popleft())
