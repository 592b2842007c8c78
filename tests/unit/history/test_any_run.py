"""Backfills repeated, killed at any step, failing, with a grown input: each event is one row."""

from __future__ import annotations

from collections import Counter

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.unit.history.memory_store import Fate
from tests.unit.history.runs import DAY_S, T0_S, World, line

UUIDS = ("a", "b", "c", "d", "e", "f")
# Created long ago, closed after a while, or of today.
CREATED_S = {"a": T0_S, "b": T0_S, "c": T0_S + DAY_S, "d": T0_S + 5 * DAY_S}
NAMES = {"e": "ping", "f": "ping:unheard:of", "d": "strange"}
FIRST_RUN_S = T0_S + 14 * DAY_S
LAST_RUN_S = T0_S + 40 * DAY_S
INVALID = b'{"event_uuid":"x","event_name":"lesson:started"}\n'
GARBAGE = b"no JSON\n"

lines = st.sampled_from(
    [
        *(line(uuid, CREATED_S.get(uuid, T0_S), NAMES.get(uuid, "lesson:ended")) for uuid in UUIDS),
        INVALID,
        GARBAGE,
        b"\n",
    ]
)
inputs = st.lists(st.lists(lines, max_size=14).map(b"".join), min_size=1, max_size=3)
fates = st.dictionaries(st.integers(0, 12), st.sampled_from(Fate), max_size=2)


def is_each_once(world: World, given_inputs: list[bytes]) -> None:
    """Every valid event of the inputs is one row, in its partition."""
    text = b"".join(given_inputs)
    wanted = {uuid for uuid in UUIDS if f'"event_uuid": "{uuid}"'.encode() in text}
    rows = world.store.rows()
    assert Counter(uuid for _, _, uuid, _, _ in rows) == Counter(wanted)
    for event_type, dt, uuid, created_at_s, _ in rows:
        name = NAMES.get(uuid, "lesson:ended").partition(":")[0]
        assert event_type == (name if name in {"lesson", "ping"} else "unregistered")
        assert created_at_s == CREATED_S.get(uuid, T0_S)
        assert dt == f"2026-01-{15 + int((created_at_s - T0_S) // DAY_S):02d}"


@settings(max_examples=60)
@given(inputs, inputs, st.lists(fates, min_size=1, max_size=3), st.data())
def test_whatever_fails_each_event_is_brought_in_once(
    first: list[bytes], more: list[bytes], of_runs: list[dict[int, Fate]], data: st.DataObject
) -> None:
    world = World()
    for fates_of_run in of_runs:
        now_s = data.draw(st.sampled_from([FIRST_RUN_S, FIRST_RUN_S + 10 * DAY_S, LAST_RUN_S]))
        # What is on its way in a run that was killed has the same input in front of it.
        world.store.restart(fates_of_run, lands_at=data.draw(st.integers(-1, 10)))
        tally = world.run_until_killed(first, now_s)
        event("killed" if tally is None else "ended")
        assert tally is None or tally.adds_up
    world.store.restart({}, lands_at=data.draw(st.integers(-1, 10)))
    world.run(first, LAST_RUN_S)
    world.store.land()
    is_each_once(world, first)
    grown = [*more, *first] if data.draw(st.booleans()) else [first[0] + more[0], *first[1:]]
    world.store.restart({})
    tally = world.run(grown, LAST_RUN_S)
    is_each_once(world, [*first, *grown])
    assert tally.adds_up
    assert not tally.undone
    assert not tally.faults
    repeated = world.run(grown, LAST_RUN_S)
    assert (repeated.written, repeated.files) == (0, 0)
    assert repeated.there + repeated.repeated + repeated.invalid == repeated.events == tally.events
