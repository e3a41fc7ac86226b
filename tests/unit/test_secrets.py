"""secrets.toml: what is read of it, which mistakes are named where, and that no text about it holds a secret."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch import starter
from newswatch.errors import SecretsInvalid
from newswatch.fetch.request import OUR_HEADERS
from newswatch.secretfile import load_secrets, read_secrets
from newswatch.secrets import FeedSecrets, Secrets, address_key

PATH = Path("home/secrets.toml")
FEED = "https://wire.example/rss.xml"
EVERYTHING = """\
["https://wire.example/rss.xml"]
user     = "desk"
password = "hunter2: ünïcode"
headers  = { "X-Api-Key" = "k-77", "User-Agent" = "desk/1" }
cookies  = { "session" = "s1", "consent" = "yes, all" }
proxy    = "http://name:pass%40word@proxy.example:3128"

["https://paper.example/atom?desk=7"]
token = "tok-88"

[sink."desk"]
url   = "https://hooks.example/T0/abc"
token = "tok-99"

[sink.mail]
user = "m"
password = "p"
headers = { "X-Trace" = "1" }
"""


def read(text: str) -> Secrets:
    return read_secrets(text.encode(), PATH)


def under(feed: str, *lines: str) -> str:
    return "\n".join((f'["{feed}"]', *lines, ""))


def secrets_of(*lines: str) -> FeedSecrets:
    found = read(under(FEED, *lines)).of(FEED)
    assert found is not None
    return found


def refusal(text: str) -> str:
    with pytest.raises(SecretsInvalid) as caught:
        read(text)
    return str(caught.value)


def test_a_feeds_user_headers_cookies_and_proxy_become_what_is_sent() -> None:
    found = read(EVERYTHING).of(FEED)
    assert found is not None
    assert found.headers["X-Api-Key"] == "k-77"
    assert found.headers["User-Agent"] == "desk/1"
    assert found.headers["Cookie"] == "session=s1; consent=yes, all"
    scheme, _, pair = found.headers["Authorization"].partition(" ")
    assert (scheme, b64decode(pair).decode()) == ("Basic", "desk:hunter2: ünïcode")
    assert found.proxy == "http://name:pass%40word@proxy.example:3128"


def test_a_token_is_sent_as_bearer() -> None:
    found = read(EVERYTHING).of("https://paper.example/atom?desk=7")
    assert found == FeedSecrets({"Authorization": "Bearer tok-88"})


def test_sinks_are_read_and_kept() -> None:
    sinks = read(EVERYTHING).sinks
    assert sinks["desk"].url == "https://hooks.example/T0/abc"
    assert sinks["desk"].token == "tok-99"
    assert (sinks["mail"].user, sinks["mail"].password, dict(sinks["mail"].headers)) == ("m", "p", {"X-Trace": "1"})


def test_without_a_file_there_are_no_secrets(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path / "secrets.toml")
    assert secrets.of(FEED) is None
    assert secrets.warning == ""


@pytest.mark.parametrize(
    "spelling",
    [
        "https://WIRE.example/rss.xml",
        "https://wire.example:443/rss.xml",
        "https://jo:pw@wire.example/rss.xml",
        "https://wire.example/rss.xml#top",
        " https://wire.example/rss.xml ",
        "https://wire.example./rss.xml",
    ],
)
def test_a_feed_is_found_however_its_address_is_spelled(spelling: str) -> None:
    assert read(EVERYTHING).of(spelling) is not None


@pytest.mark.parametrize(
    "other",
    [
        "http://wire.example/rss.xml",
        "https://wire.example:8443/rss.xml",
        "https://www.wire.example/rss.xml",
        "https://wire.example/rss.xml?x=1",
        "https://wire.example/RSS.xml",
        "https://wire.example.evil.example/rss.xml",
        "https://wire.example\\@evil.example/rss.xml",
        "news",
        "",
    ],
)
def test_another_address_gets_nothing(other: str) -> None:
    assert read(EVERYTHING).of(other) is None


def test_a_feed_that_moved_on_its_server_keeps_its_secrets_and_one_that_left_does_not() -> None:
    secrets = read(under("http://wire.example/old", 'user = "x"'))
    for moved in ("http://wire.example/new", "https://wire.example/new"):
        assert secrets.of(moved, ["http://wire.example/old"]) is not None
        assert secrets.without_feed([(moved, ["http://wire.example/old"])]) == ()
    for moved in ("http://evil.example/new", "http://wire.example:8080/new", "https://wire.example:8443/new"):
        assert secrets.of(moved, ["http://wire.example/old"]) is None
        assert secrets.without_feed([(moved, ["http://wire.example/old"])]) == ("line 1: http://wire.example/old",)


def test_a_host_in_another_script_is_its_ascii_form() -> None:
    assert address_key("https://xn--mnchen-3ya.example/rss") == address_key("https://München.example/rss")


@pytest.mark.parametrize("address", ["http://[::1", "http://a:b", "ftp://a.example/", "http://", "a.example/rss"])
def test_what_is_no_web_address_has_no_key(address: str) -> None:
    assert address_key(address) is None


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_comparison(text: str) -> None:
    for address in (text, f"http://{text}", f"https://a.example/{text}"):
        key = address_key(address)
        assert key is None or key.startswith("http")


HIDDEN = "hunter2"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (under(FEED, f'pasword = "{HIDDEN}"'), "2:1", 'unknown key "pasword" in a feed\'s table; did you mean "passwo'),
        (under(FEED, f'headers = {{ "A" = "{HIDDEN}", "a" = "2" }}'), "2:30", 'headers: "a" stands there twice'),
        (under(FEED, f'headers = {{ "Host" = "{HIDDEN}" }}'), "2:13", 'headers: "Host" is set by newswatch itself'),
        (under(FEED, f'headers = {{ "X Y" = "{HIDDEN}" }}'), "2:13", 'headers: "X Y" cannot be a name'),
        (under(FEED, f'headers = {{ "X-A" = "{HIDDEN}\\r\\nX-B: 1" }}'), "2:13", "without line ends"),
        (under(FEED, f'headers = {{ "X-A" = "{HIDDEN}é" }}'), "2:13", "headers X-A: write ASCII text in one line"),
        (under(FEED, 'headers = { "X-A" = 5 }'), "2:13", "headers X-A: write text in quotes"),
        (under(FEED, f'headers = ["{HIDDEN}"]'), "2:1", 'headers: write { "NAME" = "…" }'),
        (
            under(FEED, f'cookies = {{ "a" = "{HIDDEN};b=1" }}'),
            "2:13",
            "cookies a: write ASCII text without a semicolon",
        ),
        (under(FEED, f'cookies = {{ "a\\nb" = "{HIDDEN}" }}'), "2:13", "cannot be a name"),
        (under(FEED, f'user = "a:{HIDDEN}"'), "2:1", "user: write a name without a colon"),
        (under(FEED, f'user = "a\\u0000{HIDDEN}"'), "2:1", "user: write text without line ends"),
        (under(FEED, f'password = "{HIDDEN}"'), "2:1", "a password needs a user beside it"),
        (under(FEED, "password = 5"), "2:1", "password: write text in quotes"),
        (under(FEED, f'password = "{HIDDEN * 2000}"', 'user = "x"'), "2:1", "password: write at most 8192 characters"),
        (under(FEED, f'token = "Bearer {HIDDEN}"'), "2:1", "token: write the token alone, without the word Bearer"),
        (under(FEED, f'token = "{HIDDEN} x"'), "2:1", "no blanks"),
        (under(FEED, 'user = "x"', f'token = "{HIDDEN}"'), "3:1", "there is a user as well"),
        (
            under(FEED, f'token = "{HIDDEN}"', 'headers = { "authorization" = "x" }'),
            "2:1",
            "headers name Authorization as well",
        ),
        (
            under(FEED, f'cookies = {{ "a" = "{HIDDEN}" }}', 'headers = { "Cookie" = "x" }'),
            "2:1",
            "headers name Cookie as well",
        ),
        (under(FEED, f'proxy = "socks5://jo:{HIDDEN}@127.0.0.1:1080"'), "2:1", "SOCKS proxies are not supported"),
        (under(FEED, f'proxy = "SOCKS5H://jo:{HIDDEN}@127.0.0.1"'), "2:1", "SOCKS proxies are not supported"),
        (under(FEED, f'proxy = "{HIDDEN}.example:3128"'), "2:1", "it is written http://host:port"),
        (under(FEED, f'proxy = "http://jo:{HIDDEN}/x@proxy.example:1"'), "2:1", "in a password / is %2F"),
        (under(FEED, f'proxy = "http://{HIDDEN}:port"'), "2:1", "proxy: write an address with a host"),
        (under(FEED) + under("https://WIRE.example:443/rss.xml"), "2:1", "this is the feed of line 1 once more"),
        (under(f"https://jo:{HIDDEN}@wire.example/"), "1:1", "leave name and password out of the address"),
        (under(f"wire.example/?key={HIDDEN}"), "1:1", '"wire.example/?key=***" is no web address'),
        (f'user = "{HIDDEN}"', "1:1", '"user" belongs below the address of a feed'),
        (f'[sinks.desk]\ntoken = "{HIDDEN}"', "1:1", "did you mean [sink.NAME]?"),
        (f'[sink.desk]\ntokn = "{HIDDEN}"', "2:1", 'unknown key "tokn" in [sink.NAME]; did you mean "token"?'),
        (f'[sink]\ndesk = "{HIDDEN}"', "2:1", "this is a table"),
        (f'sink = "{HIDDEN}"', "1:1", "write [sink.NAME]"),
        (f'[sink.desk]\nurl = "{HIDDEN}"', "2:1", "url: write an address with a host"),
        (f'"{FEED}" = "{HIDDEN}"', "1:1", "this is a table"),
        (f'[{FEED}]\nuser = "{HIDDEN}"', "1:", 'the address of a feed stands in quotes: ["https://…"]'),
        (f'["https://a.example/?k={HIDDEN}"]\n["https://a.example/?k={HIDDEN}"]', "2:", "k=***"),
        (under(FEED, f'user = "{HIDDEN}'), "2:", ""),
        (under(FEED, "user = “x”"), "2:", "straight quotes"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_without_the_secret(text: str, place: str, words: str) -> None:
    said = refusal(text)
    assert said.startswith(f"{PATH}:{place}")
    assert words in said
    assert HIDDEN not in said


@pytest.mark.parametrize("name", sorted(OUR_HEADERS))
def test_no_header_that_a_request_lives_by_can_be_set(name: str) -> None:
    assert "is set by newswatch itself" in refusal(under(FEED, f'headers = {{ "{name.title()}" = "x" }}'))


def test_more_headers_than_any_server_takes_are_refused() -> None:
    headers = ", ".join(f'"X-{number}" = "{"x" * 8000}"' for number in range(3))
    assert "16384 characters of headers" in refusal(under(FEED, f"headers = {{ {headers} }}"))


def test_bytes_that_are_no_utf8_are_a_mistake_with_a_place() -> None:
    with pytest.raises(SecretsInvalid, match=r"secrets\.toml:1:5: this is not UTF-8"):
        read_secrets(b"# ab\xff", PATH)


def test_nothing_shows_in_a_repr() -> None:
    secrets = read(EVERYTHING)
    shown = repr(secrets) + repr(secrets.of(FEED)) + repr(secrets.sinks["desk"]) + str(secrets)
    for hidden in ("hunter2", "k-77", "s1", "tok-", "pass%40word", "hooks.example", "wire.example"):
        assert hidden not in shown


@pytest.mark.parametrize(
    ("user", "password", "pair"),
    [("key-1", "", "key-1:"), ("jo", "a b\\u00e9", "jo:a bé"), ("jö", "x", "jö:x")],
)
def test_names_and_passwords_are_sent_in_utf8(user: str, password: str, pair: str) -> None:
    found = secrets_of(f'user = "{user}"', f'password = "{password}"')
    assert b64decode(found.headers["Authorization"].removeprefix("Basic ")).decode() == pair


def test_tables_without_a_feed_are_told_without_their_secrets() -> None:
    text = EVERYTHING + under("https://gone.example/rss?key=hunter2", 'user = "x"')
    idle = read(text).without_feed([(FEED, ()), ("https://paper.example/atom?desk=7", ())])
    assert idle == ("line 19: https://gone.example/rss?key=***",)


@pytest.mark.parametrize(
    ("mode", "words"),
    [(0o600, ""), (0o400, ""), (0o640, "mode 0640"), (0o604, "mode 0604"), (0o644, "mode 0644"), (0o620, "mode 0620")],
)
def test_a_file_that_others_can_get_at_is_told_with_what_to_do(tmp_path: Path, mode: int, words: str) -> None:
    path = tmp_path / "secrets.toml"
    path.write_text(EVERYTHING, "utf-8")
    path.chmod(mode)
    warning = load_secrets(path).warning
    assert bool(warning) is bool(words)
    if words:
        assert words in warning
        assert f"chmod 600 {path}" in warning


def test_a_feed_on_a_numeric_address_is_found() -> None:
    secrets = read(under("http://[::1]:8080/rss", 'user = "x"') + under("http://10.0.0.7/", 'user = "y"'))
    assert secrets.of("http://[::1]:8080/rss") is not None
    assert secrets.of("http://10.0.0.7:80") is not None


def test_the_starter_file_says_nothing_until_a_line_is_freed_and_then_wants_real_values() -> None:
    text = starter.secrets_toml().decode("utf-8")
    assert read(text).feeds == {}
    freed = re.sub(r"^# (?=\[|[a-z]+ +=)", "", text, flags=re.MULTILINE)
    assert "headers X-Api-Key: write ASCII text" in refusal(freed)
    secrets = read(freed.replace("…", "x"))
    assert list(secrets.feeds) == ["https://example.org/rss.xml", "https://wire.example/atom.xml?desk=7"]
    both = secrets.of("https://wire.example/atom.xml?desk=7")
    assert both is not None
    assert set(both.headers) == {"X-Api-Key", "Authorization", "Cookie"}


def test_the_example_in_the_documentation_is_good() -> None:
    page = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
    secrets = read(page.partition("## secrets.toml")[2].partition("```toml\n")[2].partition("```")[0])
    assert list(secrets.feeds) == ["https://example.org/rss.xml", "https://wire.example/atom.xml?desk=7"]
    assert list(secrets.sinks) == ["desk"]
