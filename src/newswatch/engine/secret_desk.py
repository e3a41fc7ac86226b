"""The secrets in force: read at the start and whenever secrets.toml changes, handed out feed by feed.

What it says on the screen and in the log names the file, a line, a feed without its secrets; never a value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from newswatch.engine.hub import Hub
from newswatch.errors import SecretsInvalid
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.feed import Feed
from newswatch.secretfile import load_secrets
from newswatch.secrets import FeedSecrets, Secrets

log = logging.getLogger(__name__)

SECRETS_FILE = "secrets.toml"


class SecretDesk:
    """Keeps the secrets of one home. Without a path there are none."""

    def __init__(self, path: Path | None, hub: Hub) -> None:
        self._path = path
        self._hub = hub
        self._secrets = Secrets()
        self._mistake = ""

    @property
    def path(self) -> Path | None:
        """secrets.toml."""
        return self._path

    def of(self, feed: Feed) -> FeedSecrets | None:
        """What the server of this feed is told; None for nothing."""
        return self._secrets.of(feed.url, feed.earlier)

    def load(self) -> None:
        """Takes over the file as it is. Raises SecretsInvalid, and keeps the secrets in force."""
        if self._path is not None:
            self._secrets = load_secrets(self._path)

    async def reload(self, feeds: Iterable[Feed]) -> list[Feed]:
        """Takes over the file when it changed; returns the feeds whose secrets are others now.

        A mistake in it keeps the old ones.
        """
        feeds = tuple(feeds)
        before = self._secrets
        try:
            await asyncio.to_thread(self.load)
            self._mistake = ""
        except SecretsInvalid as error:
            self._mistake = f"secrets kept as they were: {error}"
        self.show_problems(feeds)
        return [feed for feed in feeds if before.of(feed.url, feed.earlier) != self.of(feed)]

    def show_problems(self, feeds: Iterable[Feed]) -> None:
        """Says what is wrong: a mistake, others who may read the file, tables without a feed; or takes that back."""
        shown = self._hub.view.notices.get(SECRETS_FILE)
        text = self._mistake or "; ".join(self._problems(feeds))
        if shown is not None and shown.text == text:
            return
        if text:
            log.warning("%s", text)
            level = NoticeLevel.ERROR if self._mistake else NoticeLevel.WARNING
            self._hub.publish([NoticeRaised(SECRETS_FILE, level, text)])
        elif shown is not None:
            self._hub.publish([NoticeCleared(SECRETS_FILE)])

    def _problems(self, feeds: Iterable[Feed]) -> Iterator[str]:
        if self._secrets.warning:
            yield self._secrets.warning
        if idle := self._secrets.without_feed((feed.url, feed.earlier) for feed in feeds):
            more = f" (and {len(idle) - 1} more)" if len(idle) > 1 else ""
            yield f"{SECRETS_FILE}, {idle[0]}: no feed in feeds.opml has this address{more}"
