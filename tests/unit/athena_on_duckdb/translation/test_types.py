"""Types: read from Athena's and Glue's texts, written for Athena and DuckDB."""

from __future__ import annotations

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.types import athena_type_of_glue, duckdb_type_of, parse_type, result_type_name


@pytest.mark.parametrize(
    ("glue", "athena", "duckdb"),
    [
        ("string", "varchar", "VARCHAR"),
        ("int", "integer", "INTEGER"),
        ("float", "real", "FLOAT"),
        ("binary", "varbinary", "BLOB"),
        ("timestamp", "timestamp(3)", "TIMESTAMP"),
        ("decimal(10,2)", "decimal(10,2)", "DECIMAL(10,2)"),
        ("varchar(5)", "varchar(5)", "VARCHAR"),
        ("array<string>", "array(varchar)", "VARCHAR[]"),
        ("map<string,double>", "map(varchar, double)", "MAP(VARCHAR, DOUBLE)"),
        (
            "struct<a:int,b:array<struct<c:timestamp>>>",
            "row(a integer, b array(row(c timestamp(3))))",
            'STRUCT("a" INTEGER, "b" STRUCT("c" TIMESTAMP)[])',
        ),
    ],
)
def test_a_glue_type_is_one_of_athena_and_of_duckdb(glue: str, athena: str, duckdb: str) -> None:
    assert athena_type_of_glue(glue) == athena
    assert duckdb_type_of(athena) == duckdb
    assert str(parse_type(athena)) == athena


@pytest.mark.parametrize("text", ["", "array<int", "nope", "decimal(39,0)", "int(3)", "struct<>"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        _ = athena_type_of_glue(text)


def test_a_result_tells_a_real_as_float() -> None:
    assert result_type_name(parse_type("real")) == "float"
    assert result_type_name(parse_type("timestamp with time zone")) == "timestamp(3) with time zone"


def test_fields_of_one_name_are_refused() -> None:
    with pytest.raises(QueryError, match="Two fields"):
        _ = parse_type("row(a integer, A integer)")
