from __future__ import annotations

import json
import re
from calendar import timegm
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from newswatch.demo import DAY_END, DAY_START, DEFAULT_SPEED, DemoClock, load_day, write_home
from newswatch.demo.formats import render
from newswatch.demo.outlet import MAX_ITEMS, FeedFormat, Item, Outlet, read_outlet
from newswatch.match.matcher import Matcher, compile_book
from newswatch.match.rulefile import load_rulebook
from newswatch.model.entry import Document

ADDRESS = "http://127.0.0.1:8080"
DAY = load_day()
OUTLETS = [pytest.param(outlet, id=outlet.id) for outlet in DAY.outlets]


def full_text(item: Item) -> str:
    return "\n".join((item.title, item.summary, *item.content))


def shingles(item: Item) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(item.content).casefold())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def rules_of(item: Item, matcher: Matcher) -> set[str]:
    document = Document(
        title=item.title,
        summary=item.summary,
        content="\n\n".join(item.content),
        author=item.author,
        tags=item.tags,
        url=item.link,
        lang=item.language,
    )
    return {matcher.rules[match.rule_index].id for match in matcher.match(document)}


def outlet_toml(items: str, feed_format: str = "rss") -> str:
    return (
        'id = "a"\nname = "A"\ntagline = "t"\nsite = "https://a.example/"\nlanguage = "en"\nfolder = "f"\n'
        f'format = "{feed_format}"\nutc_offset = "+03:00"\n{items}'
    )


def test_the_day_is_long_and_many_voiced_enough_to_fill_a_screen() -> None:
    assert len(DAY.outlets) >= 12
    assert len(DAY.items) >= 160
    assert {outlet.format for outlet in DAY.outlets} == set(FeedFormat)
    assert sum(len(item.content) > 1 for item in DAY.items) >= 50
    assert {"en", "de", "uk", "ru", "ko", "ja", "ar"} <= {item.language for item in DAY.items}


def test_a_part_of_the_day_is_backlog_when_the_demo_starts_and_the_rest_takes_some_minutes() -> None:
    backlog = [item for item in DAY.items if item.published_at < DAY_START]
    assert 30 <= len(backlog) <= 50
    assert all(outlet.edition(DAY_START).items for outlet in DAY.outlets)
    assert DAY.items[-1].published_at < DAY_END
    assert 6 * 60 <= (DAY_END - DAY_START).total_seconds() / DEFAULT_SPEED <= 8 * 60


@pytest.mark.parametrize("outlet", OUTLETS)
def test_an_outlet_is_ordered_by_time_and_names_each_item_once(outlet: Outlet) -> None:
    firsts = outlet.first_texts
    assert list(firsts) == sorted(firsts, key=lambda item: item.published_at)
    assert len({item.guid for item in firsts}) == len(firsts)
    assert len({item.link for item in firsts}) == len(firsts)
    assert len(firsts) >= 9


def test_links_lead_to_reserved_names_only() -> None:
    addresses = [outlet.site for outlet in DAY.outlets] + [item.link for item in DAY.items]
    assert all(re.fullmatch(r"https://[a-z-]+\.example/\S*", address) for address in addresses)
    assert len({urlsplit(outlet.site).netloc for outlet in DAY.outlets}) == len(DAY.outlets)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_feed_is_well_formed_and_reads_back_as_it_was_written(outlet: Outlet) -> None:
    edition = outlet.edition(DAY_END)
    rendered = render(outlet, edition, ADDRESS + outlet.path)
    if outlet.format is FeedFormat.JSON:
        document = json.loads(rendered.body)
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["id"] for item in document["items"]] == [item.guid for item in edition.items]
        assert [item["title"] for item in document["items"]] == [item.title for item in edition.items]
        assert all("content_html" in item or "content_text" in item for item in document["items"])
        return
    ET.fromstring(rendered.body)  # noqa: S314 - our own document
    parsed = feedparser.parse(
        rendered.body,
        response_headers={"content-type": rendered.content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    assert parsed.version == {"rss": "rss20", "rdf": "rss10", "atom": "atom10"}[outlet.format]
    assert not parsed.bozo
    assert parsed.feed.title == outlet.title
    assert [entry.link for entry in parsed.entries] == [item.link for item in edition.items]
    for entry, item in zip(parsed.entries, edition.items, strict=True):
        stamp = entry.published_parsed if "published_parsed" in entry else entry.updated_parsed
        assert datetime.fromtimestamp(timegm(stamp), UTC) == item.published_at
        assert [tag.term for tag in entry.tags] == list(item.tags)
        assert re.split(" <|\x92", item.title)[0] in entry.title
        assert bool(item.content) == ("content" in entry)


def test_the_main_story_keeps_to_the_facts_of_the_day() -> None:
    flash = DAY.outlet("dnipro-wire").first_texts[6]
    assert flash.title == "FLASH: Zelenskyy says Russia may send North Korean troops into combat within days"
    story = full_text(next(item for item in DAY.items if item.link.endswith("zelenskyy-obvious-escalation")))
    for fact in (
        "between Sunday and Monday",
        "on Telegram",
        "obvious escalation",
        "12,000",
        "500 officers and three generals",
        "Kursk\nregion on Wednesday".replace("\n", " "),
        "weeks of training",
        "winter gear",
        "no evidence",
        "3,000",
        "very serious",
        "10,000",
        "Moscow has not confirmed",
        "Pyongyang",
        "artillery shells",
    ):
        assert fact in story, fact
    everything = "\n".join(full_text(item) for item in DAY.items)
    assert "Indo-Pacific" in everything


def test_the_president_is_spelled_in_many_ways() -> None:
    titles = "\n".join(item.title for item in DAY.items)
    names = ("Zelenskyy", "Zelensky:", "Selenskyj", "Зеленський", "Зеленский", "ゼレンスキー", "젤렌스키")
    assert [name for name in names if name not in titles] == []


def test_near_misses_are_there_to_be_missed() -> None:
    titles = "\n".join(item.title for item in DAY.items)
    for near_miss in (
        "South Korean troops",
        "Korean troops in the North",
        "North Korean football",
        "North Korean film",
    ):
        assert near_miss in titles


def test_one_agency_text_is_carried_by_six_outlets_cut_and_edited() -> None:
    copies = [item for item in DAY.items if "Meridian Press Agency" in item.author]
    assert len({urlsplit(item.link).netloc for item in copies}) == len(copies) == 6
    assert len({full_text(item) for item in copies}) == 6
    fullest = max(copies, key=lambda item: len(full_text(item)))
    for copy in copies:
        shared = shingles(copy) & shingles(fullest)
        assert len(shared) / min(len(shingles(copy)), len(shingles(fullest))) > 0.6, copy.link
    assert max(item.published_at for item in copies) - min(item.published_at for item in copies) < timedelta(hours=2)


def test_a_correction_keeps_guid_and_link_and_changes_the_text() -> None:
    outlet = DAY.outlet("north-sea-dispatch")
    correction = next(item for item in outlet.items if item.is_correction)
    before = outlet.edition(correction.updated_at - timedelta(seconds=1)).items
    after = outlet.edition(correction.updated_at).items
    assert "5,000" in before[0].title
    assert after[0].title.startswith("Correction: 500 officers")
    assert (before[0].guid, before[0].link) == (after[0].guid, after[0].link)
    assert len(before) == len(after)


def test_a_headline_tries_to_take_over_the_terminal() -> None:
    outlet = DAY.outlet("secledger")
    document = render(outlet, outlet.edition(DAY_END), ADDRESS + outlet.path).body.decode()
    titles = [item["title"] for item in json.loads(document)["items"]]
    hostile = next(title for title in titles if "@click" in title)
    for bite in ("[/bold]", "[@click=app.quit]", "\x1b]52;", "\x07", "\x1b[2J", "\u202e", "<b>"):
        assert bite in hostile
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", document), "the document itself stays plain JSON"


def test_markup_and_stray_controls_travel_in_xml_too() -> None:
    titles = "\n".join(item.title for item in DAY.items)
    assert "<script>" in "\n".join(item.title for item in DAY.outlet("touchline").items)
    assert "\x92" in titles, "a wrongly converted apostrophe"
    assert "\xad" in titles, "soft hyphens"


def test_an_edition_holds_what_was_published_by_then_and_no_more_than_a_feed_lists() -> None:
    start = datetime(2024, 10, 25, tzinfo=UTC)
    items = "".join(
        f'[[item]]\nat = {(start + timedelta(minutes=minute)).isoformat()}\nslug = "s{minute}"\n'
        f'title = "t{minute}"\nsummary = "s"\n'
        for minute in range(MAX_ITEMS + 5)
    )
    outlet = read_outlet(outlet_toml(items))
    assert outlet.edition(start - timedelta(seconds=1)).items == ()
    assert [item.title for item in outlet.edition(start + timedelta(minutes=1)).items] == ["t1", "t0"]
    late = outlet.edition(start + timedelta(days=1))
    assert len(late.items) == MAX_ITEMS
    assert late.items[0].title == f"t{MAX_ITEMS + 4}"
    assert late.changed_at == late.items[0].published_at


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ('[[item]]\nat = 2024-10-25T07:00:00\nslug = "s"\ntitle = "t"\nsummary = "s"\n', "no instant"),
        ('[[item]]\nat = 2024-10-25T07:00:00Z\nslug = "s"\ntitle = "t"\nsummary = "s"\nbody = "b"\n', "unknown keys"),
        ('[[item]]\nat = 2024-10-25T07:00:00Z\nslug = "s"\ntitle = "\\u001b"\nsummary = "s"\n', "cannot carry"),
        ('[[item]]\nat = 2024-10-25T07:00:00Z\nslug = "s"\ntitle = "t"\nsummary = "s"\nlanguage = "ko"\n', "RSS 2.0"),
        (
            (
                '[[item]]\nat = 2024-10-25T07:00:00Z\nslug = "s"\ntitle = "t"\nsummary = "s"\n'
                '[[item]]\nat = 2024-10-25T06:00:00Z\nslug = "r"\ntitle = "t"\nsummary = "s"\n'
            ),
            "order of time",
        ),
        ('[[item]]\nat = 2024-10-25T07:00:00Z\nslug = "s"\ntitle = "t"\nsummary = "s"\n' * 2, "used twice"),
    ],
)
def test_a_file_that_breaks_the_rules_of_the_day_is_refused(items: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_outlet(outlet_toml(items))


def test_the_clock_runs_fast_but_leaves_deadlines_alone() -> None:
    real = 100.0
    clock = DemoClock(DAY_START, 60, monotonic=lambda: real)
    assert clock.now() == DAY_START
    real = 102.0
    assert clock.now() == DAY_START + timedelta(minutes=2)
    assert clock.monotonic() == 120.0
    real = 1e15
    assert clock.now().tzinfo is UTC


async def test_a_sleep_of_the_day_is_short_in_life() -> None:
    clock = DemoClock(DAY_START, 1e9)
    async with clock.timeout(60):
        await clock.sleep(3600)
        await clock.sleep(-1)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_leads_nowhere_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="positive number"):
        DemoClock(DAY_START, speed)


def test_the_home_holds_feeds_rules_and_settings_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_home(home, ADDRESS + "/")
    assert {path.name for path in home.iterdir()} == {"feeds.opml", "rules.toml", "settings.toml"}
    assert home.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in home.iterdir())
    outlines = list(ET.parse(home / "feeds.opml").iter("outline"))  # noqa: S314 - our own file
    feeds = {outline.get("xmlUrl"): outline for outline in outlines if outline.get("xmlUrl")}
    assert feeds.keys() == {ADDRESS + outlet.path for outlet in DAY.outlets}
    for outlet in DAY.outlets:
        outline = feeds[ADDRESS + outlet.path]
        found = [outline.get(key) for key in ("text", "title", "htmlUrl", "language")]
        assert found == [outlet.name, outlet.name, outlet.site, outlet.language]
    assert len(outlines) - len(feeds) == len({outlet.folder for outlet in DAY.outlets})


def test_the_demo_rules_stand_their_own_tests_and_catch_the_story_but_not_its_near_misses(tmp_path: Path) -> None:
    write_home(tmp_path, ADDRESS)
    book = load_rulebook(tmp_path / "rules.toml").book
    matcher = compile_book(book)
    assert (book.problems, matcher.problems) == ((), ())
    assert len(matcher.rules) == 8
    assert len({rule.severity for rule in matcher.rules}) == 4
    caught: Counter[str] = Counter()
    for item in DAY.items:
        caught.update(rules_of(item, matcher))
    assert caught.keys() == {rule.id for rule in matcher.rules}, "each rule has something to show"
    languages = {item.language for item in DAY.items if "dprk-troops" in rules_of(item, matcher)}
    assert languages >= {"en", "de", "uk", "ru", "ko", "ja"}
    slugs = ("drill-winter", "parade-rehearsal", "film-museum", "film-lisbon", "dprk-football", "korean-crane")
    near_misses = [item for item in DAY.items if item.link.endswith(slugs)]
    assert len(near_misses) == len(slugs)
    assert [item.title for item in near_misses if "dprk-troops" in rules_of(item, matcher)] == []


def test_a_correction_can_make_an_item_match_for_the_first_time(tmp_path: Path) -> None:
    write_home(tmp_path, ADDRESS)
    matcher = compile_book(load_rulebook(tmp_path / "rules.toml").book)
    first, corrected = (item for item in DAY.outlet("gulf-wire").items if item.link.endswith("tanker-fujairah"))
    assert rules_of(first, matcher) == set()
    assert rules_of(corrected, matcher) == {"hormuz"}
