"""What the views give: each event once, whatever was delivered twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.catalog.errors import DeployedTableError
from firelake.catalog.history_table import DeployedHistory
from firelake.catalog.views import event_views, events_unique_view
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.catalog.samples import CONTRACT, lake, schema_of, view_definition

if TYPE_CHECKING:
    from firelake.catalog.table_input import TableInput

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def row(
    uuid: str,
    position: str,
    name: str = "ping",
    dt: str = "2026-11-22",
    created_at_s: float = 1_795_305_600.0,
) -> dict[str, object]:
    return {
        "event_uuid": uuid,
        "event_name": name,
        "created_at": created_at_s,
        "stream_position": position,
        "event_type": name.partition(":")[0],
        "dt": dt,
    }


def rows_of(view: TableInput, stored: DuckdbLake, where: str = "true") -> list[tuple[str, str]]:
    """The ids and positions that a query on a view gives, sorted."""
    sql = view_definition(view)["originalSql"]
    rows = stored.query(
        f"SELECT event_uuid, stream_position FROM ({sql}) AS v WHERE {where}",  # noqa: S608 -- SQL of the test
        NOW,
    )
    return sorted(rows)


@pytest.fixture
def stored() -> DuckdbLake:
    made = DuckdbLake()
    made.insert(
        "events",
        [
            row("a", "shard-1:7:0#0"),
            row("a", "shard-1:7:0#0"),
            row("b", "shard-1:8:0#0"),
            row("c", "shard-2:9:0#0"),
            row("c", "shard-1:9:0#0"),
            row("d", "shard-1:3:0#0", "payment:declined", "2026-11-21"),
            row("d", "shard-1:3:0#0", "payment:declined", "2026-11-21"),
            row("e", "shard-1:4:0#0", "payment:order:completed"),
            row("f", "shard-1:5:0#0", "payment:unknown"),
            row("g", "shard-1:6:0#0", "unregistered"),
        ],
    )
    return made


def test_events_unique_has_every_event_once_the_first_position_first(stored: DuckdbLake) -> None:
    assert rows_of(events_unique_view(CONTRACT, lake()), stored) == [
        ("a", "shard-1:7:0#0"),
        ("b", "shard-1:8:0#0"),
        ("c", "shard-1:9:0#0"),
        ("d", "shard-1:3:0#0"),
        ("e", "shard-1:4:0#0"),
        ("f", "shard-1:5:0#0"),
        ("g", "shard-1:6:0#0"),
    ]


def test_the_view_of_an_event_has_that_event_alone_and_once(stored: DuckdbLake) -> None:
    assert {view["Name"]: rows_of(view, stored) for view in event_views(CONTRACT, lake())} == {
        "event_payment__order__completed": [("e", "shard-1:4:0#0")],
        "event_payment__declined": [("d", "shard-1:3:0#0")],
        "event_ping": [
            ("a", "shard-1:7:0#0"),
            ("b", "shard-1:8:0#0"),
            ("c", "shard-1:9:0#0"),
        ],
    }


def test_an_id_that_was_used_again_in_one_partition_hides_no_event() -> None:
    stored = DuckdbLake()
    of_the_2nd, of_the_22nd = 1_793_577_600.0, 1_795_305_600.25
    stored.insert(
        "events",
        [
            row("a", "s:1:0#0", dt="2026-11", created_at_s=of_the_2nd),
            row("a", "s:9:0#0", dt="2026-11", created_at_s=of_the_22nd),
            row("a", "s:9:0#0", dt="2026-11", created_at_s=of_the_22nd),
            row("a", "s:5:0#0", "payment:declined", dt="2026-11", created_at_s=of_the_2nd),
            row("a", "s:6:0#0", "payment:unknown", dt="2026-11", created_at_s=of_the_2nd),
        ],
    )
    assert rows_of(events_unique_view(CONTRACT, lake()), stored) == [
        ("a", "s:1:0#0"),
        ("a", "s:5:0#0"),
        ("a", "s:6:0#0"),
        ("a", "s:9:0#0"),
    ]
    ping = next(v for v in event_views(CONTRACT, lake()) if v["Name"] == "event_ping")
    assert rows_of(ping, stored) == [("a", "s:1:0#0"), ("a", "s:9:0#0")]


def test_a_view_gives_the_columns_that_it_says(stored: DuckdbLake) -> None:
    for view in (events_unique_view(CONTRACT, lake()), *event_views(CONTRACT, lake())):
        definition = view_definition(view)
        assert stored.column_names(definition["originalSql"]) == [
            column["name"] for column in definition["columns"]
        ]


def test_the_fields_of_an_event_arrive_in_its_view() -> None:
    stored = DuckdbLake()
    stored.insert("events", [{**row("a", "s:1:0#0", "payment:declined"), "score": 0.25}])
    view = next(v for v in event_views(CONTRACT, lake()) if v["Name"] == "event_payment__declined")
    sql = view_definition(view)["originalSql"]
    assert stored.query(f"SELECT score, order_id, dt FROM ({sql}) AS v", NOW) == [  # noqa: S608 -- SQL of the test
        (0.25, None, "2026-11-22")
    ]


HISTORY = DeployedHistory(schema_of(CONTRACT, lake())["a_lake"]["events"], "2026-11-22")


def test_a_row_that_is_in_both_stores_is_shown_once() -> None:
    stored = DuckdbLake()
    stored.insert("events_recent", [row("a", "s:1:0#0"), row("b", "s:2:0#0")])
    stored.insert("events_history", [row("a", "s:1:0#0"), row("a", "s:1:0#0"), row("c", "s:3:0#0")])
    ping = next(v for v in event_views(CONTRACT, lake(), HISTORY) if v["Name"] == "event_ping")

    for view in (events_unique_view(CONTRACT, lake(), HISTORY), ping):
        assert rows_of(view, stored) == [("a", "s:1:0#0"), ("b", "s:2:0#0"), ("c", "s:3:0#0")]


def test_the_views_of_both_stores_have_the_columns_and_types_that_they_say() -> None:
    stored = DuckdbLake()
    views = (
        events_unique_view(CONTRACT, lake(), HISTORY),
        *event_views(CONTRACT, lake(), HISTORY),
    )
    for view in views:
        definition = view_definition(view)
        assert stored.column_names(definition["originalSql"]) == [
            column["name"] for column in definition["columns"]
        ]


def test_a_column_that_history_does_not_have_yet_is_null_there() -> None:
    stored = DuckdbLake()
    younger = DeployedHistory(
        {name: type_ for name, type_ in HISTORY.columns.items() if name != "score"}
    )
    declined = {**row("a", "s:1:0#0", "payment:declined"), "score": 0.25}
    stored.insert("events_recent", [declined])
    stored.insert("events_history", [{**declined, "event_uuid": "b"}])
    view = next(
        v for v in event_views(CONTRACT, lake(), younger) if v["Name"] == "event_payment__declined"
    )
    sql = view_definition(view)["originalSql"]

    assert stored.query(f"SELECT event_uuid, score FROM ({sql}) AS v ORDER BY 1", NOW) == [  # noqa: S608 -- SQL of the test
        ("a", 0.25),
        ("b", None),
    ]


def test_a_column_that_history_has_with_another_type_is_refused() -> None:
    other = DeployedHistory({**HISTORY.columns, "score": "bigint"})
    with pytest.raises(DeployedTableError, match="score as bigint, and the contract as double"):
        events_unique_view(CONTRACT, lake(), other)


def test_the_view_of_all_events_notes_what_it_reads_of_history() -> None:
    younger = DeployedHistory({"score": "double", "order_id": "string"})
    view = events_unique_view(CONTRACT, lake(), younger)
    assert view["Parameters"]["firelake.history_columns"] == "order_id,score"
    assert "firelake.history_columns" not in events_unique_view(CONTRACT, lake())["Parameters"]


UUIDS = "abcdef"
KINDS = st.tuples(
    st.sampled_from(("ping", "payment:declined", "payment:order:completed")),
    st.sampled_from(("2026-11-20", "2026-11-21")),
)


@settings(max_examples=25)
@given(
    # A copy has the name and the creation time of its event, and so its partition.
    kinds=st.fixed_dictionaries(dict.fromkeys(UUIDS, KINDS)),
    deliveries=st.lists(st.tuples(st.sampled_from(UUIDS), st.integers(0, 2)), max_size=10),
)
def test_a_filter_on_the_partition_gives_what_the_partition_alone_would_give(
    kinds: dict[str, tuple[str, str]], deliveries: list[tuple[str, int]]
) -> None:
    rows = [row(uuid, f"s:{number}:0#0", *kinds[uuid]) for uuid, number in deliveries]
    whole, one_day = DuckdbLake(), DuckdbLake()
    whole.insert("events", rows)
    one_day.insert("events", [each for each in rows if each["dt"] == "2026-11-20"])
    unique, *of_events = (events_unique_view(CONTRACT, lake()), *event_views(CONTRACT, lake()))
    for view in (unique, *of_events):
        assert rows_of(view, whole, "dt = '2026-11-20'") == rows_of(view, one_day)
    everything = rows_of(unique, whole)
    assert [uuid for uuid, _ in everything] == sorted({uuid for uuid, _ in deliveries})
    assert sorted(each for view in of_events for each in rows_of(view, whole)) == everything
