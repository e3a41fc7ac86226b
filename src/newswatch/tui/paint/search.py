"""What a search says of itself: how far it is, what it found, and, before anything is typed, how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newswatch.model.found import Found
from newswatch.tui.looks import Looks
from newswatch.tui.paint.piece import Piece, Pieces, fit, width_of
from newswatch.tui.paint.query import query_line
from newswatch.tui.words import counted

EXAMPLES = (
    ("tanker", "a word; case and accents do not matter"),
    ('"rate cut*"', "a phrase; * is the rest of a word"),
    ("(flood* OR storm*) AND NOT film", "one of several, and none of that"),
    ("troops NEAR/6 border", "six words apart at most"),
    ("title:election source:wire", "in the headline, and from whom"),
)
QUERY_CELLS = 34
ABOUT_FROM = 72


@dataclass(frozen=True, slots=True)
class SearchState:
    """Where a search is: `found` of the query as it is now, or of the one before while `is_running`; or why not.

    `is_old`: the query was changed since and has a mistake now. `newer` counts entries that came in since.
    """

    found: Found | None = None
    is_running: bool = False
    error: str = ""
    is_old: bool = False
    newer: int = 0


def search_line(state: SearchState, position: str, now: datetime, width: int, looks: Looks) -> list[Piece]:
    """The thin line over the results. How far a search is shows in the line itself, from left to right."""
    signs, found = looks.signs, state.found
    tail = f" {position} " if position else ""
    said: list[Piece] = []
    if found is not None:
        said = _found_words(state, found, now, width - 4 - len(tail), looks)
    elif state.is_running:
        said = [Piece(f" searching{signs.ellipsis} ", "dim")]
    room = max(width - 4 - width_of(said) - len(tail), 0)
    share = found.asked / found.entries if found is not None and found.entries and not found.is_complete else 0.0
    done = round(room * share)
    line = [
        Piece(signs.rule * 2, "accent" if done else "line"),
        *said,
        Piece(signs.rule * done, "accent"),
        Piece(signs.rule * (room - done), "line"),
        Piece(tail, "faint"),
        Piece(signs.rule * 2, "line"),
    ]
    return fit(line, width, signs.ellipsis)


def _found_words(state: SearchState, found: Found, now: datetime, room: int, looks: Looks) -> list[Piece]:
    """How many were found of how many; what does not fit is left out, the least first."""
    asked = counted(found.entries, "entry", "entries")
    if found.is_complete or not found.asked:
        where = f"{asked}{_since(found, now, looks)}"
    else:
        where = f"{found.asked:,} of {asked}"
    shown = f"newest {len(found.rows):,} shown" if len(found.rows) < found.matches else ""
    newer = f"{state.newer:,} newer came in" if state.newer and not state.is_running else ""
    is_of_now = not state.is_old and not (state.is_running and found.is_complete)
    is_loud = bool(found.matches) and is_of_now
    head = Piece(f" {found.matches:,} found", "accent" if is_loud else "dim", bold=is_loud)
    for words in ((where, shown, newer), (where, newer), (where,), ()):
        asides = [Piece(f" {looks.signs.dot} {word}", "faint" if word is newer else "dim") for word in words if word]
        said = [head, *asides, Piece(" ")]
        if width_of(said) <= room:
            break
    return said


def _since(found: Found, now: datetime, looks: Looks) -> str:
    if found.since is None:
        return ""
    local, today = found.since.astimezone(looks.zone), now.astimezone(looks.zone)
    if local.date() == today.date():
        return f" since {local:%H:%M}"
    return f" since {local.day} {local:%b}{f' {local.year:04d}' if local.year != today.year else ''}"


def search_empty(
    state: SearchState, query: str, width: int, height: int, *, is_phrase: bool = False
) -> Sequence[Pieces]:
    """What stands where there are no results: how to ask, that nothing is found, or nothing at all while it looks.
    `is_phrase`: the query is one, and could ask for its words anywhere.
    """
    if not query.strip():
        return _lesson(width, height)
    if state.found is None or not state.found.is_complete or state.is_running or state.error:
        return ()
    said: list[list[Piece]] = [
        [Piece("Nothing in the history matches.", "text", bold=True)],
        [Piece("Fewer words, a * at a word's end, or OR between them find more.", "dim")],
        [Piece("ctrl+s", "accent", bold=True), Piece(" watches for it from now on", "dim")],
    ]
    if is_phrase:
        said.insert(2, [Piece("ctrl+t", "accent", bold=True), Piece(" looks for all of the words, anywhere", "dim")])
    if state.newer:
        newer = f" asks again: {counted(state.newer, 'newer entry', 'newer entries')} came in since"
        said.append([Piece("enter", "accent", bold=True), Piece(newer, "dim")])
    above = max((height - len(said)) // 3, 0)
    return [*([[]] * above), *([Piece(" " * max((width - width_of(line)) // 2, 1)), *line] for line in said)]


def _lesson(width: int, height: int) -> list[Pieces]:
    lines: list[Pieces] = [
        [],
        [Piece(" Everything that came in, in the language of the rules.", "text")],
        [],
    ]
    for query, about in EXAMPLES:
        line = [Piece("   "), *fit(query_line(query, "text"), min(QUERY_CELLS, max(width - 4, 1)))]
        if width >= ABOUT_FROM:
            line.append(Piece(about, "dim"))
        lines.append(line)
    lines += [
        [],
        [
            Piece(" "),
            Piece("down", "accent", bold=True),
            Piece(" tries them one by one   ", "dim"),
            Piece("up", "accent", bold=True),
            Piece(" what you asked before", "dim"),
        ],
    ]
    return lines[:height] if height else lines
