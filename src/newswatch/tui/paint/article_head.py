"""The head of an article: its title, what was edited since, where it is from and when, and which text it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newswatch.model.article import ArticleText, TextFrom
from newswatch.model.diff import Change
from newswatch.model.hit import Mark
from newswatch.model.story import Story
from newswatch.tui.links import host_and_port, hyperlink
from newswatch.tui.looks import Looks
from newswatch.tui.paint.layout import Layout, Measure
from newswatch.tui.paint.marks import marked, spans_of
from newswatch.tui.paint.piece import Piece, fit, width_of
from newswatch.tui.paint.stories import severity_ink, state_ink, state_sign, tags_of
from newswatch.tui.paint.why import HELD_WORDS, times_of
from newswatch.tui.reading import Reading, marks_of
from newswatch.tui.signs import Signs
from newswatch.tui.versions import Edited
from newswatch.tui.words import counted, minute, same_day

MOST_TAGS = 40  # of what an imported history brings, as of notes, no more is shown than a person would write
LONGEST_NOTE = 4_000
DOING_AFTER_S = 1.0
NARROW = 60  # cells, below which times are said short


def lay_head(reading: Reading, now: datetime, column: Measure, looks: Looks) -> Layout:
    """The title, what was edited, where it is from and when, and which text this is."""
    story, entry = reading.story, reading.entry
    marks = marks_of(story)
    layout = Layout(column.margin)
    title = entry.title or "no title"
    layout.paragraph(title, spans_of(marks, "title", len(title)), column.width, bold=True)
    edits = reading.edits
    if not edits and entry.revised_at is not None:  # what it was is not looked up yet
        edits = (Edited(entry.revised_at, "text edited"),)
    elif not edits and story.lead.page_changed_at is not None:
        edits = (Edited(story.lead.page_changed_at, "page changed"),)
    for one in edits:
        layout.add(fit(edit_line(one, now, looks), column.width, looks.signs.ellipsis))
    if not reading.is_bare:
        _facts(layout, reading, marks, now, column.width, looks)
        _which_text(layout, reading, now, column.width, looks)
    layout.blank()
    return layout


def edit_line(edited: Edited, now: datetime, looks: Looks) -> list[Piece]:
    """`headline edited 14:31  −spotted +seen`."""
    signs = looks.signs
    line = [
        Piece(f"{signs.revised} ", "high", bold=True),
        Piece(f"{edited.what} {minute(edited.at, now, looks.zone)}", "high"),
    ]
    line += _words(signs.minus, edited, Change.GONE, edited.gone)
    return line + _words("+", edited, Change.NEW, edited.new)


def _words(sign: str, edited: Edited, change: Change, many: int) -> list[Piece]:
    """What went or came, each with its sign and its colour."""
    said = [piece.text.strip() for piece in edited.pieces if piece.change is change]
    if many:
        said.append(counted(many, "word"))
    return [Piece(f"  {sign}{text}", "good" if change is Change.NEW else "critical") for text in said if text]


def link_pieces(link: str) -> list[Piece]:
    """A link as it is shown: the host that it really leads to, and quietly the rest."""
    rest = link.partition("://")[2].partition("/")[2]
    target = hyperlink(link)
    return [Piece(host_and_port(link), "low", link=target), Piece(f"/{rest}" if rest else "", "faint", link=target)]


def _which_text(layout: Layout, reading: Reading, now: datetime, width: int, looks: Looks) -> None:
    """Which text is shown, why it is no better one, and what is being done about that."""
    shown, entry = reading.shown, reading.entry
    feeds_text = "the feed's text" if entry.content.strip() or entry.summary.strip() else "the feed gave no text"
    if reading.doing is not None and looks.monotonic() - reading.doing.since_s >= DOING_AFTER_S:
        seconds = looks.monotonic() - reading.doing.since_s
        ellipsis = looks.signs.ellipsis
        said = f"reading the page at {reading.doing.host or 'its link'} {ellipsis} {seconds:.0f} s"
        layout.add(fit([Piece(said, "accent")], width, ellipsis))
    elif reading.trouble:
        layout.paragraph(f"{feeds_text}: {reading.trouble}", (), width, "high")
    elif shown is None:
        layout.paragraph(feeds_text, (), width, "dim")
    else:
        at = minute(shown.read_at, now, looks.zone)
        said = f"{TEXT_WORDS[shown.text_from]}, {at}" if shown.text_from is not TextFrom.FEED else feeds_text
        problem = f"{_joint(said, shown)}{shown.said}" if shown.said else said
        layout.paragraph(problem, (), width, "high" if shown.problem is not None else "dim")


def _joint(said: str, shown: ArticleText) -> str:
    return f"{said}: " if shown.text_from is TextFrom.FEED else f"{said}. "


TEXT_WORDS = {
    TextFrom.PAGE: "full text from the page",
    TextFrom.PLAIN: "text of the whole page",
    TextFrom.FEED: "the feed's text",
}


def _facts(layout: Layout, reading: Reading, marks: Sequence[Mark], now: datetime, width: int, looks: Looks) -> None:
    story, entry, signs = reading.story, reading.entry, looks.signs
    head: list[Piece] = marked(entry.source, spans_of(marks, "source", len(entry.source)), "text")
    stands = _standing(story, signs)
    room = width - width_of(stands)
    if entry.author:
        head += [Piece(f" {signs.dot} ", "faint")]
        head += marked(entry.author, spans_of(marks, "author", len(entry.author)), "dim")
    if entry.lang and width_of(head) + len(entry.lang) + 3 <= room:
        head += [Piece(f" {signs.dot} ", "faint"), Piece(entry.lang, "dim")]
    # How grave it is and what was done about it is never what is cut.
    head = [*(head if width_of(head) <= room else fit(head, max(room, 0), signs.ellipsis)), *stands]
    layout.add(fit(head, width, signs.ellipsis))
    is_narrow = width < NARROW
    told_at = story.lead.told_at if not is_narrow else None
    shown = ""
    if told_at is not None:
        shown = f" {signs.dot} shown {same_day(told_at, entry.seen_at, now, looks.zone)}"
    layout.paragraph(times_of(entry, now, looks, short=is_narrow) + shown, (), width, "dim")
    if entry.link:
        layout.add(fit(link_pieces(entry.link), width, signs.ellipsis))
    _topics(layout, reading, marks, width, signs)
    if story.lead.held is not None:
        layout.paragraph(HELD_WORDS[story.lead.held], (), width, "high")
    _handled(layout, story, now, width, looks)


def _standing(story: Story, signs: Signs) -> list[Piece]:
    """`· critical ○ open ★ starred · ×4`."""
    pieces = [
        Piece(f" {signs.dot} ", "faint"),
        Piece(f"{story.severity.value} ", severity_ink(story.severity)),
        Piece(f"{state_sign(story, signs)} ", state_ink(story)),
        Piece(story.state.value if story.is_alert else "held", "dim"),
    ]
    if story.is_starred:
        pieces.append(Piece(f" {signs.star} starred", "mark"))
    if len(story.sources) > 1:
        pieces.append(Piece(f" {signs.dot} {signs.times}{len(story.sources):,}", "dim"))
    return pieces


def _topics(layout: Layout, reading: Reading, marks: Sequence[Mark], width: int, signs: Signs) -> None:
    """The tags that the feed gave, and whom and what the page is about, in a line."""
    line: list[Piece] = []
    for part, tag in enumerate(reading.entry.tags):
        line.append(Piece(" #" if line else "#", "faint"))
        line += marked(tag, spans_of(marks, "tags", len(tag), part), "dim")
    tags = {tag.casefold() for tag in reading.entry.tags}
    keywords = reading.shown.keywords if reading.shown is not None else ()
    for number, word in enumerate(word for word in keywords if word.casefold() not in tags):
        line.append(Piece("  " if line and not number else f" {signs.dot} " if number else "", "faint"))
        line.append(Piece(word, "dim"))
    if line:
        layout.add(fit(line, width, signs.ellipsis))


def _handled(layout: Layout, story: Story, now: datetime, width: int, looks: Looks) -> None:
    """What a person did with the story: until when it is snoozed, its tags, its notes."""
    until = max((hit.snoozed_until for hit in story.hits if hit.snoozed_until is not None), default=None)
    if until is not None:
        layout.paragraph(f"snoozed until {minute(until, now, looks.zone)}", (), width, "low")
    if tags := tags_of(story):
        said = " ".join(f"{looks.signs.tagged}{tag}" for tag in tags[:MOST_TAGS])
        layout.paragraph(f"tagged {said}", (), width, "low")
    notes = dict.fromkeys(note for hit in story.hits for note in hit.notes)
    for note in sorted(notes, key=lambda note: note.at):
        first, *more = note.text[:LONGEST_NOTE].split("\n")
        layout.paragraph(f"{looks.signs.noted} {minute(note.at, now, looks.zone)}  {first}", (), width, "mark")
        for line in more:
            layout.paragraph(f"  {line}", (), width, "mark")
