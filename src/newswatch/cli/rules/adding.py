"""`newswatch rules add`: a query becomes a rule at the end of rules.toml."""

from __future__ import annotations

from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say
from newswatch.cli.rules.book import say_mistake
from newswatch.errors import FileChanged, QueryError, UsageError
from newswatch.match.grammar import parse_query
from newswatch.match.hints import hints
from newswatch.match.rulefile import LoadedRules, load_rulebook, save_rule
from newswatch.match.rulevalues import plain_query
from newswatch.model.rule import RuleDraft, RuleId, Severity
from newswatch.paths import Paths

_TRIES = 3  # an editor, or the monitor that writes an id, may save between our reading and our writing


def add_rule(
    options: Options,
    query: str,
    *,
    name: str,
    rule_id: str,
    severity: str | None,
    tags: tuple[str, ...],
    is_enabled: bool,
    as_json: bool,
) -> int:
    """Adds the rule and prints its id and where it stands. Returns 2 for a mistake in the query."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        loaded = load_rulebook(paths.rules)
        try:
            said = _checked(query, loaded)
        except QueryError as mistake:
            say_mistake(query, mistake)
            return UsageError.exit_code
        chosen = Severity(severity) if severity is not None else loaded.book.default_severity
        draft = RuleDraft(query, name=name, id=rule_id, severity=chosen, enabled=is_enabled, tags=tags or None)
        saved = _saved(paths, loaded, draft)
        if as_json:
            out.json({"id": saved, "file": str(paths.rules), "hints": list(said)})
        else:
            out.line(f"{saved}  {paths.rules}")
            out.flush()
            for hint in said:
                say(hint)
        return 0

    return printed(verb)


def _checked(query: str, loaded: LoadedRules) -> tuple[str, ...]:
    """The hints about a query. Raises QueryError."""
    node = parse_query(query, loaded.book.aliases)
    return hints(query, node, loaded.book.default_fields)


def _saved(paths: Paths, loaded: LoadedRules, draft: RuleDraft) -> RuleId:
    """Saves it, again where the file changed meanwhile: a rule more is right whatever else was written."""
    for _ in range(_TRIES - 1):
        try:
            return save_rule(paths.rules, loaded.fingerprint, draft, None)[0]
        except FileChanged:
            loaded = load_rulebook(paths.rules)
            parse_query(plain_query(draft.query), loaded.book.aliases)
    return save_rule(paths.rules, loaded.fingerprint, draft, None)[0]
