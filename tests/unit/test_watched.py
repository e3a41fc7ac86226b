"""When newswatch watched is remembered across runs, and a file that is lost or hostile costs only that."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from newswatch.engine.watched import FILE_NAME, MOST_SPANS, Watched, noted, watched_s
from newswatch.testing import build

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_moments_that_lie_close_make_one_span() -> None:
    spans = noted(noted(noted((), build.at(0)), build.at(10)), build.at(60))
    assert spans == ((build.at(0), build.at(60)),)


def test_a_pause_of_an_hour_is_bridged_and_a_longer_one_is_not() -> None:
    assert len(noted(((build.at(0), build.at(1)),), build.at(61))) == 1
    assert len(noted(((build.at(0), build.at(1)),), build.at(62))) == 2


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    spans = ((build.at(0), build.at(10)),)
    assert noted(spans, build.at(5)) == spans


def test_what_is_long_past_is_let_go() -> None:
    old = (build.at(0), build.at(1))
    assert old not in noted((old,), build.at(0) + timedelta(days=41))


def test_spans_are_bounded() -> None:
    spans: tuple[tuple[object, object], ...] = ()
    made = tuple((build.EPOCH + number * MINUTE,) * 2 for number in range(MOST_SPANS + 5))
    spans = noted(tuple((one, two) for one, two in made), build.EPOCH + timedelta(days=2))
    assert len(spans) == MOST_SPANS


def test_only_what_lies_inside_counts() -> None:
    spans = [(build.at(0), build.at(10)), (build.at(20), build.at(30))]
    assert watched_s(spans, build.at(5), build.at(25)) == 600
    assert watched_s(spans, build.at(11), build.at(19)) == 0


def test_the_next_run_goes_on_where_this_one_ended(tmp_path: Path) -> None:
    first = Watched(tmp_path)
    first.note(build.at(0))
    first.note(build.at(10))
    first.save()
    second = Watched(tmp_path)
    second.load()
    second.note(build.at(30))
    assert second.spans == ((build.at(0), build.at(30)),)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_nothing_is_written_twice(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    watched.note(build.at(0))
    watched.save()
    (tmp_path / FILE_NAME).unlink()
    watched.save()
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'{"spans": 7}',
        b'{"spans": [["2026-11-22T14:00:00", "2026-11-22T15:00:00"]]}',
        b'{"spans": [["yesterday", "today"]]}',
        b'{"spans": [[1, 2]]}',
        b'{"spans": [["2026-11-22T14:00:00Z"]]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_none_of_ours_is_as_good_as_none(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    watched = Watched(tmp_path)
    watched.load()
    assert watched.spans == ()
    assert "not watched" in caplog.text


def test_spans_that_end_before_they_begin_are_left_out(tmp_path: Path) -> None:
    good = [build.at(0).isoformat(), build.at(5).isoformat()]
    (tmp_path / FILE_NAME).write_text(json.dumps({"spans": [[good[1], good[0]], good]}), "utf-8")
    watched = Watched(tmp_path)
    watched.load()
    assert watched.spans == ((build.at(0), build.at(5)),)


def test_a_disk_that_refuses_costs_only_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(tmp_path / "nowhere")
    watched.load()
    watched.note(build.at(0))
    watched.save()
    assert "could not be written" in caplog.text
