"""`newswatch rules test`: a rule held against its own examples, and what decided each."""

from __future__ import annotations

from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say, shown
from newswatch.cli.rules.book import open_shelf, say_mistake
from newswatch.cli.rules.marks import clause_fields, found_in, mark_rows, sign, written
from newswatch.errors import QueryError
from newswatch.match.compile import compile_query
from newswatch.match.examples import Trial, example_document, trials
from newswatch.match.explain import deciding, explain
from newswatch.model.clause import Clause
from newswatch.model.rule import Rule

_MOST = 3  # clauses that are named as the cause


def test_rule(options: Options, rule_id: str, *, as_json: bool) -> int:
    """Prints what came of each example. Returns 1 if the rule fails one, or cannot be matched at all."""

    def verb(out: Output) -> int:
        shelf = open_shelf(options)
        rule, aliases = shelf.rule(rule_id), shelf.book.aliases
        try:
            query = compile_query(rule.text, aliases, rule.fields)
            tried = [
                (trial, explain(rule.text, example_document(trial.text, query.fields), aliases, rule.fields))
                for trial in trials(rule, query)
            ]
        except QueryError as mistake:
            say_mistake(rule.text, mistake)
            return 1
        is_passed = all(trial.is_passed for trial, _ in tried)
        if as_json:
            rows = [_fields(rule, trial, clause) for trial, clause in tried]
            out.json({"rule": rule.id, "passed": is_passed, "examples": rows})
            return 0 if is_passed else 1
        for trial, clause in tried:
            out.line(f"{sign(trial.is_passed)} {trial.key:8}  {shown(trial.text)}")
            out.line(f"            {_cause(rule, trial, clause)}")
        out.flush()
        failed = sum(not trial.is_passed for trial, _ in tried)
        if tried:
            say(f"rule {shown(rule.id)}: {len(tried) - failed} of {len(tried)} examples as they should be")
        else:
            say(f'rule {shown(rule.id)} has no examples: add must = ["…"] and must_not = ["…"] to it')
        return 0 if is_passed else 1

    return printed(verb)


def _cause(rule: Rule, trial: Trial, clause: Clause) -> str:
    """Why the example matches, or what it lacks."""
    if trial.marks is not None:
        return f"matches: {found_in(trial.marks) or 'nothing in it is excluded'}"
    causes = deciding(clause)
    excluded = [cause for cause in causes if cause.label == "not"]
    if excluded:
        found = found_in(excluded[0].parts[0].marks) if excluded[0].parts else ""
        return f"excluded by {written(rule.text, excluded[0])}" + (f": {found}" if found else "")
    named = ", ".join(written(rule.text, cause) for cause in causes[:_MOST])
    return f"lacks: {named}" + (f" and {len(causes) - _MOST} more" if len(causes) > _MOST else "")


def _fields(rule: Rule, trial: Trial, clause: Clause) -> dict[str, object]:
    return {
        "key": trial.key,
        "text": trial.text,
        "passed": trial.is_passed,
        "match": trial.marks is not None,
        "marks": mark_rows(trial.marks or ()),
        "because": [
            {key: value for key, value in clause_fields(rule.text, cause).items() if key != "parts"}
            for cause in deciding(clause)
        ],
    }
