"""From a row of the function's output back to the event: what Firehose could not convert.

Error objects of a stage after the function hold its output row, not what the producer sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from firelake.contract.names import COMMON_FIELDS, EVENT_SUBTYPE, EXTRAS, LEADING_COLUMNS
from firelake.transform.errors import RestoreError
from firelake.transform.mapping import unmap_event
from firelake.transform.rules import MAX_NESTING, is_too_deep
from firelake.transform.values import codec

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

# Columns that the function derived, which no event brings.
_DERIVED: Final = frozenset(LEADING_COLUMNS) - frozenset(COMMON_FIELDS)
# An event name of one part has no subtype; all else is in every row.
_IN_EVERY_ROW: Final = frozenset(LEADING_COLUMNS) - {EVENT_SUBTYPE}

# An event as deep as is read, and what the mapping puts around a part of it.
_MOST_NESTING: Final = MAX_NESTING + 2

_encode: Final = msgspec.json.Encoder().encode
_decode_object: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode


class RowRestorer:
    """Restores rows by one contract."""

    def __init__(self, contract: EventContract) -> None:
        """Takes the contract that the rows were written by, or a later one."""
        self._has_sources = bool(contract.sources)
        by_column = contract.by_column
        restores = {name: codec(field.type).restore for name, field in by_column.items()}
        self._restores = {name: each for name, each in restores.items() if each is not None}
        self._names = {name: field.name for name, field in by_column.items() if name != field.name}

    def restore(self, row: bytes | str) -> bytes:
        """Makes the event whose row this is.

        Reading the event again gives the same row. The event has the members that the producer
        sent, with two exceptions that a row cannot keep: a member that was null is gone, and a
        timestamp or decimal may be spelled otherwise (UTC, milliseconds; plain digits in a
        string).

        Args:
            row: One JSON object of the function's output.

        Returns:
            The event, a JSON object. A newline may stand in what is kept to the letter.

        Raises:
            RestoreError: The bytes are not such a row. An event as it was sent is none either.
        """
        try:
            members = _decode_members(row if isinstance(row, str) else str(row, "utf-8"))
            missing = sorted(_IN_EVERY_ROW - members.keys())
            if missing:
                why = f"it lacks {', '.join(missing)}"
                raise _no_row(why)
            text = members.pop(EXTRAS, None)
            extras = {} if text is None else _decode_members(_decode_text(text))
            # Where a member stands in both, as Firehose's table may have lacked its column,
            # `extras` has it as it was sent.
            event: dict[str, Any] = {
                self._names.get(name, name): (
                    self._restores[name](raw) if name in self._restores else raw
                )
                for name, raw in members.items()
                if name not in _DERIVED and self._names.get(name, name) not in extras
            }
            event |= extras
            if self._has_sources:
                event = unmap_event(event)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _no_row(str(error)) from error
        return _encode(event)


def _decode_members(text: str) -> dict[str, Raw]:
    if is_too_deep(text, _MOST_NESTING):
        why = f"it is nested more than {_MOST_NESTING} deep"
        raise _no_row(why)
    return _decode_object(text)


def _no_row(why: str) -> RestoreError:
    return RestoreError(f"not a row of the function's output: {why}; give one JSON object of it")
