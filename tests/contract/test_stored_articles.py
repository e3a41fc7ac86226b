"""What each store promises of articles: whole and exact, there with the hits of their entry, gone with the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.model.article import Article, ArticleText, Bullet, PageProblem, TextFrom
from newswatch.model.fetched import Fetched
from newswatch.store.api import Keep, Transaction
from newswatch.store.articlerows import READINGS_KEPT
from newswatch.store.historytables import ARTICLES
from newswatch.store.tiny import TinyStore
from newswatch.testing import build
from tests.contract.test_store import KURSK, Home, found

CAME = Fetched(build.at(), ("https://a.example/f", "https://b.example/g?k=***"), 200, "ab" * 32, 66, (("etag", '"x"'),))


def reading(text: str = "# Ferry\n\nIt runs. 北朝鮮 \\* [a][1]", minutes: float = 0) -> ArticleText:
    return ArticleText(
        text,
        TextFrom.PAGE,
        build.at(minutes),
        title="Ferry",
        author="A. Bondar",
        site="Dnipro Wire",
        published_at=build.at(-5),
        lang="en",
        links=("https://a.example/",),
        keywords=("ferry",),
        problem=PageProblem.PAYWALL,
        said="It asks.",
        fetched=CAME,
    )


ARTICLE = Article(KURSK.feed_id, KURSK.key, (reading(),), came_in=CAME)


@pytest.fixture(params=["memory", "tiny"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home" if request.param == "tiny" else None)
    yield home
    home.store.close()


def test_an_article_comes_back_as_it_was(home: Home) -> None:
    home.commit(found(KURSK), Transaction(articles=(ARTICLE,)))
    assert home.reopened().article(KURSK.feed_id, KURSK.key) == ARTICLE


def test_an_article_is_stored_in_one_with_the_first_hit_on_its_entry(home: Home) -> None:
    home.commit(replace(found(KURSK), articles=(ARTICLE,)))
    assert home.reopened().article(KURSK.feed_id, KURSK.key) == ARTICLE


def test_an_article_without_a_hit_is_not_stored(home: Home) -> None:
    home.commit(Transaction(entries=(KURSK,), articles=(ARTICLE,)))
    assert home.store.article(KURSK.feed_id, KURSK.key) is None


def test_what_was_made_for_one_hit_is_not_stored(home: Home) -> None:
    dressed = replace(ARTICLE, quick=(Bullet("It runs.", 9, 17, 1, 1),), marks=(build.mark("It", 9, "page"),))
    home.commit(found(KURSK), Transaction(articles=(dressed,)))
    assert home.reopened().article(KURSK.feed_id, KURSK.key) == ARTICLE


def test_of_many_readings_the_first_and_the_newest_stay(home: Home) -> None:
    readings = tuple(reading(f"Text {number}", number) for number in range(READINGS_KEPT + 3))
    home.commit(found(KURSK), Transaction(articles=(replace(ARTICLE, readings=readings),)))
    kept = home.reopened().article(KURSK.feed_id, KURSK.key)
    assert kept is not None
    assert kept.readings == (readings[0], *readings[1 - READINGS_KEPT :])


def test_an_article_goes_with_the_last_hit_on_its_entry_and_not_before(home: Home) -> None:
    other = build.rule("Kursk", id="kursk")
    first = build.hit(KURSK, found_at=build.at(1), told_at=build.at())
    second = build.hit(KURSK, other, found_at=build.at(9), told_at=build.at())
    home.commit(replace(found(KURSK), hits=(first, second), articles=(ARTICLE,)))
    assert home.store.prune_hits(Keep(since=build.at(5))) == (first.id,)
    assert home.store.article(KURSK.feed_id, KURSK.key) == ARTICLE
    assert home.store.prune_hits(Keep(since=build.at(10))) == (second.id,)
    assert home.reopened().article(KURSK.feed_id, KURSK.key) is None


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"feed": "f", "key": "k"},
        {"feed": "f", "key": "k", "pages": "no base64!"},
        {"feed": "f", "key": "k", "pages": "eJwDAAAAAAE="},
        {"feed": "f", "key": "k", "pages": 5},
    ],
)
def test_an_article_that_cannot_be_read_is_as_good_as_not_there_and_stays(
    tmp_path: Path, row: dict[str, object]
) -> None:
    store = TinyStore.open(tmp_path)
    try:
        store.commit(replace(found(KURSK), articles=(ARTICLE,)))
        table = store._db.table(ARTICLES)
        (row_id,) = [document.doc_id for document in table.all()]
        table.put({row_id: row})
        assert store.article(KURSK.feed_id, KURSK.key) is None
        store.commit(Transaction(articles=(ARTICLE,)))
        assert store.article(KURSK.feed_id, KURSK.key) == ARTICLE
    finally:
        store.close()
