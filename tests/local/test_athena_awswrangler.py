"""awswrangler's ways of asking Athena, against the endpoint, on a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import awswrangler as wr
import pandas as pd
import pytest

from tests.helpers.athena_fixtures import BUCKET, DATABASE, ORDERS, RESULTS

if TYPE_CHECKING:
    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = pytest.mark.local

READ_WAYS = {
    "by CREATE TABLE AS": {"ctas_approach": True},
    "by CSV": {"ctas_approach": False},
    "by UNLOAD": {
        "ctas_approach": False,
        "unload_approach": True,
    },
}


def read(athena: AthenaPlace, sql: str, **options: object) -> pd.DataFrame:
    """One frame of the rows of a query."""
    given: dict[str, Any] = {"s3_output": RESULTS, **options}
    writes = given.get("unload_approach") or given.get("ctas_approach", True)
    if writes and "s3_output" not in options:
        given["s3_output"] = f"{RESULTS}{abs(hash((sql, str(options))))}/"
    reader = cast("Any", wr.athena)
    return reader.read_sql_query(sql, DATABASE, boto3_session=athena.session, **given)


def plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows as plain values, None for what is missing."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


@pytest.mark.parametrize("way", READ_WAYS)
def test_rows_are_read_with_their_types(athena: AthenaPlace, way: str) -> None:
    frame = read(athena, "SELECT * FROM orders ORDER BY id", **READ_WAYS[way])
    # A CSV file cannot tell a NULL text from an empty one where pandas reads it.
    expected = plain(ORDERS)
    if way == "by CSV":
        expected[3]["item"] = None
    assert plain(frame) == expected
    assert str(frame["at"].dtype).startswith("datetime64")
    assert str(frame["id"].dtype) == "Int64"


@pytest.mark.parametrize("way", READ_WAYS)
def test_what_a_reading_needed_is_gone_afterwards(athena: AthenaPlace, way: str) -> None:
    output = f"s3://{BUCKET}/gone/{way.replace(' ', '-').lower()}/"
    read(athena, "SELECT id FROM orders", s3_output=output, keep_files=False, **READ_WAYS[way])
    assert wr.s3.list_objects(output, boto3_session=athena.session) == []
    tables = wr.catalog.get_tables(database=DATABASE, boto3_session=athena.session)
    assert [table["Name"] for table in tables if table["Name"].startswith("temp_table")] == []


@pytest.mark.parametrize("way", ["by CREATE TABLE AS", "by CSV"])
def test_no_row_is_an_empty_frame(athena: AthenaPlace, way: str) -> None:
    assert read(athena, "SELECT id FROM orders WHERE id = 99", **READ_WAYS[way]).empty


def test_no_row_by_unload_is_refused_by_awswrangler(athena: AthenaPlace) -> None:
    with pytest.raises(wr.exceptions.EmptyDataFrame):
        read(athena, "SELECT id FROM orders WHERE id = 99", **READ_WAYS["by UNLOAD"])


@pytest.mark.parametrize("ctas_approach", [True, False], ids=["by CREATE TABLE AS", "by CSV"])
def test_rows_are_read_in_chunks(athena: AthenaPlace, ctas_approach: bool) -> None:
    frames = wr.athena.read_sql_query(
        "SELECT id FROM orders ORDER BY id",
        DATABASE,
        s3_output=f"{RESULTS}chunks/{ctas_approach}/",
        ctas_approach=ctas_approach,
        chunksize=3,
        boto3_session=athena.session,
    )
    sizes = [len(frame) for frame in frames]
    assert (sum(sizes), max(sizes)) == (4, 3)


def test_a_table_is_read_whole(athena: AthenaPlace) -> None:
    frame = wr.athena.read_sql_table(
        "orders", DATABASE, s3_output=RESULTS, boto3_session=athena.session
    )
    assert sorted(frame["id"]) == [1, 2, 3, 4]


def test_named_parameters_are_put_in_by_the_client(athena: AthenaPlace) -> None:
    params = {"id": 2, "item": 'a "big" pot'}
    frame = read(
        athena,
        "SELECT price FROM orders WHERE id = :id AND item = :item",
        ctas_approach=False,
        params=params,
    )
    assert list(frame["price"]) == [20.0]


def test_positional_parameters_are_expressions_where_they_are_any(athena: AthenaPlace) -> None:
    def dates(parameter: str) -> list[object]:
        frame = read(
            athena,
            "SELECT cast(? AS varchar) AS value",
            ctas_approach=False,
            params=[parameter],
            paramstyle="qmark",
        )
        return list(frame["value"])

    assert dates("2024-03-02") == ["2019"]
    assert dates("'2024-03-02'") == ["2024-03-02"]
    assert dates("tea") == ["tea"]
    assert dates("x') OR ('1'='1") == ["x') OR ('1'='1"]


def test_results_are_taken_from_an_earlier_execution(athena: AthenaPlace) -> None:
    def execution_id() -> str:
        frame = read(
            athena,
            "SELECT count(*) AS orders FROM orders",
            ctas_approach=False,
            athena_cache_settings={"max_cache_seconds": 900},
        )
        assert list(frame["orders"]) == [4]
        return str(cast("Any", frame).query_metadata["QueryExecutionId"])

    assert execution_id() == execution_id()


def test_a_request_token_starts_one_execution_only(athena: AthenaPlace) -> None:
    def start(sql: str) -> str:
        return cast("Any", wr.athena).start_query_execution(
            sql,
            DATABASE,
            s3_output=RESULTS,
            client_request_token="0123456789abcdef0123456789abcdef",
            boto3_session=athena.session,
        )

    assert start("SELECT 1 AS one") == start("SELECT 1 AS one")
    with pytest.raises(Exception, match="Idempotent parameters do not match"):
        start("SELECT 2 AS two")


def test_results_of_an_execution_are_read_later(athena: AthenaPlace) -> None:
    execution = athena.run("SELECT id, item FROM orders ORDER BY id LIMIT 2")
    frame = wr.athena.get_query_results(execution["QueryExecutionId"], boto3_session=athena.session)
    assert list(frame["item"]) == ["tea", 'a "big" pot']


@pytest.mark.parametrize("way", READ_WAYS)
def test_rows_are_read_by_a_workgroup_that_enforces_its_place(
    athena: AthenaPlace, way: str
) -> None:
    workgroup = f"by-{way.rsplit(maxsplit=1)[-1].lower()}"
    athena.client("athena").create_work_group(
        Name=workgroup,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/{workgroup}/"},
        },
    )
    # UNLOAD wants a place that it is told, whatever the workgroup says.
    place = f"s3://{BUCKET}/{workgroup}/unloaded/" if way == "by UNLOAD" else None
    frame = read(
        athena,
        "SELECT price FROM orders ORDER BY id",
        workgroup=workgroup,
        s3_output=place,
        **READ_WAYS[way],
    )
    assert list(frame["price"]) == [1.5, 20.0, 0.25, 10_000_000.0]


def test_results_that_athena_keeps_itself_are_read_by_pages(athena: AthenaPlace) -> None:
    athena.client("athena").create_work_group(
        Name="managed",
        Configuration={"ManagedQueryResultsConfiguration": {"Enabled": True}},
    )
    frame = wr.athena.read_sql_query(
        "SELECT id, price FROM orders ORDER BY id",
        DATABASE,
        ctas_approach=False,
        workgroup="managed",
        boto3_session=athena.session,
    )
    assert list(frame["price"]) == [1.5, 20.0, 0.25, 10_000_000.0]


def test_a_table_is_made_of_a_query(athena: AthenaPlace) -> None:
    made = wr.athena.create_ctas_table(
        "SELECT id, price, dt FROM orders",
        DATABASE,
        ctas_table="by_day",
        s3_output=f"s3://{BUCKET}/made/",
        partitioning_info=["dt"],
        write_compression="SNAPPY",
        wait=True,
        boto3_session=athena.session,
    )
    assert (made["ctas_database"], made["ctas_table"]) == (DATABASE, "by_day")
    partitions = wr.catalog.get_parquet_partitions(DATABASE, "by_day", boto3_session=athena.session)
    assert sorted(partitions.values()) == [["2024-03-01"], ["2024-03-02"]]
    assert athena.rows("SELECT sum(price) AS total FROM by_day WHERE dt = '2024-03-01'") == [
        ["total"],
        ["21.5"],
    ]


def test_queries_without_names_or_with_the_same_twice_are_told_apart(athena: AthenaPlace) -> None:
    with pytest.raises(wr.exceptions.InvalidArgumentValue, match="define all columns names"):
        read(athena, "SELECT max(id) FROM orders")
    with pytest.raises(wr.exceptions.InvalidCtasApproachQuery, match="distinct names"):
        read(athena, "SELECT id AS a, id AS a FROM orders")
    with pytest.raises(wr.exceptions.InvalidArgumentValue, match="undefined columns types"):
        read(athena, "SELECT NULL AS nothing FROM orders")


def test_a_failed_query_tells_why(athena: AthenaPlace) -> None:
    with pytest.raises(wr.exceptions.QueryFailed, match="TABLE_NOT_FOUND"):
        read(athena, "SELECT * FROM nowhere", ctas_approach=False)


def test_partitions_found_in_folders_are_registered(athena: AthenaPlace) -> None:
    wr.s3.to_parquet(
        ORDERS.drop(columns="dt"),
        path=f"s3://{BUCKET}/found/dt=2024-05-01/file.parquet",
        boto3_session=athena.session,
    )
    athena.rows(
        f"CREATE EXTERNAL TABLE found (id bigint) PARTITIONED BY (dt string)"
        f" STORED AS PARQUET LOCATION 's3://{BUCKET}/found/'"
    )
    assert athena.rows("SELECT count(*) FROM found") == [["_col0"], ["0"]]
    state = wr.athena.repair_table(
        "found", DATABASE, s3_output=RESULTS, boto3_session=athena.session
    )
    assert state == "SUCCEEDED"
    assert athena.rows("SHOW PARTITIONS found") == [["dt=2024-05-01"]]
    assert athena.rows("SELECT count(*) FROM found") == [["_col0"], ["4"]]


def test_a_table_is_described_and_its_statement_shown(athena: AthenaPlace) -> None:
    described = wr.athena.describe_table(
        "orders", DATABASE, s3_output=RESULTS, boto3_session=athena.session
    )
    assert described.to_dict("records") == [
        {"Column Name": "id", "Type": "bigint", "Partition": False, "Comment": ""},
        {"Column Name": "item", "Type": "string", "Partition": False, "Comment": ""},
        {"Column Name": "price", "Type": "double", "Partition": False, "Comment": ""},
        {"Column Name": "at", "Type": "timestamp", "Partition": False, "Comment": ""},
        {"Column Name": "dt", "Type": "string", "Partition": True, "Comment": ""},
    ]
    shown = wr.athena.show_create_table(
        "orders", DATABASE, s3_output=RESULTS, boto3_session=athena.session
    )
    assert shown.startswith("CREATE EXTERNAL TABLE `shop.orders`(")
    generated = wr.athena.generate_create_query("orders", DATABASE, boto3_session=athena.session)
    assert generated.startswith("CREATE EXTERNAL TABLE `orders`(")


def test_a_view_is_made_and_read(athena: AthenaPlace) -> None:
    athena.rows("CREATE VIEW dear AS SELECT id, price FROM orders WHERE price > 10")
    assert athena.rows("SELECT id FROM dear ORDER BY id") == [["id"], ["2"], ["4"]]
    query = wr.athena.generate_create_query("dear", DATABASE, boto3_session=athena.session)
    assert query.endswith("SELECT id, price FROM orders WHERE price > 10")
    athena.rows("CREATE OR REPLACE VIEW dear AS SELECT id FROM orders WHERE price > 100")
    assert athena.rows("SELECT * FROM dear") == [["id"], ["4"]]
    assert athena.rows("SHOW VIEWS") == [["dear"]]
    athena.rows("DROP VIEW dear")
    assert athena.rows("SHOW VIEWS") == []


def test_prepared_statements_are_made_changed_run_and_forgotten(athena: AthenaPlace) -> None:
    def create(sql: str) -> None:
        wr.athena.create_prepared_statement(
            sql, statement_name="dear", boto3_session=athena.session
        )

    create("SELECT id FROM orders WHERE price > ? ORDER BY id")
    assert read(athena, "EXECUTE dear USING 10", ctas_approach=False)["id"].tolist() == [2, 4]
    create("SELECT count(*) AS orders FROM orders WHERE price > ?")
    assert athena.rows("EXECUTE dear", ExecutionParameters=["10"]) == [["orders"], ["2"]]
    listed = wr.athena.list_prepared_statements(boto3_session=athena.session)
    assert [each["StatementName"] for each in listed] == ["dear"]
    wr.athena.delete_prepared_statement("dear", boto3_session=athena.session)
    assert wr.athena.list_prepared_statements(boto3_session=athena.session) == []


def test_partitions_are_overwritten_and_deleted_through_the_catalog(athena: AthenaPlace) -> None:
    def write(frame: pd.DataFrame, mode: Any) -> None:  # noqa: ANN401 - a Literal of theirs
        wr.s3.to_parquet(
            frame,
            path=f"s3://{BUCKET}/written/",
            dataset=True,
            mode=mode,
            database=DATABASE,
            table="written",
            partition_cols=["dt"],
            boto3_session=athena.session,
        )

    write(ORDERS, "overwrite")
    write(ORDERS[ORDERS["dt"] == "2024-03-02"], "overwrite")
    assert athena.rows("SELECT count(*) FROM written") == [["_col0"], ["2"]]
    wr.catalog.delete_all_partitions("written", DATABASE, boto3_session=athena.session)
    assert athena.rows("SHOW PARTITIONS written") == []
    assert athena.rows("SELECT count(*) FROM written") == [["_col0"], ["0"]]


def test_tables_are_searched_and_changed_through_the_catalog(athena: AthenaPlace) -> None:
    found = wr.catalog.search_tables("orders", boto3_session=athena.session)
    assert "orders" in [table["Name"] for table in found]
    parameters = {"team": "tea"}
    wr.catalog.upsert_table_parameters(parameters, DATABASE, "orders", boto3_session=athena.session)
    held = wr.catalog.get_table_parameters(DATABASE, "orders", boto3_session=athena.session)
    assert held["team"] == "tea"


def test_rows_are_written_to_files_and_read_back(athena: AthenaPlace) -> None:
    path = f"s3://{BUCKET}/unloaded/"
    wr.athena.unload(
        "SELECT id, dt FROM orders",
        path,
        DATABASE,
        partitioned_by=["dt"],
        compression="snappy",
        boto3_session=athena.session,
    )
    frame = cast("Any", wr.s3).read_parquet(
        path,
        dataset=True,
        path_ignore_suffix=[".metadata", "-manifest.csv"],
        boto3_session=athena.session,
    )
    assert sorted(zip(frame["id"], frame["dt"], strict=True)) == [
        (1, "2024-03-01"),
        (2, "2024-03-01"),
        (3, "2024-03-02"),
        (4, "2024-03-02"),
    ]
