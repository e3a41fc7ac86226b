"""Keys and tokens in addresses: what lets whoever holds an address in, and has to stay here when a link goes to others.

Pure. A link without its `?id=` is dead, so that of links only what is a key by its name, and looks like one, is hidden.
Addresses of feeds are judged more strictly (`feeds.addresses`).
"""

from __future__ import annotations

import re

from newswatch.text.urls import HIDDEN

# Names of parameters that let their holder in. A name that is none of these may hold a secret too: nobody can know.
NAME_OF_SECRET = re.compile(
    r"(?:(?:[a-z0-9]{1,20}[_.-]){1,3}|access|api|app|auth|client|feed|login|my|private|rss|secret|user)?"
    r"(?:keys?|tokens?|secrets?|passw(?:or)?d|passphrase|pwd|pw|pass|signature|sig|auth|jwt|credentials?|session(?:id)?|sid)",
    re.IGNORECASE,
)
# Those that mean nothing else; `sid` is a story's number in some places, `key` a date.
_SURE_NAME = re.compile(
    r"(?:.*[^a-z])?(?:tokens?|secrets?|passw(?:or)?d|passphrase|pwd|jwt|credentials?)", re.IGNORECASE
)
_SURE_JOINED = re.compile(
    r"(?:access|api|app|auth|client|feed|login|my|private|rss|secret|user)(?:keys?|tokens?|secrets?|passw(?:or)?d)",
    re.IGNORECASE,
)
_LOOKS_LIKE_KEY = re.compile(r"(?=[^&;]*[A-Za-z])(?=[^&;]*[0-9])[A-Za-z0-9_\-.~%+/=]{12,}")
_PARAMETER = re.compile(r"([?&;#])([^&;=#?]*)=([^&;#]*)")
_USER = re.compile(r"^(https?://)[^/?#\\]*@", re.IGNORECASE)


def without_tokens(link: str) -> str:
    """A link that may be given to others: without name and password, and with `***` for its keys and tokens.

    All else of it stays, so that it still leads to the page.
    """
    return _PARAMETER.sub(_hidden, _USER.sub(r"\1", link))


def _hidden(parameter: re.Match[str]) -> str:
    mark, name, value = parameter.groups()
    if not value or NAME_OF_SECRET.fullmatch(name) is None:
        return parameter[0]
    is_sure = _SURE_NAME.fullmatch(name) is not None or _SURE_JOINED.fullmatch(name) is not None
    return f"{mark}{name}={HIDDEN}" if is_sure or _LOOKS_LIKE_KEY.fullmatch(value) is not None else parameter[0]
