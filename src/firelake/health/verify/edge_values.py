"""Values of which no page tells what Firehose makes of them, and how Athena is asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.catalog.sql_text import identifier
from firelake.contract.types import Kind as TypeKind

if TYPE_CHECKING:
    from firelake.contract.events import Field
    from firelake.contract.types import FieldType


@dataclass(frozen=True, slots=True)
class EdgeValue:
    """A value of one field.

    Attributes:
        label: Names the event that has it.
        json: Its text in the event.
        type: The kind of the field, or none where it is an array of any.
        sql: What shows it as a text, `{}` being the column.
        shown: What that gives where it was written as it was sent.
    """

    label: str
    json: str
    type: TypeKind | None
    sql: str
    shown: str

    def fits(self, type_: FieldType) -> bool:
        """Whether a field of a type can have it."""
        if self.type is None:
            return type_.is_array
        return type_.kind is self.type and not type_.is_several

    def shown_by(self, field: Field) -> str:
        """Returns the SQL that shows a field's value."""
        return self.sql.format(identifier(field.column))


EMPTY_ARRAY: Final = EdgeValue("empty-array", "[]", None, "CAST(cardinality({}) AS varchar)", "0")
FIRST_DATE: Final = EdgeValue(
    "first-date", '"0001-01-01"', TypeKind.DATE, "CAST({} AS varchar)", "0001-01-01"
)
