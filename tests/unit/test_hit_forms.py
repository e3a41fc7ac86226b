"""Hits as tables, CSV, Markdown and RSS: columns that hold, and nothing in a headline that acts."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newswatch.cli.history.markdown import Bullets, escaped
from newswatch.cli.history.sheet import defused, record
from newswatch.cli.history.syndication import Syndication
from newswatch.cli.history.table import Table
from newswatch.model.hit import Held, Triage
from newswatch.model.rule import RuleId
from newswatch.parse import parse_document
from newswatch.testing import build
from newswatch.text.clean import clean_line
from newswatch.text.commonmark import address

NOW = build.at(90)
TITLES = (
    "North Korean troops seen near Kursk, Kyiv says, as allies meet and the river is quiet at last this autumn",
    "北朝鮮軍、クルスクで確認とウクライナ軍情報総局が発表し各国の反応が広がっている、と伝えられた",
    "한국 정보당국: 북한군 추가 파병 준비 정황 포착했다고 밝혀 국제사회 우려 커져",
    "Зеленський: війська КНДР бачили під Курськом, союзники відповіли",
    "A 👩\u200d👩\u200d👧 flag 🇺🇦 and e\u0301 in one headline",
    "",
)


@pytest.mark.parametrize("width", [40, 59, 60, 80, 89, 90, 120, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal(width: int) -> None:
    hits = [
        build.hit(build.entry(title, source=title or "x", seen_at=build.at(n)), rule_id=RuleId(f"rule-{title[:30]}"))
        for n, title in enumerate(TITLES)
    ]
    lines = list(Table(width, NOW).lines(hits))
    assert len(lines) == len(hits) + 1
    assert max(map(cell_len, lines)) <= width


def test_columns_stand_below_each_other_in_every_script() -> None:
    hits = [build.hit(build.entry(title, source="Wire")) for title in TITLES[:4]]
    heads, *rows = Table(120, NOW).lines(hits)
    assert {cell_len(row[: row.rindex("Wire")]) for row in rows} == {heads.index("SOURCE")}


def test_a_table_shows_state_star_and_what_was_held() -> None:
    hits = [
        build.hit(state=Triage.ACKED, is_starred=True),
        build.hit(held=Held.BACKLOG),
        build.hit(build.entry("\x1b[2J\u202eevil")),
    ]
    _, acked, held, evil = Table(80, NOW).lines(hits)
    assert acked.startswith("✓★  1h   H")
    assert held.startswith("·   1h ")
    assert "\x1b" not in evil
    assert "\u202e" not in evil
    assert list(Table(80, NOW).lines([])) == []


@given(st.lists(st.text().map(clean_line), min_size=2, max_size=5))
def test_a_record_is_read_back_but_for_its_defusing(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(record(cells) + "\n", newline=""), strict=True)
    assert row == [defused(cell) for cell in cells]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in row)


def test_line_ends_in_a_text_become_blanks() -> None:
    assert record(["a\n\nb", "c,d", 'e"f', "-1"]) == 'a b,"c,d","e""f",\'-1\r'


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("x](javascript:alert(1))", r"x\](javascript:alert(1))"),
        ("![x](https://e.example)", r"!\[x\](https\://e.example)"),
        ("<img src=x>", r"\<img src=x\>"),
        ("*a* _b_ `c` ~d~ |e|", r"\*a\* \_b\_ \`c\` \~d\~ \|e\|"),
        ("&copy; \\ # $x$ @me www.a.b", r"\&copy; \\ \# \$x\$ \@me www\.a.b"),
    ],
)
def test_no_headline_is_markup(title: str, shown: str) -> None:
    assert escaped(title) == shown


def test_the_address_of_a_link_is_what_it_was() -> None:
    assert address("https://a.example/x_(y)?a=1&copy=2&amp;b") == "<https://a.example/x_(y)?a=1&copy=2&amp;amp;b>"
    assert address("https://a.example/ >x\\") == "<https://a.example/%20%3Ex%5C>"


def test_a_bullet_names_time_headline_source_rule() -> None:
    (line,) = Bullets().lines([build.hit(is_starred=True)])
    assert line.startswith(
        "- **2026-11-22 14:30Z** ★ [North Korean troops seen in Kursk](<https://dnipro-wire.example/"
    )
    assert line.endswith(">) — Dnipro Wire · dprk-troops (high)")
    (bare,) = Bullets().lines([build.hit(build.entry("", link=None))])
    assert "(no headline)" in bare


@given(st.text(), st.text())
def test_rss_is_well_formed_whatever_a_feed_wrote(title: str, body: str) -> None:
    hit = build.hit(replace(build.entry(), title=title, summary=body, source=title, author=title, link=None))
    text = "\n".join(Syndication(title, NOW, lambda _: 'https://a.example/?x="<&').lines([hit]))
    root = ET.fromstring(text.encode("utf-8", "backslashreplace"))  # noqa: S314 - we wrote it
    assert root.findtext("channel/item/guid") == hit.id


def test_rss_is_read_by_our_own_reader() -> None:
    hit = build.hit(build.entry("Fish & <b>chips</b>", summary="One <i>&amp;\n\nTwo", author="Ann"))
    text = "\n".join(Syndication("t", NOW, lambda _: "https://a.example/rss").lines([hit]))
    document = parse_document(text.encode(), "https://b.example/", {"content-type": "application/rss+xml"})
    (entry,) = document.entries
    assert (entry.id, entry.link, entry.published, entry.author) == (hit.id, hit.entry.link, hit.entry.at, "Ann")
    assert unescape(entry.title).startswith("Fish &")
    assert entry.summary.startswith("One <i>&amp;")
