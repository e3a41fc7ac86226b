"""What the verbs of `newswatch rules` share: the rules of a home and its history, also while a monitor runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from newswatch.cli.caret import pointed_at
from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import say, shown
from newswatch.errors import QueryError, StoreDamaged, UsageError
from newswatch.model.rule import Rule, RuleBook, RuleId
from newswatch.paths import Paths
from newswatch.store.appendlog import NEWER
from newswatch.store.care import nothing_there
from newswatch.store.tiny import FILE_NAME, TinyStore
from newswatch.tomlfile import nearest


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rules of a home, and where its files are."""

    paths: Paths
    book: RuleBook

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises UsageError, with the one that may be meant."""
        rules = {rule.id: rule for rule in self.book.rules}
        if (found := rules.get(RuleId(rule_id))) is not None:
            return found
        for problem in self.book.problems:
            if problem.rule_id == rule_id:
                place = f"{self.paths.rules}:{problem.line}:{problem.column}"
                raise UsageError(f'rule "{shown(rule_id, 60)}" is off: {place}: {problem.message}')
        near = nearest(rule_id, rules)
        advice = f'did you mean "{near}"?' if near else "`newswatch rules list` shows them all"
        raise UsageError(f'there is no rule "{shown(rule_id, 60)}" in {self.paths.rules}: {advice}')


def open_shelf(options: Options) -> Shelf:
    """The rules as their file has them now. Raises RulesInvalid, StoreError."""
    from newswatch.match.rulefile import load_rulebook  # verbs on the history do without

    paths = ready_files(options)
    return Shelf(paths, load_rulebook(paths.rules).book)


@contextmanager
def open_history(paths: Paths) -> Iterator[TinyStore | None]:
    """The history as it is on disk, to read only; None if there is none yet. Raises StoreError.

    Damaged lines in it are said, once.
    """
    path = paths.data / FILE_NAME
    if (nothing := nothing_there(path)) is not None:
        raise _unusable(path, f"is {nothing}")
    if not path.exists():
        yield None
        return
    try:
        history = TinyStore.read(paths.data)
    except StoreDamaged as damaged:
        if damaged.reason == NEWER:
            raise
        raise _unusable(path, damaged.reason) from damaged
    with closing(history):
        if lines := history.opening.damaged_lines:
            count = "1 damaged line" if lines == 1 else f"{lines:,} damaged lines"
            say(f"{path}: {count} cannot be read; `newswatch db check` says more")
        yield history


def _unusable(path: Path, reason: str) -> StoreDamaged:
    return StoreDamaged(f"{path} {reason}. Nothing was changed; `newswatch db check` says what can be done.", reason)


def say_mistake(query: str, mistake: QueryError) -> None:
    """Says on stderr what is wrong with a query: the line, a caret under the place, and what would mend it."""
    say(shown(mistake.message, 500))
    line, caret = pointed_at(query, mistake.offset)
    say_under(line, caret, *([shown(mistake.hint, 500)] if mistake.hint else []))


def say_under(*lines: str) -> None:
    """Lines on stderr that belong to what was said last."""
    for line in lines:
        click.echo(f"  {line}", err=True)


def is_mute(rule_id: RuleId) -> bool:
    """Whether a problem is about a mute, not about a rule."""
    from newswatch.match.ruleschema import MUTE_PREFIX

    return rule_id.startswith(MUTE_PREFIX)
