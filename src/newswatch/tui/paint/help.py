"""What help says: keys, signs and words, as lines; and the lines that hold what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, fit
from newswatch.tui.paint.why import section
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs

KEY_CELLS = 10


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A key, sign or word in the left column, and what it means. Not `is_valid`: a key that does nothing now."""

    head: str
    text: str
    ink: Ink = "accent"
    is_valid: bool = True


@dataclass(frozen=True, slots=True)
class HelpPart:
    """Lines under a heading."""

    title: str
    lines: tuple[HelpLine, ...]


def signs_part(signs: Signs) -> HelpPart:
    """What the signs mean."""
    return HelpPart(
        "Signs",
        (
            HelpLine("C H N L", "severity: critical, high, normal, low", "text"),
            HelpLine(
                signs.new, "a story that is new; in Rules a rule that is live, in Feeds a feed that is well", "good"
            ),
            HelpLine(signs.seen, "seen: it was selected for a second", "text"),
            HelpLine(signs.open, "open: its article was opened; in Rules a rule that is off", "text"),
            HelpLine(signs.acked, "acked: dealt with", "good"),
            HelpLine(signs.held, "held: it did not interrupt; in Feeds a feed that was never checked", "dim"),
            HelpLine(signs.star, "starred", "mark"),
            HelpLine(signs.marked, "selected, to be acted on with others", "accent"),
            HelpLine(f"{signs.snoozed} {signs.muted}", "snoozed, muted: put away; h shows them", "low"),
            HelpLine(signs.tagged, "tagged", "low"),
            HelpLine(signs.noted, "has a note", "mark"),
            HelpLine(signs.revised, "revised: the outlet changed its text", "high"),
            HelpLine(signs.old_rule, "old rule, or no match: rule or text was edited since", "normal"),
            HelpLine(f"{signs.times}5", "how many publishers have the story", "text"),
            HelpLine(signs.warning, "failing, or live in its last good form only", "high"),
            HelpLine(signs.broken, "broken: a rule with a mistake; a clause that does not hold", "critical"),
            HelpLine(signs.stopped, "stopped: the server said that the feed is gone", "critical"),
            HelpLine(signs.paused, "paused by hand", "dim"),
            HelpLine(signs.checking, "being checked now", "accent"),
        ),
    )


WORDS = HelpPart(
    "Words",
    (
        HelpLine("feed", "an address that gives entries, asked again and again (feeds.opml)", "text"),
        HelpLine("entry", "one item of a feed: a headline, a link, a text", "text"),
        HelpLine("rule", "what is watched for, in the rule language (rules.toml)", "text"),
        HelpLine("hit", "one rule that matched one entry; it is kept whatever becomes of the rule", "text"),
        HelpLine("story", "the hits about the same news: one row of Alerts", "text"),
        HelpLine("alert", "what interrupts you: one per rule and story, never repeated", "text"),
        HelpLine("held", "a hit that is shown and counted, but did not interrupt", "text"),
        HelpLine("backlog", "held: it stood in the feed when it was first read", "text"),
        HelpLine("rule-change", "held: a rule that was added or edited found it in what was stored already", "text"),
        HelpLine("ack", "to say that a story is dealt with", "text"),
        HelpLine("snooze", "to put a story away until later; then it is new again, and alerts", "text"),
        HelpLine("mute", "to hide a story, a source, a phrase or a rule for a while; nothing is lost by it", "text"),
        HelpLine("old rule", "the rule was edited since, and no longer matches this", "text"),
    ),
)

FILTER = HelpPart(
    "The filter",
    (
        HelpLine("word", "in the headline, the source, the rule or a tag; letters may be left out: tnkr", "text"),
        HelpLine('"a phrase"', "exactly so", "text"),
        HelpLine("!word", "without it; a lone ! before the rest turns all of it round", "text"),
        HelpLine("rule:", "look only there; also source: title: tag: mute:", "dim"),
        HelpLine("is:", "new seen open acked unacked alert held muted snoozed starred tagged noted revised old", "dim"),
        HelpLine("is:high", "a severity: critical high normal low", "dim"),
    ),
)

LANGUAGE = HelpPart(
    "The rule language",
    (
        HelpLine("word", "this word, in any letter case; troop* is any word that begins so", "text"),
        HelpLine("“a phrase”", "these words in this order", "text"),
        HelpLine(
            "AND OR NOT", "both, either, not; parentheses group; two terms side by side are joined by AND", "accent"
        ),
        HelpLine("NEAR/5", "at most five words apart; ONEAR/5 in this order", "accent"),
        HelpLine("title:", "look only there; also summary: content: author: source: tag: url: lang:", "dim"),
        HelpLine("@name", "an alias: a list of phrases in rules.toml", "low"),
        HelpLine("{US}", "exactly so, letter case included", "text"),
        HelpLine("/regex/", "a regular expression", "text"),
    ),
)


def help_rows(parts: Sequence[HelpPart], typed: str, width: int, signs: Signs) -> list[Pieces]:
    """The parts under their headings; of them only what holds the words typed, if any were."""
    wanted = typed.casefold().split()
    rows: list[Pieces] = []
    for part in parts:
        lines = [line for line in part.lines if all(word in f"{line.head} {line.text}".casefold() for word in wanted)]
        if lines:
            rows += [[]] if rows else []
            rows.append(section(part.title, "", width, signs))
            rows += [row for line in lines for row in _line(line, width, signs)]
    return rows or [[Piece(" Nothing in help holds ", "dim"), Piece(typed.strip(), bold=True)]]


def _line(line: HelpLine, width: int, signs: Signs) -> list[Pieces]:
    room = max(width - KEY_CELLS - 5, 8)
    rows: list[Pieces] = []
    for start, end in wrapped(line.text, room):
        head = Piece(line.head if not rows else "", line.ink if line.is_valid else "faint", bold=True)
        cells = fit([head], KEY_CELLS + 2, signs.ellipsis)
        rows.append([Piece("  "), *cells, Piece(line.text[start:end], "text" if line.is_valid else "faint")])
    return rows
