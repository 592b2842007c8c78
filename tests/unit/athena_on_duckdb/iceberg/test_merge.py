"""MERGE and UPDATE of an Iceberg table change the rows that Athena changes, in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.iceberg.account import Account


@pytest.fixture
def stock(account: Account) -> Account:
    account.run(
        "CREATE TABLE stock (id bigint, name string, n int) PARTITIONED BY (bucket(2, id))"
        " LOCATION 's3://lake/stock/' TBLPROPERTIES ('table_type'='ICEBERG')"
    )
    account.run("INSERT INTO stock VALUES (1, 'tea', 5), (2, 'pot', 1), (3, NULL, NULL)")
    return account


def test_merge_inserts_what_is_not_there_and_nothing_twice(stock: Account) -> None:
    statement = (
        "MERGE INTO stock AS s USING (SELECT 3 AS id UNION ALL SELECT 4) AS new"
        " ON s.id = new.id WHEN NOT MATCHED THEN INSERT (id, name) VALUES (new.id, 'new')"
    )
    assert stock.written(statement) == 1
    assert stock.written(statement) == 0
    assert stock.rows("SELECT * FROM stock ORDER BY id") == [
        (1, "tea", 5),
        (2, "pot", 1),
        (3, None, None),
        (4, "new", None),
    ]


def test_merge_does_with_each_row_what_the_first_clause_that_holds_says(stock: Account) -> None:
    stock.run(
        "MERGE INTO stock USING (VALUES (1, 0), (2, 7), (8, 8), (9, NULL)) AS d(id, n)"
        " ON stock.id = d.id"
        " WHEN MATCHED AND d.n = 0 THEN DELETE"
        " WHEN MATCHED THEN UPDATE SET n = stock.n + d.n, name = upper(name)"
        " WHEN NOT MATCHED AND d.n > 0 THEN INSERT VALUES (d.id, 'eight', 8)"
        " WHEN NOT MATCHED THEN INSERT (id) VALUES (d.id)"
    )
    assert stock.rows("SELECT * FROM stock ORDER BY id") == [
        (2, "POT", 8),
        (3, None, None),
        (8, "eight", 8),
        (9, None, None),
    ]
    assert stock.rows('SELECT count(*) FROM "stock$snapshots"') == [(2,)]


def test_merge_refuses_a_row_that_two_rows_would_change_and_changes_nothing(
    stock: Account,
) -> None:
    with pytest.raises(QueryError, match="MERGE_TARGET_ROW_MULTIPLE_MATCHES"):
        stock.run(
            "MERGE INTO stock s USING (VALUES 1, 1) AS d(id) ON s.id = d.id"
            " WHEN MATCHED THEN UPDATE SET n = 0"
        )
    assert stock.rows("SELECT sum(n) FROM stock") == [(6,)]
    assert len(stock.data_files("stock")) == 2


def test_update_changes_the_rows_whose_condition_holds(stock: Account) -> None:
    assert stock.written("UPDATE stock SET n = n + 1, name = NULL WHERE n > 1") == 1
    assert stock.written("UPDATE stock SET name = 'x' WHERE name LIKE 'z%'") == 0
    assert stock.rows("SELECT * FROM stock ORDER BY id") == [
        (1, None, 6),
        (2, "pot", 1),
        (3, None, None),
    ]
    assert stock.written("UPDATE stock SET n = 0") == 3
    assert stock.rows("SELECT DISTINCT n FROM stock") == [(0,)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE stock SET no = 1", "COLUMN_NOT_FOUND"),
        ("UPDATE stock SET n = 'x'", "TYPE_MISMATCH"),
        ("UPDATE stock SET n = 1, n = 2", "Multiple assignments"),
        (
            "MERGE INTO stock USING stock o ON o.id = 1 WHEN NOT MATCHED BY SOURCE THEN DELETE",
            "NOT_SUPPORTED: WHEN NOT MATCHED BY SOURCE",
        ),
    ],
)
def test_what_cannot_be_changed_is_refused_by_name(
    stock: Account, statement: str, error: str
) -> None:
    with pytest.raises(QueryError, match=error):
        stock.run(statement)
