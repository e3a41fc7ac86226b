"""The pictures of an article: chosen by their captions, with the host of each; one is fetched and drawn."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.getters import query_one

from newswatch.model.hit import HitId
from newswatch.model.picture import Picture
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint
from newswatch.tui.links import host_and_port
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces, fit
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.reading import Body
from newswatch.tui.screens.article_links import LinksScreen
from newswatch.tui.screens.dialog import Dialog
from newswatch.tui.widgets.lines import Lines
from newswatch.tui.widgets.picture import PictureView

CAPTION_LINES = 2


class PicturesScreen(LinksScreen):
    """Dismissed with the address of the one that a person wants to see."""

    HEADING = "Pictures"
    FOOT = (("dialog.done", "fetch and show it"), ("choose.down", "others"), ("app.back", "close"))

    def __init__(self, looks: Looks, body: Body) -> None:
        super().__init__(looks, body)
        self._numbers = tuple(body.pictures)
        self._words = body.pictures


class Caption(Lines):
    """What a picture shows, and where it comes from."""

    def __init__(self, looks: Looks, caption: str, host: str) -> None:
        super().__init__()
        self._looks = looks
        self._caption = caption
        self._host = host

    def draw(self, width: int) -> Sequence[Pieces]:
        """See `Lines.draw`."""
        breaks = wrapped(self._caption, width)
        rows: list[Pieces] = [[Piece(self._caption[start:end])] for start, end in breaks[:CAPTION_LINES]]
        if len(breaks) > CAPTION_LINES:
            rest = self._caption[breaks[CAPTION_LINES - 1][0] :]
            rows[-1] = fit([Piece(rest)], width, self._looks.signs.ellipsis)
        return [*rows, [Piece(self._host, "dim")]]


class PictureScreen(Dialog[None]):
    """One picture. It is fetched when this opens, once; who leaves before it came wants it no more."""

    HEADING = "Picture"
    FOOT = (("app.back", "close"),)

    view = query_one(PictureView)

    def __init__(self, desk: Desk, hit: HitId, link: str, caption: str) -> None:
        super().__init__(desk.looks)
        self._engine = desk.engine
        self._hit = hit
        self._link = link
        self._caption = caption

    def compose_fields(self) -> ComposeResult:
        """The picture over its caption."""
        yield PictureView(self.looks)
        yield Caption(self.looks, self._caption, host_and_port(self._link))

    def on_mount(self) -> None:
        """Asks for it."""
        self.view.say(f"fetching it from {host_and_port(self._link)} {self.looks.signs.ellipsis}")
        self.run_worker(self._fetch(), exit_on_error=False)

    async def _fetch(self) -> None:
        try:
            came = await self._engine.articles.picture(self._hit, self._link)
        except Exception as error:  # noqa: BLE001  the root of a task; `complaint` logs what is our fault
            self.view.say(complaint(error, "fetching a picture"), "high")
            return
        if isinstance(came, Picture):
            self.view.show(came)
        else:
            self.view.say(came.said, "high")
