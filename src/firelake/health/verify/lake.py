"""The canaries of a run as Athena sees them: rows of `events`, of the views, and a file's form."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.errors import AwsError
from firelake.catalog.canaries import only_canaries
from firelake.catalog.errors import CatalogError
from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import (
    CREATED_AT,
    CREATED_DATETIME,
    DT,
    EVENT_NAME,
    EVENT_TYPE,
    EVENT_UUID,
    EXTRAS,
    STREAM_POSITION,
    TABLE_EVENTS,
    VIEW_EVENTS_UNIQUE,
    view_name,
)
from firelake.health.verify.seen import SeenRow
from firelake.operations.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_s3 import S3Client

    from firelake.aws.query_run import Athena
    from firelake.health.verify.canaries import Canary
    from firelake.transform.events import ValidEvent

_PATH: Final = '"$path"'
# Larger ones are not fetched for their last bytes' sake; a lake just deployed has none.
_LARGEST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a Parquet file is written.

    Attributes:
        encryption: How S3 says that the object is encrypted; empty where it does not say.
    """

    physical: Mapping[str, str]
    encryption: str


class CanaryLake:
    """Asks about the canaries of one run.

    Args:
        athena: Runs the queries; its database is the lake's.
        s3: A client of S3.
        canaries: What may have become rows; only their partitions are read.
    """

    def __init__(self, athena: Athena, s3: S3Client, run: str, canaries: Sequence[Canary]) -> None:
        self._athena = athena
        self._s3 = s3
        self._run = run
        self._where = _where(run, [event for canary in canaries for event in canary.rows])
        self._shown = _shown(canaries)

    def rows(self) -> list[SeenRow]:
        """Returns the rows of `events`.

        Raises:
            LakeQueryError: Athena did not answer.
        """
        columns = (
            *(EVENT_UUID, EVENT_NAME, EVENT_TYPE, DT),
            f"CAST({CREATED_AT} AS double)",
            f"CAST({CREATED_DATETIME} AS varchar)",
            *(STREAM_POSITION, EXTRAS, _PATH, self._shown),
        )
        sql = f"SELECT {', '.join(columns)} FROM {identifier(TABLE_EVENTS)} WHERE {self._where}"  # noqa: S608 -- quoted
        return [
            SeenRow(
                event_uuid=_text(row[0]),
                event_name=_text(row[1]),
                event_type=_text(row[2]),
                dt=_text(row[3]),
                created_at=float(_text(row[4])),
                created_datetime=_text(row[5]),
                stream_position=_text(row[6]),
                extras=row[7],
                path=_text(row[8]),
                shown=row[9],
            )
            for row in self._ask(sql)
        ]

    def in_views(self, event_names: Sequence[str]) -> dict[str, list[str]]:
        """Returns the ids in the view of each event, and in the view of all events.

        Returns:
            Ids by the view's name, sorted; one that a view has twice is there twice.

        Raises:
            LakeQueryError: Athena did not answer: a view is missing or stale, for one.
        """
        views = [VIEW_EVENTS_UNIQUE, *map(view_name, event_names)]
        sql = " UNION ALL ".join(
            f"SELECT {literal(view)}, {EVENT_UUID} FROM {identifier(view)} WHERE {self._where}"  # noqa: S608 -- quoted
            for view in views
        )
        found: dict[str, list[str]] = {view: [] for view in views}
        for view, event_uuid in self._ask(sql):
            found[_text(view)].append(_text(event_uuid))
        return {view: sorted(ids) for view, ids in found.items()}

    def literals(self) -> tuple[str, str]:
        """Returns the type of `1.5`, and the text of the double 1.

        Raises:
            LakeQueryError: Athena did not answer.
        """
        ((type_, text),) = self._ask("SELECT typeof(1.5), CAST(1e0 AS varchar)")
        return _text(type_), _text(text)

    def form_of(self, path: str) -> FileForm | None:
        """Look into a file; None where it is too large for that.

        Raises:
            LakeQueryError: S3 did not give it.
        """
        bucket, _, key = path.removeprefix("s3://").partition("/")
        try:
            answer = self._s3.get_object(Bucket=bucket, Key=key)
            if answer["ContentLength"] > _LARGEST_BYTES:
                answer["Body"].close()
                return None
            body = answer["Body"].read()
        except (ClientError, BotoCoreError) as error:
            message = f"{path} cannot be read: {error}"
            raise LakeQueryError(message) from error
        schema = cast("Any", pq.ParquetFile(io.BytesIO(body))).schema
        columns = [schema.column(index) for index in range(len(schema))]
        return FileForm(
            {each.path.partition(".")[0]: each.physical_type for each in columns},
            answer.get("ServerSideEncryption", ""),
        )

    def _ask(self, sql: str) -> list[tuple[str | None, ...]]:
        try:
            return list(self._athena.answer(self._athena.run(sql)).rows)
        except (AwsError, CatalogError, ClientError, BotoCoreError) as error:
            message = f"the lake cannot be asked about the canaries: {error}"
            raise LakeQueryError(message) from error


def _where(run: str, events: Sequence[ValidEvent]) -> str:
    """Names partitions by constants, so that no others are read."""
    types = sorted({event.event_type for event in events})
    dts = sorted({event.dt for event in events})
    return (
        f"{DT} IN ({', '.join(map(literal, dts))})"
        f" AND {EVENT_TYPE} IN ({', '.join(map(literal, types))})"
        f" AND {only_canaries(run)}"
    )


def _shown(canaries: Sequence[Canary]) -> str:
    """Asks of each event that tries a value for that, and for nothing of the others."""
    branches = [
        f"WHEN {literal(uuid)} THEN {canary.shown_by}"
        for canary in canaries
        if canary.shown_by
        for uuid in sorted(canary.uuids)
    ]
    return f"CASE {EVENT_UUID} {' '.join(branches)} END" if branches else "CAST(NULL AS varchar)"


def _text(value: str | None) -> str:
    return "" if value is None else value
