"""A server of a bench in a process of its own, which says on which port it answers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(module: str, folder: Path) -> Iterator[str]:
    """`python -m MODULE PORT_FILE` while the block lasts; gives its address. RuntimeError if it does not start."""
    port_file = folder / "port"
    server = subprocess.Popen([sys.executable, "-m", module, str(port_file)])
    try:
        while not port_file.exists():
            if server.poll() is not None:
                raise RuntimeError("the server of the bench did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port_file.read_text('utf-8')}"
    finally:
        server.kill()
        server.wait()


async def serve(server: asyncio.Server, port_file: Path) -> None:
    """Answers for good; the file holds the port from then on."""
    unfinished = port_file.with_suffix(".new")
    unfinished.write_text(str(server.sockets[0].getsockname()[1]), "utf-8")
    unfinished.rename(port_file)
    await server.serve_forever()
