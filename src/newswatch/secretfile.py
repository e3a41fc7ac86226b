"""secrets.toml: tables keyed by feed address or named [sink.NAME], read into `Secrets`.

A mistake stops the reading with SecretsInvalid, which names file, line, column and the key, and never quotes a value:
no text that this module makes holds a secret. Must never know what the secrets are used for, nor look
for the file.
"""

from __future__ import annotations

import re
import stat
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from newswatch.errors import SecretsInvalid
from newswatch.fetch.request import OUR_HEADERS, proxy_objection
from newswatch.secrets import FeedSecrets, Secrets, SinkSecrets, address_key
from newswatch.text.urls import redact, redact_text
from newswatch.tomlfile import KeyPath, TomlFile, nearest, parse_toml, read_bytes, shown, unknown_key
from newswatch.tomlvalues import Reader

T = TypeVar("T")

SINK = "sink"
FEED_KEYS = ("user", "password", "token", "headers", "cookies", "proxy")
SINK_KEYS = ("url", "user", "password", "token", "headers")
MAX_VALUE_CHARS = 8_192
MAX_HEADERS_CHARS = 16_384  # all of one feed: servers refuse longer heads

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")  # RFC 9110, 5.6.2: names of headers and cookies
_HEADER_VALUE = re.compile(r"[!-~](?:[\t -~]*[!-~])?")
_COOKIE_VALUE = re.compile(r"(?:[!-:<-~](?:[ -:<-~]*[!-:<-~])?)?")  # no semicolon, no blanks at the ends
_BEARER = re.compile(r"[!-~]+")  # RFC 6750 allows less, servers hand out more
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TEXT_HINT = 'text in quotes, like "…"'


def load_secrets(path: Path) -> Secrets:
    """The secrets in this file; none if there is no such file. Raises SecretsInvalid."""
    data = read_bytes(path, SecretsInvalid)
    if data is None:
        return Secrets()
    return replace(read_secrets(data, path), warning=_exposure(path))


def read_secrets(data: bytes, path: Path) -> Secrets:
    """The secrets in these bytes; `path` is for errors. Raises SecretsInvalid."""
    file = _parsed(data, path)
    feeds: dict[str, FeedSecrets] = {}
    lines: dict[str, int | None] = {}
    for name, table in file.values.items():
        if name == SINK:
            continue
        key = _checked_address(file, name)
        if key in feeds:
            file.fail(f"this is the feed of line {lines[key]} once more: write one table for it", (name,))
        feeds[key], lines[key] = _feed(_Table(file, (name,), table, FEED_KEYS)), file.line_of((name,))
    return Secrets(feeds, _sinks(file), lines)


def _exposure(path: Path) -> str:
    """The sentence about a file that others may read; empty if they may not."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:  # gone again
        return ""
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return ""
    return f"other users of this machine may get at {path} (mode {mode:04o}); make it yours alone: chmod 600 {path}"


def _parsed(data: bytes, path: Path) -> TomlFile:
    """As `parse_toml`, with its sentence free of secrets and with advice on addresses without quotes."""
    try:
        return parse_toml(data, path, SecretsInvalid)
    except SecretsInvalid as mistake:
        message = redact_text(mistake.message)
        lines = data.decode("utf-8", "replace").split("\n")
        written = lines[mistake.line - 1] if mistake.line is not None and mistake.line <= len(lines) else ""
        if re.match(r"\s*\[\s*https?:", written):
            message = 'the address of a feed stands in quotes: ["https://…"]'
        raise SecretsInvalid(path, message, mistake.line, mistake.column) from None


def _checked_address(file: TomlFile, name: str) -> str:
    key = address_key(name)
    if key is None:
        if nearest(name, (SINK, "sinks", "notify")) is not None:
            file.fail(f'unknown table "{shown(redact_text(name))}"; did you mean [{SINK}.NAME]?', (name,))
        if name in FEED_KEYS or name in SINK_KEYS:
            file.fail(f'"{name}" belongs below the address of a feed: ["https://…"]', (name,))
        message = f'"{shown(redact(name))}" is no web address: a table is named as its feed is in feeds.opml,'
        file.fail(f'{message} ["https://…"], or [{SINK}.NAME]', (name,))
    if urlsplit(name).username is not None:
        file.fail("leave name and password out of the address; below it there are user and password", (name,))
    return key


def _sinks(file: TomlFile) -> Mapping[str, SinkSecrets]:
    tables = file.values.get(SINK, {})
    if not isinstance(tables, dict):
        file.fail(f"write [{SINK}.NAME] and the keys of the sink below", (SINK,))
    return {str(name): _sink(_Table(file, (SINK, str(name)), table, SINK_KEYS)) for name, table in tables.items()}


def _feed(table: _Table) -> FeedSecrets:
    headers = table.headers()
    if authorization := _authorization(table, headers):
        headers["Authorization"] = authorization
    if cookies := table.pairs("cookies", _cookie_value):
        _require_no_header("cookie", "cookies", table, headers)
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if sum(len(name) + len(value) + 4 for name, value in headers.items()) > MAX_HEADERS_CHARS:
        table.fail(f"this is more than {MAX_HEADERS_CHARS} characters of headers: no server takes them")
    return FeedSecrets(headers, table.take("proxy", _proxy) or None)


def _sink(table: _Table) -> SinkSecrets:
    headers = table.headers()
    _authorization(table, headers)
    return SinkSecrets(
        url=table.take("url", _web_address) or "",
        user=table.take("user", _text) or "",
        password=table.take("password", _text) or "",
        token=table.take("token", _token) or "",
        headers=headers,
    )


def _authorization(table: _Table, headers: Mapping[str, str]) -> str:
    """The value of the Authorization header that user and password, or the token, make; empty for none."""
    user, password, token = table.take("user", _user), table.take("password", _text), table.take("token", _token)
    if user is None and password is not None:
        table.fail("a password needs a user beside it", "password")
    if user is not None and token is not None:
        table.fail("there is a user as well: a server takes either a token or a user and password", "token")
    given = "token" if user is None else "user"
    if user is None and token is None:
        return ""
    _require_no_header("authorization", given, table, headers)
    if token is not None:
        return f"Bearer {token}"
    return "Basic " + b64encode(f"{user}:{password or ''}".encode()).decode("ascii")


def _require_no_header(name: str, key: str, table: _Table, headers: Mapping[str, str]) -> None:
    if any(header.lower() == name for header in headers):
        table.fail(f"headers name {name.capitalize()} as well: one of the two is enough", key)


class _Table:
    """One table of the file: takes its values one by one and checks them."""

    def __init__(self, file: TomlFile, path: KeyPath, values: object, keys: tuple[str, ...]) -> None:
        self._file = file
        self._path = path
        if not isinstance(values, dict):
            file.fail("this is a table: write its name in [brackets] and its keys on the lines below", path)
        self._values = values
        where = "a feed's table" if keys is FEED_KEYS else f"[{SINK}.NAME]"
        for key in values:
            if key not in keys:
                file.fail(unknown_key(key, keys, where), (*path, key))

    def fail(self, message: str, *keys: str) -> NoReturn:
        """Raises SecretsInvalid at the table or a key in it."""
        self._file.fail(message, (*self._path, *keys))

    def take(self, key: str, read: Reader[T]) -> T | None:
        """The value of a key; None if it does not stand there."""
        return None if key not in self._values else self._read(self._values[key], read, key)

    def pairs(self, key: str, read: Reader[str]) -> dict[str, str]:
        """The names and values of a table within this one."""
        values = self._values.get(key, {})
        if not isinstance(values, dict):
            self.fail(f'{key}: write {{ "NAME" = "…" }}', key)
        for name in values:
            if not _TOKEN.fullmatch(name):
                self.fail(f'{key}: "{shown(name)}" cannot be a name: letters, digits and hyphens can', key, name)
        return {name: self._read(value, read, key, name) for name, value in values.items()}

    def headers(self) -> dict[str, str]:
        """`headers`, none of them one that a request lives by, none twice."""
        headers = self.pairs("headers", _header_value)
        seen: set[str] = set()
        for name in headers:
            if name.lower() in OUR_HEADERS:
                self.fail(f'headers: "{name}" is set by newswatch itself; leave it out', "headers", name)
            if name.lower() in seen:
                self.fail(f'headers: "{name}" stands there twice', "headers", name)
            seen.add(name.lower())
        return headers

    def _read(self, value: object, read: Reader[T], *keys: str) -> T:
        try:
            return read(value)
        except ValueError as mistake:
            self.fail(f"{' '.join(map(shown, keys))}: write {mistake}", *keys)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(_TEXT_HINT)  # noqa: TRY004 - readers speak through ValueError alone
    if _CONTROL.search(value):
        raise ValueError("text without line ends and control characters")
    if len(value) > MAX_VALUE_CHARS:
        raise ValueError(f"at most {MAX_VALUE_CHARS} characters")
    return value


def _user(value: object) -> str:
    text = _text(value)
    if not text or ":" in text:
        raise ValueError("a name without a colon; the password has a key of its own")
    return text


def _token(value: object) -> str:
    text = _text(value)
    if text.lower().startswith("bearer "):
        raise ValueError("the token alone, without the word Bearer")
    if not _BEARER.fullmatch(text):
        raise ValueError("the token as the server gave it: ASCII characters, no blanks")
    return text


def _header_value(value: object) -> str:
    text = _text(value) if not isinstance(value, str) or "\t" not in value else value
    if len(text) > MAX_VALUE_CHARS or not _HEADER_VALUE.fullmatch(text):
        raise ValueError("ASCII text in one line, without blanks at its ends")
    return text


def _cookie_value(value: object) -> str:
    text = _text(value)
    if not _COOKIE_VALUE.fullmatch(text):
        raise ValueError("ASCII text without a semicolon and without blanks at its ends")
    return text


def _proxy(value: object) -> str:
    text = _text(value)
    if objection := proxy_objection(text):
        raise ValueError(f"an HTTP proxy; {objection}")
    parts = urlsplit(text)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("http://host:port; in a password / is %2F, # is %23, ? is %3F and @ is %40")
    return _web_address(text)


def _web_address(value: object) -> str:
    text = _text(value)
    if address_key(text) is None or " " in text:
        raise ValueError("an address with a host: http://host:port or https://…")
    return text
