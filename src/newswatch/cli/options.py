"""What stands before the verb, and where it leads: the paths of a home."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from newswatch.paths import Paths, find_paths


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every verb shares."""

    home: Path | None = None
    log_level: str = "info"


def paths_of(options: Options) -> Paths:
    """Where the files of this home are."""
    return find_paths(options.home, os.environ)
