from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.fetch.inflate import BodyBroken, BodyTooLarge, Inflater

MIB = 2**20
TEXT = b"<rss>" + b"The bridge at Halden reopens. " * 200 + b"</rss>"


def inflated(body: bytes, encoding: str = "gzip", max_bytes: int = 50 * MIB, step: int = 65_536) -> bytes:
    inflater = Inflater(encoding, max_bytes)
    for start in range(0, len(body), step):
        inflater.feed(body[start : start + step])
    return inflater.finish()


@pytest.mark.parametrize("step", [1, 2, 7, 65_536])
@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP "])
def test_gzip_comes_apart_in_whatever_pieces_it_arrives(encoding: str, step: int) -> None:
    assert inflated(gzip.compress(TEXT), encoding, step=step) == TEXT


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=40))
def test_any_bytes_survive_the_round_trip(text: bytes, step: int) -> None:
    assert inflated(gzip.compress(text), step=step) == text
    assert inflated(zlib.compress(text), "deflate", step=step) == text
    if not text.startswith(b"\x1f\x8b"):
        assert inflated(text, "", step=step) == text


@pytest.mark.parametrize("size", [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 512 * 1024])
def test_a_text_that_just_fills_a_step_is_not_cut(size: int) -> None:
    text = random.Random(7).randbytes(1024) * 600
    assert inflated(gzip.compress(text[:size])) == text[:size]


@pytest.mark.parametrize("step", [1, 65_536])
def test_deflate_is_read_with_its_wrapper_and_without(step: int) -> None:
    bare = zlib.compressobj(wbits=-15)
    assert inflated(zlib.compress(TEXT), "deflate", step=step) == TEXT
    assert inflated(bare.compress(TEXT) + bare.flush(), "deflate", step=step) == TEXT


@pytest.mark.parametrize("encoding", ["", "identity", "Identity"])
def test_a_plain_body_stays_as_it_is(encoding: str) -> None:
    assert inflated(TEXT, encoding) == TEXT


def test_strung_together_members_are_one_body_and_padding_is_forgiven() -> None:
    body = gzip.compress(TEXT) + gzip.compress(b"more")
    for step in (1, 65_536):
        assert inflated(body + b"\0" * 700, step=step) == TEXT + b"more"
        assert inflated(body + b"\0", step=step) == TEXT + b"more"


@pytest.mark.parametrize("lost", [1, 4, 8, 30])
def test_a_truncated_stream_is_a_failure_never_a_short_document(lost: int) -> None:
    with pytest.raises(BodyBroken, match="ended too early"):
        inflated(gzip.compress(TEXT)[:-lost])


def test_a_second_member_that_is_cut_is_a_failure() -> None:
    with pytest.raises(BodyBroken, match="ended too early"):
        inflated(gzip.compress(TEXT) + gzip.compress(TEXT)[:-4])


def test_an_empty_body_that_is_said_to_be_compressed_is_a_failure() -> None:
    with pytest.raises(BodyBroken, match="empty"):
        inflated(b"")


def test_damage_is_noticed() -> None:
    body = bytearray(gzip.compress(TEXT))
    body[-6] ^= 0xFF
    with pytest.raises(BodyBroken, match="damaged"):
        inflated(bytes(body))


def test_a_body_that_only_claims_to_be_gzip_is_a_failure() -> None:
    for body in (b"\x00" * 40, b"PK\x03\x04 a zip file", b"\x1f\x9d old compress(1)"):
        with pytest.raises(BodyBroken, match="but is not"):
            inflated(body)


@pytest.mark.parametrize("step", [1, 65_536])
@pytest.mark.parametrize(
    "text", [TEXT, b"{}", b"\n\n<rss/>", b"\xef\xbb\xbf<rss/>", b"<\x00r\x00/\x00>\x00", b"\xff\xfe<\x00"]
)
def test_a_text_under_a_gzip_label_is_a_text(text: bytes, step: int) -> None:
    assert inflated(text, "gzip", step=step) == text


@pytest.mark.parametrize("step", [1, 65_536])
def test_gzip_without_a_label_is_inflated_within_the_same_bounds(step: int) -> None:
    assert inflated(gzip.compress(TEXT), "", step=step) == TEXT
    with pytest.raises(BodyBroken, match="ended too early"):
        inflated(gzip.compress(TEXT)[:-4], "", step=step)
    with pytest.raises(BodyTooLarge, match="200-fold"):
        inflated(gzip.compress(b"\0" * (8 * MIB)), "", step=65_536)


def test_one_layer_is_taken_off_and_no_more() -> None:
    assert inflated(gzip.compress(gzip.compress(TEXT)), "gzip") == gzip.compress(TEXT)


@pytest.mark.parametrize("body", [b"", b"<", b"\x1f"])
def test_a_body_of_a_byte_or_none_is_what_it_is(body: bytes) -> None:
    assert inflated(body, "") == body


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "utf-8", "gzip, gzip", "gzip," * 20_000, "br, gzip"])
def test_what_we_did_not_ask_for_is_refused_before_a_byte_is_read(encoding: str) -> None:
    with pytest.raises(BodyBroken):
        Inflater(encoding, MIB)


def test_a_bomb_is_refused_after_a_mebibyte() -> None:
    bomb = gzip.compress(b"\0" * (64 * MIB))
    inflater = Inflater("gzip", 50 * MIB)
    with pytest.raises(BodyTooLarge, match="200-fold"):
        inflater.feed(bomb)
    assert inflater.size <= 2 * MIB


def test_a_bomb_of_empty_members_is_refused_and_never_cut_short() -> None:
    assert inflated(gzip.compress(b"") * 1_000) == b""
    with pytest.raises(BodyTooLarge, match="more than 1000 parts"):
        inflated(gzip.compress(b"") * 200_000)


def test_more_than_the_bound_is_refused_compressed_or_not() -> None:
    text = random.Random(1).randbytes(3000)
    with pytest.raises(BodyTooLarge, match="larger than"):
        inflated(gzip.compress(text), max_bytes=2999)
    with pytest.raises(BodyTooLarge, match="larger than"):
        inflated(text, "", max_bytes=2999)
    assert inflated(gzip.compress(text), max_bytes=3000) == text


def test_a_small_document_may_repeat_itself_as_it_likes() -> None:
    text = b"a" * (MIB - 1)
    assert inflated(gzip.compress(text)) == text
