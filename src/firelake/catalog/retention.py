"""The statements that delete what history keeps no longer, and how a view notes what that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.layout import dt_of
from firelake.contract.names import DT, EVENT_TYPE, TABLE_EVENTS_HISTORY
from firelake.contract.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.layout import Granularity

# Of the view of all events: the table of the contract that was deployed.
RETENTION_PARAMETER: Final = "firelake.retention_days"


def retention_parameters(retention: Retention) -> dict[str, str]:
    """Returns the parameters of the view that `deployed_retention` reads."""
    table = retention.table
    return {RETENTION_PARAMETER: json.dumps(table, separators=(",", ":"))} if table else {}


def deployed_retention(parameters: Mapping[str, str]) -> Retention:
    """Returns for how long rows are kept, as the view of all events notes it."""
    noted = json.loads(parameters.get(RETENTION_PARAMETER, "{}"))
    return Retention.of(cast("dict[str, int]", noted))


def expire_statements(
    database: str, retention: Retention, now_s: float, granularity: Granularity
) -> Iterator[str]:
    """Yield DELETEs of what is kept no longer: periods that ended so many days ago.

    Their conditions are of partitions alone, so that whole files go, and none is read.
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html

    Args:
        now_s: The time, Unix time.
        granularity: How much time a period spans.
    """
    for days, event_types in retention.by_days.items():
        listed = ", ".join(map(literal, event_types))
        before = dt_of(now_s - days * SECONDS_PER_DAY, granularity)
        yield _expire(database, before, f" AND {EVENT_TYPE} IN ({listed})")
    if retention.others_days is not None:
        listed = ", ".join(map(literal, sorted(retention.by_type)))
        before = dt_of(now_s - retention.others_days * SECONDS_PER_DAY, granularity)
        others = f" AND {EVENT_TYPE} NOT IN ({listed})" if listed else ""
        yield _expire(database, before, others)


def _expire(database: str, before: str, of_types: str) -> str:
    table = f"{identifier(database)}.{identifier(TABLE_EVENTS_HISTORY)}"
    return f"DELETE FROM {table} WHERE {DT} < {literal(before)}{of_types}"  # noqa: S608 -- quoted
