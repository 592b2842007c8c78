"""What the query of drift answers on a lake that holds some extras."""

from __future__ import annotations

from datetime import UTC, datetime

from firelake.catalog.queries import query_over
from firelake.contract.layout import Granularity
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.catalog.samples import lake

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def drift_rows(event_type: str, extras: tuple[str, ...], **parts: str) -> list[tuple[object, ...]]:
    """The rows for events of a type, one for each text of extras.

    Args:
        parts: What of the query depends on the contract.
    """
    stored = DuckdbLake(lake(Granularity.DAY))
    stored.insert(
        "events",
        [
            {
                "event_uuid": str(number),
                "event_name": "a",
                "created_datetime": datetime(2026, 11, 21),  # noqa: DTZ001 -- of a column without zone
                "ingested_at": datetime(2026, 11, 21),  # noqa: DTZ001
                "event_type": event_type,
                "dt": "2026-11-21",
                "extras": text,
            }
            for number, text in enumerate(extras)
        ],
    )
    database = lake(Granularity.DAY).database
    sql = query_over("contract_drift", database, "dt >= '2026-11-01'", **parts)
    return stored.query(sql, NOW)
