"""Pages of the article corpus: what is found of each article, how long it takes, and what the event loop feels of it.

F1 is the corpus's own measure: 4-word shingles of the text without signs, precision and recall summed over the pages.
Milliseconds are CPU time of what the worker runs, the least of `ROUNDS` a page, the median over the pages. The stall is
felt while a worker reads all of them and a thread makes each one's quick look and marks. The longest callback is the
one of an engine's desk that reads all of them and two of 200,000 letters, each twice and changed in between: the least
of `ROUNDS`, in CPU time of the loop's own thread.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from bench.figure import Figure
from bench.skip import Skipped
from bench.timed_loop import TimedLoop
from newswatch.article.extract import read_page
from newswatch.article.quick import quick_look
from newswatch.article.worker import PagePool
from newswatch.engine.article_desk import ArticleReader
from newswatch.engine.core import Core
from newswatch.engine.fulltext import FullText
from newswatch.engine.hub import Hub
from newswatch.engine.pages import PageAnswer
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.match.pages import page_marks
from newswatch.model.diff import diff
from newswatch.model.entry import Document
from newswatch.model.feed import Feed
from newswatch.model.picture import NoPicture, Picture
from newswatch.model.rule import DEFAULT_FIELDS, RuleBook
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from newswatch.text.markdown import unmarked

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus" / "articles"
SHINGLE_WORDS = 4
ROUNDS = 3
TURNS = 5
_TICK_S = 0.001
_WORD = re.compile(r"\w+")
_RULE = "the AND (said OR says OR new) NOT zzz"


def measure() -> Iterator[Figure]:
    """F1, time a page, the loop's stall, and the word diff of long texts."""
    pages = _pages()
    readings = [read_page(body, url, "text/html") for body, url, _ in pages]
    scores = [
        precision_and_recall(unmarked(reading.text).text, truth)
        for reading, (_, _, truth) in zip(readings, pages, strict=True)
    ]
    precision, recall = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    beside = f"precision {precision:.3f}, recall {recall:.3f}, {len(pages)} pages"
    yield Figure("F1 of the articles found", f1_of(scores), "", at_least=0.955, beside=beside)
    times_s = sorted(min(_read_s(body, url) for _ in range(ROUNDS)) for body, url, _ in pages)
    beside = f"slowest {times_s[-1] * 1e3:.0f} ms"
    yield Figure("a page in the worker, median", median(times_s) * 1e3, "ms", at_most=25, beside=beside)
    yield Figure("a page in the worker, slowest", times_s[-1], "s", at_most=5)
    stalls = sorted(asyncio.run(_stalls_s([(body, url) for body, url, _ in pages])))
    p99 = stalls[round(0.99 * (len(stalls) - 1))] * 1e3
    beside = f"p50 {stalls[len(stalls) // 2] * 1e3:.2f} ms, worst {stalls[-1] * 1e3:.1f} ms, {len(stalls)} ticks"
    yield Figure("loop stall p99 while pages are read", p99, "ms", at_most=20, beside=beside)
    longest_s, callbacks = min(_longest_callback_s(pages) for _ in range(ROUNDS))
    beside = f"of {callbacks:,}, least of {ROUNDS}"
    yield Figure("longest callback while the desk reads", longest_s * 1e3, "ms CPU", at_most=20, beside=beside)
    started_s = time.process_time()
    for one, other in zip(readings, readings[1:] + readings[:1], strict=True):
        diff(one.text, other.text)
    yield Figure("word diff of two different articles", (time.process_time() - started_s) / len(readings) * 1e3, "ms")


def precision_and_recall(found: str, truth: str) -> tuple[float, float]:
    """How much of what was found is of the article, and how much of the article was found, by shingles."""
    got, wanted = _shingles(found), _shingles(truth)
    both = sum((got & wanted).values())
    return both / max(1, sum(got.values())), both / max(1, sum(wanted.values()))


def f1_of(scores: Sequence[tuple[float, float]]) -> float:
    """From summed precision and recall."""
    precision = sum(one for one, _ in scores) / len(scores)
    recall = sum(one for _, one in scores) / len(scores)
    return 2 * precision * recall / (precision + recall)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + SHINGLE_WORDS]) for at in range(max(0, len(words) - SHINGLE_WORDS + 1)))


def _pages() -> list[tuple[bytes, str, str]]:
    """Body, address and true text of each page."""
    if not CORPUS.exists():
        raise Skipped(f"no article corpus at {CORPUS}")
    truth = json.loads((CORPUS / "ground-truth.json").read_text("utf-8"))
    return [
        (
            gzip.decompress((CORPUS / "html" / f"{name}.html.gz").read_bytes()),
            f"https://{known['url'].removeprefix('https://')}",
            str(known["articleBody"]),
        )
        for name, known in truth.items()
    ]


def _read_s(body: bytes, url: str) -> float:
    started_s = time.process_time()
    read_page(body, url, "text/html")
    return time.process_time() - started_s


async def _stalls_s(pages: Sequence[tuple[bytes, str]]) -> list[float]:
    """How late each tick of the loop came while pages were read and looked into."""
    pool = PagePool()
    await pool.read(b"<p>first</p>", "https://a.example/", "text/html")
    stalls: list[float] = []
    is_done = asyncio.Event()

    async def tick() -> None:
        while not is_done.is_set():
            started_s = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            stalls.append(max(0.0, time.perf_counter() - started_s - _TICK_S))

    def look(text: str) -> None:
        quick_look(text, page_marks(_RULE, {}, DEFAULT_FIELDS, Document(), text) or ())

    ticking = asyncio.create_task(tick())
    try:
        for _ in range(TURNS):
            for body, url in pages:
                reading = await pool.read(body, url, "text/html")
                await asyncio.to_thread(look, reading.text)
    finally:
        is_done.set()
        await ticking
        await pool.aclose()
    return stalls


def _longest_callback_s(pages: Sequence[tuple[bytes, str, str]]) -> tuple[float, int]:
    """The longest callback of a loop in which a desk reads and stores pages, and how many there were."""
    words = "North Korean troops were seen from the ferry, said the council of the region. "
    long = [f"<p>{words} <a href='/{number}'>{number}</a></p>" for number in range(4_000)]
    bodies = [body for body, _, _ in pages]
    bodies += [f"<article>{''.join(long)}</article>".encode(), f"<article>{words * 2_500}</article>".encode()]
    loop = TimedLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(_read_at_a_desk(loop, bodies))
        return max(loop.took_s), len(loop.took_s)


async def _read_at_a_desk(loop: TimedLoop, bodies: Sequence[bytes]) -> None:
    pool, store = PagePool(), MemoryStore()
    core = Core(store, Writer(store), Hub(View()), FakeClock(build.at()), Roster(), Rulebook())
    core.rulebook.adopt(RuleBook(rules=(build.rule(_RULE),)))
    pages = _Pages(pool)
    desk = ArticleReader(core, pages, FullText(core, lambda _hits, _at: None))
    hits = [build.hit(build.entry(f"page {number}"), build.rule(_RULE)) for number in range(len(bodies))]
    await core.commit(Transaction(entries=tuple(hit.entry for hit in hits), hits=tuple(hits)))
    await pool.read(b"<p>first</p>", "https://a.example/", "text/html")
    gc.freeze()  # as the program does when it has started
    loop.took_s.clear()
    for pages.suffix in (b"", b"<p>Edited: the council of the region said something else.</p></article>"):
        for hit, pages.body in zip(hits, bodies, strict=True):
            await desk.read(hit.id, again=True)
            await desk.stored(hit.id)
            await desk.evidence(hit.id)
    await desk.aclose()
    await core.writer.close()


class _Pages:
    """A `PageSource` of one page, read in a process."""

    def __init__(self, pool: PagePool) -> None:
        self._pool = pool
        self.body = self.suffix = b""

    async def read(self, link: str, feed: Feed | None) -> PageAnswer:  # noqa: ARG002 - one page for all
        """See `PageSource.read`."""
        return PageAnswer(await self._pool.read(self.body.replace(b"</article>", b"") + self.suffix, link, "text/html"))

    async def picture(self, link: str, feed: Feed | None) -> Picture | NoPicture:  # noqa: ARG002 - it has none
        """See `PageSource.picture`."""
        return NoPicture("This page has no pictures.")

    async def aclose(self) -> None:
        """See `PageSource.aclose`."""
        await self._pool.aclose()
