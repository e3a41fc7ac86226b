"""Which text is shown, what is said about it, and when a page has a new reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswatch.article.feedtext import feed_text, marked
from newswatch.article.page import PageFacts, PageReading
from newswatch.article.problems import problem_of
from newswatch.article.reading import article_text, says_something_else, with_reading
from newswatch.model.article import ArticleText, PageProblem, TextFrom
from newswatch.testing import build

LONG = "The council of the region said that the ferry runs again. " * 30
ENTRY = build.entry("Ferry runs again", summary="The ferry runs.", content="")


def reading(text: str = "Text of the page.", minutes: float = 0, **changes: object) -> ArticleText:
    return replace(ArticleText(text, TextFrom.PAGE, build.at(minutes)), **changes)  # type: ignore[arg-type] # any field


def test_the_page_is_shown_and_its_facts_go_before_the_feed_s() -> None:
    page = PageReading(LONG, facts=PageFacts(title="Ferry is back", author="A. Bondar"), links=("https://a.example/",))
    text = article_text(ENTRY, page, None, build.at())
    assert (text.text_from, text.title, text.author, text.site) == (
        TextFrom.PAGE, "Ferry is back", "A. Bondar", "Dnipro Wire",
    )  # fmt: skip
    assert text.said == ""


@pytest.mark.parametrize("problem", [PageProblem.CONSENT, PageProblem.LOGIN, PageProblem.ERROR])
def test_a_page_that_is_no_article_is_not_shown_as_one(problem: PageProblem) -> None:
    text = article_text(ENTRY, PageReading("Accept all cookies", problem=problem, said="It asks."), None, build.at())
    assert (text.text_from, text.text, text.problem, text.said) == (
        TextFrom.FEED,
        "The ferry runs.",
        problem,
        "It asks.",
    )


def test_a_teaser_is_shown_unless_the_feed_gave_more() -> None:
    page = PageReading("The ferry runs, and that is all you get.", problem=PageProblem.PAYWALL, said="It asks.")
    assert article_text(ENTRY, page, None, build.at()).text_from is TextFrom.PAGE
    assert article_text(replace(ENTRY, content=LONG), page, None, build.at()).text_from is TextFrom.FEED


def test_a_page_with_much_less_than_the_feed_gave_is_not_the_article() -> None:
    text = article_text(replace(ENTRY, content=LONG), PageReading("Only this."), None, build.at())
    assert text.text_from is TextFrom.FEED
    assert "feed" in text.said


def test_a_page_that_is_a_shell_is_not_the_article_and_a_flash_is() -> None:
    entry = build.entry("Ferry", summary="The ferry runs again since Monday, the council of the region said.")
    assert article_text(entry, PageReading("Choose how to read on."), None, build.at()).text_from is TextFrom.FEED
    flash = PageReading("The ferry runs again since Monday, the council said to the Dnipro Wire today.")
    assert article_text(entry, flash, None, build.at()).text_from is TextFrom.PAGE


def test_the_feed_s_text_is_said_once_and_cannot_be_mistaken_for_signs() -> None:
    entry = replace(ENTRY, summary="Ferry runs…", content="Ferry runs again.\n\n# not a heading\n• one\n• two *stars*")
    assert feed_text(entry, build.at()).text == "Ferry runs again.\n\n\\# not a heading\n\n- one\n- two \\*stars\\*"
    assert marked("") == ""


def test_a_reading_is_added_only_if_the_text_differs() -> None:
    first = reading()
    assert with_reading((), first) == (first,)
    assert with_reading((first,), reading(minutes=5)) == (first,)
    assert with_reading((first,), reading("Another text.", 5)) == (first, reading("Another text.", 5))


def test_a_worse_reading_never_takes_the_place_of_a_good_one() -> None:
    first = reading()
    wall = reading("Teaser.", 5, problem=PageProblem.PAYWALL)
    from_feed = feed_text(ENTRY, build.at(5), PageProblem.UNREACHED, "No answer.")
    assert with_reading((first,), wall) == (first,)
    assert with_reading((first,), from_feed) == (first,)
    assert with_reading((from_feed,), first) == (first,)
    assert with_reading((wall,), first) == (wall, first)


def test_what_was_learned_of_a_page_is_not_forgotten_when_its_server_does_not_answer() -> None:
    missing = feed_text(ENTRY, build.at(0), PageProblem.ERROR, "The page is not there (404).")
    silent = feed_text(ENTRY, build.at(5), PageProblem.UNREACHED, "No answer.")
    assert with_reading((missing,), silent) == (missing,)
    assert with_reading((), silent) == (silent,)


def test_that_a_page_is_gone_is_a_reading_with_the_text_it_had() -> None:
    first = reading()
    gone = feed_text(ENTRY, build.at(5), PageProblem.ERROR, "The page was taken down (410).")
    readings = with_reading((first,), gone)
    assert len(readings) == 2
    assert readings[1].text == first.text
    assert readings[1].problem is PageProblem.ERROR
    assert with_reading(readings, gone) == readings


def test_a_teaser_where_a_page_was_gone_does_not_take_the_place_of_the_article() -> None:
    gone = feed_text(ENTRY, build.at(5), PageProblem.ERROR, "The page was taken down (410).")
    readings = with_reading((reading(),), gone)
    assert with_reading(readings, reading("Teaser.", 9, problem=PageProblem.PAYWALL)) == readings


def test_all_text_of_a_page_does_not_take_the_place_of_its_article() -> None:
    first = reading()
    assert with_reading((first,), reading("Menu. Text of the page.", 5, text_from=TextFrom.PLAIN)) == (first,)


def test_a_page_says_something_else_when_its_words_do_or_it_is_gone() -> None:
    first = reading("The [ferry][1] runs.")
    assert not says_something_else(first, reading("The ferry  runs.", links=("https://a.example/",)))
    assert says_something_else(first, reading("The ferry stands still."))
    gone = reading(first.text, problem=PageProblem.ERROR)
    assert says_something_else(first, gone)
    assert says_something_else(gone, first)
    assert not says_something_else(gone, gone)


def test_an_article_in_place_of_a_teaser_or_of_all_text_is_no_change_of_the_page() -> None:
    for before in (
        reading("Teaser.", problem=PageProblem.PAYWALL),
        reading("Menu. All text.", text_from=TextFrom.PLAIN),
        feed_text(ENTRY, build.at()),
    ):
        assert not says_something_else(before, reading(LONG))


@pytest.mark.parametrize(
    ("facts", "text", "problem"),
    [
        (PageFacts(is_free=False), "A teaser of the article.", PageProblem.PAYWALL),
        (PageFacts(is_free=False), LONG, None),
        (PageFacts(), "Subscribe to continue reading this article.", PageProblem.PAYWALL),
        (PageFacts(), "Dieser Artikel ist nur für Abonnenten.", PageProblem.PAYWALL),
        (PageFacts(), "Статья доступно по подписке.", PageProblem.PAYWALL),
        (PageFacts(), "この記事は有料会員限定です", PageProblem.PAYWALL),
        (PageFacts(), "We value your privacy. Accept all cookies.", PageProblem.CONSENT),
        (PageFacts(), "Nous et nos partenaires stockons des données.", PageProblem.CONSENT),
        (PageFacts(title="404 - Page not found"), "Sorry.", PageProblem.ERROR),
        (PageFacts(title="Сторінку не знайдено"), "На жаль.", PageProblem.ERROR),
        (PageFacts(title="Just a moment..."), "Checking your browser.", PageProblem.REFUSED),
        (PageFacts(has_password_field=True), "Welcome.", PageProblem.LOGIN),
        (PageFacts(), "", PageProblem.EMPTY),
        (PageFacts(), f"Subscribe to continue, says a study of paywalls. {LONG}", None),
        (PageFacts(title="404 days at sea"), LONG, None),
    ],
)
def test_pages_that_are_no_article_are_recognised(facts: PageFacts, text: str, problem: PageProblem | None) -> None:
    found, said = problem_of(facts, text, text, "wire.example")
    assert found is problem
    assert bool(said) is (problem is not None)


def test_a_host_for_consent_is_one() -> None:
    assert problem_of(PageFacts(), "Weiter", "Weiter", "consent.wire.example")[0] is PageProblem.CONSENT
