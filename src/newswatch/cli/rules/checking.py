"""`newswatch rules check`: each mistake in rules.toml as `file:line:column: message`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.engine.clock import SystemClock
from newswatch.engine.placing import scopes_of
from newswatch.errors import FeedsInvalid, RulesInvalid
from newswatch.feeds.opml import load_feeds
from newswatch.match.lint import Finding, Lint, lint
from newswatch.match.matcher import FeedScope
from newswatch.tomlfile import read_bytes


def check_rules(options: Options, file: Path | None, *, is_strict: bool, as_json: bool) -> int:
    """Prints what is found. Returns 1 for mistakes, with `is_strict` for notes too, else 0."""

    def verb(out: Output) -> int:
        path = file
        feeds: tuple[FeedScope, ...] = ()
        if path is None:
            paths = ready_files(options)
            path, feeds = paths.rules, _feeds(paths.feeds)
        try:
            data = read_bytes(path, RulesInvalid) or b""
        except RulesInvalid as fault:  # a folder, or somebody else's: for this verb a finding like any other
            found = Lint((Finding(1, 1, fault.message, is_error=True),))
        else:
            found = lint(data, path, SystemClock().now(), feeds)
        if as_json:
            out.json(_document(path, found))
        else:
            _print(out, path, found)
        return 1 if found.errors or (is_strict and found.notes) else 0

    return printed(verb)


def _feeds(path: Path) -> tuple[FeedScope, ...]:
    """What rules can be for; nothing where that file is no good, which is for `feeds check` to say."""
    try:
        feeds = {feed.id: feed for feed in load_feeds(path).feeds}
    except FeedsInvalid as fault:
        say(f"whether there are such feeds as the rules are for cannot be said: {fault}")
        return ()
    scope_of = scopes_of(feeds)
    return tuple(map(scope_of, feeds))


def _print(out: Output, path: Path, found: Lint) -> None:
    for finding in (*found.errors, *found.notes):
        note = "" if finding.is_error else "note: "
        out.line(f"{path}:{finding.line}:{finding.column}: {note}{shown(finding.message, 500)}")
    out.flush()
    if found.slow:
        say(f"slow, because every article is asked: {', '.join(map(shown, found.slow[:20]))}")
    counts = ", ".join(
        (_counted(found.rules, "rule"), _counted(len(found.errors), "mistake"), _counted(len(found.notes), "note"))
    )
    say(f"{path.name}: {counts}")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _document(path: Path, found: Lint) -> dict[str, object]:
    return {
        "file": str(path),
        "rules": found.rules,
        "errors": _rows(found.errors),
        "notes": _rows(found.notes),
        "slow": list(found.slow),
    }


def _rows(findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [
        {"line": finding.line, "column": finding.column, "message": finding.message, "rule": finding.rule_id}
        for finding in findings
    ]
