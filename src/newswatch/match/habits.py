"""What people bring along from other search tools: operators and signs that here are plain words, or nothing.

For each it knows what is probably meant. Must never know of trees or of documents: it looks at bare words as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newswatch.match.tree import FIELD_NAMES

__all__ = ["LANGUAGE_MEANT", "field_meant", "foreign_signs", "operator_meant", "sign_meant"]

_OPERATORS = ("and", "or", "not", "near", "onear")
# w/5, adj5, atleast3 and the like are those of press archives.
_COUNTED = re.compile(r"(near|onear|atleast|adj|within|(?:w|n|pre)(?=/))/?(\d{1,6})")
_COUNTED_MEANT = {"atleast": "ATLEAST", "onear": "ONEAR", "pre": "ONEAR"}
_WORDS_MEANT = {"andnot": "NOT", "xor": "OR"}
_SIGNS_MEANT = {"|": "OR", "||": "OR", "&&": "AND", "+": "AND"}
_WILD_SIGN = re.compile(r"\w*[^\W\d]\w*[?%]")
# Names that other tools have for our fields.
_FIELDS_MEANT = {
    "headline": "title", "head": "title", "hd": "title", "subject": "title",
    "description": "summary", "lead": "summary", "abstract": "summary", "article": "content",
    "byline": "author", "by": "author",
    "from": "source", "outlet": "source", "publisher": "source", "feed": "source",
    "category": "tag", "topic": "tag", "keyword": "tag", "label": "tag",
    "link": "url", "address": "url", "domain": "site", "host": "site", "locale": "lang",
}  # fmt: skip
LANGUAGE_MEANT = {
    # the domain of a country
    "ua": "uk", "jp": "ja", "cn": "zh", "kr": "ko", "cz": "cs", "gr": "el", "dk": "da", "us": "en", "gb": "en",
    "il": "he", "by": "be", "rs": "sr", "vn": "vi", "in": "hi",
    # three letters, and names: feeds say it in two
    "eng": "en", "ukr": "uk", "rus": "ru", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es",
    "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "pol": "pl", "ara": "ar", "por": "pt", "ita": "it",
    "english": "en", "ukrainian": "uk", "russian": "ru", "german": "de", "deutsch": "de", "french": "fr",
    "spanish": "es", "chinese": "zh", "japanese": "ja", "korean": "ko", "polish": "pl", "arabic": "ar",
    "portuguese": "pt", "italian": "it", "hebrew": "he", "turkish": "tr",
}  # fmt: skip
"""What people write for a language -> its tag."""


def operator_meant(word: str) -> str:
    """The operator that a bare word looks like: OR for "Or", NEAR/5 for "w/5"; empty if it does not."""
    lower = word.lower()
    if lower in _OPERATORS:
        return lower.upper()
    if (counted := _COUNTED.fullmatch(lower)) is not None:
        return f"{_COUNTED_MEANT.get(counted[1], 'NEAR')}/{counted[2]}"
    return _WORDS_MEANT.get(lower, "")


def sign_meant(signs: str) -> str:
    """The operator that other tools write with these signs; empty if none is known."""
    return "AND" if signs == "&" else _SIGNS_MEANT.get(signs, "")


def field_meant(name: str) -> str:
    """The field that another tool calls by this name; empty if none is known."""
    return _FIELDS_MEANT.get(name.lower(), "")


def foreign_signs(words: Sequence[str], shown: str) -> Iterator[str]:
    """What is to be said of the signs in a run of bare words, which is shown as `shown`."""
    for place, word in enumerate(words):
        follower = words[place + 1] if place + 1 < len(words) else ""
        if word[:1] == "!" and word[1:2].isalnum():
            yield f"“!” only separates: “{word[1:]}” has to be there. To exclude it, write “-{word[1:]}” or NOT."
        elif word[:1] == "+" and word[1:2].isalnum() and len(words) > 1:
            yield f"“+” only separates: “{shown}” is one phrase. Write AND between words that may stand apart."
        elif word in _SIGNS_MEANT and place and follower:
            yield f"“{word}” only separates: “{shown}” is one phrase. Write {_SIGNS_MEANT[word]}."
        elif word == "-" and place and follower:
            yield f"“-” alone only separates: “{shown}” is one phrase. To exclude, write “-{follower}” or NOT."
        elif word == "@" and follower:
            yield f"“@” alone only separates. For the alias, write “@{follower}”."
        elif (name := _field_named(word, follower)) != "":
            yield f"“{name}” is a word here. To look in that field, write “{name}:” with the words right behind."
        elif len(words) == 1 and _WILD_SIGN.fullmatch(word):
            yield f"“{word}” matches the word “{word[:-1]}”: signs are not looked for. “*” stands for any letters."
    ends = [word for word in words[:-1] if word[-1] in ",;"]
    if len(ends) > 1 or any(word[-1] == ";" for word in ends):
        yield f"Commas only separate: “{shown}” is one phrase. Write OR between alternatives."


def _field_named(word: str, follower: str) -> str:
    """The name of a field that is set off by a blank, or by a sign that is no colon: `title :x`, `title=x`."""
    name, sign, rest = word.partition("=")
    is_set_off = (sign and (rest or follower)) or (not sign and follower[:1] in (":", "="))
    return name if is_set_off and name.lower() in FIELD_NAMES else ""
