from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.units import format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10m", 600.0), ("2s", 2.0), ("1h30m", 5_400.0), ("7d", 604_800.0), ("1w", 604_800.0), ("1.5h", 5_400.0)],
)
def test_a_duration_is_a_number_with_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "m", "10 parsecs", "-5m", "30m1h", "1h1h", "1e3s", "٣m", "9" * 200 + "s"])
def test_what_is_no_duration_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match='like "30s", "10m"'):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"), [("15MiB", 15 << 20), ("15MB", 15_000_000), ("500 kb", 500_000), ("7B", 7), ("1.5GiB", 3 << 29)]
)
def test_a_size_tells_powers_of_1000_from_powers_of_1024(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "15", "15M", "MiB", "-1MB", "1TB"])
def test_what_is_no_size_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match='like "500kB"'):
        parse_size(text)


@given(st.integers(1, 10**9))
def test_a_duration_survives_being_written_and_read(milliseconds: int) -> None:
    assert round(parse_duration(format_duration(milliseconds / 1_000)) * 1_000) == milliseconds


@given(st.integers(0, 1 << 40))
def test_a_size_survives_being_written_and_read(size: int) -> None:
    assert parse_size(format_size(size)) == size
