"""From a row of the function's output back to the event: what Firehose could not convert.

Error objects of a stage after the function hold its output row, not what the producer sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from contract.names import COMMON_FIELDS, EXTRAS, LEADING_COLUMNS
from transform.errors import RestoreError
from transform.values import codec

if TYPE_CHECKING:
    from contract.events import EventContract

# Columns that the function derived, which no event brings.
_DERIVED: Final = frozenset(LEADING_COLUMNS) - frozenset(COMMON_FIELDS)

_encode: Final = msgspec.json.Encoder().encode
_decode_row: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode


class RowRestorer:
    """Restores rows by one contract."""

    def __init__(self, contract: EventContract) -> None:
        """Takes the contract that the rows were written by, or a later one."""
        restores = {name: codec(field.type).restore for name, field in contract.fields.items()}
        self._restores = {name: each for name, each in restores.items() if each is not None}

    def restore(self, row: bytes | str) -> bytes:
        """Makes the event whose row this is.

        Reading the event again gives the same row. The event has the members that the producer
        sent, with two exceptions that a row cannot keep: a member that was null is gone, and a
        timestamp or decimal may be spelled otherwise (UTC, milliseconds; plain digits in a
        string).

        Args:
            row: One JSON object of the function's output.

        Returns:
            The event, a JSON object without a newline.

        Raises:
            RestoreError: The bytes are not such a row.
        """
        try:
            members = _decode_row(row)
            extras = members.pop(EXTRAS, None)
            event: dict[str, Any] = {
                name: self._restores[name](raw) if name in self._restores else raw
                for name, raw in members.items()
                if name not in _DERIVED
            }
            if extras is not None:
                # Where a member stands in both, being new in its contract version, `extras` has
                # it as it was sent.
                event.update(_decode_row(_decode_text(extras)))
        except msgspec.DecodeError as error:
            message = f"not a row of the function's output: {error}; give one JSON object of it"
            raise RestoreError(message) from error
        return _encode(event)
