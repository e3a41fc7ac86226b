"""The evidence pack of a hit: one zip file with all that is known of how it came about, and what is not. Pure.

The same history gives the same bytes: files in a fixed order, with a fixed date, stored and not deflated. No address of
a fetch has a name, a password, or values in its query that the feed's own link does not have; of the links in a page
those that look as if they let their holder in lose these values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from newswatch import __version__
from newswatch.model.article import Article, ArticleText
from newswatch.model.entry import Revision
from newswatch.model.feed import Feed, FeedState
from newswatch.model.fetched import Fetched
from newswatch.model.hit import Hit
from newswatch.model.rule import Rule
from newswatch.store import codec
from newswatch.text.tokens import without_tokens
from newswatch.text.urls import redact

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can say: the files say their own times

README = """Evidence pack of one hit, made by newswatch {version}.
Times are UTC. SHA-256 is written in hexadecimal. Keys and tokens in links are written ***, all else of a link stands.

entry.json      The entry as newswatch has it stored: the feed's text without its markup, cleaned of what a
                terminal would obey. Not the bytes of the feed.
revisions.json  Earlier texts of the entry, oldest first, and when each was replaced.
hit.json        What matched and where (marks: field, first letter, letter behind the last, text), with the rule's
                text and version as it was then, and what a person did with it.
feed.json       The feed, its address without secrets, and its last document: when it came, through which addresses,
                with which headers, and the SHA-256 of its bytes as they were after decompression.
                {feed_note}
pages.json      Each fetch of the page behind the entry: when, through which addresses, status, headers, size, and the
                SHA-256 of its bytes after decompression.
page-N.md       What was read of the page, as text. Not its bytes: newswatch does not keep them.
SHA256SUMS      The SHA-256 of each file of this pack (sha256sum -c SHA256SUMS).

What this is not: nobody else has signed or witnessed it, and the times are those of this machine's clock. A digest
shows that bytes which are kept elsewhere are the same, it does not bring them back.
"""
_SAME = "It brought this very text of the entry: brought_the_entry is that document."
_OTHER = "Which document brought the entry is not remembered: what stands here is the feed's last one."


def evidence_pack(
    hit: Hit,
    rule: Rule | None,
    feed: Feed | None,
    state: FeedState | None,
    revisions: Sequence[Revision],
    article: Article | None,
) -> bytes:
    """The zip file. `rule` is the hit's rule as it is now, None if it is gone."""
    link = hit.entry.link
    hit = replace(hit, entry=replace(hit.entry, link=without_tokens(link) if link is not None else None))
    came_in = article.came_in if article is not None else None
    if came_in is None and state is not None and state.document_at == (hit.entry.revised_at or hit.entry.seen_at):
        came_in = state.document_came
    readings = article.readings if article is not None else ()
    files: dict[str, bytes] = {
        "entry.json": _json(codec.encode_entry(hit.entry)),
        "revisions.json": _json([codec.encode_revision(revision) for revision in revisions]),
        "hit.json": _json({**codec.encode_hit(hit), "rule_now": _rule(rule)}),
        "feed.json": _json(_feed(feed, state, came_in)),
        "pages.json": _json([_page(number, reading) for number, reading in enumerate(readings, start=1)]),
    }
    for number, reading in enumerate(readings, start=1):
        files[f"page-{number}.md"] = _markdown(reading).encode()
    note = _SAME if came_in is not None else _OTHER
    files["README.txt"] = README.format(version=__version__, feed_note=note).encode()
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return _zipped({**files, "SHA256SUMS": sums.encode()})


def _zipped(files: Mapping[str, bytes]) -> bytes:
    from zipfile import ZIP_STORED, ZipFile, ZipInfo  # almost a megabyte, for what few ever ask for

    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as pack:
        for name in sorted(files):
            entry = ZipInfo(name, _DATE)
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o600 << 16
            pack.writestr(entry, files[name])
    return packed.getvalue()


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "id": rule.id,
        "name": rule.name,
        "query": rule.text,
        "version": rule.version,
        "severity": rule.severity.value,
        "fields": list(rule.fields),
        "feeds": [redact(feed) for feed in rule.feeds],
        "languages": list(rule.languages),
    }


def _feed(feed: Feed | None, state: FeedState | None, came_in: Fetched | None) -> dict[str, Any]:
    return {
        "address": redact(feed.url) if feed is not None else None,
        "name": feed.name if feed is not None else None,
        "title": state.title if state is not None else None,
        "last_document_at": _time(state.document_at if state is not None else None),
        "last_document": _fetched(state.document_came if state is not None else None),
        "brought_the_entry": _fetched(came_in),
    }


def _page(number: int, reading: ArticleText) -> dict[str, Any]:
    return {
        "text": f"page-{number}.md",
        "text_from": reading.text_from.value,
        "read_at": _time(reading.read_at),
        "problem": reading.problem.value if reading.problem is not None else None,
        "said": reading.said,
        "fetched": _fetched(reading.fetched),
        "title": reading.title,
        "author": reading.author,
        "site": reading.site,
        "published_at": _time(reading.published_at),
        "lang": reading.lang,
    }


def _fetched(fetched: Fetched | None) -> dict[str, Any] | None:
    if fetched is None:
        return None
    return {
        "at": _time(fetched.at),
        "chain": list(fetched.chain),
        "status": fetched.status,
        "sha256": fetched.sha256,
        "size": fetched.size,
        "headers": dict(fetched.headers),
    }


def _markdown(reading: ArticleText) -> str:
    shown = map(without_tokens, reading.links)
    links = "".join(f"\n[{number}]: {link}" for number, link in enumerate(shown, start=1))
    return f"{reading.text}\n{links}\n" if links else f"{reading.text}\n"


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode("utf-8", "replace")
