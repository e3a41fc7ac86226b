"""The two themes of newswatch, and what other themes show for its own variables.

`$nw-…` variables name what a colour is for; paint and newswatch.tcss use them, never a colour itself.
"""

from __future__ import annotations

from textual.theme import Theme

NIGHT_VARIABLES = {
    "nw-dim": "#7c8896",
    "nw-faint": "#4d5866",
    "nw-line": "#2a3441",
    "nw-selection": "#233042",
    "nw-mark": "#ffe08a",
    "nw-critical": "#ff6470",
    "nw-high": "#ffab66",
    "nw-normal": "#e5cf7a",
    "nw-low": "#79b8e8",
    "nw-good": "#86d993",
}
DAY_VARIABLES = {
    "nw-dim": "#5b6673",
    "nw-faint": "#939da8",
    "nw-line": "#d3d8de",
    "nw-selection": "#dbe8ef",
    "nw-mark": "#8f4a00",
    "nw-critical": "#c0142b",
    "nw-high": "#b04a00",
    "nw-normal": "#7a6100",
    "nw-low": "#1b62a5",
    "nw-good": "#23752f",
}
ANSI_DARK_VARIABLES = {
    "nw-dim": "ansi_white",
    "nw-faint": "ansi_white",
    "nw-line": "ansi_bright_black",
    "nw-selection": "ansi_blue",
    "nw-mark": "ansi_bright_yellow",
    "nw-critical": "ansi_bright_red",
    "nw-high": "ansi_yellow",
    "nw-normal": "ansi_bright_white",
    "nw-low": "ansi_bright_blue",
    "nw-good": "ansi_bright_green",
}
ANSI_LIGHT_VARIABLES = {
    "nw-dim": "ansi_bright_black",
    "nw-faint": "ansi_bright_black",
    "nw-line": "ansi_white",
    "nw-selection": "ansi_white",
    "nw-mark": "ansi_magenta",
    "nw-critical": "ansi_red",
    "nw-high": "ansi_yellow",
    "nw-normal": "ansi_black",
    "nw-low": "ansi_blue",
    "nw-good": "ansi_green",
}

NIGHT = Theme(
    name="newswatch-night",
    primary="#5fd7c4",
    secondary="#79b8e8",
    accent="#5fd7c4",
    warning="#ffab66",
    error="#ff6470",
    success="#86d993",
    foreground="#d5dbe3",
    background="#10141a",
    surface="#161c24",
    panel="#1b222c",
    dark=True,
    variables={
        **NIGHT_VARIABLES,
        "block-cursor-background": "#233042",
        "block-cursor-foreground": "#d5dbe3",
        "input-cursor-background": "#5fd7c4",
        "input-selection-background": "#5fd7c4 30%",
        "scrollbar": "#2a3441",
        "scrollbar-background": "#10141a",
        "scrollbar-corner-color": "#10141a",
    },
)
DAY = Theme(
    name="newswatch-day",
    primary="#0b7468",
    secondary="#1b62a5",
    accent="#0b7468",
    warning="#b04a00",
    error="#c0142b",
    success="#23752f",
    foreground="#20262d",
    background="#fbfaf7",
    surface="#f2f1ec",
    panel="#e9e8e2",
    dark=False,
    variables={
        **DAY_VARIABLES,
        "block-cursor-background": "#dbe8ef",
        "block-cursor-foreground": "#20262d",
        "input-cursor-background": "#0b7468",
        "input-selection-background": "#0b7468 25%",
        "scrollbar": "#d3d8de",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-corner-color": "#fbfaf7",
    },
)


def variables_for(theme: Theme) -> dict[str, str]:
    """Our variables for a theme that does not define them."""
    if theme.ansi:
        return ANSI_DARK_VARIABLES if theme.dark else ANSI_LIGHT_VARIABLES
    return NIGHT_VARIABLES if theme.dark else DAY_VARIABLES
