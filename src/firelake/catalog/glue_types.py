"""The types of the contract as Glue and as Athena's engine spell them, from one map."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Spelling(NamedTuple):
    glue: str
    presto: str


# https://docs.aws.amazon.com/athena/latest/ug/data-types.html: Hive's names in Glue, Trino's in
# queries and views. A timestamp of Athena has milliseconds.
_SPELLINGS: Final[Mapping[Kind, _Spelling]] = MappingProxyType(
    {
        Kind.STRING: _Spelling("string", "varchar"),
        Kind.BIGINT: _Spelling("bigint", "bigint"),
        Kind.DOUBLE: _Spelling("double", "double"),
        Kind.BOOLEAN: _Spelling("boolean", "boolean"),
        Kind.DECIMAL: _Spelling("decimal", "decimal"),
        Kind.TIMESTAMP: _Spelling("timestamp", "timestamp(3)"),
        Kind.DATE: _Spelling("date", "date"),
        Kind.JSON: _Spelling("string", "varchar"),
    }
)


def glue_type(field_type: FieldType) -> str:
    """Spell a type for a Glue column, such as `array<decimal(10,2)>` or `struct<sku:string>`."""
    if field_type.kind is Kind.STRUCT:
        listed = ",".join(f"{each.column}:{glue_type(each.type)}" for each in field_type.members)
        member = f"struct<{listed}>"
    else:
        member = _SPELLINGS[field_type.kind].glue + _digits(field_type)
    if field_type.is_map:
        return f"map<string,{member}>"
    return f"array<{member}>" if field_type.is_array else member


def presto_type(field_type: FieldType) -> str:
    """Spell a type for a stored view, such as `array(decimal(10,2))` or `row(sku varchar)`."""
    if field_type.kind is Kind.STRUCT:
        listed = ", ".join(f"{each.column} {presto_type(each.type)}" for each in field_type.members)
        member = f"row({listed})"
    else:
        member = _SPELLINGS[field_type.kind].presto + _digits(field_type)
    if field_type.is_map:
        return f"map(varchar, {member})"
    return f"array({member})" if field_type.is_array else member


def _digits(field_type: FieldType) -> str:
    if field_type.precision is None:
        return ""
    return f"({field_type.precision},{field_type.scale})"
