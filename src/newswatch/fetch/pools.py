"""The pools of connections, and which of them a request takes: public places, private ones, or a proxy.

Kept connections into a private network must never serve a request that may not go there, so the two live apart.
"""

from __future__ import annotations

import ssl
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from newswatch.fetch.connect import CheckedNetwork, Deadline, Resolve
from newswatch.fetch.failures import failed
from newswatch.fetch.guard import Place, kind_of_host
from newswatch.fetch.hop import DEFAULT_PORTS
from newswatch.fetch.request import FailureKind, FetchFailed
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
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    def proxy_for(self, place: Place) -> str:
        """The proxy that the environment names for this place; empty for none. Never one for this very machine."""
        proxy = self._proxies.get(place.scheme) or self._proxies.get("all") or ""
        if not proxy or kind_of_host(place.host) == "loopback" or proxy_bypass(f"{place.host}:{place.port}"):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"

    def pool(self, *, proxy: str, may_be_private: bool) -> httpcore.AsyncConnectionPool | FetchFailed:
        """The pool for a proxy, or without one for places that may be private or not."""
        name = proxy or ("private" if may_be_private else "public")
        if name in self._pools:
            return self._pools[name]
        # The proxy itself may stand anywhere: it is the environment's word.
        network = CheckedNetwork(
            may_be_private=bool(proxy) or may_be_private, resolve=self._resolve, deadline=self._deadline
        )
        try:
            pool = httpcore.AsyncConnectionPool(
                ssl_context=self._ssl_context,
                proxy=_proxy(proxy, self._ssl_context) if proxy else None,
                max_connections=None,  # HostGate bounds them, in front
                max_keepalive_connections=KEEP_ALIVE_CONNECTIONS,
                keepalive_expiry=KEEP_ALIVE_S,
                network_backend=network,
            )
        except (httpx.InvalidURL, ValueError):
            return failed(FailureKind.CONNECT, f"the proxy that the environment names cannot be used: {redact(proxy)}")
        self._pools[name] = pool
        return pool

    async def aclose(self) -> None:
        """Closes all connections."""
        pools = list(self._pools.values())
        self._pools.clear()
        for pool in pools:
            await pool.aclose()


def _proxy(address: str, ssl_context: ssl.SSLContext) -> httpcore.Proxy:
    """Raises InvalidURL or ValueError for one that cannot be used."""
    url = httpx.URL(address)
    if url.scheme not in DEFAULT_PORTS or not url.host:
        raise ValueError("only http and https proxies are supported")
    port = url.port or DEFAULT_PORTS[url.scheme]
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=b"/"),
        auth=(url.username, url.password) if url.userinfo else None,
        ssl_context=ssl_context if url.scheme == "https" else None,
    )
