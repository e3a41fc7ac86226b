"""What the list is filtered by: words, their absence, letters left out, fields, states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from newswatch.model.hit import Held, Hit, Note, StoryId, Triage
from newswatch.model.rule import RuleId, Severity
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.filter import Needle, is_put_away


def hit(title: str = "Tanker boarded near the strait", *, source: str = "Kyodo Wire", rule: str = "hormuz") -> Hit:
    return build.hit(build.entry(title, source=source), build.rule(id=RuleId(rule), name="Gulf of Oman"))


def story(*hits: Hit) -> Story:
    return Story(StoryId("s"), hits or (hit(),))


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("", True),
        ("tanker", True),
        ("TANKER strait", True),
        ("strait tanker", True),
        ("tanker bank", False),
        ('"near the"', True),
        ('"the near"', False),
        ('"tnkr"', False),
        ("tnkr", True),
        ("bordd", True),
        ("nkr", False),
        ("tk", False),
        ("!bank", True),
        ("!tanker", False),
        ("tanker !strait", False),
        ("! tanker bank", True),
        ("! tanker strait", False),
        ("!", True),
        ("-tanker", False),
        ("rule:hormuz", True),
        ("rule:gulf", True),
        ('rule:"gulf of oman"', True),
        ("rule:kyodo", False),
        ("!rule:hormuz", False),
        ("-rule:hormuz", False),
        ("source:kyodo", True),
        ("source:tanker", False),
        ("title:strait", True),
        ("title:kyodo", False),
        ("tag:x", False),
        ("is:new", True),
        ("is:starred", False),
        ("!is:starred", True),
        ("is:st", False),
        ("is:n", True),
        ("is:", False),
        ("14:30", False),
        ("https://x", False),
    ],
)  # fmt: skip
def test_a_filter_finds_what_its_words_say(text: str, finds: bool) -> None:  # noqa: FBT001  a parameter
    assert Needle(text).finds(story()) is finds


def test_accents_and_letter_case_do_not_matter() -> None:
    made = story(hit("Řeka Łaba zaplavila ČÁST Drážďan"))
    assert Needle("reka drazdan").finds(made)
    assert Needle("ČÁST").finds(made)
    assert Needle("防衛").finds(story(hit("国境付近で訓練か 防衛省が確認急ぐ")))


def test_a_word_that_is_no_field_is_looked_for_as_it_stands() -> None:
    assert Needle("14:30").finds(story(hit("Curfew from 14:30 on")))
    assert Needle("-15").finds(story(hit("Frost of -15 degrees")))


STATES: list[tuple[str, dict[str, object]]] = [
    ("starred", {"is_starred": True}),
    ("seen", {"state": Triage.SEEN}),
    ("open", {"state": Triage.OPEN}),
    ("acked", {"state": Triage.ACKED}),
    ("tagged", {"tags": ("ships",)}),
    ("noted", {"notes": (Note(build.at(), "call them"),)}),
    ("held", {"held": Held.BACKLOG}),
    ("muted", {"held": Held.MUTED}),
    ("snoozed", {"held": Held.SNOOZED, "snoozed_until": build.at(60)}),
    ("old", {"is_old_rule": True}),
    ("critical", {"severity": Severity.CRITICAL}),
    ("low", {"severity": Severity.LOW}),
]


@pytest.mark.parametrize(("state", "changes"), STATES)
def test_is_finds_a_state_and_not_without_it(state: str, changes: dict[str, object]) -> None:
    changed: Hit = replace(hit(), **changes)  # type: ignore[arg-type]  # each of the hit's own kind
    assert Needle(f"is:{state}").finds(story(changed))
    assert not Needle(f"is:{state}").finds(story())


def test_a_tag_is_found_by_its_beginning_and_by_itself() -> None:
    tagged = story(replace(hit(), tags=("ships", "gulf-war")))
    assert Needle("tag:ship").finds(tagged)
    assert Needle("tag:gulf-war").finds(tagged)
    assert not Needle("tag:bank").finds(tagged)
    assert Needle("ships").finds(tagged)


def test_a_revised_entry_is_found() -> None:
    def at(moment: datetime | None) -> Story:
        return story(build.hit(build.entry("Lender closes", revised_at=moment)))

    assert Needle("is:revised").finds(at(build.at(3)))
    assert not Needle("is:revised").finds(at(None))
    assert Needle("is:revised").finds(story(build.hit(page_changed_at=build.at(3))))


def test_who_asks_for_muted_ones_wants_to_see_them() -> None:
    assert Needle("is:muted tanker").tells_of_put_away
    assert Needle("is:snoozed").tells_of_put_away
    assert Needle("mute:by-kyodo").tells_of_put_away
    assert not Needle("!is:muted").tells_of_put_away
    assert not Needle("muted").tells_of_put_away


def test_a_mute_finds_what_it_hid() -> None:
    muted = story(replace(hit(), held=Held.MUTED, muted_by="by-kyodo"))
    assert Needle("mute:by-kyodo").finds(muted)
    assert not Needle("mute:other").finds(muted)


def test_only_what_alerts_no_more_is_put_away() -> None:
    assert is_put_away(story(replace(hit(), held=Held.MUTED)))
    assert not is_put_away(story(replace(hit(), held=Held.BACKLOG)))
    assert not is_put_away(story(hit(), replace(hit("Another"), held=Held.MUTED)))


def test_a_state_that_is_none_is_named() -> None:
    assert Needle("is:stared").unknown_state == "stared"
    assert not Needle("is:star").unknown_state
    assert not Needle("is:stared").finds(story())


def test_a_long_and_nasty_word_is_no_trouble() -> None:
    made = story(hit("a" * 20_000))
    assert not Needle("a" * 40 + "b").finds(made)
    assert Needle("!" * 5_000 + '"' * 5_000).finds(made) in (True, False)
