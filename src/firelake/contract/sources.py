"""Where producers of other shapes write an event's id, name and time: `[sources.NAME]`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.facts import EVENT_NAME_FORM
from firelake.contract.paths import ROOT, steps_of
from firelake.contract.presets import PRESETS
from firelake.contract.time_patterns import time_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_FORMATS: Final = ("s", "ms", "us", "ns", "iso8601", "iso8601_utc", "clf")
# What the function adds to an event that it mapped, so that the event can be given back as it came.
SOURCE_MEMBER: Final = "$firelake_source"

_KEYS: Final = (
    *("preset", "when", "items", "id", "derived_id", "name", "fixed_name", "names", "created_at"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of producer writes the three common fields.

    Attributes:
        name: Its name in the contract.
        present: Paths that an event of it has.
        equal: Values by path that an event of it has.
        items: Paths of the arrays of its wrapper, each within the elements of the one before, of
            which the last holds the events; empty where an event comes by itself.
        id: Paths whose values together are the id.
        is_derived: Whether the id is a hash of these values, any of which may be absent.
        event_name: Paths whose values, made fit and joined by `:`, are the name; one that may be
            absent begins with `?`.
        fixed_name: The name of all its events; empty where they bring it.
        names: Names by what the producer writes, before any rule.
        time: Path of the creation time.
        time_format: One of `TIME_FORMATS`, or a form with directives of strptime.
    """

    name: str
    present: tuple[str, ...]
    equal: Mapping[str, object]
    items: tuple[str, ...]
    id: tuple[str, ...]
    is_derived: bool
    event_name: tuple[str, ...]
    fixed_name: str
    names: Mapping[str, str]
    time: str
    time_format: str

    @property
    def held(self) -> tuple[str, ...]:
        """The members whose values event_uuid and created_at are: a column would repeat them."""
        is_whole = len(self.id) == 1 and not self.is_derived
        return (*(self.id if is_whole else ()), self.time)


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
        for key in ("items", "id", "derived_id", "name")
        if key in table and _paths(table[key]) is None
    ]
    found += _path_problems(table)
    fixed = table.get("fixed_name", "fixed")
    if not isinstance(fixed, str) or EVENT_NAME_FORM.fullmatch(fixed) is None:
        found.append(("fixed_name", fixed, "must be parts of [a-z0-9_]+ joined by a colon"))
    found += _names_problems(table.get("names", {}))
    found += _time_problems(table.get("created_at"))
    return found


def _path_problems(table: Mapping[str, object]) -> list[tuple[str, object, str]]:
    """What is no path, where a list of texts is given."""
    when = table.get("when")
    spelled = {
        **{key: _paths(table.get(key)) for key in ("items", "id", "derived_id", "name")},
        "when": tuple(cast("dict[str, object]", when)) if _is_table(when) else _paths(when),
    }
    found: list[tuple[str, object, str]] = [
        (key, path, "must be a path such as a.b, a[0].b or a[key=b].c")
        for key, paths in spelled.items()
        for path in paths or ()
        if steps_of(path.removeprefix("?")) is None
    ]
    return found + [
        ("items", path, "must be the path of an array by names alone, such as data.events")
        for path in spelled["items"] or ()
        if path.startswith(ROOT) or not all(isinstance(each, str) for each in steps_of(path) or ())
    ]


def _names_problems(value: object) -> list[tuple[str, object, str]]:
    if not isinstance(value, dict):
        return [("names", value, "must be a table of event names by what the producer writes")]
    taken: set[str] = set()
    found: list[tuple[str, object, str]] = []
    for raw, name in cast("dict[str, object]", value).items():
        if not isinstance(name, str) or EVENT_NAME_FORM.fullmatch(name) is None:
            found.append(("names", name, f"{raw!r} must become parts of [a-z0-9_]+ with colons"))
        elif name in taken:
            found.append(("names", name, "two names become this one: give each its own"))
        else:
            taken.add(name)
    return found


def _time_problems(value: object) -> list[tuple[str, object, str]]:
    rule = (
        f'must be {{ field = "PATH", format = "..." }}, the format {", ".join(TIME_FORMATS)} or a'
        " form such as %d/%b/%Y:%H:%M:%S %z, which has year, month, day and hour"
    )
    if not isinstance(value, dict):
        return [("created_at", value, rule)]
    time = cast("dict[str, object]", value)
    field = time.get("field")
    if set(time) != {"field", "format"} or not isinstance(field, str) or steps_of(field) is None:
        return [("created_at", value, rule)]
    form = time["format"]
    if form not in TIME_FORMATS and not (isinstance(form, str) and _is_form(form)):
        return [("created_at", time["format"], rule)]
    return []


def _is_form(text: str) -> bool:
    return "%" in text and time_pattern(text) is not None


def build_source(name: str, value: Mapping[str, object]) -> Source:
    """Builds a source of a table in which `source_problems` finds nothing."""
    table = _with_preset(value)
    when = table["when"]
    time = cast("dict[str, str]", table["created_at"])
    return Source(
        name=name,
        present=() if isinstance(when, dict) else _paths(when) or (),
        equal=cast("dict[str, object]", when) if isinstance(when, dict) else {},
        items=_paths(table.get("items")) or (),
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
    for either in (("id", "derived_id"), ("name", "fixed_name")):
        if not given.keys().isdisjoint(either):
            for key in either:
                base.pop(key, None)
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
