"""A hit as an example for a rule: the text that `must` or `must_not` holds, and that the query is tried on. Pure."""

from __future__ import annotations

import re

from newswatch.model.backtest import Example
from newswatch.model.hit import Hit

LONGEST = 300
"""Code points of a sentence in an example; a longer one is left out, and the headline has to do."""

_ENDS = re.compile(r"[.!?…。！？](?:[\"'”’»)\]]*)(?:\s|$)|\n")


def example_text(hit: Hit | Example) -> str:
    """The headline; where what was found stands elsewhere, the first sentence that holds some of it too."""
    title = " ".join(hit.entry.title.split())
    if not hit.marks or any(mark.field == "title" for mark in hit.marks):
        return title
    for mark in hit.marks:
        if mark.field in ("summary", "content"):
            sentence = _sentence_at(getattr(hit.entry, mark.field), mark.start, mark.end)
            if sentence and len(sentence) <= LONGEST:
                return f"{title} {sentence}" if title[-1:] in ".!?…" else f"{title}. {sentence}"
    return title


def _sentence_at(text: str, start: int, end: int) -> str:
    """The sentence around a place, its blanks made single."""
    begins = 0
    for stop in _ENDS.finditer(text):
        if stop.end() <= start:
            begins = stop.end()
        elif stop.start() >= end:
            return " ".join(text[begins : stop.start() + 1].split())
    return " ".join(text[begins:].split())
