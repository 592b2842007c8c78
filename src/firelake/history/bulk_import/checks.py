"""Whether a converted value is one of its field: by its type, and by the contract's constraints."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from firelake.catalog.query_sql import parameter
from firelake.contract.constraints import UNCONSTRAINED, Constraints, decimal_steps
from firelake.contract.members import NO_RULES, MemberRules
from firelake.contract.types import MIN_BIGINT, TIMESTAMP_YEARS, FieldType, Kind
from firelake.history.bulk_import.portable_patterns import portable_pattern
from firelake.history.bulk_import.sql_names import quoted, text
from firelake.history.bulk_import.values import converted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.contract.events import Field
    from firelake.history.bulk_import.source_types import SourceType

_LAST_YEAR: Final = 9999


def fits(  # noqa: PLR0913 -- a value before and after, what it is, what it must be, and where
    expression: str,
    value: str,
    source: SourceType,
    wanted: FieldType,
    *,
    constraints: Constraints = UNCONSTRAINED,
    rules: MemberRules = NO_RULES,
    depth: int = 0,
) -> str:
    """Write whether a value that is not null is one of the field; never null itself.

    Args:
        expression: The column's value.
        value: The same, converted.
        depth: How many lambdas are around it.
    """
    if wanted.is_several:
        held = f"map_values({expression})" if wanted.is_map else expression
        name = f"x{depth}"
        inner = converted(name, source.element, wanted.member, depth + 1)
        is_fit = fits(
            name,
            inner,
            source.element,
            wanted.member,
            constraints=constraints,
            rules=rules,
            depth=depth + 1,
        )
        return f"none_match({held}, {name} -> {name} IS NOT NULL AND NOT {is_fit})"
    if wanted.kind is Kind.STRUCT:
        members = [*_members(expression, source, wanted, rules, depth)]
        return f"({' AND '.join(members)})" if members else "true"
    conditions = [f"{value} IS NOT NULL", *_conditions(value, wanted, constraints)]
    if len(conditions) == 1:
        return f"({conditions[0]})"
    return f"COALESCE({' AND '.join(conditions[1:])}, false)"


def unstated(field: Field) -> Iterator[str]:
    """Return what of a field's constraints SQL does not check, in words."""
    asked = {field.name: field.constraints}
    asked |= {
        f"{field.name}.{path}": rule.constraints for path, rule in field.members.by_path.items()
    }
    for path, constraints in asked.items():
        pattern = constraints.pattern
        if pattern is not None and portable_pattern(pattern) is None:
            yield f"{path}: the pattern {pattern}, which asks for places of words or lines"


def _members(
    expression: str, source: SourceType, wanted: FieldType, rules: MemberRules, depth: int
) -> Iterator[str]:
    names = {name.lower(): name for name, _ in source.members}
    for member in wanted.members:
        name, rule = names.get(member.column), rules.of(member.name)
        if name is None:
            if rule.is_required:
                yield "false"
            continue
        inner, inner_type = f"{expression}.{quoted(name)}", source.by_name[member.column]
        value = converted(inner, inner_type, member.type, depth)
        is_fit = fits(
            inner,
            value,
            inner_type,
            member.type,
            constraints=rule.constraints,
            rules=rules.inside(member.name),
            depth=depth,
        )
        if rule.is_required:
            yield f"({inner} IS NOT NULL AND {is_fit})"
        else:
            yield f"({inner} IS NULL OR {is_fit})"


def _conditions(value: str, wanted: FieldType, constraints: Constraints) -> Iterator[str]:
    if wanted.kind is Kind.TIMESTAMP:
        years = TIMESTAMP_YEARS
        yield f"year({value}) BETWEEN {years.start} AND {years.stop - 1}"
    if wanted.kind is Kind.DATE:
        yield f"year({value}) BETWEEN 1 AND {_LAST_YEAR}"
    if constraints.enum:
        yield f"{value} IN ({', '.join(map(_literal, constraints.enum))})"
    if constraints.max_length is not None:
        yield f"length({value}) <= {constraints.max_length}"
    if constraints.pattern is not None:
        pattern = portable_pattern(constraints.pattern)
        if pattern is not None:
            yield f"regexp_like({value}, {text(pattern)})"
    if wanted.kind is Kind.DECIMAL:
        yield from _decimal_bounds(value, wanted, constraints)
    else:
        yield from _bounds(value, constraints)


def _bounds(value: str, constraints: Constraints) -> Iterator[str]:
    # The linter has seen that the bounds are of the field's type.
    least, most = cast("Any", constraints.least), cast("Any", constraints.most)
    # There is no literal of the least integer, below which there is none.
    if least is not None and least != MIN_BIGINT:
        yield f"{value} >= {parameter(least)}"
    if most is not None:
        yield f"{value} <= {parameter(most)}"


def _decimal_bounds(value: str, wanted: FieldType, constraints: Constraints) -> Iterator[str]:
    """Bounds in the digits of the type: those that the contract writes may be more than 38."""
    if constraints.least is None and constraints.most is None:
        return
    steps = decimal_steps(constraints, wanted)
    if steps is None:
        yield "false"
        return
    for sign, bound in zip((">=", "<="), steps, strict=True):
        sign_and_digits = Decimal(bound).as_tuple()[:2]
        exact = Decimal((*sign_and_digits, -(wanted.scale or 0)))
        yield f"{value} {sign} DECIMAL '{exact:f}'"


def _literal(value: str | int) -> str:
    return text(value) if isinstance(value, str) else f"BIGINT '{value}'"
