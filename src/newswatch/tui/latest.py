"""Work of which only the latest matters: what was asked for before is given up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.dom import DOMNode


def run_latest(node: DOMNode, work: Callable[[], Coroutine[object, object, None]], group: str) -> None:
    """Runs it for a screen or widget, in the place of what the group is still at.

    It is called only when its turn comes: a coroutine made here and given up before would warn that nobody waited.
    """

    async def run() -> None:
        await work()

    # mypy cannot choose among the kinds of work that Textual takes.
    node.run_worker(run, group=group, exclusive=True, exit_on_error=False)  # type: ignore[arg-type]
