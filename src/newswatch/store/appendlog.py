"""An append-only file of checksummed lines: what was appended survives kill -9 and power loss, whole or not at all.

The format of a line and of the first one, the header, is in `lines`. Nothing else is ever written in place:

* append: one write of whole lines at the end, then fdatasync. If either fails, the file is cut back to
  its last good length before anything else is written.
* rewrite: the new content goes to `<name>.tmp`, is synced, renamed over the file, the folder synced. Appends may go
  on while it is written; they are copied behind it before the rename.
* open: bytes after the last newline are an append that never returned, and are cut; a whole line that
  fails its checksum is copied to `<name>.quarantine`, skipped and counted.

Knows bytes and files; never TinyDB, JSON records, or who uses it. One writer at a time: see `lock`.
"""

from __future__ import annotations

import io
import logging
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newswatch.errors import StoreDamaged, StoreError
from newswatch.store.disk import Disk, refusal, write_all
from newswatch.store.lines import HEADER_LIMIT, VERSION, frame, new_header, parse_header, unframe
from newswatch.store.rewrite import Rewrite

__all__ = ["NEWER", "AppendLog", "Recovery", "frame", "unframe"]

logger = logging.getLogger(__name__)

NEWER = "was written by a newer version"
"""The reason of `StoreDamaged` for a file that is whole, but not for this version."""
_CHUNK = 1 << 20  # bytes read at once

Replay = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening found: good records, damaged lines set aside, bytes of a torn tail that were cut."""

    records: int = 0
    damaged_lines: int = 0
    torn_bytes: int = 0


class AppendLog:
    """An open log. `replay` gets each record in order while it opens; a ValueError from it means damage.

    `kind` and `schema` say what the records are: a file of another kind, or of a newer schema, is refused
    with StoreDamaged and stays as it is. A missing or empty file becomes a new log. Any other failure of
    the disk is a StoreError. With `read_only` nothing at all is written, a torn tail is merely not read.
    """

    def __init__(
        self,
        path: Path,
        replay: Replay,
        *,
        kind: str,
        schema: int,
        read_only: bool = False,
        disk: Disk | None = None,
    ) -> None:
        self.path = path.resolve()  # a link stays a link: a rewrite renames over the file it points to
        self.recovery = Recovery()
        self._kind = kind
        self._schema = schema
        self._disk = disk or Disk()
        self._is_read_only = read_only
        self._fd: int | None = None
        self._length = 0
        self._has_bad_tail = False  # bytes beyond _length that could not be cut yet
        self._is_rename_unsynced = False
        self._damaged: list[bytes] = []  # lines in the file that no quarantine holds yet
        self._has_damage = False
        self._found_schema = schema
        self._generation = ""
        self._rewriting: tuple[Rewrite, int] | None = None  # and the length from which on it lacks what is appended
        try:
            self._open(replay)
        except OSError as error:
            self.close()
            raise refusal(self.path, "opened", error) from error
        except BaseException:  # a damaged file, ctrl+c: no descriptor may stay open
            self.close()
            raise

    @property
    def length(self) -> int:
        """Bytes of good lines, the header included."""
        return self._length

    @property
    def generation(self) -> str:
        """Another one after each rewrite; see `lines`."""
        return self._generation

    @property
    def schema(self) -> int:
        """That of the records in the file, which may be older than the one we were told."""
        return self._found_schema

    @property
    def is_writable(self) -> bool:
        """Whether it is open, and not only to read."""
        return self._fd is not None and not self._is_read_only

    @property
    def has_damage(self) -> bool:
        """Whether the file holds damaged lines; a rewrite leaves them out, once they are kept elsewhere."""
        return self._has_damage

    def append(self, records: Iterable[bytes]) -> None:
        """Makes the records durable, all or none. Raises StoreError; then the file is as it was."""
        lines = b"".join(map(frame, records))
        fd = self._writable()
        try:
            self._settle(fd)
            self._has_bad_tail = True  # until all is well, whatever comes between, ctrl+c too
            write_all(self._disk, fd, lines, self._length)
            self._disk.sync(fd)
        except OSError as error:
            with suppress(OSError):  # else the next append tries again, before it writes
                self._settle(fd)
            raise refusal(self.path, "written", error) from error
        self._length += len(lines)
        self._has_bad_tail = False

    def rewrite(self, records: Iterable[bytes]) -> None:
        """Replaces the whole content in one step. Raises StoreError; then the old content is still in force."""
        rewrite = self.begin_rewrite()
        try:
            rewrite.write(records)
            self.finish_rewrite(rewrite)
        except OSError as error:
            raise refusal(self.path, "rewritten", error) from error
        finally:
            rewrite.abandon()

    def begin_rewrite(self) -> Rewrite:
        """A new content, to be filled while appends go on, on another thread if need be.

        The caller writes to it what all records until now come to, then calls `finish_rewrite`, and in any case
        `abandon` of the rewrite at the end. Neither this nor `finish_rewrite` may run while an append does; of two
        that are begun only the later one can be finished. Raises StoreError.
        """
        self._writable()
        try:
            self._set_aside()
            rewrite = Rewrite(self._disk, self._beside(".tmp"), new_header(self._kind, self._schema))
        except OSError as error:
            raise refusal(self.path, "rewritten", error) from error
        self._rewriting = rewrite, self._length
        return rewrite

    def finish_rewrite(self, rewrite: Rewrite) -> None:
        """Copies what was appended meanwhile, and puts the new content in force. Raises StoreError; see `rewrite`."""
        fd = self._writable()
        match self._rewriting:
            case (begun, start) if begun is rewrite:
                self._rewriting = None
            case _:
                raise StoreError(f"{self.path} was rewritten meanwhile.")
        try:
            rewrite.copy(fd, start, self._length)
            fresh = rewrite.publish(self.path)
            self.close()
            self._fd, self._length = fresh, rewrite.length
            self._generation, self._found_schema = rewrite.header.generation, rewrite.header.schema
            self._has_bad_tail = self._has_damage = False
            # Until the folder is synced a power cut may bring the old file back: no append is acknowledged before.
            self._is_rename_unsynced = True
            self._settle(fresh)
        except OSError as error:
            raise refusal(self.path, "rewritten", error) from error

    def close(self) -> None:
        """Releases the file. Harmless when called twice."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)

    def _writable(self) -> int:
        if self._is_read_only:
            raise StoreError(f"{self.path} was opened to read only.")
        if self._fd is None:
            raise StoreError(f"{self.path} is closed.")
        return self._fd

    def _settle(self, fd: int) -> None:
        """Finishes what an earlier failure left undone, so that this append does not build on it."""
        if self._has_bad_tail:
            self._disk.truncate(fd, self._length)
            self._disk.sync(fd)
            self._has_bad_tail = False
        if self._is_rename_unsynced:
            self._disk.sync_folder(self.path.parent)
            self._is_rename_unsynced = False

    def _open(self, replay: Replay) -> None:
        if self._is_read_only:
            with suppress(FileNotFoundError):  # what is not there yet holds nothing
                self._fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        else:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.remove(self._beside(".tmp"))  # a rewrite that was killed
            with suppress(FileNotFoundError):
                self._fd = self._disk.open(self.path)
        status = os.fstat(self._fd) if self._fd is not None else None
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise StoreDamaged(f"{self.path} is not a regular file. Move it aside, then start again.")
        if self._fd is None or status is None or status.st_size == 0:
            if not self._is_read_only:
                self._begin()
            return
        if status.st_mode & 0o077 and not self._is_read_only:
            with suppress(OSError):  # a file of another owner may be writable all the same
                os.fchmod(self._fd, 0o600)
        self._recover(self._fd, replay)

    def _recover(self, fd: int, replay: Replay) -> None:
        records = torn_bytes = 0
        with io.FileIO(fd, closefd=False) as raw, io.BufferedReader(raw, _CHUNK) as lines:
            self._length = self._check_header(lines.readline(HEADER_LIMIT))
            for line in lines:
                if not line.endswith(b"\n"):
                    torn_bytes = len(line)
                    break
                self._length += len(line)
                try:
                    replay(unframe(line))
                except ValueError:
                    self._damaged.append(line)
                else:
                    records += 1
        self.recovery = Recovery(records, len(self._damaged), torn_bytes)
        self._has_damage = bool(self._damaged)
        if torn_bytes:
            logger.warning("%s: %d bytes of an unfinished write at its end are passed over", self.path, torn_bytes)
        if self._damaged:
            logger.error("%s: %d damaged lines are passed over", self.path, len(self._damaged))
        if not self._is_read_only:
            self._has_bad_tail = torn_bytes > 0
            self._settle(fd)
            with suppress(OSError):  # they are still in the file, and a rewrite tries again
                self._set_aside()

    def _check_header(self, line: bytes) -> int:
        advice = "Nothing was changed. Move the file aside, then start again."
        try:
            header = parse_header(line)
        except ValueError as error:
            reason = f"is not a {self._kind} file, or its first line is damaged"
            raise StoreDamaged(f"{self.path} {reason}. {advice}", reason) from error
        if header.kind != self._kind:
            reason = f"holds something else than {self._kind}"
            raise StoreDamaged(f"{self.path} {reason}. {advice}", reason)
        if header.version > VERSION or header.schema > self._schema:
            raise StoreDamaged(
                f"{self.path} {NEWER} (format {header.version}, schema {header.schema}; "
                f"this one knows {VERSION} and {self._schema}). Nothing was changed. "
                "Install that version again, or move the file aside and start anew.",
                NEWER,
            )
        self._generation, self._found_schema = header.generation, header.schema
        return len(line)

    def _begin(self) -> None:
        """Makes a new file, in the steps of a rewrite."""
        rewrite = Rewrite(self._disk, self._beside(".tmp"), new_header(self._kind, self._schema))
        try:
            self._fd = rewrite.publish(self.path)
        finally:
            rewrite.abandon()
        self._length = rewrite.length
        self._generation, self._found_schema = rewrite.header.generation, rewrite.header.schema
        self._is_rename_unsynced = True
        self._settle(self._fd)

    def _set_aside(self) -> None:
        """Copies damaged lines to the quarantine file, each once however often they are met."""
        if not self._damaged:
            return
        path = self._beside(".quarantine")
        known = set(path.read_bytes().splitlines(keepends=True)) if path.exists() else set()
        fresh = b"".join(line for line in self._damaged if line not in known)
        if fresh:
            fd = self._disk.open(path, create=not path.exists())
            try:
                write_all(self._disk, fd, fresh, os.fstat(fd).st_size)
                self._disk.sync(fd)
            finally:
                os.close(fd)
            self._disk.sync_folder(self.path.parent)
        self._damaged.clear()

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)
