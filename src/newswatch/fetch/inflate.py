"""Takes a compressed body apart without letting it grow beyond bounds: one layer, gzip or deflate, whole or not at all.

Pure: bytes in, bytes out. It must never know where they come from.
"""

from __future__ import annotations

import io
import zlib

MAX_RATIO = 200
RATIO_COUNTS_FROM = 2**20
MAX_MEMBERS = 1_000  # gzip files may be strung together; each member costs a decompressor

_STEP = 256 * 2**10
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_TEXT_BEGINS = frozenset(b"<{ \t\r\n\xef\xfe\xff")  # XML, JSON, blanks before them, byte order marks
_ZLIB_METHOD = 8


class BodyBroken(Exception):
    """The body is not what its Content-Encoding says, or it ends too early. The text is a sentence to show."""


class BodyTooLarge(Exception):
    """The body grows beyond its bound, or faster than any honest document. The text is a sentence to show."""


class Inflater:
    """Collects a body piece by piece. `encoding` is the value of Content-Encoding; raises BodyBroken for a strange one.

    Where the first bytes tell that the label is wrong, they are believed: text under "gzip" is text, and
    gzip without a label is inflated (no feed begins with its two bytes). `max_bytes` bounds what comes
    out. More than `MAX_RATIO` times what went in, past the first MiB, is refused.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = _known(encoding)
        self._max_bytes = max_bytes
        self._taken = 0
        self._members = 0
        self._body = io.BytesIO()
        self._stream: zlib._Decompress | None = None
        self._is_over = False
        self._waiting = b""
        self._is_settled = False

    def feed(self, piece: bytes) -> None:
        """Takes the next bytes off the wire. Raises BodyBroken or BodyTooLarge."""
        self._taken += len(piece)
        if not self._is_settled:
            piece = self._waiting + piece
            self._waiting = b""
            if len(piece) < len(_GZIP_MAGIC):
                self._waiting = piece
                return
            self._settle(piece)
        if not self._encoding:
            self._keep(piece, self._taken)
            return
        data = self._waiting + piece
        self._waiting = b""
        while data and not self._is_over:
            if self._stream is None:
                if len(data) < len(_GZIP_MAGIC):
                    self._waiting = data
                    return
                if not self._begin(data):
                    return
            data = self._advance(data)

    @property
    def size(self) -> int:
        """How many bytes have come out so far."""
        return self._body.tell()

    def finish(self) -> bytes:
        """The whole body. Raises BodyBroken if the compressed stream has not ended: half a feed is no feed."""
        if self._encoding and (self._stream is not None or not self._members):
            if not self._taken:
                raise BodyBroken(f"the answer is empty, though it is said to be compressed ({self._encoding})")
            raise BodyBroken("the compressed answer ended too early")
        if not self._is_settled:
            self._keep(self._waiting, self._taken)
        return self._body.getvalue()

    def _settle(self, head: bytes) -> None:
        """Believes the first bytes rather than the label, where the two cannot both be right."""
        self._is_settled = True
        is_gzip = head.startswith(_GZIP_MAGIC)
        if is_gzip and not self._encoding:
            self._encoding = "gzip"
        elif self._encoding == "gzip" and not is_gzip and head[0] in _TEXT_BEGINS:
            self._encoding = ""

    def _begin(self, data: bytes) -> bool:
        """Starts a decompressor for what `data` begins with; False if only padding is left."""
        if self._encoding == "deflate":
            is_wrapped = data[0] & 0x0F == _ZLIB_METHOD and int.from_bytes(data[:2], "big") % 31 == 0
            # RFC 9110, 8.4.1.2: deflate means zlib's format, but many servers send the bare stream.
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS)
        elif data.startswith(_GZIP_MAGIC):
            if self._members >= MAX_MEMBERS:
                raise BodyTooLarge(f"the compressed answer is in more than {MAX_MEMBERS} parts: refused")
            self._stream = zlib.decompressobj(_GZIP)
        elif self._members:
            self._is_over = True  # padding behind the last member, as gzip(1) forgives it too
            return False
        else:
            raise BodyBroken("the answer is said to be compressed (gzip), but is not")
        self._members += 1
        return True

    def _advance(self, data: bytes) -> bytes:
        """Inflates as far as `data` goes, in bounded steps; returns what lies behind the end of the stream."""
        stream = self._stream
        if stream is None:
            return data
        while True:
            try:
                text = stream.decompress(data, _STEP)
            except zlib.error as error:
                raise BodyBroken("the compressed answer is damaged") from error
            data = stream.unconsumed_tail
            self._keep(text, self._taken - len(data))
            if stream.eof:
                break
            if not data and len(text) < _STEP:  # a full step may leave more inside the decompressor
                return b""
        self._stream = None
        self._is_over = self._encoding == "deflate"
        return stream.unused_data

    def _keep(self, text: bytes, taken: int) -> None:
        """Adds to the body what the first `taken` bytes off the wire have yielded."""
        size = self.size + len(text)
        if size > self._max_bytes:
            raise BodyTooLarge(f"the document is larger than {readable_size(self._max_bytes)}")
        if self._encoding and size > RATIO_COUNTS_FROM and size > MAX_RATIO * taken:
            raise BodyTooLarge(f"the compressed answer grows more than {MAX_RATIO}-fold: it is too large")
        self._body.write(text)


def readable_size(size: int) -> str:
    """A size for people: "15 MiB", "0.5 MiB", "12 KiB", "40 bytes"."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 2**10:.3g} KiB" if size < 2**17 else f"{size / 2**20:.3g} MiB"


def _known(encoding: str) -> str:
    """ "gzip", "deflate" or "" for a plain body."""
    name = encoding.strip().lower()
    match name:
        case "" | "identity":
            return ""
        case "gzip" | "x-gzip":
            return "gzip"
        case "deflate":
            return name
        case _ if "," in name:
            raise BodyBroken("the answer is compressed more than once: refused")
        case _:
            raise BodyBroken(f"the answer is in an encoding that was not asked for ({name[:40]})")
