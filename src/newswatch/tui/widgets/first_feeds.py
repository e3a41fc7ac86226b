"""The second step of a first run: which feeds to read."""

from __future__ import annotations

import logging
from contextlib import aclosing

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, Static

from newswatch.engine.api.first_run import FirstRun
from newswatch.errors import NewswatchError
from newswatch.model.feed import Feed
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.paint.adding import said_rows
from newswatch.tui.paint.checks import CheckRow
from newswatch.tui.paint.first_run import paragraph
from newswatch.tui.widgets.check_list import CheckList
from newswatch.tui.widgets.first_steps import Line, Step
from newswatch.tui.widgets.painted import Fitted
from newswatch.tui.words import counted

BEGIN = "Enter writes your files and begins to read; until then nothing is written."
SAID_ROWS = 2  # kept for what is said under the field, however long the list above it is
LEAST_ROWS = 3

log = logging.getLogger(__name__)


class FeedsStep(Step):
    """The starter packs to choose from, and a field for more."""

    packs = query_one(CheckList)
    more = query_one("#first-more", Input)
    said = query_one("#first-said", Fitted)

    def __init__(self, looks: Looks, first_run: FirstRun) -> None:
        super().__init__(classes="step")
        self._looks = looks
        self._first_run = first_run
        self._found: dict[str, tuple[CheckRow, tuple[Feed, ...]]] = {}
        self._note = ""
        self._is_mistake = False
        self._looking_for = ""
        self._has_found = False  # by what is looked for now

    def compose(self) -> ComposeResult:
        """The question, the packs, the field, what was found."""
        yield Fitted(self._looks, self._lay_question, id="first-question")
        yield CheckList(self._looks)
        with Horizontal(classes="field", id="first-adding"):
            yield Static(Content("and"))
            yield Line(placeholder="an address, or a list of feeds (OPML)", compact=True, id="first-more")
        yield Fitted(self._looks, self._lay_said, id="first-said")

    def on_mount(self) -> None:
        """All packs are chosen."""
        self._offer({pack.name for pack in self._first_run.packs})

    def first_focus(self) -> None:
        """See `Step.first_focus`."""
        self.packs.focus()

    @property
    def has_typed(self) -> bool:
        """Whether something stands in the field that was not looked for yet."""
        return bool(self.more.value.strip())

    @property
    def is_to_look(self) -> bool:
        """Whether what is typed is to be looked for first: not once a feed of it was found, though more may come."""
        return self.has_typed and not (self._looking_for and self._has_found)

    @property
    def number(self) -> int:
        """How many feeds are chosen."""
        chosen = set(self.packs.chosen)
        packs = sum(len(pack.feeds) for pack in self._first_run.packs if pack.name in chosen)
        return packs + sum(len(feeds) for key, (_, feeds) in self._found.items() if key in chosen)

    def chosen(self) -> tuple[tuple[str, ...] | None, tuple[Feed, ...]]:
        """The names of the packs, None for all, and the other feeds."""
        chosen = set(self.packs.chosen)
        names = tuple(pack.name for pack in self._first_run.packs if pack.name in chosen)
        feeds = tuple(feed for key, (_, found) in self._found.items() if key in chosen for feed in found)
        return (None if len(names) == len(self._first_run.packs) else names), feeds

    def on_resize(self, _event: events.Resize) -> None:
        """The list leaves room for the field under it, and for what is said there."""
        gaps = 0 if self.is_short else 4
        self.packs.styles.max_height = max(self.size.height - 2 - SAID_ROWS - gaps, LEAST_ROWS)

    @on(CheckList.Changed)
    def choice_changed(self) -> None:
        """Counts anew."""
        self.query_one("#first-question", Fitted).redraw()

    @on(Input.Changed)
    def typed(self, changed: Input.Changed) -> None:
        """What was said, or is looked for, is of something else now."""
        typed = changed.value.strip()
        if self._looking_for and typed != self._looking_for:
            self._stop_looking()
            self._say("")
        elif typed and not self._looking_for and self._note:
            self._say("")
        self.post_message(self.Changed())

    def clear_line(self) -> None:
        """Lets go of what is typed, and of a search for it."""
        self._stop_looking()
        self.more.value = ""
        self._say("")
        self.packs.focus()

    def refuse(self, why: str) -> None:
        """Says, in full, why the files were not written; what is chosen stays."""
        self._say(why, is_mistake=True)

    def look(self) -> None:
        """Looks for what is typed, once."""
        typed = self.more.value.strip()
        if typed and typed != self._looking_for:
            self._looking_for, self._has_found = typed, False
            self.run_worker(self._look(typed), group="search", exclusive=True, exit_on_error=False)

    def _stop_looking(self) -> None:
        self._looking_for = ""
        self.workers.cancel_group(self, "search")

    async def _look(self, typed: str) -> None:
        try:
            found = await (self._listed(typed) if is_list(typed) else self._discovered(typed))
        except NewswatchError as refused:
            self._end_looking(str(refused), is_mistake=True)
        except Exception as error:  # the root of a task: what cannot be read must not end the first run
            log.exception("looking for feeds failed")
            self._end_looking(f"that failed: {type(error).__name__}: {error}", is_mistake=True)
        else:
            self._end_looking(self._note, is_mistake=self._is_mistake)
            if found:
                self.more.value = ""
                if self.more.has_focus:
                    self.packs.focus()
                    self.packs.select(found)

    def _end_looking(self, said: str, *, is_mistake: bool) -> None:
        self._looking_for = ""
        self._say(said, is_mistake=is_mistake)

    async def _listed(self, source: str) -> str:
        self._say(f"reading {source}{self._looks.signs.ellipsis}")
        found = await self._first_run.read_list(source)
        if not found.fresh:
            self._say("this list names no feed that can be taken", is_mistake=True)
            return ""
        note = ", ".join(feed.name or feed.id for feed in found.fresh[:8])
        self._take(source, CheckRow(source, found.title, note, f"{len(found.fresh):,}"), found.fresh)
        skipped = f", {counted(len(found.skipped), 'line')} skipped: {found.skipped[0].reason}" if found.skipped else ""
        self._say(f"{counted(len(found.fresh), 'feed')} in {found.title}{skipped}")
        return source

    async def _discovered(self, typed: str) -> str:
        """Takes each feed as soon as it answered, the first one as chosen; what a person chose since then stays."""
        taken: list[str] = []
        async with aclosing(self._first_run.discover(typed)) as snapshots:
            async for search in snapshots:
                for one in search.found:
                    row = CheckRow(one.feed.id, one.title or one.address, one.address, "1")
                    self._take(one.feed.id, row, (one.feed,), is_chosen=not taken)
                    if one.feed.id not in taken:
                        taken.append(one.feed.id)
                        self._has_found = True
                if search.failure:
                    self._say(search.failure, is_mistake=True)
                elif search.is_complete:
                    self._say(f"{counted(len(taken), 'feed')} found; space chooses")
                else:
                    so_far = f", {counted(len(taken), 'feed')} found so far" if taken else ""
                    self._say(f"asking {search.asking}{so_far}")
        return taken[0] if taken else ""

    def _take(self, key: str, row: CheckRow, feeds: tuple[Feed, ...], *, is_chosen: bool = True) -> None:
        """Offers it; chosen, unless it is not to be or a person left it before."""
        is_new = key not in self._found
        self._found[key] = (row, feeds)
        self._offer({*self.packs.chosen, *([key] if is_chosen and is_new else [])})

    def _offer(self, chosen: set[str]) -> None:
        rows = [
            CheckRow(pack.name, pack.name, ", ".join(pack.feeds), f"{len(pack.feeds):,}")
            for pack in self._first_run.packs
        ]
        self.packs.offer([*rows, *(row for row, _ in self._found.values())], chosen)
        self.choice_changed()

    def _say(self, text: str, *, is_mistake: bool = False) -> None:
        self._note, self._is_mistake = text, is_mistake
        self.said.redraw()

    def _lay_question(self, width: int) -> list[Pieces]:
        number = counted(self.number, "feed") if self.is_mounted else ""
        question = Piece("Read which feeds?", bold=True)
        gap = max(width - len(question.text) - len(number) - 1, 1)
        return [[question, Piece(" " * gap), Piece(number, "good" if self.is_mounted and self.number else "high")]]

    def _lay_said(self, width: int) -> list[Pieces]:
        signs = self._looks.signs
        if self._note:
            if self._is_mistake:
                return said_rows(self._note, "critical", width, signs.broken)
            return said_rows(self._note, "text", width, signs.checking if self._looking_for else signs.yes)
        if self.is_short:
            return []
        return paragraph(f"{BEGIN} The address of a site is enough to find its feeds.", width, "faint")


def is_list(typed: str) -> bool:
    """Whether what is typed names a list of feeds, and no site."""
    is_file = typed.startswith(("/", "~", "./", "../"))
    return is_file or typed.lower().partition("?")[0].endswith(".opml")
