"""Sample events in the shapes of a contract's sources, as their producers would write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from msgspec import Raw

from firelake.contract.names import COMMON_FIELDS, CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.paths import ROOT, steps_of
from firelake.contract.time_patterns import CLF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.sources import Source

_EXPONENTS: Final = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_ANYTHING: Final = "sample"


def shaped(members: Mapping[str, str], source: Source) -> dict[str, str] | None:
    """Write an event as a producer of a source does.

    Args:
        members: A plain event, names and JSON texts.
        source: Where its producers write id, name and time.

    Returns:
        Names and JSON texts; None where a path leads into an array, or has a name that JSON would
        escape, which no sample has.
    """
    common = {name: json.loads(members[name], parse_float=Decimal) for name in COMMON_FIELDS}
    event: dict[str, Any] = {
        name: Raw(text.encode()) for name, text in members.items() if name not in COMMON_FIELDS
    }
    wrapper = event if not source.items else {}
    known = {**dict.fromkeys(source.present, _ANYTHING), **source.equal}
    values = {
        **_ids(source, common[EVENT_UUID]),
        **({} if source.fixed_name else _names(source, common[EVENT_NAME])),
        source.time: _time(source.time_format, common[CREATED_AT]),
    }
    if not all(_put(wrapper, path, value, only_new=True) for path, value in known.items()):
        return None
    for path, value in values.items():
        home = wrapper if path.startswith(ROOT) else event
        if not _put(home, path.removeprefix(ROOT), value):
            return None
    inner = event
    for path in reversed(source.items[1:]):
        outer: dict[str, Any] = {}
        if not _put(outer, path, [inner]):
            return None
        inner = outer
    if source.items and not _put(wrapper, source.items[0], [inner]):
        return None
    return {name: msgspec.json.encode(value).decode() for name, value in wrapper.items()}


def _names(source: Source, name: str) -> dict[str, str]:
    raw = next((raw for raw, given in source.names.items() if given == name), name)
    *first, last = source.event_name
    values: dict[str, str] = {}
    for path in first:
        values[path.removeprefix("?")], colon, raw = raw.partition(":")
        if not colon:
            return values
    return {**values, last.removeprefix("?"): raw}


def _ids(source: Source, event_uuid: str) -> dict[str, str]:
    """The id in the last of its paths, or in one of those of which it is derived."""
    paths = [path.removeprefix("?") for path in source.id]
    if source.is_derived:
        others = {source.time, *(path.removeprefix("?") for path in source.event_name)}
        free = (path for path in paths if _names_of(path) and path not in others)
        return dict.fromkeys(islice(free, 1), event_uuid)
    return {**dict.fromkeys(paths[:-1], _ANYTHING), paths[-1]: event_uuid}


def _time(time_format: str, created_at_s: Decimal) -> object:
    if time_format in _EXPONENTS:
        return int(created_at_s.scaleb(_EXPONENTS[time_format]))
    moment = datetime.fromtimestamp(float(created_at_s), UTC)
    form = CLF if time_format == "clf" else time_format
    if "%" in form:
        return moment.strftime(form)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _put(home: dict[str, Any], path: str, value: object, *, only_new: bool = False) -> bool:
    """Put a value at a path of names; returns whether it is one."""
    names = _names_of(path)
    if not names:
        return False
    for name in names[:-1]:
        if not isinstance(home.get(name), dict):
            home[name] = {}
        home = cast("dict[str, Any]", home[name])
    if only_new:
        home.setdefault(names[-1], value)
    else:
        home[names[-1]] = value
    return True


def _names_of(path: str) -> list[str]:
    """The names of a path; none where it has other steps, or characters that JSON escapes."""
    steps = steps_of(path) or ()
    names = [each for each in steps if isinstance(each, str)]
    is_plain = json.dumps(path, ensure_ascii=False) == f'"{path}"'
    return names if is_plain and len(names) == len(steps) else []
