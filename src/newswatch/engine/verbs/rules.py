"""The verbs of rules, the same for who writes a home and who follows it: rules.toml is a file like any other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from newswatch.engine.api import QueryCheck
from newswatch.engine.whileopen import Awaited
from newswatch.errors import RuleRefused
from newswatch.model.backtest import Backtest
from newswatch.model.clause import Clause
from newswatch.model.hit import Hit, HitId
from newswatch.model.rule import RuleDraft, RuleId

if TYPE_CHECKING:
    from newswatch.engine.rule_desk import RuleDesk


class _HasRuleDesk(Protocol):
    @property
    def rule_desk(self) -> RuleDesk: ...


class RuleVerbs:
    """The base of an engine that has a rule desk while its home is open."""

    _open: Awaited[_HasRuleDesk]

    async def _rule_desk(self) -> RuleDesk:
        if (session := await self._open.awaited()) is None:
            raise RuleRefused("newswatch has ended; nothing was done")
        return session.rule_desk

    async def explain(self, hit: HitId, rule: RuleId | None = None) -> Clause | None:
        """See `Engine.explain`."""
        session = self._open.now
        return session.rule_desk.explain(hit, rule) if session is not None else None

    def check_query(self, query: str) -> QueryCheck:
        """See `Engine.check_query`."""
        session = self._open.now
        return session.rule_desk.check(query) if session is not None else QueryCheck("newswatch is still starting", 0)

    async def backtest(
        self, draft: RuleDraft, replaces: RuleId | None = None, *, since: datetime | None = None
    ) -> AsyncGenerator[Backtest, None]:
        """See `Engine.backtest`."""
        async with aclosing((await self._rule_desk()).backtest(draft, replaces, since)) as snapshots:
            async for snapshot in snapshots:
                yield snapshot

    async def save_rule(self, draft: RuleDraft, replaces: RuleId | None = None) -> RuleId:
        """See `Engine.save_rule`. A follower's edit shows there at once, and acts when the writer has read the file."""
        return await (await self._rule_desk()).save(draft, replaces)

    async def set_rule_enabled(self, rule: RuleId, *, enabled: bool) -> None:
        """See `Engine.set_rule_enabled`, and `save_rule`."""
        await (await self._rule_desk()).set_enabled(rule, enabled=enabled)

    async def delete_rule(self, rule: RuleId) -> None:
        """See `Engine.delete_rule`, and `save_rule`."""
        await (await self._rule_desk()).delete(rule)

    async def add_example(self, example: Hit | str, rule: RuleId, *, matches: bool) -> str:
        """See `Engine.add_example`, and `save_rule`."""
        return await (await self._rule_desk()).add_example(example, rule, matches=matches)

    async def drop_example(self, text: str, rule: RuleId, *, matches: bool) -> None:
        """See `Engine.drop_example`, and `save_rule`."""
        await (await self._rule_desk()).drop_example(text, rule, matches=matches)

    async def rules_saved(self) -> None:
        """See `Engine.rules_saved`."""
        await (await self._rule_desk()).saved()
