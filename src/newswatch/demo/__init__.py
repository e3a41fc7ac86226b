"""A recorded day, served by a local server to the real pipeline, faster than life and offline.

25 October 2024, as about a dozen and a half outlets that do not exist would have told it. The frame of
the main story (what Kyiv said of North Korean soldiers that day) is a matter of record; the outlets,
their reporters, every sentence and everything else in it are invented. Links use the reserved domain
`.example` (RFC 2606), so a reader who follows one lands nowhere.

`load_day` reads the day, `DemoServer` publishes it over loopback HTTP as of a clock's instant,
`DemoClock` is a clock that runs fast, `write_home` fills the home that the demo lives in. Which engine
and which screen look at it is none of this package's business.
"""

from __future__ import annotations

from datetime import UTC, datetime

from newswatch.demo.clock import DemoClock
from newswatch.demo.day import Day, load_day
from newswatch.demo.home import write_home
from newswatch.demo.server import DemoServer

DAY_START = datetime(2024, 10, 25, 5, 0, tzinfo=UTC)
"""The instant at which the demo begins: what was published before it is backlog."""

DAY_END = datetime(2024, 10, 26, 0, 0, tzinfo=UTC)
"""The instant after which nothing new comes; the demo may well run on."""

DEFAULT_SPEED = 160.0
"""Seconds of the day in one real second: from start to end in a little over seven minutes."""

__all__ = ["DAY_END", "DAY_START", "DEFAULT_SPEED", "Day", "DemoClock", "DemoServer", "load_day", "write_home"]
