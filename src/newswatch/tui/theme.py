"""The two themes of newswatch, and what other themes show for its own variables.

`$nw-…` variables name what a colour is for; paint and newswatch.tcss use them, never a colour itself.
"""

from __future__ import annotations

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: of text
FAINT_CONTRAST = 3.0  # 1.4.11: of what is no text, and of text that stands elsewhere too
SELECTION_SHARE = 0.12
LINE_SHARE = 0.2

NIGHT_VARIABLES = {
    "nw-accent": "#5fd7c4",
    "nw-dim": "#8d99a9",
    "nw-faint": "#6a7685",
    "nw-line": "#2a3441",
    "nw-selection": "#202c3d",
    "nw-mark": "#ffe08a",
    "nw-critical": "#ff6470",
    "nw-high": "#ffab66",
    "nw-normal": "#e5cf7a",
    "nw-low": "#79b8e8",
    "nw-good": "#86d993",
}
DAY_VARIABLES = {
    "nw-accent": "#0b7468",
    "nw-dim": "#5b6673",
    "nw-faint": "#79838d",
    "nw-line": "#d3d8de",
    "nw-selection": "#dbe8ef",
    "nw-mark": "#8f4a00",
    "nw-critical": "#c0142b",
    "nw-high": "#ac4800",
    "nw-normal": "#7a6100",
    "nw-low": "#1b62a5",
    "nw-good": "#23752f",
}
ANSI_DARK_VARIABLES = {
    "nw-accent": "ansi_bright_cyan",
    "nw-dim": "ansi_white",
    "nw-faint": "ansi_white",
    "nw-line": "ansi_bright_black",
    "nw-selection": "ansi_default",
    "nw-mark": "ansi_bright_yellow",
    "nw-critical": "ansi_bright_red",
    "nw-high": "ansi_yellow",
    "nw-normal": "ansi_bright_white",
    "nw-low": "ansi_bright_blue",
    "nw-good": "ansi_bright_green",
}
ANSI_LIGHT_VARIABLES = {
    "nw-accent": "ansi_cyan",
    "nw-dim": "ansi_bright_black",
    "nw-faint": "ansi_bright_black",
    "nw-line": "ansi_white",
    "nw-selection": "ansi_default",
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
        "block-cursor-background": "#202c3d",
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
    warning="#ac4800",
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
    """Our variables for a theme that does not define them: our inks, made legible on its ground."""
    if theme.ansi:
        return ANSI_DARK_VARIABLES if theme.dark else ANSI_LIGHT_VARIABLES
    ours = NIGHT_VARIABLES if theme.dark else DAY_VARIABLES
    if theme.background is None or theme.variables.get("nw-dim"):
        return ours
    ground = Color.parse(theme.background)
    ink = Color.parse(theme.foreground) if theme.foreground else ground.get_contrast_text(1.0)
    selection = ground.blend(ink, SELECTION_SHARE)
    fitted = {
        name: legible(Color.parse(colour), selection, FAINT_CONTRAST if name == "nw-faint" else TEXT_CONTRAST).hex
        for name, colour in {**ours, "nw-accent": theme.accent or ours["nw-accent"]}.items()
    }
    return {**fitted, "nw-line": ground.blend(ink, LINE_SHARE).hex, "nw-selection": selection.hex}


def legible(colour: Color, ground: Color, at_least: float) -> Color:
    """The colour, or the nearest that stands out from the ground: lighter on a dark one, darker on a light one."""
    towards = WHITE if contrast(WHITE, ground) > contrast(BLACK, ground) else BLACK
    for step in range(21):
        mixed = colour.blend(towards, step / 20)
        if contrast(mixed, ground) >= at_least:
            return mixed
    return towards


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it ("contrast ratio", "relative luminance")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
