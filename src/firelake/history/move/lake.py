"""Where a move takes place: Glue's tables, Athena's statements, the files in S3."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from firelake.catalog.erasures import Hiding
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
from firelake.catalog.history_table import (
    COLUMNS_PARAMETER,
    history_columns,
    watermark_of,
    with_watermark,
)
from firelake.catalog.retention import deployed_retention
from firelake.contract.layout import EVENTS_PREFIX
from firelake.contract.names import (
    DT,
    EVENT_TYPE,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
    TABLE_EVENTS_RECENT,
    VIEW_EVENTS_UNIQUE,
)
from firelake.history.move.errors import MoveError
from firelake.history.move.means import FILES_A_CALL, DeployedTables
from firelake.history.move.rules import raised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

    from firelake.contract.retention import Retention
    from firelake.history.backfill.store import Store

# What UpdateTable takes of what GetTable gives:
# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
_TABLE_INPUT: Final = frozenset(
    {"Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys"}
    | {"TableType", "Parameters"}
)


class GlueTables:
    """The tables of one lake; fulfils `Tables`."""

    def __init__(self, client: GlueClient, database: str) -> None:
        """Takes a client that retries by itself, and the database."""
        self._client = client
        self._database = database

    def deployed(self) -> DeployedTables:
        """Return what there is.

        Raises:
            MoveError: Glue refused, or there is no table `events`.
            DeployedTableError: A range is none that a deployment has written.
        """
        events, recent, history, view = (
            self._table(name)
            for name in (
                TABLE_EVENTS,
                TABLE_EVENTS_RECENT,
                TABLE_EVENTS_HISTORY,
                VIEW_EVENTS_UNIQUE,
            )
        )
        if events is None:
            message = f"{self._database} has no table {TABLE_EVENTS}: deploy the lake first"
            raise MoveError(message)
        read = (view or {}).get("Parameters", {}).get(COLUMNS_PARAMETER, "")
        return DeployedTables(
            columns=_columns(events),
            first_dt=watermark_of(events.get("Parameters", {})),
            watermark=None if recent is None else watermark_of(recent.get("Parameters", {})),
            history=None if history is None else history_columns(_columns(history)),
            read=frozenset(read.split(",")) - {""},
        )

    def hiding(self) -> Hiding:
        """Return what the deployed views hide by.

        Raises:
            MoveError: Glue refused.
        """
        view = self._table(VIEW_EVENTS_UNIQUE) or {}
        return Hiding.of_view(self._database, view.get("Parameters", {}))

    def retention(self) -> Retention:
        """Return for how long rows are kept, as it was deployed.

        Raises:
            MoveError: Glue refused.
        """
        view = self._table(VIEW_EVENTS_UNIQUE) or {}
        return deployed_retention(view.get("Parameters", {}))

    def raise_watermark(self, end: str) -> None:
        """Let the views read files from a period on, by one change of one table.

        It is refused where another change came between: the next move does it then.

        Raises:
            MoveError: Glue refused.
        """
        table = self._table(TABLE_EVENTS_RECENT)
        if table is None:
            message = f"{self._database} has no table {TABLE_EVENTS_RECENT} any more"
            raise MoveError(message)
        before = table.get("Parameters", {})
        after = with_watermark(before, raised(watermark_of(before), end))
        if after == before:
            return
        given = {name: value for name, value in table.items() if name in _TABLE_INPUT}
        version = {"VersionId": table["VersionId"]} if "VersionId" in table else {}
        try:
            self._client.update_table(
                DatabaseName=self._database,
                TableInput=cast("Any", {**given, "Parameters": after}),
                **version,
            )
        except (ClientError, BotoCoreError) as error:
            message = f"the watermark of {self._database} cannot be raised: {error}"
            raise MoveError(message) from error

    def _table(self, name: str) -> dict[str, Any] | None:
        try:
            found = self._client.get_table(DatabaseName=self._database, Name=name)
        except self._client.exceptions.EntityNotFoundException:
            return None
        except (ClientError, BotoCoreError) as error:
            message = f"{self._database}.{name} cannot be read: {error}"
            raise MoveError(message) from error
        return cast("dict[str, Any]", found["Table"])


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


def remove_objects(client: S3Client, bucket: str, keys: Sequence[str]) -> None:
    """Remove objects, as many at once as a call takes.

    Args:
        client: Retries by itself.
        bucket: The lake's bucket, with the folder in it if there is one.

    Raises:
        MoveError: S3 refused.
    """
    for start in range(0, len(keys), FILES_A_CALL):
        some = keys[start : start + FILES_A_CALL]
        try:
            answer = client.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
            )
        except (ClientError, BotoCoreError) as error:
            message = f"files of {bucket} cannot be removed: {error}"
            raise MoveError(message) from error
        for refused in answer.get("Errors", []):
            message = f"{refused.get('Key')} cannot be removed: {refused.get('Message')}"
            raise MoveError(message)


def root_uri(bucket: str) -> str:
    """Returns the URI of a lake, with a slash at its end."""
    return f"s3://{bucket}/"


def _columns(table: Mapping[str, Any]) -> dict[str, str]:
    listed = table.get("StorageDescriptor", {}).get("Columns", [])
    return {column["Name"]: column.get("Type", "") for column in listed}


def _value(folder: str, key: str) -> str:
    """Returns the value in the last folder of a prefix; empty where it has another key."""
    name = folder.rstrip("/").rpartition("/")[2]
    return name.removeprefix(f"{key}=") if name.startswith(f"{key}=") else ""
