"""How far a fetch has come: what a failure means, and whom it names, depends on it.

It is told of each step and waits for none; it must never know what is sent or read.
"""

from __future__ import annotations

from newswatch.fetch.failures import failed
from newswatch.fetch.hop import Hop
from newswatch.fetch.inflate import readable_size
from newswatch.fetch.request import FailureKind, FetchFailed


class Progress:
    """How far a fetch came: what a passed deadline means depends on it. `peer` is whom we talk to, in words."""

    def __init__(self, hop: Hop) -> None:
        self.is_fresh = False  # the connection was opened for this request
        self.received = 0
        self._is_heard = False  # some server has answered something
        self.begin(hop)

    def begin(self, hop: Hop) -> None:
        """A request is about to go out."""
        self.hop = hop
        self.status: int | None = None  # of this hop; None while its answer is awaited
        self.peer = hop.place.host
        self._is_connected = True  # until we hear that a connection has to be opened first

    def sets_out(self, host: str) -> None:
        """See `connect.Traveller`."""
        if not self.is_fresh:
            self.is_fresh, self._is_connected = True, False
        self.peer = host if host == self.hop.place.host else f"the proxy {host}"

    def arrived(self) -> None:
        """See `connect.Traveller`."""
        self._is_connected = True
        if self.hop.place.scheme == "http":  # what is said now is for the server, whoever passes it on
            self.peer = self.hop.place.host

    def hear(self, status: int) -> None:
        """The head of an answer is here."""
        self.status = status
        self._is_heard = True

    def timed_out(self, timeout_s: float) -> FetchFailed:
        """What it means that the deadline passed here."""
        within = f"within {timeout_s:g} s"
        kind = FailureKind.SLOW if self._is_heard else FailureKind.TIMEOUT
        if self.status is not None:
            return failed(
                kind, f"the answer was not complete {within} ({readable_size(self.received)} came)", status=self.status
            )
        if self._is_connected:
            return failed(kind, f"no answer from {self.peer} {within}")
        return failed(kind, f"no connection to {self.peer} {within}")
