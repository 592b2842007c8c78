"""The contract's constraints of a field's values: as msgspec types, and as checks of texts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta

from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, Kind
from firelake.transform.errors import UnfitValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Raw

    from firelake.contract.constraints import Constraints


def plain_within(kind: Kind, constraints: Constraints) -> Any:  # noqa: ANN401 -- made at run time
    """The type by which msgspec checks the constraints of a value; None where it cannot.

    Args:
        kind: What msgspec decodes by itself.
        constraints: At least one.
    """
    if constraints.enum:
        # The linter has held each to the other constraints.
        return Literal[constraints.enum]
    # msgspec's own patterns are Python's, which can take for ever.
    if kind is Kind.DATE or constraints.pattern is not None:
        return None
    if kind is Kind.STRING:
        return Annotated[str, Meta(max_length=constraints.max_length)]
    least: Any = constraints.least
    most: Any = constraints.most
    if kind is Kind.DOUBLE:
        return Annotated[float, Meta(ge=least, le=most)]
    least = MIN_BIGINT if least is None else least
    most = MAX_BIGINT if most is None else most
    return Annotated[int, Meta(ge=least, le=most)]


def checked(
    convert: Callable[[Raw], str | None], kind: Kind, constraints: Constraints
) -> Callable[[Raw], str | None]:
    """The rewriting of a value, which refuses one that the constraints do not allow.

    Args:
        convert: Rewrites the raw JSON value as its column has it; of a null gives None.
        kind: What it is.
        constraints: At least one.
    """
    read = _READ[kind]

    def convert_checked(raw: Raw) -> str | None:
        text = convert(raw)
        if text is not None and not constraints.allow(read(text)):
            raise UnfitValueError
        return text

    return convert_checked


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


# What a column's text stands for.
_READ: Final[dict[Kind, Callable[[str], Any]]] = {
    Kind.STRING: str,
    Kind.DATE: date.fromisoformat,
    Kind.DECIMAL: Decimal,
    Kind.TIMESTAMP: _moment,
}
