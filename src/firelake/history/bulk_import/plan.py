"""What of a table goes where: decided by names, types and the mapping, before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_TYPE, EVENT_UUID
from firelake.history.bulk_import.checks import unstated
from firelake.history.bulk_import.errors import ImportPlanError
from firelake.history.bulk_import.json_values import json_problem
from firelake.history.bulk_import.source_types import NUMBERS, SourceKind, SourceType
from firelake.history.bulk_import.values import type_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firelake.contract.events import EventContract, Field
    from firelake.history.bulk_import.mapping import ColumnMapping
    from firelake.history.bulk_import.sql_names import TableName

# What each of the common columns is called where no mapping says it, the first that there is.
_IDS: Final = (EVENT_UUID, "id")
_NAMES: Final = (EVENT_NAME, "name", EVENT_TYPE)
_TIMES: Final = NUMBERS | {SourceKind.TIMESTAMP, SourceKind.ZONED, SourceKind.TEXT}
RANGED: Final = frozenset(
    {SourceKind.TEXT, SourceKind.INTEGER, SourceKind.DATE, SourceKind.TIMESTAMP}
)
"""What the order of texts, or of whole numbers, is the order of."""
_TEXT_FORMATS: Final = frozenset({"iso8601", "iso8601_utc"})


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of the user's table.

    Attributes:
        name: As Glue has it.
        glue_type: Its type as Glue spells it.
        type: The same, read; None where no import reads it.
        is_key: Whether the table is partitioned by it.
    """

    name: str
    glue_type: str
    type: SourceType | None
    is_key: bool = False

    @property
    def has_ranges(self) -> bool:
        """Whether a range of its values can be written, which makes Athena read less."""
        return self.type is not None and self.type.kind in RANGED


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column that becomes a field of the contract."""

    column: SourceColumn
    type: SourceType
    field: Field


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A column that becomes one of the common fields, or a member of `extras`."""

    column: SourceColumn
    type: SourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What goes where.

    Attributes:
        table: The user's table.
        columns: All of its columns.
        name: The column of the event's name; None where `fixed_name` is that of all events.
        names: Names of events by what stands in the column.
        time_format: As the mapping says; empty for what follows from the type.
        fields: What becomes a field.
        extras: What stays in `extras`.
        left_out: Names of columns that are not imported, as the mapping says.
        missing: Fields that events require, and of which there is no column.
        unstated: What of the contract SQL does not check, in words.
    """

    table: TableName
    columns: tuple[SourceColumn, ...]
    id: PlainColumn
    name: PlainColumn | None
    fixed_name: str
    names: Mapping[str, str]
    time: PlainColumn
    time_format: str
    fields: tuple[FieldColumn, ...]
    extras: tuple[PlainColumn, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    unstated: tuple[str, ...]

    @property
    def used(self) -> tuple[SourceColumn, ...]:
        """The columns that are read, in the table's order."""
        keys = self.keys
        return tuple(
            each for each in self.columns if each in keys or each.name not in self.left_out
        )

    @property
    def keys(self) -> tuple[SourceColumn, ...]:
        """The columns by whose ranges Athena reads less: partition keys, and the time.

        By the time it skips files and parts of files whose statistics tell that they have none.
        """
        return tuple(
            each
            for each in self.columns
            if each.has_ranges and (each.is_key or each == self.time.column)
        )


def plan_import(
    table: TableName,
    columns: Sequence[SourceColumn],
    contract: EventContract,
    mapping: ColumnMapping,
) -> ImportPlan:
    """Decide what of a table goes where.

    Raises:
        ImportPlanError: Something cannot go; the text has a line for each column.
    """
    return _Planner(columns, contract, mapping).plan(table)


@dataclass(slots=True)
class _Planner:
    """One decision.

    Attributes:
        problems: What cannot go.
    """

    columns: Sequence[SourceColumn]
    contract: EventContract
    mapping: ColumnMapping
    problems: list[str] = field(default_factory=list[str])

    def plan(self, table: TableName) -> ImportPlan:
        """Take each column once."""
        self._check_names()
        mapping = self.mapping
        id_column = self._common("id", mapping.id, _IDS, {SourceKind.TEXT, SourceKind.INTEGER})
        name = None
        if not mapping.fixed_name:
            name = self._common("name", mapping.name, _NAMES, {SourceKind.TEXT})
        time = self._common("created_at", mapping.time, (CREATED_AT,), _TIMES)
        if time is not None:
            self._check_format(time)
        common = {each.column.name for each in (id_column, name, time) if each is not None}
        fields, extras = self._others(common)
        if self.problems or id_column is None or time is None:
            raise ImportPlanError("\n".join(f"{table}: {each}" for each in self.problems))
        return ImportPlan(
            table=table,
            columns=tuple(self.columns),
            id=id_column,
            name=name,
            fixed_name=mapping.fixed_name,
            names=mapping.names,
            time=time,
            time_format=mapping.time_format,
            fields=tuple(fields),
            extras=tuple(extras),
            left_out=tuple(each.name for each in self.columns if each.name in mapping.leave_out),
            missing=tuple(self._missing({each.field.name for each in fields})),
            unstated=tuple(self._unstated(fields)),
        )

    def _check_names(self) -> None:
        mapping = self.mapping
        known = {each.name for each in self.columns}
        named = (mapping.id, mapping.name, mapping.time, *mapping.columns, *mapping.leave_out)
        for name in dict.fromkeys(named):
            if name and name not in known:
                self.problems.append(
                    f"it has no column {name!r}: it has {', '.join(sorted(known))}"
                )
        for name, wanted in mapping.columns.items():
            if wanted not in self.contract.fields:
                self.problems.append(f"column {name!r}: {wanted!r} is no field of the contract")
        for name in sorted(mapping.leave_out & {mapping.id, mapping.name, mapping.time}):
            self.problems.append(f"column {name!r} is left out by the mapping that needs it")

    def _common(
        self,
        key: str,
        given: str,
        usual: Sequence[str],
        kinds: set[SourceKind] | frozenset[SourceKind],
    ) -> PlainColumn | None:
        """The column of a common field; None where there is none, which is a problem."""
        by_name = {each.name: each for each in self.columns}
        found = [given] if given else self._usual(usual)
        if len(found) != 1:
            what = f"several may be: {', '.join(found)}" if found else "there is none"
            listed = ", ".join(usual)
            self.problems.append(
                f"which column is the {key} of an event? {what}; say it by {key} in --mapping, or"
                f" call it {listed}"
            )
            return None
        column = by_name.get(found[0])
        if column is None:
            return None
        if column.type is None or column.type.kind not in kinds:
            self.problems.append(
                f"column {column.name!r} is {column.glue_type}, and the {key} of an event must be"
                f" {' or '.join(sorted(kinds))}"
            )
            return None
        return PlainColumn(column, column.type)

    def _usual(self, names: Sequence[str]) -> list[str]:
        """The columns with a usual name: the contract's own before all others."""
        taken = {each.column for each in self.contract.fields.values()} | self.mapping.leave_out
        known = {each.name for each in self.columns} - taken
        found = [name for name in names if name in known]
        return found[:1] if names[0] in found else found

    def _check_format(self, time: PlainColumn) -> None:
        given, kind = self.mapping.time_format, time.type.kind
        if not given or kind is SourceKind.TEXT:
            return
        if kind not in NUMBERS or given in _TEXT_FORMATS:
            self.problems.append(
                f"column {time.column.name!r} is {time.column.glue_type}, which has no format"
                f" {given}: leave the format out"
            )

    def _others(self, common: set[str]) -> tuple[list[FieldColumn], list[PlainColumn]]:
        fields: list[FieldColumn] = []
        extras: list[PlainColumn] = []
        by_name = {name.lower(): each for name, each in self.contract.fields.items()}
        by_name |= self.contract.by_column
        taken: dict[str, str] = {}
        for column in self.columns:
            if column.name in common or column.name in self.mapping.leave_out:
                continue
            given = self.mapping.columns.get(column.name)
            wanted = self.contract.fields.get(given) if given else by_name.get(column.name)
            if wanted is None:
                source = self._known(column, "into extras", ", or name it in leave_out")
                if source is not None:
                    extras.append(PlainColumn(column, source))
            elif wanted.name in taken:
                self.problems.append(
                    f"columns {taken[wanted.name]!r} and {column.name!r} are both {wanted.name}:"
                    " leave one out, or map it to another field"
                )
            else:
                taken[wanted.name] = column.name
                source = self._known(column, f"as {wanted.name}", wanted=wanted)
                if source is not None:
                    fields.append(FieldColumn(column, source, wanted))
        return fields, extras

    def _known(
        self, column: SourceColumn, where: str, remedy: str = "", wanted: Field | None = None
    ) -> SourceType | None:
        """The type of a column; why it cannot go where it should is a problem."""
        if column.type is None:
            problem = "its type is not known here"
        else:
            problem = type_problem(column.type, wanted.type) if wanted else ""
            problem = problem or json_problem(column.type)
        if problem:
            self.problems.append(
                f"column {column.name!r} ({column.glue_type}) {where}: {problem}{remedy}"
            )
        return column.type

    def _missing(self, there: set[str]) -> Iterator[str]:
        required = {name for each in self.contract.events.values() for name in each.required}
        return (name for name in self.contract.fields if name in required - there)

    def _unstated(self, fields: Sequence[FieldColumn]) -> Iterator[str]:
        for each in fields:
            yield from unstated(each.field)
