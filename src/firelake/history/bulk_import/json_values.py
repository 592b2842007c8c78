"""A column's value as JSON text, for `extras` and fields of type json."""

from __future__ import annotations

from typing import Final

from firelake.history.bulk_import.moments import cut, utc
from firelake.history.bulk_import.source_types import SourceKind, SourceType

# What Trino casts to JSON neither by itself nor inside of other values:
# https://trino.io/docs/398/functions/json.html#cast-to-json
_NO_JSON: Final = (SourceKind.BINARY, SourceKind.ZONED)
_KEYS: Final = frozenset(
    {SourceKind.TEXT, SourceKind.INTEGER, SourceKind.BOOLEAN, SourceKind.DECIMAL}
)
_NESTED: Final = frozenset({SourceKind.ARRAY, SourceKind.MAP, SourceKind.STRUCT})


def json_problem(source: SourceType) -> str:
    """Return why a column cannot be JSON; empty where it can."""
    if source.kind not in _NESTED:
        return ""
    for kind in _NO_JSON:
        if source.holds(kind):
            return f"what it holds is {kind}, of which there is no JSON: cast it in a view"
    if _has_other_keys(source):
        return "it holds a map whose keys are neither texts nor whole numbers: cast it in a view"
    return ""


def json_text(expression: str, source: SourceType) -> str:
    """Write a value as JSON text: times in ISO 8601 of UTC, bytes in base64."""
    match source.kind:
        case SourceKind.FLOAT:
            # NaN and the infinities are no JSON but as texts.
            return (
                f"CASE WHEN is_finite({expression}) THEN {_cast(expression)}"
                f" ELSE {_cast(f'CAST({expression} AS varchar)')} END"
            )
        case SourceKind.TIMESTAMP:
            return _moment(expression)
        case SourceKind.ZONED:
            return _moment(utc(expression))
        case SourceKind.DATE:
            return _cast(f"CAST({expression} AS varchar)")
        case SourceKind.BINARY:
            return _cast(f"to_base64({expression})")
        case _:
            return _cast(expression)


def _has_other_keys(source: SourceType) -> bool:
    is_other = source.kind is SourceKind.MAP and source.members[0][1].kind not in _KEYS
    return is_other or any(_has_other_keys(member) for _, member in source.members)


def _cast(expression: str) -> str:
    return f"json_format(CAST({expression} AS JSON))"


def _moment(expression: str) -> str:
    return f"'\"' || replace(CAST({cut(expression)} AS varchar), ' ', 'T') || 'Z\"'"
