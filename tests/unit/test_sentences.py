"""Where sentences end: full stops that end none, and ends without a blank, in the languages of the news."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswatch.text.sentences import sentences

SEVERAL = [
    # group letters, labels, single letters
    ["Poland was drawn into Group D.", "The day began well."],
    ["They met in Group D.", "Italy won."],
    ["It was Plan B.", "Nobody knew."],
    ["Er nahm Vitamin C.", "Sie nicht."],
    ["Сборная попала в группу B.", "Он был рад."],
    ["Is this I?", "It is I.", "He knew."],
    # initials
    ["J. K. Rowling wrote it.", "He read it."],
    ["George W. Bush and John F. Kennedy met.", "They talked."],
    ["А. С. Пушкин писал.", "Он жил."],
    # abbreviations within, and at the end
    ["He lives in the U.S.", "He likes it."],
    ["He works in the U.K. for Amazon.com Inc.", "The firm said so."],
    ["The U.S. Congress met in Washington, D.C., on Monday.", "It ended."],
    ["It opens at 9 a.m. Monday and shuts at 5 p.m.", "Nobody came."],
    ["Sen. John D. Doe (D., N.Y.) spoke.", "He left."],
    ["No. 10 Downing St. was shut.", "It rained."],
    ["He met Mr. and Mrs. Smith.", "They left."],
    ["Gen. He Weidong met Dr. No.", "They talked."],
    ["Ms. Lee of Samsung Electronics Co., Ltd. spoke.", "She left."],
    ["Kyiv, Nov. 22 (Wire) — Troops came.", "They left."],
    ["It fell on 6 Jan.", "It was cold."],
    ["e.g. this one is good, i.e. fine.", "Next."],
    # numbers
    ["It rose 3.5 per cent.", "The rest fell to 1.2."],
    ["It happened in 2019.", "In 2020 it did not."],
    ["The price is $3.", "It was $4."],
    ["Version 2.0 came.", "Version 3.0 did not."],
    ["Am 22. November 2026 war es so weit.", "Es schneite."],
    ["Er kam am 3. Oktober nach Kiel.", "Dann ging er."],
    ["Der 1. FC Kiel verlor im 2. Spiel.", "Das war alles."],
    ["1. The ferry runs again.", "It is free."],
    # quotes, brackets, other marks
    ["“It is here!” she said.", "He left."],
    ['"Is it here?" he asked.', "She left."],
    ['He said: "It is here."', '"No," she said.'],
    ["Wait... what?", "Yes."],
    ["Yahoo! is back.", "It is."],
    ["(It was late.)", "He left."],
    ["It ended.[1]", "It began."],
    ["It works.", "iPad sales rose."],
    # German, French, Spanish
    ["Das kostet 3,5 Mio. Euro.", "Das ist viel."],
    ["Der sog. Plan, u. a. von Dr. Meier, gilt z. B. in Kiel.", "So ist es."],
    ["Ludwig XIV. war König.", "Er starb."],
    ["M. Macron a dit non.", "Il est parti."],
    ["El Sr. García llegó.", "¿Qué dijo?", "¡Nada!"],
    # Russian, Ukrainian
    ["Он родился в 1990 г. в Москве.", "Он живет там."],
    ["В г. Киев и т. д. было тихо.", "Потом шум."],
    ["Це коштує 5 млн. грн.", "Дорого."],
    ["Это было в 1990 г.", "В Москве шел снег."],
    # Chinese, Japanese, Korean, Arabic, Hindi
    ["部隊が見られた。", "「どこか」と聞いた。", "不明だ！"],
    ["「来た。」と彼は言った。", "終わり。"],
    ["他说：“来了。”", "然后走了。"],
    ["GDP增长3.5%。", "他说。"],
    ["行こう!", "行った。"],
    ["북한군이 목격됐다.", "정부는 부인했다."],
    ["هل وصلت؟", "نعم، وصلت."],
    ["ट्रेन चली।", "वह आया।"],
]
ONE = [
    "Dr. No met Lt. Col. Smith of the 1st Inf. Div. on Nov. 3.",
    "The firm (Acme Co.) said no.",
    "Gov. Jane Q. Public spoke at St. Mary's on Jan. 6.",
    "Er wohnt seit dem 19. Jahrhundert dort, d. h. lange.",
    "Встреча пройдет на ул. Ленина, д. 5, в г. Херсон.",
]


@pytest.mark.parametrize("expected", SEVERAL)
@pytest.mark.parametrize("between", [" ", "\n", ""])
def test_sentences_end_where_they_do(expected: list[str], between: str) -> None:
    if not between and expected[0][-1] not in "。！？”!":
        return
    if not between and expected[0].isascii():
        return
    text = between.join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize("text", ONE)
def test_no_sentence_ends_within_one(text: str) -> None:
    assert [text[start:end] for start, end in sentences(text)] == [text]


PIECES = [*"aB I.!?。」“”1 \n[]д", "Dr", "U.S.", "No.", "The", " z. B. ", "!?", "Group D."]


@given(st.lists(st.sampled_from(PIECES), max_size=100))
def test_nothing_is_lost_between_two_sentences(pieces: list[str]) -> None:
    text = "".join(pieces)
    at = 0
    for start, end in sentences(text):
        assert not text[at:start].strip()
        assert start < end
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "piece",
    [
        ".",
        "!",
        "!?",
        "…",
        "。",
        "」",
        '."',
        ".)",
        ".[1]",
        "a. ",
        "A. B. ",
        "Dr. ",
        "1. ",
        "U.S. The ",
        "。」",
        "... ",
        "!あ",
    ],
)
def test_a_long_text_of_nothing_but_signs_is_cut_in_time_linear_in_its_length(piece: str) -> None:
    took_s = []
    for many in (5_000, 40_000):
        began_s = time.process_time()
        assert len(list(sentences(piece * many))) >= 1
        took_s.append(time.process_time() - began_s)
    assert took_s[1] < 2  # a hang: it took minutes
