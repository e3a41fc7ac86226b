"""The demo's pages: every item that was published has one, and it reads as the item does at that moment."""

from __future__ import annotations

from datetime import timedelta

from newswatch.demo import DAY_END, load_day
from newswatch.demo.pages import DemoPages
from newswatch.model.article import PageProblem


async def test_every_item_of_the_day_has_a_page_and_a_corrected_one_reads_as_corrected() -> None:
    day, end = load_day(), DAY_END + timedelta(days=1)
    pages = DemoPages(day, lambda: end)
    for item in day.items:
        answer = await pages.read(item.link, None)
        assert answer.reading.text, item.link
        assert answer.reading.problem is None
    corrections = [item for outlet in day.outlets for item in outlet.items if item.is_correction]
    assert corrections
    for item in corrections:
        assert (await pages.read(item.link, None)).reading.facts.title == item.title


async def test_what_is_not_published_yet_has_no_page() -> None:
    day = load_day()
    first = day.items[0]
    pages = DemoPages(day, lambda: first.published_at - timedelta(seconds=1))
    assert (await pages.read(first.link, None)).reading.problem is PageProblem.ERROR
