"""A portal that answers for every name with an address of its own network: nobody is asked, and we are offline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from newswatch.engine.checker import FeedChecker
from newswatch.engine.poller import PROBE_EVERY_S
from newswatch.engine.step import CheckResult, Unchanged
from newswatch.fetch.http import HttpFetcher
from newswatch.fetch.polite import HostGate
from newswatch.fetch.request import FailureKind, FetchFailed, FetchRequest
from newswatch.model.entry import ParsedFeed
from newswatch.model.feed import Feed, FeedState
from newswatch.parse.reading import Reading
from newswatch.testing import build
from newswatch.testing.clock import FakeClock
from tests.unit.test_poller import Asked, Desk, polling


class Resolver:
    """The portal's name server."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        return [self._address]


class NoReader:
    async def parse(self, body: bytes, url: str, headers: Mapping[str, str]) -> ParsedFeed:
        raise NotImplementedError

    async def read(self, body: bytes, url: str, headers: Mapping[str, str], seen: Collection[bytes]) -> Reading:
        raise NotImplementedError

    async def aclose(self) -> None:
        pass


def checker_behind(resolver: Resolver, clock: FakeClock) -> FeedChecker:
    fetcher = HttpFetcher(user_agent="test", timeout_s=30, resolve=resolver, now=clock.now)
    return FeedChecker(fetcher, NoReader(), HostGate(8, 8, monotonic=clock.monotonic, sleep=clock.sleep), 2**20)


async def test_a_portal_that_answers_for_all_names_is_no_network() -> None:
    clock = FakeClock()
    checker = checker_behind(Resolver("10.0.0.1"), clock)
    feeds = [build.feed(f"https://wire{n}.example/rss", allow_private=False) for n in range(5)]
    results = [await checker.check(feed, FeedState(feed.id)) for feed in feeds]
    await checker.aclose()
    desk = Desk(clock, *feeds)
    by_id = dict(zip((feed.id for feed in feeds), results, strict=True))
    async with polling(desk, Asked(clock, lambda feed: by_id[feed.id]), clock):
        assert desk.offline == [True]
        settled = len(desk.settled)
        await clock.advance(10 * PROBE_EVERY_S)
        assert len(desk.settled) == settled, "nobody's back-off grows"


async def test_only_a_name_that_a_resolver_gave_an_inner_address_is_astray() -> None:
    fetcher = HttpFetcher(user_agent="test", timeout_s=30, resolve=Resolver("192.168.1.1"), now=build.at)
    kinds = {}
    for host in ("wire.example", "192.168.1.1", "router.lan", "localhost"):
        result = await fetcher.fetch(FetchRequest(f"http://{host}/rss"))
        assert isinstance(result, FetchFailed)
        kinds[host] = result.kind
    await fetcher.aclose()
    refused = FailureKind.REFUSED
    assert kinds == {
        "wire.example": FailureKind.ASTRAY, "192.168.1.1": refused, "router.lan": refused, "localhost": refused,
    }  # fmt: skip
    assert FailureKind.ASTRAY.is_network
    assert not FailureKind.ASTRAY.is_answer


async def test_one_feed_that_leads_into_the_house_while_others_answer_is_a_failure_of_its_own() -> None:
    clock = FakeClock()
    odd = build.feed("https://odd.example/rss", allow_private=False)
    checker = checker_behind(Resolver("10.0.0.1"), clock)
    astray = await checker.check(odd, FeedState(odd.id))
    await checker.aclose()
    others: list[Feed] = [build.feed(f"https://wire{n}.example/rss") for n in range(5)]
    desk = Desk(clock, odd, *others)

    def answer(feed: Feed) -> CheckResult:
        return astray if feed.id == odd.id else Unchanged()

    async with polling(desk, Asked(clock, answer), clock):
        await clock.advance(1800)
    assert True not in desk.offline
    assert any(url == odd.url for url, _ in desk.settled)
