"""A feed's vitals as columns of its row, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from sys import intern
from typing import Any

from newswatch.model.vitals import DAYS_KEPT, GAPS_KEPT, LAGS_KEPT, NOTHING_KNOWN, WARNINGS_KEPT, FeedVitals
from newswatch.store.columns import (
    Row,
    check_texts,
    compact,
    count_of,
    list_of,
    optional_number,
    optional_time,
    text_of,
    time_text,
)


def vitals_row(vitals: FeedVitals) -> Row:
    """The columns of a feed's vitals; empty where nothing is known. Packed samples are base64."""
    return compact(
        since=time_text(vitals.since),
        arrived=time_text(vitals.arrived_at),
        lags=_packed_text(vitals.lags),
        gaps=_packed_text(vitals.gaps),
        day=vitals.day or None,
        counts=list(vitals.counts) or None,
        longest=_packed_text(vitals.longest),
        listed_per_day=vitals.listed_per_day,
        format=vitals.format or None,
        warnings=list(vitals.warnings) or None,
        listed=vitals.listed or None,
        dropped=vitals.dropped or None,
        wire_bytes=vitals.wire_bytes or None,
        total_bytes=vitals.total_bytes or None,
        interval=vitals.interval_s,
    )


def vitals_of(row: Mapping[str, Any] | None) -> FeedVitals:
    """The vitals of these columns, cut to what is kept. Raises ValueError, TypeError or AttributeError."""
    if row is None:
        return NOTHING_KNOWN
    get = row.get
    counts, warnings, format_ = list_of(get("counts", [])), list_of(get("warnings", [])), get("format", "")
    check_texts(format_, *warnings)
    day = count_of(get("day", 0))
    if not 0 <= day <= date.max.toordinal():
        raise ValueError(f"{day} is no day")
    return FeedVitals(
        optional_time(get("since")),
        optional_time(get("arrived")),
        _packed(get("lags"))[-LAGS_KEPT:],
        _packed(get("gaps"))[-GAPS_KEPT:],
        day,
        tuple(map(count_of, counts[:DAYS_KEPT])),
        _packed(get("longest"))[:DAYS_KEPT],
        optional_number(get("listed_per_day")),
        intern(format_),
        tuple(map(intern, warnings[:WARNINGS_KEPT])),
        count_of(get("listed", 0)),
        count_of(get("dropped", 0)),
        count_of(get("wire_bytes", 0)),
        count_of(get("total_bytes", 0)),
        optional_number(get("interval")),
    )


def _packed_text(samples: bytes) -> str | None:
    return b64encode(samples).decode("ascii") if samples else None


def _packed(text: str | None) -> bytes:
    return b"" if text is None else b64decode(text_of(text), validate=True)
