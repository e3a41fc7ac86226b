"""1,000 feeds of 30 entries, refreshed by newswatch and by newsboat from the same server in one run.

Each is the real program in a process of its own, with a home of its own in a temporary folder: `newswatch run
--once` and `newsboat -x reload`. First everything is new, then nothing is (the server answers 304 to both). What is
compared is CPU time, user and system, with all child processes: newswatch's parsers too. Its start, importing and
opening an empty home and reading one feed, is in its times, and is shown apart. Unchanged is the median of `ROUNDS`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bench._serving import serve, serving
from bench.figure import Figure
from bench.skip import Skipped

FEEDS = 1_000
ENTRIES = 30
ROUNDS = 3
_EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
_TEXT = """
harbour council bridge minister river market strike tariff winter grain ferry mayor court verdict inquiry drought
railway budget union teacher hospital border treaty storm election recount senate village orchard lighthouse quarry
museum archive petition curfew ceasefire convoy refinery pipeline reactor satellite glacier wildfire landslide
announced rejected approved delayed denied confirmed postponed opened closed rebuilt inspected condemned
after before despite during against between without across near over under amid since until because while the a of
"""
_WORDS = _TEXT.split()


def measure() -> Iterator[Figure]:
    """Cold, then unchanged."""
    boat = shutil.which("newsboat")
    if boat is None:
        raise Skipped("newsboat is not installed (Debian: apt-get install newsboat)")
    if not hasattr(os, "wait4"):
        raise Skipped("the CPU time of a process and its children is not told on this system")
    with TemporaryDirectory(prefix="newswatch-bench-") as folder, serving("bench.newsboat", Path(folder)) as address:
        theirs = _newsboat(Path(folder), boat, address)
        ours = _newswatch(Path(folder) / "home", address, FEEDS)
        start = _run(_newswatch(Path(folder) / "start", address, 1))
        cold, their_cold = _run(ours), _run(theirs)
        runs = [(_run(ours), _run(theirs)) for _ in range(ROUNDS)]
    _check_read(cold)
    beside = f"newsboat: {their_cold.cpu_s:.1f} s; ours {cold.cpu_s:.1f} s, main process {cold.main_s:.1f} s"
    yield Figure(
        f"{FEEDS} new feeds of {ENTRIES} entries, CPU", cold.cpu_s / their_cold.cpu_s, "x", at_most=1, beside=beside
    )
    same_s, their_s = (median(pair[n].cpu_s for pair in runs) for n in range(2))
    beside = f"newsboat: {their_s:.1f} s; ours {same_s:.2f} s"
    yield Figure("nothing new, CPU", same_s / their_s, "x", at_most=0.2, beside=beside)
    yield Figure("start: imports, an empty home, one feed", start.cpu_s, "s", beside="is in the times above")
    yield Figure(
        "RSS of the main process, all new",
        cold.rss / 2**20,
        "MiB",
        at_most=120,
        beside=f"a worker: {cold.worker_rss / 2**20:.0f} MiB",
    )
    rss = max(ours.rss for ours, _ in runs)
    yield Figure("RSS of the main process, nothing new", rss / 2**20, "MiB", at_most=120)


# The programs.


@dataclass(frozen=True)
class _Usage:
    """What one run took. `main_s` is the CPU time of the process itself, without its children."""

    cpu_s: float
    main_s: float
    rss: int
    worker_rss: int
    output: bytes


def _newsboat(folder: Path, boat: str, address: str) -> list[str]:
    (folder / "config").write_text("reload-threads 4\n", "utf-8")
    (folder / "urls").write_text("".join(f"{address}/{n}\n" for n in range(FEEDS)), "utf-8")
    files = {"-C": "config", "-u": "urls", "-c": "cache.db"}
    return [boat, *(word for option, name in files.items() for word in (option, str(folder / name))), "-x", "reload"]


def _newswatch(home: Path, address: str, feeds: int) -> list[str]:
    home.mkdir(mode=0o700)
    outlines = "".join(f'<outline type="rss" text="Outlet {n}" xmlUrl="{address}/{n}"/>\n' for n in range(feeds))
    (home / "feeds.opml").write_text(f'<opml version="2.0"><head/><body>\n{outlines}</body></opml>\n', "utf-8")
    (home / "rules.toml").write_text('version = 1\n\n[[rule]]\nid = "bridge"\nquery = "bridge condemned"\n', "utf-8")
    # One server plays a thousand: as many connections to it as newsboat opens, without a pause between them.
    (home / "settings.toml").write_text("[polling]\nper_host = 4\n", "utf-8")
    return [sys.executable, "-m", "newswatch", "--home", str(home), "run", "--once"]


def _run(command: list[str]) -> _Usage:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": "/nowhere"}
    )
    watch = _Watch(process.pid)
    watch.start()
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.is_over.set()
    watch.join()
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return _Usage(usage.ru_utime + usage.ru_stime, watch.main_s, watch.rss, watch.worker_rss, output)


class _Watch(threading.Thread):
    """Looks at a process ten times a second: its memory, and its own CPU time, cannot be asked for at the end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.is_over = threading.Event()
        self.rss = self.worker_rss = 0
        self.main_s = 0.0

    def run(self) -> None:
        """Until it is over."""
        while not self.is_over.wait(0.1):
            self.rss = max(self.rss, _peak_rss(self._pid))
            self.main_s = _own_cpu_s(self._pid) or self.main_s
            for child in _children(self._pid):
                self.worker_rss = max(self.worker_rss, _peak_rss(child))


def _peak_rss(pid: int) -> int:
    for line in _proc(pid, "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _own_cpu_s(pid: int) -> float:
    fields = _proc(pid, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if len(fields) > 12 else 0.0


def _children(pid: int) -> list[int]:
    return [int(child) for child in _proc(pid, f"task/{pid}/children").split()]


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8")
    except OSError:  # it has ended, or this system has no /proc
        return ""


def _check_read(cold: _Usage) -> None:
    if not cold.output:
        raise AssertionError("newswatch found nothing in a thousand feeds that are full of bridges")


# The server, in a process of its own: `python -m bench.newsboat PORT_FILE`.


def _document(feed: int) -> bytes:
    random = Random(feed)
    items = "\n".join(_item(random, feed, number) for number in range(ENTRIES))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link><description>All of it</description>\n"
        f"{items}\n</channel></rss>\n"
    ).encode()


def _item(random: Random, feed: int, number: int) -> str:
    """600 to 1,500 characters of HTML in a description, as newsrooms write it."""
    title = " ".join(random.choices(_WORDS, k=9)).capitalize()
    link = f"https://outlet{feed}.example/2026/11/{number}-{title.replace(' ', '-').lower()}"
    paragraphs = "".join(_paragraph(random, f"{link}#{n}") for n in range(random.randint(2, 4)))
    date = format_datetime(_EPOCH + timedelta(minutes=7 * number + feed), usegmt=True)
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{feed}-{number}</guid>'
        f"<pubDate>{date}</pubDate><dc:creator>{random.choice(_WORDS).capitalize()}</dc:creator>"
        f"<category>{random.choice(_WORDS)}</category><description><![CDATA[{paragraphs}]]></description></item>"
    )


def _paragraph(random: Random, link: str) -> str:
    before, behind = (" ".join(random.choices(_WORDS, k=count)) for count in (25, 8))
    return (
        f'<p>{before.capitalize()}, <a href="{link}">{random.choice(_WORDS)}</a> &amp; <strong>{behind}</strong>.</p>\n'
    )


async def _serve(port_file: Path) -> None:
    documents = [_document(feed) for feed in range(FEEDS)]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                feed = int(head.split(" ", 2)[1].strip("/"))
                tag = f'"outlet-{feed}"'
                if tag in head:
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
                else:
                    body = documents[feed]
                    head = f"HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Type: application/rss+xml\r\n"
                    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    await serve(await asyncio.start_server(talk, "127.0.0.1", 0, backlog=512), port_file)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
