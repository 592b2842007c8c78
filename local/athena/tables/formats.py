"""Which form a table's files have, by its SerDe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName, QueryError
from local.athena.tables.text_files import (
    TextFormat,
    delimited,
    json_objects,
    separated,
    whole_lines,
)
from local.athena.types import VARCHAR, AthenaType, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.athena.tables.glue import GlueTable

_PARQUET: Final = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_LINES: Final = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_CSV: Final = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_JSON: Final = (
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
    "org.apache.hadoop.hive.serde2.JsonSerDe",
)
_DEFAULT_DELIMITER: Final = "\x01"
_SKIPPED_LINES: Final = "skip.header.line.count"


def text_format(table: GlueTable) -> TextFormat | None:
    """Give how the lines of a table's files become rows; None where its files are Parquet.

    Raises:
        QueryError: Files of this form are not read here.
    """
    if table.serde == _PARQUET:
        return None
    columns = tuple((column.name, column_type(column.type)) for column in table.columns)
    kinds = [kind for _, kind in columns]
    options: Mapping[str, str] = table.serde_parameters
    name = repr((table.serde, sorted(options.items()), table.columns))
    if int(table.parameters.get(_SKIPPED_LINES, "0")) or int(options.get(_SKIPPED_LINES, "0")):
        detail = (
            f"{table.full_name} has {_SKIPPED_LINES}: files with header lines are not read here."
        )
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    if table.serde == _LINES:
        delimiter = options.get("field.delim") or options.get("serialization.format") or "1"
        delimiter = _DEFAULT_DELIMITER if delimiter == "1" else delimiter
        takes_rest = options.get("serialization.last.column.takes.rest", "").lower() == "true"
        if takes_rest and kinds == [VARCHAR]:
            return TextFormat(name, whole_lines, columns)
        if takes_rest:
            detail = f"{table.full_name}: the last column takes the rest only where it is the one."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        null = options.get("serialization.null.format", r"\N")
        return TextFormat(
            name, delimited(delimiter, options.get("escape.delim"), null, kinds), columns
        )
    if table.serde == _CSV:
        texts = tuple((name, VARCHAR) for name, _ in columns)
        if texts != columns:
            detail = f"{table.full_name}: OpenCSVSerde is read here for string columns only."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        quote, escape = options.get("quoteChar", '"'), options.get("escapeChar", "\\")
        return TextFormat(
            name, separated(options.get("separatorChar", ","), quote, escape, len(columns)), columns
        )
    if table.serde in _JSON:
        mapped = [name for name in options if name.startswith("mapping.")]
        if mapped or options.get("case.insensitive", "true").lower() != "true":
            detail = (
                f"{table.full_name}: the SerDe's {mapped or 'case.insensitive'} is not done here."
            )
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        is_ignored = options.get("ignore.malformed.json", "").lower() == "true"
        return TextFormat(name, json_objects(columns, is_malformed_ignored=is_ignored), columns)
    detail = f"{table.full_name}: files of the SerDe {table.serde or '(none)'} are not read here."
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def column_type(glue_type: str) -> AthenaType:
    """Give Athena's type of a column of Glue.

    Raises:
        QueryError: It is no type that is known here.
    """
    # Hive's decimal without digits is not Trino's.
    return parse_type("decimal(10,0)" if glue_type.strip().lower() == "decimal" else glue_type)
