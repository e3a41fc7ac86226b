"""What a large history costs: the time to open it and the memory to hold it, in a process of its own.

100,000 hits, 100,000 entries of 600 characters, 100,000 identities. CPU time, the least of several openings; memory
as the kernel counts it, of a process that does nothing else once entries are packed, and again with the newest 5,000
hits decoded, as the screen holds them. Then of the real program, `newswatch run`, on a home with that history: once it
has packed what it opened, and the most that it ever had.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench._history import write_history
from bench.figure import Figure
from bench.skip import Skipped

HITS = 100_000
OPENINGS = 3
_BEGINNING_S = 5.0
_BETWEEN_LOOKS_S = 2.0
_LOOKS = 15

OPEN = """
import json, sys, time
from pathlib import Path
from newswatch.allocator import give_back_memory
from newswatch.store.tiny import TinyStore

def resident_mb():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

before = resident_mb()
began = time.process_time()
store = TinyStore.open(Path(sys.argv[1]))
opened_s = time.process_time() - began
opened = resident_mb()
began = time.process_time()
while store.pack(is_quiet=True):
    pass
packed_s = time.process_time() - began
give_back_memory()
alone = resident_mb()
shown = store.newest_hits(5_000)
print(json.dumps([opened_s, before, alone, resident_mb(), opened, packed_s, store.totals().hits]))
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
        packed_s = min(run[5] for run in runs)
        yield Figure(
            "memory of a process that holds them", min(run[2] for run in runs), "MB", at_most=300,
            beside=f"at first {runs[0][4]:.0f} MB, packing takes {packed_s:.1f} s beside all else; file {size:.0f} MB",
        )  # fmt: skip
        yield Figure("… and the newest 5,000 hits as values", min(run[3] for run in runs), "MB", at_most=300)
        resident_mb, most_mb = _of_the_program(Path(folder))
        yield Figure("memory of `newswatch run` on them", resident_mb, "MB", at_most=300)
        yield Figure("… and at most, while it begins", most_mb, "MB")


def _run(program: str, folder: str) -> list[float]:
    run = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    return [float(number) for number in json.loads(run.stdout)]


def _of_the_program(home: Path) -> tuple[float, float]:
    """Megabytes of the running program once they do not change any more, and the most that it had."""
    if not Path("/proc/self/status").exists():
        raise Skipped("the memory of another process is read from /proc, which this system has not")
    (home / "rules.toml").write_text("version = 1\n", "utf-8")
    (home / "feeds.opml").write_text('<opml version="2.0"><body/></opml>\n', "utf-8")
    (home / "settings.toml").write_text('[store]\nkeep_entries = "9999d"\nkeep_hits = "9999d"\n', "utf-8")
    program = subprocess.Popen(
        [sys.executable, "-m", "newswatch", "--home", str(home), "run"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        before_mb, resident_mb = -1.0, 0.0
        time.sleep(_BEGINNING_S)
        for _ in range(_LOOKS):
            before_mb, resident_mb = resident_mb, _status_mb(program.pid, "VmRSS")
            if abs(resident_mb - before_mb) < 1:
                break
            time.sleep(_BETWEEN_LOOKS_S)
        return resident_mb, _status_mb(program.pid, "VmHWM")
    finally:
        program.terminate()
        program.wait()


def _status_mb(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024
