"""The places one can be: the numbered screens, as the state line names them and `:` finds them."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A numbered screen: its key, its name (as an app mode and after `:`), its title."""

    number: str
    name: str
    title: str


ALERTS = Place("1", "alerts", "Alerts")
STREAM = Place("2", "stream", "Stream")
RULES = Place("3", "rules", "Rules")
FEEDS = Place("4", "feeds", "Feeds")
PULSE = Place("5", "pulse", "Pulse")
SEARCH = Place("6", "search", "Search")
PLACES = (ALERTS, STREAM, RULES, FEEDS, PULSE, SEARCH)
