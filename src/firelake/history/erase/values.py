"""The values of an erasure, as an operator gives them, held to the type of the field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.contract.types import MAX_BIGINT, MIN_BIGINT
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.catalog.erasures import DataSubject

_WHOLE: Final = "bigint"
# Longer texts are no ids, and Python refuses to read longer numbers.
_MOST_CHARACTERS: Final = 4096
_DIGITS: Final = re.compile("[+-]?[0-9]{1,40}")


def subject_of(field: str, subjects: Sequence[DataSubject]) -> DataSubject:
    """Returns what a field is erased by.

    Args:
        field: Its name in the events, or its column's.
        subjects: What the deployed views hide by.

    Raises:
        InputError: It is not marked, or the marks are not deployed.
    """
    for each in subjects:
        if field in (each.field, each.column):
            return each
    if not subjects:
        message = (
            "nothing can be erased from this lake: mark the field that says whom an event is about"
            " by data_subject = true in the contract, and deploy"
        )
        raise InputError(message)
    marked = ", ".join(each.field for each in subjects)
    message = f"--field {field!r} does not say whom events are about: the contract marks {marked}"
    raise InputError(message)


def checked_values(values: Iterable[str], glue_type: str) -> list[str]:
    """Returns values as the register tells them, each once, sorted.

    Args:
        values: As they were given; a line break at the end is none of a value, and an empty line
            is no value.
        glue_type: The type of the column.

    Raises:
        InputError: One is no value of the type, or there is none.
    """
    found: set[str] = set()
    for number, given in enumerate(values, start=1):
        value = given.rstrip("\r\n")
        if value:
            found.add(_whole(value, number) if glue_type == _WHOLE else _text(value, number))
    if not found:
        message = "there is no value to erase: give one by --value, or a file of them by --values"
        raise InputError(message)
    return sorted(found)


def _text(value: str, number: int) -> str:
    if len(value) > _MOST_CHARACTERS:
        message = f"value {number} has {len(value):,} characters: no id is so long"
        raise InputError(message)
    return value


def _whole(value: str, number: int) -> str:
    """Returns the digits as Athena writes them: 007 is 7."""
    if _DIGITS.fullmatch(_text(value, number)) is None:
        message = f"value {number} is no whole number, and the field is a bigint: {value!r}"
        raise InputError(message)
    whole = int(value)
    if not MIN_BIGINT <= whole <= MAX_BIGINT:
        message = f"value {number} does not fit a bigint: {value!r}"
        raise InputError(message)
    return str(whole)
