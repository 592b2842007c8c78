"""Records as rows: the JSON documents of a record, each with the values that columns take.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import msgspec

from firelake.formats.coercions import MALFORMED_DATA, coercion
from firelake.formats.errors import ConversionError
from firelake.formats.glue_types import Kind, parse_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firehose_emulator.settings import Conversion
    from firelake.formats.columns import Column

PARSE_ERROR: Final = "DataFormatConversion.ParseError"

# The types of JSON values that a column takes as they are.
_AS_THEY_ARE: Final[dict[Kind, type]] = {
    Kind.STRING: str,
    Kind.DOUBLE: float,
    Kind.FLOAT: float,
    Kind.BOOLEAN: bool,
}
_PRIMITIVE: Final = (
    "Encountered malformed JSON. The input JSON contained a primitive at the top level. The top"
    " level must be an object or array."
)
_ARRAY: Final = "Encountered malformed JSON. The input JSON contained an array at the top level."
_WHITESPACE: Final = " \t\r\n"

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode
_decode_lines: Final = msgspec.json.Decoder().decode_lines


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON"
    raise ValueError(message)


_scanner: Final = json.JSONDecoder(parse_constant=_refuse_constant)


class RowReader:
    """Reads records by one version of the table."""

    def __init__(self, columns: Sequence[Column], conversion: Conversion) -> None:
        """Prepare for the columns.

        Args:
            columns: The table's columns.
            conversion: How keys are looked up.

        Raises:
            SchemaError: A column has a type that is not converted to here.
        """
        self._fold = conversion.case_insensitive
        self._dots = conversion.dots_to_underscores
        # By JSON key: the column, the type that it takes as it is, what makes others fit.
        self._targets: dict[str, tuple[str, type | None, Callable[[Any], Any]] | None] = {}
        for column in columns:
            glue_type = parse_type(column.type)
            as_it_is = None if glue_type.depth else _AS_THEY_ARE.get(glue_type.kind)
            key = conversion.json_keys.get(column.name, column.name)
            # A column with capitals never gets a value: keys are lowercased, columns are not.
            if key != column.name and self._fold:
                key = key.lower()
            fit = coercion(glue_type, is_case_insensitive=self._fold)
            self._targets[key] = (column.name, as_it_is, fit)

    def rows(self, data: bytes) -> list[dict[str, Any]]:
        """Give the rows of a record: of each its values by column, nulls left out.

        Raises:
            ConversionError: The record is not JSON objects, or a value does not fit its column.
        """
        try:
            return [self._row(document) for document in _documents(data)]
        except RecursionError as error:
            message = "Encountered malformed JSON. It is nested too deeply."
            raise ConversionError(message, PARSE_ERROR) from error

    def _row(self, document: object) -> dict[str, Any]:
        if not isinstance(document, dict):
            message = _ARRAY if isinstance(document, list) else _PRIMITIVE
            raise ConversionError(message, PARSE_ERROR)
        row: dict[str, Any] = {}
        for key, value in cast("dict[str, Any]", document).items():
            target = self._targets.get(key)
            if target is None or (self._fold and not key.islower()):
                target = self._targets.get(self._spelled(key))
                if target is None:
                    continue
            if value is None:
                continue
            name, as_it_is, fit = target
            row[name] = value if type(value) is as_it_is else fit(value)
        return row

    def _spelled(self, key: str) -> str:
        spelled = key.replace(".", "_") if self._dots else key
        return spelled.lower() if self._fold else spelled


def _documents(data: bytes) -> list[Any]:
    """The JSON documents of a record, one after the other with any whitespace between."""
    if not data.strip():
        message = "The record was empty or contained only whitespace."
        raise ConversionError(message, MALFORMED_DATA)
    try:
        return [_decode(data)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return _decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _scanned(data)


def _scanned(data: bytes) -> list[Any]:
    documents: list[Any] = []
    try:
        text = data.decode()
        position = 0
        while position < len(text):
            if text[position] in _WHITESPACE:
                position += 1
                continue
            document, position = _scanner.raw_decode(text, position)
            documents.append(document)
        _encode(documents)  # refuses half a surrogate pair, which is no character
    except ValueError as error:
        message = f"Encountered malformed JSON. {error}"
        raise ConversionError(message, PARSE_ERROR) from error
    return documents
