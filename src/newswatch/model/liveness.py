"""Whether the monitor does its work: the first word of every screen, known before anything else is loaded."""

from __future__ import annotations

from enum import StrEnum


class Liveness(StrEnum):
    """Whether the monitor is doing its work."""

    STARTING = "starting"
    LIVE = "live"
    OFFLINE = "offline"  # no feed can be reached at all
    READ_ONLY = "read-only"  # another instance is the writer
    STOPPED = "stopped"
