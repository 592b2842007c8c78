"""Columns of an Iceberg table are known by their ids, whatever becomes of their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from athena_on_duckdb.errors import QueryError

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.iceberg.account import Account


@pytest.fixture
def people(account: Account) -> Account:
    account.run(
        "CREATE TABLE people (id int, name string COMMENT 'full', town string)"
        " PARTITIONED BY (town) LOCATION 's3://lake/people/'"
        " TBLPROPERTIES ('table_type'='ICEBERG', 'write_compression'='zstd')"
    )
    account.run("INSERT INTO people VALUES (1, 'Ada', 'Rome')")
    return account


def test_a_new_column_is_null_in_old_rows_also_where_its_name_was_another_ones(
    people: Account,
) -> None:
    people.run("ALTER TABLE people ADD COLUMNS (age int COMMENT 'years', tags array<string>)")
    people.run("INSERT INTO people VALUES (2, 'Bo', 'Oslo', 7, ARRAY['x'])")
    people.run("ALTER TABLE people DROP COLUMN name")
    people.run("ALTER TABLE people ADD COLUMNS (name string)")
    assert people.rows("SELECT * FROM people ORDER BY id") == [
        (1, "Rome", None, None, None),
        (2, "Oslo", 7, ["x"], None),
    ]


def test_a_column_keeps_its_values_by_another_name_type_and_place(people: Account) -> None:
    before = people.rows('SELECT max(snapshot_id) FROM "people$snapshots"')[0][0]
    people.run("ALTER TABLE people CHANGE COLUMN id number bigint FIRST")
    people.run("ALTER TABLE people CHANGE name called string AFTER town")
    people.run("INSERT INTO people VALUES (5000000000, 'Oslo', 'Bo')")
    assert people.rows("SELECT * FROM people ORDER BY number") == [
        (1, "Rome", "Ada"),
        (5_000_000_000, "Oslo", "Bo"),
    ]
    assert people.rows("SELECT called FROM people WHERE number = 1") == [("Ada",)]
    as_it_was = f"SELECT id, name FROM people FOR VERSION AS OF {before}"  # noqa: S608 - a number
    assert people.rows(as_it_was) == [(1, "Ada")]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("ALTER TABLE people ADD COLUMNS (name string)", "name already exists"),
        ("ALTER TABLE people ADD COLUMNS (x smallint)", "Type smallint is not supported"),
        ("ALTER TABLE people DROP COLUMN no", "GENERIC_USER_ERROR"),
        ("ALTER TABLE people DROP COLUMN town", "the table is partitioned by it"),
        ("ALTER TABLE people CHANGE COLUMN name name bigint", "Cannot change column type"),
        ("ALTER TABLE people SET TBLPROPERTIES ('owner'='me')", "Unsupported table property key"),
    ],
)
def test_what_cannot_become_of_a_column_is_refused(
    people: Account, statement: str, error: str
) -> None:
    with pytest.raises(QueryError, match=error):
        people.run(statement)
    assert people.rows("SELECT * FROM people") == [(1, "Ada", "Rome")]


def test_a_table_describes_itself(people: Account) -> None:
    people.run("ALTER TABLE people SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep'='2')")
    lines = cast("Any", people.run("DESCRIBE people")).lines
    assert [[cell.strip() for cell in line.split("\t")] for line in lines] == [
        ["# Table schema:", "", ""],
        ["# col_name", "data_type", "comment"],
        ["id", "int", ""],
        ["name", "string", "full"],
        ["town", "string", ""],
        ["", "", ""],
        ["# Partition spec:", "", ""],
        ["# field_name", "field_transform", "column_name"],
        ["town", "identity", "town"],
    ]
    told = cast("Any", people.run("SHOW TBLPROPERTIES people ('vacuum_min_snapshots_to_keep')"))
    assert told.lines == ("2",)
