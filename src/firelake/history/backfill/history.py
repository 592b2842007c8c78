"""What has moved into history: its ids, which Athena tells."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import DT, EVENT_TYPE, IDENTITY, TABLE_EVENTS_HISTORY
from firelake.history.backfill.ids import Ids
from firelake.operations.athena import athena_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.aws.query_run import Athena, Row
    from firelake.history.backfill.work import Partition

_arrow: Final = cast("Any", pa)
_BATCH_ROWS: Final = 65_536
_TABLE: Final = identifier(TABLE_EVENTS_HISTORY)


class AthenaHistory:
    """The history of one lake; fulfils `History`."""

    def __init__(self, athena: Athena) -> None:
        """Takes what runs queries in the lake's database."""
        self._athena = athena

    def ids(self, partition: Partition) -> Iterator[Ids]:
        """Yield the ids of one of its partitions.

        Raises:
            LakeQueryError: Athena did not answer.
        """
        of_type, of_dt = literal(partition.event_type), literal(partition.dt)
        rows = self._rows(
            f"SELECT {', '.join(IDENTITY)} FROM {_TABLE}"  # noqa: S608 -- quoted literals
            f" WHERE {EVENT_TYPE} = {of_type} AND {DT} = {of_dt}"
        )
        while batch := list(islice(rows, _BATCH_ROWS)):
            uuids, names, times = zip(*batch, strict=True)
            columns = (list(uuids), list(names), [float(str(time)) for time in times])
            yield Ids(_arrow.table(dict(zip(IDENTITY, columns, strict=True))))

    def _rows(self, sql: str) -> Iterator[Row]:
        with athena_errors():
            yield from self._athena.answer(self._athena.run(sql)).rows
