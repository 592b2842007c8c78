"""Tests of prefixes and object names: facts 4."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from firehose_emulator.prefixes import Moment, PrefixEvaluator, expressions, object_name
from firelake.contract.object_names import parse_object_name
from firelake.formats.errors import DatePatternError
from firelake.formats.java_dates import format_date

_ARRIVAL_MS = 1_790_000_000_123  # 2026-09-21T14:13:20.123Z, a Monday


def evaluated(prefix: str, *, time_zone: str = "UTC", **keys: str) -> str:
    randoms = iter(["first-1234", "second-123"])
    evaluator = PrefixEvaluator(prefix, time_zone, lambda: next(randoms))
    return evaluator.evaluate(Moment(_ARRIVAL_MS, "processing-failed", keys))


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        pytest.param("raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
                     "raw/dt=2026-09-21/hour=14/", id="timestamps"),
        pytest.param("errors/type=!{firehose:error-output-type}/",
                     "errors/type=processing-failed/", id="the error type"),
        pytest.param("legacy", "legacy2026/09/21/14/", id="no expression: the hour is appended"),
        pytest.param("", "2026/09/21/14/", id="no prefix: the hour alone"),
        pytest.param("!{firehose:random-string}/!{firehose:random-string}/",
                     "first-1234/second-123/", id="random strings, another each time"),
        pytest.param("x/!{timestamp:'year='yyyy}/", "x/year=2026/", id="quoted letters"),
    ],
)  # fmt: skip
def test_a_prefix_is_evaluated(prefix: str, expected: str) -> None:
    assert evaluated(prefix) == expected


def test_partition_keys_are_used_verbatim() -> None:
    prefix = "events/t=!{partitionKeyFromLambda:t}/dt=!{partitionKeyFromLambda:dt}/"
    assert evaluated(prefix, t="a b/ü", dt="2026-09") == "events/t=a b/ü/dt=2026-09/"


@pytest.mark.parametrize("keys", [{}, {"t": ""}], ids=["missing", "empty"])
def test_a_partition_key_that_is_not_there_cannot_be_evaluated(keys: dict[str, str]) -> None:
    with pytest.raises(DatePatternError, match=r"^partitionKeys values must not be null or empty$"):
        evaluated("t=!{partitionKeyFromLambda:t}/", **keys)


def test_equal_keys_give_equal_prefixes_and_others_others() -> None:
    evaluator = PrefixEvaluator("t=!{partitionKeyFromLambda:t}/", "UTC", str)
    texts = [
        evaluator.evaluate(Moment(0, partition_keys={"t": key})) for key in ("a", "b", "a", "b")
    ]
    assert texts == ["t=a/", "t=b/", "t=a/", "t=b/"]


def test_timestamps_are_written_in_the_time_zone() -> None:
    assert evaluated("!{timestamp:yyyy-MM-dd HH}/", time_zone="Asia/Tokyo") == "2026-09-21 23/"


@pytest.mark.parametrize("prefix", ["!{timestamp}", "x!{"])
def test_a_marker_that_opens_no_expression_is_refused(prefix: str) -> None:
    with pytest.raises(DatePatternError, match="opens no"):
        expressions(prefix)


def test_an_object_is_named_after_stream_version_and_oldest_record() -> None:
    unique = "12345678-1234-4123-8123-123456789abc"
    name = object_name("lake-delivery", 3, _ARRIVAL_MS, "UTC", unique)
    assert name == f"lake-delivery-3-2026-09-21-14-13-20-{unique}"
    assert parse_object_name(f"{name}.parquet").file_name == f"{name}.parquet"


_MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89_012, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2026-03-04T05:06:07.089"),
        ("yy y uuuu", "26 2026 2026"),
        ("M MM MMM MMMM MMMMM", "3 03 Mar March M"),
        ("L LL", "3 03"),
        ("d dd D DDD", "4 04 63 063"),
        ("E EEE EEEE", "Wed Wed Wednesday"),
        ("H HH h hh K KK k kk a", "5 05 5 05 5 05 5 05 AM"),
        ("m s S SSSSSSSSS", "6 7 0 089012000"),
        ("''yyyy''", "'2026'"),
        ("'it''s' /_=", "it's /_="),
    ],
)
def test_dates_are_written_by_javas_patterns(pattern: str, expected: str) -> None:
    assert format_date(pattern, _MOMENT) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "24 0 12 AM"), (12, "12 0 12 PM"), (23, "23 11 11 PM")]
)
def test_clocks_of_twelve_and_of_twenty_four_hours_turn_over(hour: int, expected: str) -> None:
    moment = datetime(2026, 1, 1, hour, tzinfo=timezone(timedelta()))
    assert format_date("k K h a", moment) == expected


@pytest.mark.parametrize(
    ("pattern", "message"), [("yyyy'", "leaves a quote open"), ("G", "'G' is not written here")]
)
def test_other_patterns_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(DatePatternError, match=message):
        format_date(pattern, _MOMENT)
