"""Constraints for fields of any type, and values that they allow."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from hypothesis import strategies as st

from firelake.contract.constraints import UNCONSTRAINED, Constraints
from firelake.contract.types import Kind

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from firelake.contract.events import Field
    from firelake.contract.types import FieldType

# As RE2 writes it, as Python does for the same meaning, and the shortest text that matches.
PATTERNS = {
    "^[a-z]{1,3}$": (r"\A[a-z]{1,3}\Z", "a"),
    "^$|b": (r"\A\Z|b", ""),
    "(a|ab)(c|bcd)$": (r"(a|ab)(c|bcd)\Z", "ac"),
    r"^\w+\s?\d*\z": (r"(?a:\A\w+[\t\n\f\r ]?\d*\Z)", "a"),
    "(?i)^ÄB": ("(?i)\\A[äÄ]B", "Äb"),
    r"\bcat\b|[^\x00-\x{7f}]": (r"(?a:\bcat\b)|[^\x00-\x7f]", "é"),
    "(?s)^.{2,5}$": (r"(?s)\A.{2,5}\Z", "ab"),
}
_TEXTS = st.text(st.sampled_from("abcdAB Ä1\n_é\U0001f600"), max_size=5)
_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 -- as Hypothesis wants it
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)


@st.composite
def constraints(draw: DrawFn, field_type: FieldType) -> Constraints:
    """None at all as often as some; together they always allow a value."""
    if field_type.kind in {Kind.BOOLEAN, Kind.JSON, Kind.STRUCT} or draw(st.booleans()):
        return UNCONSTRAINED
    if field_type.kind is Kind.STRING:
        return draw(_of_texts())
    values = _values(field_type)
    if field_type.kind is Kind.BIGINT and draw(st.booleans()):
        numbers = cast("SearchStrategy[int]", values)
        return Constraints(enum=tuple(draw(st.lists(numbers, min_size=1, unique=True))))
    least, most = sorted((draw(values), draw(values)))
    return draw(
        st.sampled_from(
            [Constraints(least=least, most=most), Constraints(least=least), Constraints(most=most)]
        )
    )


@st.composite
def _of_texts(draw: DrawFn) -> Constraints:
    if draw(st.booleans()):
        return Constraints(enum=tuple(draw(st.lists(_TEXTS, min_size=1, unique=True))))
    max_length = draw(st.none() | st.integers(3, 6))
    pattern = st.sampled_from([*PATTERNS])
    return Constraints(
        pattern=draw(pattern if max_length is None else st.none() | pattern), max_length=max_length
    )


def _values(field_type: FieldType) -> SearchStrategy[Any]:
    match field_type.kind:
        case Kind.BIGINT:
            return st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1)
        case Kind.DOUBLE:
            return st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1, 1)
        case Kind.DECIMAL:
            end = 10 ** (field_type.precision or 0) - 1
            scale = field_type.scale or 0
            return st.integers(-end, end).map(lambda steps: Decimal(f"{steps}e-{scale}"))
        case Kind.DATE:
            return st.dates()
        case _:
            return _MOMENTS


def allowed_texts(field: Field) -> SearchStrategy[str]:
    """JSON texts of values, or of an array's members, that constraints allow; at least one."""
    asked = field.constraints
    if asked.enum:
        return st.sampled_from(asked.enum).map(json.dumps)
    if field.type.kind is Kind.STRING:
        if asked.pattern is None:
            return _TEXTS.map(lambda text: json.dumps(text[: asked.max_length]))
        python, shortest = PATTERNS[asked.pattern]
        long_enough = asked.max_length or 20
        matching = st.from_regex(python).filter(lambda text: len(text) <= long_enough)
        return (st.just(shortest) | matching).map(json.dumps)
    least, most = cast("Any", asked.least), cast("Any", asked.most)
    ends = st.sampled_from([each for each in (least, most) if each is not None])
    between = _values(field.type).filter(
        lambda value: (least is None or least <= value) and (most is None or value <= most)
    )
    return (ends | between).map(_spelled)


def _spelled(value: float | Decimal | date | datetime) -> str:
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    return f"{value:f}" if isinstance(value, Decimal) else repr(value)
