"""Which feeds stand behind an address that a person typed: itself, what its page links to, or where feeds usually are.

What a page says is only a hint: whatever is found here was asked for, and is a feed. How it is asked is handed in
(`Ask`), so this module must never know the network, nor how documents are read.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from urllib.parse import urlsplit

from newswatch.feeds.addresses import likeness
from newswatch.feeds.opmltext import decode
from newswatch.model.entry import ParsedFeed
from newswatch.text.clean import clean_line
from newswatch.text.html import decode_entities, start_tags
from newswatch.text.urls import host_of, safe_link

MAX_ASKED = 20  # of what a page links to
LOOKED_AT = 2_000_000  # characters of a page
USUAL_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")

_MAX_LINKS = 20_000  # looked at in one page
_MAX_ATTRIBUTES = 8_192  # characters
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss"}
)
_MAYBE_TYPES = frozenset({"text/xml", "application/xml", "application/json", "text/rss+xml", "text/atom+xml"})
_FEED_PATH = re.compile(
    r"(?:^|[/_.-])(?:rss|rss2|atom|rdf|feeds?|newsfeed|rssfeed)(?:[/_.-]|$)|\.(?:rss|atom|rdf)$|/index\.xml$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|[&;])(?:feed|format|type|alt|output|view)=(?:rss2?|atom|rdf|feed|json)", re.IGNORECASE)
_NO_FEED_PATH = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|pdf|zip|mp[34]|html?)$", re.IGNORECASE)
_SERVER = re.compile(r"(https?)://(?:([^/?#]*)@)?([^/?#@]*)", re.IGNORECASE)
_COMMENTS = re.compile(r"\bcomments?\b", re.IGNORECASE)


class Hint(IntEnum):
    """Why an address may be a feed, the surest first."""

    TYPED = 0
    LINKED = 1  # <link rel=alternate> with the type of a feed
    LINKED_MAYBE = 2  # the same with a type that many things have
    ANCHOR = 3  # <a href> that looks like a feed
    COMMENTS = 4  # either, but of comments
    USUAL = 5  # a path where feeds usually are


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed. `title` is the page's word for it, cleaned."""

    address: str = field(repr=False)
    title: str
    hint: Hint


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address gave.

    `feed` is the document if it is one; else `page` is what came, and `failure` says in words what it is or why
    nothing came. `found_at` is where it was found, `moved_to` where permanent redirects led. `is_unreached`: nobody
    answered at all; `is_unconnected`: nothing even took the connection, so that another scheme may be meant.
    """

    found_at: str = field(repr=False)
    feed: ParsedFeed | None = None
    page: bytes = field(default=b"", repr=False)
    failure: str = ""
    moved_to: str | None = field(default=None, repr=False)
    is_unreached: bool = False
    is_unconnected: bool = False


Ask = Callable[[str], Awaitable[Answer]]
"""Asks one address, politely, once. Raises nothing but CancelledError."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answered. `address` is the one to keep: where permanent redirects led, if they did."""

    address: str = field(repr=False)
    feed: ParsedFeed
    hint: Hint
    title: str  # its own, else the page's word for it


@dataclass(frozen=True, slots=True)
class Discovery:
    """What stands behind an address: feeds, the surest first; if there is none, `failure` says why, in words.

    `page` is the address of the page that led there, None if the typed address was a feed itself. `is_unreached`:
    nobody answered at all.
    """

    feeds: tuple[Found, ...]
    page: str | None = field(default=None, repr=False)
    failure: str = ""
    is_unreached: bool = False


async def discover(guesses: Sequence[str], ask: Ask, found: Callable[[Found], None] = lambda _: None) -> Discovery:
    """The feeds behind what was typed. `guesses` are what it may mean, the next asked only if nothing takes the
    connection at the one before. All of it is asked one after the other, at most `MAX_ASKED` and `USUAL_PATHS`.
    `found` is told each feed as soon as it has answered.
    """
    for typed in guesses:
        first = await ask(typed)
        if not first.is_unconnected:
            break
    if first.feed is not None:
        itself = _found(Candidate(typed, "", Hint.TYPED), first, first.feed)
        found(itself)
        return Discovery((itself,))
    is_front_page = urlsplit(typed).path in {"", "/"}
    if not first.page and (first.is_unreached or not is_front_page):
        return Discovery((), failure=first.failure, is_unreached=first.is_unreached)
    page = first.found_at if first.page else typed  # a front page that is kept from us may still have a feed
    seen = {likeness(typed), likeness(page)}
    feeds = await _feeds_among(_for_user_of(typed, candidates(first.page, page)), ask, seen, found)
    if not feeds:
        feeds = await _feeds_among(_for_user_of(typed, usual_places(page)), ask, seen, found)
    failure = "" if feeds else f"{first.failure}, and no feed was found behind it"
    return Discovery(tuple(feeds), page=page, failure=failure)


def candidates(page: str | bytes, url: str) -> tuple[Candidate, ...]:
    """What a page links to that may be a feed, the surest first; at most `MAX_ASKED`. `url` is where it was found."""
    text = page if isinstance(page, str) else decode(page[: 4 * LOOKED_AT])[0]
    best: dict[str, Candidate] = {}
    for candidate in _linked(text[:LOOKED_AT], url):
        known = best.setdefault(likeness(candidate.address), candidate)
        if candidate.hint < known.hint:
            best[likeness(candidate.address)] = candidate
    best.pop(likeness(url), None)
    return tuple(sorted(best.values(), key=lambda candidate: candidate.hint)[:MAX_ASKED])


def usual_places(url: str) -> tuple[Candidate, ...]:
    """Where a site's feed usually is: below this page, if it is a folder, and at the root of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    is_folder = "." not in parts.path.rpartition("/")[2]
    bases = dict.fromkeys((f"{root}{parts.path.strip('/')}/" if parts.path.strip("/") else root, root))
    places = [f"{base}{path}" for base in (bases if is_folder else (root,)) for path in USUAL_PATHS]
    return tuple(Candidate(place, "", Hint.USUAL) for place in places)


def _for_user_of(typed: str, wanted: Iterable[Candidate]) -> Iterator[Candidate]:
    """The same, with the user name and password that were typed where they go to the very same server."""
    own = _SERVER.match(typed)
    for candidate in wanted:
        other = _SERVER.match(candidate.address)
        if own is None or other is None or not own[2] or _server(own) != _server(other):
            yield candidate
        else:
            yield replace(candidate, address=f"{other[1]}://{own[2]}@{candidate.address[other.start(3) :]}")


def _server(match: re.Match[str]) -> tuple[str, str]:
    return match[1].lower(), match[3].lower()


async def _feeds_among(
    wanted: Iterable[Candidate], ask: Ask, seen: set[str], tell: Callable[[Found], None]
) -> list[Found]:
    """Those that are feeds, each once; `seen` are likenesses of what was asked already, and grows.

    Once a usual place was a feed, the other usual ones are not asked: they are the same feed.
    """
    feeds: list[Found] = []
    for candidate in wanted:
        if likeness(candidate.address) in seen or (feeds and candidate.hint is Hint.USUAL):
            continue
        seen.add(likeness(candidate.address))
        answer = await ask(candidate.address)
        if answer.feed is None:
            continue
        found = _found(candidate, answer, answer.feed)
        is_known = any(likeness(found.address) == likeness(other.address) for other in feeds)
        if not is_known:
            feeds.append(found)
            tell(found)
        seen.update((likeness(found.address), likeness(answer.found_at)))
    return feeds


def _found(candidate: Candidate, answer: Answer, feed: ParsedFeed) -> Found:
    return Found(answer.moved_to or candidate.address, feed, candidate.hint, feed.title or candidate.title)


def _linked(text: str, url: str) -> Iterator[Candidate]:
    base = url
    links = 0
    for name, inner in start_tags(text, {"base", "link", "a", "area"}):
        links += 1
        if links > _MAX_LINKS:
            return
        attributes = _attributes(inner)
        href = attributes.get("href", "")
        if name == "base":
            if base == url:  # the first one counts
                base = safe_link(href, url) or url
            continue
        hint = _hint(name, attributes)
        address = safe_link(href, base) if hint is not None else None
        if hint is None or address is None:
            continue
        address = address.partition("#")[0]
        title = clean_line(decode_entities(attributes.get("title", "")), 200)
        if name != "link" and not _is_like_a_feed(address, attributes):
            continue
        if _COMMENTS.search(title) or _COMMENTS.search(urlsplit(address).path):
            hint = Hint.COMMENTS
        yield Candidate(address, title, hint)


def _hint(name: str, attributes: dict[str, str]) -> Hint | None:
    """Whether the tag may link to a feed, and how sure that is; None if it does not."""
    if not attributes.get("href"):
        return None
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    if name != "link":
        return Hint.ANCHOR
    relations = attributes.get("rel", "").lower().split()
    if "feed" in relations or ({"alternate", "alternative"} & set(relations) and kind in _FEED_TYPES):
        return Hint.LINKED
    return Hint.LINKED_MAYBE if "alternate" in relations and kind in _MAYBE_TYPES else None


def _is_like_a_feed(address: str, attributes: dict[str, str]) -> bool:
    if attributes.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES:
        return True
    parts = urlsplit(address)
    if host_of(address) == "" or _NO_FEED_PATH.search(parts.path):
        return False
    return _FEED_PATH.search(parts.path) is not None or _FEED_QUERY.search(parts.query) is not None


def _attributes(inner: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name, entities decoded; of two with one name the first."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inner[:_MAX_ATTRIBUTES]):
        value = double or single or bare
        found.setdefault(name.lower(), decode_entities(value) if "&" in value else value)
    return found
