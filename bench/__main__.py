"""`make bench` (all) or `make bench ARGS=matching` (one): each figure beside its target; exits 1 if one is missed.

A bench is a module here with `measure() -> Iterator[Figure]`. One that lacks what it compares with raises
`Skipped` with the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

import bench
from bench.figure import Figure
from bench.skip import Skipped

NO_BENCHES = {"__main__", "figure", "skip"}


def main(names: list[str]) -> int:
    """Runs the named benches, or all. Returns the exit code."""
    benches = [module.name for module in iter_modules(bench.__path__) if not module.ispkg]
    benches = [name for name in benches if name not in NO_BENCHES and not name.startswith("_")]
    unknown = [name for name in names if name not in benches]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(benches)}", file=sys.stderr)
        return 2
    missed = 0
    for name in names or benches:
        print(f"{name}", flush=True)
        measure = cast("Callable[[], Iterator[Figure]]", import_module(f"bench.{name}").measure)
        try:
            for figure in measure():
                print(f"  {figure}", flush=True)
                missed += not figure.is_met
        except Skipped as reason:
            print(f"  skipped: {reason}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
