"""Why a story is here: the two-line strip, the tree in full, and the facts of its entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from newswatch.model.entry import Entry
from newswatch.model.hit import Held, Hit
from newswatch.model.story import Story
from newswatch.tui.looks import Looks
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.reasons import Reason
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted, minute, moment, same_day, span

SIDE_BY_SIDE_FROM = 100
LEAST_COPIES = 3  # lines under which a list of copies says nothing
SOURCE_CELLS = 24
AIRY_FROM = 20  # lines

HELD_WORDS = {
    Held.BACKLOG: "held: backlog, it stood in the feed when it was first read",
    Held.RULE_CHANGE: "held: rule-change, an edited rule found it in the history",
    Held.MUTED: "held: muted",
    Held.SNOOZED: "held: snoozed",
    Held.QUIET: "held: quiet hours",
    Held.THROTTLED: "held: throttled, the rule's alert budget was spent",
    Held.COPY: "held: copy of a story that was told",
}


def no_match(hits: Iterable[Hit]) -> str:
    """What hits are called that their rules no longer match: a rule was edited since, or what it had matched."""
    return "no match" if any(hit.is_revised for hit in hits) else "old rule"


def section(title: str, aside: str, width: int, signs: Signs) -> list[Piece]:
    """A heading in a thin line: its title at the left, what is to be said of it at the right."""
    head = [Piece(signs.rule * 2, "line"), Piece(f" {title} ", "accent", bold=True)]
    tail = [Piece(f" {aside} ", "dim"), Piece(signs.rule * 2, "line")] if aside else []
    room = width - width_of(head) - width_of(tail)
    if room < 0:
        return fit([*head, Piece(signs.rule * width, "line")], width, signs.ellipsis)
    return [*head, Piece(signs.rule * room, "line"), *tail]


def reason_pieces(reason: Reason, signs: Signs) -> list[Piece]:
    """One reason: its sign, what was asked, where it was found."""
    return [
        Piece(f"{signs.yes if reason.is_held else signs.no} ", "good" if reason.is_held else "faint", bold=True),
        Piece(reason.label, "text" if reason.is_held else "dim"),
        Piece(f" {place(reason, signs)}" if reason.where else "", "dim"),
    ]


def place(reason: Reason, signs: Signs) -> str:
    """Where a reason holds, in the signs of the screen."""
    return reason.where.replace("×", signs.times)


def reasons_line(reasons: Sequence[Reason], width: int, signs: Signs) -> list[Piece]:
    """The reasons side by side; those that hold first, since the line may be cut."""
    line: list[Piece] = [Piece(" ")]
    for number, reason in enumerate(sorted(reasons, key=lambda reason: reason.where == "absent")):
        line += [Piece("   " if number else ""), *reason_pieces(reason, signs)]
    return fit(line, width, signs.ellipsis)


def times_of(entry: Entry, now: datetime, looks: Looks, *, short: bool) -> str:
    """`published 14:30:12Z · fetched 14:30:41Z (lag 29 s)`. A date that is missing or in the future is marked."""
    word = "pub" if short else "published"
    if entry.published_at is None:
        return f"{word} ? {looks.signs.dot} fetched {moment(entry.seen_at, now, looks.zone)}"
    fetched = f"fetched {same_day(entry.seen_at, entry.published_at, now, looks.zone)}"
    published = f"{word} {moment(entry.published_at, now, looks.zone)}"
    lag_s = (entry.seen_at - entry.published_at).total_seconds()
    if lag_s < 0:
        return f"{published} {looks.signs.dot} {fetched} (dated in the future)"
    if entry.is_backlog:  # it lay in the feed before anybody looked: that is no lag
        return f"{published} {looks.signs.dot} {fetched}"
    return f"{published} {looks.signs.dot} {fetched} (lag {span(lag_s)})"


def why_strip(
    story: Story, reasons: Sequence[Reason], now: datetime, width: int, looks: Looks
) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """A heading with the rules that fired, the reasons in one line, the facts in one line."""
    signs = looks.signs
    lead = story.lead
    facts = [lead.entry.source, times_of(lead.entry, now, looks, short=True)]
    publishers = len(story.sources)
    facts.append(counted(publishers, "publisher"))
    line: list[Piece] = [Piece(" ")]
    if lead.held is not None:
        line += [Piece(HELD_WORDS[lead.held].split(",")[0], "high"), Piece(f" {signs.dot} ", "faint")]
    line.append(Piece(f" {signs.dot} ".join(facts), "dim"))
    return (
        section("Why", rules_aside(story, width - 14, signs), width, signs),
        reasons_line(reasons, width, signs),
        fit(line, width, signs.ellipsis),
    )


def rules_aside(story: Story, width: int, signs: Signs) -> str:
    """`dprk-troops +2: kursk, zelensky`: the rules that fired, the lead's first."""
    first, *others = story.rule_ids
    old = f" ({no_match([story.lead])})" if story.lead.is_old_rule else ""
    more = f" +{len(others)}: {', '.join(others)}" if others else ""
    return cut(f"{first}{old}{more}", max(width, 0), signs.ellipsis)


def reason_rows(reasons: Sequence[Reason], width: int, signs: Signs) -> list[Pieces]:
    """The reasons one a line, where they hold in a column of its own."""
    label_cells = max((width_of([Piece(reason.label)]) + 2 * reason.depth for reason in reasons), default=0)
    where_cells = max((width_of([Piece(reason.where)]) for reason in reasons), default=0)
    label_cells = max(min(label_cells, width - where_cells - 5), 8)
    rows: list[Pieces] = []
    for reason in reasons:
        sign = Piece(f"{signs.yes if reason.is_held else signs.no} ", "good" if reason.is_held else "faint", bold=True)
        label = [Piece("  " * reason.depth), sign, Piece(reason.label, "text" if reason.is_held else "dim")]
        rows.append([*fit(label, label_cells + 2, signs.ellipsis), Piece("   "), Piece(place(reason, signs), "dim")])
    return rows


def why_and_copies(
    story: Story, reasons: Sequence[Reason], now: datetime, width: int, most: int, looks: Looks
) -> list[Pieces]:
    """What stands under an article, in at most `most` lines: why it fired, and who else has the story.

    Side by side where there is room; a story that nobody else has is not said to be one.
    """
    is_alone = len(copies_of(story)) == 1
    if is_alone or width < SIDE_BY_SIDE_FROM:
        whys = _why(story, reasons, now, width, looks)[:most]
        if most >= AIRY_FROM:
            whys.append([])
        room = most - len(whys)
        return whys if is_alone or room < LEAST_COPIES else [*whys, *_copies(story, now, width, room, looks)]
    left = width // 2
    whys, copies = _why(story, reasons, now, left, looks)[:most], _copies(story, now, width - left, most, looks)
    height = max(len(whys), len(copies))
    whys += [[]] * (height - len(whys))
    copies += [[]] * (height - len(copies))
    return [[*fit(why, left, looks.signs.ellipsis), *copy] for why, copy in zip(whys, copies, strict=True)]


def _why(story: Story, reasons: Sequence[Reason], now: datetime, width: int, looks: Looks) -> list[Pieces]:
    lead, signs = story.lead, looks.signs
    fired = f"fired {moment(lead.found_at, now, looks.zone)}"
    name = f"{lead.rule_id}{f' ({no_match([lead])})' if lead.is_old_rule else ''}"
    rows: list[Pieces] = [section("Why", f"{name} {signs.dot} {fired}", width, signs)]
    rows += [[Piece("  "), *row] for row in reason_rows(reasons, width - 5, signs)]
    others = [rule_id for rule_id in story.rule_ids if rule_id != lead.rule_id]
    if others:
        rows.append([Piece("  "), Piece("also fired ", "dim"), Piece(", ".join(others), "text")])
    return rows


def copies_of(story: Story) -> list[Entry]:
    """The entries of a story, each once, the first one first."""
    entries = {(hit.entry.feed_id, hit.entry.key): hit.entry for hit in story.hits}
    return sorted(entries.values(), key=lambda entry: entry.at)


def _copies(story: Story, now: datetime, width: int, most: int, looks: Looks) -> list[Pieces]:
    signs = looks.signs
    entries = copies_of(story)
    aside = f"{counted(len(story.sources), 'publisher')} {signs.dot} {counted(len(entries), 'copy', 'copies')}"
    rows: list[Pieces] = [section("Story", aside, width, signs)]
    source_cells = min(max(width_of([Piece(entry.source)]) for entry in entries), SOURCE_CELLS)
    room = max(most - 1, 1)
    shown = entries if len(entries) <= room else entries[: room - 1]
    for number, entry in enumerate(shown):
        is_same = entry.title == story.lead.entry.title
        said = Piece("first", "accent") if number == 0 else Piece("" if is_same else entry.title, "dim")
        time = Piece(f"  {minute(entry.at, now, looks.zone)} ", "dim")
        rows.append([time, *fit([Piece(entry.source)], source_cells, signs.ellipsis), Piece("  "), said])
    if len(shown) < len(entries):
        more = Piece(f"  and {len(entries) - len(shown):,} more {signs.dot} ", "dim")
        rows.append([more, Piece("C", "accent", bold=True), Piece(" lists them", "dim")])
    return rows
