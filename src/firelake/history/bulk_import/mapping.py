"""How a user's columns are called, as a small TOML file says it: `parse_mapping` has its keys."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from firelake.history.bulk_import.errors import ImportPlanError
from firelake.transform.rules import is_event_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIME_FORMATS: Final = ("s", "ms", "us", "ns", "iso8601", "iso8601_utc")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_TEXTS: Final = ("id", "name", "fixed_name")
_TABLES: Final = ("names", "columns", "created_at")
_KEYS: Final = (*_TEXTS, *_TABLES, "leave_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """What does not go by the names of the columns; all of it may be absent.

    Attributes:
        id: The column of the id.
        name: The column of the event's name.
        fixed_name: The name of all events, where no column has it.
        names: Names of events by what stands in the column.
        time: The column of the creation time.
        time_format: One of `TIME_FORMATS`; empty for what follows from the column's type.
        columns: Fields of the contract by columns.
        leave_out: Columns that are not imported at all.
    """

    id: str = ""
    name: str = ""
    fixed_name: str = ""
    names: Mapping[str, str] = field(default_factory=lambda: _NONE)
    time: str = ""
    time_format: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: _NONE)
    leave_out: frozenset[str] = frozenset()


BY_NAME: Final = ColumnMapping()


def parse_mapping(document: str, source: str) -> ColumnMapping:
    """Read a mapping.

    Args:
        document: TOML with any of `id`, `name` or `fixed_name`, `names`, `created_at` (`column`,
            `format`), `columns` (fields by columns) and `leave_out`.
        source: Name of the file, for error texts.

    Raises:
        ImportPlanError: It is none; the text lists everything that is wrong.
    """
    try:
        table: dict[str, object] = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        message = f"{source} is no TOML: {error}"
        raise ImportPlanError(message) from error
    problems = list(_problems(table))
    if problems:
        raise ImportPlanError("\n".join(f"{source}: {problem}" for problem in problems))
    time = _table(table, "created_at")
    return ColumnMapping(
        id=cast("str", table.get("id", "")).lower(),
        name=cast("str", table.get("name", "")).lower(),
        fixed_name=cast("str", table.get("fixed_name", "")),
        names=_table(table, "names"),
        time=time.get("column", "").lower(),
        time_format=time.get("format", ""),
        columns={name.lower(): each for name, each in _table(table, "columns").items()},
        leave_out=frozenset(each.lower() for each in cast("list[str]", table.get("leave_out", []))),
    )


def _problems(table: Mapping[str, object]) -> Iterator[str]:
    wrong = list(_of_wrong_type(table))
    if wrong:
        yield from wrong
        return
    if "name" in table and "fixed_name" in table:
        yield "give either name or fixed_name"
    for name in (*_table(table, "names").values(), table.get("fixed_name", "x")):
        if not is_event_name(str(name)):
            yield f"{name!r} is no name of an event: lower-case parts joined by colons are"
    time = _table(table, "created_at")
    if time and (set(time) - {"column", "format"} or "column" not in time):
        yield 'created_at must be { column = "COLUMN", format = "FORMAT" }, the format optional'
    if time.get("format", "s") not in TIME_FORMATS:
        yield f"{time['format']!r} is no format of a time: known are {', '.join(TIME_FORMATS)}"


def _of_wrong_type(table: Mapping[str, object]) -> Iterator[str]:
    for key in table:
        if key not in _KEYS:
            yield f"{key} is no key of a mapping: known are {', '.join(_KEYS)}"
    for key in _TEXTS:
        if not _is_text(table.get(key, "x")):
            yield f"{key} must be a text"
    for key in _TABLES:
        value = table.get(key, {})
        if not isinstance(value, dict) or not all(map(_is_text, _table(table, key).values())):
            yield f"{key} must be a table of texts"
    listed = table.get("leave_out", [])
    if not isinstance(listed, list) or not all(map(_is_text, cast("list[object]", listed))):
        yield "leave_out must be a list of columns"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _table(table: Mapping[str, object], key: str) -> dict[str, str]:
    return cast("dict[str, str]", table.get(key, {}))
