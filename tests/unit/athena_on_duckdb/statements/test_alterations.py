"""ALTER TABLE on a catalog in memory: what Glue is told, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from tests.unit.athena_on_duckdb.statements.test_catalog_statements import DDL, FakeGlue, lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def glue() -> FakeGlue:
    return FakeGlue()


def columns_of(glue: FakeGlue, table: str) -> list[tuple[str, str, str | None]]:
    columns = glue.tables[table]["StorageDescriptor"]["Columns"]
    return [(each["Name"], each["Type"], each.get("Comment")) for each in columns]


def test_a_table_is_altered_and_all_else_of_it_stays(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, DDL, tmp_path)
    # What Glue tells of a table and takes from nobody.
    glue.tables["logs"] |= {"CreateTime": 1, "DatabaseName": "shop", "CatalogId": "1"}
    tags = ("tags", "map<string,array<struct<k:string,v:decimal(10,2)>>>", None)
    note = ("note", "varchar(20)", None)
    assert lines(glue, "ALTER TABLE logs ADD COLUMNS (`New` int COMMENT 'n')", tmp_path) == []
    assert columns_of(glue, "logs") == [
        ("id", "bigint", "the id"), tags, note, ("new", "int", "n"),
    ]  # fmt: skip
    lines(glue, "ALTER TABLE logs CHANGE COLUMN id number decimal(20,0)", tmp_path)
    assert columns_of(glue, "logs")[0] == ("number", "decimal(20,0)", "the id")
    lines(glue, "ALTER TABLE logs SET TBLPROPERTIES ('K'='other', 'L'='1')", tmp_path)
    assert glue.tables["logs"]["Parameters"] == {
        "EXTERNAL": "TRUE",
        "comment": "all logs",
        "projection.enabled": "false",
        "K": "other",
        "L": "1",
    }
    lines(glue, "ALTER TABLE logs SET LOCATION 's3://b/moved/'", tmp_path)
    lines(glue, "ALTER TABLE logs REPLACE COLUMNS (note varchar(20))", tmp_path)
    table = glue.tables["logs"]
    assert columns_of(glue, "logs") == [note]
    assert table["StorageDescriptor"]["Location"] == "s3://b/moved/"
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {
        "ignore.malformed.json": "true"
    }
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt", "hour"]
    assert set(table) == {
        "Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor",
    }  # fmt: skip


def test_a_partition_is_read_elsewhere(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, DDL, tmp_path)
    lines(glue, "ALTER TABLE logs ADD PARTITION (dt='a', hour=7)", tmp_path)
    lines(glue, "ALTER TABLE logs PARTITION (hour=7, dt='a') SET LOCATION 's3://b/x/'", tmp_path)
    (partition,) = glue.partitions
    assert partition["Values"] == ["a", "7"]
    assert partition["StorageDescriptor"]["Location"] == "s3://b/x/"
    assert partition["StorageDescriptor"]["InputFormat"] == "in.Format"
    assert glue.tables["logs"]["StorageDescriptor"]["Location"] == "s3://b/logs/"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("ADD COLUMNS (a int, ID string)", "Duplicate column name in table .*: id"),
        ("ADD COLUMNS (dt int)", "Duplicate column name in table .*: dt"),
        ("REPLACE COLUMNS (a int, a int)", "Duplicate column name in table .*: a"),
        ("CHANGE COLUMN id note string", "Duplicate column name in table .*: note"),
        ("CHANGE COLUMN dt day string", "COLUMN_NOT_FOUND: .* has no column dt"),
        ("PARTITION (dt='b', hour=7) SET LOCATION 's3://b/x/'", "PARTITION_NOT_FOUND"),
        ("PARTITION (dt='b') SET LOCATION 's3://b/x/'", "give a value for each"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    glue: FakeGlue, tmp_path: Path, change: str, reason: str
) -> None:
    lines(glue, DDL, tmp_path)
    before = glue.tables["logs"]
    with pytest.raises(QueryError, match=reason):
        lines(glue, f"ALTER TABLE logs {change}", tmp_path)
    assert glue.tables["logs"] is before


def test_a_view_is_not_altered(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, "CREATE VIEW v AS SELECT 1 AS id, 'x' AS name", tmp_path)
    with pytest.raises(QueryError, match="it is a view"):
        lines(glue, "ALTER TABLE v SET TBLPROPERTIES ('a'='b')", tmp_path)


def test_an_iceberg_table_is_refused_by_name(glue: FakeGlue, tmp_path: Path) -> None:
    lines(glue, DDL, tmp_path)
    glue.tables["logs"]["Parameters"]["table_type"] = "ICEBERG"
    with pytest.raises(QueryError, match="an Iceberg table is not altered so"):
        lines(glue, "ALTER TABLE logs SET LOCATION 's3://b/x/'", tmp_path)
