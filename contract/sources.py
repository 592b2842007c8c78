"""Where producers of other shapes write an event's id, name and time: `[sources.NAME]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_FORMATS: Final = ("s", "ms", "us", "ns", "iso8601", "iso8601_utc", "clf")
# What the function adds to an event that it mapped, so that the event can be given back as it came.
SOURCE_MEMBER: Final = "$firelake_source"

_KEYS: Final = ("preset", "when", "id", "derived_id", "name", "fixed_name", "names", "created_at")
_NAME: Final = re.compile(r"[a-z0-9_]+(?::[a-z0-9_]+)*")

# Each takes the time that all copies of an event share.
PRESETS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "segment": {
            "when": ["messageId", "originalTimestamp", "type"],
            "id": "messageId",
            # A track call has a name; all other calls are named by their type alone.
            "name": ["type", "?event"],
            "created_at": {"field": "originalTimestamp", "format": "iso8601"},
        },
        "cloudevents": {
            "when": {"specversion": "1.0"},
            "id": ["source", "id"],
            "name": "type",
            "created_at": {"field": "time", "format": "iso8601"},
        },
        "eventbridge": {
            "when": ["detail-type", "detail", "source"],
            "id": "id",
            "name": ["source", "detail-type"],
            "created_at": {"field": "time", "format": "iso8601"},
        },
        # Rows of one hit differ in batch_event_index alone.
        "ga4": {
            "when": ["event_timestamp", "event_name", "event_params"],
            "derived_id": [
                "stream_id",
                "user_pseudo_id",
                "event_timestamp",
                "event_name",
                "event_bundle_sequence_id",
                "batch_page_id",
                "batch_ordering_id",
                "batch_event_index",
            ],
            "name": "event_name",
            "created_at": {"field": "event_timestamp", "format": "us"},
        },
        "amplitude": {
            "when": ["uuid", "event_type", "event_time"],
            "id": "uuid",
            "name": "event_type",
            "created_at": {"field": "event_time", "format": "iso8601_utc"},
        },
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of producer writes the three common fields.

    Attributes:
        name: Its name in the contract.
        present: Paths that an event of it has.
        equal: Values by path that an event of it has.
        id: Paths whose values together are the id.
        is_derived: Whether the id is a hash of these values, any of which may be absent.
        event_name: Paths whose values, made fit and joined by `:`, are the name; one that may be
            absent begins with `?`.
        fixed_name: The name of all its events; empty where they bring it.
        names: Names by what the producer writes, before any rule.
        time: Path of the creation time.
        time_format: One of `TIME_FORMATS`.
    """

    name: str
    present: tuple[str, ...]
    equal: Mapping[str, object]
    id: tuple[str, ...]
    is_derived: bool
    event_name: tuple[str, ...]
    fixed_name: str
    names: Mapping[str, str]
    time: str
    time_format: str


def source_problems(value: object) -> list[tuple[str, object, str]]:
    """Lists what is wrong with one `[sources.NAME]`: key (empty for the table), value and rule."""
    if not isinstance(value, dict):
        return [("", value, "must be a table with id, name and created_at, or a preset")]
    given = cast("dict[str, object]", value)
    found: list[tuple[str, object, str]] = [
        (key, given[key], f"unknown key: known are {', '.join(_KEYS)}")
        for key in given
        if key not in _KEYS
    ]
    preset = given.get("preset")
    if preset is not None and preset not in PRESETS:
        found.append(("preset", preset, f"must be one of {', '.join(PRESETS)}"))
        return found
    table = _with_preset(given)
    when: object = table.get("when")
    if not _is_table(when) and _paths(when) is None:
        found.append(
            ("when", when, "say by which fields its events are known: a list of them, or a table")
        )
    if sum(key in table for key in ("id", "derived_id")) != 1:
        found.append(("id", table.get("id"), "give either id or derived_id"))
    if sum(key in table for key in ("name", "fixed_name")) != 1:
        found.append(("name", table.get("name"), "give either name or fixed_name"))
    found += [
        (key, table[key], "must be the path of a field, or a list of paths")
        for key in ("id", "derived_id", "name")
        if key in table and _paths(table[key]) is None
    ]
    fixed = table.get("fixed_name", "fixed")
    if not isinstance(fixed, str) or _NAME.fullmatch(fixed) is None:
        found.append(("fixed_name", fixed, "must be parts of [a-z0-9_]+ joined by a colon"))
    found += _names_problems(table.get("names", {}))
    found += _time_problems(table.get("created_at"))
    return found


def _names_problems(value: object) -> list[tuple[str, object, str]]:
    if not isinstance(value, dict):
        return [("names", value, "must be a table of event names by what the producer writes")]
    taken: set[str] = set()
    found: list[tuple[str, object, str]] = []
    for raw, name in cast("dict[str, object]", value).items():
        if not isinstance(name, str) or _NAME.fullmatch(name) is None:
            found.append(("names", name, f"{raw!r} must become parts of [a-z0-9_]+ with colons"))
        elif name in taken:
            found.append(("names", name, "two names become this one: give each its own"))
        else:
            taken.add(name)
    return found


def _time_problems(value: object) -> list[tuple[str, object, str]]:
    rule = f'must be {{ field = "PATH", format = "..." }}, the format {", ".join(TIME_FORMATS)}'
    if not isinstance(value, dict):
        return [("created_at", value, rule)]
    time = cast("dict[str, object]", value)
    if set(time) != {"field", "format"} or not isinstance(time["field"], str) or not time["field"]:
        return [("created_at", value, rule)]
    if time["format"] not in TIME_FORMATS:
        return [("created_at", time["format"], rule)]
    return []


def build_source(name: str, value: Mapping[str, object]) -> Source:
    """Builds a source of a table in which `source_problems` finds nothing."""
    table = _with_preset(value)
    when = table["when"]
    time = cast("dict[str, str]", table["created_at"])
    return Source(
        name=name,
        present=() if isinstance(when, dict) else _paths(when) or (),
        equal=cast("dict[str, object]", when) if isinstance(when, dict) else {},
        id=_paths(table.get("id", table.get("derived_id"))) or (),
        is_derived="derived_id" in table,
        event_name=_paths(table.get("name")) or (),
        fixed_name=cast("str", table.get("fixed_name", "")),
        names=cast("dict[str, str]", table.get("names", {})),
        time=time["field"],
        time_format=time["format"],
    )


def _with_preset(given: Mapping[str, object]) -> dict[str, object]:
    """The preset's keys under those that are given."""
    preset = given.get("preset")
    base = dict(PRESETS.get(preset, {})) if isinstance(preset, str) else {}
    for one, other in (("id", "derived_id"), ("name", "fixed_name")):
        if one in given or other in given:
            base.pop(one, None)
    return base | {key: each for key, each in given.items() if key != "preset"}


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and bool(cast("dict[str, object]", value))


def _paths(value: object) -> tuple[str, ...] | None:
    """One path or several; None where it is something else."""
    paths = [value] if isinstance(value, str) else value
    if not isinstance(paths, list) or not paths:
        return None
    texts = [each for each in cast("list[object]", paths) if isinstance(each, str) and each]
    return tuple(texts) if len(texts) == len(cast("list[object]", paths)) else None
