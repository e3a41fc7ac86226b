"""What came in quietly, as backlog or by an edited rule, is listed: a mute hides it, too, and gives it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newswatch.alert.snooze import woken
from newswatch.engine.core import Core
from newswatch.engine.holding import held_back
from newswatch.engine.hub import Hub
from newswatch.engine.mute_preview import preview_mute
from newswatch.engine.mute_sweep import MuteSweep
from newswatch.engine.mutes import Mutes
from newswatch.engine.roster import Roster
from newswatch.engine.rulebook import Rulebook
from newswatch.engine.writer import Writer
from newswatch.model.delivery import RuleMute
from newswatch.model.hit import Held, Hit, Triage
from newswatch.model.mute import MuteDraft, MuteKind
from newswatch.model.rule import RuleBook
from newswatch.model.view import View
from newswatch.store.api import Transaction
from newswatch.store.memory import MemoryStore
from newswatch.testing import build
from newswatch.testing.clock import FakeClock

HELD = (None, Held.BACKLOG, Held.RULE_CHANGE, Held.QUIET)
HITS = {held: build.hit(build.entry(f"Report {number}"), held=held) for number, held in enumerate(HELD)}
RULE = HITS[None].rule_id


@pytest.fixture
def core() -> Core:
    store = MemoryStore()
    store.commit(Transaction(entries=tuple(hit.entry for hit in HITS.values()), hits=tuple(HITS.values())))
    return Core(store, Writer(store), Hub(View()), FakeClock(), Roster(), Rulebook())


def stored(core: Core, held: Held | None) -> Hit:
    hit = core.store.hit(HITS[held].id)
    assert hit is not None
    return hit


def muted(core: Core) -> dict[str, RuleMute]:
    now = core.clock.now()
    return {RULE: RuleMute(RULE, now + timedelta(hours=1), now)}


async def test_a_mute_hides_what_is_listed_and_gives_each_back_as_it_was(core: Core) -> None:
    sweep = MuteSweep(core, core.clock.monotonic)
    core.mutes.put_stored({}, {RULE: muted(core)[RULE]})
    await sweep.run()
    assert {held: (stored(core, held).held, stored(core, held).was_held) for held in HELD} == {
        None: (Held.MUTED, None),
        Held.BACKLOG: (Held.MUTED, Held.BACKLOG),
        Held.RULE_CHANGE: (Held.MUTED, Held.RULE_CHANGE),
        Held.QUIET: (Held.QUIET, None),
    }
    core.mutes.put_stored({}, {})
    await sweep.run()
    assert {held: stored(core, held) for held in HELD} == HITS


async def test_a_preview_says_how_many_never_rang(core: Core) -> None:
    draft = MuteDraft(MuteKind.RULE, RULE, core.clock.now() + timedelta(hours=1))
    preview = await preview_mute(draft, RuleBook(), core.store, core.clock.now(), core.clock.monotonic)
    assert (preview.hits, preview.quiet) == (1, 2)
    assert [hit.id for hit in preview.examples] == [HITS[None].id]


async def test_what_comes_in_quietly_under_a_mute_is_hidden_at_once(core: Core) -> None:
    mutes = Mutes()
    mutes.put_stored({}, {RULE: muted(core)[RULE]})
    came = held_back(tuple(HITS.values()), mutes, core.store, core.clock.now())
    assert [hit.held for hit in came] == [Held.MUTED, Held.MUTED, Held.MUTED, Held.QUIET]


def test_what_a_person_wanted_to_see_again_forgets_what_held_it_before_its_mute() -> None:
    asleep = replace(HITS[Held.BACKLOG], held=Held.MUTED, muted_by="sport", was_held=Held.BACKLOG)
    assert woken(asleep).was_held is None
    assert woken(replace(asleep, state=Triage.ACKED)).was_held is Held.BACKLOG
