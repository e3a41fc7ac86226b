from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from newswatch.config import Settings, load_settings, read_settings
from newswatch.errors import SettingsInvalid

PATH = Path("home/settings.toml")

EVERYTHING = b"""\
[polling]
interval     = "15m"   # between two checks of a feed
min_interval = "2m"
max_interval = "1h30m"
concurrency  = 8
per_host     = 1
timeout      = "20s"
max_bytes    = "2MB"

[store]
keep_hits    = "30d"
keep_entries = "2w"

[ui]
theme = "textual-light"
icons = "ascii"
timezone = "Europe/Kyiv"

[ui.keys]
"hit.ack" = "ctrl+a"

[notify.desk]
kind = "webhook"
url = "https://hooks.example.org/desk"
"""


def read(text: str) -> Settings:
    return read_settings(text.encode(), PATH)


def refusal(text: str) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        read(text)
    return str(caught.value)


def test_what_is_kept_is_a_length_of_time_or_a_count() -> None:
    settings = read_settings(b'[store]\nkeep_hits = 50000\nkeep_entries = "36h"', Path("settings.toml"))
    assert settings.store.keep_hits == 50_000
    assert settings.store.keep_entries == timedelta(hours=36)
    quoted = read_settings(b'[store]\nkeep_hits = "50000"', Path("settings.toml"))
    assert quoted.store.keep_hits == 50_000


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "settings.toml")
    assert settings.polling.interval_s == 600
    assert settings.polling.min_interval_s == 60
    assert settings.polling.max_interval_s == 6 * 3_600
    assert settings.polling.concurrency == 48
    assert settings.polling.per_host == 2
    assert settings.polling.timeout_s == 30
    assert settings.polling.max_bytes == 15 << 20
    assert settings.store.keep_hits == timedelta(days=365)
    assert settings.store.keep_entries == timedelta(days=14)
    assert (settings.ui.theme, settings.ui.icons, settings.ui.timezone) == ("newswatch-night", "auto", "UTC")
    assert settings.ui.keys == {}
    assert settings.notify == {}
    assert set(settings.sources.values()) == {"default"}


def test_each_key_is_read() -> None:
    settings = read_settings(EVERYTHING, PATH)
    assert settings.polling.interval_s == 900
    assert settings.polling.min_interval_s == 120
    assert settings.polling.max_interval_s == 5_400
    assert settings.polling.concurrency == 8
    assert settings.polling.per_host == 1
    assert settings.polling.timeout_s == 20
    assert settings.polling.max_bytes == 2_000_000
    assert settings.store.keep_hits == timedelta(days=30)
    assert settings.store.keep_entries == timedelta(days=14)
    assert (settings.ui.theme, settings.ui.icons, settings.ui.timezone) == ("textual-light", "ascii", "Europe/Kyiv")
    assert settings.ui.keys == {"hit.ack": "ctrl+a"}
    assert settings.notify == {"desk": {"kind": "webhook", "url": "https://hooks.example.org/desk"}}


def test_each_value_says_where_it_comes_from() -> None:
    sources = read_settings(EVERYTHING, PATH).sources
    assert sources["polling.interval"] == "settings.toml:2"
    assert sources["ui.timezone"] == "settings.toml:17"
    assert sources["ui.keys.hit.ack"] == "settings.toml:20"
    assert sources["notify.desk.url"] == "settings.toml:24"
    assert read("[polling]\nper_host = 1").sources["polling.concurrency"] == "default"


def test_an_unknown_key_is_named_with_its_place_and_the_nearest_valid_one() -> None:
    assert refusal('# mine\n[polling]\n  intervall = "5m"\n') == (
        'home/settings.toml:3:3: unknown key "intervall" in [polling]; did you mean "interval"?'
    )


def test_an_unknown_table_is_named_with_the_nearest_valid_one() -> None:
    assert 'settings.toml:2:1: unknown key "poling" in settings.toml; did you mean "polling"?' in refusal("\n[poling]")


def test_a_key_in_the_wrong_place_is_told_where_it_belongs() -> None:
    assert refusal('interval = "5m"').endswith(':1:1: "interval" belongs under [polling]')
    assert refusal('[ui]\nkeep_hits = "5d"').endswith('unknown key "keep_hits" in [ui]; it belongs under [store]')


def test_a_key_that_resembles_none_gets_the_list_of_all() -> None:
    assert "the keys here are keep_hits, keep_entries" in refusal("[store]\nzzz = 1")


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("[polling]\ninterval = 600", "2:1", "write a number with a unit"),
        ('[polling]\ninterval = "soon"', "2:1", "write a number with a unit"),
        ('[polling]\ninterval = "0s"', "2:1", "a duration from 1s to 30d"),
        ('[polling]\n\n  per_host = "2"', "3:3", "a whole number from 1 to 64"),
        ("[polling]\nper_host = true", "2:1", "a whole number"),
        ("[polling]\nper_host = 0", "2:1", "a whole number from 1"),
        ("[polling]\nconcurrency = 100000", "2:1", "a whole number from 1 to 512"),
        ("[polling]\nmax_bytes = 1.5", "2:1", "a number with a unit"),
        ('[polling]\nmax_bytes = "1B"', "2:1", "a size from"),
        ('[store]\nkeep_hits = "1s"', "2:1", "a duration from 1h to 36500d, or a count such as 50000"),
        ("[store]\nkeep_hits = 0", "2:1", "a whole number from 1 to 10000000"),
        ('[store]\nkeep_hits = "0"', "2:1", "a whole number from 1 to 10000000"),
        ('[store]\nkeep_hits = "-1"', "2:1", "or a count such as 50000"),
        ("[store]\nkeep_entries = true", "2:1", "a whole number from 1 to 10000000"),
        ("[store]\nkeep_entries = 1.5", "2:1", "or a count such as 50000"),
        ('[ui]\nicons = "asci"', "2:1", 'did you mean "ascii"?'),
        ('[ui]\ntheme = ""', "2:1", "text in quotes"),
        ('[ui]\ntimezone = "Europe/Kiyv"', "2:1", 'did you mean "Europe/Ky'),
        ('[ui]\ntimezone = "../../etc/passwd"', "2:1", "a time zone"),
        ("[ui]\nkeys = 3", "2:1", "is a table"),
        ('[ui.keys]\n"hit.ack" = 3', "2:1", "text in quotes"),
        ("polling = 3", "1:1", "is a table"),
        ("[notify]\ndesk = 3", "2:1", "[notify.desk]"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_what_to_write(text: str, place: str, advice: str) -> None:
    sentence = refusal(text)
    assert f"settings.toml:{place}: " in sentence
    assert advice in sentence


def test_an_interval_moves_the_bounds_that_nobody_set() -> None:
    assert read('[polling]\ninterval = "2s"').polling.min_interval_s == 2
    assert read('[polling]\ninterval = "12h"').polling.max_interval_s == 12 * 3_600
    assert read('[polling]\nmin_interval = "20m"').polling.interval_s == 1_200
    assert (
        read('[polling]\nmax_interval = "30s"').polling == read('[polling]\ninterval="30s"\nmax_interval="30s"').polling
    )


def test_an_interval_that_contradicts_a_bound_is_a_mistake() -> None:
    assert ":2:1: interval is shorter than min_interval" in refusal('[polling]\ninterval="1m"\nmin_interval="5m"')
    assert ":3:1: interval is longer" in refusal('[polling]\nmax_interval="1m"\ninterval="5m"')
    assert "max_interval is shorter than min_interval" in refusal('[polling]\nmax_interval="1m"\nmin_interval="5m"')


def test_a_key_binding_without_quotes_means_the_same() -> None:
    assert read('[ui.keys]\nhit.ack = "a"\nhit.star = "x"').ui.keys == {"hit.ack": "a", "hit.star": "x"}


def test_a_file_that_is_no_toml_is_named_with_line_and_column() -> None:
    assert refusal("[polling]\ninterval = \n").startswith("home/settings.toml:2:12: Invalid value")


def test_a_file_that_is_not_utf8_is_named_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b'[ui]\ntheme = "caf\xe9"\n')
    with pytest.raises(SettingsInvalid, match=r":2:13: this is not UTF-8 text; save the file"):
        load_settings(path)


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"cannot be read: Is a directory.*chmod"):
        load_settings(tmp_path)


def test_an_escape_sequence_in_a_key_does_not_reach_the_terminal() -> None:
    assert "\x1b" not in refusal('"\\u001b]52;c;eA==\\u0007" = 1')
