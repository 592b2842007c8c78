"""Locations: names that AWS refuses never come as far as SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from firelake.catalog.errors import LocationError
from firelake.catalog.location import LakeLocation
from firelake.contract.layout import Granularity

START = date(2026, 11, 1)


def test_a_uri_names_the_bucket_and_the_prefix() -> None:
    location = LakeLocation("a-bucket", "a_lake", START, Granularity.DAY)
    assert location.uri("events/") == "s3://a-bucket/events/"


@pytest.mark.parametrize("bucket", ["abc", "a.b-1", "1" * 63], ids=["short", "dots", "long"])
def test_a_name_that_s3_takes_is_taken(bucket: str) -> None:
    assert LakeLocation(bucket, "a_lake", START, Granularity.DAY).bucket == bucket


@pytest.mark.parametrize(
    "bucket",
    ["", "ab", "a" * 64, "-ab", "ab-", "Abc", "a/b", "a_b", "abc\n"],
    ids=["empty", "short", "long", "dash-first", "dash-last", "case", "slash", "line", "newline"],
)
def test_a_name_that_s3_refuses_is_refused(bucket: str) -> None:
    with pytest.raises(LocationError) as caught:
        LakeLocation(bucket, "a_lake", START, Granularity.DAY)
    assert str(caught.value) == (
        f"bucket {bucket!r} is no name that AWS takes:"
        " use 3 to 63 lower-case letters, digits, . and -"
    )


@pytest.mark.parametrize("database", ["a", "1_a", "a" * 255], ids=["short", "digit", "long"])
def test_a_database_that_athena_takes_is_taken(database: str) -> None:
    assert LakeLocation("a-bucket", database, START, Granularity.DAY).database == database


@pytest.mark.parametrize(
    "database",
    ["", "a" * 256, "a-b", "A", 'a"b', "a;b", "a\n"],
    ids=["empty", "long", "dash", "case", "quote", "semicolon", "newline"],
)
def test_a_database_that_athena_wants_quoted_is_refused(database: str) -> None:
    with pytest.raises(LocationError) as caught:
        LakeLocation("a-bucket", database, START, Granularity.DAY)
    assert str(caught.value) == (
        f"database {database!r} is no name that AWS takes:"
        " use 1 to 255 lower-case letters, digits and _"
    )


def test_a_moment_is_no_first_day() -> None:
    moment = datetime(2026, 11, 1, 5, tzinfo=UTC)
    with pytest.raises(LocationError, match="is a moment: give a date, which is in UTC"):
        LakeLocation("a-bucket", "a_lake", moment, Granularity.DAY)
