"""A stylesheet that is parsed once for each set of colours. Knows no rule and no widget.

Textual parses everything anew whenever it reads the rules again, and forgets what it has parsed: four times before the
first paint, for the theme, the first screen and the first widgets.
"""

from __future__ import annotations

from pathlib import Path

from textual.css.stylesheet import Stylesheet


class KeptStylesheet(Stylesheet):
    """Textual's stylesheet, which keeps what it has parsed until a variable has another value."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """See `Stylesheet.set_variables`."""
        if variables != self._variables:
            super().set_variables(variables)

    def foresee(self, file: Path) -> None:
        """Parses a file that will be read later: on a thread, where nobody waits for it."""
        self._parse_rules(file.read_text("utf-8"), (str(file.absolute()), ""))

    def reparse(self) -> None:
        """See `Stylesheet.reparse`: only what was not parsed with these variables yet."""
        self.parse()
