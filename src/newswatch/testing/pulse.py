"""The pulse of a `ScriptedEngine`: what the test says it is, over the hits that the engine has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from newswatch.model.hit import Held, Hit
from newswatch.model.pulse import HOURS, Ledger, LedgerLine, Pulse, RuleRate, Wanted, is_live, listed
from newswatch.model.rule import RuleId
from newswatch.model.stream import Listed
from newswatch.model.view import View


class ScriptedPulse:
    """A `PulseDesk`. `value` is what `look` answers; None: the hits of the view, counted, and nothing else.

    `lists` is what `items` answers for a line; without, the entries of the hits that are of it. `called` is told of
    each verb, and may raise.
    """

    def __init__(self, view: Callable[[], View], called: Callable[..., None], now: Callable[[], datetime]) -> None:
        self.value: Pulse | None = None
        self.lists: dict[LedgerLine, Sequence[Listed]] = {}
        self._view = view
        self._called = called
        self._now = now

    async def look(self) -> Pulse:
        """See `PulseDesk.look`."""
        self._called("look")
        return self.value if self.value is not None else self._counted()

    async def rates(self) -> Mapping[RuleId, RuleRate]:
        """See `PulseDesk.rates`."""
        self._called("rates")
        pulse = self.value if self.value is not None else self._counted()
        return {rate.rule_id: rate for rate in pulse.rates}

    async def items(self, wanted: Wanted, limit: int) -> Sequence[Listed]:
        """See `PulseDesk.items`."""
        self._called("items", wanted, limit)
        if wanted.line in self.lists:
            return tuple(self.lists[wanted.line][:limit])
        if wanted.line in (LedgerLine.UNMATCHED, LedgerLine.BEYOND_CAP):
            return ()
        found = [hit for hit in self._hits() if wanted.rule in (None, hit.rule_id) and _is_of(hit, wanted)]
        return listed(found)[:limit]

    def _hits(self) -> list[Hit]:
        hits = [hit for story in self._view().stories for hit in story.hits]
        return sorted(hits, key=lambda hit: (hit.entry.at, hit.id), reverse=True)

    def _counted(self) -> Pulse:
        now, hits = self._now(), self._hits()
        since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
        rates = tuple(RuleRate(status.rule.id, last_at=status.last_hit_at) for status in self._view().rules)
        day = _ledger([hit for hit in hits if hit.entry.at >= since], since)
        return Pulse(now, since, rates=rates, day=day, ever=_ledger(hits, None))


def _ledger(hits: Sequence[Hit], since: datetime | None) -> Ledger:
    entries = len({(hit.entry.feed_id, hit.entry.key) for hit in hits})
    held = {why: count for why in Held if (count := sum(hit.held is why for hit in hits))}
    alerted = sum(hit.is_alert for hit in hits)
    return Ledger(since, entries=entries, matched=entries, hits=len(hits), alerted=alerted, held=held)


def _is_of(hit: Hit, wanted: Wanted) -> bool:
    if wanted.since is not None and hit.entry.at < wanted.since:
        return False
    if wanted.is_live and not is_live(hit):
        return False
    if wanted.line is LedgerLine.ALERTED:
        return hit.is_alert
    return wanted.line.held is None or hit.held is wanted.line.held
