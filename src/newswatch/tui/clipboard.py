"""Ways to a clipboard: the terminal's own (OSC 52), tmux's, the desktop's. Pure but for `hand_over`.

A terminal does not say whether it took what it was given. So every way that may lead somewhere is tried, and where
none does, that is said instead of "copied".
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence

from newswatch.tui.terminal import knows_sequences

# What takes text on standard input and has nothing to do with our own: each an argument list, never a shell's line.
_TMUX = ("tmux", "load-buffer", "-w", "-")
_MAC = ("pbcopy",)
_WAYLAND = ("wl-copy",)
_X11 = (("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input"))
PATIENCE_S = 5.0


def takes_osc52(environ: Mapping[str, str]) -> bool:
    """Whether the terminal may take text by OSC 52; some are known not to."""
    return knows_sequences(environ) and environ.get("TERM_PROGRAM") != "Apple_Terminal"


def commands(
    environ: Mapping[str, str], platform: str = sys.platform, find: Callable[[str], str | None] = shutil.which
) -> tuple[Sequence[str], ...]:
    """Programs that bring text to the clipboard of who sits here: none of the machine's desktop over ssh."""
    wanted: list[Sequence[str]] = []
    if environ.get("TMUX"):
        wanted.append(_TMUX)
    if not environ.get("SSH_CONNECTION"):
        if platform == "darwin":
            wanted.append(_MAC)
        if environ.get("WAYLAND_DISPLAY"):
            wanted.append(_WAYLAND)
        elif environ.get("DISPLAY"):
            wanted += _X11
    there = [command for command in wanted if find(command[0]) is not None]
    return tuple(there)


async def hand_over(text: str, command: Sequence[str]) -> None:
    """Gives the text to a program. One that fails, or takes longer than five seconds, is let go: others may do it."""
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                await process.communicate(text.encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
