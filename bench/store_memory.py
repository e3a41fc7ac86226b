"""What a large history costs: the time to open it and the memory to hold it, in a process of its own.

100,000 hits, 100,000 entries of 600 characters, 100,000 identities. CPU time, the least of several openings; memory
as the kernel counts it once it is open, and again with the newest 5,000 hits decoded, as the screen holds them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._history import write_history
from bench.figure import Figure

HITS = 100_000
OPENINGS = 3

OPEN = """
import json, sys, time
from pathlib import Path
from newswatch.store.tiny import TinyStore

def resident_mb():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

before = resident_mb()
began = time.process_time()
store = TinyStore.open(Path(sys.argv[1]))
opened_s = time.process_time() - began
alone = resident_mb()
shown = store.newest_hits(5_000)
print(json.dumps([opened_s, before, alone, resident_mb(), store.totals().hits]))
"""
JSON_ONLY = """
import json, sys, time
from pathlib import Path
began = time.process_time()
rows = [json.loads(line[9:]) for line in Path(sys.argv[1], "history.journal").open("rb")]
print(json.dumps([time.process_time() - began]))
"""


def measure() -> Iterator[Figure]:
    """See the module."""
    with tempfile.TemporaryDirectory() as folder:
        write_history(Path(folder), HITS)
        size = (Path(folder) / "history.journal").stat().st_size / 1e6
        runs = [_run(OPEN, folder) for _ in range(OPENINGS)]
        assert all(run[-1] == HITS for run in runs)
        plain_s = min(_run(JSON_ONLY, folder)[0] for _ in range(OPENINGS))
        yield Figure(
            f"opening {HITS:,} hits and their entries, CPU", min(run[0] for run in runs), "s", at_most=1.5,
            beside=f"json.loads of each line alone: {plain_s:.2f} s",
        )  # fmt: skip
        yield Figure(
            "memory of a process that holds them", min(run[2] for run in runs), "MB", at_most=300,
            beside=f"before: {runs[0][1]:.0f} MB, the file: {size:.0f} MB",
        )  # fmt: skip
        yield Figure("… and the newest 5,000 hits as values", min(run[3] for run in runs), "MB", at_most=300)


def _run(program: str, folder: str) -> list[float]:
    run = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    return [float(number) for number in json.loads(run.stdout)]
