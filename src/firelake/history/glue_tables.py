"""The tables of one lake in Glue, as far as history goes by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from firelake.catalog.erasures import Hiding
from firelake.catalog.history_table import (
    COLUMNS_PARAMETER,
    history_columns,
    raised,
    watermark_of,
    with_watermark,
)
from firelake.catalog.retention import deployed_retention
from firelake.contract.names import (
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
    TABLE_EVENTS_RECENT,
    VIEW_EVENTS_UNIQUE,
)
from firelake.history.errors import MoveError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_glue import GlueClient

    from firelake.contract.retention import Retention

# What UpdateTable takes of what GetTable gives:
# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
_TABLE_INPUT: Final = frozenset(
    {"Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys"}
    | {"TableType", "Parameters"}
)


@dataclass(frozen=True, slots=True)
class DeployedTables:
    """What Glue tells of the lake.

    Attributes:
        columns: Glue types of the columns of `events`, without partition keys.
        first_dt: The first period that `events` shows.
        watermark: The first period whose files the views read; None where the lake was deployed
            without history.
        history: Glue types of the columns of `events_history`; None where there is no such table.
        read: The columns of history that the deployed views read.
    """

    columns: Mapping[str, str]
    first_dt: str
    watermark: str | None
    history: Mapping[str, str] | None
    read: frozenset[str]


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
        with refused_as(MoveError, f"the watermark of {self._database} cannot be raised"):
            self._client.update_table(
                DatabaseName=self._database,
                TableInput=cast("Any", {**given, "Parameters": after}),
                **version,
            )

    def _table(self, name: str) -> dict[str, Any] | None:
        with refused_as(MoveError, f"{self._database}.{name} cannot be read"):
            try:
                found = self._client.get_table(DatabaseName=self._database, Name=name)
            except self._client.exceptions.EntityNotFoundException:
                return None
        return cast("dict[str, Any]", found["Table"])


def _columns(table: Mapping[str, Any]) -> dict[str, str]:
    listed = table.get("StorageDescriptor", {}).get("Columns", [])
    return {column["Name"]: column.get("Type", "") for column in listed}
