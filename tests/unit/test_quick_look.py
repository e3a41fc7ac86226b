"""The quick look: sentences of the article, word by word, in its order, with what was looked for in them."""

from __future__ import annotations

import time
from importlib.resources import as_file, files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.article.feedtext import feed_text
from newswatch.article.quick import MOST_BULLETS, quick_look
from newswatch.demo import load_day
from newswatch.match.matcher import compile_book
from newswatch.match.pages import page_marks
from newswatch.match.rulefile import load_rulebook
from newswatch.model.hit import PAGE_FIELD, Mark
from newswatch.testing import build
from newswatch.text.markdown import unmarked
from newswatch.text.sentences import sentences

ARTICLE = """# Ferry runs again

The ferry between the two banks of the river runs again since Monday, the council of the region said. Mr. Bondar, who
runs it, said that no ticket is needed.

> "We waited for the ferry all winter," said Gen. A. B. Shevchenko of the harbour office. "Now it is here!"

North Korean troops had been [seen on the far bank][1] in October. The council did not say where they are now.

## What comes next

- The bridge is to be whole again by autumn, if the money from the region comes in time.
- A second ferry is to follow in spring.

| Pier | Time |
| --- | --- |
| North pier of the ferry of the council | 06.30 every morning of the week |

The harbour office asks passengers to be at the pier half an hour before the ferry leaves. Papers are checked there.
"""


def mark_of(text: str, word: str) -> Mark:
    start = text.index(word)
    return Mark(PAGE_FIELD, start, start + len(word), word)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two is there! Is three?", ["One is here.", "Two is there!", "Is three?"]),
        ("Mr. Bondar met Gen. Koval in the U.S. Congress.", ["Mr. Bondar met Gen. Koval in the U.S. Congress."]),
        ("It cost 3.5 million. He left.", ["It cost 3.5 million.", "He left."]),
        ("“It is here.” He left.", ["“It is here.”", "He left."]),
        ("部隊が見られた。どこかは不明だ。", ["部隊が見られた。", "どこかは不明だ。"]),
        ("Пором ходить у м. Херсон. Квитки не потрібні.", ["Пором ходить у м. Херсон.", "Квитки не потрібні."]),
        ("Er wohnt z. B. in Kiel. Sie auch.", ["Er wohnt z. B. in Kiel.", "Sie auch."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_do(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("sign", ["?」", "!）", "?”", ". ", ".)", "。", "…", "a."])
def test_a_row_of_signs_takes_no_longer_than_other_text(sign: str) -> None:
    started_s = time.process_time()
    cut(sign * (200_000 // len(sign)))
    assert time.process_time() - started_s < 5  # where each sign looked at all behind it, it was a minute


def test_bullets_are_sentences_of_the_text_in_its_order_with_what_matched() -> None:
    bullets = quick_look(ARTICLE, [mark_of(ARTICLE, "North Korean troops")])
    assert 3 <= len(bullets) <= MOST_BULLETS
    plain = " ".join(unmarked(ARTICLE).text.split())
    assert all(bullet.text in plain for bullet in bullets)
    assert [bullet.start for bullet in bullets] == sorted({bullet.start for bullet in bullets})
    assert "North Korean troops had been seen on the far bank in October." in [bullet.text for bullet in bullets]
    (matched,) = [bullet for bullet in bullets if bullet.has_match]
    assert ARTICLE[matched.start : matched.end] == "North Korean troops had been [seen on the far bank][1] in October."
    assert (matched.paragraph, matched.paragraphs) == (3, 5)


def test_nothing_is_left_out_of_a_sentence() -> None:
    said = "Investors were told that 176 Hong Kong dollars (£17.43) is likely, 12.5) or so they said."
    assert [bullet.text for bullet in quick_look(said, ())] == [said]
    assert [bullet.text for bullet in quick_look(f"• {said}", ())] == [said]


def test_addresses_and_date_lines_are_no_bullets() -> None:
    assert quick_look("https://dnipro-wire.example/news/a-long-address-of-a-page\n\nKyiv, 22 November (Wire)", ()) == ()


def test_headings_and_tables_are_no_bullets() -> None:
    said = " ".join(bullet.text for bullet in quick_look(ARTICLE, ()))
    assert "What comes next" not in said
    assert "06.30" not in said


def test_a_short_article_gives_fewer_and_an_empty_one_none() -> None:
    assert len(quick_look("The ferry between the banks runs again since Monday morning.", ())) == 1
    assert quick_look("", ()) == ()
    assert quick_look("Ferry.", ()) == ()


def test_what_stands_twice_is_told_once() -> None:
    sentence = "The ferry between the two banks of the river runs again since Monday."
    assert len(quick_look("\n\n".join([sentence] * 8), ())) == 1


def test_each_thing_that_was_looked_for_comes_first() -> None:
    filler = "\n\n".join(f"The council of the region pays for ferry number {n} of the river." for n in range(20))
    text = (
        f"{filler}\n\nAt last somebody mentioned the bridge of Antonivka.\n\nThen there was the dam of Kakhovka, too."
    )
    bullets = quick_look(text, [mark_of(text, "Antonivka"), mark_of(text, "Kakhovka")])
    assert [bullet.text for bullet in bullets if bullet.has_match] == [
        "At last somebody mentioned the bridge of Antonivka.",
        "Then there was the dam of Kakhovka, too.",
    ]


@given(st.text(st.sampled_from("ab .!?。\n*[]#-|д京1"), max_size=400))
def test_no_text_breaks_it_and_every_bullet_has_its_place(text: str) -> None:
    for bullet in quick_look(text, ()):
        assert 0 <= bullet.start < bullet.end <= len(text)
        assert 1 <= bullet.paragraph <= bullet.paragraphs
        assert " ".join(unmarked(text[bullet.start : bullet.end]).text.split()).endswith(bullet.text)


def test_on_the_demo_s_day_every_bullet_is_a_sentence_of_the_article_and_what_matched_is_in_them() -> None:
    with as_file(files("newswatch.demo").joinpath("rules.toml")) as path:
        book = load_rulebook(path).book
    matcher = compile_book(book)
    looked_at = 0
    for item in load_day().items:
        entry = build.entry(item.title, summary=item.summary, content="\n\n".join(item.content), lang=item.language)
        text = feed_text(entry, build.at()).text
        plain = unmarked(text).text
        whole = {" ".join(plain[start:end].split()) for start, end in sentences(plain)}
        for match in matcher.match(entry.document):
            rule = matcher.rules[match.rule_index]
            marks = [
                mark
                for mark in page_marks(rule.text, book.aliases, rule.fields, entry.document, text) or ()
                if mark.field == PAGE_FIELD
            ]
            bullets = quick_look(text, marks)
            assert bullets
            assert {bullet.text for bullet in bullets} <= whole
            assert any(bullet.has_match for bullet in bullets) is bool(marks)
            said = " ".join(bullet.text.casefold() for bullet in bullets if bullet.has_match)
            assert all(mark.text.casefold() in said for mark in marks)
            looked_at += 1
    assert looked_at > 20


def test_what_is_no_sentence_is_a_bullet_only_if_a_rule_looks_for_it() -> None:
    items = "- Netherlands and Germany, tenth appearance\n- Wales and Portugal, second appearance this year"
    text = f"The council said that the ferry runs again on Monday.\n\n{items}\n\nNobody knows when the bridge opens."
    assert all(bullet.text.endswith(".") for bullet in quick_look(text, ()))
    mark = Mark(PAGE_FIELD, text.index("Portugal"), text.index("Portugal") + 8, "Portugal")
    assert "Wales and Portugal, second appearance this year" in [bullet.text for bullet in quick_look(text, (mark,))]


def test_a_question_gives_way_to_what_is_said() -> None:
    text = (
        "Why does the ferry of the region not run on the river?\n\n"
        "The council of the region knows that, says the ferry.\n\n"
        "The ferry on the river waits for ice to go.\n\nNobody in the region was asked about the ferry on the river."
    )
    assert not any(bullet.text.endswith("?") for bullet in quick_look(text, ()))


def test_a_match_in_no_sentence_is_shown_by_the_line_that_has_it() -> None:
    table = "| North pier | 06.30 |\n| --- | --- |"
    text = f"# Ferry timetable\n\nThe council said that the ferry runs again on Monday.\n\n{table}"
    for word, line in (("timetable", "Ferry timetable"), ("06.30", "North pier 06.30")):
        bullets = quick_look(text, [mark_of(text, word)])
        assert line in [bullet.text for bullet in bullets if bullet.has_match]
        assert all(1 <= bullet.paragraph <= bullet.paragraphs for bullet in bullets)


def test_a_match_far_down_a_long_text_and_in_a_long_sentence_is_in_the_bullets() -> None:
    filler = "\n\n".join(f"The council of the region pays for ferry number {n} of the river." for n in range(600))
    long = (
        "The ferry, "
        + "which was built for the council of the region and its many passengers, " * 8
        + "sank at Kherson."
    )
    text = f"{filler}\n\n{long}"
    assert long in [bullet.text for bullet in quick_look(text, [mark_of(text, "Kherson")])]
