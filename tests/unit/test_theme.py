"""Our inks are legible: on our grounds, on selections, and on those of every theme that Textual brings."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from newswatch.tui.theme import (
    DAY,
    FAINT_CONTRAST,
    NIGHT,
    NIGHT_VARIABLES,
    TEXT_CONTRAST,
    contrast,
    legible,
    variables_for,
)

INKS = [name for name in NIGHT_VARIABLES if name not in {"nw-line", "nw-selection"}]
COLOURFUL = [theme for theme in BUILTIN_THEMES.values() if not theme.ansi and theme.background]


def check(inks: dict[str, str], ground: Color) -> None:
    for name in INKS:
        least = FAINT_CONTRAST if name == "nw-faint" else TEXT_CONTRAST
        assert contrast(Color.parse(inks[name]), ground) >= least, name


@pytest.mark.parametrize("theme", [NIGHT, DAY], ids=lambda theme: theme.name)
def test_our_themes_have_the_contrast_that_wcag_asks_for_on_every_ground(theme: Theme) -> None:
    inks = theme.variables
    for ground in (theme.background, theme.surface, inks["nw-selection"]):
        assert ground is not None
        check(inks, Color.parse(ground))
        assert contrast(Color.parse(theme.foreground or ""), Color.parse(ground)) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", COLOURFUL, ids=lambda theme: theme.name)
def test_our_inks_are_made_legible_on_the_grounds_of_others(theme: Theme) -> None:
    inks = variables_for(theme)
    check(inks, Color.parse(theme.background or ""))
    check(inks, Color.parse(inks["nw-selection"]))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_is_legible_stays_as_it_is() -> None:
    assert legible(Color.parse("#ffffff"), Color.parse("#000000"), 4.5) == Color.parse("#ffffff")
