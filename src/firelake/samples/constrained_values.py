"""Sample values of constrained fields: what the contract allows, and what just breaks it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.constraints import Bound, Constraints, bound_text, decimal_steps
from firelake.contract.patterns import pattern_of
from firelake.contract.types import MAX_BIGINT, MAX_DECIMAL_PRECISION, MIN_BIGINT, Kind
from firelake.operations.errors import InputError
from firelake.samples.pattern_texts import text_of

if TYPE_CHECKING:
    from random import Random

    from firelake.contract.events import Field

_MOST_TRIES: Final = 1000
# From a bound on, where there is one alone.
_USUAL_SPAN: Final = 1000
_USUAL_DAYS: Final = 30
_DAY_MS: Final = 86_400_000
_MOST_STEPS: Final = 10**6
# Decimals have up to 38 digits, and the default context rounds to 28.
_EXACT: Final = Context(prec=MAX_DECIMAL_PRECISION)
# Of a type that has no other greatest and least value.
_EXTREMES: Final[dict[Kind, tuple[Bound, ...]]] = {
    Kind.BIGINT: (MIN_BIGINT, -1, 0, MAX_BIGINT),
    Kind.DOUBLE: (-1e300, 0.0, 1e300),
    Kind.DATE: (date(1900, 1, 1), date(2200, 1, 1)),
    Kind.TIMESTAMP: (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)),
}


def constrained_value(field: Field, random: Random, usual: str, around_s: float) -> str:
    """Make a value, or of an array a member, that the constraints of a field allow.

    Args:
        field: At least one constraint.
        random: The source of chance.
        usual: What a text would be without constraints.
        around_s: Unix time near which dates and moments lie, if they may.

    Returns:
        A JSON text.

    Raises:
        InputError: None was found by trying.
    """
    constraints = field.constraints
    if constraints.enum:
        return json.dumps(random.choice(constraints.enum), ensure_ascii=False)
    match field.type.kind:
        case Kind.STRING:
            return json.dumps(_text(field, random, usual), ensure_ascii=False)
        case Kind.BIGINT:
            low, high = cast("tuple[int, int]", _ends(constraints))
            return str(random.randint(max(low, MIN_BIGINT), min(high, MAX_BIGINT)))
        case Kind.DOUBLE:
            return repr(_double(constraints, random))
        case Kind.DECIMAL:
            return _decimal(field, random)
        case _:
            moment = _moment(constraints, random, around_s)
            is_day = field.type.kind is Kind.DATE
            return f'"{bound_text(moment.date() if is_day else moment)}"'


def refused_values(field: Field) -> tuple[str, ...]:
    """List values of a field's type, or of an array's members, that its constraints refuse.

    Returns:
        JSON texts; none where all that comes to mind is allowed.
    """
    constraints = field.constraints
    kind = field.type.kind
    if not constraints:
        return ()
    values: tuple[str | Bound, ...] = _EXTREMES.get(kind, ())
    if kind is Kind.STRING:
        values = ("", "not in the contract", "\t", "a" * ((constraints.max_length or 0) + 1))
    elif kind is Kind.DECIMAL:
        scale = field.type.scale or 0
        nines = "9" * ((field.type.precision or 0) - scale) or "0"
        greatest = Decimal(f"{nines}.{'9' * scale}")
        values = (greatest.copy_negate(), Decimal(0), greatest)
    return tuple(_json_of(each) for each in values if not constraints.allow(each))


def _json_of(value: str | Bound) -> str:
    is_text = isinstance(value, str | date | Decimal)
    text = value if isinstance(value, str) else bound_text(value)
    return json.dumps(text, ensure_ascii=False) if is_text else text


def _text(field: Field, random: Random, usual: str) -> str:
    constraints = field.constraints
    if constraints.pattern is None:
        return usual[: constraints.max_length]
    tree = pattern_of(constraints.pattern).tree
    for _ in range(_MOST_TRIES):
        text = text_of(tree, random)
        if constraints.allow(text):
            return text
    message = (
        f"no sample value of the field {field.name} can be made: {_MOST_TRIES:,} tries found none"
        f" {constraints.in_words()}; send events of your own"
    )
    raise InputError(message)


def _ends(constraints: Constraints) -> tuple[float, float]:
    """Between which numbers values lie: the bounds, and a usual span where one is open."""
    low, high = cast("float | None", constraints.least), cast("float | None", constraints.most)
    if low is None:
        low = 0 if high is None or high >= 0 else high - _USUAL_SPAN
    if high is None:
        high = low + _USUAL_SPAN
    return low, high


def _double(constraints: Constraints, random: Random) -> float:
    low, high = _ends(constraints)
    share = random.random()
    # Each end by itself: what lies between -1e308 and 1e308 is more than a number holds.
    return min(max(low * (1 - share) + high * share, low), high)


def _decimal(field: Field, random: Random) -> str:
    scale = field.type.scale or 0
    low, high = decimal_steps(field.constraints, field.type) or (0, 0)
    # Near the bound that there is, or near nought: a price rather than 38 digits.
    if field.constraints.least is None:
        low = max(low, min(0, high) - _MOST_STEPS)
    high = min(high, max(low, 0 if low <= 0 <= high else low) + _MOST_STEPS)
    return f'"{Decimal(random.randint(low, high)).scaleb(-scale, _EXACT):f}"'


def _moment(constraints: Constraints, random: Random, around_s: float) -> datetime:
    """A moment near the run's, or near the bound that keeps it from there."""
    moment = datetime.fromtimestamp(around_s, UTC).replace(microsecond=0)
    moment += timedelta(milliseconds=random.randint(-_USUAL_DAYS * _DAY_MS, _USUAL_DAYS * _DAY_MS))
    least, most = (_as_moment(each) for each in (constraints.least, constraints.most))
    if least is not None and moment < least:
        moment = least
    return most if most is not None and moment > most else moment


def _as_moment(bound: Bound | None) -> datetime | None:
    if isinstance(bound, datetime):
        return bound
    return datetime.combine(bound, time(), UTC) if isinstance(bound, date) else None
