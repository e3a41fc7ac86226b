from __future__ import annotations

import pytest

from newswatch.errors import UsageError
from newswatch.feeds.addresses import feed_at, holds_secret, likeness, mended, typed_addresses, without_secrets
from newswatch.testing import build


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://a.example/rss", ("https://a.example/rss",)),
        (" HTTP://A.example/rss\n", ("HTTP://A.example/rss",)),
        ("a.example", ("https://a.example", "http://a.example")),
        ("//a.example/x", ("https://a.example/x", "http://a.example/x")),
        ("www.a.example/rss?x=1", ("https://www.a.example/rss?x=1", "http://www.a.example/rss?x=1")),
        ("localhost:8080/rss", ("https://localhost:8080/rss", "http://localhost:8080/rss")),
        ("user:pw@a.example/rss", None),
        ("feed://a.example/rss", ("https://a.example/rss", "http://a.example/rss")),
        ("FEED:https://a.example/rss", ("https://a.example/rss",)),
        ("київ.example", ("https://київ.example", "http://київ.example")),
        ("javascript:alert(1)", None),
        ("exec:curl x", None),
        ("file:///etc/passwd", None),
        ("feed:file:///etc/passwd", None),
        ("two words", None),
        ("--version", None),
        ("https://", None),
        ("", None),
    ],
)
def test_what_a_person_types_for_an_address(typed: str, expected: tuple[str, ...] | None) -> None:
    if expected is None:
        with pytest.raises(UsageError):
            typed_addresses(typed)
    else:
        assert typed_addresses(typed) == expected


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("user:pw@a.example/rss", "needs https:// in front"),
        ("user:@a.example", "needs https:// in front"),
        ("feed://user:pw@a.example:8080/rss", "needs https:// in front"),
        ("mailto:desk@paper.example", "mailto: is not an address of the web"),
        ("http://a.example:99999/", "there is no port 99999"),
        ("a.example:70000/rss", "there is no port 70000"),
        ("http://a.example:x/", "it needs a host"),
    ],
)
def test_what_is_no_address_says_what_to_type_and_no_password(typed: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        typed_addresses(typed)
    assert says in str(refused.value)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("http://a.example/rss", "https://A.example:443/rss/#top", True),
        ("http://a.example", "http://a.example/", True),
        ("http://a.example/?a=1", "http://a.example?a=1", True),
        ("http://a.example/rss", "http://a.example/RSS", False),
        ("http://a.example/rss?a=1", "http://a.example/rss?a=2", False),
        ("http://a.example/rss", "http://www.a.example/rss", False),
        ("http://a.example:8080/rss", "http://a.example/rss", False),
        ("http://me@a.example/rss", "http://you@a.example/rss", False),
    ],
)
def test_addresses_of_the_same_feed_are_alike(one: str, other: str, *, is_same: bool) -> None:
    assert (likeness(one) == likeness(other)) is is_same


def test_a_feed_is_found_where_it_is_and_where_it_was() -> None:
    feed = build.feed("https://new.example/rss", earlier=("http://old.example/",))
    assert feed_at([build.feed(), feed], "http://new.example/rss/") is feed
    assert feed_at([build.feed(), feed], "https://old.example") is feed
    assert feed_at([build.feed(), feed], "https://else.example") is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://me:pw@a.example/rss", "https://a.example/rss"),
        ("https://a.example/rss?a=1&token=x&b=2", "https://a.example/rss?a=1&b=2"),
        ("https://a.example/rss?api_key=x", "https://a.example/rss"),
        ("https://a.example/rss?apikey=x&format=rss#f", "https://a.example/rss?format=rss#f"),
        ("https://a.example/rss?x=0123456789abcdef0123456789ABCDEF", "https://a.example/rss"),
        ("https://a.example/rss?user_password=x;a=1", "https://a.example/rss?a=1"),
        ("https://a.example/rss?key=x#f", "https://a.example/rss#f"),
        ("https://a.example/rss?format=xml&channel_id=UCabc", "https://a.example/rss?format=xml&channel_id=UCabc"),
        ("https://a.example/rss?monkey=1&keyword=2&author=3", "https://a.example/rss?monkey=1&keyword=2&author=3"),
        ("https://a.example/rss?a&b==&&", "https://a.example/rss?a&b==&&"),
        ("https://a.example/rss?", "https://a.example/rss?"),
    ],
)
def test_what_lets_its_holder_in_is_left_out(address: str, expected: str) -> None:
    assert without_secrets(address) == expected
    assert holds_secret(address) is (address != expected)


@pytest.mark.parametrize("address", ["https://u\u2100:p@example.org/rss", "https://example.org:\uff17\uff0f/rss"])
def test_an_address_that_nobody_can_take_apart_is_refused_and_ends_no_import(address: str) -> None:
    assert mended(address)[0] == ""
    with pytest.raises(UsageError):
        typed_addresses(address)
