"""Opening a link in the browser, from any screen: never without showing the real host first."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping

from newswatch.tui.links import host_and_port, is_safe_to_open
from newswatch.tui.paint import cut, printable
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen


def ask_to_open(screen: BaseScreen, link: str, *, also_yes: str = "") -> None:
    """Asks, then opens the link; without a browser the address is shown and copied. Only http(s) is opened."""
    if not is_safe_to_open(link):
        screen.flash(f"not opened, only http(s) links are: {link}", is_alarm=True)
        return
    if not has_browser(os.environ):
        screen.app.copy_to_clipboard(printable(link))
        screen.flash(f"no browser here; copied {link}")
        return

    def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
        if is_wanted:
            screen.app.open_url(link)
            screen.flash(f"opening {host_and_port(link)}")

    question = Ask(
        screen.looks, f"Open {host_and_port(link)} in the browser?", [cut(link, 500)], yes="open it", also_yes=also_yes
    )
    screen.app.push_screen(question, answered)


def has_browser(environ: Mapping[str, str]) -> bool:
    """Whether a browser can be opened beside the terminal. One that would take the terminal itself is none."""
    if not (
        environ.get("BROWSER")
        or environ.get("DISPLAY")
        or environ.get("WAYLAND_DISPLAY")
        or sys.platform in {"darwin", "win32", "cygwin"}
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
