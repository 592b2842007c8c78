"""Deployments of one stack: the function, the table, and the version of it that Firehose goes by.

A world of its own, as nothing here depends on claims: contracts of three versions, each with one
field more, are deployed in any order, rollbacks included, and a deployment may die between table
and function. Firehose picks up a new table whenever it likes within `PICK_UP`. What the function is
told is the shipped code, `firelake.catalog.deployed_table`. A value is lost if it is in no column
that Firehose's table has, and not in `extras`.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from firelake.catalog.columns import events_columns
from firelake.catalog.deployed_table import PICK_UP, DeployedTable, inherit
from firelake.contract.events import parse_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from firelake.contract.events import EventContract

VERSIONS: Final = 3
# The longest pick-up is two ticks; one that is longer is what the design excludes.
TICK: Final = PICK_UP / 2
_START: Final = datetime(2026, 11, 22, tzinfo=UTC)


class Table(NamedTuple):
    """A version of the table.

    Attributes:
        columns: The declared fields for which it has one.
        parameters: Its parameters, sorted.
    """

    columns: frozenset[str]
    parameters: tuple[tuple[str, str], ...] = ()


class Lake(NamedTuple):
    """What is deployed.

    Attributes:
        now: The clock, in ticks.
        table: The newest table.
        in_use: The tables that Firehose may go by besides, each with the tick of the next one.
        function: Version of the function's contract.
        oldest: The oldest version that the function is told.
        pending: What a deployment that is under way will make the function, and tell it.
        deployments: How many have begun.
    """

    now: int
    table: Table
    in_use: tuple[tuple[Table, int], ...]
    function: int
    oldest: int
    pending: tuple[int, int] | None
    deployments: int


class Told(NamedTuple):
    """What a deployment makes of the table that is there.

    Attributes:
        table: The next table.
        oldest: The oldest version of the contract whose table may be in use.
    """

    table: Table
    oldest: int


Rule: TypeAlias = "Callable[[EventContract, DeployedTable, datetime], Told]"


def as_shipped(contract: EventContract, table: DeployedTable, now: datetime) -> Told:
    """What a deployment does."""
    inherited = inherit(contract, table, now)
    columns = {*contract.fields, *(column.name for column in inherited.columns)}
    return Told(
        Table(frozenset(columns), tuple(sorted(inherited.parameters.items()))),
        inherited.oldest_version(contract),
    )


def newest_version_only(contract: EventContract, table: DeployedTable, now: datetime) -> Told:
    """The fields of the newest version alone stay in `extras`, whatever was deployed before."""
    rightly = as_shipped(contract, table, now)
    return rightly._replace(oldest=max(contract.version - 1, 1))


def last_table_only(contract: EventContract, table: DeployedTable, now: datetime) -> Told:
    """What the table that is there lacks stays in `extras`, and nothing is remembered."""
    told = as_shipped(contract, DeployedTable(table.columns, {}), now)
    return told._replace(table=Table(told.table.columns))


def columns_of_today(contract: EventContract, table: DeployedTable, now: datetime) -> Told:
    """A rollback takes columns away."""
    told = as_shipped(contract, table, now)
    return told._replace(table=told.table._replace(columns=frozenset(contract.fields)))


@cache
def contract_of(version: int) -> EventContract:
    """A contract with one field a version."""
    fields = [f"f{since}" for since in range(1, version + 1)]
    lines = [f"version = {version}", "[fields]"]
    lines += [
        f'{name} = {{ type = "string", since = {since}, description = "A field." }}'
        for since, name in enumerate(fields, 1)
    ]
    lines += ['[events."a:b"]', 'description = "An event."', f"optional = {fields}"]
    return parse_contract("\n".join(lines))


def glue_columns(fields: Iterable[str]) -> dict[str, str]:
    """The columns of a table with those of some fields, by Glue's types."""
    common = {each.name: each.glue_type for each in events_columns(contract_of(1))}
    return {**common, **dict.fromkeys(fields, "string")}


def lost_fields(lake: Lake) -> set[str]:
    """The fields of which a value would be lost now, on some table that may be in use."""
    only_in_columns = {f"f{since}" for since in range(1, min(lake.function, lake.oldest) + 1)}
    tables = [lake.table, *(table for table, _ in lake.in_use)]
    return {name for name in only_in_columns for each in tables if name not in each.columns}


def steps(lake: Lake, rule: Rule, last_tick: int, deployments: int) -> Iterator[tuple[str, Lake]]:
    """Everything that may happen next."""
    if lake.now < last_tick:
        now = lake.now + 1
        kept = tuple((table, end) for table, end in lake.in_use if (now - end) * TICK < PICK_UP)
        yield "tick", lake._replace(now=now, in_use=kept)
    if lake.pending is not None:
        function, oldest = lake.pending
        told = f"function {function}"
        yield told, lake._replace(function=function, oldest=oldest, pending=None)
    if lake.deployments < deployments:
        there = DeployedTable(glue_columns(lake.table.columns), dict(lake.table.parameters))
        moment = _START + lake.now * TICK
        for version in range(1, VERSIONS + 1):
            table, oldest = rule(contract_of(version), there, moment)
            in_use = lake.in_use
            if table.columns != lake.table.columns:
                in_use = (*in_use, (lake.table, lake.now))
            yield (
                f"table {version}",
                lake._replace(
                    table=table,
                    in_use=in_use,
                    pending=(version, oldest),
                    deployments=lake.deployments + 1,
                ),
            )


def explore(rule: Rule, *, last_tick: int, deployments: int) -> tuple[int, str]:
    """Visits every state, breadth first.

    Returns:
        How many states there are, and the shortest story in which a value is lost, or nothing.
    """
    start = [
        Lake(0, Table(frozenset(contract_of(version).fields)), (), version, version, None, 0)
        for version in range(1, VERSIONS + 1)
    ]
    stories = {lake: f"first {lake.function}" for lake in start}
    left = deque(start)
    while left:
        lake = left.popleft()
        lost = lost_fields(lake)
        if lost:
            return len(stories), f"{stories[lake]}: {', '.join(sorted(lost))} lost"
        for told, after in steps(lake, rule, last_tick, deployments):
            if after not in stories:
                stories[after] = f"{stories[lake]}, {told}"
                left.append(after)
    return len(stories), ""
