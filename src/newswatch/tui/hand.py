"""A person's hand: what it does to hits, mutes and the tests of rules, one thing after the other, and takes back.

Everything goes through the engine's verbs and is stored when a method returns. Each change is worked out on the hits
as they stand when its turn has come, so that keys pressed in one breath do not undo each other. It must never know
a widget.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace

from newswatch.engine.api import Engine
from newswatch.errors import RuleRefused
from newswatch.model.handling import Handled
from newswatch.model.hit import Hit, HitId, Triage
from newswatch.model.mute import MuteDraft, MuteId, MuteStatus
from newswatch.tui.undo import Change, Deed, Deeds, ExampleSet, HitsHandled, MutesSet, applied


class Hand:
    """What it did is remembered while the program runs, `undo.REMEMBERED` deeds of it.

    Hits are given as they were before the eye: those that newer ones have pushed out of the view are acted on so.
    Every method raises what the engine's verbs do. What was done before that is remembered, and nothing else; what can
    never be undone or done again, since the engine refuses it, is forgotten then, so that what lies under it can be.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._deeds = Deeds()
        self._turn = asyncio.Lock()
        self.acted_at = 0
        """The number of the event by which the last deed was in the view."""

    @property
    def to_undo(self) -> str:
        """What would be undone, in words; empty if nothing."""
        return self._deeds.done[-1].words if self._deeds.done else ""

    @property
    def to_redo(self) -> str:
        """What would be done again, in words; empty if nothing."""
        return self._deeds.undone[-1].words if self._deeds.undone else ""

    async def set_acked(self, hits: Collection[Hit], words: str, *, acked: bool) -> str:
        """Acks, or takes acks back. As all of these: gives the words of what was done, to be said."""
        state = Triage.ACKED if acked else Triage.OPEN

        async def verb(changes: Mapping[HitId, Handled]) -> None:
            await self._engine.set_acked(changes.keys(), acked=acked)

        return await self._handled(hits, lambda handled: replace(handled, state=state), words, verb)

    async def set_starred(self, hits: Collection[Hit], words: str, *, starred: bool) -> str:
        """Stars or unstars."""

        async def verb(changes: Mapping[HitId, Handled]) -> None:
            await self._engine.set_starred(changes.keys(), starred=starred)

        return await self._handled(hits, lambda handled: replace(handled, is_starred=starred), words, verb)

    async def set_handled(self, hits: Collection[Hit], change: Callable[[Handled], Handled], words: str) -> str:
        """Changes what else a person says of hits: tags, notes, a snooze."""
        return await self._handled(hits, change, words, self._engine.triage.set_handled)

    async def mute(self, drafts: Sequence[MuteDraft], words: str) -> str:
        """Sets mutes."""
        made: list[tuple[MuteDraft, MuteId]] = []
        async with self._turn:
            try:
                for draft in drafts:
                    made.append((draft, await self._engine.triage.mute(draft)))  # noqa: PERF401  kept if one fails
            finally:
                if made:
                    self._remember(words, MutesSet(tuple(made)))
        return words

    async def unmute(self, status: MuteStatus, words: str) -> str:
        """Lifts a mute. One that holds for good cannot be set again by undoing: only mutes with an end can be set."""
        async with self._turn:
            await self._engine.triage.unmute(status.id)
            self.acted_at = self._engine.snapshot().seq
            if status.until is not None:
                draft = MuteDraft(status.kind, status.subject, status.until, status.name)
                self._remember(words, MutesSet(((draft, status.id),), is_lifting=True))
        return words

    async def add_example(self, hit: Hit, *, matches: bool) -> str:
        """Makes the text of a hit one that its rule must match, or must not."""
        key = "must" if matches else "must_not"
        async with self._turn:
            rules = [status.rule for status in self._engine.snapshot().rules if status.rule.id == hit.rule_id]
            there = {text for rule in rules for text in (rule.must if matches else rule.must_not)}
            text = await self._engine.add_example(hit, hit.rule_id, matches=matches)
            if text in there:
                return f"a {key} example of {hit.rule_id} already"
            words = f"{key} example added to {hit.rule_id}"
            self._remember(words, ExampleSet(hit.rule_id, text, matches))
        return words

    async def undo(self) -> str:
        """Takes the last deed back, and says so; says that there is none, too."""
        async with self._turn:
            if not self._deeds.done:
                return "nothing to undo"
            deed = self._deeds.done[-1]
            try:
                undoing = await self._make(deed.change.turned_round)
            except RuleRefused as refused:  # a mute cannot be set again that would be over by now
                self._deeds = self._deeds.without_done()
                raise RuleRefused(f"cannot be undone: {deed.words} ({refused})") from None
            self._deeds = self._deeds.with_undone(undoing.turned_round)
            self.acted_at = self._engine.snapshot().seq
            return f"undone: {deed.words}"

    async def redo(self) -> str:
        """Does again what was undone last, and says so."""
        async with self._turn:
            if not self._deeds.undone:
                return "nothing to do again"
            deed = self._deeds.undone[-1]
            try:
                redoing = await self._make(deed.change)
            except RuleRefused as refused:
                self._deeds = self._deeds.without_undone()
                raise RuleRefused(f"cannot be done again: {deed.words} ({refused})") from None
            self._deeds = self._deeds.with_redone(redoing)
            self.acted_at = self._engine.snapshot().seq
            return f"done again: {deed.words}"

    async def _handled(
        self,
        hits: Collection[Hit],
        change: Callable[[Handled], Handled],
        words: str,
        verb: Callable[[Mapping[HitId, Handled]], Awaitable[object]],
    ) -> str:
        async with self._turn:
            seen = {hit.id: Handled.of(hit) for hit in hits}
            before = {**seen, **self._standing(seen)}
            after = {hit_id: change(handled) for hit_id, handled in before.items()}
            changed = [hit_id for hit_id in before if after[hit_id] != before[hit_id]]
            if changed:
                after = {hit_id: after[hit_id] for hit_id in changed}
                await verb(after)
                self._remember(words, HitsHandled({hit_id: before[hit_id] for hit_id in changed}, after))
        return words

    async def _make(self, change: Change) -> Change:
        """Makes a change; gives it back as it was made: mutes that are set again have other ids."""
        match change:
            case HitsHandled():
                await self._engine.triage.set_handled(applied(change, self._standing(change.after)))
                return change
            case MutesSet(mutes, is_lifting=True):
                for _, mute in mutes:
                    await self._engine.triage.unmute(mute)
                return change
            case MutesSet(mutes):
                return MutesSet(tuple([(draft, await self._engine.triage.mute(draft)) for draft, _ in mutes]))
            case ExampleSet(rule_id, text, matches, is_lifting=True):
                await self._engine.drop_example(text, rule_id, matches=matches)
                return change
            case ExampleSet(rule_id, text, matches):
                await self._engine.add_example(text, rule_id, matches=matches)
                return change

    def _standing(self, wanted: Collection[HitId]) -> dict[HitId, Handled]:
        """How hits stand now, those of them that the view still holds."""
        stories = self._engine.snapshot().stories
        return {hit.id: Handled.of(hit) for story in stories for hit in story.hits if hit.id in wanted}

    def _remember(self, words: str, change: Change) -> None:
        self._deeds = self._deeds.with_done(Deed(words, change))
        self.acted_at = self._engine.snapshot().seq
