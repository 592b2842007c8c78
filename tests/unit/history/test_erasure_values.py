"""Which values an erasure takes, and by which field."""

from __future__ import annotations

import pytest

from firelake.catalog.erasures import DataSubject
from firelake.history.erase.values import checked_values, subject_of
from firelake.operations.errors import InputError

USER = DataSubject("user_id", "userId")
DEVICE = DataSubject("device", "device")


def test_a_field_is_named_as_in_the_events_or_as_its_column() -> None:
    assert subject_of("userId", [USER, DEVICE]) == USER
    assert subject_of("user_id", [USER, DEVICE]) == USER


def test_a_field_without_a_mark_is_refused_and_those_with_one_are_told() -> None:
    with pytest.raises(InputError) as raised:
        subject_of("email", [USER, DEVICE])
    assert str(raised.value) == (
        "--field 'email' does not say whom events are about: the contract marks userId, device"
    )


def test_a_lake_without_marks_says_how_to_set_one() -> None:
    with pytest.raises(InputError, match=r"mark the field .* by data_subject = true"):
        subject_of("userId", [])


@pytest.mark.parametrize(
    ("given", "type_", "expected"),
    [
        (["b\n", "a\r\n", "", "a"], "string", ["a", "b"]),
        ([" a "], "string", [" a "]),
        (["007", "+7", "-0"], "bigint", ["0", "7"]),
        (["-9223372036854775808"], "bigint", ["-9223372036854775808"]),
    ],
)
def test_values_are_taken_once_each_as_athena_writes_them(
    given: list[str], type_: str, expected: list[str]
) -> None:
    assert checked_values(given, type_) == expected


@pytest.mark.parametrize(
    ("given", "type_", "message"),
    [
        ([], "string", "there is no value to erase"),
        (["\n"], "string", "there is no value to erase"),
        (["1", "x"], "bigint", "value 2 is no whole number, and the field is a bigint: 'x'"),
        (["4_2"], "bigint", "value 1 is no whole number"),
        (["1.0"], "bigint", "value 1 is no whole number"),
        (["9223372036854775808"], "bigint", "value 1 does not fit a bigint"),
        (["a" * 4097], "string", "value 1 has 4,097 characters: no id is so long"),
    ],
)
def test_what_is_no_value_of_the_field_is_refused(
    given: list[str], type_: str, message: str
) -> None:
    with pytest.raises(InputError) as raised:
        checked_values(given, type_)
    assert str(raised.value).startswith(message)
