"""Partition projection: the values that a table's parameters give, in Athena's forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.tables.glue import GlueColumn, GlueTable
from athena_on_duckdb.tables.projection import is_projected, read_projection
from tests.unit.athena_on_duckdb.tables.fake_lake import NOW_MS

if TYPE_CHECKING:
    from collections.abc import Mapping


def table(own: Mapping[str, str], *, template: str | None = None) -> GlueTable:
    parameters = {f"projection.key.{name}": value for name, value in own.items()}
    if template is not None:
        parameters["storage.location.template"] = template
    return GlueTable(
        database="db",
        name="t",
        columns=(),
        keys=(GlueColumn("key", "string"),),
        location="s3://lake/t/",
        parameters={"projection.enabled": "TRUE", **parameters},
    )


def values(own: Mapping[str, str]) -> list[str] | None:
    found = read_projection(table(own), NOW_MS).values["key"]
    return None if found is None else list(found)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param({"type": "enum", "values": "a,b, c"}, ["a", "b", " c"], id="enum"),
        pytest.param({"type": "integer", "range": "8,11"}, ["8", "9", "10", "11"], id="integer"),
        pytest.param(
            {"type": "integer", "range": "8,11", "digits": "3", "interval": "2"},
            ["008", "010"],
            id="integer with digits and an interval",
        ),
        pytest.param({"type": "integer", "range": "-1,1"}, ["-1", "0", "1"], id="below zero"),
        pytest.param(
            {"type": "date", "range": "2026-02-27,2026-03-01", "format": "yyyy-MM-dd"},
            ["2026-02-27", "2026-02-28", "2026-03-01"],
            id="days",
        ),
        pytest.param(
            {"type": "date", "range": "NOW-2DAYS,NOW", "format": "yyyy/MM/dd"},
            ["2026/02/28", "2026/03/01", "2026/03/02"],
            id="days until now",
        ),
        pytest.param(
            {"type": "date", "range": "2025-12,NOW+1MONTHS", "format": "yyyy-MM"},
            ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"],
            id="months",
        ),
        pytest.param(
            {
                "type": "date",
                "range": "2026-03-02-09,NOW",
                "format": "yyyy-MM-dd-HH",
                "interval": "2",
                "interval.unit": "HOURS",
            },
            ["2026-03-02-09", "2026-03-02-11"],
            id="every second hour",
        ),
        pytest.param(
            {"type": "date", "range": "2024,NOW - 1 YEARS", "format": "'y'yyyy"},
            None,
            id="a range that is not of the format",
        ),
        pytest.param(
            {
                "type": "date",
                "range": "2026-01-31,2026-03-31",
                "format": "yyyy-MM-dd",
                "interval.unit": "MONTHS",
            },
            ["2026-01-31", "2026-02-28", "2026-03-28"],
            id="months of a last day",
        ),
        pytest.param(
            {"type": "date", "range": "02-Mar-26,NOW", "format": "dd-MMM-yy"},
            ["02-Mar-26"],
            id="names of months",
        ),
        pytest.param(
            {
                "type": "date",
                "range": "2026-03-01,NOW",
                "format": "yyyy-MM-dd",
                "interval": "1",
                "interval.unit": "HOURS",
            },
            ["2026-03-01", "2026-03-02"],
            id="steps that are finer than the format",
        ),
        pytest.param({"type": "enum"}, None, id="enum without values"),
        pytest.param({"type": "integer", "range": "9,1"}, None, id="a range that goes down"),
        pytest.param({"type": "number", "range": "1,9"}, None, id="an unknown type"),
        pytest.param({"range": "1,9"}, None, id="no type"),
    ],
)
def test_a_key_has_the_values_of_its_parameters(
    own: Mapping[str, str], expected: list[str] | None
) -> None:
    if expected is not None:
        assert values(own) == expected
        return
    with pytest.raises(
        QueryError, match=r"HIVE_METASTORE_ERROR: Table db\.t is configured for part"
    ):
        values(own)


def test_the_query_must_give_the_values_of_an_injected_key() -> None:
    assert values({"type": "injected"}) is None


def test_a_template_must_name_every_key() -> None:
    with pytest.raises(QueryError, match=r"storage.location.template 's3://lake/x/' must be"):
        read_projection(table({"type": "injected"}, template="s3://lake/x/"), NOW_MS)


def test_a_table_is_projected_only_where_it_says_so() -> None:
    own = {"type": "injected"}
    assert is_projected(table(own))
    plain = table(own)
    assert not is_projected(
        GlueTable(database="db", name="t", columns=(), keys=plain.keys, parameters={})
    )
