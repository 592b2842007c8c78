"""One value of the configuration, checked against its setting."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, cast

from firelake.infra.config_setting import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.config_setting import Setting

_NUMBER_TEXT: Final = re.compile(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?")
_TRUTHS: Final = {"true": True, "false": False}
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DATE: Final = date(1970, 1, 1)
_MAX_TAGS: Final = 40
_TAG_NAME: Final = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)
_TAG_TEXT: Final = re.compile(r"[\w .:/=+@-]{0,256}")


class RefusedValue(ValueError):  # noqa: N818 - a signal inside infra, which becomes a ConfigProblem
    """Raised when a value is not what its setting wants."""


def read_value(setting: Setting, value: object) -> object:
    """Check a value and give it its type: an enum's member, a date, a number.

    Args:
        setting: What the value must be.
        value: A value as JSON or YAML give it.

    Raises:
        RefusedValue: It is not what the setting wants.
    """
    read = _READERS[setting.kind](setting, value)
    if read is None:
        raise RefusedValue
    return read


def _unquoted(value: object) -> object:
    """Return the number or the truth that a text spells: `pulumi config set --path` keeps some so.

    Only what has one reading: no exponent, no sign but `-`, no leading zero.
    """
    if not isinstance(value, str):
        return value
    if _NUMBER_TEXT.fullmatch(value):
        return float(value) if "." in value else int(value)
    return _TRUTHS.get(value, value)


def _read_whole(setting: Setting, value: object) -> int | None:
    value = _unquoted(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if setting.lowest <= value <= setting.highest else None


def _read_number(setting: Setting, value: object) -> float | None:
    value = _unquoted(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return float(value) if setting.lowest <= value <= setting.highest else None


def _read_truth(_: Setting, value: object) -> bool | None:
    value = _unquoted(value)
    return value if isinstance(value, bool) else None


def _read_text(setting: Setting, value: object) -> str | None:
    if not isinstance(value, str) or re.fullmatch(setting.pattern, value) is None:
        return None
    return value


def _read_date(_: Setting, value: object) -> date | None:
    # A reader of YAML makes a date of an unquoted one.
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, date) or isinstance(value, datetime) or value < _FIRST_DATE:
        return None
    return value


def _read_choice(setting: Setting, value: object) -> str | int | None:
    if isinstance(value, bool):  # equal to whole numbers, yet written otherwise
        return None
    # 3.13 spells a choice, quoted or not, as 30 does; 3.10 without quotes is 3.1, and refused.
    return next((choice for choice in setting.choices if str(choice) == str(value)), None)


def _read_tags(_: Setting, value: object) -> Mapping[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    tags = cast("Mapping[object, object]", value)
    if len(tags) > _MAX_TAGS:
        return None
    read = dict[str, str]()
    for name, given in tags.items():
        # Pulumi keeps whole numbers and truths as such; what a fraction was written as is gone.
        text = json.dumps(given) if isinstance(given, bool | int) else given
        if not isinstance(name, str) or _TAG_NAME.fullmatch(name) is None:
            return None
        if not isinstance(text, str) or _TAG_TEXT.fullmatch(text) is None:
            return None
        read[name] = text
    return read


def _read_list(setting: Setting, value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    texts = [_read_text(setting, each) for each in cast("list[object]", value)]
    read = tuple(each for each in texts if each is not None)
    return read if len(read) == len(texts) == len(set(read)) else None


_READERS: Final[Mapping[Kind, Callable[[Setting, object], object]]] = {
    Kind.WHOLE: _read_whole,
    Kind.NUMBER: _read_number,
    Kind.TRUTH: _read_truth,
    Kind.TEXT: _read_text,
    Kind.DATE: _read_date,
    Kind.CHOICE: _read_choice,
    Kind.TAGS: _read_tags,
    Kind.LIST: _read_list,
}
