"""Regular expressions of rules: which syntax is accepted, and how they run under a time limit.

Accepts the common subset of RE2 and Python's `re` (§4 of docs/rules-semantics.md); the one module of
`match` that knows the `regex` package, which can be stopped where `re` cannot. Must never know of rules.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

TIMEOUT_S = 0.05  # for one expression on one document (promises.md, T10)
_MAX_REPEAT = 1_000  # as in RE2
_MAX_DEPTH = 50
_MAX_LENGTH = 2_000  # compiling takes up to 0.5 ms a sign, and queries are compiled as they are typed

_SIMPLE_ESCAPES = "dDwWsSafnrtv"
_OUTER_ESCAPES = _SIMPLE_ESCAPES + "bBA"
_COUNT = re.compile(r"\{([0-9]{1,6})(,([0-9]{0,6}))?\}")
_HALF_COUNT = re.compile(r"\{,[0-9]+\}")
_GROUP = re.compile(r"\(\?(?::|P<[A-Za-z_][A-Za-z0-9_]*>|[ims]*(?:-[ims]+)?:)")
_FLAGS = re.compile(r"\(\?[ims]+\)")
_REFUSED_GROUPS = (
    ("(?P=", "a backreference"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?>", "an atomic group"),
    ("(?(", "a conditional"),
    ("(?#", "a comment"),
)


class PatternRefused(Exception):
    """A regular expression that is not accepted: why, where in it, and what would mend it."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        self.message = message
        self.offset = offset
        self.hint = hint
        super().__init__(message)


@lru_cache(maxsize=4_096)
def compiled(source: str, *, is_case_sensitive: bool) -> regex.Pattern[str]:
    """The expression, ready to run. Raises PatternRefused."""
    flags = regex.VERSION0 if is_case_sensitive else regex.VERSION0 | regex.IGNORECASE
    accepted = _Scanner(source).accepted()
    try:
        return regex.compile(accepted, flags)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error) or type(error).__name__
        noticed = getattr(error, "pos", None) if accepted == source else None  # behind what is wrong
        at = max((noticed or 0) - 1, 0)
        raise PatternRefused(f"not a regular expression: {reason}", at, "mend it, or quote the words") from error


class _Scanner:
    """Reads an expression once and writes it again with each literal sign escaped.

    The `regex` package gives meanings of its own to much that is literal elsewhere (`{e<=1}`, `a*+`,
    nested sets); what gets through here means the same everywhere.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0
        self._out: list[str] = []
        self._can_repeat = False
        # How often the sign just read is repeated, and for each open group how often its most repeated one is:
        # counts within counts multiply, and (((a{1000}){1000}){1000}) would eat all memory.
        self._times = 1
        self._most = [1]

    def accepted(self) -> str:
        source = self._source
        if len(source) > _MAX_LENGTH:
            hint = "split it with OR, or write words and * instead"
            raise PatternRefused(f"the regular expression is longer than {_MAX_LENGTH} characters", _MAX_LENGTH, hint)
        while self._at < len(source):
            self._step(source[self._at])
        if self._depth:
            raise PatternRefused("a group in the regular expression is not closed", len(source), 'add ")"')
        return "".join(self._out)

    def _step(self, sign: str) -> None:
        match sign:
            case "\\":
                self._escape(_OUTER_ESCAPES)
            case "[":
                self._set()
            case "(":
                self._open()
            case ")":
                if not self._depth:
                    raise PatternRefused('")" without "(" in the regular expression', self._at, r'write "\)"')
                self._depth -= 1
                self._emit(sign, 1, can_repeat=True)
                self._times = self._most.pop()
                self._most[-1] = max(self._most[-1], self._times)
            case "*" | "+" | "?":
                self._repeat(sign, 1)
            case "{":
                self._brace()
            case "|" | "^":
                self._emit(sign, 1, can_repeat=False)
            case "." | "$":
                self._emit(sign, 1, can_repeat=sign == ".")
            case _:
                self._emit(_literal(sign), 1, can_repeat=True)

    def _emit(self, text: str, length: int, *, can_repeat: bool) -> None:
        self._out.append(text)
        self._at += length
        self._can_repeat = can_repeat
        self._times = 1

    def _escape(self, allowed: str) -> None:
        rest = self._source[self._at + 1 : self._at + 10]
        letter = rest[:1]
        if not letter:
            raise PatternRefused("the regular expression ends in a backslash", self._at, r'write "\\"')
        if letter in allowed:
            self._emit("\\" + letter, 2, can_repeat=letter not in "bBA")
        elif hexadecimal := re.match(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}", rest):
            self._emit(_literal(chr(int(hexadecimal[0][1:], 16))), 1 + hexadecimal.end(), can_repeat=True)
        elif letter.isdigit():
            raise PatternRefused(
                f"no backreference in a regular expression: \\{letter}", self._at, "write it out again"
            )
        elif letter in "pP":
            raise PatternRefused(f"unknown escape \\{letter}", self._at, r'write "\w" for any letter or digit')
        elif letter in "zZ":
            raise PatternRefused(f"unknown escape \\{letter}", self._at, 'write "$"')
        elif letter.isascii() and letter.isalpha():
            raise PatternRefused(f"unknown escape \\{letter}", self._at, f'write "{letter}" for the letter')
        else:
            self._emit(_literal(letter), 2, can_repeat=True)

    def _open(self) -> None:
        source, at = self._source, self._at
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PatternRefused(f"groups nested deeper than {_MAX_DEPTH}", at, "take out needless parentheses")
        self._most.append(1)
        if not source.startswith("(?", at):
            self._emit("(", 1, can_repeat=False)
            return
        for opening, name in _REFUSED_GROUPS:
            if source.startswith(opening, at):
                what = name.removeprefix("a ").removeprefix("an ")
                raise PatternRefused(f"no {what} in a regular expression", at, "say it with AND, NOT or a second rule")
        if group := _GROUP.match(source, at):
            self._emit(group[0], len(group[0]), can_repeat=False)
        elif at == 0 and (flags := _FLAGS.match(source)):
            self._depth -= 1
            self._most.pop()
            self._emit(flags[0], len(flags[0]), can_repeat=False)
        else:
            raise PatternRefused(f'unknown group "{source[at : at + 4]}"', at, 'write "(?:…)" or "(?P<name>…)"')

    def _brace(self) -> None:
        if count := _COUNT.match(self._source, self._at):
            low = int(count[1])
            high = int(count[3]) if count[3] else low
            if high < low:
                raise PatternRefused("the repeat counts stand in the wrong order", self._at, f"write {{{high},{low}}}")
            times = max(self._times, 1) * max(high, 1)
            if times > _MAX_REPEAT:
                raise PatternRefused(
                    f"repeated more than {_MAX_REPEAT} times", self._at, "repeat it less often, or use *"
                )
            self._repeat(count[0], len(count[0]))
            self._most[-1] = max(self._most[-1], times)
        elif _HALF_COUNT.match(self._source, self._at):
            raise PatternRefused("a repeat needs its lower count", self._at, 'write "{0,…}"')
        else:
            self._emit(r"\{", 1, can_repeat=True)

    def _repeat(self, text: str, length: int) -> None:
        if not self._can_repeat:
            raise PatternRefused(f'nothing to repeat before "{text}"', self._at, f'write "\\{text[0]}" for the sign')
        self._emit(text, length, can_repeat=False)
        if self._source.startswith("?", self._at):
            self._emit("?", 1, can_repeat=False)

    def _set(self) -> None:
        source, opened = self._source, self._at
        self._emit("[", 1, can_repeat=False)
        if source.startswith("^", self._at):
            self._emit("^", 1, can_repeat=False)
        first = self._at
        while self._at < len(source):
            sign = source[self._at]
            if sign == "]" and self._at > first:
                self._emit("]", 1, can_repeat=True)
                return
            if sign == "\\":
                self._escape(_SIMPLE_ESCAPES)
            elif sign == "[" and source.startswith(":", self._at + 1) and ":]" in source[self._at :]:
                raise PatternRefused("no [:class:] in a regular expression", self._at, r'write "\w", "\d" or "\s"')
            else:
                self._emit("-" if sign == "-" else _literal(sign), 1, can_repeat=False)
        raise PatternRefused('"[" is not closed in the regular expression', opened, 'add "]"')


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or not sign.isascii() else regex.escape(sign, special_only=False)
