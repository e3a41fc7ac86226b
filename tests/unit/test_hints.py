"""Hints say what a query means where people often mean something else, point at it, and never change it."""

from __future__ import annotations

import pytest

from newswatch.match.grammar import parse_query
from newswatch.match.hints import find_hints, hints

ALIASES = {"zelensky": ("Zelenskyy", "Zelensky*")}


@pytest.mark.parametrize(
    ("query", "place", "sentence"),
    [
        ('"North Korea" or "South Korea"', "or", "Operators are upper case: OR"),
        ("(Kursk) and (troops)", "and", "Operators are upper case: AND"),
        ('"North Korea" or Kursk', "or Kursk", "Operators are upper case: OR"),
        ('Kursk or "North Korea"', "Kursk or", "Operators are upper case: OR"),
        ('Kursk AND troops near/5 "North Korea"', "troops near/5", "Operators are upper case: NEAR/5"),
        ('"North Korea" NOT Korea', "NOT Korea", "can never match"),
        ("title:Kursk NOT Kursk", "NOT Kursk", "can never match"),
        ("(a1 OR b1) NOT (b1 OR a1)", "NOT (b1", "can never match"),
        ("@zelensky NOT Zelensk*", "NOT Zelensk*", "can never match"),
        ("Kursk lang:en lang:uk", "lang:uk", "an article has one language"),
        ("Kursk site:a.example site:b.example", "site:b.example", "an article has one address"),
        ("title:(ATLEAST/1500 Kursk)", "ATLEAST", "can never match"),
        ('Kursk url:"a b"', '"a b"', "can never match"),
        (r"Kursk OR /\b/", r"/\b/", "can never match"),
        ("title:*", "title:*", "nearly every article"),
        ("Kursk OR url:http", "Kursk", "nearly every article"),
        (r"/\w+/", r"/\w+/", "nearly every article"),
        ("Kyiv OR Sumy OR KYIV", "KYIV", "“KYIV” is the same as “Kyiv” here; once is enough"),
        ("troops AND Troops", "Troops", "“Troops” is the same as “troops” here"),
        ("Kyiv OR Sumy OR Kyiv", "Kyiv", "“Kyiv” stands here twice"),
        ("México OR Mexico", "Mexico", "“Mexico” is the same as “México” here"),
        ("@zelensky OR Zelenskyy", "Zelenskyy", "“@zelensky” holds wherever it does"),
        ("troop* OR troopers", "troopers", "“troop*” holds wherever it does"),
        ("Kursk OR Sumy NOT football", "NOT football", "bind closer than OR"),
        ("Kursk OR Sumy AND troops", "troops", "bind closer than OR"),
        ("source:Reuters troops", "Reuters troops", "one phrase in source"),
        ("ATLEAST/1 Kursk", "ATLEAST", "no more than “Kursk” alone"),
        ("ATLEAST/80 Kursk", "ATLEAST", "Few articles"),
        ("Kursk lang:ua", "ua", "did you mean lang:uk?"),
        ("Kursk lang:english", "english", "did you mean lang:en?"),
        ("Kursk lang:ukr", "ukr", "did you mean lang:uk?"),
        ("Kursk lang:welsh", "welsh", "two or three letters"),
        ("Kursk AND troops OR soldiers", "soldiers", "“soldiers” is enough by itself"),
        ("Kursk NOT football OR soccer", "soccer", "“soccer” is enough by itself"),
        ("Kursk lang:en OR lang:uk", "lang:uk", "“lang:uk” is enough by itself"),
        ("source:Reuters OR AP", "AP", "write source:(… OR …)"),
        ("lang:en OR uk", "uk", "“lang:” goes with “en” alone"),
        ("Kursk Or Sumy", "Kursk", "Operators are upper case: OR"),
        ("Kursk NEAR 5 troops", "5 troops", "The distance is written NEAR/5"),
        ("Kursk W/5 troops", "Kursk", "“W/5” is a word here, in the phrase “Kursk W/5 troops”. Write NEAR/5"),
        ("Kursk pre/3 troops", "Kursk", "Write ONEAR/3"),
        ("ATLEAST3(Kursk)", "ATLEAST3", "Write ATLEAST/3"),
        ("not (football OR soccer) Kursk", "not", "Operators are upper case: NOT"),
        ("Kursk | Sumy", "Kursk", "Write OR"),
        ("+Kursk +troops", "+Kursk", "“+Kursk +troops” is one phrase"),
        ("Kursk !football", "Kursk", "To exclude it, write “-football”"),
        ("Kursk - football", "Kursk", "To exclude, write “-football”"),
        ("@ zelensky", "@", "For the alias, write “@zelensky”"),
        ("title=Kursk", "title", "write “title:” with the words right behind"),
        ("title :Kursk", "title", "write “title:” with the words right behind"),
        ("Kursk url:/live/", "/live/", 'write url:"/live/"'),
        ("UN AND Sudan", "UN", "For capitals only, write {UN}"),
        ("troop?", "troop?", "“*” stands for any letters"),
        ("Kharkiv, Sumy, Odesa", "Kharkiv", "Write OR between alternatives"),
        ('"Trump OR Biden"', '"', "“OR” is a word like the others in “Trump OR Biden”"),
        ("Kursk site:reuters", "reuters", "Write the whole name"),
        ("C++", "C++", "signs are not looked for"),
    ],
)
def test_a_hint_names_its_place(query: str, place: str, sentence: str) -> None:
    found = [hint for hint in find_hints(query, parse_query(query, ALIASES)) if sentence in hint.text]
    assert [query[hint.offset :].startswith(place) for hint in found] == [True], (query, found)


@pytest.mark.parametrize(
    "query",
    [
        "Kursk NOT football",
        '"North Korea" NOT "South Korea"',
        "(Kursk OR Sumy) NOT football",
        "Kursk OR (Sumy NOT football)",
        "(a1 OR b1) (c1 OR d1)",
        "title:Kursk NOT body:Kursk",
        "Kursk NOT title:Kursk",
        "us NOT {US}",
        "site:bbc.co.uk OR site:a.example Kursk".replace(" Kursk", ""),
        "lang:en-GB AND lang:en AND Kursk",
        "author:John Smith",
        "Kursk AND magnitude 7*",
        "悪用を確認",
        "Kursk source:*",
        "lang:uk OR lang:zh OR lang:pt-BR",
        "site:gov AND Kursk",
        "a1 NEAR/3 b1 NOT c1",
        "ATLEAST/2 Kursk",
        '"troops and soldiers" OR "give or take"',
        '"TRUMP AND BIDEN"',
        "Odesa, Ukraine",
        "Johnson & Johnson",
        "Yahoo! OR Google",
        "Who killed Kennedy?",
        "rock 'n' roll",
        "near Kursk",
        "F-16 OR 12:30",
        "(Kursk AND troops) OR soldiers",
        "Kursk AND troops OR Sumy AND drones",
        'title:coup OR title:"martial law"',
        "title:(coup OR putsch) OR uprising",
        "Kursk NEAR/5 7",
    ],
)
def test_what_is_plainly_meant_gets_no_hint(query: str) -> None:
    assert hints(query, parse_query(query, ALIASES)) == ()


def test_default_fields_decide_what_contradicts() -> None:
    query = "Kursk NOT title:Kursk"
    node = parse_query(query)
    assert hints(query, node) == ()
    assert "can never match" in hints(query, node, ("title",))[0]


def test_a_list_of_doubles_gets_a_bounded_number_of_hints() -> None:
    query = " OR ".join(["Kyiv", *(f"Name{number} OR name{number}" for number in range(100))])
    assert len(hints(query, parse_query(query))) == 12


def test_a_hint_about_a_pattern_does_not_wait_for_it() -> None:
    query = "/(x+x+)+y/ OR Kursk"
    assert hints(query, parse_query(query)) == ()
