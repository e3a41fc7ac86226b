"""Untrusted text becomes text that is safe to show and to store.

Feeds, servers and imported files can put anything into a title: terminal escapes, characters that
reverse the reading order, invisible ones that hide text from the eye, a thousand accents on one letter.
After `clean_line` or `clean_body` none of that is left; what people write in any script is. Both take
time linear in the text. This module must never know where a text came from.
"""

from __future__ import annotations

import re
import unicodedata

LINE_LIMIT = 1_000
BODY_LIMIT = 200_000
MARKS_PER_BASE = 8
ELLIPSIS = "…"

# Characters that a person cannot see but a terminal, or the reader's eye, obeys. Kept on purpose: ZWNJ
# and ZWJ (U+200C, U+200D: Persian, Indic scripts and emoji need them), variation selectors, and the
# format characters that are visible signs (U+0600–0605, 06DD, 070F, 0890–0891, 08E2, 110BD, 110CD).
_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 but tab, line ends and separators; DEL; C1 but NEL
    "\xad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides, isolates of direction
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # invisible: zero-width blank, joiners, operators, BOM
    "\ufff0-\ufffb"  # unassigned ignorables, interlinear annotation
    "\ud800-\udfff"  # surrogates
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 17))
    + "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # hieroglyph, shorthand, music format
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags and the ignorables around them
    "]+"
)
_BLANKS = re.compile(r"\s{2,}|[^\S \u3000]")  # a single ideographic blank stays as it is
_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS_AT_LINE_ENDS = re.compile(r"[^\S\n]*\n[^\S\n]*")
_BLANKS_IN_LINE = re.compile(r"[^\S\n]{2,}|[^\S\n \u3000]")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")
_JOINERS = frozenset("\u200c\u200d")
_STAND_IN = "\uffff"  # for a combining mark while they are counted; `_UNSAFE` has removed real ones


def clean_line(raw: str, limit: int = LINE_LIMIT) -> str:
    """One line of printable text: runs of blanks and line ends are one blank, none at the ends.

    NFC; at most `limit` code points, the last of which is then an ellipsis.
    """
    if raw.isascii() and raw.isprintable():
        text = raw
        if "  " in text:
            text = _BLANKS.sub(" ", text)
        return _cut(text.strip(), limit)
    return _cut(_BLANKS.sub(" ", _printable(raw)).strip(), limit)


def clean_body(raw: str, limit: int = BODY_LIMIT) -> str:
    """Printable text in lines: one blank line at most between two, no blanks at the ends of any.

    NFC; at most `limit` code points, the last of which is then an ellipsis.
    """
    if raw.isascii() and raw.isprintable():
        text = _BLANKS.sub(" ", raw) if "  " in raw else raw
        return _cut(text.strip(), limit)
    if raw.replace("\n", " ").isprintable():  # nothing to remove, and no line end but the usual one
        text = raw if raw.isascii() else _composed(raw)
        text = _BLANKS_IN_LINE.sub(" ", text) if "  " in text else text
    else:
        text = _LINE_END.sub("\n", _printable(raw))
        text = _BLANKS_IN_LINE.sub(" ", text)
    if "\n" in text:
        text = _MANY_LINE_ENDS.sub("\n\n", _BLANKS_AT_LINE_ENDS.sub("\n", text))
    return _cut(text.strip(), limit)


def is_mark(letter: str) -> bool:
    """Whether a letter is drawn onto the one before it: a combining mark, or a joiner."""
    return letter in _JOINERS or (letter > "\u02ff" and unicodedata.category(letter)[0] == "M")


def _printable(raw: str) -> str:
    text = raw if raw.isprintable() else _UNSAFE.sub("", raw)
    return text if text.isascii() else _composed(text)


def _composed(text: str) -> str:
    # The cap comes before NFC too: ordering a long run of marks takes time quadratic in its length.
    text = _cap_marks(text)
    if unicodedata.is_normalized("NFC", text):
        return text
    # NFC takes some letters apart, so that a ninth mark may appear.
    return _cap_marks(unicodedata.normalize("NFC", text))


def _cap_marks(text: str) -> str:
    marks = {ord(c) for c in set(text) if is_mark(c)}
    if not marks:
        return text
    stood_in = text.translate(dict.fromkeys(marks, _STAND_IN))
    if _STAND_IN * (MARKS_PER_BASE + 1) not in stood_in:
        return text
    kept: list[str] = []
    run = 0
    for char, sign in zip(text, stood_in, strict=True):
        run = run + 1 if sign == _STAND_IN else 0
        if run <= MARKS_PER_BASE:
            kept.append(char)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)].rstrip()
    # A joiner that lost what it joined would swallow the ellipsis.
    return cut.rstrip("\u200c\u200d") + ELLIPSIS
