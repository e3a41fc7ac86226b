"""`feeds export`: the feeds as an OPML list to give away."""

from __future__ import annotations

import os
from pathlib import Path

from newswatch.atomic import explain, write_atomically
from newswatch.cli.home import ready_files
from newswatch.cli.options import Options
from newswatch.cli.output import Output, printed, say
from newswatch.errors import UsageError
from newswatch.feeds.addresses import holds_secret
from newswatch.feeds.opml import build_opml, load_feeds, write_opml

TITLE = "Feeds of newswatch"


def export_list(options: Options, file: Path | None) -> int:
    """Writes the list to a file, or to stdout. Returns the exit code."""

    def verb(out: Output) -> int:
        paths = ready_files(options)
        feeds = load_feeds(paths.feeds).feeds
        data = write_opml(build_opml(feeds, TITLE))
        if file is None or str(file) == "-":
            out.line(data.decode("utf-8").removesuffix("\n"))
        else:
            if os.path.realpath(file) == os.path.realpath(paths.feeds):
                raise UsageError(f"{file} is the list itself, which holds more than an export: name another file")
            try:
                write_atomically(file, data)
            except OSError as error:
                raise UsageError(explain(error, file)) from error
            say(f"wrote {len(feeds)} feeds to {file}")
        if secret := sum(holds_secret(feed.url) for feed in feeds):
            addresses = "address was" if secret == 1 else "addresses were"
            say(f"{secret} {addresses} written without user name, password or key, and will want them again")
        return 0

    return printed(verb)
