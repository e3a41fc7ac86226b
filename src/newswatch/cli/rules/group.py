"""The words of `newswatch rules` and their options; what each does is in its own module, loaded when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

SEVERITIES = ("low", "normal", "high", "critical")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group(short_help="The rules: list, add, check, try a query, ask why.")
def rules() -> None:
    """The rules: list and add them, check the file, try a query, ask why."""


@rules.command("list", short_help="Every rule: its state, how often it hit, and when last.")
@as_json
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """Every rule: on, off, expired or broken, how often it hit, and when last."""
    from newswatch.cli.rules.listing import list_rules

    context.exit(list_rules(context.obj, as_json=as_json))


@rules.command(short_help="Adds a rule at the end of rules.toml.")
@click.argument("query")
@click.option("--name", default="", help="What the rule is called.")
@click.option("--id", "rule_id", default="", help="What hits refer to it by; without one it is made from the name.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Without one, that of [defaults].")
@click.option("--tag", "tags", multiple=True, help="A tag of the rule; may be given several times.")
@click.option("--disabled", is_flag=True, help="Write it, but switched off.")
@as_json
@click.pass_context
def add(
    context: click.Context,
    query: str,
    name: str,
    rule_id: str,
    severity: str | None,
    tags: tuple[str, ...],
    disabled: bool,
    as_json: bool,
) -> None:
    """Adds a rule at the end of rules.toml; a monitor that runs takes it over at once."""
    from newswatch.cli.rules.adding import add_rule

    context.exit(
        add_rule(
            context.obj,
            query,
            name=name,
            rule_id=rule_id,
            severity=severity,
            tags=tags,
            is_enabled=not disabled,
            as_json=as_json,
        )
    )


@rules.command(short_help="Looks for mistakes in rules.toml, or in FILE.")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Notes count too: exit 1 if there are any.")
@as_json
@click.pass_context
def check(context: click.Context, file: Path | None, strict: bool, as_json: bool) -> None:
    """Looks for mistakes in rules.toml, or in FILE: exit 1 if there are any. Notes alone are no mistakes."""
    from newswatch.cli.rules.checking import check_rules

    context.exit(check_rules(context.obj, file, is_strict=strict, as_json=as_json))


@rules.command("try")
@click.argument("query", required=False)
@click.option("--since", help="How far back, as in 7d or 36h, or a day, as in 2026-11-01; without it, all there is.")
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help="How many entries are shown.")
@click.option("--cases", type=click.File("rb"), help="Answer the cases in this file (- is stdin), without a home.")
@as_json
@click.pass_context
def try_(
    context: click.Context, query: str | None, since: str | None, limit: int, cases: BinaryIO | None, as_json: bool
) -> None:
    """What a query finds in the stored history. Exit 1 if that is nothing.

    With --cases it reads JSON lines, {"id": …, "rule": …, "fields": {…}, "aliases": {…}}, and prints an answer to
    each: {"id", "match", "spans"}, or {"id", "error"}.
    """
    if (query is None) == (cases is None):
        raise click.UsageError("give a QUERY, or --cases FILE")
    from newswatch.cli.output import printed

    if cases is not None:
        from newswatch.cli.rules.cases import answer_cases

        context.exit(printed(lambda out: answer_cases(out, cases)))
    from newswatch.cli.rules.trying import try_query

    context.exit(try_query(context.obj, query or "", since=since, limit=limit, as_json=as_json))


@rules.command()
@click.argument("rule_id", metavar="ID")
@as_json
@click.pass_context
def test(context: click.Context, rule_id: str, as_json: bool) -> None:
    """Holds a rule against its own must and must_not examples. Exit 1 if one fails."""
    from newswatch.cli.rules.examples import test_rule

    context.exit(test_rule(context.obj, rule_id, as_json=as_json))


@rules.command()
@click.argument("rule_id", metavar="ID")
@click.argument("link")
@as_json
@click.pass_context
def explain(context: click.Context, rule_id: str, link: str, as_json: bool) -> None:
    """Why a rule matches a stored entry, or why not, clause by clause. LINK is its address, or the id of a hit."""
    from newswatch.cli.rules.explaining import explain_rule

    context.exit(explain_rule(context.obj, rule_id, link, as_json=as_json))


@rules.command(short_help="Every mute, until when, and how much it hid.")
@as_json
@click.pass_context
def mutes(context: click.Context, as_json: bool) -> None:
    """Every mute, of rules.toml and of stories and rules: until when it holds, and how many hits it hid."""
    from newswatch.cli.rules.mutes import list_mutes

    context.exit(list_mutes(context.obj, as_json=as_json))
