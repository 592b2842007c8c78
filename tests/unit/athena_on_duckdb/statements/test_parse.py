"""Statements are read for what they ask, and refused by name where they are not supported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.statements.altering import (
    AddColumns,
    ChangeColumn,
    ReplaceColumns,
    SetLocation,
    SetProperties,
)
from athena_on_duckdb.statements.databases import CreateDatabase, DropDatabase, DropTable, DropView
from athena_on_duckdb.statements.model import Statement, StatementType
from athena_on_duckdb.statements.parse import (
    Deallocate,
    Execute,
    Prepare,
    parse_statement,
    split_expressions,
)
from athena_on_duckdb.statements.partitions import (
    AddPartitions,
    DropPartitions,
    Repair,
    ShowPartitions,
)
from athena_on_duckdb.statements.queries import Explain, Select
from athena_on_duckdb.statements.show import (
    Describe,
    ShowColumns,
    ShowDatabases,
    ShowProperties,
    ShowTables,
    ShowViews,
)
from athena_on_duckdb.statements.show_create import ShowCreate
from athena_on_duckdb.statements.views import CreateView
from athena_on_duckdb.statements.writing import CreateTableAs, Insert, Unload

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1;", Select("SELECT 1")),
        ("-- why\n/* how */ WITH a AS (SELECT 1) SELECT * FROM a", None),
        ("VALUES (1), (2)", Select("VALUES (1), (2)")),
        ("(SELECT 1) UNION (SELECT 2)", Select("(SELECT 1) UNION (SELECT 2)")),
        ("EXPLAIN SELECT 1", Explain("SELECT 1")),
        (
            (
                "CREATE TABLE \"D\".t WITH (format = 'ORC', n = 3, ok = true, k = ARRAY['a', 'b'])"
                "\nAS SELECT 1 AS a"
            ),
            CreateTableAs(
                ("d", "t"),
                "SELECT 1 AS a",
                {"format": "ORC", "n": 3, "ok": True, "k": ("a", "b")},
            ),
        ),
        (
            "CREATE TABLE IF NOT EXISTS t AS (SELECT 1 AS a) WITH NO DATA",
            CreateTableAs((None, "t"), "(SELECT 1 AS a)", {}, if_not_exists=True, with_data=False),
        ),
        (
            "UNLOAD (SELECT ')' AS a FROM (VALUES 1)) TO 's3://b/x' WITH (format='JSON')",
            Unload("SELECT ')' AS a FROM (VALUES 1)", "s3://b/x", {"format": "JSON"}),
        ),
        ("INSERT INTO t SELECT 1", Insert((None, "t"), "SELECT 1")),
        ("INSERT INTO d.t (a, B) VALUES (1, 2)", Insert(("d", "t"), "VALUES (1, 2)", ("a", "b"))),
        ("INSERT INTO t (SELECT 1)", Insert((None, "t"), "(SELECT 1)")),
        ("CREATE VIEW v AS SELECT 1 AS a", CreateView((None, "v"), "SELECT 1 AS a")),
        (
            "create or replace view awsdatacatalog.d.v as select 1 as a",
            CreateView(("d", "v"), "select 1 as a", or_replace=True),
        ),
        ("DROP VIEW IF EXISTS v", DropView((None, "v"), if_exists=True)),
        (
            (
                "CREATE SCHEMA IF NOT EXISTS d COMMENT 'it''s' LOCATION 's3://b/'"
                " WITH DBPROPERTIES ('a'='b')"
            ),
            CreateDatabase("d", True, "it's", "s3://b/", {"a": "b"}),  # noqa: FBT003
        ),
        ("DROP DATABASE d CASCADE", DropDatabase("d", cascade=True)),
        ("DROP SCHEMA IF EXISTS d RESTRICT", DropDatabase("d", if_exists=True)),
        ("DROP TABLE `d`.`t`", DropTable(("d", "t"))),
        (
            (
                "ALTER TABLE t ADD IF NOT EXISTS PARTITION (a='1', b=2) LOCATION 's3://b/x'"
                " PARTITION (a='2', b=3)"
            ),
            AddPartitions(
                (None, "t"),
                (({"a": "1", "b": "2"}, "s3://b/x"), ({"a": "2", "b": "3"}, None)),
                if_not_exists=True,
            ),
        ),
        (
            "ALTER TABLE t DROP PARTITION (a='1'), PARTITION (a='2')",
            DropPartitions((None, "t"), ({"a": "1"}, {"a": "2"})),
        ),
        (
            "ALTER TABLE t ADD COLUMNS (a decimal(10,2) COMMENT 'it''s', `b` map<string,int>)",
            AddColumns(
                (None, "t"),
                (
                    {"Name": "a", "Type": "decimal(10,2)", "Comment": "it's"},
                    {"Name": "b", "Type": "map<string,int>"},
                ),
            ),
        ),
        (
            "alter table `d`.`t` replace columns (a int)",
            ReplaceColumns(("d", "t"), ({"Name": "a", "Type": "int"},)),
        ),
        (
            "ALTER TABLE t CHANGE COLUMN a b array<string>",
            ChangeColumn((None, "t"), "a", {"Name": "b", "Type": "array<string>"}),
        ),
        (
            "ALTER TABLE t CHANGE a a string COMMENT ''",
            ChangeColumn((None, "t"), "a", {"Name": "a", "Type": "string", "Comment": ""}),
        ),
        (
            "ALTER TABLE t SET TBLPROPERTIES ('Classification' = 'parquet', 'b' = '')",
            SetProperties((None, "t"), {"Classification": "parquet", "b": ""}),
        ),
        ("ALTER TABLE t SET LOCATION 's3://b/x/'", SetLocation((None, "t"), "s3://b/x/")),
        (
            "ALTER TABLE t PARTITION (dt='a', n=1) SET LOCATION 's3://b/x/'",
            SetLocation((None, "t"), "s3://b/x/", {"dt": "a", "n": "1"}),
        ),
        ("MSCK REPAIR TABLE `t`;", Repair((None, "t"))),
        ("SHOW DATABASES LIKE 'a*'", ShowDatabases("a*")),
        ("SHOW TABLES IN d 'x|y'", ShowTables("d", "x|y")),
        ("SHOW VIEWS", ShowViews()),
        ("SHOW COLUMNS FROM t IN d", ShowColumns(("d", "t"))),
        ("SHOW PARTITIONS d.t", ShowPartitions(("d", "t"))),
        ("SHOW TBLPROPERTIES t ('k')", ShowProperties((None, "t"), "k")),
        ("SHOW CREATE TABLE t", ShowCreate((None, "t"))),
        ("SHOW CREATE VIEW t", ShowCreate((None, "t"))),
        ("DESCRIBE d.t", Describe(("d", "t"))),
        ("PREPARE p FROM SELECT ?", Prepare("p", "SELECT ?")),
        ("EXECUTE p USING 1, f(2, 3), ARRAY[4, 5]", Execute("p", ("1", "f(2, 3)", "ARRAY[4, 5]"))),
        ("EXECUTE p", Execute("p")),
        ("DEALLOCATE PREPARE p", Deallocate("p")),
    ],
)
def test_a_statement_is_read(sql: str, expected: Statement | None) -> None:
    found = parse_statement(sql)
    assert found == (expected or Select("WITH a AS (SELECT 1) SELECT * FROM a"))


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("OPTIMIZE t", "SYNTAX_ERROR: line 1:11: mismatched input '<EOF>'"),
        ("SHOW FUNCTIONS", "NOT_SUPPORTED: statement SHOW FUNCTIONS is not supported"),
        ("CREATE ROLE r", "NOT_SUPPORTED: statement CREATE ROLE is not supported"),
        ("DROP ROLE r", "NOT_SUPPORTED: statement DROP ROLE is not supported"),
        ("EXPLAIN ANALYZE SELECT 1", "NOT_SUPPORTED: EXPLAIN ANALYZE"),
        ("EXPLAIN (FORMAT JSON) SELECT 1", "NOT_SUPPORTED: EXPLAIN ("),
        ("EXPLAIN DROP TABLE t", "NOT_SUPPORTED: EXPLAIN of DROP"),
        ("ALTER TABLE t RENAME TO u", "NOT_SUPPORTED: ALTER TABLE RENAME TO is not supported"),
        ("ALTER TABLE t ADD COLUMNS (a what)", "NOT_SUPPORTED: The type what is not known"),
        ("ALTER TABLE t ADD COLUMNS (a int", "SYNTAX_ERROR: line 1:33: mismatched input '<EOF>'"),
        ("ALTER TABLE t CHANGE a b int BEFORE c", "TYPE_MISMATCH: Unknown type"),
        ("ALTER TABLE t PARTITION (a=1) RENAME TO PARTITION (a=2)", "SYNTAX_ERROR: line 1:31"),
        ("DESCRIBE FORMATTED t", "NOT_SUPPORTED: DESCRIBE FORMATTED"),
        ("CREATE TABLE t (a int)", "NOT_SUPPORTED: External keyword required"),
        ("DROP TABLE other.d.t", "NOT_SUPPORTED: catalog 'other' is not here"),
        ("", "SYNTAX_ERROR: line 1:1: mismatched input '<EOF>'"),
        ("SELECT 'a", 'SYNTAX_ERROR: line 1:8: "\'" is opened and not closed'),
        ("SELECT 1 /* ", "SYNTAX_ERROR: line 1:10: '/' is opened and not closed"),
        ("DROP TABLE t extra", "SYNTAX_ERROR: line 1:14: mismatched input 'extra'"),
        ("DROP TABLE\n 't'", "SYNTAX_ERROR: line 2:2: mismatched input \"'t'\""),
        ("UNLOAD (SELECT 1 TO 's3://b/'", "SYNTAX_ERROR: line 1:30: mismatched input '<EOF>'"),
        ("CREATE TABLE t WITH (a = b) AS SELECT 1", "Expecting: a text, a whole number"),
        ("SHOW TABLES; DROP TABLE t", "SYNTAX_ERROR: line 1:12: mismatched input ';'"),
        ("EXECUTE p USING 1,", "SYNTAX_ERROR"),
    ],
)
def test_what_is_wrong_or_not_supported_is_refused_with_its_place(sql: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_statement(sql)
    assert reason in str(caught.value)


def test_expressions_are_cut_at_their_own_commas() -> None:
    assert split_expressions("1, 'a,b', f(x, y), ARRAY[1, 2]") == [
        "1",
        "'a,b'",
        "f(x, y)",
        "ARRAY[1, 2]",
    ]


def _kinds(base: type[Statement]) -> Iterator[type[Statement]]:
    for each in base.__subclasses__():
        yield from _kinds(each)
        if hasattr(each, "subtype"):
            yield each


def test_every_statement_says_what_athena_calls_it() -> None:
    # A class with slots is made twice.
    classes = {each.__name__: each for each in _kinds(Statement)}.values()
    # Two kinds of tables are made by what is one statement to Athena.
    assert len({each.subtype for each in classes}) == len(classes) - 1 == 37
    assert {each.type for each in classes} == set(StatementType)
