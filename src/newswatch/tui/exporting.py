"""An article to take along: as Markdown and as JSON. Pure; the evidence pack is the engine's.

What stands in a file that others open is as hostile as what stands on the screen: nothing of an article becomes a
link, an image or HTML in it, but the links that it has, by their numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from newswatch.model.hit import Hit, Mark
from newswatch.text import commonmark
from newswatch.text.clean import clean_line
from newswatch.text.tokens import without_tokens
from newswatch.tui.blocks import QUOTE, Block, Kind, Line, words_of
from newswatch.tui.reading import Body, Reading, body_of
from newswatch.tui.versions import Version

FORMAT_VERSION = 1
SLUG_CELLS = 48


class Format(StrEnum):
    """What an article can be taken along as; the value is how the file's name ends."""

    MARKDOWN = "md"
    JSON = "json"
    EVIDENCE = "zip"


def file_stem(hit: Hit) -> str:
    """How the file's name begins: when the entry came, in UTC, and its headline as far as that is ASCII."""
    at = (hit.entry.published_at or hit.entry.seen_at).astimezone(UTC)
    words = re.findall(r"[a-z0-9]+", hit.entry.title.casefold())
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > SLUG_CELLS:
            break
        slug += f"-{word}"
    return f"{at.year:04d}{at:-%m-%d-%H%M}{slug or f'-{hit.id[:8]}'}"


def markdown_of(reading: Reading, versions: Iterable[Version]) -> str:
    """The article as CommonMark: facts, quick look, text, links, earlier headlines."""
    hit, entry, shown = reading.story.lead, reading.entry, reading.shown
    body = body_of(reading)
    lines = [f"# {_safe(entry.title) or '(no headline)'}", ""]
    facts = {
        "Source": _safe(entry.source),
        "Author": _safe(entry.author or ""),
        "Link": commonmark.address(without_tokens(entry.link)) if entry.link else "",
        "Published": _time(entry.published_at),
        "Fetched": _time(entry.seen_at),
        "Shown": _time(hit.told_at),
        "Text": _which(reading),
        "Rules": ", ".join(_safe(rule) for rule in reading.story.rule_ids),
        "Tags": ", ".join(_safe(tag) for tag in (*entry.tags, *hit.tags)),
    }
    lines += [f"- {name}: {said}" for name, said in facts.items() if said]
    lines += [f"- Edited: {_time(one.at)} {one.what}" for one in reading.edits]
    lines += [f"- Note, {_time(note.at)}: {_safe(note.text)}" for note in hit.notes]
    if body.bullets:
        lines += ["", "## Quick look", ""]
        lines += [f"- {_safe(one.text)} (¶ {one.paragraph} of {one.paragraphs})" for one in body.bullets]
    lines += ["", "## Text", "", *_text(body)]
    if body.links:
        lines += ["", "## Links", ""]
        lines += [f"{n}. {commonmark.address(without_tokens(link))}" for n, link in enumerate(body.links, start=1)]
    earlier = [version for version in versions if version.title and version.title != entry.title]
    if earlier:
        lines += ["", "## Earlier headlines", ""]
        lines += [f"- {_time(version.at)} {_safe(version.title)}" for version in earlier]
    if shown is not None and shown.said:
        lines += ["", f"*{_safe(shown.said)}*"]
    return "\n".join(lines).rstrip() + "\n"


def json_of(reading: Reading, versions: Iterable[Version]) -> str:
    """The article as one JSON object. `text` is newswatch's Markdown, or the feed's plain text (`text_is`)."""
    entry, shown, body = reading.entry, reading.shown, body_of(reading)
    value: dict[str, Any] = {
        "newswatch_article": FORMAT_VERSION,
        "title": entry.title,
        "source": entry.source,
        "author": entry.author,
        "link": _shared(entry.link),
        "lang": entry.lang,
        "feed_tags": list(entry.tags),
        "published_at": _time(entry.published_at),
        "fetched_at": _time(entry.seen_at),
        "text": body.text,
        "text_is": "markdown" if body.is_markdown else "plain",
        "text_from": shown.text_from.value if shown is not None else "feed",
        "read_at": _time(shown.read_at if shown is not None else None),
        "problem": shown.problem.value if shown is not None and shown.problem is not None else None,
        "said": shown.said if shown is not None else "",
        "links": [without_tokens(link) for link in body.links],
        "keywords": list(shown.keywords if shown is not None else ()),
        "quick_look": [
            {"text": one.text, "start": one.start, "end": one.end, "paragraph": one.paragraph, "of": one.paragraphs}
            for one in body.bullets
        ],
        "found": [list(span) for span in body.spans],
        "hits": [_hit(hit) for hit in reading.story.hits],
        "versions": [
            {"of": one.of.value, "at": _time(one.at), "title": one.title, "text": one.text} for one in versions
        ],
    }
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n"


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rule": hit.rule_id,
        "query": hit.query,
        "rule_version": hit.rule_version,
        "severity": hit.severity.value,
        "source": hit.entry.source,
        "link": _shared(hit.entry.link),
        "found_at": _time(hit.found_at),
        "shown_at": _time(hit.told_at),
        "held": hit.held.value if hit.held is not None else None,
        "state": hit.state.value,
        "is_starred": hit.is_starred,
        "tags": list(hit.tags),
        "notes": [{"at": _time(note.at), "text": note.text} for note in hit.notes],
        "marks": [_mark(mark) for mark in hit.marks],
    }


def _shared(link: str | None) -> str | None:
    return None if link is None else without_tokens(link)


def _mark(mark: Mark) -> dict[str, Any]:
    return {"field": mark.field, "start": mark.start, "end": mark.end, "text": mark.text, "part": mark.part}


def _which(reading: Reading) -> str:
    shown = reading.shown
    if shown is None:
        return "the feed's"
    return f"{shown.text_from.value}, read {_time(shown.read_at)}"


def _text(body: Body) -> Iterator[str]:
    """The blocks, each sign of the text itself escaped."""
    for block in body.blocks():
        lead = "".join("> " if one == QUOTE else "  " for one in block.inset)
        if block.is_apart:
            yield lead.rstrip() if QUOTE in block.inset else ""
        yield from (f"{lead}{line}".rstrip() for line in _block(block))


def _block(block: Block) -> Iterator[str]:
    match block.kind:
        case Kind.CODE:
            yield from (f"    {words_of([line])}" for line in block.lines)
        case Kind.TABLE:
            for number, row in enumerate(block.rows):
                yield f"| {' | '.join(_inline(cell) for cell in row)} |"
                if not number:
                    yield f"|{' --- |' * len(row)}"
        case Kind.HEADING:
            yield from (f"{'#' * min(block.level + 2, 6)} {_inline(line)}" for line in block.lines)
        case Kind.ITEM:
            sign = "-" if block.sign == "•" else block.sign
            yield from (f"{sign} {_inline(line)}" for line in block.lines)
        case Kind.PARAGRAPH:
            yield from (_paragraph(_inline(line)) for line in block.lines)


def _inline(line: Line) -> str:
    """A line: its emphasis, and the numbers of its links."""
    said: list[str] = []
    for at, run in enumerate(line):
        text = commonmark.escaped(run.text)
        bare = text.strip()
        sign = ("**" if run.is_bold else "") + ("*" if run.is_italic or run.is_image else "")
        if sign and bare:
            start = text.index(bare)
            text = f"{text[:start]}{sign}{bare}{sign[::-1]}{text[start + len(bare) :]}"
        follows = line[at + 1].link if at + 1 < len(line) else 0
        said.append(f"{text} \\[{run.link}\\]" if run.link and run.link != follows else text)
    return "".join(said)


_BEGINS = re.compile(r"(?:[-+=](?= |$|[-+=])|\d{1,9}(?=[.)]))")


def _paragraph(line: str) -> str:
    """A line that begins no item, and underlines no heading."""
    begins = _BEGINS.match(line)
    if begins is None:
        return line
    at = begins.end() if begins[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def _safe(text: str) -> str:
    return commonmark.escaped(clean_line(text))


def _time(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
