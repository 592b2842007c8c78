"""The object names that Firehose gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.errors import LayoutError
from firelake.contract.object_names import ObjectName, parse_object_name

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
STREAM_NAMES = st.from_regex(r"[a-zA-Z0-9_.-]{1,64}", fullmatch=True)
SECONDS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
EXTENSIONS = st.sampled_from(["", ".parquet", ".gz", ".snappy", ".tar.gz"])


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        pytest.param(
            f"firelake-dev-events-3-2024-02-29-23-59-01-{UUID}.parquet",
            ObjectName(
                "firelake-dev-events",
                3,
                datetime(2024, 2, 29, 23, 59, 1, tzinfo=UTC),
                f"{UUID}.parquet",
            ),
            id="parquet",
        ),
        pytest.param(
            f"s-12-2024-02-29-00-00-00-{UUID}",
            ObjectName("s", 12, datetime(2024, 2, 29, tzinfo=UTC), UUID),
            id="error-object-without-extension",
        ),
        pytest.param(
            f"lake-1-2-2024-02-29-00-00-00-{UUID}.gz",
            ObjectName("lake-1", 2, datetime(2024, 2, 29, tzinfo=UTC), f"{UUID}.gz"),
            id="stream-name-ending-in-a-number",
        ),
    ],
)
def test_a_name_is_taken_apart(file_name: str, expected: ObjectName) -> None:
    assert parse_object_name(file_name) == expected
    assert expected.file_name == file_name


@given(STREAM_NAMES, st.integers(1, 9_999_999), SECONDS, st.uuids(), EXTENSIONS)
def test_a_name_parses_back(
    stream_name: str, version: int, opened_at: datetime, uuid: object, extension: str
) -> None:
    name = ObjectName(stream_name, version, opened_at, f"{uuid}{extension}")
    assert parse_object_name(name.file_name) == name


@pytest.mark.parametrize(
    "file_name",
    [
        pytest.param("", id="empty"),
        pytest.param("part-00000.parquet", id="foreign"),
        pytest.param(f"s-0-2024-02-29-00-00-00-{UUID}", id="version-zero"),
        pytest.param(f"-1-2024-02-29-00-00-00-{UUID}", id="no-stream-name"),
        pytest.param(f"s-1-2024-02-29-00-00-{UUID}", id="no-seconds"),
        pytest.param(f"s-1-2024-02-29-00-00-00-{UUID[:-1]}", id="short-uuid"),
        pytest.param(f"s-1-2024-02-29-00-00-00-{UUID}parquet", id="no-dot"),
        pytest.param(f"a/s-1-2024-02-29-00-00-00-{UUID}", id="whole-key"),
    ],
)
def test_a_foreign_name_is_refused(file_name: str) -> None:
    with pytest.raises(LayoutError) as raised:
        parse_object_name(file_name)
    assert str(raised.value) == (
        f"{file_name!r} is no object name of Firehose:"
        " expected <stream name>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>"
    )


def test_a_name_of_a_time_that_never_was_is_refused() -> None:
    file_name = f"s-1-2023-02-29-00-00-00-{UUID}"
    with pytest.raises(LayoutError, match="is no object name of Firehose: its time is none"):
        parse_object_name(file_name)


def test_a_name_is_built_in_utc() -> None:
    opened_at = datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert ObjectName("s", 1, opened_at, UUID).file_name == f"s-1-2024-02-29-23-00-00-{UUID}"


def test_a_name_is_not_built_of_fractions_of_a_second() -> None:
    opened_at = datetime(2024, 2, 29, 0, 0, 0, 1, tzinfo=UTC)
    with pytest.raises(LayoutError, match="opened_at is in whole seconds"):
        _ = ObjectName("s", 1, opened_at, UUID).file_name


def test_a_name_is_not_built_of_a_moment_without_time_zone() -> None:
    opened_at = datetime(2024, 2, 29)  # noqa: DTZ001 - what is tested
    with pytest.raises(LayoutError, match="2024-02-29T00:00:00 has no time zone"):
        _ = ObjectName("s", 1, opened_at, UUID).file_name
