"""The transform's rows, JSON by JSON, as Parquet: the same values that Firehose would write.

Arrow's own reader takes the JSON, which is many times quicker than a Python object a value; a
property in the tests holds it to what the stand-in of Firehose writes. Of objects it makes no maps:
rows with one go by Python objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import msgspec
import pyarrow as pa
import pyarrow.json as pj

from firelake.catalog.columns import events_columns
from firelake.contract.names import EXTRAS, INGESTED_AT, LEADING_COLUMNS
from firelake.formats.coercions import coercion
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.errors import ConversionError
from firelake.formats.glue_types import parse_type
from firelake.formats.parquet import ParquetWriter, arrow_schema
from firelake.history.backfill.errors import RowError
from firelake.history.backfill.ids import Mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from firelake.contract.events import EventContract

_arrow: Final = cast("Any", pa)
_json: Final = cast("Any", pj)

_decode_rows: Final = msgspec.json.Decoder(dict[str, Any]).decode_lines


def columns_of(contract: EventContract) -> tuple[Column, ...]:
    """Returns the columns of `events` as the stand-in of Firehose takes them."""
    return tuple(Column(column.name, column.glue_type) for column in events_columns(contract))


class RowFiles:
    """Writes Parquet files of one table."""

    def __init__(self, contract: EventContract, columns: Sequence[Column]) -> None:
        """Prepare for the table.

        Args:
            contract: The contract that rows are made by.
            columns: The table's columns, all of the contract's among them.
        """
        self._columns = columns
        self._types = {field.name: field.type for field in arrow_schema(columns_of(contract))}
        self._coercions = {
            each.name: coercion(parse_type(each.type), is_case_insensitive=False)
            for each in columns_of(contract)
        }
        self._fields: dict[str, set[str]] = {}
        for event in contract.events.values():
            of_event = {contract.fields[name].column for name in event.fields}
            self._fields.setdefault(event.event_type, set()).update(of_event)

    def write(
        self, file: BinaryIO, event_type: str, rows: Iterable[tuple[bytes, Mask | None]]
    ) -> None:
        """Write a file.

        Args:
            rows: Rows one a line, and which of them; None for all.

        Raises:
            RowError: The rows are none of this contract and table.
        """
        fields = self._fields.get(event_type, set())
        names = (*LEADING_COLUMNS, *sorted(fields), EXTRAS)
        types = {name: self._types[name] for name in names}
        read_as = _arrow.schema([(name, _json_type(each)) for name, each in types.items()])
        # When a record arrived in the stream is not known of what did not come by it.
        wanted = _arrow.schema([each for each in types.items() if each[0] != INGESTED_AT])
        writer = ParquetWriter(file, self._columns, ParquetCompression.SNAPPY)
        has_maps = any(map(_holds_map, types.values()))
        try:
            for text, mask in rows:
                if has_maps:
                    writer.write([*self._objects(text, mask, types)])
                    continue
                table = _json.read_json(
                    _arrow.BufferReader(text),
                    read_options=_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
                    parse_options=_json.ParseOptions(
                        explicit_schema=read_as, unexpected_field_behavior="error"
                    ),
                )
                table = table.select(wanted.names).cast(wanted)
                writer.write_table(table if mask is None else table.filter(mask.values))
        except (_arrow.ArrowException, ConversionError, msgspec.DecodeError) as error:
            message = f"rows of {event_type} do not fit the table: {error}"
            raise RowError(message) from error
        writer.close()

    def _objects(
        self, text: bytes, mask: Mask | None, names: Iterable[str]
    ) -> Iterator[dict[str, Any]]:
        """The rows as the values that the writer takes."""
        fits = {name: self._coercions[name] for name in names}
        rows = _decode_rows(text)
        taken = (Mask.all(len(rows)) if mask is None else mask).values.to_pylist()
        for row, is_taken in zip(rows, taken, strict=True):
            if not row.keys() <= fits.keys():
                message = f"no column of the event type: {sorted(row.keys() - fits.keys())}"
                raise RowError(message)
            if is_taken:
                yield {
                    name: fits[name](each)
                    for name, each in row.items()
                    if each is not None and name != INGESTED_AT
                }


def _holds_map(arrow_type: Any) -> bool:  # noqa: ANN401 -- pyarrow has no types
    types = _arrow.types
    if types.is_list(arrow_type):
        return _holds_map(arrow_type.value_type)
    if types.is_struct(arrow_type):
        return any(_holds_map(each.type) for each in arrow_type)
    return bool(types.is_map(arrow_type))


def _json_type(arrow_type: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """What Arrow reads from JSON; days it reads only from numbers, so they are read as texts."""
    types = _arrow.types
    if types.is_list(arrow_type):
        return _arrow.list_(_json_type(arrow_type.value_type))
    if types.is_struct(arrow_type):
        return _arrow.struct([(each.name, _json_type(each.type)) for each in arrow_type])
    return _arrow.string() if types.is_date(arrow_type) else arrow_type
