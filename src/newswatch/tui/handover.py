"""What happened in a span of time, for who takes over or comes back: as a value, and as Markdown. Pure.

It is made of what the screen knows: the stories of the view, and what the chronicle noted. What it cannot know (acks
before the screen was opened, stories beyond the view's window) it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from newswatch.model.rule import Severity
from newswatch.model.story import Story
from newswatch.model.view import View
from newswatch.model.window import WINDOW_STORIES
from newswatch.text import commonmark
from newswatch.text.clean import clean_line
from newswatch.text.tokens import without_tokens
from newswatch.tui.chronicle import Act, Chronicle, Edited, Turned
from newswatch.tui.words import counted, minute, moment

SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.NORMAL, Severity.LOW)
TITLE_CELLS = 300


class Span(StrEnum):
    """How far back it goes."""

    LEFT = "since you left"
    EIGHT_HOURS = "8 h"
    DAY = "24 h"

    def begins(self, now: datetime, left_at: datetime) -> datetime:
        """When it begins."""
        match self:
            case Span.LEFT:
                return left_at
            case Span.EIGHT_HOURS:
                return now - timedelta(hours=8)
            case Span.DAY:
                return now - timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HandOver:
    """`stories` alerted in the span, the most severe first, then the newest; `grown` are older ones that more hits came
    for. `held` counts stories that came and did not interrupt. `acts` are what was done with which story (None: it
    has left the view). `failing` are the feeds that fail as it ends. `limits` are sentences on what it cannot know.
    """

    since: datetime
    until: datetime
    stories: tuple[Story, ...] = ()
    grown: tuple[Story, ...] = ()
    held: int = 0
    acts: tuple[tuple[Act, tuple[Story | None, ...]], ...] = ()
    turned: tuple[Turned, ...] = ()
    edited: tuple[Edited, ...] = ()
    failing: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.stories or self.grown or self.held or self.acts or self.turned or self.edited)

    def by_severity(self) -> Iterator[tuple[Severity, tuple[Story, ...]]]:
        """The stories of each severity there is."""
        for severity in SEVERITIES:
            stories = tuple(story for story in self.stories if story.severity is severity)
            if stories:
                yield severity, stories

    @property
    def unacked(self) -> int:
        """How many of the stories nobody has dealt with."""
        return sum(story.state.rank < 3 for story in self.stories)


def hand_over(view: View, chronicle: Chronicle, since: datetime, now: datetime, opened_at: datetime) -> HandOver:
    """What happened between `since` and `now`. `opened_at` is when the screen began to watch."""
    came = [story for story in view.stories if story.at >= since]
    known = {story.id: story for story in view.stories}
    acts: dict[Act, dict[str, Story | None]] = {}
    for acted in chronicle.acted:
        if acted.at >= since:
            acts.setdefault(acted.act, {})[acted.story_id] = known.get(acted.story_id)
    limits: list[str] = []
    if opened_at > since:
        limits.append("This screen was opened later: what was done, feeds and rules are told from then on")
    if len(view.stories) >= WINDOW_STORIES and view.stories[-1].at > since:
        limits.append(f"More than {WINDOW_STORIES:,} stories came: the oldest are not told")
    return HandOver(
        since=since,
        until=now,
        stories=tuple(
            sorted((story for story in came if story.is_alert), key=lambda story: story.severity.rank, reverse=True)
        ),
        grown=tuple(
            story
            for story in view.stories
            if story.is_alert and story.at < since and any(hit.is_alert and hit.entry.at >= since for hit in story.hits)
        ),
        held=sum(not story.is_alert for story in came),
        acts=tuple((act, tuple(acts[act].values())) for act in Act if act in acts),
        turned=tuple(turned for turned in chronicle.turned if turned.at >= since),
        edited=tuple(edited for edited in chronicle.edited if edited.at >= since),
        failing=tuple(health.label for health in view.feeds.values() if health.is_failing),
        limits=tuple(limits),
    )


def summary(over: HandOver) -> str:
    """All of it in a line."""
    if over.is_empty:
        return "nothing happened"
    said = [counted(len(over.stories), "new story", "new stories") if over.stories else "no new story"]
    said += [f"{len(stories):,} {severity}" for severity, stories in over.by_severity() if severity.rank >= 2]
    if over.stories:
        said.append(f"{over.unacked:,} not acked")
    if over.grown:
        said.append(f"{len(over.grown):,} grew")
    if over.held:
        said.append(f"{over.held:,} held")
    if over.turned:
        said.append(f"{counted(len({turned.text for turned in over.turned}), 'change')} in feeds")
    if over.edited:
        said.append(f"{counted(len(over.edited), 'change')} in rules")
    return ", ".join(said)


def markdown(over: HandOver, zone: tzinfo, now: datetime) -> str:
    """The hand-over as CommonMark: no headline becomes a link, an image, HTML or emphasis in it."""
    begins, ends = moment(over.since, now, zone), moment(over.until, now, zone)
    lines = [f"# Hand-over {over.until.astimezone(zone):%Y-%m-%d}", "", f"{begins} to {ends}: {summary(over)}.", ""]
    for severity, stories in over.by_severity():
        lines += [f"## {severity.value.capitalize()}", "", *(_bullet(story, now, zone) for story in stories), ""]
    lines += _part("Grew", (_bullet(story, now, zone) for story in over.grown))
    for act, touched in over.acts:
        lines += _part(act.value.capitalize(), (_touched(story) for story in touched))
    lines += _part("Feeds", (f"- {minute(t.at, now, zone)} {_safe(t.text)}" for t in over.turned))
    if over.failing:
        names = ", ".join(map(_safe, over.failing))
        lines += [f"Failing now: {names}.", ""]
    lines += _part("Rules", (f"- {minute(e.at, now, zone)} {_safe(e.rule_id)} {e.edit}" for e in over.edited))
    lines += [f"*{limit}.*\n" for limit in over.limits]
    return "\n".join(lines).rstrip() + "\n"


def file_name(now: datetime) -> str:
    """Of the file, in UTC: it sorts by time, whatever the zone is."""
    return f"{now:%Y-%m-%dT%H%M%SZ}.md"


def _part(title: str, bullets: Iterable[str]) -> Sequence[str]:
    told = list(bullets)
    return [f"## {title}", "", *told, ""] if told else []


def _bullet(story: Story, now: datetime, zone: tzinfo) -> str:
    entry = story.lead.entry
    headline = _safe(entry.title) or "(no headline)"
    if entry.link is not None:
        headline = f"[{headline}]({commonmark.address(without_tokens(entry.link))})"
    sources = [_safe(source) for source in story.sources[:3]] + (["…"] if len(story.sources) > 3 else [])
    facts = [", ".join(sources) + (f" (×{len(story.sources)})" if len(story.sources) > 1 else "")]
    facts += [", ".join(_safe(rule) for rule in story.rule_ids), story.state.value]
    starred = " ★" if story.is_starred else ""
    notes = [note for hit in story.hits for note in hit.notes]
    said = [f"- **{minute(story.at, now, zone)}**{starred} {headline} — {' · '.join(facts)}"]
    said += [f"  - {minute(note.at, now, zone)} {_safe(note.text)}" for note in dict.fromkeys(notes)]
    return "\n".join(said)


def _touched(story: Story | None) -> str:
    return f"- {_safe(story.lead.entry.title)}" if story is not None else "- (a story that has left the view)"


def _safe(text: str) -> str:
    return commonmark.escaped(clean_line(text, TITLE_CELLS))
