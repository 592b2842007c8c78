"""Where a move takes place: Glue's tables, Athena's statements, the files in S3."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from firelake.catalog.history_sql import (
    add_columns_statement,
    compact_statement,
    copy_statements,
    covered_statement,
    create_statement,
    missing_statement,
    scattered_statement,
    snapshot_statement,
    vacuum_statement,
)
from firelake.contract.layout import EVENTS_PREFIX
from firelake.contract.names import DT, EVENT_TYPE
from firelake.history.objects import remove_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_s3 import S3Client

    from firelake.catalog.erasures import Hiding
    from firelake.history.backfill.store import Store


class LakeStatements:
    """The statements of one lake; fulfils `Statements`."""

    def __init__(self, database: str, bucket: str, hiding: Callable[[], Hiding]) -> None:
        """Takes what the statements are about.

        Args:
            bucket: The lake's bucket, with the folder in it if there is one.
            hiding: Returns what the views hide by, as it is when a statement is written.
        """
        self._database = database
        self._hiding = hiding
        self._root = root_uri(bucket)

    def create(self, columns: Mapping[str, str]) -> str:
        """Make `events_history` unless it is there."""
        return create_statement(self._database, self._root, columns)

    def add(self, columns: Mapping[str, str]) -> str:
        """Add columns to `events_history`."""
        return add_columns_statement(self._database, columns)

    def copy(self, columns: Iterable[str], dt: str, event_types: Sequence[str]) -> Iterator[str]:
        """Copy what history lacks of a period."""
        return copy_statements(self._hiding(), columns, dt, event_types)

    def snapshot(self) -> str:
        """Name the newest snapshot of history."""
        return snapshot_statement(self._database)

    def missing(self, first: str, end: str, snapshot: str) -> str:
        """Count the rows that a snapshot of history lacks."""
        return missing_statement(self._hiding(), first, end, snapshot)

    def covered(self, dt: str, snapshot: str) -> str:
        """List the URIs of the files of which a snapshot of history has every row."""
        return covered_statement(self._hiding(), dt, snapshot)

    def scattered(self, watermark: str, after: str) -> str:
        """List the partitions of history that have too many small files."""
        return scattered_statement(self._database, watermark, after)

    def compact(self, partitions: Sequence[str]) -> str:
        """Join the small files of some partitions."""
        return compact_statement(partitions)

    def vacuum(self) -> str:
        """Forget old snapshots of history."""
        return vacuum_statement()


class LakeFiles:
    """The files under `events/`; fulfils `Files`."""

    def __init__(self, client: S3Client, bucket: str, store: Store) -> None:
        """Takes a client that retries by itself, the bucket, and what lists it."""
        self._client = client
        self._bucket = bucket
        self._root = root_uri(bucket)
        self._store = store

    def there(self) -> dict[str, list[str]]:
        """Return the periods that have files, each with its event types.

        Raises:
            LakeError: S3 refused.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        for folder in self._store.folders(EVENTS_PREFIX):
            event_type = _value(folder, EVENT_TYPE)
            for below in self._store.folders(folder) if event_type else ():
                dt = _value(below, DT)
                if dt:
                    found[dt].append(event_type)
        return found

    def remove(self, uris: Sequence[str]) -> None:
        """Remove files; those that are gone already stay so.

        Raises:
            MoveError: S3 refused.
        """
        remove_objects(self._client, self._bucket, [uri.removeprefix(self._root) for uri in uris])


def root_uri(bucket: str) -> str:
    """Returns the URI of a lake, with a slash at its end."""
    return f"s3://{bucket}/"


def _value(folder: str, key: str) -> str:
    """Returns the value in the last folder of a prefix; empty where it has another key."""
    name = folder.rstrip("/").rpartition("/")[2]
    return name.removeprefix(f"{key}=") if name.startswith(f"{key}=") else ""
