from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.fetch.guard import AddressGuard, Place, kind_of_address, kind_of_host, kind_of_name, literal_address

FEED = Place("https", "news.example.org", 443)
INTRANET = Place("http", "10.1.2.3", 8080)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.01",
        "127.0.0.1.",
        "[::ffff:127.0.0.1]",
        "::ffff:7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::1",
        "0.0.0.0",
        "::",
    ],
)
def test_this_machine_is_known_under_all_its_spellings(host: str) -> None:
    assert kind_of_host(host) == "loopback"


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("10.0.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.100.100.200", "private"),
        ("fd00:ec2::254", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("168.63.129.16", "metadata"),
        ("192.0.0.192", "reserved"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("255.255.255.255", "reserved"),
        ("2001:0:7f00:1::1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("::127.0.0.1", "reserved"),
        ("::ffff:0:127.0.0.1", "reserved"),
        ("64:ff9b:1::7f00:1", "reserved"),
        ("2002:a9fe:a9fe::1", "link-local"),
    ],
)
def test_addresses_that_are_not_public_are_named_for_what_they_are(host: str, kind: str) -> None:
    assert kind_of_host(host) == kind


@pytest.mark.parametrize(
    "host",
    [
        "93.184.215.14",
        "8.8.8.8",
        "172.32.0.1",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "64:ff9b::5db8:d70e",
        "9.9.9.9.",
    ],
)
def test_public_addresses_pass(host: str) -> None:
    assert kind_of_host(host) is None


@given(st.integers(min_value=0, max_value=2**32 - 1).map(ipaddress.IPv4Address))
def test_we_are_at_least_as_strict_as_the_standard_library(address: ipaddress.IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        assert kind_of_address(address) is not None


@given(st.integers(min_value=0, max_value=2**32 - 1).map(ipaddress.IPv4Address))
def test_an_address_in_disguise_is_what_it_is_without(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for disguise in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert kind_of_address(ipaddress.IPv6Address(disguise)) == kind_of_address(address)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("localhost", "loopback"),
        ("LOCALHOST.", "loopback"),
        ("feeds.localhost", "loopback"),
        ("router", "private"),
        ("nas.local", "private"),
        ("metadata.google.internal", "private"),
        ("example.org", None),
        ("localhost.example.org", None),
    ],
)
def test_names_of_the_local_network_are_known_by_their_spelling(host: str, kind: str | None) -> None:
    assert kind_of_name(host) == kind


@pytest.mark.parametrize("host", ["example.org", "", "1.2.3.4.5", "0x", "127.0.0.1.nip.example", "ü", "a\x00b"])
def test_a_name_is_no_literal_address(host: str) -> None:
    assert literal_address(host) is None


def test_what_the_user_typed_may_be_private() -> None:
    assert AddressGuard(INTRANET, allow_private=True).objection(INTRANET) == ""


def test_a_private_address_that_nobody_vouches_for_is_refused() -> None:
    objection = AddressGuard(INTRANET).objection(INTRANET)
    assert objection == "is at a private address (10.1.2.3), which is not allowed for this feed: refused"


def test_a_redirect_within_the_feeds_own_private_place_is_allowed() -> None:
    guard = AddressGuard(INTRANET, allow_private=True)
    assert guard.objection(INTRANET, came_from=INTRANET) == ""


@pytest.mark.parametrize(
    "place", [Place("http", "10.1.2.3", 8081), Place("http", "10.1.2.4", 8080), Place("http", "127.0.0.1", 8080)]
)
def test_a_redirect_to_a_neighbour_or_another_port_is_refused_even_then(place: Place) -> None:
    guard = AddressGuard(INTRANET, allow_private=True)
    assert not guard.may_be_private(place)
    assert guard.objection(place, came_from=INTRANET).endswith("refused")


def test_a_refused_redirect_says_where_it_led() -> None:
    objection = AddressGuard(FEED).objection(Place("https", "127.0.0.1", 443), came_from=FEED)
    assert objection == "redirects to a loopback address (127.0.0.1): refused"


def test_a_redirect_from_https_to_http_is_refused() -> None:
    objection = AddressGuard(FEED, allow_private=True).objection(Place("http", "news.example.org", 80), came_from=FEED)
    assert "unprotected http" in objection


def test_a_redirect_from_http_to_https_is_welcome() -> None:
    plain = Place("http", "news.example.org", 80)
    assert AddressGuard(plain).objection(FEED, came_from=plain) == ""


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("file", "", 0), "not http or https (file)"),
        (Place("ftp", "example.org", 0), "not http or https (ftp)"),
        (Place("", "", 0), "no scheme"),
        (Place("http", "", 80), "without a host"),
        (Place("http", "example.org", 99_999), "impossible port (99999)"),
        (Place("http", "example.org", 0), "impossible port (0)"),
    ],
)
def test_what_is_no_web_address_is_refused_in_plain_words(place: Place, words: str) -> None:
    assert words in AddressGuard(place, allow_private=True).objection(place)
