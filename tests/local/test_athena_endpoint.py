"""The endpoint's own rules: workgroups, limits, cancelling, listing, refusals, hostile SQL."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from firelake.formats.emulation import ProcessError
from firelake.local.athena_endpoint import AthenaEndpoint
from firelake.local.processes import identify
from tests.helpers.athena_fixtures import BUCKET, DATABASE, ORDERS, RESULTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = pytest.mark.local


def start_error(athena: AthenaPlace, sql: str, **request: object) -> dict[str, str]:
    """The error with which a statement is refused at its start."""
    with pytest.raises(ClientError) as caught:
        athena.run(sql, **request)
    error = cast("dict[str, Any]", caught.value.response)
    return {
        "code": error["Error"]["Code"],
        "athena": str(error.get("AthenaErrorCode")),
        "message": error["Error"]["Message"],
    }


def reason(athena: AthenaPlace, sql: str, **request: object) -> str:
    """Why a statement fails when it runs."""
    status = athena.run(sql, **request)["Status"]
    assert status["State"] in {"FAILED", "CANCELLED"}
    return status["StateChangeReason"]


def test_an_execution_tells_what_it_is(athena: AthenaPlace) -> None:
    execution = athena.run("SELECT id FROM orders")
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["QueryExecutionContext"] == {
        "Database": DATABASE,
        "Catalog": "AwsDataCatalog",
    }
    assert execution["WorkGroup"] == "primary"
    name = f"{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == f"{RESULTS}{name}"
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    statistics = athena.client("athena").get_query_runtime_statistics(
        QueryExecutionId=execution["QueryExecutionId"]
    )["QueryRuntimeStatistics"]
    assert statistics["Rows"]["OutputRows"] == len(ORDERS)


def test_result_files_are_those_of_athena(athena: AthenaPlace) -> None:
    place = f"s3://{BUCKET}/files/"
    execution = athena.run(
        "SELECT item, at FROM orders ORDER BY id", ResultConfiguration={"OutputLocation": place}
    )
    name = f"files/{execution['QueryExecutionId']}.csv"
    s3 = athena.client("s3")
    assert s3.get_object(Bucket=BUCKET, Key=name)["Body"].read().decode() == (
        '"item","at"\n'
        '"tea","2024-03-01 10:00:00.123"\n'
        '"a ""big"" pot","2024-03-01 11:00:00.000"\n'
        ",\n"
        '"","2024-03-02 09:30:00.000"\n'
    )
    metadata = s3.get_object(Bucket=BUCKET, Key=f"{name}.metadata")["Body"].read()
    assert b"\x1a\x04item" not in metadata[:2]
    assert b'"\x04item' in metadata
    assert b"2\x07varchar" in metadata


def test_a_workgroup_that_enforces_its_place_takes_no_other(athena: AthenaPlace) -> None:
    place = f"s3://{BUCKET}/enforced/"
    athena.client("athena").create_work_group(
        Name="enforced",
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": place},
        },
    )
    execution = athena.run("SELECT 1 AS one", WorkGroup="enforced")
    assert execution["ResultConfiguration"]["OutputLocation"].startswith(place)
    assert "Please remove the 'external_location' property" in reason(
        athena,
        f"CREATE TABLE away WITH (external_location = 's3://{BUCKET}/away/') AS SELECT 1 AS one",
        WorkGroup="enforced",
    )


def test_a_disabled_workgroup_takes_no_queries(athena: AthenaPlace) -> None:
    client = athena.client("athena")
    client.create_work_group(Name="closed")
    client.update_work_group(WorkGroup="closed", State="DISABLED")
    assert start_error(athena, "SELECT 1", WorkGroup="closed")["message"] == (
        "WorkGroup closed is disabled."
    )


def test_what_an_update_of_a_workgroup_would_forget_is_refused(athena: AthenaPlace) -> None:
    client = athena.client("athena")
    client.create_work_group(Name="kept")
    with pytest.raises(ClientError, match="cannot update RemoveBytesScannedCutoffPerQuery"):
        client.update_work_group(
            WorkGroup="kept", ConfigurationUpdates={"RemoveBytesScannedCutoffPerQuery": True}
        )


def test_a_place_for_results_is_needed(athena: AthenaPlace) -> None:
    assert start_error(athena, "SELECT 1", ResultConfiguration={})["message"].startswith(
        "No output location provided."
    )


def test_a_running_query_is_stopped(athena: AthenaPlace) -> None:
    client = athena.client("athena")
    long = (
        "SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x), UNNEST(sequence(1, 9000)) AS b"
        " (y), UNNEST(sequence(1, 9000)) AS c (z) WHERE (x * y + z) % 7 = 3"
    )
    started = client.start_query_execution(
        QueryString=long, ResultConfiguration={"OutputLocation": RESULTS}
    )["QueryExecutionId"]

    def state() -> str:
        told = client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        return str(told["State"])

    deadline = time.monotonic() + 30
    while state() == "QUEUED" and time.monotonic() < deadline:
        time.sleep(0.01)
    client.stop_query_execution(QueryExecutionId=started)
    while state() == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert state() == "CANCELLED"
    with pytest.raises(ClientError, match="Query did not finish successfully"):
        client.get_query_results(QueryExecutionId=started)


def test_queries_run_side_by_side(athena: AthenaPlace) -> None:
    found: list[list[list[str | None]]] = []

    def ask(number: int) -> None:
        found.append(athena.rows(f"SELECT {number} + sum(id) AS s FROM orders"))  # noqa: S608

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(rows[1][0]) for rows in found) == ["10", "11", "12", "13", "14", "15"]


def test_executions_are_listed_the_newest_first_page_by_page(athena: AthenaPlace) -> None:
    client = athena.client("athena")
    client.create_work_group(
        Name="listed", Configuration={"ResultConfiguration": {"OutputLocation": RESULTS}}
    )
    ids = [
        athena.run(f"SELECT {number} AS n", WorkGroup="listed")["QueryExecutionId"]
        for number in range(5)
    ]
    pages = client.get_paginator("list_query_executions").paginate(
        WorkGroup="listed", PaginationConfig={"PageSize": 2}
    )
    assert [page["QueryExecutionIds"] for page in pages] == [
        [ids[4], ids[3]],
        [ids[2], ids[1]],
        [ids[0]],
    ]
    answer = client.batch_get_query_execution(QueryExecutionIds=[ids[0], "nothing"])
    assert [each["Query"] for each in answer["QueryExecutions"]] == ["SELECT 0 AS n"]
    assert answer["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "nothing"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("GRANT ALL ON orders TO x", "statement GRANT"),
        ("COPY orders TO '/tmp/out'", "statement COPY"),
        ("ATTACH '/tmp/x.db'", "statement ATTACH"),
        ("PRAGMA database_list", "statement PRAGMA"),
        ("INSTALL httpfs", "statement INSTALL"),
        ("SET enable_external_access = true", "statement SET"),
        ("CALL pragma_version()", "statement CALL"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE"),
        ("SHOW FUNCTIONS", "statement SHOW FUNCTIONS"),
        ("ALTER TABLE orders RENAME TO x", "ALTER TABLE RENAME TO"),
        ("CREATE TABLE x (id int)", "External keyword required"),
    ],
)
def test_statements_that_are_not_supported_are_refused_by_name(
    athena: AthenaPlace, sql: str, message: str
) -> None:
    error = start_error(athena, sql)
    assert (error["code"], error["athena"]) == ("InvalidRequestException", "MALFORMED_QUERY")
    assert error["message"].startswith("NOT_SUPPORTED: ")
    assert message in error["message"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT * FROM glob('/*')",
        "SELECT * FROM parquet_scan('http://127.0.0.1:1/x.parquet')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM pragma_version()",
        "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
        "SELECT current_setting('threads')",
        "SELECT * FROM main.duckdb_tables",
        "SELECT 1; SELECT 2",
        "SELECT * FROM orders; DROP TABLE orders",
        "CREATE TABLE out WITH (external_location = '/tmp/out/') AS SELECT 1 AS one",
        "UNLOAD (SELECT 1 AS one) TO 'file:///tmp/out/' WITH (format = 'PARQUET')",
        "CREATE VIEW hostile AS SELECT * FROM read_csv('/etc/passwd')",
    ],
)
def test_hostile_sql_reaches_nothing(athena: AthenaPlace, sql: str) -> None:
    try:
        told = reason(athena, sql)
    except ClientError as error:
        told = str(error).partition("operation: ")[2]
    assert told.split(":")[0] in {
        "FUNCTION_NOT_FOUND",
        "GENERIC_USER_ERROR",
        "NOT_SUPPORTED",
        "SCHEMA_NOT_FOUND",
        "SYNTAX_ERROR",
        "TABLE_NOT_FOUND",
    }
    assert "root:" not in told


def test_rows_are_inserted_beside_others(athena: AthenaPlace) -> None:
    athena.rows(
        "CREATE TABLE grown WITH (partitioned_by = ARRAY['dt']) AS"
        " SELECT id, item, dt FROM orders WHERE id < 3"
    )
    execution = athena.run("INSERT INTO grown SELECT id, item, dt FROM orders WHERE id > 2")
    assert execution["StatementType"] == "DML"
    results = athena.client("athena").get_query_results(
        QueryExecutionId=execution["QueryExecutionId"]
    )
    assert results["UpdateCount"] == 2
    athena.rows("INSERT INTO grown (dt, id) VALUES ('2024-04-01', 9)")
    assert athena.rows("SELECT id, dt FROM grown ORDER BY id") == [
        ["id", "dt"],
        ["1", "2024-03-01"],
        ["2", "2024-03-01"],
        ["3", "2024-03-02"],
        ["4", "2024-03-02"],
        ["9", "2024-04-01"],
    ]
    assert reason(athena, "INSERT INTO grown VALUES ('x', 'y', 'z')").startswith("TYPE_MISMATCH")


@pytest.mark.parametrize("form", ["PARQUET", "TEXTFILE", "JSON"])
def test_a_new_table_is_read_back_in_each_form(athena: AthenaPlace, form: str) -> None:
    everything = "SELECT id, item, price, at, dt FROM {} ORDER BY id"
    table = f"as_{form.lower()}"
    athena.rows(f"CREATE TABLE {table} WITH (format = '{form}') AS " + everything.format("orders"))
    assert athena.rows(everything.format(table)) == athena.rows(everything.format("orders"))


@pytest.mark.parametrize("given", ["table_type = 'HIVE'", "is_external = true"])
def test_properties_that_ask_for_what_is_done_anyway_are_taken(
    athena: AthenaPlace, given: str
) -> None:
    table = f"by_default_{given[:5]}"
    athena.rows(f"CREATE TABLE {table} WITH ({given}) AS SELECT 1 AS one")
    assert athena.rows(f"SELECT one FROM {table}") == [["one"], ["1"]]  # noqa: S608 -- the test's own
    iceberg = "CREATE TABLE ice WITH (table_type = 'ICEBERG') AS SELECT 1 AS one"
    assert reason(athena, iceberg).startswith("NOT_SUPPORTED")


def test_a_table_has_its_one_version_and_its_catalog_a_name_in_any_case(
    athena: AthenaPlace,
) -> None:
    asked = {"DatabaseName": DATABASE, "TableName": "orders"}
    (version,) = athena.client("glue").get_table_versions(**asked)["TableVersions"]
    assert version["Table"]["Name"] == "orders"
    for catalog in ("AwsDataCatalog", "awsdatacatalog"):
        found = athena.client("athena").list_databases(CatalogName=catalog)["DatabaseList"]
        assert DATABASE in [database["Name"] for database in found]


def test_a_place_that_holds_files_is_not_written_to(athena: AthenaPlace) -> None:
    place = f"s3://{BUCKET}/orders/"
    unload = f"UNLOAD (SELECT 1 AS one) TO '{place}' WITH (format = 'PARQUET')"
    assert reason(athena, unload).startswith("HIVE_PATH_ALREADY_EXISTS")
    table = f"CREATE TABLE t WITH (external_location = '{place}') AS SELECT 1 AS one"
    assert reason(athena, table).startswith("HIVE_PATH_ALREADY_EXISTS")


def test_databases_and_tables_come_and_go(athena: AthenaPlace) -> None:
    athena.rows("CREATE DATABASE IF NOT EXISTS brief COMMENT 'not for long'")
    assert reason(athena, "CREATE DATABASE brief").startswith("SCHEMA_ALREADY_EXISTS")
    athena.rows("CREATE TABLE brief.t WITH (format = 'PARQUET') AS SELECT 1 AS one WITH NO DATA")
    assert athena.rows("SELECT * FROM brief.t") == [["one"]]
    assert athena.rows("SHOW TABLES IN brief") == [["t"]]
    assert reason(athena, "DROP DATABASE brief").startswith("SCHEMA_NOT_EMPTY")
    athena.rows("DROP TABLE brief.t")
    assert reason(athena, "DROP TABLE brief.t").startswith("TABLE_NOT_FOUND")
    athena.rows("DROP DATABASE brief CASCADE")
    assert ["brief"] not in athena.rows("SHOW DATABASES")


def test_partitions_are_added_and_dropped_by_hand(athena: AthenaPlace) -> None:
    athena.rows(
        "CREATE EXTERNAL TABLE by_hand (id bigint) PARTITIONED BY (day string)"
        f" STORED AS PARQUET LOCATION 's3://{BUCKET}/nothing-here/'"
    )
    athena.rows(
        "ALTER TABLE by_hand ADD PARTITION (day = 'first')"
        f" LOCATION 's3://{BUCKET}/orders/dt=2024-03-01/' PARTITION (day = 'empty')"
    )
    assert athena.rows("SELECT id, day FROM by_hand ORDER BY id") == [
        ["id", "day"],
        ["1", "first"],
        ["2", "first"],
    ]
    assert reason(athena, "ALTER TABLE by_hand ADD PARTITION (day = 'first')").startswith(
        "PARTITION_ALREADY_EXISTS"
    )
    athena.rows("ALTER TABLE by_hand DROP PARTITION (day = 'first')")
    assert athena.rows("SHOW PARTITIONS by_hand") == [["day=empty"]]


def test_a_plan_is_explained(athena: AthenaPlace) -> None:
    execution = athena.run("EXPLAIN SELECT id FROM orders WHERE dt = '2024-03-01'")
    assert execution["SubstatementType"] == "EXPLAIN"
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    lines = athena.rows("EXPLAIN SELECT id FROM orders WHERE dt = '2024-03-01'")
    assert any("id" in str(line) for line in lines)


def test_an_endpoint_that_ended_by_itself_is_told(
    athena: AthenaPlace, ministack: str, tmp_path: Path
) -> None:
    behind = {**athena.environment, "AWS_ENDPOINT_URL": ministack}
    endpoint = AthenaEndpoint.start(behind, folder=tmp_path, records=tmp_path / "records")
    pid = endpoint.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while identify(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert endpoint.pid is None
    with pytest.raises(ProcessError, match="the Athena endpoint had ended by itself, with -9"):
        endpoint.stop()
    assert list((tmp_path / "records").glob("*.json")) == []


def test_named_queries_are_those_of_the_cloud_behind(athena: AthenaPlace) -> None:
    client = athena.client("athena")
    made = client.create_named_query(
        Name="count", Database=DATABASE, QueryString="SELECT count(*) FROM orders"
    )["NamedQueryId"]
    assert client.get_named_query(NamedQueryId=made)["NamedQuery"]["Name"] == "count"
    assert made in client.list_named_queries()["NamedQueryIds"]
