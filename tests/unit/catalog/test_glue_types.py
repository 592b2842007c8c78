"""Types in Glue's and in Athena's spelling."""

from __future__ import annotations

import pytest
from hypothesis import given

from firelake.catalog.glue_types import glue_type, presto_type
from firelake.contract.types import FieldType, parse_type
from tests.strategies.contracts import field_types


@pytest.mark.parametrize(
    ("spelling", "glue", "presto"),
    [
        ("string", "string", "varchar"),
        ("bigint", "bigint", "bigint"),
        ("double", "double", "double"),
        ("boolean", "boolean", "boolean"),
        ("decimal(38,0)", "decimal(38,0)", "decimal(38,0)"),
        ("decimal(12,2)", "decimal(12,2)", "decimal(12,2)"),
        ("timestamp", "timestamp", "timestamp(3)"),
        ("date", "date", "date"),
        ("json", "string", "varchar"),
        ("array<string>", "array<string>", "array(varchar)"),
        ("array<bigint>", "array<bigint>", "array(bigint)"),
        ("array<double>", "array<double>", "array(double)"),
        ("array<boolean>", "array<boolean>", "array(boolean)"),
        ("array<decimal(12,2)>", "array<decimal(12,2)>", "array(decimal(12,2))"),
        ("array<timestamp>", "array<timestamp>", "array(timestamp(3))"),
        ("array<date>", "array<date>", "array(date)"),
        (
            "array<struct<unitPrice:decimal(9,2),tags:array<string>,size:struct<W:double>>>",
            "array<struct<unitprice:decimal(9,2),tags:array<string>,size:struct<w:double>>>",
            "array(row(unitprice decimal(9,2), tags array(varchar), size row(w double)))",
        ),
    ],
)
def test_a_type_is_spelled_as_each_engine_wants_it(spelling: str, glue: str, presto: str) -> None:
    field_type = parse_type(spelling)
    assert glue_type(field_type) == glue
    assert presto_type(field_type) == presto


@given(field_types)
def test_both_spellings_close_what_they_open(field_type: FieldType) -> None:
    glue, presto = glue_type(field_type), presto_type(field_type)
    assert glue.count("<") == glue.count(">") == str(field_type).count("<")
    assert presto.count("(") == presto.count(")")
    assert presto.startswith("array(") == field_type.is_array
