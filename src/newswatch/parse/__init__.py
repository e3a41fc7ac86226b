"""3 ENTRIES: bytes become cleaned entries, in killable processes.

`parse_document` reads one answer in this process; `ParserPool` does the same in worker processes with
limits on time and memory, and is what anything that talks to the network must use. `read_document`, and
`ParserPool.read`, leave out the items of a document that were read before.
"""

from __future__ import annotations

from newswatch.parse.document import Reading, parse_document, read_document
from newswatch.parse.worker import ParserPool

__all__ = ["ParserPool", "Reading", "parse_document", "read_document"]
