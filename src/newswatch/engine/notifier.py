"""Raises alerts: at once, or in one message when a catch-up has ebbed away. What is raised was stored before.

The rules are `alert.policy`; here is what they need to remember between two checks. It never waits for a feed and
never touches a store: that hits are told is another matter, and driven by what is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from newswatch.alert.policy import CatchUp, message, message_after_pause, message_after_snooze, sorted_out
from newswatch.engine.clock import Clock
from newswatch.engine.hub import Hub
from newswatch.model.event import AlertsRaised
from newswatch.model.hit import Held, Hit, HitId, StoryId, Triage
from newswatch.model.rule import RuleId

RAISED_KEPT = 5_000


class Notifier:
    """One an engine. `run` is what releases the message of a catch-up; without it only single alerts are raised.

    `behind` says of each feed that was not watched for long whether it is being asked, or still waits for its turn. It
    is asked once a catch-up, since there may be thousands; those that are done are not looked at again.
    """

    def __init__(self, hub: Hub, clock: Clock, behind: Callable[[], list[Callable[[], bool]]]) -> None:
        self._hub = hub
        self._clock = clock
        self._behind = behind
        self._awaited: list[Callable[[], bool]] = []
        self._catch_up: CatchUp | None = None
        self._fed = asyncio.Event()
        self._raised: dict[tuple[RuleId, StoryId], None] = {}
        self._paused_at: datetime | None = None
        self._silenced: list[Hit] = []
        self._unsaid: set[HitId] = set()
        self._unsaid_of: set[tuple[RuleId, StoryId]] = set()

    @property
    def unsaid(self) -> Collection[HitId]:
        """The alerts of a catch-up whose message is still to come, and more copies of them: a copy that was told would
        stand for the story at the next start, and nothing would be raised.
        """
        return self._unsaid

    def take(self, hits: Sequence[Hit], gap_since: datetime | None) -> None:
        """Takes hits that were just stored. `gap_since` is when their feed was last watched, if a gap lies between.

        An alert is one per rule and story: more copies of it raise nothing.
        """
        alerts = [hit for hit in hits if hit.is_alert and self._is_first(hit)]
        singly, folded = sorted_out(alerts, is_after_gap=gap_since is not None)
        self._ring([AlertsRaised(story, message(story)) for story in singly])
        if folded and gap_since is not None:
            self._fold(folded, gap_since)
        self._leave_unsaid(hits)

    def begin(self, hits: Sequence[Hit]) -> None:
        """Takes what is stored at the start. What was told to nobody yet is of the gap that ends now."""
        known = sorted(hits, key=lambda hit: hit.found_at)  # the newest stay longest
        self._note(hit for hit in known if hit.told_at is not None and (hit.is_alert or hit.held is Held.SNOOZED))
        waiting = (hit for hit in known if hit.is_alert and hit.told_at is None and hit.state is not Triage.ACKED)
        untold = [hit for hit in waiting if self._is_first(hit)]
        if untold:
            self._fold(untold, min(hit.found_at for hit in untold))
            self._leave_unsaid(hits)

    def raise_again(self, hits: Sequence[Hit]) -> None:
        """Takes alerts that were snoozed until now: those of one story ring as they did, of several in one message."""
        self._note(hits)
        if len({hit.story_id for hit in hits}) == 1:
            self._ring([AlertsRaised(tuple(hits), message(hits))])
        elif hits:
            self._ring([AlertsRaised(tuple(hits), message_after_snooze(hits), is_gap=True)])

    def raise_missed(self, hits: Sequence[Hit], since: datetime) -> None:
        """Takes alerts whose snooze ended, the first then, while nothing ran: they are of the gap that ends now."""
        self._note(hits)
        self._fold(hits, since)

    def pause(self) -> None:
        """Nothing rings from now on, until `resume`. Pausing twice is pausing once."""
        if self._paused_at is None:
            self._paused_at = self._clock.now()

    def resume(self, as_now: Callable[[Sequence[Hit]], Sequence[Hit]]) -> None:
        """Tells in one message what would have rung; of the hits `as_now` those that still are unacked alerts."""
        since, self._paused_at = self._paused_at, None
        silenced, self._silenced = self._silenced, []
        hits = [hit for hit in as_now(silenced) if hit.is_alert and hit.state is not Triage.ACKED]
        if since is not None and hits:
            said = message_after_pause(hits, self._clock.now() - since)
            self._hub.publish([AlertsRaised(tuple(hits), said, is_gap=True)])

    async def run(self) -> None:
        """Tells each catch-up when it is due, until cancelled."""
        while True:
            await self._fed.wait()
            while (waiting := self._catch_up) is not None:
                wait_s = waiting.wait_s(self._clock.monotonic(), is_busy=self._is_awaiting())
                if wait_s <= 0:
                    self._catch_up = None
                    self._unsaid.clear()
                    self._unsaid_of.clear()
                    said = waiting.message(self._clock.now())
                    self._ring([AlertsRaised(waiting.hits, said, is_gap=True)])
                else:
                    await self._clock.sleep(wait_s)
            self._fed.clear()

    def _ring(self, alerts: Sequence[AlertsRaised]) -> None:
        if self._paused_at is None:
            self._hub.publish(alerts)
        else:
            self._silenced.extend(hit for alert in alerts for hit in alert.hits)

    def _fold(self, hits: Sequence[Hit], since: datetime) -> None:
        now_s = self._clock.monotonic()
        self._unsaid_of.update((hit.rule_id, hit.story_id) for hit in hits)
        self._leave_unsaid(hits)
        if self._catch_up is None:
            self._catch_up = CatchUp(tuple(hits), since, now_s, now_s)
            self._awaited = self._behind()
        else:
            self._catch_up = self._catch_up.fed(hits, since, now_s)
        self._fed.set()

    def _leave_unsaid(self, hits: Iterable[Hit]) -> None:
        if self._unsaid_of:
            self._unsaid.update(
                hit.id for hit in hits if hit.is_alert and (hit.rule_id, hit.story_id) in self._unsaid_of
            )

    def _is_awaiting(self) -> bool:
        """Whether a feed of this catch-up has not answered yet."""
        while self._awaited and not self._awaited[-1]():
            self._awaited.pop()
        return bool(self._awaited)

    def _note(self, hits: Iterable[Hit]) -> None:
        """These ring, or rang: more copies of them do not."""
        for hit in hits:
            self._is_first(hit)

    def _is_first(self, hit: Hit) -> bool:
        """Whether nothing was raised for its rule and story yet, as far as is remembered."""
        name = (hit.rule_id, hit.story_id)
        if name in self._raised:
            return False
        self._raised[name] = None
        if len(self._raised) > RAISED_KEPT:
            del self._raised[next(iter(self._raised))]
        return True
