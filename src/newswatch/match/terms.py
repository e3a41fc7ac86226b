"""Single terms of a query: from an item of the lexer to its node of the tree (§4 and §6 of docs/rules-semantics.md).

Must never know of operators or of what stands beside a term.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from newswatch.errors import QueryError
from newswatch.match import patterns
from newswatch.match.habits import sign_meant
from newswatch.match.lexer import Item, Kind
from newswatch.match.tokens import Gap, PatternWord, pattern_words
from newswatch.match.tree import ANY_WORD, Alias, Exact, Lang, Pattern, Phrase, Site, UrlPart

_HOST = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.?")
_TAG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REFERENCE = re.compile(r"(?<!\w)@([\w-]+)")


def phrase(text: str, start: int, end: int) -> Phrase:
    """A run of words, quoted or not, at `start`:`end` of a query. Raises QueryError."""
    return Phrase(_phrase_words(text, start, start), start, end)


def quoted(item: Item) -> Phrase:
    """What stands between quotes. Raises QueryError."""
    return Phrase(_phrase_words(item.text, item.inner, item.start), item.start, item.end)


def alias(item: Item, aliases: Mapping[str, Sequence[str]]) -> Alias:
    """The phrases of `@name`. Raises QueryError for a name that is not there, or an entry that is no phrase."""
    if item.text not in aliases:
        names = {name.casefold(): name for name in aliases}
        close = get_close_matches(item.text.casefold(), names, n=1, cutoff=0.5)
        hint = f"did you mean @{names[close[0]]}?" if close else f"add {item.text} to [alias], or quote the word"
        raise QueryError(f"unknown alias @{item.text}", item.start, hint)
    phrases: list[Phrase] = []
    for entry in aliases[item.text]:
        try:
            words = alias_entry(item.text, entry, aliases)
        except QueryError as error:
            message = f'alias @{item.text}, entry "{entry}": {error.message}'
            raise QueryError(message, item.start, error.hint) from error
        phrases.append(Phrase(words, item.start, item.end))
    if not phrases:
        raise QueryError(f"alias @{item.text} is empty", item.start, "give it at least one phrase")
    return Alias(item.text, tuple(phrases), item.start, item.end)


def alias_entry(name: str, entry: str, aliases: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The words of an entry of the alias `name`. Raises QueryError with its offset in the entry.

    An entry is a phrase and looks nothing up (§4): one that names an alias would find only the name itself, in silence.
    """
    for named in _REFERENCE.finditer(entry):
        if named[1] in aliases:
            loop = _loop(name, named[1], aliases)
            message = f"{loop} is a circle" if loop else f"it names @{named[1]}, but an entry is a phrase"
            hint = f"write the phrases of @{named[1]} here, without the @" if named[1] != name else "take it out"
            raise QueryError(message, named.start(), hint)
    return _phrase_words(entry, 0, 0)


def exact(item: Item) -> Exact:
    """What stands between braces. Raises QueryError."""
    words = pattern_words(item.text)
    star = item.text.find("*")
    if star >= 0:
        hint = "remove it, or use quotes for a term with wildcards"
        raise QueryError("no wildcard inside braces: they match exactly", item.inner + star, hint)
    if not words:
        raise QueryError("there is no word in these braces", item.start, "use letters or digits; signs are not matched")
    real = [word for word in words if isinstance(word, PatternWord)]
    return Exact(tuple(word.folded for word in real), tuple(word.exact for word in real), item.start, item.end)


def pattern(item: Item) -> Pattern:
    """A regular expression. Raises QueryError where it is not accepted."""
    if not item.text:
        raise QueryError(
            "the regular expression is empty", item.start, 'to look for words with "/", put them in quotes'
        )
    try:
        patterns.compiled(item.text, is_case_sensitive=item.is_case_sensitive)
    except patterns.PatternRefused as error:
        raise QueryError(error.message, item.inner + error.offset, error.hint) from error
    return Pattern(item.text, item.is_case_sensitive, item.start, item.end)


def url_part(item: Item) -> UrlPart:
    """A piece of an address. Raises QueryError."""
    text = item.text.replace('\\"', '"') if item.kind is Kind.QUOTED else item.text
    if not text.strip():
        raise QueryError(
            "there is nothing to look for in the address", item.start, 'write a part of it, as in url:"/sport/"'
        )
    if text.startswith("{") and item.kind is Kind.WORD:
        raise QueryError("url: takes no braces", item.start, 'write url:"…", or url:/…/c where letter case matters')
    return UrlPart(text, item.start, item.end)


def site(item: Item) -> Site:
    """A host. Raises QueryError where it is none."""
    host = item.text.strip().lower() if item.kind is not Kind.PATTERN else ""
    if item.kind is Kind.PATTERN or not _HOST.fullmatch(host):
        named = re.search(r"(?:[\w-]+\.)+[\w-]+", host)
        hint = f"did you mean site:{named[0]}? Its subdomains are included" if named else "as in site:bbc.co.uk"
        raise QueryError("site: takes the name of a host", item.start, hint)
    return Site(host.strip(".").removeprefix("www."), item.start, item.end)


def lang(item: Item) -> Lang:
    """A language tag. Raises QueryError where it is none."""
    tag = item.text.strip().lower().replace("_", "-") if item.kind is not Kind.PATTERN else ""
    if not _TAG.fullmatch(tag):
        raise QueryError("lang: takes a language tag", item.start, "as in lang:en or lang:pt-BR")
    return Lang(tag, item.start, item.end)


def _loop(name: str, first: str, aliases: Mapping[str, Sequence[str]]) -> str:
    """The way from an alias over the one that it names back to itself, as "@a → @b → @a"; "" if there is none."""
    ways: list[tuple[str, ...]] = [(name, first)]
    seen = {first}
    while ways:
        way = ways.pop()
        if way[-1] == name:
            return " → ".join(f"@{step}" for step in way)
        for named in _REFERENCE.findall("\n".join(aliases[way[-1]])):
            if named in aliases and (named == name or named not in seen):
                seen.add(named)
                ways.append((*way, named))
    return ""


def _phrase_words(text: str, inner: int, start: int) -> tuple[str, ...]:
    """The words of `text`, which begins at `inner` of the query; errors without a better place point at `start`."""
    words = pattern_words(text)
    real = [place for place, word in enumerate(words) if isinstance(word, PatternWord)]
    stray = next(
        (
            word
            for place, word in enumerate(words)
            if isinstance(word, Gap) and not (real and real[0] < place < real[-1])
        ),
        None,
    )
    if stray is not None:
        raise QueryError(
            '"*" needs a letter or digit beside it, or a word on either side',
            inner + stray.start,
            'write "troop*", or "North * troops" for exactly one word between',
        )
    if not words:
        meant = sign_meant(text.strip())
        hint = f"write {meant}" if meant else "use letters or digits; signs are not matched"
        raise QueryError("there is no word in this term", start, hint)
    return tuple(word.folded if isinstance(word, PatternWord) else ANY_WORD for word in words)
