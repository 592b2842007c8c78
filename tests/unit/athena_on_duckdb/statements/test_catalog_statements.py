"""Statements on a catalog in memory: what Glue is told, and what is answered."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.query_result import QueryResult, ResultColumn
from athena_on_duckdb.results.outcome import Lines
from tests.helpers.athena_statements import run_statement
from tests.unit.athena_on_duckdb.results.test_files import MemoryPlace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COLUMNS = (ResultColumn("id", "bigint"), ResultColumn("name", "varchar"))


class FakeGlue:
    """One database in memory."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}
        self.partitions: list[dict[str, Any]] = []

    def call(self, _service: str, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", getattr(self, operation)(asked))

    def pages(
        self, service: str, operation: str, asked: Mapping[str, Any], key: str
    ) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self.call(service, operation, asked)[key])

    def GetTable(self, asked: Mapping[str, Any]) -> object:  # noqa: N802 - names of the API
        if asked["DatabaseName"] != "shop" or asked["Name"] not in self.tables:
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetTable")
        return {"Table": self.tables[asked["Name"]]}

    def GetTables(self, _asked: Mapping[str, Any]) -> object:  # noqa: N802
        return {"TableList": list(self.tables.values())}

    def GetDatabase(self, asked: Mapping[str, Any]) -> object:  # noqa: N802
        if asked["Name"] != "shop":
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetDatabase")
        return {}

    def CreateTable(self, asked: Mapping[str, Any]) -> object:  # noqa: N802
        self.tables[asked["TableInput"]["Name"]] = asked["TableInput"]
        return {}

    UpdateTable = CreateTable

    def GetPartitions(self, _asked: Mapping[str, Any]) -> object:  # noqa: N802
        return {"Partitions": self.partitions}

    def BatchUpdatePartition(self, asked: Mapping[str, Any]) -> object:  # noqa: N802
        for each in asked["Entries"]:
            at = [held["Values"] for held in self.partitions].index(each["PartitionValueList"])
            self.partitions[at] = each["PartitionInput"]
        return {"Errors": []}

    def BatchCreatePartition(self, asked: Mapping[str, Any]) -> object:  # noqa: N802
        self.partitions += asked["PartitionInputList"]
        return {}


class FakeEngine:
    """Gives one result for every query."""

    def __init__(self, columns: tuple[ResultColumn, ...]) -> None:
        self.columns = columns

    def source(self, _clients: object) -> None:
        """None is looked at."""

    def run(self, _query: object, **_options: object) -> QueryResult:
        table = cast("Any", pa).table({"a": [1], "b": ["x"]})
        return QueryResult(self.columns, table, 1)


@pytest.fixture
def glue() -> FakeGlue:
    return FakeGlue()


def lines(
    glue: FakeGlue, sql: str, folder: Path, columns: tuple[ResultColumn, ...] = COLUMNS
) -> list[str]:
    """What a statement answers with."""
    given = run_statement(
        sql,
        clients=glue,
        engine=FakeEngine(columns),
        folder=folder,
        database="shop",
        place=MemoryPlace(),
    )
    assert isinstance(given, Lines)
    return list(given.lines)


DDL = """CREATE EXTERNAL TABLE IF NOT EXISTS `logs` (
  `id` bigint COMMENT 'the id',
  `tags` map<string,array<struct<k:string,v:decimal(10,2)>>>,
  `note` varchar(20)
) COMMENT 'all logs'
PARTITIONED BY (`dt` string, `hour` int)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json'='true')
STORED AS INPUTFORMAT 'in.Format' OUTPUTFORMAT 'out.Format'
LOCATION 's3://b/logs/'
TBLPROPERTIES ('projection.enabled'='false', 'K'='it''s')"""


def test_hives_statement_of_a_table_is_told_to_glue(glue: FakeGlue, tmp_path: Path) -> None:
    assert lines(glue, DDL, tmp_path) == []
    assert glue.tables["logs"] == {
        "Name": "logs",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "comment": "all logs",
            "projection.enabled": "false",
            "K": "it's",
        },
        "PartitionKeys": [{"Name": "dt", "Type": "string"}, {"Name": "hour", "Type": "int"}],
        "StorageDescriptor": {
            "Columns": [
                {"Name": "id", "Type": "bigint", "Comment": "the id"},
                {
                    "Name": "tags",
                    "Type": "map<string,array<struct<k:string,v:decimal(10,2)>>>",
                },
                {"Name": "note", "Type": "varchar(20)"},
            ],
            "Location": "s3://b/logs/",
            "InputFormat": "in.Format",
            "OutputFormat": "out.Format",
            "SerdeInfo": {
                "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
                "Parameters": {"ignore.malformed.json": "true"},
            },
        },
    }


def test_a_table_that_is_shown_can_be_made_again_from_what_is_shown(
    glue: FakeGlue, tmp_path: Path
) -> None:
    lines(glue, DDL, tmp_path)
    shown = "\n".join(lines(glue, "SHOW CREATE TABLE logs", tmp_path))
    first = glue.tables.pop("logs")
    # It names the table with its database inside one pair of backticks, as Hive does.
    lines(glue, shown.replace("`shop.logs`", "`shop`.`logs`"), tmp_path)
    assert glue.tables["logs"] == first


def test_a_delimited_table_has_its_delimiters(glue: FakeGlue, tmp_path: Path) -> None:
    lines(
        glue,
        "CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'"
        " ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' STORED AS TEXTFILE LOCATION 's3://b/t/'",
        tmp_path,
    )
    assert glue.tables["t"]["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {
            "serialization.format": "\t",
            "field.delim": "\t",
            "escape.delim": "\\",
            "line.delim": "\n",
        },
    }


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE EXTERNAL TABLE t (a int)", "needs a LOCATION"),
        ("CREATE EXTERNAL TABLE t (a money) LOCATION 's3://b/'", "money"),
        ("CREATE EXTERNAL TABLE t (a int) STORED AS ORC LOCATION 's3://b/'", "STORED AS ORC"),
        (
            "CREATE EXTERNAL TABLE t (a int) CLUSTERED BY (a) INTO 3 BUCKETS LOCATION 's3://b/'",
            "CLUSTERED in CREATE EXTERNAL TABLE is not supported",
        ),
        ("CREATE EXTERNAL TABLE t (a int LOCATION 's3://b/'", "SYNTAX_ERROR"),
        ("CREATE EXTERNAL TABLE other.t (a int) LOCATION 's3://b/'", "SCHEMA_NOT_FOUND"),
        ("SHOW TABLES IN other", "SCHEMA_NOT_FOUND: Schema other does not exist"),
        ("DESCRIBE nothing", "TABLE_NOT_FOUND: Table 'awsdatacatalog.shop.nothing'"),
        ("INSERT INTO nothing SELECT 1", "TABLE_NOT_FOUND"),
    ],
)
def test_what_cannot_be_done_is_refused(
    glue: FakeGlue, tmp_path: Path, sql: str, reason: str
) -> None:
    with pytest.raises(QueryError, match=r"^[A-Z_]+: ") as caught:
        lines(glue, sql, tmp_path)
    assert reason in str(caught.value)
    assert glue.tables == {}


def test_a_table_is_described_as_hive_does(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, DDL, tmp_path)
    glue.tables["logs"]["StorageDescriptor"]["Columns"][0]["Comment"] = "two\nlines\tand a tab"
    assert lines(glue, "DESCRIBE logs", tmp_path) == [
        "id                  \tbigint              \ttwo lines and a tab ",
        (
            "tags                \tmap<string,array<struct<k:string,v:decimal(10,2)>>>"
            "\t                    "
        ),
        "note                \tvarchar(20)         \t                    ",
        "dt                  \tstring              \t                    ",
        "hour                \tint                 \t                    ",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name          \tdata_type           \tcomment             ",
        "\t \t ",
        "dt                  \tstring              \t                    ",
        "hour                \tint                 \t                    ",
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SHOW TABLES", ["alpha", "beta", "view"]),
        ("SHOW TABLES 'al*|b*'", ["alpha", "beta"]),
        ("SHOW TABLES LIKE '.*ta'", ["beta"]),
        ("SHOW TABLES 'a'", []),
        ("SHOW TABLES '(a+)+$'", []),
        ("SHOW VIEWS", ["view"]),
        ("SHOW COLUMNS IN alpha", ["id                  ", "dt                  "]),
        ("SHOW TBLPROPERTIES alpha", ["a\t1", "b\t2"]),
        ("SHOW TBLPROPERTIES alpha ('b')", ["2"]),
        (
            "SHOW TBLPROPERTIES alpha ('c')",
            ["Table shop.alpha does not have property: c"],
        ),
    ],
)
def test_what_there_is_is_shown(
    glue: FakeGlue, tmp_path: Path, sql: str, expected: list[str]
) -> None:
    for name in ("beta", "alpha"):
        glue.tables[name] = {
            "Name": name,
            "Parameters": {"b": "2", "a": "1"},
            "PartitionKeys": [{"Name": "dt", "Type": "string"}],
            "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "int"}]},
        }
    glue.tables["view"] = {
        "Name": "view",
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": "/* Presto View: e30= */",
    }
    assert lines(glue, sql, tmp_path) == expected


def test_a_view_is_kept_as_athena_keeps_its_own(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, "CREATE VIEW v AS SELECT id, name FROM t", tmp_path)
    made = glue.tables["v"]
    encoded = made["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    assert json.loads(base64.b64decode(encoded)) == {
        "originalSql": "SELECT id, name FROM t",
        "catalog": "awsdatacatalog",
        "schema": "shop",
        "columns": [{"name": "id", "type": "bigint"}, {"name": "name", "type": "varchar"}],
    }
    assert made["TableType"] == "VIRTUAL_VIEW"
    assert made["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert made["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "name", "Type": "string"},
    ]
    assert lines(glue, "SHOW CREATE VIEW v", tmp_path) == [
        'CREATE VIEW "v" AS ',
        "SELECT id, name FROM t",
    ]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ((ResultColumn("_col0", "bigint"),), "MISSING_COLUMN_NAME"),
        ((ResultColumn("a", "bigint"), ResultColumn("a", "bigint")), "DUPLICATE_COLUMN_NAME"),
    ],
)
def test_columns_of_a_view_need_names_of_their_own(
    glue: FakeGlue, tmp_path: Path, columns: tuple[ResultColumn, ...], reason: str
) -> None:
    with pytest.raises(QueryError, match=reason):
        lines(glue, "CREATE VIEW v AS SELECT 1", tmp_path, columns)


def test_registered_partitions_are_shown_and_added_where_hive_has_them(
    glue: FakeGlue, tmp_path: Path
) -> None:
    lines(glue, DDL, tmp_path)
    lines(
        glue,
        "ALTER TABLE logs ADD PARTITION (hour=7, dt='a/b') PARTITION (dt='c', hour=8)"
        " LOCATION 's3://b/elsewhere/'",
        tmp_path,
    )
    assert [
        (each["Values"], each["StorageDescriptor"]["Location"]) for each in glue.partitions
    ] == [
        (["a/b", "7"], "s3://b/logs/dt=a%2Fb/hour=7"),
        (["c", "8"], "s3://b/elsewhere/"),
    ]
    assert lines(glue, "SHOW PARTITIONS logs", tmp_path) == ["dt=a%2Fb/hour=7", "dt=c/hour=8"]
    with pytest.raises(QueryError, match="give a value for each"):
        lines(glue, "ALTER TABLE logs ADD PARTITION (dt='a')", tmp_path)
