"""Deterministic names: the same parts give the same short digest in every run and on every machine."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """Sixteen hex digits (64 bits of BLAKE2b) over the parts, kept apart by their lengths."""
    state = hashlib.blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        state.update(len(encoded).to_bytes(8, "big"))
        state.update(encoded)
    return state.hexdigest()
