"""Files of text lines, plain or gzip, made into Parquet by the table's SerDe."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from athena_on_duckdb.arrow import arrow, parquet
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.text_values import Number, json_value, stored_type, text_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from athena_on_duckdb.types import AthenaType

Row: TypeAlias = "Sequence[object]"
Reader: TypeAlias = "Callable[[Iterator[str]], Iterator[Row]]"
Columns: TypeAlias = "Sequence[tuple[str, AthenaType]]"

_GZIP: Final = b"\x1f\x8b"
_BATCH_ROWS: Final = 20_000
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How lines become rows.

    Attributes:
        name: Tells it from every other form, of other columns too.
        rows: Makes rows of the lines of a file.
        skipped: How many lines at the start of a file are no rows.
        columns: Name and type of each column.
    """

    name: str
    rows: Reader
    columns: Columns
    skipped: int = 0

    def convert(self, source: Path, target: Path, uri: str) -> None:
        """Make Parquet of a file.

        Args:
            source: The file of text.
            target: Where to write Parquet.
            uri: The object's address, for errors.

        Raises:
            QueryError: The file is not of its form.
        """
        schema = arrow.schema([(name, stored_type(kind)) for name, kind in self.columns])
        with parquet.ParquetWriter(target, schema) as writer:
            batch: list[Row] = []
            try:
                for row in self.rows(islice(_lines(source), self.skipped, None)):
                    batch.append(row)
                    if len(batch) == _BATCH_ROWS:
                        writer.write_batch(_record_batch(batch, schema))
                        batch.clear()
            except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
                detail = f"Error reading file {uri}: {error}"
                raise QueryError(ErrorName.HIVE_CURSOR_ERROR, detail) from error
            except QueryError as error:
                detail = f"{error.detail} (in {uri})"
                raise QueryError(error.name, detail) from error
            if batch:
                writer.write_batch(_record_batch(batch, schema))


def whole_lines(lines: Iterator[str]) -> Iterator[Row]:
    """Give each line as the one column."""
    return ((line,) for line in lines)


def delimited(delimiter: str, escape: str | None, null: str, kinds: Sequence[AthenaType]) -> Reader:
    r"""Take lines apart at a delimiter, as LazySimpleSerDe does; `\N` is null by default."""

    def rows(lines: Iterator[str]) -> Iterator[Row]:
        for line in lines:
            parts = line.split(delimiter) if escape is None else _split(line, delimiter, escape)
            yield [
                None
                if at >= len(parts) or parts[at] == null
                else text_value(_unescaped(parts[at], escape), kind)
                for at, kind in enumerate(kinds)
            ]

    return rows


def separated(separator: str, quote: str, escape: str, count: int) -> Reader:
    """Take lines apart as OpenCSVSerDe does, all columns texts; no value goes on after its line.

    https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
    """

    def rows(lines: Iterator[str]) -> Iterator[Row]:
        for line in lines:
            reader = csv.reader(
                [line], delimiter=separator, quotechar=quote, escapechar=escape, doublequote=True
            )
            parts = next(reader, list[str]())
            yield [parts[at] if at < len(parts) else None for at in range(count)]

    return rows


def json_objects(columns: Columns, *, is_malformed_ignored: bool) -> Reader:
    """Read an object a line, as the OpenX SerDe does: keys know no case.

    https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
    """

    def rows(lines: Iterator[str]) -> Iterator[Row]:
        for line in lines:
            members = _object(line)
            if members is not None:
                yield [json_value(members.get(name), kind) for name, kind in columns]
            elif is_malformed_ignored:
                yield [None] * len(columns)
            else:
                detail = f"Row is not a valid JSON Object: {line[:100]!r}"
                raise QueryError(ErrorName.HIVE_CURSOR_ERROR, detail)

    return rows


def _object(line: str) -> Mapping[str, object] | None:
    """Read an object, its keys in lower case, of which the SerDe takes none twice."""
    try:
        found: object = json.loads(
            line or "{}", parse_float=Number, parse_int=Number, object_pairs_hook=_members
        )
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    members = cast("dict[str, object]", found)
    lowered = {name.lower(): value for name, value in members.items()}
    return lowered if len(lowered) == len(members) else None


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        message = "Duplicate key"
        raise ValueError(message)
    return members


def _lines(source: Path) -> Iterator[str]:
    with source.open("rb") as file:
        start = file.read(len(_GZIP))
        file.seek(0)
        # Several members, one after the other, are one file.
        stream = gzip.GzipFile(fileobj=file) if start == _GZIP else file
        with io.TextIOWrapper(cast("Any", stream), "utf-8", errors="replace") as text:
            for line in text:
                yield line.removesuffix("\n")


def _split(line: str, delimiter: str, escape: str) -> list[str]:
    """Take a line apart where no escape stands before the delimiter; escapes stay."""
    parts, part, characters = list[str](), "", iter(line)
    for each in characters:
        if each == delimiter:
            parts.append(part)
            part = ""
        else:
            part += each + (next(characters, "") if each == escape else "")
    return [*parts, part]


def _unescaped(part: str, escape: str | None) -> str:
    if escape is None or escape not in part:
        return part
    characters = iter(part)
    return "".join(next(characters, "") if each == escape else each for each in characters)


def _record_batch(rows: Sequence[Row], schema: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    columns = zip(*rows, strict=True)
    return arrow.record_batch(
        [
            arrow.array(list(column), kind)
            for column, kind in zip(columns, schema.types, strict=True)
        ],
        schema=schema,
    )
