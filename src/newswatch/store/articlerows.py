"""The rows of articles: the readings of the page behind an entry, packed, because texts are long and seldom looked at.

`pages` is the JSON of the readings and of how the entry came in, deflated (RFC 1950), in base64: half of its size in
the file and in memory.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from newswatch.model.article import Article, ArticleText
from newswatch.model.entry import EntryKey
from newswatch.model.feed import FeedId
from newswatch.model.fetched import Fetched
from newswatch.store.columns import text_of
from newswatch.store.rowform import entry_id, json_of
from newswatch.store.rows import JsonRow, read

READINGS_KEPT = 6
"""Of a page: the first, which a person may have seen, and the newest."""
LARGEST_ROW = 16 * 2**20
"""Bytes of a row's JSON, inflated: a file that was tampered with eats no memory."""

_Content = tuple[tuple[ArticleText, ...], Fetched | None]
_decode = msgspec.json.Decoder(_Content).decode


class ArticleRow(JsonRow):
    """The article of one entry; its `id` is that of the entry's row."""

    __slots__ = ("id",)

    def __init__(self, json: bytes, row_id: str) -> None:
        self._json = json
        self.id = row_id

    @classmethod
    def of(cls, article: Article) -> ArticleRow:
        """The row of an article."""
        packed = zlib.compress(msgspec.json.encode((kept(article.readings), article.came_in)), 6)
        row = {"feed": article.feed_id, "key": article.key, "pages": base64.b64encode(packed).decode("ascii")}
        return cls(json_of(row), entry_id(article.feed_id, article.key))

    @classmethod
    def read(cls, row_id: str, json: bytes) -> ArticleRow:
        """The row of this JSON; whether it can be read to its end shows when its value is asked for."""
        return cls(json, row_id)

    def value(self) -> Article:
        """The article; ValueError if the row cannot be read."""
        row: dict[str, Any] = read(self.json)
        try:
            packed = base64.b64decode(row["pages"], validate=True)
            inflating = zlib.decompressobj()
            raw = inflating.decompress(packed, LARGEST_ROW)
            if inflating.unconsumed_tail or not inflating.eof:
                raise ValueError("an article that is too large, or cut off")
            return _article(str(row["feed"]), str(row["key"]), _decode(raw))
        except (KeyError, TypeError, zlib.error) as error:
            raise ValueError(f"an article that cannot be read: {error}") from error


def encode_article(article: Article) -> dict[str, Any]:
    """An article as JSON with nothing packed, for a file that goes elsewhere."""
    readings, came_in = msgspec.to_builtins((kept(article.readings), article.came_in))
    return {"feed": article.feed_id, "key": article.key, "readings": readings, "came_in": came_in}


def decode_article(row: Mapping[str, Any]) -> Article:
    """The article of such a row; ValueError if it cannot be read."""
    try:
        feed_id, key = text_of(row["feed"]), text_of(row["key"])
        content = msgspec.convert((row["readings"], row.get("came_in")), _Content)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"an article that cannot be read: {error}") from error
    return _article(feed_id, key, content)


def kept(readings: Sequence[ArticleText]) -> tuple[ArticleText, ...]:
    """Of many readings the first and the newest."""
    many = len(readings) > READINGS_KEPT
    return (readings[0], *readings[1 - READINGS_KEPT :]) if many else tuple(readings)


def _article(feed_id: str, key: str, content: _Content) -> Article:
    readings, came_in = content
    times = [*(reading.read_at for reading in readings), *(reading.published_at for reading in readings)]
    times += [came.at for came in (came_in, *(reading.fetched for reading in readings)) if came is not None]
    if not readings or any(at is not None and at.tzinfo is None for at in times):
        raise ValueError("an article without readings, or without their times")
    return Article(FeedId(feed_id), EntryKey(key), readings, came_in=came_in)
