"""The rows of a user's table as events, judged by the contract, in Athena's SQL.

The user's names stand in the innermost query alone; what is around it calls the columns c1, c2 and
so on, and their values as fields v1, v2. A row's `p` names what is wrong with it, as
`reason:field` with blanks between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLOCK_SKEW_DAYS, MAX_EVENT_NAME_LENGTH, SECONDS_PER_DAY
from firelake.contract.layout import Granularity
from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID, UNREGISTERED
from firelake.contract.printable import NOT_PRINTABLE
from firelake.contract.reasons import Reason
from firelake.history.bulk_import.checks import fits
from firelake.history.bulk_import.json_values import json_text
from firelake.history.bulk_import.moments import at_ms, epoch_ms, event_seconds
from firelake.history.bulk_import.source_types import SourceKind
from firelake.history.bulk_import.sql_names import array, quoted, text, texts
from firelake.history.bulk_import.values import converted, has_more
from firelake.transform.rules import MAX_EVENT_UUID_LENGTH
from firelake.transform.timestamps import MIN_EPOCH_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from firelake.contract.events import Event, EventContract
    from firelake.contract.members import MemberRules
    from firelake.history.bulk_import.plan import FieldColumn, ImportPlan

INVALID: Final = "invalid"
LATER: Final = "later"
VALID: Final = "valid"
ROWS: Final = "placed"
"""The name of the rows, of which `judged_rows` writes the definition."""

_NAME: Final = r"\A[a-z0-9_]+(?::[a-z0-9_]+)*\z"
# How much of `yyyy-MM-dd HH:mm:ss.SSS` is a dt; an hour has a dash for the blank.
_DT: Final = {Granularity.MONTH: 7, Granularity.DAY: 10, Granularity.HOUR: 13}


@dataclass(frozen=True, slots=True)
class JudgingMoment:
    """When an import judges.

    Attributes:
        now_s: Unix time.
        closed_before_s: Events that were created before it are closed.
    """

    now_s: float
    closed_before_s: float


def judged_rows(
    plan: ImportPlan,
    contract: EventContract,
    granularity: Granularity,
    moment: JudgingMoment,
    where: str = "",
) -> str:
    """Write the definitions of a WITH, of which the last is `ROWS`.

    Its columns are those of the identity, i, n and s, the timestamp t, the number of the event in
    the contract, e, the values of the fields and all columns as they are, the extras x, what is
    wrong, p, and event_type, dt and verdict.

    Args:
        where: A condition on the user's table, empty for all rows.
    """
    return _Rows(plan, contract, granularity, moment).definitions(where)


def column(plan: ImportPlan, name: str) -> str:
    """Return what a column of the user's is called in `ROWS`."""
    return f"c{1 + [each.name for each in plan.used].index(name)}"


def value(plan: ImportPlan, field: FieldColumn) -> str:
    """Return what the value of a field is called in `ROWS`."""
    return f"v{1 + plan.fields.index(field)}"


def declared(contract: EventContract, field: str) -> str:
    """Write whether the contract gives a row's event a field; never null."""
    return _is_of_events(contract, field, lambda event: event.fields)


@dataclass(frozen=True, slots=True)
class _Rows:
    _plan: ImportPlan
    _contract: EventContract
    _granularity: Granularity
    _moment: JudgingMoment

    def definitions(self, where: str) -> str:
        plan = self._plan
        own = ", ".join(column(plan, each.name) for each in plan.used)
        read = ", ".join(f"{quoted(each.name)} AS {column(plan, each.name)}" for each in plan.used)
        values = "".join(
            f",\n    {converted(self._column(each), each.type, each.field.type)}"
            f" AS {value(plan, each)}"
            for each in plan.fields
        )
        all_values = "".join(f", {value(plan, each)}" for each in plan.fields)
        condition = f" WHERE {where}" if where else ""
        return (
            f"taken AS (\n  SELECT {read}\n  FROM {plan.table.sql}{condition}\n),\n"  # noqa: S608 -- quoted
            f"named AS (\n  SELECT {own},\n    {self._id()} AS i,\n    {self._event_name()} AS n,\n"
            f"    {self._seconds()} AS s\n  FROM taken\n),\n"
            f"timed AS (\n  SELECT {own}, i, n, s,\n    {epoch_ms('s')} AS m,\n"
            f"    {self._number()} AS e\n  FROM named\n),\n"
            f"read AS (\n  SELECT {own}, i, n, s, m, e{values}\n  FROM timed\n),\n"
            f"judged AS (\n  SELECT {own}, i, n, s, e{all_values},\n    {at_ms('m')} AS t,\n"
            f"    {self._extras()} AS x,\n    {self._problems()} AS p\n  FROM read\n),\n"
            f"{ROWS} AS (\n  SELECT {own}, i, n, s, e{all_values}, t, x, p,\n"
            f"    {self._event_type()} AS event_type,\n    {self._dt()} AS dt,\n"
            f"    {self._verdict()} AS verdict\n  FROM judged\n)"
        )

    # --- the common fields ---

    def _id(self) -> str:
        own = column(self._plan, self._plan.id.column.name)
        return f"CAST({own} AS varchar)" if self._plan.id.type.kind is SourceKind.INTEGER else own

    def _event_name(self) -> str:
        plan = self._plan
        if plan.name is None:
            return text(plan.fixed_name)
        own = column(plan, plan.name.column.name)
        if not plan.names:
            return own
        return f"COALESCE({_looked_up(own, plan.names, map(text, plan.names.values()))}, {own})"

    def _seconds(self) -> str:
        plan = self._plan
        own = column(plan, plan.time.column.name)
        return event_seconds(own, plan.time.type, plan.time_format)

    def _number(self) -> str:
        names = self._contract.events
        return _looked_up("n", names, map(str, range(1, len(names) + 1)))

    def _event_type(self) -> str:
        first = "split_part(n, ':', 1)"
        known = texts(self._contract.event_types)
        return f"CASE WHEN {first} IN ({known}) THEN {first} ELSE {text(UNREGISTERED)} END"

    def _dt(self) -> str:
        start = f"substr(CAST(t AS varchar), 1, {_DT[self._granularity]})"
        return f"replace({start}, ' ', '-')"

    def _verdict(self) -> str:
        closed = f"s < {_double(self._moment.closed_before_s)}"
        return f"CASE WHEN p <> '' THEN '{INVALID}' WHEN {closed} THEN '{VALID}' ELSE '{LATER}' END"

    # --- the declared fields ---

    def _column(self, each: FieldColumn) -> str:
        return column(self._plan, each.column.name)

    def _extras(self) -> str:
        plan = self._plan
        members: list[str] = []
        for each in plan.extras:
            own = column(plan, each.column.name)
            members.append(_member(each.column.name, own, json_text(own, each.type)))
        for each in plan.fields:
            own = self._column(each)
            stays = f"NOT ({declared(self._contract, each.field.name)})"
            more = has_more(own, each.type, each.field.type)
            if more:
                stays = f"({stays} OR COALESCE({more}, false))"
            json_value = json_text(own, each.type)
            members.append(_member(each.field.name, own, json_value, f" AND {stays}"))
        if not members:
            return "CAST(NULL AS varchar)"
        return f"NULLIF('{{' || array_join({array(members)}, ',') || '}}', '{{}}')"

    def _problems(self) -> str:
        return f"array_join({array([*self._common_problems(), *self._field_problems()])}, ' ')"

    def _common_problems(self) -> Iterator[str]:
        latest_s = self._moment.now_s + CLOCK_SKEW_DAYS * SECONDS_PER_DAY
        is_id = (
            f"length(i) BETWEEN 1 AND {MAX_EVENT_UUID_LENGTH}"
            f" AND NOT regexp_like(i, {text(_not_printable())})"
        )
        is_name = f"length(n) <= {MAX_EVENT_NAME_LENGTH} AND regexp_like(n, {text(_NAME)})"
        yield _problem(f"NOT COALESCE({is_id}, false)", Reason.EVENT_UUID, EVENT_UUID)
        yield _problem(f"NOT COALESCE({is_name}, false)", Reason.EVENT_NAME, EVENT_NAME)
        yield _problem("s IS NULL", Reason.CREATED_AT, CREATED_AT)
        yield _problem(f"s < {_double(MIN_EPOCH_MS / 1000)}", Reason.TOO_LATE, CREATED_AT)
        yield _problem(f"s > {_double(latest_s)}", Reason.TOO_EARLY, CREATED_AT)

    def _field_problems(self) -> Iterator[str]:
        plan, contract = self._plan, self._contract
        there = {each.field.name: each for each in plan.fields}
        for name in contract.fields:
            required = _is_of_events(contract, name, lambda event: event.required)
            each = there.get(name)
            absent = "" if each is None else f" AND {self._column(each)} IS NULL"
            if required != "false":
                yield _problem(f"{required}{absent}", Reason.FIELD_MISSING, name)
            if each is not None:
                given = f"{declared(contract, name)} AND {self._column(each)} IS NOT NULL"
                is_fit = self._fits(each, each.field.members.if_there)
                yield _problem(f"{given} AND NOT {is_fit}", Reason.FIELD_TYPE, name)
                is_whole = self._fits(each, each.field.members)
                if is_whole != is_fit:
                    condition = f"{given} AND {is_fit} AND NOT {is_whole}"
                    yield _problem(condition, Reason.FIELD_MISSING, name)

    def _fits(self, each: FieldColumn, rules: MemberRules) -> str:
        field = each.field
        return fits(
            self._column(each),
            value(self._plan, each),
            each.type,
            field.type,
            constraints=field.constraints,
            rules=rules,
        )


def _is_of_events(
    contract: EventContract, field: str, fields: Callable[[Event], Iterable[str]]
) -> str:
    """Writes whether a row's event is one of those that have a field; never null."""
    numbers = [
        number
        for number, event in enumerate(contract.events.values(), start=1)
        if field in fields(event)
    ]
    if len(numbers) == len(contract.events):
        return "e IS NOT NULL"
    return f"COALESCE({_is_one_of(numbers)}, false)" if numbers else "false"


def _looked_up(key: str, keys: Iterable[str], values: Iterable[str]) -> str:
    return f"element_at(MAP({array([*map(text, keys)])}, {array([*values])}), {key})"


def _member(name: str, own: str, json_value: str, condition: str = "") -> str:
    key = text(f"{json.dumps(name, ensure_ascii=False)}:")
    return f"IF({own} IS NOT NULL{condition}, {key} || {json_value})"


def _problem(condition: str, reason: Reason, field: str) -> str:
    return f"IF({condition}, {text(f'{reason.value}:{field}')})"


def _is_one_of(numbers: list[int]) -> str:
    """Writes whether e is one of several numbers, which ascend: runs of them by their ends."""
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after > before + 1)]
    ends = [*(before for before, after in pairwise(numbers) if after > before + 1), numbers[-1]]
    single = [str(start) for start, end in zip(starts, ends, strict=True) if start == end]
    parts = [
        f"e BETWEEN {start} AND {end}"
        for start, end in zip(starts, ends, strict=True)
        if start != end
    ]
    if single:
        parts.append(f"e IN ({', '.join(single)})")
    return " OR ".join(parts)


def _double(number: float) -> str:
    written = repr(number)
    return written if "e" in written else f"{written}e0"


def _not_printable() -> str:
    listed = "".join(
        rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in NOT_PRINTABLE if low not in _SURROGATES
    )
    return f"[{listed}]"


# No text in UTF-8 has one.
_SURROGATES: Final = range(0xD800, 0xE000)
