"""Runs of backfill, story by story."""

from __future__ import annotations

import gzip

import pytest

from firelake.history.backfill.rules import file_name
from firelake.history.backfill.slices import Cutting
from tests.unit.history.memory_store import Fate
from tests.unit.history.runs import CONTRACT_TEXT, DAY_S, T0_S, TINY, World, line

NOW_S = T0_S + 20 * DAY_S
DT = "2026-01-15"
LESSONS = f"events/event_type=lesson/dt={DT}/"
# The calls of a first run before its first write: the event types, and two partitions.
FIRST_WRITE = 2
ONE_SLICE = Cutting()


def uuids(world: World) -> list[str]:
    return [row[2] for row in world.store.rows()]


def test_events_go_to_their_partitions_with_recognisable_positions() -> None:
    world = World()
    tally = world.run([line("a", score=5) + line("b", T0_S + DAY_S, "ping")], NOW_S)
    assert tally.is_complete
    assert (tally.events, tally.written, tally.files) == (2, 2, 2)
    assert world.store.rows() == [
        ("lesson", DT, "a", T0_S, "lesson:started"),
        ("ping", "2026-01-16", "b", T0_S + DAY_S, "ping"),
    ]


def test_a_run_after_another_finds_everything_there() -> None:
    world = World()
    text = b"".join(line(f"e{number}") for number in range(30))
    assert world.run([text], NOW_S).written == 30
    objects = dict(world.store.objects)
    again = world.run([text], NOW_S)
    assert (again.there, again.written, again.is_complete) == (30, 0, True)
    assert world.store.objects == objects


def test_copies_in_one_slice_and_in_several_give_one_row() -> None:
    world = World()
    text = b"".join(line(f"e{number % 7}") for number in range(40))
    tally = world.run([text, text], NOW_S)
    assert tally.written == 7
    assert tally.there + tally.repeated == 73
    assert tally.is_complete
    assert uuids(world) == [f"e{number}" for number in range(7)]


def test_an_event_that_is_not_closed_is_left_for_later_and_brought_in_once_it_is() -> None:
    world = World()
    text = line("old") + line("young", T0_S + 9 * DAY_S)
    tally = world.run([text], NOW_S, cutting=ONE_SLICE)
    assert (tally.written, tally.later, tally.is_complete) == (1, 1, False)
    assert tally.latest_s == T0_S + 9 * DAY_S
    # The slice has a file by now, though not of the same partition.
    tally = world.run([text], NOW_S + 10 * DAY_S, cutting=ONE_SLICE)
    assert (tally.there, tally.written, tally.is_complete) == (1, 1, True)
    assert uuids(world) == ["old", "young"]


def test_what_is_closed_later_goes_into_the_next_file_of_its_slice() -> None:
    world = World()
    text = line("first", T0_S) + line("second", T0_S + 3600.5)
    assert world.run([text], T0_S + 12 * DAY_S + 1800, cutting=ONE_SLICE).written == 1
    assert world.run([text], NOW_S, cutting=ONE_SLICE).written == 1
    names = sorted(key.removeprefix(LESSONS) for key in world.store.objects)
    digest = names[0].split("-")[1]
    assert names == [file_name(digest, 0), file_name(digest, 1)]
    assert uuids(world) == ["first", "second"]


def test_what_the_stream_has_delivered_is_left_out() -> None:
    world = World()
    row = {"event_uuid": "a", "event_name": "lesson:started", "created_at": float(T0_S)}
    world.store.put_rows(f"{LESSONS}firehose.parquet", [row, row])
    tally = world.run([line("a") + line("b")], NOW_S)
    assert (tally.there, tally.written) == (1, 1)
    assert uuids(world) == ["a", "a", "b"]


@pytest.mark.parametrize(
    ("event_type", "name"),
    [
        pytest.param("unregistered", "lesson:started", id="before its type was known"),
        pytest.param("former", "former:thing", id="while its type was known"),
    ],
)
def test_an_event_that_went_elsewhere_under_another_contract_is_found(
    event_type: str, name: str
) -> None:
    world = World()
    row = {"event_uuid": "a", "event_name": name, "created_at": float(T0_S)}
    world.store.put_rows(f"events/event_type={event_type}/dt={DT}/firehose.parquet", [row])
    tally = world.run([line("a", T0_S, name)], NOW_S)
    assert (tally.there, tally.written) == (1, 0)


def test_an_event_whose_id_another_event_has_is_brought_in_beside_it() -> None:
    world = World()
    row = {"event_uuid": "a", "event_name": "lesson:ended", "created_at": float(T0_S)}
    world.store.put_rows(f"{LESSONS}firehose.parquet", [row])
    text = line("b") + line("b", T0_S + 5) + line("a") + line("b")
    tally = world.run([text], NOW_S, cutting=ONE_SLICE)
    assert (tally.written, tally.repeated, tally.invalid, tally.is_complete) == (3, 1, 0, True)
    again = world.run([text], NOW_S + 1, cutting=ONE_SLICE)
    assert (again.written, again.there, again.repeated) == (0, 3, 1)


def test_invalid_events_are_told_with_their_lines_and_reasons() -> None:
    world = World()
    text = b'{"event_uuid":"x","event_name":"ping"}\n\nno JSON\n' + line("a")
    told: list[tuple[int, str, bytes]] = []
    tally = world.run(
        [text],
        NOW_S,
        on_invalid=lambda event: told.append(
            (event.document.line, event.problems[0].reason.value, event.document.data)
        ),
    )
    assert told == [
        (1, "created_at", b'{"event_uuid":"x","event_name":"ping"}'),
        (3, "not_json", b"no JSON"),
    ]
    assert (tally.events, tally.written, tally.invalid, tally.adds_up) == (3, 1, 2, True)
    assert not tally.is_complete


def test_a_dry_run_writes_nothing_and_counts_as_a_run_would() -> None:
    world = World()
    text = b"".join(line(f"e{number % 7}") for number in range(40))
    tally = world.run([text], NOW_S, is_dry_run=True)
    assert tally.written == 7
    assert not world.store.objects
    assert not tally.files


def test_a_lost_answer_leaves_one_file_and_the_next_run_finds_it() -> None:
    world = World()
    world.store.restart({FIRST_WRITE: Fate.FAILS_AFTER})
    tally = world.run([line("a")], NOW_S)
    assert (tally.written, tally.undone, tally.adds_up) == (0, 1, True)
    assert len(tally.faults) == 1
    assert world.run([line("a")], NOW_S).there == 1


def test_a_write_that_a_dead_run_sent_and_the_next_run_meets_is_looked_into() -> None:
    world = World()
    text = line("first", T0_S) + line("second", T0_S + 3600.5)
    world.store.restart({FIRST_WRITE: Fate.KILLED_WHILE})
    assert world.run_until_killed([text], T0_S + 12 * DAY_S + 1800) is None
    # The next run lists the partition before the file is there, and writes after.
    world.store.restart({}, lands_at=FIRST_WRITE)
    tally = world.run([text], NOW_S, cutting=ONE_SLICE)
    assert (tally.there, tally.written, tally.is_complete) == (1, 1, True)
    assert uuids(world) == ["first", "second"]


def test_nothing_is_written_once_the_lease_has_gone() -> None:
    world = World()
    text = b"".join(line(f"e{number}") for number in range(12))
    assert TINY.slice_bytes < len(text)
    tally = world.run([text], NOW_S, is_lease_given_back=True)
    assert tally.written == 0
    assert tally.undone == tally.events
    assert "the right to write has ended" in tally.faults[0]
    assert not world.store.objects


def test_another_contract_brings_in_what_the_first_one_refused() -> None:
    world = World()
    text = line("a") + line("b", score="five")
    tally = world.run([text], NOW_S, cutting=ONE_SLICE)
    assert (tally.written, tally.invalid) == (1, 1)
    tally = world.run(
        [text], NOW_S, cutting=ONE_SLICE, contract=CONTRACT_TEXT.replace("bigint", "string")
    )
    assert (tally.there, tally.written, tally.is_complete) == (1, 1, True)
    assert uuids(world) == ["a", "b"]


def test_an_input_that_ends_too_early_is_a_fault_and_the_others_are_brought_in() -> None:
    world = World()
    tally = world.run([gzip.compress(line("b"))[:-20], line("a")], NOW_S)
    assert (tally.written, tally.is_complete) == (1, False)
    assert tally.faults == [
        "input 0: line 1 (byte 0): its gzip ends too early: from here on it is not read"
    ]


def test_what_queries_would_not_find_is_left_undone_and_told() -> None:
    world = World()
    tally = world.run([line("old", T0_S - 30 * DAY_S) + line("a")], NOW_S)
    assert (tally.written, tally.undone, tally.adds_up) == (1, 1, True)
    (fault,) = tally.faults
    assert fault.startswith("lesson, 2025-12-16: Athena looks for nothing before 2026-01-01: ")
    assert uuids(world) == ["a"]
