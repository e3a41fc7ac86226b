"""`newswatch config show`: what is in force, and where each value comes from: flag, environment, file or default.

Must never show a secret: of what secrets.toml holds only the names are said, and in settings.toml whatever may let its
holder in is hidden, as the address of a web hook does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.request import getproxies

from newswatch.cli.meanings import meaning_of
from newswatch.cli.options import Options, paths_of
from newswatch.cli.output import Output, printed, shown
from newswatch.config import DEFAULT, Settings, load_settings
from newswatch.model.setting import Setting
from newswatch.paths import HOME_VARIABLE, Paths
from newswatch.secretfile import load_secrets
from newswatch.secrets import Secrets
from newswatch.text.urls import HIDDEN, host_of, redact
from newswatch.units import format_duration, format_size

DEMO = "DEMO"
"""How one comes by the home of the demo."""
_OPEN_SINK_KEYS = frozenset({"kind", "method", "format", "every", "timeout", "severity", "enabled", "name"})
"""Keys of a sink whose values are shown; those of any other may be secrets."""


@dataclass(frozen=True, slots=True)
class _Value:
    key: str
    value: object
    source: str


def show_settings(options: Options, home_from: str, *, as_json: bool) -> int:
    """Prints all values. `home_from` is how click came by the home. Returns the exit code."""

    def verb(out: Output) -> int:
        values = _values(options, home_from)
        if as_json:
            out.json({value.key: {"value": value.value, "from": value.source} for value in values})
            return 0
        key_width = min(max(len(value.key) for value in values), 40)
        texts = [_text(value.value) for value in values]
        text_width = min(max(map(len, texts)), 40)
        for value, text in zip(values, texts, strict=True):
            out.line(f"{shown(value.key):{key_width}}  {text:{text_width}}  {shown(value.source)}")
        return 0

    return printed(verb)


def setting_rows(options: Options, home_from: str) -> list[Setting]:
    """The same values for the screen, with what each means. Raises SettingsInvalid, SecretsInvalid."""
    return [
        Setting(value.key, _text(value.value), value.source, *meaning_of(value.key))
        for value in _values(options, home_from)
    ]


def _values(options: Options, home_from: str) -> list[_Value]:
    paths = paths_of(options)
    return [
        *_places(paths, options, home_from),
        *_settings(load_settings(paths.settings)),
        *_environment(),
        *_secrets(load_secrets(paths.secrets)),
    ]


def _places(paths: Paths, options: Options, home_from: str) -> Iterator[_Value]:
    source = {"ENVIRONMENT": HOME_VARIABLE, DEMO: "the demo"}.get(home_from, "--home")
    if options.home is None:
        source = DEFAULT
    for name in ("settings", "rules", "feeds", "secrets", "data", "log"):
        yield _Value(f"path.{name}", str(getattr(paths, name)), source)


def _settings(settings: Settings) -> Iterator[_Value]:
    for table in ("polling", "store", "ui"):
        values = getattr(settings, table)
        for name in (column.name for column in fields(values) if column.name != "keys"):
            key = f"{table}.{name.removesuffix('_s')}"
            yield _Value(key, _written(name, getattr(values, name)), settings.sources.get(key, DEFAULT))
    for action, pressed in settings.ui.keys.items():
        key = f"ui.keys.{action}"
        yield _Value(key, pressed, settings.sources.get(key, DEFAULT))
    for sink, keys in settings.notify.items():
        for name, value in keys.items():
            key = f"notify.{sink}.{name}"
            yield _Value(key, _of_sink(name, value), settings.sources.get(key, DEFAULT))


def _written(name: str, value: object) -> object:
    """A value as it is written in settings.toml."""
    match value:
        case timedelta():
            return format_duration(value.total_seconds())
        case float():
            return format_duration(value)
        case int() if name.endswith("_bytes"):
            return format_size(value)
        case str() | int() | None:
            return value
        case _:
            return str(value)


def _of_sink(name: str, value: object) -> object:
    """A value of a sink. Of an address the host stays: the path of a web hook is its key."""
    if name in _OPEN_SINK_KEYS and isinstance(value, (str, int, bool)):
        return value
    if name == "url" and isinstance(value, str) and (host := host_of(value)):
        return f"{value.partition('://')[0].lower()}://{host}/{HIDDEN}"
    return HIDDEN


def _environment() -> Iterator[_Value]:
    for scheme, address in sorted(getproxies().items()):
        known = next((name for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()) if name in os.environ), "")
        if known:
            yield _Value(f"proxy.{scheme}", address if scheme == "no" else redact(address), known)
    if os.environ.get("NO_COLOR"):
        yield _Value("no_color", value=True, source="NO_COLOR")


def _secrets(secrets: Secrets) -> Iterator[_Value]:
    for key in secrets.feeds:
        yield _Value(f"secrets.{redact(key)}", HIDDEN, f"secrets.toml:{secrets.lines.get(key)}")
    for sink in secrets.sinks:
        yield _Value(f"secrets.sink.{sink}", HIDDEN, "secrets.toml")


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping() | None:
            return ""
        case _:
            return shown(str(value), 500)
