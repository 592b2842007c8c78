"""PyAthena's cursors against the endpoint."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pyathena
import pytest
from pyarrow import fs
from pyathena.arrow.cursor import ArrowCursor
from pyathena.cursor import DictCursor
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor

from tests.helpers.athena_fixtures import BUCKET, DATABASE, RESULTS

if TYPE_CHECKING:
    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = pytest.mark.local

# A timestamp of Athena's has no zone.
ORDER_2 = (2, 'a "big" pot', 20.0, datetime(2024, 3, 1, 11), "2024-03-01")  # noqa: DTZ001


def cursor(athena: AthenaPlace, kind: type | None = None, **options: object) -> Any:  # noqa: ANN401
    """A cursor of a kind."""
    given: dict[str, Any] = {"s3_staging_dir": RESULTS, "schema_name": DATABASE, **options}
    if kind is not None:
        given["cursor_class"] = kind
    connection = cast("Any", pyathena).connect(session=athena.session, poll_interval=0.02, **given)
    return connection.cursor()


def test_rows_are_fetched_with_their_types(athena: AthenaPlace) -> None:
    found = cursor(athena).execute("SELECT * FROM orders ORDER BY id")
    rows = found.fetchall()
    assert rows[1] == ORDER_2
    assert [row[1] for row in rows] == ["tea", 'a "big" pot', None, ""]
    assert [column[:2] for column in found.description] == [
        ("id", "bigint"),
        ("item", "varchar"),
        ("price", "double"),
        ("at", "timestamp"),
        ("dt", "varchar"),
    ]
    assert found.data_scanned_in_bytes > 0


def test_many_rows_are_fetched_page_by_page(athena: AthenaPlace) -> None:
    found = cursor(athena).execute("SELECT * FROM UNNEST(sequence(1, 2500)) AS t (n) ORDER BY n")
    assert [row[0] for row in found] == list(range(1, 2501))


def test_parameters_are_put_in_by_client_and_by_server(athena: AthenaPlace) -> None:
    asked = cursor(athena)
    assert asked.execute("SELECT id FROM orders WHERE item = %(i)s", {"i": "tea"}).fetchall() == [
        (1,)
    ]
    found = asked.execute(
        "SELECT id FROM orders WHERE item = ? AND price < ?", ["'tea'", "2"], paramstyle="qmark"
    )
    assert found.fetchall() == [(1,)]


def test_rows_are_fetched_as_dictionaries(athena: AthenaPlace) -> None:
    found = cursor(athena, DictCursor).execute("SELECT id, dt FROM orders WHERE id = 1")
    assert found.fetchall() == [{"id": 1, "dt": "2024-03-01"}]


@pytest.mark.filterwarnings("ignore:engine='auto' is deprecated")  # of PyAthena's own call
@pytest.mark.parametrize("unload", [False, True], ids=["by CSV", "by UNLOAD"])
def test_rows_are_fetched_as_a_frame(athena: AthenaPlace, unload: bool) -> None:
    place = f"s3://{BUCKET}/pandas-{unload}/"
    asked = cursor(athena, PandasCursor, s3_staging_dir=place, cursor_kwargs={"unload": unload})
    frame = asked.execute("SELECT id, price, at FROM orders ORDER BY id").as_pandas()
    assert list(frame["price"]) == [1.5, 20.0, 0.25, 10_000_000.0]
    assert frame["at"].dt.hour.tolist()[:2] == [10, 11]


@pytest.mark.parametrize("unload", [False, True], ids=["by CSV", "by UNLOAD"])
def test_rows_are_fetched_as_an_arrow_table(
    athena: AthenaPlace, unload: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This cursor reads S3 by Arrow, and has no way to tell it where S3 is.
    here = athena.environment["AWS_ENDPOINT_URL"].removeprefix("http://")
    elsewhere = cast("Any", fs)
    monkeypatch.setattr(
        fs,
        "S3FileSystem",
        partial(elsewhere.S3FileSystem, endpoint_override=here, scheme="http"),
    )
    place = f"s3://{BUCKET}/arrow-{unload}/"
    asked = cursor(athena, ArrowCursor, s3_staging_dir=place, cursor_kwargs={"unload": unload})
    table = asked.execute("SELECT id, price FROM orders ORDER BY id").as_arrow()
    assert table.column("id").to_pylist() == [1, 2, 3, 4]


def test_what_there_is_is_shown(athena: AthenaPlace) -> None:
    asked = cursor(athena)
    assert ("orders",) in asked.execute("SHOW TABLES").fetchall()
    assert asked.execute("SHOW PARTITIONS orders").fetchall() == [
        ("dt=2024-03-01",),
        ("dt=2024-03-02",),
    ]
    # A line of DESCRIBE is one value, as Athena's API gives it.
    assert asked.execute("DESCRIBE orders").fetchone() == (
        "id                  \tbigint              \t                    ",
    )


def test_a_failed_query_raises_with_its_reason(athena: AthenaPlace) -> None:
    with pytest.raises(OperationalError, match="COLUMN_NOT_FOUND"):
        cursor(athena).execute("SELECT colour FROM orders")


def test_metadata_of_tables_is_given(athena: AthenaPlace) -> None:
    asked = cursor(athena)
    table = asked.get_table_metadata("orders")
    assert [column.name for column in table.columns] == ["id", "item", "price", "at"]
    assert "orders" in [each.name for each in asked.list_table_metadata()]
