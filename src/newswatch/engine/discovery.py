"""Finding the feed that a person means by an address, over the real network: `feeds.discover` with a probe to ask with.

What was typed is the person's own word, so it may be private; what a page links to may be so only at the same host and
port, unless the person says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from newswatch.engine.moving import is_same_server, may_replace
from newswatch.engine.probe import Look, Probe
from newswatch.feeds.addresses import typed_addresses
from newswatch.feeds.discover import Answer, Discovery, Found, discover
from newswatch.fetch.guard import kind_of_host
from newswatch.fetch.request import FailureKind, Fetched, FetchFailed, NotModified
from newswatch.model.feed import Feed, feed_id
from newswatch.text.urls import host_of

_UNCONNECTED = frozenset({FailureKind.CONNECT, FailureKind.TURNED_AWAY, FailureKind.TIMEOUT})
_UNREACHED = frozenset({*_UNCONNECTED, FailureKind.DNS, FailureKind.TLS, FailureKind.SLOW})

LONGEST_S = 90.0
"""A page may link to many addresses, and each may take its time: what was found by then is the answer."""


async def discover_feeds(
    typed: str,
    probe: Probe,
    *,
    allow_private: bool = False,
    asking: Callable[[str], None] = lambda _: None,
    found: Callable[[Found], None] = lambda _: None,
) -> Discovery:
    """The feeds behind what a person typed, as far as they are found in `LONGEST_S`.

    `allow_private`: what a page links to may lie anywhere. `asking` is told each address before it is asked, `found`
    each feed when it has answered. Raises UsageError if what was typed is no address.
    """
    clock = probe.clock
    ends_at = clock.monotonic() + LONGEST_S
    guesses = _guesses(typed)
    own = guesses[0]

    async def ask(address: str) -> Answer:
        nonlocal own
        if address in guesses:
            own = address
        left_s = ends_at - clock.monotonic()
        if left_s <= 0:
            return _not_in_time(address)
        asking(address)
        try:
            async with clock.timeout(left_s):
                look = await probe.look(address, own_url=address if allow_private else own)
        except TimeoutError:
            return _not_in_time(address)
        return _answer(look, is_guess=address in guesses[:-1])

    return await discover(guesses, ask, found)


def _guesses(typed: str) -> tuple[str, ...]:
    """What was typed, likeliest first: machines of one's own network are rarely asked over https."""
    guesses = typed_addresses(typed)
    is_local = kind_of_host(host_of(guesses[0])) is not None
    return guesses[::-1] if is_local else guesses


def feed_of(found: Found, typed: str, *, allow_private: bool) -> Feed:
    """The line of feeds.opml for what was found. Only what was typed is the person's word for a private address."""
    is_own_word = any(is_same_server(found.address, guess) for guess in typed_addresses(typed))
    return Feed(
        id=feed_id(found.address),
        url=found.address,
        name=found.title,
        allow_private=allow_private or is_own_word,
    )


def _not_in_time(address: str) -> Answer:
    return Answer(address, failure=f"it took longer than {LONGEST_S:.0f} seconds")


def _answer(look: Look, *, is_guess: bool) -> Answer:
    result = look.result
    match result:
        case FetchFailed():
            failure = result.reason
            if is_guess and result.kind is FailureKind.TLS:
                failure += "; type http:// before it if you mean it without encryption"
            return Answer(
                look.address,
                failure=failure,
                is_unreached=result.kind in _UNREACHED,
                is_unconnected=result.kind in _UNCONNECTED,
            )
        case NotModified():
            return Answer(look.address, failure="the server says unchanged, though it was never asked before")
        case Fetched():
            document = look.document
            if document is None or document.error is not None:
                reason = (document.error if document is not None else None) or "nothing could be read of it"
                return Answer(result.url, page=result.body, failure=reason)
            moved_to = result.permanent_url
            is_fit = moved_to is not None and may_replace(look.address, moved_to)
            return Answer(result.url, feed=document, moved_to=moved_to if is_fit else None)
        case _:
            assert_never(result)
