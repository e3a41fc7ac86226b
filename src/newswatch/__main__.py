"""`python -m newswatch`, and the console script."""

from __future__ import annotations


def main() -> None:
    """Hands the command line to `cli`."""
    from newswatch.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
