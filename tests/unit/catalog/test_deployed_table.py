"""What a deployment takes over from the table before: which columns are new, and types it had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.catalog.deployed_table import DeployedTable, Inheritance, inherit
from firelake.catalog.errors import DeployedTableError
from firelake.catalog.tables import events_table
from firelake.contract.events import EventContract, parse_contract
from tests.unit.catalog.samples import lake

T0 = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARAMETER = "firelake.new_columns"


def contract(version: int, event_types: str = "a", first_type: str = "string") -> EventContract:
    """Of one field a version: `f1` since the first one, `f2` since the second, and so on."""
    field = '{{ type = "{}", since = {}, description = "A field." }}'
    lines = [f"version = {version}", "[fields]"]
    lines += [
        f"f{since} = " + field.format(first_type if since == 1 else "string", since)
        for since in range(1, version + 1)
    ]
    fields = [f"f{since}" for since in range(1, version + 1)]
    for event_type in event_types:
        lines += [f'[events."{event_type}:b"]', 'description = "E."', f"optional = {fields}"]
    return parse_contract("\n".join(lines))


def deploy(
    new: EventContract, before: DeployedTable | None, now: datetime
) -> tuple[DeployedTable, int]:
    """The table afterwards, and the oldest version that the function is told."""
    inherited = inherit(new, before, now)
    table = events_table(new, lake(), inherited)
    columns = {each["Name"]: each["Type"] for each in table["StorageDescriptor"]["Columns"]}
    return DeployedTable(columns, table["Parameters"]), inherited.oldest_version(new)


def deployed(*steps: tuple[int, datetime]) -> tuple[DeployedTable, int]:
    """The table after these versions were deployed at these times."""
    table, oldest = None, 0
    for version, at in steps:
        table, oldest = deploy(contract(version), table, at)
    assert table is not None
    return table, oldest


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_first_deployment_has_no_older_table_whatever_its_version(version: int) -> None:
    table, oldest = deployed((version, T0))
    assert oldest == version
    assert PARAMETER not in table.parameters


@pytest.mark.parametrize(
    ("steps", "oldest"),
    [
        (((1, T0), (2, T0 + DAY)), 1),
        (((2, T0), (4, T0 + DAY)), 2),
        (((2, T0), (3, T0 + DAY), (4, T0 + DAY + HOUR)), 2),
        (((2, T0), (3, T0 + DAY), (4, T0 + 9 * DAY)), 3),
        (((4, T0), (2, T0 + DAY)), 2),
        (((4, T0), (2, T0 + DAY), (4, T0 + DAY + HOUR)), 4),
        (((2, T0), (4, T0 + DAY), (3, T0 + DAY + HOUR), (4, T0 + DAY + 2 * HOUR)), 2),
        (((1, T0), (2, T0 + DAY), (1, T0 + 20 * DAY), (3, T0 + 20 * DAY + HOUR)), 2),
        (((1, T0), (2, T0 + DAY), (1, T0 + DAY + HOUR), (2, T0 + 2 * DAY)), 1),
    ],
    ids=[
        "one version up",
        "two versions in one deployment",
        "two versions in two quick deployments",
        "two versions, the second long after the first",
        "a rollback",
        "a rollback and forward again",
        "half a rollback and forward again",
        "a late rollback and further forward",
        "a rollback at once and forward again",
    ],
)
def test_the_oldest_version_is_that_of_the_oldest_table_in_use(
    steps: tuple[tuple[int, datetime], ...], oldest: int
) -> None:
    assert deployed(*steps)[1] == oldest


def test_the_table_remembers_when_its_columns_came() -> None:
    table, _ = deployed((1, T0), (2, T0 + DAY), (3, T0 + DAY + HOUR))
    assert table.parameters[PARAMETER] == (
        '{"f2":"2026-11-23T08:00:00+00:00","f3":"2026-11-23T09:00:00+00:00"}'
    )


@pytest.mark.parametrize("later", [timedelta(0), HOUR, 100 * DAY], ids=str)
def test_the_same_contract_again_changes_nothing_however_late(later: timedelta) -> None:
    before, oldest = deployed((1, T0), (3, T0 + DAY))
    assert deploy(contract(3), before, T0 + DAY + later) == (before, oldest)


def test_a_column_that_comes_without_a_new_version_is_new_all_the_same() -> None:
    before, _ = deployed((3, T0))
    columns = {name: each for name, each in before.columns.items() if name != "f2"}
    without = DeployedTable(columns, before.parameters)
    assert deploy(contract(3), without, T0 + DAY)[1] == 1


def test_a_column_of_another_type_is_new() -> None:
    before, _ = deployed((2, T0))
    after, oldest = deploy(contract(2, first_type="bigint"), before, T0 + DAY)
    assert (after.columns["f1"], oldest) == ("bigint", 0)


def test_a_rollback_takes_no_column_away_and_the_next_version_finds_it() -> None:
    before, _ = deployed((2, T0))
    rolled_back, oldest = deploy(contract(1), before, T0 + DAY)
    assert (list(rolled_back.columns)[-3:], oldest) == (["f1", "f2", "extras"], 1)
    assert deploy(contract(1), rolled_back, T0 + 2 * DAY) == (rolled_back, 1)
    assert deploy(contract(2), rolled_back, T0 + 2 * DAY) == (before, 2)


def test_a_column_that_somebody_else_made_is_not_kept() -> None:
    before, _ = deployed((1, T0))
    foreign = DeployedTable({**before.columns, "theirs": "struct<a:int>"}, before.parameters)
    assert deploy(contract(1), foreign, T0 + DAY) == (before, 1)


def test_types_that_the_lake_has_had_stay_projected_after_a_rollback() -> None:
    values = "projection.event_type.values"
    before, _ = deploy(contract(2, "bc"), None, T0)
    rolled_back, _ = deploy(contract(1, "b"), before, T0 + DAY)
    assert rolled_back.parameters[values] == "b,c,unregistered"
    forward, _ = deploy(contract(2, "abc"), rolled_back, T0 + 2 * DAY)
    assert forward.parameters[values] == "a,b,c,unregistered"


@pytest.mark.parametrize(
    "parameter", ["", "x", "[]", '{"f1":1}', '{"f1":"yesterday"}', '{"f1":"2026-11-22T08:00:00"}']
)
def test_a_memory_that_cannot_be_read_is_told_and_not_taken_for_none(parameter: str) -> None:
    table = DeployedTable({"f1": "string"}, {PARAMETER: parameter})
    with pytest.raises(DeployedTableError, match=r"parameter firelake\.new_columns"):
        inherit(contract(1), table, T0)


STEPS = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from([timedelta(0), HOUR, 3 * DAY, 8 * DAY])),
    min_size=1,
    max_size=8,
)


@given(STEPS)
def test_whatever_is_deployed_no_table_of_the_last_week_lacks_a_column_that_is_not_in_extras(
    steps: list[tuple[int, timedelta]],
) -> None:
    now, table, history = T0, None, list[tuple[datetime, frozenset[str]]]()
    for version, pause in steps:
        now += pause
        table, oldest = deploy(contract(version), table, now)
        history.append((now, frozenset(table.columns)))
        fields = contract(version).fields.values()
        only_in_columns = {each.name for each in fields if each.since <= oldest}
        # A table is in use until a week after the next one came.
        ends = [at for at, _ in history[1:]] + [now]
        in_use = [
            columns for (_, columns), end in zip(history, ends, strict=True) if now - end < 7 * DAY
        ]
        for columns in in_use:
            assert only_in_columns <= columns


def test_nothing_inherited_is_nothing_new() -> None:
    assert Inheritance().parameters == {}
    assert Inheritance().oldest_version(contract(4)) == 4
