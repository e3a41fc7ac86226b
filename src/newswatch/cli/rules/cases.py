"""`rules try --cases`: rules and texts from a file in the form of the golden cases, one answer each.

A case is a JSON object a line: `id`, `rule`, `fields` and perhaps `aliases`. Each gets an answer in its place, also one
that is no case; nothing of a home is read. Must never import what it does not need: ten thousand cases are a matter of
seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from newswatch.cli.output import Output
from newswatch.errors import QueryError
from newswatch.match.compile import compile_query
from newswatch.match.ruleids import ALIAS_NAME
from newswatch.model.entry import Document
from newswatch.text.clean import clean_line

__all__ = ["answer_cases", "answers"]

_TEXTS = ("title", "summary", "content", "author", "source", "url", "lang")
_HALF = re.compile("[\ud800-\udfff]")
_BOM = b"\xef\xbb\xbf"


class _NoCase(Exception):
    """Why a line is no case, and the place of it: in the rule if that is where it is, else in the line."""

    def __init__(self, message: str, offset: int = 0) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


def answer_cases(out: Output, file: BinaryIO) -> int:
    """Prints the answers, in order, as the lines come. Returns 0: every line had one."""
    for answer in answers(file):
        out.json(answer)
    return 0


def answers(lines: Iterable[bytes]) -> Iterator[Mapping[str, object]]:
    """What to say to each line; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        raw = line.removeprefix(_BOM) if number == 1 else line
        if raw.strip():
            yield _answer(raw, number)


def _answer(raw: bytes, number: int) -> Mapping[str, object]:
    case_id: object = None
    try:
        case, constants = _object(raw)
        case_id = _id(case)
        return {"id": case_id, **_verdict(case, constants)}
    except _NoCase as fault:
        return _refused(case_id, f"line {number} is no case: {fault.message}", fault.offset)
    except QueryError as error:
        message = error.message + (f" ({error.hint})" if error.hint else "")
        return _refused(case_id, clean_line(message), error.offset)


def _refused(case_id: object, message: str, offset: int) -> Mapping[str, object]:
    return {"id": case_id, "error": {"message": message, "offset": offset}}


def _object(raw: bytes) -> tuple[Mapping[str, object], list[str]]:
    """What the line holds, and the names in it that Python takes for numbers and JSON does not, such as NaN."""
    constants: list[str] = []
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _NoCase("it is not UTF-8", len(raw[: fault.start].decode("utf-8", "replace"))) from fault
    try:
        case = json.loads(text, parse_constant=constants.append)
    except json.JSONDecodeError as fault:
        raise _NoCase(f"it is not JSON: {fault.msg}", fault.pos) from fault
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits; brackets without end
        raise _NoCase("it holds a number that is too long, or brackets nested too deeply") from fault
    if not isinstance(case, dict):
        raise _NoCase('write a JSON object, {"id": …, "rule": …, "fields": {…}}')
    return case, constants


def _id(case: Mapping[str, object]) -> object:
    if "id" not in case:
        raise _NoCase('it has no "id"')
    case_id = case["id"]
    if isinstance(case_id, bool) or not isinstance(case_id, (str, int)):
        raise _NoCase("its id is neither text nor a whole number")
    if isinstance(case_id, str):
        _check_whole(case_id, "its id")
    return case_id


def _verdict(case: Mapping[str, object], constants: list[str]) -> Mapping[str, object]:
    if constants:
        raise _NoCase(f"{constants[0]} is no number in JSON")
    for key in ("rule", "fields"):
        if key not in case:
            raise _NoCase(f'it has no "{key}"')
    rule = _text(case["rule"], "its rule")
    document, aliases = _document(case["fields"]), _aliases(case.get("aliases"))
    marks = compile_query(rule, aliases).marks(document)
    return {"match": marks is not None, "spans": [[mark.field, mark.text] for mark in marks or ()]}


def _document(fields: object) -> Document:
    if not isinstance(fields, dict):
        raise _NoCase("its fields are no object")
    texts: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    for name, value in fields.items():
        if name not in _TEXTS and name != "tags":
            raise _NoCase(f'"{clean_line(name, 40)}" is no field: there are {", ".join((*_TEXTS, "tags"))}')
        if value is None:  # as good as missing
            continue
        if name == "tags":
            if not isinstance(value, list):
                raise _NoCase("its tags are no list")
            tags = tuple(_text(tag, "a tag") for tag in value)
        else:
            texts[name] = _text(value, f"its {name}")
    return Document(**texts, tags=tags)


def _aliases(given: object) -> Mapping[str, tuple[str, ...]]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _NoCase("its aliases are no object")
    aliases: dict[str, tuple[str, ...]] = {}
    for name, entries in given.items():
        _check_whole(name, "the name of an alias")
        if not ALIAS_NAME.fullmatch(name):
            raise _NoCase(f'an alias is named by letters, digits, "_" and "-", not "{clean_line(name, 40)}"')
        if not isinstance(entries, list):
            raise _NoCase(f"its alias {name} is no list")
        aliases[name] = tuple(_text(entry, f"an entry of its alias {name}") for entry in entries)
    return aliases


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise _NoCase(f"{what} is no text")
    _check_whole(value, what)
    return value


def _check_whole(text: str, what: str) -> None:
    if not text.isascii() and (half := _HALF.search(text)):
        raise _NoCase(f"{what} holds half a character (a surrogate)", half.start())
