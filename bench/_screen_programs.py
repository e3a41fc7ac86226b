"""Programs that `bench.screen` runs on a terminal: `python -m bench._screen_programs NAME [NUMBER]`."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta

from textual.app import App, ComposeResult

from newswatch.model.event import HitsStored
from newswatch.model.hit import Hit, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from newswatch.tui.looks import Looks
from newswatch.tui.paint import Piece, Pieces
from newswatch.tui.signs import UNICODE
from newswatch.tui.widgets.row_list import RowList

RULES = 20
LIFE_S = 40  # for so long hits come in


class Numbers(RowList[int]):
    """Numbered rows."""

    def id_of(self, item: int) -> str:
        """The number."""
        return str(item)

    def draw_item(self, item: int, width: int, *, is_selected: bool) -> Pieces:  # noqa: ARG002  the base class's
        """See `RowList.draw_item`."""
        return [
            Piece(f" row {item} ", "accent"),
            Piece("Tanker reports boarding attempt near the strait", bold=is_selected),
        ]


class Rows(App[None]):
    """Our list with so many rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our inks."""
        from newswatch.tui.theme import variables_for

        return variables_for(self.current_theme)

    def compose(self) -> ComposeResult:
        """The list."""
        yield Numbers(Looks(lambda: datetime.now(UTC), time.monotonic, UTC, UNICODE))

    def on_mount(self) -> None:
        """Full."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        rows = self.query_one(Numbers)
        rows.show(range(self._rows))
        rows.focus()


def hit(number: int, at: datetime) -> Hit:
    """A hit of a story of its own."""
    severity = (Severity.LOW, Severity.NORMAL, Severity.NORMAL, Severity.HIGH)[number % 4]
    entry = build.entry(
        f"Report {number} from the strait: tankers wait for the pilot boats", seen_at=at, published_at=at
    )
    rule = build.rule(id=RuleId(f"rule-{number % RULES}"), severity=severity)
    return build.hit(entry, rule, state=Triage.SEEN, told_at=at)


def monitor(rate: int) -> None:
    """The screen on a scripted engine with a full window, and so many new hits a second."""
    start = datetime.now(UTC)
    rules = [build.rule_status(build.rule(id=RuleId(f"rule-{number}")), hits=9) for number in range(RULES)]
    stored = [hit(number, start - timedelta(seconds=number)) for number in range(5_000)]
    # Made beforehand: what it costs to make them is not the screen's.
    coming = [
        hit(1_000_000 + number, start + timedelta(seconds=number / max(rate, 1))) for number in range(rate * LIFE_S)
    ]
    engine = ScriptedEngine(hits=stored, rules=rules, feeds=[build.feed_health()])

    async def live() -> None:
        told, begun = 0, time.monotonic()
        while told < len(coming):
            await asyncio.sleep(0.02)
            due = int((time.monotonic() - begun) * rate)
            while told < due:
                # As a busy poller stores them: a document brings a few at a time.
                engine.publish(HitsStored(tuple(coming[told : told + 4])))
                told += 4
        await asyncio.Event().wait()

    NewswatchApp(engine, now=lambda: datetime.now(UTC), icons="unicode", run_engine=live).run()


def main(name: str, number: int) -> None:
    """Runs one of them until it is killed."""
    match name:
        case "rows":
            Rows(number).run()
        case "monitor":
            monitor(number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
