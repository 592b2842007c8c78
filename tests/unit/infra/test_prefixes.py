"""Tests of what Firehose refuses in a prefix expression."""

from __future__ import annotations

import pytest

from firelake.contract.layout import (
    ERRORS_FIREHOSE_PREFIX,
    EVENTS_FIREHOSE_PREFIX,
    RAW_FIREHOSE_PREFIX,
)
from firelake.infra.prefixes import Prefix, PrefixUse, prefix_problems

DATA, BACKUP, ERRORS = PrefixUse.DATA, PrefixUse.BACKUP, PrefixUse.ERRORS
KEY = "!{partitionKeyFromLambda:dt}"
ERROR = "!{firehose:error-output-type}"


def problems(text: str, use: PrefixUse = BACKUP, dt: str = "2026-11-22") -> tuple[str, ...]:
    return prefix_problems(Prefix(text, use, {"event_type": "lesson", "dt": dt}))


@pytest.mark.parametrize(
    ("text", "use"),
    [
        (EVENTS_FIREHOSE_PREFIX, DATA),
        (RAW_FIREHOSE_PREFIX, BACKUP),
        (ERRORS_FIREHOSE_PREFIX, ERRORS),
        ("raw/", BACKUP),
        ("raw/!{firehose:random-string}/!{timestamp:yyyy/MM/dd/HH}/", BACKUP),
        ("raw/!{timestamp:yyyy'-to-'MM}/", BACKUP),
    ],
    ids=["events", "raw", "errors", "no expression", "random string", "quoted letters"],
)
def test_a_prefix_that_firehose_takes_passes(text: str, use: PrefixUse) -> None:
    assert problems(text, use) == ()


@pytest.mark.parametrize(
    ("text", "use", "expected"),
    [
        ("x/!{colour:red}/", BACKUP, "namespace 'colour' in !{colour:red} is an invalid keyword"),
        (
            "x/!{timestamp}/",
            BACKUP,
            "invalid expression usage: every !{ must open !{namespace:value}",
        ),
        (
            "x/!{timestamp:HH/",
            BACKUP,
            "invalid expression usage: every !{ must open !{namespace:value}",
        ),
        ("x/!{", BACKUP, "invalid expression usage: every !{ must open !{namespace:value}"),
        ("x/!{timestamp:}/", BACKUP, "!{timestamp:} has no date pattern"),
        ("x/!{timestamp:HH'h}/", BACKUP, "!{timestamp:HH'h} leaves a quote open"),
        (
            "x/!{timestamp:yyyy-MM-ddTHH}/",
            BACKUP,
            "invalid conversion character used in !{timestamp:yyyy-MM-ddTHH}: T",
        ),
        (
            "x/!{firehose:colour}/",
            BACKUP,
            "!{firehose:colour} is no value of the namespace firehose",
        ),
        (f"x/{ERROR}/", BACKUP, f"must not contain {ERROR}: only an ErrorOutputPrefix may"),
        (f"x/{KEY}/{ERROR}/", DATA, f"must not contain {ERROR}: only an ErrorOutputPrefix may"),
        (
            f"x/{KEY}/",
            BACKUP,
            f"{KEY} is a partition key: only the Prefix of partitioned data may hold one",
        ),
        (
            f"x/{ERROR}/{KEY}/",
            ERRORS,
            f"{KEY} is a partition key: only the Prefix of partitioned data may hold one",
        ),
        (
            f"x/{KEY}/!{{partitionKeyFromLambda:day}}/",
            DATA,
            (
                "!{partitionKeyFromLambda:day} is no key that the function answers with:"
                " these are event_type, dt"
            ),
        ),
        (
            f"x/{KEY}/!{{partitionKeyFromQuery:dt}}/",
            DATA,
            (
                "!{partitionKeyFromQuery:dt} needs a MetadataExtraction query:"
                " Firelake's keys come from its function"
            ),
        ),
        (
            "x/!{timestamp:yyyy}/",
            DATA,
            "must contain a partition key, as dynamic partitioning is enabled",
        ),
        (
            "x/!{timestamp:yyyy}/",
            ERRORS,
            "must contain at least one occurrence of !{firehose:error-output-type}",
        ),
        (
            "x/",
            ERRORS,
            "must contain at least one occurrence of !{firehose:error-output-type}",
        ),
    ],
    ids=[
        "unknown namespace",
        "no value",
        "not closed",
        "open at the end",
        "no pattern",
        "open quote",
        "T",
        "unknown value",
        "error type of raw",
        "error type of data",
        "key of raw",
        "key of errors",
        "unknown key",
        "query",
        "data without a key",
        "errors without a type",
        "errors without an expression",
    ],
)
def test_a_prefix_that_firehose_refuses_is_refused(
    text: str, use: PrefixUse, expected: str
) -> None:
    assert problems(text, use) == (expected,)


@pytest.mark.parametrize("letter", "CIJPRTUVbfijloprt")
def test_letters_that_firehose_refuses_are_refused_unless_quoted(letter: str) -> None:
    assert problems(f"x/!{{timestamp:yyyy{letter}}}/") == (
        f"invalid conversion character used in !{{timestamp:yyyy{letter}}}: {letter}",
    )
    assert problems(f"x/!{{timestamp:yyyy'{letter}'}}/") == ()


def test_a_prefix_has_at_most_1024_characters_and_512_when_evaluated() -> None:
    assert problems("x" * 512) == ()
    assert problems("x" * 513) == ("may be 513 characters evaluated: at most 512",)
    assert problems("x" * 1025) == (
        "has 1025 characters: at most 1024",
        "may be 1025 characters evaluated: at most 512",
    )
    many = "!{timestamp:HH}" * 68 + "xxxx"
    assert len(many) == 1024
    assert problems(many) == ()
    assert problems(many + "x") == ("has 1025 characters: at most 1024",)


@pytest.mark.parametrize(
    ("expression", "use", "length"),
    [
        ("!{timestamp:yyyy-MM-dd}", BACKUP, 10),
        ("!{timestamp:'year='yyyy}", BACKUP, 9),
        ("!{timestamp:MMMM}", BACKUP, 30),
        ("!{firehose:random-string}", BACKUP, 11),
        ("!{partitionKeyFromLambda:dt}", DATA, 10),
        ("!{partitionKeyFromLambda:event_type}", DATA, 6),
        ("!{firehose:error-output-type}", ERRORS, 26),
    ],
    ids=["date", "quoted", "a word", "random", "dt", "event type", "error type"],
)
def test_an_expression_counts_with_its_longest_value(
    expression: str, use: PrefixUse, length: int
) -> None:
    assert problems(expression + "x" * (512 - length), use) == ()
    assert problems(expression + "x" * (513 - length), use) == (
        "may be 513 characters evaluated: at most 512",
    )
