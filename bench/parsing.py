"""Real feeds, read as they come: whole, with one new item, unchanged; and what the event loop feels of it.

The saved feeds of the corpus that hold an entry, the `FEEDS` largest of them (JSON Feed aside, which feedparser cannot
read), CPU time, beside feedparser as it comes out of the box on the same bytes in the same run; the least of `ROUNDS`
rounds. A feed "with one new item" is one of which all items but the first were read before; the entry has to be
the one of the whole document. Feeds that cannot be taken apart are in the sum, read as a whole.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import feedparser

from bench.figure import Figure
from bench.skip import Skipped
from newswatch.parse import ParserPool, Reading, read_document

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus" / "feeds"
URL = "https://feeds.example.net/folder/feed.xml"
FEEDS = 200
AT_ONCE = 60
ROUNDS = 3
_TICK_S = 0.001


def measure() -> Iterator[Figure]:
    """The ladder beside default feedparser, then the loop's stall."""
    bodies = _bodies()
    wholes = [read_document(body, URL, {}) for body in bodies]
    seen = [frozenset(whole.items[1:]) for whole in wholes]
    parts = [read_document(body, URL, {}, names) for body, names in zip(bodies, seen, strict=True)]
    apart = sum(part.is_part for part in parts)
    for whole, part in zip(wholes, parts, strict=True):
        _check_same(whole, part)
    del wholes, parts  # else the collector looks at them again and again
    gc.freeze()
    default_s = _cpu_s(lambda: [feedparser.parse(body) for body in bodies])
    whole_s = _cpu_s(lambda: [read_document(body, URL, {}) for body in bodies])
    one_s = _cpu_s(lambda: [read_document(body, URL, {}, names) for body, names in zip(bodies, seen, strict=True)])
    same_s = _cpu_s(lambda: [blake2b(body, digest_size=16).hexdigest() for body in bodies])
    beside = f"default feedparser: {default_s / len(bodies) * 1e3:.1f} ms a feed"
    yield Figure("a whole document", default_s / whole_s, "x", beside=beside)
    one = f"{one_s / len(bodies) * 1e3:.2f} ms a feed; {apart} of {len(bodies)} taken apart"
    yield Figure("one new item", default_s / one_s, "x", at_least=15, beside=one)
    yield Figure(
        "nothing new, same body", default_s / same_s, "x", at_least=100, beside=f"{same_s * 1e3:.1f} ms for all"
    )
    stalls = sorted(asyncio.run(_stalls_s(bodies)))
    p99 = stalls[round(0.99 * (len(stalls) - 1))] * 1e3
    beside = f"p50 {stalls[len(stalls) // 2] * 1e3:.2f} ms, worst {stalls[-1] * 1e3:.1f} ms, {len(stalls)} ticks"
    yield Figure(f"loop stall p99 while {AT_ONCE} feeds parse", p99, "ms", at_most=20, beside=beside)


def _bodies() -> list[bytes]:
    oracle = CORPUS / "oracle.jsonl"
    if not oracle.exists():
        raise Skipped(f"the corpus of saved feeds is not at {CORPUS}")
    cases = [json.loads(line) for line in oracle.read_text("utf-8").splitlines()]
    manifest = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
    real = {case["file"] for case in manifest if "real" in case["kind"]}
    files = [case["file"] for case in cases if case["file"] in real and (case.get("count") or 0) >= 1]
    bodies = [(CORPUS / file).read_bytes() for file in files]
    bodies = [body for body in bodies if feedparser.parse(body).version]
    return sorted(bodies, key=len, reverse=True)[:FEEDS]


def _check_same(whole: Reading, part: Reading) -> None:
    expected = whole.document.entries[:1] if part.is_part else whole.document.entries
    if part.document.entries != expected:
        raise AssertionError("an item read alone is not what it is in its document")


def _cpu_s(work: Callable[[], object]) -> float:
    """The least CPU time of several rounds."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


async def _stalls_s(bodies: list[bytes]) -> list[float]:
    """How late a task was that wanted to run every millisecond while feeds were parsed."""
    pool = ParserPool()
    try:
        await asyncio.gather(
            pool.parse(bodies[-1], URL, {}), pool.parse(bodies[-1], URL, {})
        )  # both processes are there
        work = asyncio.gather(*(pool.parse(body, URL, {}) for body in bodies[:AT_ONCE]))
        stalls = []
        while not work.done():
            before = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            stalls.append(time.perf_counter() - before - _TICK_S)
        await work
    finally:
        await pool.aclose()
    return stalls
