"""NaN in files whose bounds leave it out, as pyarrow and other writers do."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.tables.conftest import Asked

_arrow = cast("Any", pa)
_parquet = cast("Any", pq)
_VALUES: Final = [1.0, float("nan"), None, 2.0]
_KINDS: Final = {"double": _arrow.float64(), "float": _arrow.float32()}


@pytest.fixture(params=_KINDS)
def held(asked: Asked, request: pytest.FixtureRequest) -> Asked:
    """A table of a row with 1.0, one with NaN, one with NULL and one with 2.0."""
    kind = _KINDS[request.param]
    rows = {
        "i": [1, 2, 3, 4],
        "x": _arrow.array(_VALUES, kind),
        "s": _arrow.array(
            [{"y": value} for value in _VALUES], _arrow.struct([_arrow.field("y", kind)])
        ),
        "a": _arrow.array([[value] for value in _VALUES], _arrow.list_(kind)),
        "filename": ["n", "n", "n", "n"],
    }
    body = io.BytesIO()
    _parquet.write_table(_arrow.table(rows), body)
    bounds = _parquet.read_metadata(body).row_group(0).column(1).statistics
    assert (bounds.min, bounds.max) == (1.0, 2.0)
    asked.lake.contents["held/file"] = body.getvalue()
    columns = {
        "i": "bigint",
        "x": request.param,
        "s": f"struct<y:{request.param}>",
        "a": f"array<{request.param}>",
        "filename": "string",
    }
    asked.lake.add_table("held", columns)
    return asked


@pytest.mark.parametrize("value", ["x", "s.y", "a[1]"])
@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("{} < 5", [1, 4]),
        ("{} <= 2", [1, 4]),
        ("{} < infinity()", [1, 4]),
        ("{} > 0", [1, 4]),
        ("{} > 5", None),
        ("{} <> 5", [1, 2, 4]),
        ("NOT {} < 5", [2]),
        ("{} BETWEEN 0 AND 5", [1, 4]),
        ("is_nan({})", [2]),
        ("NOT is_nan({})", [1, 4]),
        ("{} IS NOT DISTINCT FROM nan()", [2]),
        ("{} < i + 5", [1, 4]),
    ],
)
def test_no_condition_is_concluded_from_bounds_that_leave_nan_out(
    held: Asked, value: str, condition: str, rows: list[int] | None
) -> None:
    found = f"SELECT array_agg(i ORDER BY i) FROM held WHERE {condition.format(value)}"
    assert held.rows(found) == [(rows,)]


def test_a_column_may_have_the_name_that_readers_give_to_a_file(held: Asked) -> None:
    sql = "SELECT filename, \"$path\" FROM held WHERE filename = 'n' LIMIT 1"
    assert held.rows(sql) == [("n", "s3://lake/held/file")]
