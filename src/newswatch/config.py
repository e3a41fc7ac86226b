"""settings.toml: how newswatch behaves, as one frozen value.

Every key is optional. A mistake stops the reading with SettingsInvalid, which names file, line, column,
the key and the nearest valid one. Must never know what the settings are used for, nor look for the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn, TypeVar, cast

from newswatch import tomlvalues as values
from newswatch.errors import SettingsInvalid
from newswatch.tomlfile import KeyPath, TomlFile, nearest, parse_toml, read_bytes, shown, unknown_key

T = TypeVar("T")

DEFAULT = "default"
"""Where a value comes from that does not stand in the file."""

ICONS = ("auto", "unicode", "ascii")
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3_600.0, 86_400.0
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """`[polling]`: `interval_s` lies between two checks of a feed, its own wishes move it within min and max.

    `concurrency` fetches at a time, `per_host` of them to one host; `timeout_s` is for the whole fetch;
    `max_bytes` are those on the wire.
    """

    interval_s: float = 10 * _MINUTE_S
    min_interval_s: float = _MINUTE_S
    max_interval_s: float = 6 * _HOUR_S
    concurrency: int = 48
    per_host: int = 2
    timeout_s: float = 30.0
    max_bytes: int = 15 * _MIB


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """`[store]`: how long hits that nobody marked are kept, and entries that gave none; or how many of them."""

    keep_hits: timedelta | int = timedelta(days=365)
    keep_entries: timedelta | int = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class UiSettings:
    """`[ui]`: `timezone` is "UTC", "local" or a zone name that exists; `keys` maps action ids to keys."""

    theme: str = "newswatch-night"
    icons: str = "auto"
    timezone: str = "UTC"
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of settings.toml. `notify` holds the `[notify.NAME]` tables as they stand in the file.

    `sources` says for each key ("polling.interval") where its value comes from: "default" or
    "settings.toml:12".
    """

    polling: PollingSettings = field(default_factory=PollingSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    notify: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def load_settings(path: Path) -> Settings:
    """The settings in this file; the defaults if there is none. Raises SettingsInvalid."""
    return read_settings(read_bytes(path, SettingsInvalid) or b"", path)


def read_settings(data: bytes, path: Path) -> Settings:
    """The settings in these bytes; `path` is for errors. Raises SettingsInvalid."""
    file = parse_toml(data, path, SettingsInvalid)
    _check_keys(file)
    reader = _Reader(file)
    usual_store, usual_ui = StoreSettings(), UiSettings()
    return Settings(
        polling=_polling(reader),
        store=StoreSettings(
            keep_hits=reader.take(("store", "keep_hits"), usual_store.keep_hits, _kept),
            keep_entries=reader.take(("store", "keep_entries"), usual_store.keep_entries, _kept),
        ),
        ui=UiSettings(
            theme=reader.take(("ui", "theme"), usual_ui.theme, values.text),
            icons=reader.take(("ui", "icons"), usual_ui.icons, values.choice(ICONS)),
            timezone=reader.take(("ui", "timezone"), usual_ui.timezone, values.zone_or_local),
            keys=reader.keys(),
        ),
        notify=reader.notify(),
        sources=reader.sources,
    )


_KEYS: Mapping[str, tuple[str, ...]] = {
    "polling": ("interval", "min_interval", "max_interval", "concurrency", "per_host", "timeout", "max_bytes"),
    "store": ("keep_hits", "keep_entries"),
    "ui": ("theme", "icons", "timezone", "keys"),
    "notify": (),  # any name is a sink
}


def _check_keys(file: TomlFile) -> None:
    for table, keys in file.values.items():
        if table not in _KEYS:
            home = next((name for name, known in _KEYS.items() if table in known), None)
            if home is not None:
                file.fail(f'"{shown(table)}" belongs under [{home}]', (table,))
            file.fail(unknown_key(table, _KEYS, file.path.name), (table,))
        if not isinstance(keys, dict):
            file.fail(f"[{table}] is a table: write its keys on the lines below [{table}]", (table,))
        if table == "notify":
            continue
        for key in keys:
            if key not in _KEYS[table]:
                file.fail(_misplaced(key, table) or unknown_key(key, _KEYS[table], f"[{table}]"), (table, key))


def _misplaced(key: str, table: str) -> str | None:
    """The sentence about a key that is good under another table and looks like none of this one."""
    if nearest(key, _KEYS[table]) is not None:
        return None
    home = next((name for name, known in _KEYS.items() if key in known), None)
    return None if home is None else f'unknown key "{shown(key)}" in [{table}]; it belongs under [{home}]'


def _polling(reader: _Reader) -> PollingSettings:
    """`[polling]`. An interval and its bounds that are not given make room for those that are."""
    usual = PollingSettings()
    given = {
        key: reader.given(("polling", key), values.duration(1.0, most_s))
        for key, most_s in (("interval", 30 * _DAY_S), ("min_interval", 30 * _DAY_S), ("max_interval", 365 * _DAY_S))
    }
    least_s, most_s = given["min_interval"], given["max_interval"]
    if least_s is not None and most_s is not None and least_s > most_s:
        reader.fail("max_interval is shorter than min_interval", ("polling", "max_interval"))
    interval_s = given["interval"]
    if interval_s is None:
        interval_s = min(max(usual.interval_s, least_s or 0.0), most_s or usual.max_interval_s)
    elif least_s is not None and interval_s < least_s:
        reader.fail("interval is shorter than min_interval", ("polling", "interval"))
    elif most_s is not None and interval_s > most_s:
        reader.fail("interval is longer than max_interval", ("polling", "interval"))
    return PollingSettings(
        interval_s=interval_s,
        min_interval_s=least_s or min(usual.min_interval_s, interval_s),
        max_interval_s=most_s or max(usual.max_interval_s, interval_s),
        concurrency=reader.take(("polling", "concurrency"), usual.concurrency, values.count(1, 512)),
        per_host=reader.take(("polling", "per_host"), usual.per_host, values.count(1, 64)),
        timeout_s=reader.take(("polling", "timeout"), usual.timeout_s, values.duration(1.0, 600.0)),
        max_bytes=reader.take(("polling", "max_bytes"), usual.max_bytes, values.size(1_000, 1 << 30)),
    )


_COUNT_DIGITS = 8


def _kept(value: object) -> timedelta | int:
    """How much is kept: a duration, or a count, which may stand in quotes as durations do."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _COUNT_DIGITS:
        value = int(value)
    if isinstance(value, int):
        return values.count(1, 10_000_000)(value)
    try:
        return timedelta(seconds=values.duration(3_600.0, 36_500 * _DAY_S)(value))
    except ValueError as mistake:
        raise ValueError(f"{mistake}, or a count such as 50000") from mistake


class _Reader:
    """Takes values out of the file one by one, checks them, and notes where each comes from."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file
        self.sources: dict[str, str] = {}

    def fail(self, message: str, path: KeyPath) -> NoReturn:
        """Raises SettingsInvalid at the key."""
        self._file.fail(message, path)

    def take(self, path: KeyPath, usual: T, read: values.Reader[T]) -> T:
        """The value of a key, `usual` if it does not stand in the file."""
        value = self.given(path, read)
        return usual if value is None else value

    def given(self, path: KeyPath, read: values.Reader[T]) -> T | None:
        """The value of a key, None if it does not stand in the file."""
        raw = self._raw(path)
        self.sources[_dotted(path)] = DEFAULT if raw is None else self._source(path)
        return None if raw is None else self._read(path, raw, read)

    def keys(self) -> Mapping[str, str]:
        """`[ui.keys]`: `"hit.ack" = "a"`; without the quotes TOML makes tables of it, which mean the same."""
        path: KeyPath = ("ui", "keys")
        pending: list[tuple[KeyPath, object]] = [(path, self._raw(path) or {})]
        found: dict[str, str] = {}
        while pending:
            place, raw = pending.pop(0)
            if isinstance(raw, dict):
                pending.extend(((*place, name), inner) for name, inner in raw.items())
                continue
            if place == path:
                self.fail('[ui.keys] is a table: write lines like "hit.ack" = "a" below it', path)
            action = _dotted(place[len(path) :])
            found[action] = self._read(place, raw, values.text)
            self.sources[f"ui.keys.{action}"] = self._source(place)
        return found

    def notify(self) -> Mapping[str, Mapping[str, object]]:
        """`[notify.NAME]` tables, raw."""
        tables = cast("dict[str, dict[str, object]]", self._raw(("notify",)) or {})
        for name, table in tables.items():
            if not isinstance(table, dict):
                self.fail(f"a sink is a table: write [notify.{shown(name)}] and its keys below", ("notify", name))
            for key in table:
                self.sources[f"notify.{name}.{key}"] = self._source(("notify", name, key))
        return tables

    def _read(self, path: KeyPath, raw: object, read: values.Reader[T]) -> T:
        try:
            return read(raw)
        except ValueError as mistake:
            message = f"{shown(_dotted(path))} = {shown(raw)}: write {mistake}"
            self._file.fail(message, path)

    def _raw(self, path: KeyPath) -> object:
        raw: object = self._file.values
        for step in path:
            raw = raw.get(str(step)) if isinstance(raw, dict) else None
        return raw

    def _source(self, path: KeyPath) -> str:
        return f"{self._file.path.name}:{self._file.line_of(path)}"


def _dotted(path: KeyPath) -> str:
    return ".".join(str(step) for step in path)
