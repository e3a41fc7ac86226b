"""How a bench says that it cannot run here."""

from __future__ import annotations


class Skipped(Exception):
    """What a bench compares with is not on this machine; the text says what and how to get it."""
