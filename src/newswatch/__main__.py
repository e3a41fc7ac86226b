"""`python -m newswatch`, and the console script."""

from __future__ import annotations

from newswatch.interrupts import end_at_once


def main() -> None:
    """Hands the command line to `cli`."""
    end_at_once()  # before anything else is loaded
    import logging

    from newswatch.cli.main import cli

    # Verbs that open no log talk on stderr themselves; what libraries log must not come between.
    logging.getLogger().addHandler(logging.NullHandler())
    cli()


if __name__ == "__main__":
    main()
