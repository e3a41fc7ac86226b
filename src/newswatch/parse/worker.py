"""A pool of processes that read documents, so that a hostile one costs nothing but itself.

A document can hang feedparser for minutes with the interpreter's lock held, or eat all memory. In here it
has one process, a time limit and a memory limit; when it goes beyond, that process is killed, that document
fails, and everything else goes on. Processes are started when first needed and live long. They are fresh
interpreters, not forks, and inherit no file but their two pipes, so that they can never hold the home's lock.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Collection, Mapping
from contextlib import suppress

from newswatch.model.entry import ParsedEntry, ParsedFeed
from newswatch.parse.document import Reading
from newswatch.parse.wire import ANSWER, READY, decode_entries, decode_reading, encode_request

DOCUMENTS_PER_PROCESS = 2_000  # then it is replaced: what leaks, leaks no further
START_LIMIT_S = 60.0  # for the interpreter and its imports on a machine under load
LARGEST_ANSWER = 256 * 2**20


class _Broken(Exception):
    """The process ended, or said something that is no answer."""


class _Reader:
    """One process. It has at most one document at a time."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.documents = 0

    @classmethod
    async def start(cls, memory_limit: int, time_limit_s: float) -> _Reader:
        """A new process. Raises OSError if there can be none."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # never import modules from the folder that we happen to stand in
                "-m",
                "newswatch.parse.child",
                str(memory_limit),
                str(time_limit_s),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,  # keys pressed in the terminal are not for it
            )
        )

    async def ready(self) -> None:
        """Waits until it can take a document. Raises _Broken or TimeoutError."""
        async with asyncio.timeout(START_LIMIT_S):
            greeting = await self._take(len(READY))
        if greeting != READY:
            raise _Broken

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes]) -> Reading:
        """Sends the document and waits for the answer. Raises _Broken."""
        self.documents += 1
        stdin = self.process.stdin
        if stdin is None:
            raise _Broken
        try:
            stdin.write(encode_request(body, url, headers, seen))
            await stdin.drain()
            (length,) = ANSWER.unpack(await self._take(ANSWER.size))
            if length > LARGEST_ANSWER:
                raise _Broken
            lines = (await self._take(length)).split(b"\n")
            entries: list[ParsedEntry] = []
            for line in lines[1:]:
                entries.extend(decode_entries(line))
                await asyncio.sleep(0)
            return decode_reading(lines[0], tuple(entries))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _Broken from error

    async def _take(self, length: int) -> bytes:
        stdout = self.process.stdout
        if stdout is None:
            raise _Broken
        try:
            return await stdout.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise _Broken from error

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self.process.returncode is None

    def kill(self) -> None:
        """Ends it at once."""
        if self.is_alive:
            with suppress(ProcessLookupError):  # it was faster
                self.process.kill()


class ParserPool:
    """`parse_document` in other processes. For one event loop; callers beyond `workers` wait their turn."""

    def __init__(self, workers: int = 2, *, time_limit_s: float = 10.0, memory_limit: int = 512 * 2**20) -> None:
        self._time_limit_s = time_limit_s
        self._memory_limit = memory_limit
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[_Reader] = []
        self._readers: set[_Reader] = set()
        self._is_closed = False

    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        """What `parse_document` returns; otherwise as `read`."""
        return (await self.read(body, url, headers)).document

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes] = ()) -> Reading:
        """What `read_document` returns. A document that breaks its limits, or its process, gives an `error`.

        When cancelled, the process at work on it is killed. Raises RuntimeError after `aclose`.
        """
        async with self._turns:
            for _ in range(2):  # a second time only if a process had died before it got this document
                if self._is_closed:
                    raise RuntimeError("the parser pool is closed")
                try:
                    reader = await self._take()
                except (OSError, TimeoutError, _Broken) as error:
                    return _failed(f"no process to read it could be started ({type(error).__name__.strip('_')})")
                was_alive = reader.is_alive
                try:
                    async with asyncio.timeout(self._time_limit_s):
                        reading = await reader.read(body, url, headers, seen)
                except TimeoutError:
                    reader.kill()
                    return _failed(f"this document took longer than {self._time_limit_s:g} s to read")
                except _Broken:
                    reader.kill()
                    if was_alive and reader.documents == 1:
                        break  # a fresh process: the document did it
                except BaseException:  # cancelled: the answer on the way belongs to nobody
                    reader.kill()
                    raise
                else:
                    self._give_back(reader)
                    return reading
        return _failed("this document broke the process that read it")

    async def _take(self) -> _Reader:
        self._readers = {reader for reader in self._readers if reader.is_alive}
        while self._idle:
            reader = self._idle.pop()
            if reader.is_alive:
                return reader
        reader = await _Reader.start(self._memory_limit, self._time_limit_s)
        self._readers.add(reader)
        try:
            await reader.ready()
        except BaseException:  # not started, or cancelled meanwhile
            reader.kill()
            raise
        return reader

    def _give_back(self, reader: _Reader) -> None:
        if self._is_closed or reader.documents >= DOCUMENTS_PER_PROCESS:
            reader.kill()
        else:
            self._idle.append(reader)

    async def aclose(self) -> None:
        """Ends all processes, at work or not, and waits until they have ended. Harmless when called twice."""
        self._is_closed = True
        self._idle.clear()
        readers, self._readers = self._readers, set()
        for reader in readers:
            reader.kill()
        for reader in readers:
            await reader.process.wait()


def _failed(error: str) -> Reading:
    return Reading(ParsedFeed(title="", entries=(), error=error))
