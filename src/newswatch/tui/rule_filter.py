"""Which rules the Rules screen lists. Pure."""

from __future__ import annotations

from newswatch.model.pulse import RuleRate
from newswatch.model.rule import RuleStatus
from newswatch.tui.filter_words import folded, holds


def finds(needle: str, status: RuleStatus, rate: RuleRate | None = None) -> bool:
    """Whether what its file says of the rule holds the needle; `is:broken` asks for a state."""
    rule, states = status.rule, _states(status, rate)
    lists = (*rule.tags, *rule.languages, *rule.feeds, *rule.notify)
    texts = (rule.id, rule.name, rule.text, rule.severity.value, *lists, rule.notes, *states)
    return holds(needle, folded(" ".join(texts)), states)


def _states(status: RuleStatus, rate: RuleRate | None) -> tuple[str, ...]:
    """The words that find a rule by how it is doing."""
    marks = {
        "live": status.is_live,
        "broken": status.problem is not None,
        "off": not status.is_live and status.problem is None,
        "blind": status.is_live and rate is not None and bool(rate.never),
        "silent": status.is_live and rate is not None and rate.is_silent,
    }
    return tuple(word for word, is_so in marks.items() if is_so)
