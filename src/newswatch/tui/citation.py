"""How an entry is cited. Pure."""

from __future__ import annotations

from datetime import UTC

from newswatch.model.entry import Entry
from newswatch.tui.paint import printable


def citation_of(entry: Entry) -> str:
    """`Title. Source, 22 Nov 2026 14:30 UTC. https://…`, on one line."""
    at = (entry.published_at or entry.seen_at).astimezone(UTC)
    said = [entry.title.rstrip(".") or "(no title)", f"{entry.source}, {at.day} {at:%b} {at.year:04d} {at:%H:%M} UTC"]
    return printable(". ".join([*said, entry.link] if entry.link else said))
