"""Hits as a Markdown list (CommonMark), a line a hit; no headline becomes a link, an image, HTML or emphasis in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC

from newswatch.cli.output import shown
from newswatch.model.hit import Hit

_SIGNS = re.compile(r"[\\`*_\[\]<>&|~$#@]|(?<=http)s?:|(?<=ftp):|(?<=www)\.", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_IN_ADDRESS = re.compile(r"[\s<>\\]")


class Bullets:
    """`- **2026-11-22 14:30Z** [Headline](<https://…>) — Source · rule (high)`."""

    def lines(self, hits: Iterable[Hit]) -> Iterator[str]:
        """See `Form`."""
        for hit in hits:
            entry = hit.entry
            headline = escaped(entry.title) or "(no headline)"
            if entry.link is not None:
                headline = f"[{headline}]({address(entry.link)})"
            starred = " ★" if hit.is_starred else ""
            at = f"**{entry.at.astimezone(UTC):%Y-%m-%d %H:%MZ}**"
            yield f"- {at}{starred} {headline} — {escaped(entry.source)} · {escaped(hit.rule_id)} ({hit.severity})"


def escaped(text: str) -> str:
    """The text so that Markdown shows it as it is, GitHub's kind with its bare addresses and mentions included."""
    return _SIGNS.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", shown(text, 1_000))


def address(link: str) -> str:
    """The destination of a link, in the form that may hold brackets."""
    whole = _IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", link)
    return f"<{_ENTITY.sub('&amp;', whole)}>"
