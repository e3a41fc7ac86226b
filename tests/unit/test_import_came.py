"""How a document came, in an export that nobody wrote in good faith."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.model.fetched import Fetched
from newswatch.store import codec
from newswatch.testing import build
from tests.unit.test_import_door import DOOR, FAR, HOSTILE, NOW, is_safe

CAME = Fetched(build.at(), ("https://a.example/rss", "https://b.example/rss"), 200, "ab" * 32, 66, (("etag", '"x"'),))


def test_how_a_document_came_is_let_in_as_it_is() -> None:
    state = build.feed_state(document_came=CAME)
    assert DOOR.feed(codec.encode_feed_state(state)) == state


def test_what_is_hostile_in_it_is_cleaned_and_bounded() -> None:
    evil = replace(CAME, at=FAR, chain=(HOSTILE,) * 99, status=-1, size=10**30, headers=((HOSTILE, HOSTILE),) * 99)
    came = DOOR.feed(codec.encode_feed_state(build.feed_state(document_came=evil))).document_came
    assert came is not None
    assert is_safe(came)
    assert came.at == NOW
    assert len(came.chain) <= 10
    assert len(came.headers) <= 20
    assert came.status == 0


def test_a_digest_that_is_none_is_not_let_in() -> None:
    state = build.feed_state(document_came=replace(CAME, sha256="not a digest"))
    assert DOOR.feed(codec.encode_feed_state(state)).document_came is None


@pytest.mark.parametrize("column", [[], 5, ["x"], ["2026-11-22T14:30:00Z", "no list", 200, "ab", 1, []]])
def test_a_column_that_cannot_be_read_is_an_error(column: object) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        codec.decode_feed_state({**codec.encode_feed_state(build.feed_state()), "came": column})
