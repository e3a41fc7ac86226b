"""What saving a rule does beside the rule itself: its new tests, and the words for it. It must never know a widget."""

from __future__ import annotations

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.backtest import Backtest
from newswatch.model.rule import RuleId, RuleStatus
from newswatch.tui.paint import printable
from newswatch.tui.words import counted

Tests = dict[str, tuple[str, bool]]
"""By what stands for each: a text, and whether the rule must find it."""


async def save_tests(engine: Engine, rule_id: RuleId, tests: Tests) -> str:
    """Saves tests of a rule, and takes out those that are saved; returns why one is refused, empty if none is."""
    for name, (text, matches) in tuple(tests.items()):
        try:
            await engine.add_example(text, rule_id, matches=matches)
        except NewswatchError as refused:
            return str(refused)
        del tests[name]
    return ""


def saved_in_words(rule_id: RuleId, after: RuleStatus | None, tried: Backtest | None = None) -> str:
    """What saving did: whether the rule is live, and what the complete trial of it found in what is stored."""
    said = f"saved {printable(rule_id)}"
    if after is None:
        return said
    if not after.rule.enabled:
        return f"{said}; it is off"
    if not after.is_live:
        return f"{said}; it is not live: {after.problem.message if after.problem is not None else 'see the rule'}"
    if tried is None:
        return f"{said}; live now; what is stored is being matched too, held as rule-change"
    if not tried.hits:
        return f"{said}; live now; nothing in what is stored matches"
    found = counted(tried.hits, "stored entry matches", "stored entries match")
    if tried.saved_hits is None:
        return f"{said}; live now; {found}, held as rule-change"
    new = f"{tried.added:,} of them new, held as rule-change" if tried.added else "none of them new"
    return f"{said}; live now; {found}, {new}"
