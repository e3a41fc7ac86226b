"""Whatever a feed, a rule or an error holds: the app lives, the columns stand, the terminal is not spoken to."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from newswatch.errors import StoreError
from newswatch.model.clause import Clause
from newswatch.model.event import HitsStored, NoticeLevel, NoticeRaised
from newswatch.model.hit import Held, Hit, Mark
from newswatch.model.rule import RuleId, RuleProblem
from newswatch.testing import build
from newswatch.testing.engine import ScriptedEngine
from newswatch.tui.app import NewswatchApp
from tests.tui.stage import app_on

HOSTILE = (
    "[/nope]",
    "[@click=app.quit]press me[/]",
    "[bold red]x[/] [link=https://x.example]y[/link] \\[z]",
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;aGVsbG8=\x07",
    "\x9b31m C1 \x85 next \x90 dcs \x9c",
    "bell \x07 backspace \x08\x08 nul \x00 del \x7f vt \x0b ff \x0c cr \r lf \n tab \t",
    "\u202eevil\u202c \u2066isolated\u2069 \u200f\u061c",
    "\ud800 lone \udfff",
    "tags \U000e0041\U000e007f",
    "e" + "\u0301" * 500,
    "👨‍👩‍👧" * 300,
    "界" * 3_000,
    "x" * 100_000,
    "${x} {0} %s %(y)s",
    "",
)
SIZES = ((80, 24), (120, 40), (200, 50))
FORBIDDEN = set(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F, 0x2028, 0x2029]))


def hostile_hit(sample: str, number: int, held: Held | None = None) -> Hit:
    entry = build.entry(
        sample,
        key=f"key-{number}",
        summary=sample,
        content=f"{sample}\n{sample}",
        author=sample,
        source=sample,
        tags=(sample, sample),
        lang=sample[:50],
        link=f"https://example.example/{sample[:50]}",
        seen_at=build.at(number),
        published_at=build.at(number),
    )
    fields = ("title", "summary", "content", "author", "source", "tags", "url")
    marks = tuple(Mark(field, 0, max(len(sample) // 2, 1), sample[:40]) for field in fields)
    rule = build.rule(id=RuleId(sample or "r"), name=sample, query=sample or "q")
    return build.hit(entry, rule, marks=marks, held=held)


def check(app: NewswatchApp) -> None:
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    assert len(strips) == height
    for strip in strips:
        bad = [c for c in strip.text if unicodedata.category(c) in {"Cc", "Cs"} or c in FORBIDDEN]
        assert not bad, strip.text
        assert sum(cell_len(segment.text) for segment in strip) == width


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_in_every_field_is_shown_harmless(size: tuple[int, int]) -> None:
    made = [hostile_hit(sample, number) for number, sample in enumerate(HOSTILE)]
    held = [hostile_hit(f"{sample} held", number, Held.BACKLOG) for number, sample in enumerate(HOSTILE)]
    rules = [build.rule(id=RuleId(sample or "r"), name=sample) for sample in HOSTILE]
    engine = ScriptedEngine(
        hits=[*made, *held],
        rules=[
            build.rule_status(rule, problem=RuleProblem(rule.id, rule.name), is_live=False, hits=number)
            for number, rule in enumerate(rules)
        ],
        feeds=[build.feed_health(build.feed(name=sample)) for sample in HOSTILE],
    )
    for one, sample in zip(made, HOSTILE, strict=True):
        engine.clauses[one.id] = Clause(sample, True, 0, 1, one.marks, (Clause(sample, False, 0, 1),))
    app = app_on(engine, ribbon=HOSTILE[0])
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        check(app)
        for sample in HOSTILE:
            engine.failures["set_acked"] = StoreError(f"refused: {sample}")
            engine.publish(NoticeRaised("x", NoticeLevel.ERROR, sample))
            for key in ("a", "w", "escape", "Y", "enter", "n", "escape", "j"):
                await pilot.press(key)
                check(app)
        engine.publish(HitsStored(tuple(hostile_hit(f"{sample} again", 99) for sample in HOSTILE)))
        await pilot.press(".")
        check(app)
        assert len(engine.calls_of("set_acked")) == len(HOSTILE)
        assert app.return_code is None


async def test_hostile_text_typed_as_a_filter_is_only_text() -> None:
    app = app_on(ScriptedEngine(hits=[hostile_hit("[/nope]", 1)]))
    async with app.run_test() as pilot:
        await pilot.press("slash", *"[/no")
        await pilot.pause()
        check(app)
        await pilot.press(*"zzz")
        await pilot.pause()
        check(app)
