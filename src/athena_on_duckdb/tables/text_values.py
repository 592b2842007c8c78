"""Values of files of text: read from a JSON value or from a text, as the column's type has them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, cast

from athena_on_duckdb.arrow import arrow, arrow_type
from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.arrow import ArrowType
    from athena_on_duckdb.types import AthenaType


_DECIMAL_CONTEXT: Final = Context(prec=100)
_INTEGER_BITS: Final = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}
_TEXTS: Final = {"varchar", "char"}


class Number(str):
    """A number of a JSON text, as it was written."""

    __slots__ = ()


def stored_type(kind: AthenaType) -> ArrowType:
    """Give what Parquet holds for a column of a file of text.

    Raises:
        QueryError: Such columns are not read from text here.
    """
    if kind.name == "array":
        return arrow.list_(stored_type(kind.children[0]))
    if kind.name == "timestamp":
        return arrow.timestamp("ms")
    if kind.name not in {*_READERS, *_INTEGER_BITS, *_TEXTS, "decimal"}:
        raise _not_read(kind)
    return arrow_type(kind)


def _not_read(kind: AthenaType) -> QueryError:
    detail = f"A column of type {kind} is not read from files of text here: use Parquet."
    return QueryError(ErrorName.NOT_SUPPORTED, detail)


def json_value(value: object, kind: AthenaType) -> object:
    """Read a member of a JSON object whose numbers are `Number`.

    Raises:
        QueryError: It is not of the type.
    """
    if value is None:
        return None
    if kind.name in _TEXTS:
        return str(value) if isinstance(value, str) else written(value)
    if kind.name == "array":
        members = cast("list[object]", value if isinstance(value, list) else [value])
        return [json_value(member, kind.children[0]) for member in members]
    if isinstance(value, dict | list):
        detail = f"Cannot convert {written(cast('object', value))[:100]!r} to {kind}"
        raise QueryError(ErrorName.HIVE_BAD_DATA, detail)
    text = str(value) if isinstance(value, str) else written(value)
    found = text_value(text, kind)
    if found is None:
        detail = f"Error parsing field value '{text[:100]}': not a {kind}"
        raise QueryError(ErrorName.HIVE_BAD_DATA, detail)
    return found


def text_value(text: str, kind: AthenaType) -> object:
    """Read a text as a value of a type; None where it is none, as Hive does."""
    if kind.name in _TEXTS:
        return text
    try:
        return _scalar(text, kind)
    except (ValueError, InvalidOperation):
        return None


def written(value: object) -> str:
    """Write a JSON value whose numbers are `Number` without spaces."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(written(each) for each in cast('list[object]', value))}]"
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return f"{{{','.join(f'{written(name)}:{written(each)}' for name, each in members)}}}"
    return json.dumps(value, ensure_ascii=False)


def _scalar(text: str, kind: AthenaType) -> object:
    if "_" in text or text != text.strip():
        return None  # Python's numbers may have either
    if kind.name in _INTEGER_BITS:
        number = int(text)
        half = 1 << (_INTEGER_BITS[kind.name] - 1)
        return number if -half <= number < half else None
    if kind.name == "decimal":
        return _decimal(text, kind.precision or 0, kind.scale or 0)
    if kind.name not in _READERS:
        raise _not_read(kind)
    return _READERS[kind.name](text)


def _decimal(text: str, precision: int, scale: int) -> Decimal | None:
    """Read a decimal as Hive does: half up to the scale; none where it has too many digits."""
    given = Decimal(text)
    if not given.is_finite() or given.adjusted() >= precision - scale:
        return None
    rounded = given.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _DECIMAL_CONTEXT)
    return rounded if rounded.adjusted() < precision - scale or not rounded else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _moment(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    return None if moment.tzinfo is not None else moment


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "boolean": _boolean,
    "real": float,
    "double": float,
    "date": date.fromisoformat,
    "timestamp": _moment,
}
