"""Pictures on their way to the screen: what comes back from the process that read them, and how they are drawn."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from datetime import UTC

import pytest

from newswatch.article.picture import Flaw
from newswatch.article.picture_wire import HEAD, decode_answer, encode_answer
from newswatch.model.picture import HIGHEST, WIDEST, Picture
from newswatch.testing import build
from newswatch.tui import pictures
from newswatch.tui.looks import Looks
from newswatch.tui.paint.picture import UPPER_HALF
from newswatch.tui.pictures import Way, draw, fitted, obstacle, way_for
from newswatch.tui.reading import Body
from newswatch.tui.signs import ASCII, UNICODE, Signs
from newswatch.workers.frames import ANSWER

RED, BLUE = bytes((200, 0, 0)), bytes((0, 0, 200))
MESSAGE = re.compile(r"\x1b_G([^;\x1b]*)(?:;([A-Za-z0-9+/=]*))?\x1b\\")
"""One of kitty's protocol."""


def looks(signs: Signs) -> Looks:
    return Looks(build.at, lambda: 0.0, UTC, signs)


def picture(width: int, height: int) -> Picture:
    """Red above, blue below."""
    upper = height // 2
    return Picture(width, height, RED * width * upper + BLUE * width * (height - upper))


@pytest.mark.parametrize("came", [picture(3, 2), *Flaw])
def test_an_answer_is_read_back(came: Picture | Flaw) -> None:
    assert decode_answer(encode_answer(came)[ANSWER.size :]) == came


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\0",
        HEAD.pack(0, 2, 2) + bytes(11),
        HEAD.pack(0, 2, 2) + bytes(13),
        HEAD.pack(0, 0, 0),
        HEAD.pack(0, 2**32 - 1, 2**32 - 1),
        HEAD.pack(0, WIDEST + 1, 1) + bytes(3 * (WIDEST + 1)),
        HEAD.pack(0, 1, HIGHEST + 1) + bytes(3 * (HIGHEST + 1)),
        HEAD.pack(77, 0, 0),
    ],
)
def test_an_answer_that_is_none_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the pool takes it for a broken process
        decode_answer(payload)


@pytest.mark.parametrize(
    ("size", "room", "cell", "cells"),
    [
        ((960, 640), (70, 13), (1, 2), (39, 13)),
        ((960, 640), (20, 50), (1, 2), (20, 7)),
        ((10, 10), (80, 40), (1, 2), (20, 10)),
        ((1, 720), (80, 40), (1, 2), (1, 40)),
        ((960, 1), (80, 40), (1, 2), (80, 1)),
        ((960, 720), (0, 0), (1, 2), (1, 1)),
        ((960, 720), (5_000, 5_000), (10, 20), (192, 72)),
    ],
)
def test_a_picture_keeps_its_proportions(
    size: tuple[int, int], room: tuple[int, int], cell: tuple[int, int], cells: tuple[int, int]
) -> None:
    assert fitted(picture(*size), *room, cell) == cells


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, Way.KITTY),
        ({"TERM": "xterm-ghostty"}, Way.KITTY),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, Way.BLOCKS),  # noqa: S108 - the name of a socket
        ({"TERM": "tmux-256color"}, Way.BLOCKS),
        ({"TERM": "xterm-256color"}, Way.BLOCKS),
        ({}, Way.BLOCKS),
    ],
)
def test_the_environment_says_how_pictures_are_drawn(environ: dict[str, str], way: Way) -> None:
    assert way_for(environ, has_true_colour=True) is way
    assert way_for(environ, has_true_colour=False) is Way.BLOCKS


def test_half_blocks_hold_two_pixels_each() -> None:
    pytest.importorskip("PIL", reason="the extra `images` is not installed")
    drawn = draw(picture(4, 4), 4, 2, Way.BLOCKS)
    assert [line.text for line in drawn.lines] == [UPPER_HALF * 4] * 2
    assert drawn.before == drawn.after == ""
    colours = [
        {
            (style.color.triplet, style.bgcolor.triplet)
            for _, style, _ in line
            if style and style.color and style.bgcolor
        }
        for line in drawn.lines
    ]
    assert colours == [{(tuple(RED), tuple(RED))}, {(tuple(BLUE), tuple(BLUE))}]


def test_kitty_gets_the_picture_first_and_is_asked_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    image = pytest.importorskip("PIL.Image", reason="the extra `images` is not installed")
    pytest.importorskip("textual_image", reason="the extra `images` is not installed")
    made = Picture(300, 200, bytes(value * 7 % 251 for value in range(3 * 300 * 200)))
    stdin = sys.__stdin__
    drawn = draw(made, 30, 20, Way.KITTY)
    assert sys.__stdin__ is stdin
    assert capfd.readouterr() == ("", "")
    messages = [
        (dict(one.split("=") for one in found[1].split(",")), found[2] or "")
        for found in MESSAGE.finditer(drawn.before)
    ]
    assert MESSAGE.sub("", drawn.before) == ""
    *parts, (placed, _) = messages
    assert [said["m"] for said, _ in parts] == ["1"] * (len(parts) - 1) + ["0"]
    assert all(said["q"] == "2" for said, _ in messages)
    file = io.BytesIO(base64.b64decode("".join(data for _, data in parts)))
    with image.open(file) as sent:
        assert sent.tobytes() == made.pixels
    assert (placed["U"], int(placed["c"]), int(placed["r"])) == ("1", drawn.width, len(drawn.lines))
    assert placed["i"] == parts[0][0]["i"]
    assert drawn.after == f"\x1b_Ga=d,d=I,i={placed['i']},q=2\x1b\\"
    for line in drawn.lines:
        assert line.text.count("\U0010eeee") == drawn.width == line.cell_length
        assert "\x1b" not in line.text


def test_no_more_of_a_picture_goes_over_the_line_than_there_is_room_for() -> None:
    image = pytest.importorskip("PIL.Image", reason="the extra `images` is not installed")
    pytest.importorskip("textual_image", reason="the extra `images` is not installed")
    drawn = draw(picture(960, 720), 12, 20, Way.KITTY)
    file = io.BytesIO(base64.b64decode("".join(found[2] or "" for found in MESSAGE.finditer(drawn.before))))
    with image.open(file) as sent:
        assert sent.width < 960


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)
    assert "pipx install --force '.[images]'" in obstacle(looks(UNICODE))


def test_a_screen_of_letters_shows_no_pictures() -> None:
    assert "captions" in obstacle(looks(ASCII))


def test_captions_are_found_by_the_numbers_of_their_links() -> None:
    text = "![A *ferry* at the pier \\[left\\]][2]\n\n[words][1] and ![no such link][9]\n\n![again][2] [![a map][3]][1]"
    body = Body(text, is_markdown=True, links=("https://a.example/", "https://b.example/", "https://c.example/"))
    assert body.pictures == {2: "A ferry at the pier [left]", 3: "a map"}
    assert Body(text, is_markdown=False, links=body.links).pictures == {}


@pytest.mark.timeout(20)
def test_signs_of_pictures_without_end_are_read_in_no_time() -> None:
    for sign in ("![", "![a", "\\[", "![a\\", "![a]["):
        assert Body(sign * 100_000, is_markdown=True, links=("https://a.example/",)).pictures == {}


def test_nothing_of_pictures_is_loaded_until_one_is_asked_for() -> None:
    program = (
        "import newswatch.tui.app, newswatch.tui.screens.article, newswatch.engine.local, newswatch.engine.pages, "
        "newswatch.engine.home, newswatch.article.picture_worker, sys; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert not {"PIL", "textual_image", "newswatch.tui.pictures"} & set(run.stdout.split())
