"""What a person is told of a verb that went wrong: a refusal says itself why; a fault of ours goes to the log.

Called at the roots of tasks, where anything may arrive.
"""

from __future__ import annotations

import logging

from newswatch.errors import NewswatchError

log = logging.getLogger(__name__)


def reason(error: Exception, what: str) -> str:
    """Why it went wrong, to stand behind such as `not saved: `; `what` names for the log what was tried."""
    if isinstance(error, NewswatchError):
        return str(error)
    log.error("%s failed", what, exc_info=error)
    return f"{type(error).__name__}: {error}. It is in the log."


def complaint(error: Exception, what: str) -> str:
    """The same, to stand alone."""
    said = reason(error, what)
    return said if isinstance(error, NewswatchError) else f"that failed: {said}"
