"""Prefix expressions and object names: parsed, and evaluated for one object.

https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from firelake.formats.errors import DatePatternError
from firelake.formats.java_dates import format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

FIREHOSE: Final = "firehose"
TIMESTAMP: Final = "timestamp"
FROM_LAMBDA: Final = "partitionKeyFromLambda"
FROM_QUERY: Final = "partitionKeyFromQuery"
RANDOM_STRING: Final = "random-string"
ERROR_OUTPUT_TYPE: Final = "error-output-type"

RANDOM_STRING_LENGTH: Final = 11
# What Firehose puts after a prefix that has no expression of its own, without a slash between.
DEFAULT_SUFFIX: Final = "!{timestamp:yyyy/MM/dd/HH/}"

_EXPRESSION: Final = re.compile(r"!\{([^:{}]*):([^{}]*)\}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Expression:
    """`!{namespace:value}` of a prefix."""

    namespace: str
    value: str

    def __str__(self) -> str:
        """Give it as it is written."""
        return f"!{{{self.namespace}:{self.value}}}"


def parse(prefix: str) -> list[str | Expression]:
    """Take a prefix apart into plain texts and expressions.

    Raises:
        DatePatternError: A `!{` opens no expression.
    """
    parts: list[str | Expression] = []
    end = 0
    for match in _EXPRESSION.finditer(prefix):
        parts += [prefix[end : match.start()], Expression(match[1], match[2])]
        end = match.end()
    parts.append(prefix[end:])
    plain = [part for part in parts if isinstance(part, str)]
    if any("!{" in part for part in plain):
        message = f"the prefix {prefix!r} has a !{{ that opens no !{{namespace:value}}"
        raise DatePatternError(message)
    return [part for part in parts if part]


def expressions(prefix: str) -> list[Expression]:
    """Give the expressions of a prefix.

    Raises:
        DatePatternError: A `!{` opens no expression.
    """
    return [part for part in parse(prefix) if isinstance(part, Expression)]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a prefix is evaluated for.

    Attributes:
        arrival_ms: Arrival of the oldest record in the object, Unix time.
        error_type: Kind of error, for error prefixes.
        partition_keys: What the function answered, for prefixes of partitioned data.
    """

    arrival_ms: int
    error_type: str = ""
    partition_keys: Mapping[str, str] | None = None


class PrefixEvaluator:
    """Evaluates one prefix in one time zone."""

    def __init__(self, prefix: str, time_zone: str, random_string: Callable[[], str]) -> None:
        """Parse the prefix, and add what Firehose adds.

        Args:
            prefix: The prefix with its expressions.
            time_zone: Time zone of timestamps.
            random_string: Makes the value of `!{firehose:random-string}`.

        Raises:
            DatePatternError: A `!{` opens no expression.
        """
        self._parts = parse(prefix)
        if not expressions(prefix):
            self._parts += parse(DEFAULT_SUFFIX)
        self._zone = zone(time_zone)
        self._random_string = random_string
        namespaces = {part.namespace for part in self._parts if isinstance(part, Expression)}
        # Without a time or a random part, equal keys give equal texts.
        self._is_pure = namespaces <= {FROM_LAMBDA}
        self._texts: dict[tuple[tuple[str, str], ...], str] = {}

    def evaluate(self, moment: Moment) -> str:
        """Give the text of the prefix.

        Raises:
            DatePatternError: A partition key is missing or empty, or a date pattern is unknown.
        """
        if not self._is_pure:
            return "".join(self._text(part, moment) for part in self._parts)
        key = tuple((moment.partition_keys or {}).items())
        if (text := self._texts.get(key)) is None:
            text = "".join(self._text(part, moment) for part in self._parts)
            self._texts[key] = text
        return text

    def _text(self, part: str | Expression, moment: Moment) -> str:
        if isinstance(part, str):
            return part
        match part.namespace, part.value:
            case ("timestamp", pattern):
                return format_date(pattern, _local(moment.arrival_ms, self._zone))
            case ("firehose", "random-string"):
                return self._random_string()
            case ("firehose", "error-output-type"):
                return moment.error_type
            case ("partitionKeyFromLambda", key):
                value = (moment.partition_keys or {}).get(key)
                if value:
                    return value
                message = "partitionKeys values must not be null or empty"
                raise DatePatternError(message)
            case _:
                message = f"{part} cannot be evaluated here"
                raise DatePatternError(message)


def object_name(
    stream_name: str, version: int, arrival_ms: int, time_zone: str, unique: str
) -> str:
    """Give the last part of an object's key, without the extension.

    Args:
        stream_name: Name of the delivery stream.
        version: Version of its configuration.
        arrival_ms: Arrival of the oldest record in the object, Unix time.
        time_zone: Time zone of the moment in the name.
        unique: A UUID.
    """
    moment = format_date("yyyy-MM-dd-HH-mm-ss", _local(arrival_ms, zone(time_zone)))
    return f"{stream_name}-{version}-{moment}-{unique}"


def zone(time_zone: str) -> tzinfo:
    """Give a time zone by its name; UTC needs no database of zones."""
    return UTC if time_zone == "UTC" else ZoneInfo(time_zone)


def _local(moment_ms: int, time_zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(time_zone)
