"""A rule, a set of them, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NewType

from newswatch.model.digest import digest

RuleId = NewType("RuleId", str)

DEFAULT_FIELDS = ("title", "summary", "content", "tags")


class Severity(StrEnum):
    """How much a rule matters, in four steps; compare with `rank`."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low … 3 for critical."""
        return _RANKS[self]

    @property
    def letter(self) -> str:
        """C H N L, as the list shows it."""
        return self.value[0].upper()


_RANKS = {Severity.LOW: 0, Severity.NORMAL: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a rule does not interrupt, "HH:MM" in zone `tz`, except for severity `except_` and above."""

    start: str
    end: str
    tz: str = "UTC"
    except_: Severity | None = None
    then: str = "digest"


@dataclass(frozen=True, slots=True)
class Throttle:
    """A rule's alert budget: at most `max` in `per_s` seconds."""

    per_s: float
    max: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[rule]]` of rules.toml. `query` is in the rule language; `keywords` are phrases, any of which matches.

    Exactly one of the two is not empty. Keys that a later step of the pipeline acts on are carried along.
    """

    id: RuleId
    name: str = ""
    query: str = ""
    keywords: tuple[str, ...] = ()
    severity: Severity = Severity.NORMAL
    fields: tuple[str, ...] = DEFAULT_FIELDS
    color: str | None = None
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    quiet: Quiet | None = None
    throttle: Throttle | None = None
    escalate: str | None = None
    fulltext: bool = False
    expires: date | datetime | None = None
    enabled: bool = True
    notes: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The rule as one query: its own, or its keywords as quoted phrases joined by OR."""
        if self.query:
            return self.query
        escaped = (keyword.replace("\\", " ").replace('"', '\\"') for keyword in self.keywords)
        return " OR ".join(f'"{keyword}"' for keyword in escaped)

    def has_expired(self, now: datetime) -> bool:
        """Whether its last day is over, or its moment has come. A moment without a zone is in UTC."""
        match self.expires:
            case None:
                return False
            case datetime() as moment:
                return now >= (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
            case day:
                return now.date() > day

    @property
    def label(self) -> str:
        """The name, else the id."""
        return self.name or self.id

    @property
    def version(self) -> str:
        """A digest of all that decides what the rule matches: an edit of it is a new version."""
        return digest("rule", self.text, *self.fields, "|", *self.languages, "|", *self.feeds, str(self.fulltext))


@dataclass(frozen=True, slots=True)
class Mute:
    """One `[[mute]]`: the same language; hides, never deletes."""

    id: str
    name: str
    query: str
    expires: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule is off, or why its last edit is: a sentence, and its offset in `Rule.text` if it has one.

    `line` and `column` are its place in the file, from 1, where the mistake is not in the query; `rule` is then what
    can be read of it.
    """

    rule_id: RuleId
    message: str
    offset: int | None = None
    hint: str = ""
    line: int | None = None
    column: int | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All of rules.toml that is whole: rules in file order, aliases, mutes, and the problems of the rest."""

    rules: tuple[Rule, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mutes: tuple[Mute, ...] = ()
    default_severity: Severity = Severity.NORMAL
    default_fields: tuple[str, ...] = DEFAULT_FIELDS
    problems: tuple[RuleProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """The keys that a person edits. An empty `id` is derived from the name; `tags` None leaves those there are."""

    query: str
    name: str = ""
    id: str = ""
    severity: Severity = Severity.NORMAL
    enabled: bool = True
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """One row of the Rules screen. `is_live`: it is being matched now, perhaps in its last good form."""

    rule: Rule
    is_live: bool
    problem: RuleProblem | None = None
    hits: int = 0
    held: int = 0
    last_hit_at: datetime | None = None
