"""The rules that the constraints of a field in an `events.toml` must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, cast

from firelake.contract.constraints import bound_of, build_constraints, decimal_steps
from firelake.contract.errors import PatternError
from firelake.contract.patterns import pattern_of
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONSTRAINT_KEYS: Final = ("enum", "min", "max", "pattern", "max_length")

# What it may stand at, and what a bound of it is written as.
_BOUNDED: Final = {
    Kind.BIGINT: "an integer within 64 bits",
    Kind.DOUBLE: "a finite number",
    Kind.DECIMAL: 'a number, or a text of digits such as "0.10"',
    Kind.DATE: "a date yyyy-MM-dd",
    Kind.TIMESTAMP: "a moment yyyy-MM-ddTHH:mm:ssZ, at most to the millisecond",
}
_LISTED: Final = (Kind.STRING, Kind.BIGINT)
_KINDS: Final = {
    "enum": _LISTED,
    "min": tuple(_BOUNDED),
    "max": tuple(_BOUNDED),
    "pattern": (Kind.STRING,),
    "max_length": (Kind.STRING,),
}
Finding: TypeAlias = tuple[str, object, str]


def constraint_problems(entry: Mapping[str, object], field_type: FieldType) -> Iterator[Finding]:
    """Lists what is wrong with the constraints of a field: key, value and rule.

    Args:
        entry: The field's table.
        field_type: Its type.
    """
    given = [key for key in CONSTRAINT_KEYS if key in entry]
    unfit = [key for key in given if field_type.kind not in _KINDS[key]]
    for key in unfit:
        kinds = ", ".join(_KINDS[key])
        yield key, entry[key], f"is for {kinds} and arrays and maps of those, not for {field_type}"
    found = [
        finding
        for key in given
        if key not in unfit
        for finding in _value_problems(key, entry[key], field_type.kind)
    ]
    yield from found
    if not unfit and not found:
        yield from _contradictions(entry, field_type)


def _value_problems(key: str, value: object, kind: Kind) -> Iterator[Finding]:
    match key:
        case "enum":
            yield from _enum_problems(value, kind)
        case "pattern":
            try:
                if not isinstance(value, str):
                    yield key, value, "must be a text: a regular expression of RE2's syntax"
                else:
                    pattern_of(value)
            except PatternError as error:
                yield key, value, str(error)
        case "max_length":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                yield key, value, "must be an integer of 1 or more: it counts characters"
        case _:
            if bound_of(value, kind) is None:
                yield key, value, f"must be {_BOUNDED[kind]}"


def _enum_problems(value: object, kind: Kind) -> Iterator[Finding]:
    values = cast("list[object]", value) if isinstance(value, list) else []
    if not values:
        yield "enum", value, "must be a list of the values that there are"
    for index, each in enumerate(values):
        if kind is Kind.STRING and not isinstance(each, str):
            yield "enum", each, "must be a text, as the field is of the type string"
        elif kind is Kind.BIGINT and bound_of(each, kind) is None:
            yield (
                "enum",
                each,
                "must be an integer within 64 bits, as the field is of the type bigint",
            )
        elif each in values[:index]:
            yield "enum", each, "is listed twice"


def _contradictions(entry: Mapping[str, object], field_type: FieldType) -> Iterator[Finding]:
    constraints = build_constraints(entry, field_type)
    least, most = constraints.least, constraints.most
    if least is not None and most is not None and cast("int", least) > cast("int", most):
        yield "min", entry["min"], "is above max: no value fits"
    elif field_type.kind is Kind.DECIMAL and decimal_steps(constraints, field_type) is None:
        key = "max" if least is None else "min"
        yield key, entry[key], f"leaves no value of {field_type}"
    for each in constraints.enum:
        if not constraints.allow(each):
            yield "enum", each, "is refused by the field's other constraints"
    if constraints.pattern is not None and constraints.max_length is not None:
        shortest = pattern_of(constraints.pattern).shortest
        if shortest > constraints.max_length:
            rule = f"no text fits: what the pattern wants has {shortest} characters or more"
            yield "max_length", constraints.max_length, rule
