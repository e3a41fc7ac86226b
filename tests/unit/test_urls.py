"""Promise T4 and T12: what may be opened, what is the same page, what may be shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.urls import canonical_link, host_of, redact, redact_text, safe_link, site_of

BASE = "https://news.example.org/world/feed.xml"


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.ORG:80/A", "http://example.org/A"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("  https://example.org/a\n b ", "https://example.org/a%20b"),
        ("https://example.org?x", "https://example.org/?x"),
        ("/a/b", "https://news.example.org/a/b"),
        ("c.html", "https://news.example.org/world/c.html"),
        ("//cdn.example.net/x", "https://cdn.example.net/x"),
        ("www.example.net/x", "http://www.example.net/x"),
        ("news.example.org/x", "https://news.example.org/x"),
        ("http:///example.org/x", "http://example.org/x"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/ü/ж?q=日本", "https://example.org/ü/ж?q=日本"),
        ("https://example.org/\u202egpj.exe", "https://example.org/%E2%80%AEgpj.exe"),
        ("https://bank.example@evil.example/", "https://evil.example/"),
        ("https://Bücher.example/", "https://bücher.example/"),
        ("https://xn--bcher-kva.example/", "https://bücher.example/"),
        ("https://har\u2066bour.example/", "https://xn--harbour-vl7c.example/"),
        ("https://xn--harbour-vl7c.example/", "https://xn--harbour-vl7c.example/"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://example.org./x", "https://example.org/x"),
        ("--version", "https://news.example.org/world/--version"),
    ],
)
def test_links_that_may_be_opened(raw: str, link: str) -> None:
    assert safe_link(raw, BASE) == link


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        " \n",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ssh://host/",
        "mailto:desk@example.org",
        "urn:uuid:1225c695",
        "tag:example.org,2026:1",
        "ftp://example.org/",
        "http://",
        "http://good.example\\@evil.example/",
        "http://a b/",
        "http://a..b/",
        "http://-flag.example/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://example.org:x/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://ex\u2100mple.org/",
        "http://example.org/" + "a" * 10_000,
        "http://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_link(raw: str | None) -> None:
    assert safe_link(raw, BASE) is None


def test_without_a_base_a_relative_address_is_no_link() -> None:
    assert safe_link("/a/b") is None
    assert safe_link("--version") is None
    assert safe_link("/a/b", "http://[broken/") is None


any_url = st.text(st.sampled_from('http://:@\\?#%[]. abe\u202e\u2066жé\x1b\n"<-')).map(lambda rest: "https://" + rest)


@given(any_url | st.text())
def test_every_link_is_http_and_harmless_and_stays_as_it_is(raw: str) -> None:
    link = safe_link(raw, BASE)
    if link is None:
        return
    assert re.match(r"https?://[^/?#@\\\s]+(?:[/?#]|\Z)", link)
    assert not re.search(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\u200b-\u200f\u202a-\u202e\u2066-\u2069]", link)
    assert urlsplit(link).username is None
    assert safe_link(link) == link


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://www.example.org/a/"),
        ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
        ("https://example.org/a?id=1&fbclid=x&at_medium=RSS", "https://example.org/a?id=1"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://EXAMPLE.org:443/a", "https://example.org/a"),
        ("https://example.org/%7euser/%c3%a9", "https://example.org/~user/é"),
        ("https://example.org/a?ref=rss", "https://example.org/a"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_links_to_the_same_page(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://example.org/a?ref=main", "https://example.org/a"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://en.example.org/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ],
)
def test_links_to_different_pages(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://desk:s3cret@example.org/feed", "https://***@example.org/feed"),
        ("https://desk:s3@cret@example.org/feed", "https://***@example.org/feed"),
        ("https://desk:s3/cret@example.org/feed?a=s3cret", "https://***@example.org/feed?a=***"),
        ("https://example.org/feed?key=s3cret&x=s3cret", "https://example.org/feed?key=***&x=***"),
        ("https://example.org/feed?s3cret", "https://example.org/feed?***"),
        ("https://example.org/#token=s3cret", "https://example.org/#token=***"),
        ("https://example.org:8080/@person/feed", "https://example.org:8080/@person/feed"),
        ("/feed?key=s3cret", "/feed?key=***"),
        ("no address", "no address"),
    ],
)
def test_redacted_addresses(url: str, shown: str) -> None:
    assert redact(url) == shown
    assert redact(shown) == shown
    assert redact_text(url) == shown


@given(st.text(st.sampled_from("abc:/?#&=@[]; ")), st.sampled_from(["https://u:S3CRET@h/", "https://h/x?k=S3CRET&y="]))
def test_no_secret_survives_what_stands_around_it(around: str, address: str) -> None:
    assert "S3CRET" not in redact_text(f"GET {address}{around} failed")


def test_text_keeps_everything_but_the_secrets() -> None:
    text = 'Client error for url "https://u:p@example.org/x?k=1" (path /y?token=2)'
    assert redact_text(text) == 'Client error for url "https://***@example.org/x?k=***" (path /y?token=***'
    assert redact_text("nothing to hide, a = b") == "nothing to hide, a = b"


def test_the_real_host_is_named() -> None:
    assert host_of("https://bank.example@evil.example/") == "evil.example"
    assert host_of("https://аррӏе.example/") == "xn--80ak6aa92e.example"
    assert host_of("http://[::1]:80/") == "[::1]"
    assert host_of("mailto:x@example.org") == ""
    assert site_of("https://www.example.org/a") == "example.org"
