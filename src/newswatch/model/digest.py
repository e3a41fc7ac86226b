"""Deterministic names: the same parts give the same short digest in every run and on every machine."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """Sixteen hex digits (64 bits of BLAKE2b) over the parts, kept apart by their lengths."""
    return digest_of(b"".join(map(framed, parts)))


def framed(part: str) -> bytes:
    """A part as the digest takes it in: its length, then itself."""
    encoded = part.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(8, "big") + encoded


def digest_of(framed_parts: bytes) -> str:
    """The digest over parts that are `framed`, one behind the other."""
    return hashlib.blake2b(framed_parts, digest_size=8).hexdigest()
