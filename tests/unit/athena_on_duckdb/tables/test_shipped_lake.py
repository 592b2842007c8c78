"""The views and named queries of the catalog on a day of sample events, hand-counted."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from firelake.catalog.queries import named_queries
from firelake.contract.names import view_name
from tests.helpers.athena_engines import running_engine
from tests.helpers.contracts import LEARNING
from tests.unit.athena_on_duckdb.tables.conftest import Asked
from tests.unit.athena_on_duckdb.tables.shipped_lake import DATABASE, lake_location, shipped_lake

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = 400


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A lake of today's events, as named queries ask for the last days."""
    lake = shipped_lake(EVENTS, day=_day())
    folder = tmp_path_factory.mktemp("today")
    with running_engine(folder, lambda: lake.now_ms) as made:
        yield Asked(made, lake.fake, DATABASE)


def test_a_view_of_each_type_gives_the_events_of_its_name(today: Asked) -> None:
    names: Counter[str] = Counter()
    for name, count in today.rows("SELECT event_name, count(*) FROM events GROUP BY 1"):
        names[name] = count
    by_type = {event.event_type: event.name for event in LEARNING.events.values()}
    assert len(by_type) > 20
    assert sum(names.values()) == EVENTS
    together = " UNION ALL ".join(
        f"SELECT '{name}', count(*), count(DISTINCT event_uuid) FROM {view_name(name)}"
        for name in by_type.values()
    )
    expected = sorted((name, names[name], names[name]) for name in by_type.values())
    assert sorted(today.rows(together)) == expected


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        pytest.param("rows_by_type_and_day", "event_count", EVENTS, id="rows"),
        pytest.param("file_sizes", "row_count", EVENTS, id="files"),
        pytest.param("duplicates_in_raw", "copy_count", None, id="copies"),
        pytest.param("errors_by_code", "object_count", None, id="errors"),
        pytest.param("freshness", "median_delay_s", None, id="freshness"),
    ],
)
def test_every_named_query_answers(
    today: Asked, name: str, column: str, expected: int | None
) -> None:
    (sql,) = [each.sql for each in named_queries(lake_location(_day())) if each.name == name]
    ((total, rows),) = today.rows(f"SELECT sum({column}), count(*) FROM ({sql.rstrip(';')})")
    assert total == expected or name == "freshness"
    assert (rows > 0) == (name in {"rows_by_type_and_day", "file_sizes", "freshness"})


def _day() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
