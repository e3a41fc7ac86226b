"""A line of an article as it is seen: the letters of its runs with the numbers of links, and where they come from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from newswatch.tui.blocks import Line, Run
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece

Spans = Sequence[tuple[int, int]]


class Shown:
    """The text of a line, to be wrapped; `pieces` draws a part of it. `targets` are the links."""

    def __init__(self, line: Line, targets: Sequence[str] = (), ink: Ink = "text", *, is_bold: bool = False) -> None:
        self._runs: list[Run] = []
        self._starts: list[int] = []
        self._targets = targets
        self._ink = ink
        self._is_bold = is_bold
        length = 0
        for number, run in enumerate(line):
            self._runs.append(run)
            self._starts.append(length)
            length += len(run.text)
            follows = line[number + 1].link if number + 1 < len(line) else 0
            if run.link and run.link != follows:
                label = Run(f"[{run.link}]", -1, link=run.link)
                self._runs.append(label)
                self._starts.append(length)
                length += len(label.text)
        self.text = "".join(run.text for run in self._runs)
        self._own = [(run, at) for run, at in zip(self._runs, self._starts, strict=True) if run.at >= 0]
        self._marks: list[tuple[int, int, int]] = []

    @property
    def extent(self) -> tuple[int, int]:
        """From the first to behind the last of its letters, in the article's text."""
        if not self._own:
            return 0, 0
        first, last = self._own[0][0], self._own[-1][0]
        return first.at, last.at + len(last.text)

    def mark(self, spans: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
        """Marks places of the article's text, each (start, end, number). Gives (number, letter of this line) of each
        that is seen.
        """
        seen: list[tuple[int, int]] = []
        for start, end, number in spans:
            parts = [
                (max(start, run.at) - run.at + at, min(end, run.at + len(run.text)) - run.at + at)
                for run, at in self._between(start, end)
            ]
            if parts:
                self._marks.append((parts[0][0], parts[-1][1], number))
                seen.append((number, parts[0][0]))
        self._marks.sort()
        return seen

    def source(self, at: int) -> int:
        """Where letter number `at` of this line stands in the article's text."""
        number = max(bisect_right(self._starts, at) - 1, 0)
        while number and self._runs[number].at < 0:
            number -= 1
        run = self._runs[number]
        return run.at + min(max(at - self._starts[number], 0), len(run.text))

    def pieces(self, start: int, end: int) -> list[Piece]:
        """A part of the line, as it is drawn."""
        pieces: list[Piece] = []
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._runs) and self._starts[number] < end:
            run, at = self._runs[number], self._starts[number]
            first, last = max(start, at), min(end, at + len(run.text))
            if first < last:
                self._draw(run, at, first, last, pieces)
            number += 1
        return pieces

    def _draw(self, run: Run, at: int, start: int, end: int, pieces: list[Piece]) -> None:
        ink, is_bold = self._look(run)
        target = self._targets[run.link - 1] if 0 < run.link <= len(self._targets) else ""
        plain = Piece("", ink, is_bold, italic=run.is_italic or run.is_image, link=target)
        for mark_start, mark_end, number in self._marks:
            if mark_end <= start or mark_start >= end:
                continue
            if mark_start > start:
                pieces.append(plain._replace(text=run.text[start - at : mark_start - at]))
                start = mark_start
            last = min(mark_end, end)
            marked = run.text[start - at : last - at]
            pieces.append(plain._replace(text=marked, ink="mark", bold=True, mark=number))
            start = last
        if start < end:
            pieces.append(plain._replace(text=run.text[start - at : end - at]))

    def _look(self, run: Run) -> tuple[Ink, bool]:
        if run.at < 0:
            return "faint", False
        if run.is_code:
            return "good", self._is_bold
        if run.is_image:
            return "dim", False
        return ("low" if run.link else self._ink), run.is_bold or self._is_bold

    def _between(self, start: int, end: int) -> list[tuple[Run, int]]:
        """The runs that hold letters of a piece of the text. Runs stand in the order of the text."""
        low = max(bisect_right(self._own, start, key=_source) - 1, 0)
        high = bisect_left(self._own, end, key=_source)
        return [(run, at) for run, at in self._own[low:high] if run.at + len(run.text) > start]


def _source(own: tuple[Run, int]) -> int:
    return own[0].at
