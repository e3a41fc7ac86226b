"""What goes over the pipes between a pool and its processes: lengths, then bytes. What they mean is the users' matter.

Request: two lengths (4 bytes each, network order), a head, a body. Answer: one length, then the bytes.
"""

from __future__ import annotations

import struct

REQUEST = struct.Struct("!II")
ANSWER = struct.Struct("!I")
READY = b"newswatch worker ready\n"


def request(head: bytes, body: bytes) -> bytes:
    """A whole request."""
    return REQUEST.pack(len(head), len(body)) + head + body


def answer(payload: bytes) -> bytes:
    """A whole answer."""
    return ANSWER.pack(len(payload)) + payload
