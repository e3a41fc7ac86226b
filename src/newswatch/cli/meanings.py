"""What each setting means, and how it is changed, in a sentence each. The keys are `config`'s; a test compares."""

from __future__ import annotations

from collections.abc import Mapping

MEANINGS: Mapping[str, tuple[str, str]] = {
    "path.settings": ("This file.", "--home DIR or NEWSWATCH_HOME moves all of them"),
    "path.rules": ("What is watched for.", "edit it in Rules, or by hand"),
    "path.feeds": ("Where the news comes from.", "edit it in Feeds, or by hand"),
    "path.secrets": ("Passwords and tokens of feeds and sinks.", "edit it by hand; nobody else may read it"),
    "path.data": ("The folder of the history.", "--home DIR or NEWSWATCH_HOME"),
    "path.log": ("What the program noted.", "--log-level debug notes more"),
    "polling.interval": ("Between two checks of a feed; what it publishes adapts it.", 'interval = "10m"'),
    "polling.min_interval": ("Never sooner than this.", 'min_interval = "1m"'),
    "polling.max_interval": ("Never later than this.", 'max_interval = "6h"'),
    "polling.concurrency": ("How many feeds are fetched at the same time.", "concurrency = 48"),
    "polling.per_host": ("How many of them from one server.", "per_host = 2"),
    "polling.timeout": ("How long a whole fetch may take.", 'timeout = "30s"'),
    "polling.max_bytes": ("The longest answer, as it comes over the wire.", 'max_bytes = "15MiB"'),
    "store.keep_hits": (
        "How long hits are kept, or how many; starred, tagged and noted ones stay.",
        'keep_hits = "365d", or 50000',
    ),
    "store.keep_entries": ("How long entries that no rule matched are kept, or how many.", 'keep_entries = "14d"'),
    "ui.theme": ("The colours.", "F3 chooses one and keeps it here"),
    "ui.icons": ("The signs: auto follows the terminal's encoding.", 'icons = "auto", "unicode" or "ascii"'),
    "ui.timezone": ("The zone that times are shown in.", 'timezone = "UTC", "local" or "Europe/Kyiv"'),
    "no_color": ("Nothing is shown in colour.", "unset NO_COLOR"),
}


def meaning_of(key: str) -> tuple[str, str]:
    """What a key means, and how to change it; empty for one that nobody knows."""
    if key in MEANINGS:
        return MEANINGS[key]
    match key.partition(".")[0]:
        case "ui":
            return "The key of an action.", "[ui.keys]: the action's name and its key, both in quotes"
        case "notify":
            return "A sink that rules can name.", "its table is [notify.NAME]"
        case "proxy":
            return "Requests go through it.", "the variable that it comes from"
        case "secrets":
            return "Known to be there; never shown.", "secrets.toml"
        case _:
            return "", ""
