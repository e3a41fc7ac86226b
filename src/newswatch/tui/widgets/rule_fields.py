"""The fields of a rule beside its query: what it is called, how severe it is, whether it is on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from newswatch.model.rule import RuleDraft, Severity
from newswatch.tui.looks import Looks
from newswatch.tui.paint.stories import severity_ink
from newswatch.tui.widgets.choice import Choice, Option

SEVERITIES = tuple(sorted(Severity, key=lambda severity: -severity.rank))
STATES = (True, False)


def rule_fields(looks: Looks, draft: RuleDraft) -> ComposeResult:
    """The rows, as they are when a draft is opened."""
    with Horizontal(classes="field"):
        yield Static(Content("name"))
        yield Input(draft.name, placeholder="optional; what you call it", compact=True, id="rule-name")
    severities = [
        Option(severity.letter.lower(), f"{severity.letter} {severity.value}", severity_ink(severity))
        for severity in SEVERITIES
    ]
    with Horizontal(classes="field"):
        yield Static(Content("severity"))
        yield Choice(looks, severities, SEVERITIES.index(draft.severity), id="rule-severity")
    with Horizontal(classes="field"):
        yield Static(Content("state"))
        options = [Option("", "on", "good"), Option("", "off", "dim")]
        yield Choice(looks, options, STATES.index(draft.enabled), id="rule-state")
