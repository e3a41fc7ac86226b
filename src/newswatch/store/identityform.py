"""The usual JSON of an identity without what all of them say: a hundred thousand take ten megabytes instead of thirty.

An identity is named by digests of 16 hex digits, in an order that never changes. They are kept as 8 bytes each, behind
a byte that says which there are; the end of the text stands as it is. Any other form stays whole. What was packed
comes back byte for byte.
"""

from __future__ import annotations

import re
from binascii import hexlify, unhexlify

_usual = re.compile(
    rb'\{"feed":"([0-9a-f]{16})","key":"([0-9a-f]{16})"'
    rb'(?:,"guid":"([0-9a-f]{16})")?(?:,"link":"([0-9a-f]{16})")?'
    rb'(?:,"title":"([0-9a-f]{16})")?(?:,"text":"([0-9a-f]{16})")?'
    rb',"listed":"([-0-9T:.]+Z"(?:,"published":"[ !#-\[\]-~]*")?\})'
).fullmatch
_BEFORE = (b'{"feed":"', b'","key":"', b'","guid":"', b'","link":"', b'","title":"', b'","text":"')
_BEFORE_REST = b'","listed":"'
_BYTES = 8
_PACKED = 0x80
"""In the first byte: no text in UTF-8 begins with 0x80 to 0xBF."""
_ALL = (1 << len(_BEFORE)) - 1
_FULL = bytes([_PACKED | _ALL])
_LINK, _TITLE = 3, 4
_PLACES = [
    tuple((mask & ((1 << digest) - 1)).bit_count() for digest in range(len(_BEFORE))) for mask in range(_ALL + 1)
]
"""For each choice of digests, how many of them stand before each."""
_FORMS = [
    (
        b"%b".join([*(before for digest, before in enumerate(_BEFORE) if mask >> digest & 1), _BEFORE_REST]),
        1 + _BYTES * mask.bit_count(),
    )
    for mask in range(_ALL + 1)
]
"""For each choice of digests, the text around them, and where they end."""


def pack(json: bytes) -> bytes:
    """The JSON, packed if it has the usual form."""
    found = _usual(json)
    if found is None:
        return json
    *digests, rest = found.groups()
    if None not in digests:
        return b"%b%b%b" % (_FULL, unhexlify(b"".join(digests)), rest)
    mask = sum(1 << place for place, digest in enumerate(digests) if digest is not None)
    return b"%c%b%b" % (_PACKED | mask, unhexlify(b"".join(filter(None, digests))), rest)


def unpack(held: bytes) -> bytes:
    """The JSON of what `pack` gave."""
    if (mask := _mask(held)) is None:
        return held
    form, end = _FORMS[mask]
    return b"%b%b" % (form % tuple(hexlify(held[1:end], b",", _BYTES).split(b",")), held[end:])


def names(held: bytes) -> tuple[str, str, str] | None:
    """The digests of feed, link and title of what `pack` gave, "" for what is not there; None if it stayed whole."""
    if held[:1] == _FULL:
        digits = held.hex()
        return digits[2:18], digits[50:66], digits[66:82]
    if (mask := _mask(held)) is None:
        return None
    return _name(held, mask, 0), _name(held, mask, _LINK), _name(held, mask, _TITLE)


def _mask(held: bytes) -> int | None:
    """Which digests there are; None if it stayed whole."""
    first = held[0] if held else 0
    return first - _PACKED if _PACKED <= first <= _PACKED | _ALL else None


def _name(held: bytes, mask: int, place: int) -> str:
    if not mask >> place & 1:
        return ""
    start = 1 + _BYTES * _PLACES[mask][place]
    return held[start : start + _BYTES].hex()
