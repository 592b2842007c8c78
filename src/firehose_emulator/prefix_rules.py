"""What CreateDeliveryStream refuses in prefixes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast
from zoneinfo import available_timezones

from firehose_emulator.prefixes import (
    ERROR_OUTPUT_TYPE,
    FIREHOSE,
    FROM_LAMBDA,
    FROM_QUERY,
    RANDOM_STRING,
    RANDOM_STRING_LENGTH,
    TIMESTAMP,
    Expression,
    expressions,
    parse,
)
from firelake.formats.errors import DatePatternError
from firelake.formats.java_dates import format_date, letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMESPACES: Final = frozenset({FIREHOSE, TIMESTAMP, FROM_LAMBDA, FROM_QUERY})
_PARTITION_KEYS: Final = frozenset({FROM_LAMBDA, FROM_QUERY})
_REFUSED_LETTERS: Final = frozenset("CIJPRTUVbfijloprt")
_MAX_EVALUATED: Final = 512
_LONGEST_ERROR_TYPE: Final = "metadata-extraction-failed"
_A_MOMENT: Final = datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)  # of long names
_CONSTRAINT: Final = "prefix(es) do not satisfy the following constraint: "


def prefix_problems(s3: Mapping[str, object], *, is_partitioned: bool) -> Iterator[str]:
    """Give what is refused in the prefixes of a destination or a backup, in the service's order.

    Args:
        s3: The structure that holds `Prefix`, `ErrorOutputPrefix` and `CustomTimeZone`.
        is_partitioned: Whether dynamic partitioning is on.
    """
    prefix = cast("str", s3.get("Prefix") or "")
    error_prefix = cast("str", s3.get("ErrorOutputPrefix") or "")
    for each in (prefix, error_prefix):
        try:
            expressions(each)
        except DatePatternError:
            yield "Invalid expression usage"
    of_data, of_errors = expressions(prefix), expressions(error_prefix)
    for expression in (*of_data, *of_errors):
        yield from _expression_problems(expression)
    yield from _usage_problems(of_data, of_errors, error_prefix)
    is_keyed = any(each.namespace in _PARTITION_KEYS for each in of_data)
    if is_keyed and not is_partitioned:
        yield (
            "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic"
            " Partitioning is enabled."
        )
    if is_partitioned and not is_keyed:
        yield (
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is"
            " enabled"
        )
    for name, each in (("prefix", prefix), ("ErrorOutputPrefix", error_prefix)):
        if _evaluated_length(each) > _MAX_EVALUATED:
            yield f"Length of evaluated {name} cannot be greater than {_MAX_EVALUATED}"
    time_zone = cast("str", s3.get("CustomTimeZone") or "UTC")
    # The service has a list of its own, of older names; this is the nearest thing.
    if time_zone != "UTC" and ("/" not in time_zone or time_zone not in available_timezones()):
        yield (
            "Provided custom time zone is not supported. Custom time zones are limited to UTC and"
            " non-3-letter IANA time zones."
        )


def _expression_problems(expression: Expression) -> Iterator[str]:
    if expression.namespace not in _NAMESPACES:
        yield f"Namespace to the left of colon ({expression.namespace}) is an invalid keyword!"
    conversion = f"Invalid conversion character used in the value of the expression in {expression}"
    if expression.namespace == FIREHOSE:
        if expression.value not in {RANDOM_STRING, ERROR_OUTPUT_TYPE}:
            yield conversion
    elif expression.namespace == TIMESTAMP:
        try:
            is_refused = not expression.value or bool(letters(expression.value) & _REFUSED_LETTERS)
            format_date(expression.value, _A_MOMENT)
        except DatePatternError:
            is_refused = True
        if is_refused:
            yield conversion


def _usage_problems(
    of_data: list[Expression], of_errors: list[Expression], error_prefix: str
) -> Iterator[str]:
    error_type = Expression(FIREHOSE, ERROR_OUTPUT_TYPE)
    if of_data and not error_prefix:
        yield (
            f"{_CONSTRAINT}ErrorOutputPrefix cannot be null or empty when Prefix contains"
            " expressions"
        )
    if error_type in of_data:
        yield f"{_CONSTRAINT}Prefix must not contain any occurrence of {error_type}"
    if any(each.namespace in _PARTITION_KEYS for each in of_errors):
        yield (
            f"{_CONSTRAINT}Dynamic Partitioning Namespaces can't be part of an error prefix"
            " expression"
        )
    if of_errors and error_type not in of_errors:
        yield f"{_CONSTRAINT}ErrorOutputPrefix must contain at least one occurrence of {error_type}"


def _evaluated_length(prefix: str) -> int:
    """The length with the longest of what is known when the stream is created."""
    length = 0
    for part in parse(prefix):
        if isinstance(part, str):
            length += len(part)
        elif part.namespace == TIMESTAMP:
            length += len(format_date(part.value, _A_MOMENT))
        elif part.namespace == FIREHOSE:
            is_random = part.value == RANDOM_STRING
            length += RANDOM_STRING_LENGTH if is_random else len(_LONGEST_ERROR_TYPE)
    return length
