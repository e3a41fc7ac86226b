"""Settings as rows, and one in full."""

from __future__ import annotations

from newswatch.model.setting import Setting
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit
from newswatch.tui.paint.rows import count_line, fact_rows
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

KEY_CELLS = 24
VALUE_CELLS = 22
ABOUT_FROM = 100  # cells of the list from which what a key means stands in its row


def settings_head(path: str, width: int, signs: Signs) -> list[Pieces]:
    """The names of the columns, and the file under them."""
    value, source = _cells(width)
    names = [Piece(f"  {'setting':<{KEY_CELLS}}{'value':<{value}}{'from':<{source}}", "dim")]
    if width >= ABOUT_FROM:
        names.append(Piece("means", "dim"))
    return [names, count_line([[Piece(path, "faint")]], "", width, signs)]


def setting_row(setting: Setting, width: int, signs: Signs, *, is_selected: bool) -> list[Piece]:
    """Key, value, where it comes from, and what it means where there is room. What a person set stands out."""
    value, source = _cells(width)
    is_default = setting.source == "default"
    ink: Ink = "dim" if is_default else "text"
    row = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(" "),
        *fit([Piece(setting.key, "text", bold=is_selected)], KEY_CELLS - 1, signs.ellipsis),
        Piece(" "),
        *fit([Piece(setting.value, ink, bold=not is_default)], value - 1, signs.ellipsis),
        Piece(" "),
        *fit([Piece(setting.source, "dim" if is_default else "accent")], source - 1, signs.ellipsis),
        Piece(" "),
    ]
    if width >= ABOUT_FROM:
        row.append(Piece(setting.about, "dim"))
    return row


def setting_detail(setting: Setting, width: int) -> list[Pieces]:
    """One key: what it means, what it is, where that comes from, how to change it."""
    rows: list[Pieces] = [[], [Piece(f" {setting.key}", "accent", bold=True)]]
    rows += [[Piece(f" {setting.about[start:end]}")] for start, end in wrapped(setting.about, max(width - 2, 1))]
    rows.append([])
    rows += fact_rows("is", setting.value or "(empty)", width)
    rows += fact_rows("from", setting.source, width)
    if setting.change:
        rows += fact_rows("change", setting.change, width)
    return rows


def no_settings(refused: str, width: int) -> list[Pieces]:
    """Why there are no rows yet."""
    if not refused:
        return [[], [Piece("  reading", "dim")]]
    said = [[Piece(f"  {refused[start:end]}", "critical")] for start, end in wrapped(refused, max(width - 4, 1))]
    return [[], *said, [], [Piece("  E", "accent", bold=True), Piece(" opens the file", "dim")]]


def _cells(width: int) -> tuple[int, int]:
    """The cells of value and source."""
    room = max(width - KEY_CELLS - 2, 8)
    if width >= ABOUT_FROM:
        return VALUE_CELLS, 20
    source = min(20, room // 3)
    return room - source, source
