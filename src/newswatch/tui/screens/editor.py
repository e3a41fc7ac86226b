"""The rule editor: a rule is written, checked at each key, tried on the history, and saved only when it reads."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.timer import Timer
from textual.widgets import Input, TextArea

from newswatch.engine.api import QueryCheck
from newswatch.errors import QueryError
from newswatch.model.backtest import Backtest
from newswatch.model.example import example_text
from newswatch.model.rule import RuleDraft, RuleId, RuleStatus, Severity
from newswatch.tui.desk import Desk
from newswatch.tui.faults import complaint, reason
from newswatch.tui.keys import bindings
from newswatch.tui.latest import run_latest
from newswatch.tui.paint import printable
from newswatch.tui.paint.query import outdented, place_of
from newswatch.tui.paint.trial import Trial
from newswatch.tui.places import RULES
from newswatch.tui.rule_saving import Tests, save_tests, saved_in_words
from newswatch.tui.screens.ask import Ask
from newswatch.tui.screens.base import BaseScreen
from newswatch.tui.screens.fields import Fields
from newswatch.tui.screens.rules import RulesScreen
from newswatch.tui.widgets.choice import Choice
from newswatch.tui.widgets.query_field import QueryField
from newswatch.tui.widgets.rule_fields import SEVERITIES, STATES, rule_fields
from newswatch.tui.widgets.section_line import SectionLine
from newswatch.tui.widgets.trial import TrialList, TrialPane
from newswatch.tui.widgets.verdict import Ruling, Verdict
from newswatch.tui.words import counted

CHECK_AFTER_S = 0.1
TRY_AFTER_S = 0.4


class EditorScreen(Fields, BaseScreen):
    """One rule, or a new one (`rule_id` None), which begins with `query`. What was typed is kept whatever the engine
    says of it.
    """

    PLACE = RULES
    CALLED = "Rule editor"
    AUTO_FOCUS = "QueryField"
    BINDINGS = bindings("editor.", "query.", "field.")

    title_line = query_one("#rule-title", SectionLine)
    name_field = query_one("#rule-name", Input)
    severity = query_one("#rule-severity", Choice)
    state = query_one("#rule-state", Choice)
    query_field = query_one(QueryField)
    verdict = query_one(Verdict)
    trial = query_one(TrialPane)

    def __init__(self, desk: Desk, rule_id: RuleId | None, query: str = "") -> None:
        super().__init__(desk)
        self._rule_id = rule_id
        self._before = self._status()
        rule = self._before.rule if self._before is not None else None
        self._initial = RuleDraft(
            query=rule.text if rule is not None else query,
            name=rule.name if rule is not None else "",
            id=rule.id if rule is not None else "",
            severity=rule.severity if rule is not None else Severity.NORMAL,
            enabled=rule.enabled if rule is not None else True,
        )
        self._shown = outdented(self._initial.query) if rule is not None else query  # as the field begins with it
        self._check = QueryCheck()
        self._refusal = ""
        self._is_saving = False
        self._trial = Trial()
        self._tried: tuple[str, Backtest] | None = None  # the last trial that came to its end, and its query
        self._tests: Tests = {}  # by row
        self._check_timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """The fields over the trial; beside it on wide screens."""
        with Container(id="editor"):
            with Vertical(id="writing"):
                yield SectionLine(self.looks, id="rule-title")
                yield from rule_fields(self.looks, self._initial)
                yield SectionLine(self.looks, id="query-title")
                yield QueryField(self._shown)
                yield Verdict(self.looks)
            yield TrialPane(self.looks)

    def on_mount(self) -> None:
        """Checks what is there already."""
        problem = self._before.problem if self._before is not None else None
        if problem is not None and problem.offset is None:
            where = f" (rules.toml, line {problem.line})" if problem.line is not None else ""
            self._refusal = f"{problem.message}{where}{f'; {problem.hint}' if problem.hint else ''}"
        self.query_one("#query-title", SectionLine).show("Query")
        if not self.query_field.is_long:
            self.query_field.move_cursor(self.query_field.document.end)
        self.call_after_refresh(self._check_now)

    def show_view(self) -> None:
        """Shows how the rule is doing, as edited by whoever else."""
        status = self._status()
        if status is None:
            self.title_line.show("New rule" if self._rule_id is None else f"Rule {self._rule_id}, deleted meanwhile")
            return
        signs = self.looks.signs
        state = "broken" if status.problem is not None else "live" if status.is_live else "off"
        self.title_line.show(f"Rule {status.rule.id}", f"{state} {signs.dot} {counted(status.hits, 'hit')}")

    def on_resize(self, _event: events.Resize) -> None:
        """The caret follows the rows as they are wrapped now."""
        self.call_after_refresh(self._rule)

    @property
    def draft(self) -> RuleDraft:
        """The rule as it is typed now; a query that nobody touched as it stands in the file, blanks and all."""
        typed = self.query_field.text
        return replace(
            self._initial,
            query=self._initial.query if typed == self._shown else typed,
            name=self.name_field.value,
            severity=SEVERITIES[self.severity.index],
            enabled=STATES[self.state.index],
        )

    @property
    def unsaved(self) -> str:
        """See `BaseScreen.unsaved`."""
        if self.draft == self._initial and not self._tests:
            return ""
        return (
            f"The rule {self._rule_id} has changes that are not saved." if self._rule_id else "A new rule is not saved."
        )

    @on(TextArea.Changed)
    def query_changed(self) -> None:
        """Checks as it is typed, once the fingers rest."""
        self._refusal = ""
        if self._check_timer is not None:
            self._check_timer.stop()
        self._check_timer = self.set_timer(CHECK_AFTER_S, self._check_now)

    @on(Input.Submitted)
    def name_given(self) -> None:
        """On to the next field."""
        self.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        if action == "switch_words":
            return bool(self._check.otherwise)
        return super().check_action(action, parameters)

    def action_switch_words(self) -> None:
        """The words as one phrase, or all of them anywhere; an undo of the field takes it back."""
        self._check_now()
        if self._check.otherwise:
            self.query_field.put(self._check.otherwise)

    def action_save(self) -> None:
        """Saves, unless the query is wrong: then the cursor goes to the mistake."""
        self._check_now()
        draft = self.draft
        if not self._check.is_good:
            offset = self._check.offset
            where = f" at {place_of(self.query_field.text, offset)}" if offset is not None else ""
            rest = "the old rule stays live" if self._is_live else "the rule is not live"
            self.flash(f"not saved, the query has a mistake{where}; {rest}", is_alarm=True)
            self.query_field.focus()
            if offset is not None:
                self.query_field.go_to(offset)
        elif not self._is_saving:
            self._is_saving = True
            # The app's worker: it ends in its own time, whatever becomes of this screen.
            self.app.run_worker(self._save(draft), group="verbs", exit_on_error=False)

    @on(TrialList.Tested)
    def tested(self, wanted: TrialList.Tested) -> None:
        """What is found is to be found from now on, what is not is not; again: takes that back."""
        row = wanted.row
        if row.id in self._tests:
            del self._tests[row.id]
        else:
            text = example_text(row.found) if row.found is not None else " ".join(row.entry.title.split())
            self._tests[row.id] = (text, row.matches)
            self.flash(f"{'must' if row.matches else 'must not'} be found: a test, saved with the rule")
        self._show_trial(self._trial)

    def action_back(self) -> None:
        """From the results to the query; from there leaves; asks if something was changed."""
        if self.trial.rows.has_focus:
            self.query_field.focus()
            return
        if not self.unsaved:
            self.dismiss(None)
            return

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001  Textual calls it so
            if is_wanted:
                self.dismiss(None)

        kept = "The old rule stays as it is." if self._rule_id is not None else "Nothing was saved yet."
        question = Ask(self.looks, "Throw away what you typed?", [kept], yes="throw it away", no="keep editing")
        self.app.push_screen(question, answered)

    @property
    def _is_live(self) -> bool:
        status = self._status()
        return status is not None and status.is_live

    def _status(self) -> RuleStatus | None:
        return next((status for status in self.view.rules if status.rule.id == self._rule_id), None)

    def _check_now(self) -> None:
        """The mistake at once; the trial once the fingers rest longer."""
        if not self.is_composed:
            return
        if self._check_timer is not None:
            self._check_timer.stop()
            self._check_timer = None
        query = self.query_field.text
        self._check = self.engine.check_query(query)
        self._rule()
        self.refresh_bindings()
        if self._check.is_good and query.strip():
            self._show_trial(replace(self._trial, is_running=True, error=""))
            draft = self.draft
            run_latest(self, lambda: self._try(draft), "trial")
        else:
            self.workers.cancel_group(self, "trial")
            self._show_trial(Trial())

    def _rule(self) -> None:
        """Shows the check under the query, its caret where the mistake is drawn."""
        if not self.is_composed:
            return
        field, check = self.query_field, self._check
        offset = check.offset if not check.is_good and field.text.strip() else None
        self.set_class(bool(self._refusal) or (not check.is_good and bool(field.text.strip())), "-mistaken")
        field.mark_mistake(offset)
        caret: int | None = None
        if offset is not None:
            place = field.cell_of(offset)
            is_right_above = place.y == field.scroll_offset.y + field.size.height - 1
            caret = place.x if is_right_above else None
        self.verdict.show(Ruling(field.text, check, caret, self._refusal))

    async def _try(self, draft: RuleDraft) -> None:
        await asyncio.sleep(TRY_AFTER_S)
        try:
            async with aclosing(self.engine.backtest(draft, self._rule_id)) as snapshots:
                async for found in snapshots:
                    if found.asked or found.is_complete:
                        if found.is_complete:
                            self._tried = (draft.query, found)
                        self._show_trial(Trial(found, is_running=not found.is_complete))
        except Exception as error:  # noqa: BLE001  the root of a task; `complaint` logs what is our fault
            self._show_trial(Trial(error=complaint(error, "a trial")))

    def _show_trial(self, trial: Trial) -> None:
        self._trial = trial
        if self.is_composed:
            self.trial.show(trial, {row: matches for row, (_, matches) in self._tests.items()})

    async def _save(self, draft: RuleDraft) -> None:
        is_as_before = self._rule_id is not None and draft == self._initial
        only_tests = len(self._tests) if is_as_before else 0
        try:
            if self._rule_id is not None and only_tests:
                rule_id = self._rule_id
            else:
                rule_id = await self.engine.save_rule(draft, replaces=self._rule_id)
                self._shown = draft.query if draft.query != self._initial.query else self._shown
                self._rule_id, self._initial = rule_id, replace(draft, id=rule_id)
            refused_test = await save_tests(self.engine, rule_id, self._tests)
        except QueryError as mistake:
            self._check = QueryCheck(mistake.message, mistake.offset, mistake.hint)
            self._refuse("not saved")
        except Exception as error:  # noqa: BLE001  the root of a task; `reason` logs what is our fault
            self._refuse(f"not saved: {reason(error, 'saving a rule')}")
        else:
            if refused_test:
                self._refuse(f"the rule is saved, a test is not (T takes it back): {refused_test}")
            else:
                self._saved(rule_id, draft, only_tests)
        finally:
            self._is_saving = False

    def _refuse(self, text: str) -> None:
        self._refusal = text
        self._rule()
        self.flash("not saved; what you typed is still here", is_alarm=True)

    def _saved(self, rule_id: RuleId, draft: RuleDraft, only_tests: int) -> None:
        """Back to where the editor was opened, which then says what the rule does from now on."""
        after = next((status for status in self.engine.snapshot().rules if status.rule.id == rule_id), None)
        tried = self._tried[1] if self._tried is not None and self._tried[0] == draft.query else None
        said = saved_in_words(rule_id, after, tried)
        if only_tests:
            said = f"saved {counted(only_tests, 'test')} of {printable(rule_id)}"
        if self.is_current and not self.unsaved:  # what was typed since is yet to be saved
            self.dismiss(None)
        self.app.call_later(self._say_it, rule_id, said)

    def _say_it(self, rule_id: RuleId, said: str) -> None:
        screen = self.app.screen
        if isinstance(screen, RulesScreen):
            screen.go_to(rule_id)
        if isinstance(screen, BaseScreen):
            screen.flash(said)
