"""What was edited after the fact, in words and in pieces; and articles as files."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from newswatch.errors import StoreError
from newswatch.model.article import Article, ArticleText, PageProblem, TextFrom
from newswatch.model.diff import diff
from newswatch.model.entry import Entry, Revision
from newswatch.model.hit import Note, StoryId
from newswatch.model.story import Story
from newswatch.testing import build
from newswatch.tui.exporting import file_stem, json_of, markdown_of
from newswatch.tui.paint.diff import diff_rows
from newswatch.tui.reading import Reading
from newswatch.tui.screens.export import write_new
from newswatch.tui.signs import UNICODE
from newswatch.tui.versions import Of, last_edits, versions


def entry(title: str = "Troops seen at the crossing", **changes: object) -> Entry:
    made = build.entry(title, content="They came by night.", seen_at=build.at(1), revised_at=build.at(5))
    return replace(made, **changes)  # type: ignore[arg-type]  # its own fields


def revision() -> Revision:
    return Revision(entry("Troops spotted at the crossing", revised_at=None), build.at(5))


def article(*texts: ArticleText) -> Article:
    return Article(entry().feed_id, entry().key, texts)


def page(text: str, minute: int, **changes: object) -> ArticleText:
    return replace(ArticleText(text, TextFrom.PAGE, build.at(minute), title="T"), **changes)  # type: ignore[arg-type]  # its own fields


def rows(before: str, after: str, width: int = 80) -> list[str]:
    return ["".join(piece.text for piece in row) for row in diff_rows(diff(before, after), width, UNICODE)]


def test_versions_begin_when_newswatch_saw_them_and_an_edited_headline_is_told_by_its_words() -> None:
    made = versions(entry(), (revision(),), article(page("One.", 2), page("One. Two.", 8)))
    assert [(version.of, version.at) for version in made] == [
        (Of.FEED, build.at(1)), (Of.FEED, build.at(5)), (Of.PAGE, build.at(2)), (Of.PAGE, build.at(8)),
    ]  # fmt: skip
    headline, text = last_edits(made)
    assert (headline.what, headline.at) == ("headline edited", build.at(5))
    assert [piece.text for piece in headline.pieces if piece.change != "same"] == ["spotted", "seen"]
    assert (text.what, text.gone, text.new) == ("page edited", 0, 1)


def test_an_entry_that_nobody_edited_has_one_version_and_no_edit() -> None:
    made = versions(build.entry("x"), (), None)
    assert len(made) == 1
    assert last_edits(made) == ()


def test_a_page_that_is_gone_is_an_edit_too() -> None:
    gone = page("One.", 9, problem=PageProblem.ERROR, said="The server says 404. This is the text as it was.")
    (edit,) = last_edits(versions(build.entry("x"), (), article(page("One.", 2), gone)))
    assert edit.what == "page changed: it is gone"


def test_a_difference_shows_signs_beside_its_colours_and_counts_what_stayed() -> None:
    before = "First stays.\n\nThe men were spotted on Friday.\n\nLast stays.\n\nAnd this."
    after = before.replace("spotted", "seen").replace("on Friday", "on Thursday night")
    assert rows(before, after) == [
        "", "… 1 paragraph as before", "",
        "The men were [−spotted] [+seen] on [−Friday] [+Thursday night].",
        "", "… 2 paragraphs as before",
    ]  # fmt: skip
    assert rows("same", "same") == ["no word differs"]
    assert rows("", "all new\ntwo lines") == ["[+all new]", "", "[+two lines]"]


HOSTILE = (
    "<script>alert(1)</script> ![x](https://evil.example/pixel.gif) [y](javascript:1) **b** &amp; | # h\n- i\n1. n"
)


def reading(text: str, *, is_markdown: bool = True) -> Reading:
    made = build.hit(entry(HOSTILE, content=text, tags=("<b>",)), notes=(Note(build.at(3), "call *them*"),))
    shown = page(text, 4, links=("https://example.org/a b<c>",))
    return Reading(Story(StoryId("s"), (made,)), article(shown) if is_markdown else None)


@pytest.mark.parametrize("is_markdown", [True, False])
def test_nothing_of_an_article_becomes_html_a_link_or_an_image_in_markdown(*, is_markdown: bool) -> None:
    text = f"{HOSTILE}\n\n![caption][1] and [words][1]\n\n| <i> | b |\n| --- | --- |\n| c | d |\n\n```\n<x>\n```"
    made = markdown_of(reading(text, is_markdown=is_markdown), versions(entry("Earlier *one*"), (), None))
    plain = "\n".join(line for line in made.splitlines() if not line.startswith("    "))
    assert "<script" not in plain.replace("\\<script", "")
    assert "![" not in plain.replace("!\\[", "")
    assert "](" not in plain.replace("\\](", "")
    assert "# h" not in [line.lstrip("> ") for line in plain.splitlines()]
    assert "¶" not in made
    if is_markdown:
        assert "1. <https://example.org/a%20b%3Cc%3E>" in made
        assert "words \\[1\\]" in made


def test_json_has_the_text_the_hits_and_where_what_was_found() -> None:
    value = json.loads(json_of(reading("Some text."), versions(entry(), (revision(),), None)))
    assert value["newswatch_article"] == 1
    assert value["text"] == "Some text."
    assert value["hits"][0]["notes"][0]["text"] == "call *them*"
    assert [version["title"] for version in value["versions"]] == [
        "Troops spotted at the crossing",
        "Troops seen at the crossing",
    ]


def test_links_lead_to_their_pages_for_others_too_but_let_nobody_in() -> None:
    links = ("https://a.example/article?id=7&sid=12345", "https://a.example/v?id=8&token=t-77")
    shown = page("[one][1] [two][2]", 2, links=links)
    of = entry(link="https://a.example/?p=9&access_token=t-88")
    read = Reading(Story(StoryId("s"), (build.hit(of),)), article(shown))
    exported = json.loads(json_of(read, ()))
    assert exported["links"] == [links[0], "https://a.example/v?id=8&token=***"]
    assert exported["link"] == "https://a.example/?p=9&access_token=***"
    assert links[0] in markdown_of(read, ())
    for text in (json_of(read, ()), markdown_of(read, ())):
        assert "t-77" not in text
        assert "t-88" not in text


def test_a_files_name_is_its_time_and_its_headline_and_nothing_a_shell_would_mind() -> None:
    assert file_stem(build.hit(entry("Troops “seen” at ../../etc; rm -rf"))) == (
        "2026-11-22-1430-troops-seen-at-etc-rm-rf"
    )
    assert file_stem(build.hit(entry("北朝鮮"))).startswith("2026-11-22-1430-")
    assert len(file_stem(build.hit(entry("word " * 200)))) < 70


def test_a_file_is_for_the_person_alone_and_never_replaces_another(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    first = write_new(folder, "stem", "md", b"one")
    second = write_new(folder, "stem", "md", b"two")
    assert (first.name, second.name) == ("stem.md", "stem-2.md")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "export").write_text("a file")
    with pytest.raises(StoreError, match="export"):
        write_new(tmp_path / "export", "stem", "md", b"one")
