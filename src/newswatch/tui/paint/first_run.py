"""The first screen that anybody sees: what to watch for, from where, and how it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newswatch.engine.api.first_run import Watch, Written
from newswatch.model.event import Liveness
from newswatch.model.feed import FeedHealth, FeedStatus
from newswatch.model.view import View
from newswatch.tui.paint.feeds import feed_state
from newswatch.tui.paint.palette import Ink
from newswatch.tui.paint.piece import Piece, Pieces, cut, fit, width_of
from newswatch.tui.paint.query import query_line, query_rows
from newswatch.tui.paint.rows import short_count
from newswatch.tui.paint.wrap import wrapped
from newswatch.tui.signs import Signs
from newswatch.tui.words import counted

STEPS = ("watch", "feeds", "go")
NAMED = 4  # rules or feeds named in a sentence
BAR_CELLS = 40
LABEL_CELLS = 30


def first_head(step: int, width: int, signs: Signs) -> list[Pieces]:
    """The name of the program, and which of the three steps this is; a thin line under it."""
    steps: list[Piece] = []
    for number, word in enumerate(STEPS):
        is_now = number == step
        ink: Ink = "accent" if is_now else "good" if number < step else "faint"
        mark = signs.yes if number < step else f"{number + 1}"
        steps += [Piece("   " if number else ""), Piece(f"{mark} {word}", ink, bold=is_now)]
    name = [Piece("newswatch", "accent", bold=True)]
    room = max(width - width_of(name) - width_of(steps), 1)
    return [[*name, Piece(" " * room), *steps], [Piece(signs.rule * width, "line")]]


def paragraph(text: str, width: int, ink: Ink = "dim") -> list[Pieces]:
    """A sentence or two, wrapped."""
    return [[Piece(text[start:end], ink)] for start, end in wrapped(text, max(width, 1))]


def watch_rows(watches: Sequence[Watch], rules: Sequence[str], width: int, signs: Signs) -> list[Pieces]:
    """The rules that what is typed makes; while nothing is typed, what is watched for then."""
    if not watches:
        names = ", ".join(rules[:NAMED]) + (f" and {len(rules) - NAMED} more" if len(rules) > NAMED else "")
        return paragraph(f"Nothing typed: the {len(rules)} starter rules. They watch for {names}.", width)
    rows: list[Pieces] = []
    title = "It becomes this rule:" if len(watches) == 1 else f"It becomes these {len(watches)} rules:"
    rows.append([Piece(title, "dim")])
    for watch in watches:
        if watch.is_good:
            lead = Piece(f" {signs.yes} ", "good", bold=True)
            rows.append(fit([lead, *query_line(watch.query, "text")], width, signs.ellipsis))
            rows += [[Piece("   "), *line] for line in paragraph(watch.hint, width - 3, "normal")] if watch.hint else []
        else:
            drawn = query_rows(watch.query, max(width - 3, 1), watch.offset)
            rows += [
                [Piece(f" {signs.broken} " if not number else "   ", "critical", bold=True), *row]
                for number, row in enumerate(drawn)
            ]
            rows += [[Piece("   "), *line] for line in paragraph(watch.error, width - 3, "critical")]
    return rows


def loading_rows(view: View, width: int, signs: Signs, *, is_short: bool) -> list[Pieces]:
    """What came in until now: entries read, those that matched, feeds that answered; a bar of how far it is."""
    feeds = view.feeds.values()
    answered, failed, waiting = _progress(feeds)
    every = answered + failed + waiting
    numbers: list[Piece] = [
        Piece(f"{view.totals.entries:,}", "text", bold=True),
        Piece(" entry read" if view.totals.entries == 1 else " entries read", "dim"),
        Piece("     "),
        Piece(f"{view.totals.hits:,}", "mark", bold=True),
        Piece(" matched" if width < 60 else " matched your rules", "dim"),
    ]
    done = answered + failed
    said: list[Piece] = [Piece(f"{answered:,} of {counted(every, 'feed')} answered", "good" if answered else "dim")]
    if failed:
        said += [Piece(f" {signs.dot} ", "faint"), Piece(f"{failed:,} did not", "high")]
    if waiting:
        said += [Piece(f" {signs.dot} ", "faint"), Piece(f"{waiting:,} to go", "dim")]
    cells = min(BAR_CELLS, width)
    full = cells * done // every if every else 0
    bar = [Piece(signs.bars[3] * full, "accent"), Piece(signs.bars[1] * (cells - full), "line")]
    return [numbers, bar, said] if not is_short else [numbers, said]


def load_order(feeds: Iterable[FeedHealth]) -> list[FeedHealth]:
    """What answered last first, then what is being asked, then what waits."""
    asked = [health for health in feeds if health.state.last_checked_at is not None or health.state.last_error]
    rest = [health for health in feeds if health.state.last_checked_at is None and not health.state.last_error]
    asked.sort(key=_checked_at, reverse=True)
    return [*asked, *sorted(rest, key=lambda health: not health.is_checking)]


def load_row(health: FeedHealth, width: int, signs: Signs, *, is_selected: bool) -> Pieces:
    """One feed as it comes in: its name, what it brought, or why it did not."""
    sign, word, ink = feed_state(health, signs)
    is_waiting = health.status is FeedStatus.NEW and not health.is_unreached
    numbers = f"{short_count(health.entries):>6}{short_count(health.hits) if health.hits else signs.held:>6} "
    label_cells = max(min(LABEL_CELLS, width - len(numbers) - 4), 8)
    label_ink: Ink = "faint" if is_waiting and not health.is_checking else "text"
    row: list[Piece] = [
        Piece(signs.bar if is_selected else " ", "accent", bold=True),
        Piece(f"{sign} ", ink),
        *fit([Piece(cut(health.label, label_cells - 1, signs.ellipsis), label_ink)], label_cells, signs.ellipsis),
    ]
    if health.status is FeedStatus.OK:
        row += [
            Piece(numbers[:6], "dim"),
            Piece(numbers[6:], "mark" if health.hits else "faint", bold=bool(health.hits)),
        ]
    else:
        said = "asking" if health.is_checking else "" if is_waiting else health.state.last_error or word
        row += [Piece(f"  {said}", "accent" if health.is_checking else "dim" if health.is_unreached else "high")]
    return fit(row, width, signs.ellipsis)


def load_head(width: int, signs: Signs) -> Pieces:
    """The names of the columns."""
    label_cells = max(min(LABEL_CELLS, width - 17), 8)
    return fit([Piece(f"   {'feed':<{label_cells}}{'read':>6}{'match':>6}", "faint")], width, signs.ellipsis)


def is_unreachable(view: View) -> bool:
    """Whether there seems to be no network at all."""
    if view.liveness is Liveness.OFFLINE:
        return True
    feeds = view.feeds.values()
    return bool(feeds) and all(health.is_unreached for health in feeds)


def after_rows(view: View, written: Sequence[Written], width: int, signs: Signs, *, is_short: bool) -> list[Pieces]:
    """What this means and what comes next: no network, or the monitor; and the files that were made."""
    rows: list[Pieces] = []
    if is_unreachable(view):
        rows.append([Piece("No feed can be reached.", "critical", bold=True), Piece(" Is this machine online?")])
        rows += (
            paragraph("newswatch keeps asking, and catches up when the network is back.", width) if not is_short else []
        )
        rows.append(
            [Piece("D", "accent", bold=True), Piece(" shows it at work without a network: ", "dim"),
             Piece("newswatch demo", "accent", bold=True)]
        )  # fmt: skip
    elif not is_short:
        said = "What stands in the feeds already is backlog: shown and searchable, never alerted. What is new alerts."
        rows += paragraph(said, width)
    if not is_short:
        rows.append([])
        rows += file_rows(written, width, signs)
    elif not rows:
        folder = next((file.path.rpartition("/")[0] for file in written if file.is_new), "")
        rows.append(fit([Piece("your files are in ", "faint"), Piece(folder, "dim")], width, signs.ellipsis))
    return rows


def file_rows(written: Sequence[Written], width: int, signs: Signs) -> list[Pieces]:
    """The files of the home by their folders; those that were there already are named as such."""
    folders: dict[tuple[bool, str], list[str]] = {}
    for file in written:
        folder, slash, name = file.path.rpartition("/")
        folders.setdefault((file.is_new, folder + slash), []).append(name)
    rows: list[Pieces] = []
    for (is_new, folder), names in folders.items():
        rows += paragraph(f"{'made in' if is_new else 'left as they were in'} {folder}", width, "dim")
        rows.append(fit([Piece(f"  {f' {signs.dot} '.join(names)}", "text")], width, signs.ellipsis))
    return rows


def _progress(feeds: Iterable[FeedHealth]) -> tuple[int, int, int]:
    answered = failed = waiting = 0
    for health in feeds:
        if health.status is FeedStatus.OK:
            answered += 1
        elif health.state.last_error:
            failed += 1
        elif health.status is not FeedStatus.PAUSED:
            waiting += 1
    return answered, failed, waiting


def _checked_at(health: FeedHealth) -> float:
    at = health.state.last_checked_at
    return at.timestamp() if at is not None else 0.0
