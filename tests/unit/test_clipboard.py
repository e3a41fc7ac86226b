"""Ways to a clipboard: only such as are there, and none of another machine's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from newswatch.tui.clipboard import commands, hand_over, takes_osc52


def names(environ: Mapping[str, str], platform: str = "linux", *there: str) -> list[str]:
    found = commands(environ, platform, lambda name: f"/usr/bin/{name}" if not there or name in there else None)
    return [command[0] for command in found]


@pytest.mark.parametrize(
    ("environ", "takes"),
    [({"TERM": "xterm-256color"}, True), ({"TERM": "linux"}, False), ({"TERM_PROGRAM": "Apple_Terminal"}, False)],
)
def test_terminals_that_take_nothing_are_known(environ: dict[str, str], takes: bool) -> None:  # noqa: FBT001  a parameter
    assert takes_osc52(environ) is takes


def test_the_desktop_that_one_sits_at_is_asked_and_over_ssh_none_is() -> None:
    assert names({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}) == ["wl-copy"]
    assert names({"DISPLAY": ":0"}) == ["xclip", "xsel"]
    assert names({}, "darwin") == ["pbcopy"]
    assert names({"DISPLAY": ":10", "SSH_CONNECTION": "1"}) == []
    assert names({"TMUX": "socket", "SSH_CONNECTION": "1"}) == ["tmux"]
    assert names({"DISPLAY": ":0"}, "linux", "xsel") == ["xsel"]


async def test_the_text_comes_by_standard_input_as_it_is(tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    code = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
    await hand_over("$(rm -rf /) “x”\n; ls", (sys.executable, "-c", code, str(copied)))
    assert copied.read_text("utf-8") == "$(rm -rf /) “x”\n; ls"


async def test_a_program_that_is_not_there_or_hangs_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newswatch.tui.clipboard.PATIENCE_S", 0.05)
    await hand_over("x", ("no-such-program-here",))
    await hand_over("x", (sys.executable, "-c", "import time; time.sleep(60)"))
