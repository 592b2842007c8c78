"""Which form a table's files have, by its SerDe."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.text_files import (
    TextFormat,
    delimited,
    json_objects,
    separated,
    whole_lines,
)
from athena_on_duckdb.types import VARCHAR, AthenaType, parse_type

if TYPE_CHECKING:
    from athena_on_duckdb.tables.glue import GlueTable
    from athena_on_duckdb.tables.text_files import Columns, Reader

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
    options = table.serde_parameters
    skipped = table.parameters.get(_SKIPPED_LINES) or options.get(_SKIPPED_LINES) or "0"
    name = repr((table.serde, sorted(options.items()), table.columns, skipped))
    return TextFormat(name, _rows(table, columns), columns, int(skipped))


def _rows(table: GlueTable, columns: Columns) -> Reader:
    options, kinds = table.serde_parameters, [kind for _, kind in columns]
    if table.serde == _LINES:
        delimiter = options.get("field.delim") or options.get("serialization.format") or "1"
        delimiter = _DEFAULT_DELIMITER if delimiter == "1" else delimiter
        if options.get("serialization.last.column.takes.rest", "").lower() == "true":
            if kinds == [VARCHAR]:
                return whole_lines
            raise _not_read(table, "a last column of several that takes the rest")
        null = options.get("serialization.null.format", r"\N")
        return delimited(delimiter, options.get("escape.delim"), null, kinds)
    if table.serde == _CSV:
        if set(kinds) != {VARCHAR}:
            raise _not_read(table, "OpenCSVSerde with columns that are no strings")
        quote, escape = options.get("quoteChar", '"'), options.get("escapeChar", "\\")
        return separated(options.get("separatorChar", ","), quote, escape, len(columns))
    if table.serde in _JSON:
        mapped = [name for name in options if name.startswith("mapping.")]
        if mapped or options.get("case.insensitive", "true").lower() != "true":
            raise _not_read(table, f"a JSON SerDe with {mapped or 'case.insensitive'}")
        is_ignored = options.get("ignore.malformed.json", "").lower() == "true"
        return json_objects(columns, is_malformed_ignored=is_ignored)
    raise _not_read(table, f"the SerDe {table.serde or '(none)'}")


def _not_read(table: GlueTable, what: str) -> QueryError:
    detail = f"{table.full_name}: files of {what} are not read here."
    return QueryError(ErrorName.NOT_SUPPORTED, detail)


@lru_cache(maxsize=4096)
def column_type(glue_type: str) -> AthenaType:
    """Give Athena's type of a column of Glue.

    Raises:
        QueryError: It is no type that is known here.
    """
    # Hive's decimal without digits is not Trino's.
    return parse_type("decimal(10,0)" if glue_type.strip().lower() == "decimal" else glue_type)
