"""Clients that others wrote share Iceberg tables with the endpoint: awswrangler and pyiceberg."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import awswrangler as wr
import pandas as pd
import pyarrow as pa
import pytest

from athena_on_duckdb.iceberg.library import module
from tests.helpers.athena_fixtures import BUCKET, DATABASE, RESULTS

if TYPE_CHECKING:
    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = pytest.mark.local

_ROWS = pd.DataFrame({"id": pd.array([1, 2], "Int64"), "name": pd.array(["tea", None], "string")})


def test_awswrangler_and_pyiceberg_write_and_read_one_table(athena: AthenaPlace) -> None:
    wr.athena.to_iceberg(
        _ROWS,
        database=DATABASE,
        table="goods",
        table_location=f"s3://{BUCKET}/goods/",
        temp_path=f"s3://{BUCKET}/goods-before/",
        s3_output=RESULTS,
        boto3_session=athena.session,
    )
    wr.athena.to_iceberg(
        _ROWS.assign(name="pot"),
        database=DATABASE,
        table="goods",
        temp_path=f"s3://{BUCKET}/goods-more/",
        merge_cols=["id"],
        s3_output=RESULTS,
        boto3_session=athena.session,
    )
    table = _pyiceberg(athena).load_table((DATABASE, "goods"))
    assert sorted(table.scan().to_arrow().to_pylist(), key=lambda row: row["id"]) == [
        {"id": 1, "name": "pot"},
        {"id": 2, "name": "pot"},
    ]
    table.append(cast("Any", pa).Table.from_pylist([{"id": 3, "name": "cup"}]))
    found = wr.athena.read_sql_query(
        "SELECT name, count(*) AS n FROM goods GROUP BY name ORDER BY name",
        database=DATABASE,
        s3_output=RESULTS,
        boto3_session=athena.session,
    )
    assert found.to_dict("records") == [{"name": "cup", "n": 1}, {"name": "pot", "n": 2}]


def test_of_inserts_at_once_each_is_whole_or_fails_by_name(athena: AthenaPlace) -> None:
    athena.rows(
        f"CREATE TABLE raced (n int) LOCATION 's3://{BUCKET}/raced/'"
        " TBLPROPERTIES ('table_type'='ICEBERG')"
    )
    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(athena.run, ["INSERT INTO raced VALUES 1, 2"] * 3))
    states = [each["Status"]["State"] for each in ends]
    assert "SUCCEEDED" in states
    for each in ends:
        reason = each["Status"].get("StateChangeReason", "ICEBERG_COMMIT_ERROR")
        assert reason.startswith("ICEBERG_COMMIT_ERROR")
    assert athena.rows("SELECT count(*) FROM raced")[1] == [str(2 * states.count("SUCCEEDED"))]


def _pyiceberg(athena: AthenaPlace) -> Any:  # noqa: ANN401
    """The catalog as a user makes it: pyiceberg's own clients of Glue and S3."""
    environment = athena.environment
    return module("catalog.glue").GlueCatalog(
        "local",
        **{
            "glue.endpoint": environment["AWS_ENDPOINT_URL_GLUE"],
            "glue.region": environment["AWS_REGION"],
            "glue.access-key-id": environment["AWS_ACCESS_KEY_ID"],
            "glue.secret-access-key": environment["AWS_SECRET_ACCESS_KEY"],
            "s3.endpoint": environment["AWS_ENDPOINT_URL"],
            "s3.region": environment["AWS_REGION"],
            "s3.access-key-id": environment["AWS_ACCESS_KEY_ID"],
            "s3.secret-access-key": environment["AWS_SECRET_ACCESS_KEY"],
        },
    )
