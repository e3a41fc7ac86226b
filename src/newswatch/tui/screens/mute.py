"""A mute is set: what it goes by, for how long, and what it hides. None is set without an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.mute import MuteDraft, MuteKind, MutePreview
from newswatch.model.story import Story
from newswatch.tui.keys import bindings
from newswatch.tui.latest import run_latest
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, printable
from newswatch.tui.paint.mutes import preview_rows
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.screens.fields import Fields
from newswatch.tui.until import TEACHES, read_until
from newswatch.tui.widgets.choice import Choice, Option
from newswatch.tui.widgets.dialog import Subject
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.words import counted, minute

LENGTHS = (
    ("1 h", "h", timedelta(hours=1)),
    ("8 h", "8", timedelta(hours=8)),
    ("1 d", "d", timedelta(days=1)),
    ("1 w", "w", timedelta(weeks=1)),
)
USUAL = 1  # 8 h: a shift
ASK_AFTER_S = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to mute: its kind and its subject, and what is shown of that. Several subjects: one mute each."""

    kind: MuteKind
    subjects: tuple[str, ...]
    words: str


def offers_of(stories: Sequence[Story]) -> tuple[Offer, ...]:
    """The ways to mute these stories: each by itself always, one story by its source, words and rule, too."""
    by_story = Offer(MuteKind.STORY, tuple(story.id for story in stories), "and all that is yet to come of it")
    if len(stories) > 1:
        return (Offer(by_story.kind, by_story.subjects, "each of them, and all that is yet to come of it"),)
    lead = stories[0].lead
    return (
        by_story,
        Offer(MuteKind.SOURCE, (lead.entry.source,), lead.entry.source),
        Offer(MuteKind.PHRASE, (phrase_of(stories[0]),), ""),
        Offer(MuteKind.RULE, (lead.rule_id,), f"hits of {lead.rule_id}"),
    )


def phrase_of(story: Story) -> str:
    """The words that matched in the headline, from the first to the last of the longest run; else the first mark."""
    lead = story.lead
    in_title = [mark for mark in lead.marks if mark.field == "title"]
    best = max(in_title or list(lead.marks), key=lambda mark: mark.end - mark.start, default=None)
    return printable(best.text) if best is not None else ""


class Told(Lines):
    """One line in words."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Pieces = ()

    def show(self, pieces: Pieces) -> None:
        """Shows them."""
        self._pieces = pieces
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:  # noqa: ARG002  cut where it is painted
        """See `Lines.draw`."""
        return [self._pieces]


class Hides(Lines):
    """What the mute would hide."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self._looks = looks
        self._preview: MutePreview | None = None
        self._mistake = ""

    def show(self, preview: MutePreview | None, mistake: str = "") -> None:
        """Shows it; None: not known yet."""
        self._preview, self._mistake = preview, mistake
        self.redraw()

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return preview_rows(self._preview, self._mistake, width, self._looks.signs)


class MuteScreen(Fields, Dialog[tuple[MuteDraft, ...]]):
    """Dismissed with the mutes that are wanted."""

    HEADING = "Mute"
    FOOT = (("dialog.done", "mute"), ("field.next", "next"), ("choice.next", "change"), ("app.back", "leave it"))
    BINDINGS = bindings("dialog.done", "field.")
    AUTO_FOCUS = "#mute-by"

    by = query_one("#mute-by", Choice)
    phrase = query_one("#mute-phrase", Input)
    told = query_one(Told)
    length = query_one("#mute-length", Choice)
    typed = query_one("#mute-until", Input)
    hides = query_one(Hides)

    def __init__(self, looks: Looks, engine: Engine, stories: Sequence[Story]) -> None:
        super().__init__(looks)
        self._engine = engine
        self._stories = tuple(stories)
        self._offers = offers_of(self._stories)
        self._asked: tuple[MuteKind, tuple[str, ...]] | None = None

    def compose_fields(self) -> ComposeResult:
        """What it is about, what to mute it by, for how long, and what that hides."""
        yield Subject(self.looks, self._stories)
        kinds = [Option(offer.kind.value[0], offer.kind.value, "accent") for offer in self._offers]
        lengths = [Option(letter, words, "accent") for words, letter, _ in LENGTHS]
        with Horizontal(classes="field"):
            yield Static(Content("mute"))
            yield Choice(self.looks, kinds, 0, id="mute-by")
        with Horizontal(classes="field"):
            yield Static(Content(""))
            yield Told()
            yield Input(self._offers[-2].subjects[0] if len(self._offers) > 1 else "", compact=True, id="mute-phrase")
        with Horizontal(classes="field"):
            yield Static(Content("for"))
            yield Choice(self.looks, [*lengths, Option("o", "other", "accent")], USUAL, id="mute-length")
        with Horizontal(classes="field", id="mute-other"):
            yield Static(Content("until"))
            yield Input(placeholder=TEACHES, compact=True, id="mute-until")
        yield Hides(self.looks)

    def on_mount(self) -> None:
        """Shows what it hides as it stands."""
        self._show()

    @property
    def until(self) -> datetime | None:
        """When it is to end; None if that is not clear yet."""
        now = self.looks.now()
        if self.length.index < len(LENGTHS):
            return now + LENGTHS[self.length.index][2]
        return read_until(self.typed.value, now, self.looks.zone)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What is to be muted now."""
        offer = self._offers[self.by.index]
        typed = " ".join(self.phrase.value.split())
        return ((typed,) if typed else ()) if offer.kind is MuteKind.PHRASE else offer.subjects

    @on(Choice.Changed)
    def chose(self) -> None:
        """Another way, or another length."""
        self._show()
        if self.length.has_focus and self.length.index == len(LENGTHS):
            self.typed.focus()

    @on(Input.Changed)
    def typing(self) -> None:
        """Other words, or another end."""
        self._show()

    @on(Input.Submitted)
    def action_done(self) -> None:
        """Mutes, if it is clear what and until when."""
        until = self.until
        kind = self._offers[self.by.index].kind
        if until is not None and self.subjects:
            named = {story.id: story.lead.entry.title for story in self._stories}
            self.dismiss(tuple(MuteDraft(kind, one, until, named.get(one, "")) for one in self.subjects))  # type: ignore[call-overload]

    def _show(self) -> None:
        offer = self._offers[self.by.index]
        is_phrase = offer.kind is MuteKind.PHRASE
        self.phrase.display, self.told.display = is_phrase, not is_phrase
        self.told.show([Piece(f" {offer.words}", "dim")])
        self.query_one("#mute-other").display = self.length.index == len(LENGTHS)
        until, now = self.until, self.looks.now()
        mistake = ""
        if until is None:
            mistake = f"until when? {TEACHES}"
        elif not self.subjects:
            mistake = "which words?"
        if until is not None and not mistake:
            self.foot.say("dialog.done", f"mute until {minute(until, now, self.looks.zone)}")
        else:
            self.foot.say("dialog.done", "")
        if mistake:
            self._asked = None
            self.workers.cancel_group(self, "preview")
            self.hides.show(None, mistake)
        elif self._asked != (offer.kind, self.subjects) and until is not None:
            self._asked = (offer.kind, self.subjects)
            drafts = [MuteDraft(offer.kind, subject, until) for subject in self.subjects]
            run_latest(self, lambda: self._ask(drafts), "preview")

    async def _ask(self, drafts: Sequence[MuteDraft]) -> None:
        await asyncio.sleep(ASK_AFTER_S)
        try:
            previews = [await self._engine.triage.preview_mute(draft) for draft in drafts]
        except NewswatchError as refused:
            self.hides.show(None, str(refused))
        except Exception as error:  # the root of a task: a preview that fails must not end the monitor
            log.exception("a preview failed")
            self.hides.show(None, f"that failed: {type(error).__name__}: {error}. It is in the log.")
        else:
            self.hides.show(_together(previews))


def _together(previews: Sequence[MutePreview]) -> MutePreview:
    return MutePreview(
        hits=sum(preview.hits for preview in previews),
        stories=sum(preview.stories for preview in previews),
        per_day=sum(preview.per_day for preview in previews),
        days=max(preview.days for preview in previews),
        examples=tuple(hit for preview in previews for hit in preview.examples),
        quiet=sum(preview.quiet for preview in previews),
    )


def muted_in_words(drafts: Sequence[MuteDraft]) -> str:
    """What was muted, as done: `muted the source Kyodo`."""
    first = drafts[0]
    if len(drafts) > 1:
        return f"muted {counted(len(drafts), 'story', 'stories')}"
    if first.kind is MuteKind.STORY:
        return f"muted {printable(first.name) or 'a story'}"
    return f"muted the {first.kind.value} {printable(first.subject)}"
