"""Hits as a Markdown list (CommonMark), a line a hit; no headline becomes a link, an image, HTML or emphasis in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC

from newswatch.cli.output import shown
from newswatch.model.hit import Hit
from newswatch.text import commonmark


class Bullets:
    """`- **2026-11-22 14:30Z** [Headline](<https://…>) — Source · rule (high)`."""

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`."""
        for hit in hits:
            entry = hit.entry
            headline = escaped(entry.title) or "(no headline)"
            if entry.link is not None:
                headline = f"[{headline}]({commonmark.address(entry.link)})"
            starred = " ★" if hit.is_starred else ""
            at = f"**{entry.at.astimezone(UTC):%Y-%m-%d %H:%MZ}**"
            yield f"- {at}{starred} {headline} — {escaped(entry.source)} · {escaped(hit.rule_id)} ({hit.severity})"


def escaped(text: str) -> str:
    """The text, of bounded length, so that Markdown shows it as it is."""
    return commonmark.escaped(shown(text, 1_000))
