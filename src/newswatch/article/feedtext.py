"""The reading that there always is: an article made of what the feed said. Pure."""

from __future__ import annotations

from datetime import datetime

from newswatch.model.article import ArticleText, PageProblem, TextFrom
from newswatch.model.entry import Entry
from newswatch.model.fetched import Fetched
from newswatch.text.html import BULLET
from newswatch.text.markdown import escaped, paragraph


def feed_text(
    entry: Entry,
    read_at: datetime,
    problem: PageProblem | None = None,
    said: str = "",
    fetched: Fetched | None = None,
) -> ArticleText:
    """The entry's own text as a reading; `problem` and `said` tell why there is no better one."""
    return ArticleText(
        text="\n\n".join(map(marked, _texts(entry))),
        text_from=TextFrom.FEED,
        read_at=read_at,
        title=entry.title,
        author=entry.author or "",
        site=entry.source,
        published_at=entry.published_at,
        lang=entry.lang or "",
        keywords=entry.tags,
        problem=problem,
        said=said,
        fetched=fetched,
    )


def _texts(entry: Entry) -> list[str]:
    """What the feed said, each once: the summary is often the beginning of the content, or all of it."""
    if entry.summary and entry.content and not entry.content.startswith(entry.summary.rstrip("… .")):
        return [entry.summary, entry.content]
    return [entry.content or entry.summary] if entry.content or entry.summary else []


def marked(text: str) -> str:
    """Cleaned plain text in our Markdown: each line a paragraph, lines behind a bullet items of a list."""
    blocks: list[str] = []
    is_list = False
    for line in filter(None, text.split("\n")):
        is_item = line.startswith(BULLET)
        said = f"- {escaped(line.removeprefix(BULLET))}" if is_item else paragraph(line)
        if is_item and is_list:
            blocks[-1] += f"\n{said}"
        else:
            blocks.append(said)
        is_list = is_item
    return "\n\n".join(blocks)
