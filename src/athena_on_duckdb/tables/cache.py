"""Files of the lake on this machine: each content of an object is fetched once for each caller.

All workers share the folder, and nothing but the folder: a file that is there is whole.
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from concurrent.futures import wait
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from athena_on_duckdb.tables.objects import Objects, StoredObject

_T = TypeVar("_T")
_GIB: Final = 1 << 30
LIMIT_BYTES: Final = 16 * _GIB
# As long as a query may run, and with it read a file.
IN_USE_S: Final = 30 * 60
_SUFFIX: Final = ".kept"


class FileCache:
    """Keeps fetched files in a folder, and forgets those that were asked for longest ago."""

    def __init__(
        self, folder: Path, *, limit_bytes: int = LIMIT_BYTES, in_use_s: float = IN_USE_S
    ) -> None:
        """Begin with what others fetched.

        Args:
            folder: Holds the files.
            limit_bytes: How much they may take on disk, in bytes, but for those in use.
            in_use_s: How long after it was asked for a file may be in use.
        """
        self._folder = folder
        self._limit_bytes, self._in_use_s = limit_bytes, in_use_s
        self._fetched_bytes = 0
        self._parts = folder / "parts"
        self._parts.mkdir(parents=True, exist_ok=True)

    def path(
        self,
        stored: StoredObject,
        folders: str,
        objects: Objects,
        *,
        form: str = "",
        convert: Callable[[Path, Path], None] | None = None,
    ) -> Path:
        """Give the file of an object's content, fetched where it is not there.

        Args:
            stored: The object.
            folders: Folders that the file is to lie in.
            objects: From where to fetch it, where its caller has not been given it before.
            form: Tells what is kept: one content may be kept in several forms.
            convert: Makes the form, from one path to another; None to keep it as it is.

        Raises:
            QueryError: The object cannot be fetched or converted.
        """
        parts = (stored.bucket, stored.key, stored.etag, form)
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        path = self._folder / objects.caller / folders / f"{name}{_SUFFIX}"
        try:
            os.utime(path)
        except FileNotFoundError:
            self._fetch(stored, path, objects, convert)
        return path

    def _fetch(
        self,
        stored: StoredObject,
        path: Path,
        objects: Objects,
        convert: Callable[[Path, Path], None] | None,
    ) -> None:
        fetched = self._parts / str(uuid.uuid4())
        made = fetched if convert is None else fetched.with_suffix(".made")
        try:
            objects.fetch(stored, fetched)
            if convert is not None:
                convert(fetched, made)
            self._fetched_bytes += made.stat().st_size
            path.parent.mkdir(parents=True, exist_ok=True)
            made.replace(path)
        finally:
            for left in {fetched, made}:
                left.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Forget files until the others are within the limit; looks only once much was fetched."""
        if self._fetched_bytes < self._limit_bytes // 16:
            return
        self._fetched_bytes = 0
        known: list[tuple[float, int, Path]] = []
        for each in self._folder.rglob(f"*{_SUFFIX}"):
            with suppress(FileNotFoundError):  # another worker forgot it
                told = each.stat()
                known.append((told.st_mtime, told.st_size, each))
        total = sum(size_bytes for _, size_bytes, _ in known)
        in_use_since = time.time() - self._in_use_s
        for asked_at, size_bytes, path in sorted(known):
            if total <= self._limit_bytes or asked_at >= in_use_since:
                return
            path.unlink(missing_ok=True)
            total -= size_bytes


def all_of(wanted: Sequence[Callable[[], _T]], pool: Executor) -> list[_T]:
    """Do many things at once, and give what each gave.

    Raises:
        QueryError: One could not be done.
    """
    running = [pool.submit(each) for each in wanted]
    try:
        return [each.result() for each in running]
    finally:
        for each in running:
            each.cancel()
        wait(running)
