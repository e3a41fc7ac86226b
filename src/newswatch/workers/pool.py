"""A pool of processes, each with one request at a time, a time limit and a memory limit.

A document can hang its reader for minutes with the interpreter's lock held, or eat all memory. In here it has one
process; when it goes beyond its limits that process is killed, that document fails, and everything else goes on.
Processes are started when first needed and live long. They are fresh interpreters, not forks, and inherit no file but
their two pipes, so that they can never hold the home's lock.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from newswatch.workers.frames import ANSWER, READY

REQUESTS_PER_PROCESS = 2_000  # then it is replaced: what leaks, leaks no further
START_LIMIT_S = 60.0  # for the interpreter and its imports on a machine under load
LARGEST_ANSWER = 256 * 2**20

T = TypeVar("T")


class NotAnswered(Exception):
    """No answer to a request, and why: a sentence that is safe to show."""


class _Broken(Exception):
    """The process ended, or said something that is no answer."""


class _Worker:
    """One process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.requests = 0

    @classmethod
    async def start(cls, module: str, memory_limit: int, time_limit_s: float) -> _Worker:
        """A new process. Raises OSError if there can be none."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # never import modules from the folder that we happen to stand in
                "-m",
                module,
                str(memory_limit),
                str(time_limit_s),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,  # keys pressed in the terminal are not for it
            )
        )

    async def ready(self) -> None:
        """Waits until it can take a request. Raises _Broken or TimeoutError."""
        async with asyncio.timeout(START_LIMIT_S):
            greeting = await self._take(len(READY))
        if greeting != READY:
            raise _Broken

    async def ask(self, request: bytes, decode: Callable[[bytes], Awaitable[T]]) -> T:
        """Sends the request and reads the answer. Raises _Broken."""
        self.requests += 1
        stdin = self.process.stdin
        if stdin is None:
            raise _Broken
        try:
            stdin.write(request)
            await stdin.drain()
            (length,) = ANSWER.unpack(await self._take(ANSWER.size))
            if length > LARGEST_ANSWER:
                raise _Broken
            return await decode(await self._take(length))
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


class WorkerPool:
    """`module` run in other processes (see `child`). For one event loop; callers beyond `workers` wait their turn."""

    def __init__(self, module: str, workers: int, *, time_limit_s: float, memory_limit: int) -> None:
        self._module = module
        self._time_limit_s = time_limit_s
        self._memory_limit = memory_limit
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._is_closed = False

    async def ask(self, request: bytes, decode: Callable[[bytes], Awaitable[T]]) -> T:
        """What `decode` makes of the answer. `decode` raises ValueError, KeyError or TypeError for what is none.

        When cancelled, the process at work on it is killed. Raises NotAnswered for a request that breaks its limits or
        its process, RuntimeError after `aclose`.
        """
        async with self._turns:
            for _ in range(2):  # a second time only if a process had died before it got this request
                if self._is_closed:
                    raise RuntimeError("the pool is closed")
                try:
                    worker = await self._take()
                except (OSError, TimeoutError, _Broken) as error:
                    name = type(error).__name__.strip("_")
                    raise NotAnswered(f"no process to read it could be started ({name})") from error
                was_alive = worker.is_alive
                try:
                    async with asyncio.timeout(self._time_limit_s):
                        answer = await worker.ask(request, decode)
                except TimeoutError:
                    worker.kill()
                    said = f"this document took longer than {self._time_limit_s:g} s to read"
                    raise NotAnswered(said) from None
                except _Broken:
                    worker.kill()
                    if was_alive and worker.requests == 1:
                        break  # a fresh process: the document did it
                except BaseException:  # cancelled: the answer on the way belongs to nobody
                    worker.kill()
                    raise
                else:
                    self._give_back(worker)
                    return answer
        raise NotAnswered("this document broke the process that read it")

    async def _take(self) -> _Worker:
        self._workers = {worker for worker in self._workers if worker.is_alive}
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
        worker = await _Worker.start(self._module, self._memory_limit, self._time_limit_s)
        self._workers.add(worker)
        try:
            await worker.ready()
        except BaseException:  # not started, or cancelled meanwhile
            worker.kill()
            raise
        return worker

    def _give_back(self, worker: _Worker) -> None:
        if self._is_closed or worker.requests >= REQUESTS_PER_PROCESS:
            worker.kill()
        else:
            self._idle.append(worker)

    async def aclose(self) -> None:
        """Ends all processes, at work or not, and waits until they have ended. Harmless when called twice."""
        self._is_closed = True
        self._idle.clear()
        workers, self._workers = self._workers, set()
        for worker in workers:
            worker.kill()
        for worker in workers:
            await worker.process.wait()
