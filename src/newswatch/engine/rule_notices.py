"""What is said on every screen, and in the log, of rules.toml: what is wrong in it, and what became of edits."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from newswatch.engine.core import Core
from newswatch.engine.rule_edits import RuleEdit, in_words
from newswatch.match.ruleschema import MUTE_PREFIX
from newswatch.model.event import NoticeCleared, NoticeLevel, NoticeRaised
from newswatch.model.rule import RuleId

RULES_FILE = "rules.toml"
BROKEN_RULES = "broken rules"
UNSAVED_RULES = "unsaved rules"
LOST_EDIT = "lost edit"

log = logging.getLogger(__name__)


class RuleNotices:
    """One a rule desk. Each thing is said once, until it is cleared or is another."""

    def __init__(self, core: Core, path: Path) -> None:
        self._core = core
        self._path = path

    def problems(self) -> None:
        """Says that rules or mutes are broken; the Rules screen says how. Clears it if none is."""
        of_mutes = (replace(one, rule_id=RuleId(MUTE_PREFIX + one.rule_id)) for one in self._core.mutes.problems)
        problems = (*self._core.rulebook.problems(), *of_mutes)
        if not problems:
            self.clear(BROKEN_RULES)
            return
        for problem in problems:
            log.warning("rule %s: %s", problem.rule_id, problem.message)
        first, many = problems[0], len(problems)
        name = first.rule_id.replace(MUTE_PREFIX, "mute ") if first.rule_id.startswith(MUTE_PREFIX) else first.rule_id
        kind = "" if name != first.rule_id else "rule "
        which = f"{kind}{name} is broken" if many == 1 else f"{many} rules are broken, {name} first"
        text = f"{which}: {first.message} · 3 shows it"
        self._core.hub.publish([NoticeRaised(BROKEN_RULES, NoticeLevel.WARNING, text)])

    def kept(self, why: str) -> None:
        """The rules are as they were: the file is no good."""
        self._raise(RULES_FILE, f"rules kept as they were: {why}")

    def unsaved(self, why: str) -> None:
        """Edits act, and wait for the disk."""
        text = f"RULES NOT SAVED: {why} They act as you edited them; trying again every minute."
        self._raise(UNSAVED_RULES, text)

    @property
    def said_unsaved(self) -> str:
        """What is said of edits that wait."""
        notice = self._core.hub.view.notices.get(UNSAVED_RULES)
        return notice.text if notice is not None else "The rules are not saved."

    def lost(self, edits: Sequence[RuleEdit], why: str) -> None:
        """These edits were dropped."""
        if edits:
            which = "; ".join(map(in_words, edits))
            self._raise(LOST_EDIT, f"NOT SAVED, AND NOT IN FORCE: {which}. {why}. Look at the rule and edit it again.")

    def clear(self, key: str) -> None:
        """Takes back what was said."""
        if key in self._core.hub.view.notices:
            self._core.hub.publish([NoticeCleared(key)])

    def _raise(self, key: str, text: str) -> None:
        notice = NoticeRaised(key, NoticeLevel.ERROR, text)
        if self._core.hub.view.notices.get(key) != notice:
            log.warning("%s", text)
            self._core.hub.publish([notice])
