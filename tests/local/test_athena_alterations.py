"""A table that is altered at the endpoint, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.athena_fixtures import BUCKET

if TYPE_CHECKING:
    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = pytest.mark.local


def test_an_altered_table_is_read_by_its_new_columns(athena: AthenaPlace) -> None:
    athena.rows(
        "CREATE TABLE altered WITH (partitioned_by = ARRAY['dt'], external_location ="  # noqa: S608 -- a place of the test
        f" 's3://{BUCKET}/altered/') AS SELECT id, item, dt FROM orders WHERE id < 3"
    )
    execution = athena.run("ALTER TABLE altered ADD COLUMNS (note string COMMENT 'new')")
    assert execution["StatementType"] == "DDL"
    athena.rows("ALTER TABLE altered SET TBLPROPERTIES ('classification' = 'parquet')")
    athena.rows("INSERT INTO altered VALUES (9, 'pot', 'blue', '2024-03-09')")
    assert athena.rows("SELECT id, note, dt FROM altered ORDER BY id") == [
        ["id", "note", "dt"],
        ["1", None, "2024-03-01"],
        ["2", None, "2024-03-01"],
        ["9", "blue", "2024-03-09"],
    ]
    assert athena.rows("SHOW TBLPROPERTIES altered('classification')") == [["parquet"]]
    # Files are read by the names of columns, so another name finds nothing.
    athena.rows("ALTER TABLE altered CHANGE COLUMN item thing string")
    assert athena.rows("SELECT count(thing) FROM altered") == [["_col0"], ["0"]]
    athena.rows(
        "ALTER TABLE altered PARTITION (dt = '2024-03-09') SET LOCATION"
        f" 's3://{BUCKET}/altered/dt=2024-03-01/'"
    )
    assert athena.rows("SELECT count(*) FROM altered") == [["_col0"], ["4"]]
