"""Keys and tokens in addresses: what lets whoever holds an address in, and has to stay here when a link goes to others.

Pure. A link without its `?id=` is dead, so that of links only what is a key by its name, and looks like one, is hidden.
Addresses of feeds are judged more strictly (`feeds.addresses`).
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from newswatch.text.urls import HIDDEN

# Names of parameters that let their holder in. A name that is none of these may hold a secret too: nobody can know.
NAME_OF_SECRET = re.compile(
    r"(?:(?:[a-z0-9]{1,20}[_.-]){1,3}|access|api|app|auth|client|feed|login|my|private|rss|secret|user)?"
    r"(?:keys?|tokens?|secrets?|passw(?:or)?d|passphrase|pwd|pw|pass|signature|sig|auth|jwt|credentials?"
    r"|session(?:id)?|sid|(?:j|php|asp)?sess(?:ion)?_?id)",
    re.IGNORECASE,
)
# Those that mean nothing else; `sid` is a story's number in some places, `key` a date.
_SURE_NAME = re.compile(
    r"(?:.*[^a-z])?(?:tokens?|secrets?|passw(?:or)?d|passphrase|pwd|jwt|credentials?)", re.IGNORECASE
)
_SURE_JOINED = re.compile(
    r"(?:access|api|app|auth|client|feed|login|my|private|rss|secret|user)[_.-]?(?:keys?|tokens?|secrets?|passw(?:or)?d)",
    re.IGNORECASE,
)
_LOOKS_LIKE_KEY = re.compile(r"(?=[^&;]*[A-Za-z])(?=[^&;]*[0-9])[A-Za-z0-9_\-.~%+/=]{12,}")
# Words and numbers, as addresses of stories have them: north-2026, a20261122001.
_WORDS = re.compile(
    r"(?:[A-Za-z]?[a-z]+|\d+(?:st|nd|rd|th)?)(?:[-_.~+](?:[A-Za-z]?[a-z]+|\d+(?:st|nd|rd|th)?))+"
    r"|[a-z]{3,}\d{1,8}[a-z]{3,}|[A-Za-z]{1,3}\d{6,}"
)
# A value ends at a `?` that begins parameters of its own: behind `;jsessionid=`, in `next=/page?token=`.
_PARAMETER = re.compile(r"([?&;#])([^&;=#?]*)=([^&;#?]*+(?:\?[^&;#=?]*+(?=[&;#]|\Z))?)")
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BRACKETS = re.compile(r"[\[\]]+")
_USER = re.compile(r"^(https?://)[^/?#\\]*@", re.IGNORECASE)


def without_tokens(link: str) -> str:
    """A link that may be given to others: without name and password, and with `***` for its keys and tokens.

    All else of it stays, so that it still leads to the page.
    """
    return _PARAMETER.sub(_shared, _USER.sub(r"\1", link))


def _shared(parameter: re.Match[str]) -> str:
    mark, name, value = parameter.groups()
    if _is_secret(name, value):
        return f"{mark}{name}={HIDDEN}"
    if "%3d" in value.lower():  # a link within the link
        inner = unquote(value)
        shared = _PARAMETER.sub(_flat, inner)
        return parameter[0] if shared == inner else f"{mark}{name}={quote(shared, safe='*')}"
    return parameter[0]


def _flat(parameter: re.Match[str]) -> str:
    mark, name, value = parameter.groups()
    return f"{mark}{name}={HIDDEN}" if _is_secret(name, value) else parameter[0]


def _is_secret(raw_name: str, value: str) -> bool:
    name = _JOINT.sub("_", _BRACKETS.sub("_", unquote(raw_name)).strip("_"))
    if not value or NAME_OF_SECRET.fullmatch(name) is None:
        return False
    if _SURE_NAME.fullmatch(name) is not None or _SURE_JOINED.fullmatch(name) is not None:
        return True
    return _LOOKS_LIKE_KEY.fullmatch(value) is not None and _WORDS.fullmatch(value) is None
