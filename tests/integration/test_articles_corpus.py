"""Real pages whose article is known: how much of it is found, in a worker process, by the measure of the corpus."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bench.articles import f1_of, precision_and_recall

from newswatch.article.quick import quick_look
from newswatch.article.worker import PagePool
from newswatch.match.pages import page_marks
from newswatch.model.article import PageProblem
from newswatch.model.entry import Document
from newswatch.model.rule import DEFAULT_FIELDS
from newswatch.text.markdown import unmarked
from newswatch.text.sentences import sentences

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "articles"
F1_AT_LEAST = 0.955

pytestmark = pytest.mark.corpus


@pytest.fixture
async def pool() -> AsyncIterator[PagePool]:
    pool = PagePool()
    yield pool
    await pool.aclose()


async def test_the_articles_of_real_pages_are_found_and_clean(pool: PagePool) -> None:
    if not CORPUS.exists():
        pytest.skip(f"no corpus at {CORPUS}")
    truth: dict[str, dict[str, Any]] = json.loads((CORPUS / "ground-truth.json").read_text("utf-8"))
    scores: list[tuple[float, float]] = []
    for name, known in truth.items():
        body = gzip.decompress((CORPUS / "html" / f"{name}.html.gz").read_bytes())
        reading = await pool.read(body, f"https://{known['url'].removeprefix('https://')}", "text/html")
        assert reading.problem is None, (name, reading.said)
        assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in reading.text if letter != "\n")
        scores.append(precision_and_recall(unmarked(reading.text).text, known["articleBody"]))
    assert f1_of(scores) >= F1_AT_LEAST


async def test_a_page_that_holds_its_reader_up_is_read_the_plain_way(pool: PagePool) -> None:
    attributes = " ".join(f"a{n}=1" for n in range(150_000))
    reading = await pool.read(f"<p {attributes}>The ferry runs again.</p>".encode(), "https://a.example/", "text/html")
    assert reading.text == "The ferry runs again."


async def test_a_page_that_eats_memory_costs_that_page(pool: PagePool) -> None:
    small = PagePool(memory_limit=60 * 2**20)
    try:
        reading = await small.read(b"<p>Hello" * 300_000, "https://a.example/", "text/html")
        assert reading.problem is PageProblem.REFUSED
    finally:
        await small.aclose()
    assert (await pool.read(b"<p>The ferry runs again.</p>", "https://a.example/", "text/html")).problem is None


async def test_every_bullet_of_a_real_page_is_a_sentence_of_it_and_each_word_that_was_found_is_in_them(
    pool: PagePool,
) -> None:
    if not CORPUS.exists():
        pytest.skip(f"no corpus at {CORPUS}")
    queries = ["the AND (said OR says)", "government OR police", "year*", '"in the"', "/[0-9]{4}/", "a NEAR/9 an"]
    looked_at = 0
    for path in sorted((CORPUS / "html").glob("*.html.gz")):
        reading = await pool.read(gzip.decompress(path.read_bytes()), "https://a.example/", "text/html")
        plain = unmarked(reading.text).text
        cut = [" ".join(plain[start:end].split()) for start, end in sentences(plain)]
        for query in queries:
            found = page_marks(query, {}, DEFAULT_FIELDS, Document(), reading.text) or ()
            bullets = quick_look(reading.text, found)
            for bullet in bullets:
                assert any(sentence.endswith(bullet.text) for sentence in cut), bullet.text
                source = " ".join(unmarked(reading.text[bullet.start : bullet.end]).text.split())
                assert source.endswith(bullet.text)
            said = " ".join(bullet.text.casefold() for bullet in bullets if bullet.has_match)
            words = {mark.text.casefold() for mark in found}
            assert bool(said) is bool(words)
            assert sum(word in said for word in words) >= min(len(words), 3), (path.name, query)
            looked_at += len(words)
    assert looked_at > 50
