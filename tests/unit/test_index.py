"""The index by itself: what words call for which slots, what an edit touches, and what it remembers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswatch.match import index as index_module
from newswatch.match.finders import word_test
from newswatch.match.index import Index, Keys

NOTHING: frozenset[str] = frozenset()
words = st.text(alphabet="abc", min_size=1, max_size=6)
patterns = st.text(alphabet="abc*", min_size=1, max_size=6).filter(lambda one: "**" not in one and one != "*")
keys = st.dictionaries(patterns, st.frozensets(words, max_size=2), max_size=4)


def keyed(*written: str) -> Keys:
    return dict.fromkeys(written, NOTHING)


def slots_of(rules: dict[int, Keys], document: set[str]) -> set[int]:
    """The plain way: every key of every rule on every word."""
    return {
        slot
        for slot, ways in rules.items()
        if any(needs <= document and any(word_test(key)(word) for word in document) for key, needs in ways.items())
    }


def test_a_word_calls_for_the_rules_it_fits() -> None:
    index = Index.empty().changed(
        {}, {0: keyed("kursk"), 1: keyed("kur*"), 2: keyed("*sk"), 3: keyed("k*k"), 4: keyed("*urs*"), 5: keyed("kyiv")}
    )
    assert index.candidates({"kursk"}) == {0, 1, 2, 3, 4}
    assert index.candidates({"kur"}) == {1}
    assert index.candidates({"k", "sk"}) == {2}
    assert index.candidates(set()) == set()


def test_a_rule_is_called_only_where_its_other_words_stand_too() -> None:
    index = Index.empty().changed({}, {0: {"korean": frozenset({"north", "troops"}), "dprk": NOTHING}})
    assert index.candidates({"korean", "north"}) == set()
    assert index.candidates({"korean", "north", "troops"}) == {0}
    assert index.candidates({"dprk"}) == {0}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), keys), max_size=8),
    st.lists(st.sets(words, max_size=5), min_size=1, max_size=5),
)
def test_any_row_of_edits_finds_what_the_plain_way_finds(
    edits: list[tuple[int, Keys]], documents: list[set[str]]
) -> None:
    index = Index.empty()
    rules: dict[int, Keys] = {}
    for slot, ways in edits:
        index = index.changed({slot: rules[slot]} if slot in rules else {}, {slot: ways})
        rules[slot] = ways
        for document in documents:
            assert index.candidates(document) == slots_of(rules, document)
    assert index.changed(rules, {}).candidates({"a", "b", "ab"}) == set()


def test_an_edit_leaves_the_postings_of_other_rules_as_they_are() -> None:
    before = Index.empty().changed({}, {slot: keyed(f"word{slot}", "all", f"pre{slot}*") for slot in range(50)})
    after = before.changed({7: keyed("word7")}, {50: keyed("word50")})
    touched = {
        word
        for word in before._words.keys() | after._words.keys()
        if before._words.get(word) is not after._words.get(word)
    }
    assert touched == {"word7", "word50"}
    assert after._prefixes is before._prefixes
    assert before.candidates({"word7"}) == {7}
    assert after.candidates({"word7", "word50"}) == {50}


def test_what_is_known_of_words_outlives_an_edit_that_does_not_concern_them() -> None:
    before = Index.empty().changed({}, {0: keyed("kursk"), 1: keyed("ky*")})
    before.candidates({"kursk", "kyiv", "sumy", "the"})
    after = before.changed({}, {2: keyed("sumy")})
    assert after._idle == {"the"}
    assert after._memo.keys() == {"kursk", "kyiv"}
    assert after.candidates({"sumy", "kyiv", "the"}) == {1, 2}
    assert before.candidates({"sumy"}) == set()
    starred = after.changed({}, {3: keyed("th*")})
    assert starred.candidates({"the"}) == {3}


@pytest.mark.parametrize("key", ["x", "*"])
def test_what_is_remembered_is_bounded(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "_FEWEST_REMEMBERED", 100)
    index = Index.empty().changed({}, {0: keyed(f"w{key}") if key == "*" else keyed(key)})
    for start in range(0, 2_000, 20):
        index.candidates({f"word{number}" for number in range(start, start + 20)} | {"w" * 200})
        assert len(index._idle) + len(index._memo) <= 100
        assert "w" * 200 not in index._idle | index._memo.keys()
