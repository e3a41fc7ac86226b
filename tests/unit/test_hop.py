"""What goes along on a hop, and what stays behind."""

from __future__ import annotations

import pytest

from newswatch.fetch import FetchFailed, FetchRequest
from newswatch.fetch.hop import Hop, place_of
from newswatch.fetch.request import OUR_HEADERS

SECRET = {"X-Api-Key": "k-77"}


def first(url: str, own_url: str | None = None) -> tuple[Hop, FetchRequest]:
    request = FetchRequest(url, headers=SECRET, own_url=own_url, etag='"1"')
    hop = Hop.first(request)
    assert isinstance(hop, Hop), hop
    return hop, request


def onward(hop: Hop, location: str) -> Hop:
    led = hop.onward(302, location)
    assert isinstance(led, Hop), led
    return led


def sent(hop: Hop, request: FetchRequest) -> dict[bytes, bytes]:
    return {name.lower(): value for name, value in hop.headers(request, "newswatch/0")}


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://wire.example/rss", "/news"),
        ("https://wire.example/rss", "https://wire.example:443/news"),
        ("https://wire.example/rss", "https://WIRE.example/news"),
        ("http://wire.example/rss", "https://wire.example/news"),  # the safe side of the same server
        ("http://wire.example:80/rss", "https://wire.example:443/news"),
    ],
)
def test_secrets_stay_with_their_server(url: str, location: str) -> None:
    hop, request = first(url)
    assert sent(onward(hop, location), request)[b"x-api-key"] == b"k-77"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/rss",
        "https://www.wire.example/rss",
        "https://wire.example:8443/rss",
        "https://wire.example.evil.example/rss",
        "https://wire.example@evil.example/rss",
        "http://wire.example/rss",
        "http://wire.example:443/rss",
        "//evil.example/rss",
    ],
)
def test_secrets_go_to_no_other_server_and_do_not_come_back(location: str) -> None:
    hop, request = first("https://wire.example/rss")
    away = onward(hop, location)
    back = onward(away, "https://wire.example/back")
    for one in (away, back):
        assert b"x-api-key" not in sent(one, request)


def test_from_http_on_another_port_there_is_no_safe_side() -> None:
    hop, request = first("http://wire.example:8080/rss")
    assert b"x-api-key" not in sent(onward(hop, "https://wire.example/rss"), request)


@pytest.mark.parametrize(
    ("url", "own_url", "goes_along"),
    [
        ("https://wire.example/new", "https://wire.example/old", True),
        ("https://wire.example/new", "http://wire.example/old", True),
        ("https://mirror.example/new", "https://wire.example/old", False),
        ("https://wire.example:8443/new", "https://wire.example/old", False),
        ("https://jo:pw@mirror.example/new", "https://wire.example/old", False),
        ("https://mirror.example/new", "http://[::1", False),
    ],
)
def test_a_feed_that_moved_takes_its_secrets_along_on_its_own_server_only(
    url: str,
    own_url: str,
    goes_along: bool,  # noqa: FBT001 - a column of the table
) -> None:
    hop, request = first(url, own_url)
    headers = sent(hop, request)
    assert (b"x-api-key" in headers) is goes_along
    assert b"authorization" not in headers
    assert headers[b"if-none-match"] == b'"1"'


@pytest.mark.parametrize("name", sorted(OUR_HEADERS))
def test_a_header_that_a_request_lives_by_cannot_be_brought_along(name: str) -> None:
    request = FetchRequest("https://wire.example/rss", headers={name.title(): "theirs"})
    hop = Hop.first(request)
    assert isinstance(hop, Hop)
    assert b"theirs" not in sent(hop, request).values()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://münchen.example/rss", b"xn--mnchen-3ya.example"),
        ("http://EXAMPLE.org/rss", b"example.org"),
        ("http://[2001:db8::1]:8080/rss", b"[2001:db8::1]:8080"),
        ("https://example.org:443/rss", b"example.org"),
    ],
)
def test_the_host_header_is_the_host_as_dns_knows_it(url: str, host: bytes) -> None:
    hop, request = first(url)
    assert sent(hop, request)[b"host"] == host


def test_name_password_and_fragment_never_stand_in_the_path() -> None:
    hop, request = first("https://jo:pw@wire.example/rss?a=1#top")
    assert str(hop.url) == "https://wire.example/rss?a=1"
    assert sent(hop, request)[b"authorization"] == b"Basic am86cHc="
    assert "pw" not in repr(hop.place)


@pytest.mark.parametrize("location", ["http://a.example/\x00", "http://a\x00.example/", "http://\u202e.example/"])
def test_a_location_with_strange_characters_leads_nowhere_or_is_encoded(location: str) -> None:
    hop, _ = first("https://wire.example/rss")
    led = hop.onward(302, location)
    assert isinstance(led, FetchFailed) or "\x00" not in str(led.url)


def test_an_address_that_cannot_be_read_has_no_place() -> None:
    assert place_of("http://[::1") is None
    assert place_of("x" * 9_000) is None
