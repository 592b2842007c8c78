"""Files of the lake on this machine: each content of an object is fetched once."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from concurrent.futures import wait
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from local.athena.tables.objects import Objects, StoredObject

_GIB: Final = 1 << 30
LIMIT_BYTES: Final = 16 * _GIB


class FileCache:
    """Keeps fetched files in a folder, and forgets those that were asked for longest ago.

    Whoever uses a file makes a link of it, so that forgetting it takes nothing away.
    """

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        """Begin an empty cache.

        Args:
            folder: Holds the files; must be there.
            limit_bytes: How much they may take on disk, in bytes.
        """
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}  # from the one that was asked for longest ago
        self._allowed: WeakKeyDictionary[Hashable, set[str]] = WeakKeyDictionary()

    def link(
        self,
        stored: StoredObject,
        path: Path,
        objects: Objects,
        *,
        form: str,
        convert: Callable[[Path, Path], None] | None,
    ) -> None:
        """Make a link to an object's content, fetched where it is not there.

        Args:
            stored: The object.
            path: Where to make the link.
            objects: From where to fetch it; its caller must be allowed to, also where it is there.
            form: Tells what is kept: one content may be kept in several forms.
            convert: Makes the form, from one path to another; None to keep it as it is.

        Raises:
            QueryError: The object cannot be fetched or converted.
        """
        parts = (stored.bucket, stored.key, stored.etag, form)
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        if not self._linked(name, path, objects):
            self._fetch(name, stored, path, objects, convert)
        self._forget()

    def _linked(self, name: str, path: Path, objects: Objects) -> bool:
        with self._lock:
            if name not in self._sizes or name not in self._allowed.get(objects.caller, ()):
                return False
            self._sizes[name] = self._sizes.pop(name)
            os.link(self._folder / name, path)
            return True

    def _fetch(
        self,
        name: str,
        stored: StoredObject,
        path: Path,
        objects: Objects,
        convert: Callable[[Path, Path], None] | None,
    ) -> None:
        fetched = self._folder / f"{uuid.uuid4()}.part"
        made = fetched if convert is None else fetched.with_suffix(".made")
        try:
            objects.fetch(stored, fetched)
            if convert is not None:
                convert(fetched, made)
            size_bytes = made.stat().st_size
            os.link(made, path)
            with self._lock:
                made.replace(self._folder / name)
                self._sizes.pop(name, None)
                self._sizes[name] = size_bytes
                self._allowed.setdefault(objects.caller, set()).add(name)
        finally:
            for left in {fetched, made}:
                left.unlink(missing_ok=True)

    def _forget(self) -> None:
        with self._lock:
            total = sum(self._sizes.values())
            for name in list(self._sizes):
                if total <= self._limit_bytes:
                    return
                total -= self._sizes.pop(name)
                (self._folder / name).unlink(missing_ok=True)


def fetch_all(
    wanted: Sequence[Callable[[], None]], pool: Executor, check: Callable[[], None]
) -> None:
    """Fetch many files at once.

    Args:
        wanted: What fetches each.
        pool: By what they are fetched.
        check: Raises where the query was stopped.

    Raises:
        QueryError: One could not be fetched.
    """
    running = [pool.submit(each) for each in wanted]
    try:
        for each in running:
            check()
            each.result()
    finally:
        for each in running:
            each.cancel()
        # None may still write where the query's folder is about to go.
        wait(running)
