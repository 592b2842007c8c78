"""What other dialects have and Trino has not is refused; what only looks so is read."""

from __future__ import annotations

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.translation.parse import parse


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT 1 == 1", "=="),
        ("SELECT 1 <=> 1", "<=>"),
        ("SELECT a ISNULL FROM t", "ISNULL"),
        ("SELECT a NOTNULL FROM t", "NOTNULL"),
        ("SELECT [1, 2]", "["),
        ("SELECT cardinality([1])", "["),
        ("SELECT ARRAY[[1]]", "["),
        ("SELECT 1 WHERE ARRAY[1] = [1]", "["),
        ("SELECT CAST(a AS varchar[]) FROM t", "["),
        ("SELECT 1,", "<EOF>"),
        ("SELECT 1, FROM t", "FROM"),
        ("SELECT ARRAY[1,]", "]"),
        ("SELECT a FROM t, WHERE true", "WHERE"),
        ("SELECT a FROM t GROUP BY a, ORDER BY a", "ORDER BY"),
        ("SELECT a FROM t LIMIT 2 OFFSET 1", "OFFSET"),
        ("SELECT * FROM (SELECT a FROM t LIMIT ALL OFFSET 1)", "OFFSET"),
    ],
)
def test_syntax_of_other_dialects_is_refused_by_what_trino_does_not_expect(
    sql: str, found: str
) -> None:
    with pytest.raises(QueryError) as refused:
        parse(sql)
    assert str(refused.value).endswith(f"mismatched input {found!r}")


@pytest.mark.parametrize(
    ("type_", "unknown"),
    [
        ("string", "string"),
        ("bytea", "bytea"),
        ("blob", "blob"),
        ("nvarchar", "nvarchar"),
        ("timestamptz", "timestamptz"),
        ("struct<a:int>", "struct"),
        ("array(string)", "string"),
        ("array<float>", "float"),
        ("map(varchar, long)", "long"),
        ("row(a varchar, b text)", "text"),
        ("row(a array(row(b bool)))", "bool"),
        ("numeric(3, 1)", "numeric"),
    ],
)
@pytest.mark.parametrize("function", ["CAST", "try_cast"])
def test_types_that_trino_has_not_are_refused_however_deep(
    function: str, type_: str, unknown: str
) -> None:
    with pytest.raises(QueryError, match=rf"Unknown type: {unknown}$"):
        parse(f"SELECT {function}(a AS {type_}) FROM t")  # noqa: S608 -- nothing runs it


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT \'==\', "==", \'[\', "," FROM (SELECT 1 AS "==", 2 AS ",")',
        "SELECT 1 -- == <=> [1], \n, 2",
        "SELECT ARRAY[], ARRAY[1][1], a[1], (a)[1], a[1][2], f(a)[1], \"a\"[1], '[]' FROM t",
        "SELECT transform(a, x -> ARRAY[x]) FROM t",
        "SELECT a FROM t OFFSET 1 LIMIT 2",
        "SELECT CAST(a AS row(text varchar, string int, float double precision)) FROM t",
        'SELECT CAST(a AS row("string" varchar)) FROM t',
        "SELECT CAST(a AS map(varchar, array(timestamp(3) with time zone))) FROM t",
        "SELECT CAST(CAST(a AS array<varchar>) AS json) AS string, b AS text FROM t",
        "SELECT CAST((SELECT 1 AS text) AS decimal(3, 1)), b AS long FROM t",
    ],
)
def test_what_only_looks_like_another_dialect_is_read(sql: str) -> None:
    parse(sql)
