"""Text in Markdown that others will render (CommonMark, and GitHub's kind): nothing of it becomes a sign. Pure.

Not the small Markdown of our own in which articles are kept: that is `text.markdown`.
"""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*_\[\]<>&|~$#@]|(?<=http)s?:|(?<=ftp):|(?<=www)\.", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_IN_ADDRESS = re.compile(r"[\s<>\\]")


def escaped(text: str) -> str:
    """One line so that Markdown shows it as it is, GitHub's kind with its bare addresses and mentions included."""
    return _SIGNS.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", text)


def address(link: str) -> str:
    """The destination of a link, in the form that may hold brackets."""
    whole = _IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", link)
    return f"<{_ENTITY.sub('&amp;', whole)}>"
