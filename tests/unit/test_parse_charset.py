"""Fault 21: wrong, missing and lying encodings give the right text."""

from __future__ import annotations

import codecs

import pytest

from newswatch.parse import parse_document
from newswatch.text.charset import decode

TITLES = {
    "utf-8": "Größe Київ 東京",
    "utf-16": "Größe Київ 東京",
    "utf-32": "Größe Київ 東京",
    "windows-1252": "“Größe” – déjà",
    "iso-8859-1": "Größe déjà",
    "iso-8859-2": "Łódź świeży",
    "windows-1251": "Київ говорить",
    "koi8-r": "Москва говорит",
    "shift_jis": "東京の港",
    "euc-jp": "東京の港",
    "iso-2022-jp": "東京の港",
    "gb2312": "北京港口",
    "gb18030": "北京港口𠀀",
    "big5": "台北港口",
    "euc-kr": "서울 항구 똠",
}


def document(title: str, encoding: str, *, declared: str | None = None) -> bytes:
    name = declared if declared is not None else encoding
    declaration = f'<?xml version="1.0" encoding="{name}"?>' if name else '<?xml version="1.0"?>'
    codec = {"euc-kr": "cp949"}.get(encoding, encoding)
    return f'{declaration}<rss version="2.0"><channel><title>{title}</title></channel></rss>'.encode(codec)


@pytest.mark.parametrize("encoding", TITLES)
@pytest.mark.parametrize("content_type", ["", "text/xml", "application/rss+xml", "text/html; charset=iso-8859-1"])
def test_declared_encodings(encoding: str, content_type: str) -> None:
    body = document(TITLES[encoding], encoding)
    assert parse_document(body, "", {"Content-Type": content_type}).title == TITLES[encoding]


@pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "euc-kr", "iso-8859-2"])
def test_the_header_names_what_the_document_does_not(encoding: str) -> None:
    body = document(TITLES[encoding], encoding, declared="")
    feed = parse_document(body, "", {"content-type": f'application/xml; charset="{encoding}"'})
    assert feed.title == TITLES[encoding]


@pytest.mark.parametrize("claim", ["iso-8859-1", "us-ascii", "windows-1251", "no-such-thing", "zlib", "utf-7", "idna"])
def test_utf_8_is_known_whatever_is_claimed(claim: str) -> None:
    body = document(TITLES["utf-8"], "utf-8", declared=claim)
    assert parse_document(body, "", {"content-type": f"text/xml; charset={claim}"}).title == TITLES["utf-8"]


def test_latin_text_that_claims_to_be_utf_8_is_still_right() -> None:
    assert parse_document(document("Größe", "iso-8859-1", declared="utf-8"), "", {}).title == "Größe"
    assert parse_document(document("“Größe”", "cp1252", declared=""), "", {}).title == "“Größe”"


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "euc-kr", "gb2312"])
def test_one_bad_byte_costs_one_character(encoding: str) -> None:
    title = TITLES["utf-8" if encoding == "utf-8" else encoding]
    body = document(title * 10, encoding)
    at = body.index(b"</title>")
    damaged = parse_document(body[:at] + b"\xff " + body[at:], "", {}).title
    assert damaged.startswith(title * 9)


def test_marks_of_byte_order_win_over_every_claim() -> None:
    text = "<?xml version='1.0' encoding='iso-8859-1'?>ж"
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ):
        assert decode(mark + text.encode(encoding), "text/xml; charset=koi8-r") == text


def test_utf_16_without_a_mark_is_known_by_its_declaration() -> None:
    text = "<?xml version='1.0'?><rss version='2.0'><channel><title>ж</title></channel></rss>"
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        assert parse_document(text.encode(encoding), "", {}).title == "ж"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("blanks", ["", "\r\n  "])
def test_utf_16_of_which_only_the_server_knows_is_read_in_the_right_order(encoding: str, blanks: str) -> None:
    text = blanks + "<rss>é</rss>"
    assert decode(text.encode(encoding), "text/xml; charset=UTF-16") == text
    assert "\x00" in decode(text.encode(encoding), "text/xml")


def test_a_tilde_in_plain_text_is_a_tilde() -> None:
    assert decode(b"<a>~{ ~~</a>", "text/xml; charset=utf-8") == "<a>~{ ~~</a>"
    assert decode(b"<a>~{VPND~}</a>", "text/xml; charset=hz-gb-2312") == "<a>中文</a>"


@pytest.mark.parametrize(
    ("language", "text", "encoding"),
    [
        ("ru", "Паром ходит снова", "cp1251"),
        ("uk-UA", "Їхній пором ходить", "cp1251"),
        ("pl", "Łódź świeży prom", "cp1250"),
        ("ar", "العبارة تعمل", "cp1256"),
        ("el", "Το πλοίο επέστρεψε", "cp1253"),
        ("he", "המעבורת חזרה", "cp1255"),
        ("ja", "渡し船は月曜日から再開", "cp932"),
        ("ja", "渡し船は月曜日から再開", "euc_jp"),
        ("ko", "나룻배가 다시 운항한다", "cp949"),
        ("zh-CN", "渡轮重新往返于两岸之间", "gb18030"),
        ("de", "Die Fähre fährt für alle", "cp1252"),
    ],
)
@pytest.mark.parametrize("content_type", ["", "text/html; charset=iso-8859-1"])
def test_a_document_that_says_its_language_only_is_in_an_encoding_of_that_language(
    language: str, text: str, encoding: str, content_type: str
) -> None:
    page = f'<!doctype html><html class="no-js" lang="{language}"><title>{text}</title>'
    assert decode(page.encode(encoding), content_type) == page
    feed = f"<rss><channel><language>{language}</language><title>{text}</title></channel></rss>"
    assert decode(feed.encode(encoding), content_type) == feed


def test_damage_in_utf_8_is_damage_whatever_the_language_and_the_server_say() -> None:
    raw = '<html lang="ru"><p>Паром ходит снова, и никто не знает, надолго ли это</p>'.encode()
    damaged = raw.replace("знает".encode(), b"\xff\xd0")
    for content_type in ("", "text/html; charset=iso-8859-1"):
        text = decode(damaged, content_type)
        assert "Паром ходит снова" in text
        assert "надолго ли это" in text
