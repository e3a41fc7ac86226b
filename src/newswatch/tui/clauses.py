"""Why hits fired, asked of the engine once each and remembered for a while."""

from __future__ import annotations

from collections import OrderedDict

from newswatch.engine.api import Engine
from newswatch.errors import NewswatchError
from newswatch.model.clause import Clause
from newswatch.model.hit import Hit
from newswatch.tui.reasons import Reason, essence, from_marks, tree

REMEMBERED = 256


class Clauses:
    """The clause trees of hits. What is not known yet is told from the hit's own marks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[tuple[object, ...], Clause | None] = OrderedDict()

    def is_known(self, hit: Hit) -> bool:
        """Whether `fetch` would say nothing new."""
        return _key(hit) in self._known

    async def fetch(self, hit: Hit) -> Clause | None:
        """The clause tree of a hit, None if the engine has none or cannot say."""
        if not self.is_known(hit):
            try:
                clause = await self._engine.explain(hit.id)
            except NewswatchError:
                clause = None  # the marks still tell what matched
            self._known[_key(hit)] = clause
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[_key(hit)]

    def essence(self, hit: Hit) -> tuple[Reason, ...]:
        """The few reasons that decided, as far as they are known now."""
        clause = self._known.get(_key(hit))
        return essence(clause) if clause is not None else from_marks(hit)

    def tree(self, hit: Hit) -> tuple[Reason, ...]:
        """Every clause, as far as it is known now."""
        clause = self._known.get(_key(hit))
        return tree(clause) if clause is not None else from_marks(hit)


def _key(hit: Hit) -> tuple[object, ...]:
    return (hit.id, hit.rule_version, hit.is_old_rule, hit.entry.revised_at)
