"""What a field's value must be besides of its type; of an array or a map, each in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from math import isfinite
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from firelake.contract.patterns import pattern_of
from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, TIMESTAMP_YEARS, FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

Bound: TypeAlias = int | float | Decimal | date | datetime

_DECIMAL: Final = re.compile(r"-?[0-9]{1,76}(\.[0-9]{1,76})?")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_MOST_LISTED: Final = 8
# More digits than any two of a bound and a decimal have together.
_EXACT: Final = Context(prec=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the contract says of a field's values; nothing where all is empty.

    Attributes:
        enum: The values that there are.
        least: The least value.
        most: The greatest value.
        pattern: What a text has in it, in RE2's syntax.
        max_length: How many characters a text has at most.
    """

    enum: tuple[str | int, ...] = ()
    least: Bound | None = None
    most: Bound | None = None
    pattern: str | None = None
    max_length: int | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != UNCONSTRAINED

    def in_words(self, most_listed: int = _MOST_LISTED) -> str:
        """What is asked for, for people, as it goes on after the name of a type.

        Args:
            most_listed: How many values of `enum` are named.
        """
        parts: list[str] = []
        if self.enum:
            listed = ", ".join(repr(each) for each in self.enum[:most_listed])
            rest = len(self.enum) - most_listed
            parts.append(f"one of {listed}{f' and {rest} more' if rest > 0 else ''}")
        if self.least is not None:
            parts.append(f"at least {bound_text(self.least)}")
        if self.most is not None:
            parts.append(f"at most {bound_text(self.most)}")
        if self.max_length is not None:
            noun = "character" if self.max_length == 1 else "characters"
            parts.append(f"at most {self.max_length} {noun} long")
        if self.pattern is not None:
            parts.append(f"matching {self.pattern}")
        return ", ".join(parts)

    def allow(self, value: Bound | str) -> bool:
        """Whether a value may stand there.

        Args:
            value: Of the field's type: a `Decimal`, a date or a moment as such.
        """
        if self.enum and value not in self.enum:
            return False
        if isinstance(value, str):
            is_short = self.max_length is None or len(value) <= self.max_length
            return is_short and (self.pattern is None or pattern_of(self.pattern).is_in(value))
        # The linter has seen that the bounds are of the field's type.
        least, most = cast("int | None", self.least), cast("int | None", self.most)
        number = cast("int", value)
        return (least is None or least <= number) and (most is None or number <= most)


UNCONSTRAINED: Final = Constraints()


def bound_text(bound: Bound) -> str:
    """A bound as one reads it in a contract."""
    if isinstance(bound, datetime):
        text = bound.astimezone(UTC).isoformat(
            timespec="milliseconds" if bound.microsecond else "seconds"
        )
        return text.replace("+00:00", "Z")
    if isinstance(bound, date):
        return bound.isoformat()
    return f"{bound:f}" if isinstance(bound, Decimal) else str(bound)


def build_constraints(entry: Mapping[str, object], field_type: FieldType) -> Constraints:
    """Reads the constraints of a field in which `constraint_problems` finds nothing."""
    return Constraints(
        enum=tuple(cast("list[str | int]", entry.get("enum", []))),
        least=bound_of(entry.get("min"), field_type.kind),
        most=bound_of(entry.get("max"), field_type.kind),
        pattern=cast("str | None", entry.get("pattern")),
        max_length=cast("int | None", entry.get("max_length")),
    )


def decimal_steps(constraints: Constraints, field_type: FieldType) -> tuple[int, int] | None:
    """The least and greatest decimal that is allowed, in units of its last digit; None for none."""
    scale = field_type.scale or 0
    end = 10 ** (field_type.precision or 0) - 1
    least, most = (
        default
        if bound is None
        else int(cast("Decimal", bound).scaleb(scale, _EXACT).to_integral_value(rounding, _EXACT))
        for bound, default, rounding in (
            (constraints.least, -end, ROUND_CEILING),
            (constraints.most, end, ROUND_FLOOR),
        )
    )
    least, most = max(least, -end), min(most, end)
    return (least, most) if least <= most else None


def bound_of(value: object, kind: Kind) -> Bound | None:
    """A bound of a kind; None where the value is none."""
    match kind:
        case Kind.BIGINT:
            if not isinstance(value, int) or isinstance(value, bool):
                return None
            return value if MIN_BIGINT <= value <= MAX_BIGINT else None
        case Kind.DOUBLE | Kind.DECIMAL:
            return _number(value, kind)
        case Kind.DATE:
            return _day(value)
        case _:
            return _moment(value)


def _number(value: object, kind: Kind) -> float | Decimal | None:
    if isinstance(value, str) and kind is Kind.DECIMAL and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if not isfinite(number):
        return None
    return number if kind is Kind.DOUBLE else Decimal(str(value))


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    moment = value
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(moment, datetime) or moment.tzinfo is None or moment.microsecond % 1000:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment.year in TIMESTAMP_YEARS else None
