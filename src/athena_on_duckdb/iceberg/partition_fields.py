"""Partition fields as a statement writes them: `event_type`, `month(ts)`, `bucket(16, user_id)`.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.statements.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.statements.tokens import Reader

_TIMES: Final = ("year", "month", "day", "hour")
# Transforms with a number, and what Iceberg adds to the column's name for the field's.
_SIZED: Final = {"bucket": "bucket", "truncate": "trunc"}
# Iceberg numbers partition fields from here.
_FIRST_ID: Final = 1000


def read_fields(reader: Reader) -> list[tuple[str, str]]:
    """Reads `(field, ...)`: of each field the transform, as Iceberg writes it, and the column.

    Raises:
        QueryError: It is not so, or a transform is not known.
    """

    def field() -> tuple[str, str]:
        name = reader.name()
        found = _transform(reader, name) if reader.accept("(") else ("identity", name)
        if reader.token.kind is TokenKind.WORD:
            detail = f"PARTITIONED BY {name}: an Iceberg table's partition fields have no types"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        return found

    return reader.listed(field)


def _transform(reader: Reader, name: str) -> tuple[str, str]:
    singular = name.removesuffix("s")
    if name in _SIZED:
        first = reader.any_token()
        reader.expect(",")
        # Athena has the number first; Trino, which takes it last, is not Athena.
        if first.kind is not TokenKind.NUMBER or not first.text.isdigit() or not int(first.text):
            detail = f"{name} needs a number above 0 and a column: {name}(16, column)"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        found = (f"{name}[{int(first.text)}]", reader.name())
    elif singular in _TIMES:
        found = (singular, reader.name())
    else:
        detail = f"partition transform {name} is not known: use {', '.join((*_TIMES, *_SIZED))}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    reader.expect(")")
    return found


def partition_spec(fields: Sequence[tuple[str, str]], schema: Any) -> Any:  # noqa: ANN401 -- of pyiceberg
    """Returns pyiceberg's spec of partition fields over a schema.

    Raises:
        QueryError: A column is not there, or its type is none of the transform's.
    """
    partitioning, transforms = module("partitioning"), module("transforms")
    found: list[Any] = []
    for number, (text, column) in enumerate(fields, start=_FIRST_ID):
        try:
            source = schema.find_field(column)
        except ValueError as error:
            detail = f"PARTITIONED BY names column {column}, which the table does not have"
            raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail) from error
        transform = transforms.parse_transform(text)
        if not transform.can_transform(source.field_type):
            detail = f"{text} cannot partition by {column}, which is {source.field_type}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        kind = text.partition("[")[0]
        name = column if kind == "identity" else f"{column}_{_SIZED.get(kind, kind)}"
        found.append(partitioning.PartitionField(source.field_id, number, transform, name))
    sources = [each.source_id for each in found]
    if len(set(sources)) < len(sources):
        detail = "PARTITIONED BY with two fields of one column is not supported here"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return partitioning.PartitionSpec(*found)
