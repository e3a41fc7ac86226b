"""Says in plain words why a fetch failed: exceptions and statuses become `FetchFailed`, without secrets.

Texts of libraries are not passed on: they hold addresses and bytes that a server chose.
"""

from __future__ import annotations

import errno
import re
import ssl
from collections.abc import Iterator
from http import HTTPStatus

import httpcore

from newswatch.fetch.connect import HostNotFound, NetworkClosed
from newswatch.fetch.request import FailureKind, FetchFailed
from newswatch.text.clean import clean_line
from newswatch.text.urls import redact_text

REASON_LIMIT = 400

_WORDS_FOR_ERRNO = {
    errno.ECONNREFUSED: "{host} refuses connections",
    errno.ECONNRESET: "{host} reset the connection",
    errno.ENETUNREACH: "no way to {host}: the network is unreachable",
    errno.EHOSTUNREACH: "no way to {host}: it is unreachable",
    errno.ETIMEDOUT: "{host} does not answer",
    errno.EADDRNOTAVAIL: "no way to {host}: its address cannot be used from here",
    errno.EACCES: "no way to {host}: this machine does not allow it",
    errno.EPERM: "no way to {host}: this machine does not allow it",
    errno.EMFILE: "too many connections are open on this machine",
    errno.ENFILE: "too many connections are open on this machine",
}
_PROXY_STATUS = re.compile(r"[1-5][0-9]{2}")


def failed(
    kind: FailureKind, reason: str, *, status: int | None = None, retry_after_s: float | None = None
) -> FetchFailed:
    """A failure whose reason is cleaned and redacted."""
    return FetchFailed(clean_line(redact_text(reason), REASON_LIMIT), kind, status, retry_after_s)


def status_in_words(status: int) -> str:
    """ "404 Not Found"; the bare number where no standard names it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def explained(error: BaseException, host: str) -> FetchFailed:
    """The failure that an exception of httpcore, TLS or the operating system means, when talking to `host`."""
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case HostNotFound(is_certain=True):
                return failed(FailureKind.DNS, f"host not found: {cause.host}")
            case HostNotFound():
                return failed(FailureKind.DNS, f"no name server answers for {cause.host}")
            case ssl.SSLError():
                return failed(FailureKind.TLS, _tls_in_words(cause, host))
    match error:
        case NetworkClosed():
            return failed(FailureKind.REFUSED, "newswatch is ending: nothing is fetched any more")
        case httpcore.ProxyError():
            status = _PROXY_STATUS.match(str(error))
            said = f"answers {status_in_words(int(status[0]))}" if status else "does not let us through"
            return failed(FailureKind.CONNECT, f"the proxy {said}")
        case httpcore.RemoteProtocolError():
            return failed(FailureKind.PROTOCOL, _protocol_in_words(str(error)))
        case httpcore.ReadError() | httpcore.WriteError():
            return failed(FailureKind.PROTOCOL, "the connection broke before the answer was complete")
        case httpcore.LocalProtocolError() | httpcore.UnsupportedProtocol():
            return failed(FailureKind.PROTOCOL, "the request cannot be written: look at the feed's own headers")
    for cause in causes:
        if isinstance(cause, OSError) and (words := _WORDS_FOR_ERRNO.get(cause.errno or 0)):
            is_there = cause.errno in {errno.ECONNREFUSED, errno.ECONNRESET}
            return failed(FailureKind.TURNED_AWAY if is_there else FailureKind.CONNECT, words.format(host=host))
    return failed(FailureKind.CONNECT, f"no connection to {host}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, what caused it, and so on; of a group all members."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__


def _tls_in_words(error: ssl.SSLError, host: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {host} is not accepted: {error.verify_message or 'it cannot be verified'}"
    why = (error.reason or "").lower().replace("_", " ")
    return f"no secure connection to {host}" + (f": {why}" if why else "")


def _protocol_in_words(text: str) -> str:
    """h11 tells its complaints apart by their text alone."""
    lowered = text.lower()
    if "without sending complete message" in lowered or "incomplete chunked read" in lowered:
        return "the connection ended before the answer was complete"
    if "without sending a response" in lowered:
        return "the server closed the connection without a proper answer"
    if "too large" in lowered or "too long" in lowered:
        return "the headers of the answer are too large"
    return "the answer is not proper HTTP"
