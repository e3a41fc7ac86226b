"""A query to begin with, from a headline: its telling words, all of them wanted. Pure; a person edits it further."""

from __future__ import annotations

import re

MOST_WORDS = 5
LEAST_LETTERS = 4
LONGEST = 200
"""Code points of a headline without blanks."""
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_OPERATOR = re.compile(r"AND|OR|NOT|O?NEAR|ATLEAST")


def query_of(title: str) -> str:
    """`Tanker AND Strait AND Hormuz` for a headline in words, the headline in quotes for one that is not."""
    words: dict[str, str] = {}
    for number, found in enumerate(_WORD.finditer(title)):
        word = found.group()
        if _is_telling(word, is_first=number == 0) and not _OPERATOR.fullmatch(word):
            words.setdefault(word.casefold(), word)
    telling = sorted(words.values(), key=lambda word: not (word[0].isupper() or word[0].isdigit()))[:MOST_WORDS]
    chosen = [word for word in words.values() if word in telling]
    if len(chosen) < 2 or (not title[:200].isascii() and " " not in title.strip()):
        quoted = " ".join(re.sub(r'[\\"*]', " ", title[:LONGEST]).split())
        return f'"{quoted}"' if quoted else ""
    return " AND ".join(f'"{word}"' if not word.isalnum() else word for word in chosen)


def _is_telling(word: str, *, is_first: bool) -> bool:
    if word.isupper() and len(word) > 1:
        return True
    return len(word) >= LEAST_LETTERS or (word[0].isupper() and not is_first and len(word) > 2)
