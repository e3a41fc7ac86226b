"""How a verb ends: the exit code of an error, and one plain sentence on stderr instead of a traceback."""

from __future__ import annotations

import click

from newswatch.errors import NewswatchError


def told(error: BaseException) -> int:
    """Says the error on stderr and returns its exit code. Raises it again if it is a defect."""
    expected = expected_error(error)
    if expected is None:
        raise error
    click.echo(f"newswatch: {expected}", err=True)
    return expected.exit_code


def expected_error(error: BaseException) -> NewswatchError | None:
    """The error to tell a person of, be it inside exception groups; None for a defect."""
    if isinstance(error, NewswatchError):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (expected_error(inner) for inner in error.exceptions)
        return next((one for one in found if one is not None), None)
    return None
