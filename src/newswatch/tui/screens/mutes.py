"""The mutes in force: what each hides and until when. They can be lifted here, and what they hid be seen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence

from textual import on
from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.model.mute import MuteStatus
from newswatch.tui.desk import Desk
from newswatch.tui.keys import bindings
from newswatch.tui.paint import Pieces, printable
from newswatch.tui.paint.mutes import mute_row, mutes_head, no_mutes, until_words, what_lifting_does
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.row_list import RowList

MOST_ROWS = 14
FRAME_ROWS = 9  # what the box takes beside the list, on a tall screen
REFRESH_S = 1.0


class MuteHead(Lines):
    """The names of the columns."""

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        return [mutes_head(width)]


class MuteList(RowList[MuteStatus]):
    """The mutes, those of rules.toml first."""

    def id_of(self, item: MuteStatus) -> str:
        """See `RowList.id_of`."""
        return item.id

    def look_of(self, item: MuteStatus) -> object:
        """See `RowList.look_of`."""
        return until_words(item.until, self._looks.now(), self._looks.zone)

    def draw_item(self, item: MuteStatus, width: int, *, is_selected: bool) -> Pieces:
        """See `RowList.draw_item`."""
        looks = self._looks
        return mute_row(item, width, looks.now(), looks.zone, looks.signs, is_selected=is_selected)


class MutesScreen(Dialog[MuteStatus]):
    """Dismissed with a mute whose hidden stories are to be shown; lifting is done from here."""

    HEADING = "Mutes in force"
    FOOT = (("mute.lift", "lift"), ("mute.show", "show what it hid"), ("triage.undo", "undo"), ("app.back", "close"))
    BINDINGS = bindings("mute.", "triage.undo", "triage.redo")
    AUTO_FOCUS = "MuteList"

    mutes = query_one(MuteList)

    def __init__(self, desk: Desk, perform: Callable[[Coroutine[object, object, str]], None]) -> None:
        super().__init__(desk.looks)
        self._desk = desk
        self._perform = perform  # runs it, and says what it gives

    def compose_fields(self) -> ComposeResult:
        """The list."""
        yield MuteHead()
        yield MuteList(self.looks)

    def on_mount(self) -> None:
        """Shows them, and again as they change."""
        self._show()
        self.set_interval(REFRESH_S, self._show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "lift" | "show_hidden":
                return self.is_mounted and self.mutes.selected is not None
            case "undo":
                return bool(self._desk.hand.to_undo)
            case "redo":
                return bool(self._desk.hand.to_redo)
            case _:
                return super().check_action(action, parameters)

    @on(MuteList.Opened)
    def action_show_hidden(self) -> None:
        """Closes, and shows what the selected mute hid."""
        if (mute := self.mutes.selected) is not None:
            self.dismiss(mute)

    def action_lift(self) -> None:
        """Lifts the selected mute, after asking."""
        mute = self.mutes.selected
        if mute is None:
            return
        name = printable(mute.name or mute.subject)
        details = what_lifting_does(mute)

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self._do(self._desk.hand.unmute(mute, f"lifted the mute of {name}"))

        self.app.push_screen(Ask(self.looks, f"Lift the mute of {name}?", details, yes="lift", also_yes="d"), answered)

    def action_undo(self) -> None:
        """Takes back what was done last."""
        self._do(self._desk.hand.undo())

    def action_redo(self) -> None:
        """Does it again."""
        self._do(self._desk.hand.redo())

    def _do(self, verb: Coroutine[object, object, str]) -> None:
        """Does it, and shows what is in force then: the next key is meant for that."""

        async def done() -> str:
            said = await verb
            if self.is_mounted and self.display:
                self._show()
            return said

        self._perform(done())

    def _show(self) -> None:
        mutes = self._desk.engine.snapshot().mutes
        room = max(self.app.size.height - FRAME_ROWS, 1)
        self.mutes.styles.height = min(max(len(mutes), len(no_mutes())), MOST_ROWS, room)
        self.mutes.show(mutes, no_mutes())
        self.refresh_bindings()
        self.foot.say("triage.undo", "undo" if self._desk.hand.to_undo else "")
        for key_id, words in (("mute.lift", "lift"), ("mute.show", "show what it hid")):
            self.foot.say(key_id, words if mutes else "")
