"""What is said while feeds are looked for behind an address, and of those that were found."""

from __future__ import annotations

from itertools import islice

from newswatch.engine.api.feeds import Candidate, ListedFeeds, Search
from newswatch.model.feed import FeedHealth
from newswatch.tui.looks import Looks
from newswatch.tui.paint.checks import CheckRow
from newswatch.tui.paint.feed import FORMATS
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit
from newswatch.tui.paint.rows import short_count
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

LISTED = 200  # a list from elsewhere may hold any number of lines that are none


def said_rows(text: str, ink: Ink, width: int, sign: str = " ") -> list[Pieces]:
    """A sentence, wrapped, with a sign before it."""
    rows: list[Pieces] = []
    for start, end in wrapped(text, max(width - 4, 1)):
        rows.append([Piece(f" {sign if not rows else ' '} ", ink, bold=True), Piece(text[start:end], ink)])
    return rows


def search_rows(search: Search | None, mistake: str, width: int, looks: Looks) -> list[Pieces]:
    """How far a search is, in one or two lines: what is asked now, what was found, or why nothing was."""
    signs = looks.signs
    if mistake:
        return said_rows(mistake, "critical", width, signs.broken)
    if search is None:
        hint = "A feed, or the page of a site that has one; newswatch looks for the feeds behind it."
        return said_rows(hint, "dim", width)
    if not search.is_complete:
        asked = f"asking {search.asking}" if search.asking else "asking"
        number = f"  {counted(search.asked, 'address', 'addresses')} so far" if search.asked > 1 else ""
        found = f", {counted(len(search.found), 'feed')}" if search.found else ""
        lead = Piece(f" {signs.checking} ", "accent", bold=True)
        return [fit([lead, Piece(asked), Piece(number, "dim"), Piece(found, "good")], width, signs.ellipsis)]
    if search.failure:
        return said_rows(search.failure, "critical", width, signs.broken)
    found = counted(len(search.found), "feed")
    where = f" behind {search.page}" if search.page else ""
    known = [candidate for candidate in search.found if candidate.known]
    there = ""
    if len(known) == len(search.found):
        there = f"; you have it already, as {known[0].known}" if len(known) == 1 else "; you have them already"
    return said_rows(f"{found}{where}{there}", "text" if there else "good", width, signs.held if there else signs.yes)


def candidate_row(candidate: Candidate) -> CheckRow:
    """A feed that was found, to choose."""
    form = FORMATS.get(candidate.format, candidate.format)
    return CheckRow(
        id=candidate.feed.id,
        title=candidate.title or "(without a title)",
        note=f"there already, as {candidate.known}" if candidate.known else candidate.address,
        figure="  ".join(word for word in (form, f"{short_count(candidate.entries):>5}") if word),
        is_fixed=bool(candidate.known),
    )


def candidate_rows(candidate: Candidate | None, width: int, looks: Looks) -> list[Pieces]:
    """The selected one in a few lines: its address, and what it says just now."""
    if candidate is None:
        return []
    signs = looks.signs
    rows: list[Pieces] = [[Piece(" "), Piece(cut(candidate.address, max(width - 2, 1), signs.ellipsis), "low")]]
    lead = Piece(f" {signs.dot} ", "faint")
    rows += [fit([lead, Piece(headline, "dim")], width, signs.ellipsis) for headline in candidate.newest]
    return rows


def list_rows(found: ListedFeeds, width: int, looks: Looks) -> list[Pieces]:
    """What somebody's list would bring, and what of it is skipped, each with its reason; the first `LISTED` of each."""
    signs = looks.signs
    rows: list[Pieces] = said_rows(f"{counted(len(found.fresh), 'feed')} to add", "good", width, signs.yes)
    if found.known:
        rows += said_rows(f"{found.known:,} there already", "dim", width, signs.held)
    folders: dict[str, int] = {}
    for feed in found.fresh:
        name = " / ".join(feed.folder) or "(no folder)"
        folders[name] = folders.get(name, 0) + 1
    if folders:
        rows.append([])
        rows += [
            fit([Piece(f"{number:>6,}  ", "text"), Piece(name, "dim")], width, signs.ellipsis)
            for name, number in islice(folders.items(), LISTED)
        ]
        rows += _more_rows(len(folders), "folders", width)
    if found.skipped:
        rows += [[], [Piece(f" {signs.warning} ", "high", bold=True), Piece(f"{len(found.skipped):,} skipped", "high")]]
        for one in found.skipped[:LISTED]:
            rows += said_rows(f"line {one.line}: {one.address}: {one.reason}", "dim", width)
        rows += _more_rows(len(found.skipped), "lines", width)
    if found.warnings:
        rows.append([])
        for warning in found.warnings[:LISTED]:
            rows += said_rows(warning, "dim", width, signs.warning)
        rows += _more_rows(len(found.warnings), "warnings", width)
    return rows


def _more_rows(number: int, what: str, width: int) -> list[Pieces]:
    return said_rows(f"and {number - LISTED:,} more {what}", "faint", width) if number > LISTED else []


def gone_rows(health: FeedHealth, width: int, signs: Signs) -> list[Pieces]:
    """The question that a feed which is gone for good leaves."""
    rows: list[Pieces] = []
    question = f"{health.label} is gone for good, says its server."
    for start, end in wrapped(question, width):
        rows.append([Piece(question[start:end], bold=True)])
    said = "It is not asked again. Its history stays, whatever you do with its line in feeds.opml."
    rows += [[Piece(said[start:end], "dim")] for start, end in wrapped(said, width)]
    rows.append([])
    for key, words in (
        (signs.enter, "take its line out"),
        ("k", "keep its line, paused"),
        ("r", "ask its server once more"),
        ("esc", "decide later"),
    ):
        rows.append([Piece(f"{key:>{len(signs.enter)}}", "accent", bold=True), Piece(f" {words}")])
    return rows
