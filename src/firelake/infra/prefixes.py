"""What Firehose refuses in a prefix expression, found before it is asked.

Follows https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html; each rule is worded after
the message with which CreateDeliveryStream refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_CONFIGURED: Final = 1024
MAX_EVALUATED: Final = 512

_EXPRESSION: Final = re.compile(r"!\{([^:{}]*):([^{}]*)\}")
_FIREHOSE: Final = "firehose"
_TIMESTAMP: Final = "timestamp"
_FROM_LAMBDA: Final = "partitionKeyFromLambda"
_FROM_QUERY: Final = "partitionKeyFromQuery"
_RANDOM_STRING: Final = "random-string"
_RANDOM_STRING_LENGTH: Final = 11
_ERROR_TYPE: Final = "error-output-type"

_REFUSED_LETTERS: Final = frozenset("CIJPRTUVbfijloprt")
_PATTERN_PART: Final = re.compile(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']|'")
# A run of letters in a date pattern may stand for a word, such as the name of a month.
_LONGEST_WORD: Final = 30

# The longest of the error types that Firehose can give to this stream.
_LONGEST_ERROR_TYPE: Final = "metadata-extraction-failed"


@unique
class PrefixUse(StrEnum):
    """What a prefix is for, by the name of Firehose's parameter."""

    DATA = "Prefix"
    BACKUP = "S3BackupConfiguration.Prefix"
    ERRORS = "ErrorOutputPrefix"


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix of a delivery stream with dynamic partitioning by its function.

    Attributes:
        text: The prefix with its expressions.
        use: What it is for.
        partition_keys: The keys that the function answers with, each with its longest value.
    """

    text: str
    use: PrefixUse
    partition_keys: Mapping[str, str]


def prefix_problems(prefix: Prefix) -> tuple[str, ...]:
    """List what Firehose refuses in a prefix.

    Args:
        prefix: The prefix.

    Returns:
        Rules that it breaks, each with what breaks it; empty if none.
    """
    expressions = _EXPRESSION.findall(prefix.text)
    problems: list[str] = []
    if len(prefix.text) > MAX_CONFIGURED:
        problems.append(f"has {len(prefix.text)} characters: at most {MAX_CONFIGURED}")
    if "!{" in _EXPRESSION.sub("", prefix.text):
        problems.append("invalid expression usage: every !{ must open !{namespace:value}")
    for namespace, value in expressions:
        problems.extend(_expression_problems(prefix, namespace, value))
    problems.extend(_missing_expressions(prefix, expressions))
    evaluated = sum(_evaluated_length(prefix, *each) for each in expressions)
    evaluated += len(_EXPRESSION.sub("", prefix.text))
    if evaluated > MAX_EVALUATED:
        problems.append(f"may be {evaluated} characters evaluated: at most {MAX_EVALUATED}")
    return tuple(problems)


def _expression_problems(prefix: Prefix, namespace: str, value: str) -> Iterator[str]:
    text = f"!{{{namespace}:{value}}}"
    if namespace == _FROM_LAMBDA:
        yield from _key_problems(prefix, text, value)
    elif namespace == _FROM_QUERY:
        yield f"{text} needs a MetadataExtraction query: Firelake's keys come from its function"
    elif namespace == _TIMESTAMP:
        yield from _pattern_problems(text, value)
    elif namespace != _FIREHOSE:
        yield f"namespace {namespace!r} in {text} is an invalid keyword"
    elif value == _ERROR_TYPE:
        if prefix.use is not PrefixUse.ERRORS:
            yield f"must not contain {text}: only an ErrorOutputPrefix may"
    elif value != _RANDOM_STRING:
        yield f"{text} is no value of the namespace firehose"


def _key_problems(prefix: Prefix, text: str, value: str) -> Iterator[str]:
    if prefix.use is not PrefixUse.DATA:
        yield f"{text} is a partition key: only the Prefix of partitioned data may hold one"
    elif value not in prefix.partition_keys:
        known = ", ".join(prefix.partition_keys)
        yield f"{text} is no key that the function answers with: these are {known}"


def _pattern_problems(text: str, pattern: str) -> Iterator[str]:
    runs = [match[0] for match in _PATTERN_PART.finditer(pattern) if match[1]]
    refused = sorted({run[0] for run in runs} & _REFUSED_LETTERS)
    if not pattern:
        yield f"{text} has no date pattern"
    elif pattern.count("'") % 2:
        yield f"{text} leaves a quote open"
    elif refused:
        yield f"invalid conversion character used in {text}: {', '.join(refused)}"


def _missing_expressions(prefix: Prefix, expressions: list[tuple[str, str]]) -> list[str]:
    if prefix.use is PrefixUse.DATA and not any(name == _FROM_LAMBDA for name, _ in expressions):
        return ["must contain a partition key, as dynamic partitioning is enabled"]
    if prefix.use is PrefixUse.ERRORS and (_FIREHOSE, _ERROR_TYPE) not in expressions:
        return ["must contain at least one occurrence of !{firehose:error-output-type}"]
    return []


def _evaluated_length(prefix: Prefix, namespace: str, value: str) -> int:
    if namespace == _FROM_LAMBDA:
        return len(prefix.partition_keys.get(value, ""))
    if namespace == _FIREHOSE:
        return len(_LONGEST_ERROR_TYPE) if value == _ERROR_TYPE else _RANDOM_STRING_LENGTH
    return sum(
        _run_length(match[0]) if match[1] else len(match[0].strip("'"))
        for match in _PATTERN_PART.finditer(value)
    )


def _run_length(run: str) -> int:
    is_number = run[0] in "yudHhmsS" or len(run) < 3  # noqa: PLR2004 - Java writes words from three on
    return len(run) if is_number else _LONGEST_WORD
