"""The pools of connections, and which of them a request takes: public places, private ones, or a proxy.

Kept connections into a private network must never serve a request that may not go there, so the two live apart.
"""

from __future__ import annotations

import ssl
from urllib.parse import unquote_to_bytes
from urllib.request import getproxies, proxy_bypass

import httpcore

from newswatch.fetch.connect import CheckedNetwork, Deadline, NetworkClosed, Resolve
from newswatch.fetch.failures import failed
from newswatch.fetch.guard import Place, kind_of_host
from newswatch.fetch.hop import read_address
from newswatch.fetch.request import FailureKind, FetchFailed, proxy_objection
from newswatch.text.urls import redact

KEEP_ALIVE_S = 10.0
KEEP_ALIVE_CONNECTIONS = 20


class Pools:
    """Makes each pool when it is first needed. `trust_env`: use the proxies that the environment names."""

    def __init__(self, *, trust_env: bool, ssl_context: ssl.SSLContext, resolve: Resolve, deadline: Deadline) -> None:
        self._proxies: dict[str, str] = getproxies() if trust_env else {}
        self._ssl_context = ssl_context
        self._resolve = resolve
        self._deadline = deadline
        self._pools: dict[str, tuple[httpcore.AsyncConnectionPool, CheckedNetwork]] = {}
        self._is_closed = False

    def proxy_for(self, place: Place) -> str:
        """The proxy that the environment names for this place; empty for none. Never one for this very machine."""
        proxy = self._proxies.get(place.scheme) or self._proxies.get("all") or ""
        if not proxy or kind_of_host(place.host) == "loopback" or proxy_bypass(f"{place.host}:{place.port}"):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"

    def pool(self, *, proxy: str, may_be_private: bool) -> httpcore.AsyncConnectionPool | FetchFailed:
        """The pool for a proxy, or without one for places that may be private or not. Raises NetworkClosed."""
        if self._is_closed:
            raise NetworkClosed
        name = proxy or ("private" if may_be_private else "public")
        if name in self._pools:
            return self._pools[name][0]
        through = proxy_at(proxy, self._ssl_context) if proxy else None
        if isinstance(through, str):
            return failed(FailureKind.CONNECT, f"the proxy {redact(proxy)} cannot be used: {through}")
        # The proxy itself may stand anywhere: it is the user's or the environment's word.
        network = CheckedNetwork(
            may_be_private=bool(proxy) or may_be_private, resolve=self._resolve, deadline=self._deadline
        )
        kind = _ProxyPool if through else httpcore.AsyncConnectionPool
        pool = kind(
            ssl_context=self._ssl_context,
            proxy=through,
            max_connections=None,  # HostGate bounds them, in front
            max_keepalive_connections=KEEP_ALIVE_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=network,
        )
        self._pools[name] = pool, network
        return pool

    async def aclose(self) -> None:
        """Ends all connections, those in use as well; from now on there are none."""
        self._is_closed = True
        for _, network in self._pools.values():
            network.close()
        for pool, _ in list(self._pools.values()):
            await pool.aclose()


class _ProxyPool(httpcore.AsyncConnectionPool):
    """httpcore's pool, but one that a tunnel leaves when its TLS fails: there it would count as in use for ever."""

    def create_connection(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        """See `httpcore.AsyncConnectionPool`."""
        return _ThroughProxy(super().create_connection(origin))


class _ThroughProxy(httpcore.AsyncConnectionInterface):
    """A connection through a proxy that is closed when a request on it fails."""

    def __init__(self, connection: httpcore.AsyncConnectionInterface) -> None:
        self._connection = connection

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        try:
            return await self._connection.handle_async_request(request)
        except httpcore.ConnectionNotAvailable:  # it serves another request just now
            raise
        except BaseException:  # CancelledError included
            await self._connection.aclose()
            raise

    async def aclose(self) -> None:
        await self._connection.aclose()

    def info(self) -> str:
        return self._connection.info()

    def can_handle_request(self, origin: httpcore.Origin) -> bool:
        return self._connection.can_handle_request(origin)

    def is_available(self) -> bool:
        return self._connection.is_available()

    def has_expired(self) -> bool:
        return self._connection.has_expired()

    def is_idle(self) -> bool:
        return self._connection.is_idle()

    def is_closed(self) -> bool:
        return self._connection.is_closed()


def proxy_at(address: str, ssl_context: ssl.SSLContext) -> httpcore.Proxy | str:
    """The proxy at this address, or in plain words why there can be none."""
    if objection := proxy_objection(address):
        return objection
    parts = read_address(address)
    if parts is None or not parts.place.host or not 0 < parts.place.port < 2**16:
        return "its host and port cannot be read"
    place = parts.place
    name, _, password = parts.userinfo.partition(b":")
    return httpcore.Proxy(
        httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target="/"),
        auth=(unquote_to_bytes(name), unquote_to_bytes(password)) if parts.userinfo else None,
        ssl_context=ssl_context if place.scheme == "https" else None,
    )
