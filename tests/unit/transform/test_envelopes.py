"""Records in the shapes of seven kinds of producers go in by mapping, or say what they lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firelake.contract.events import parse_contract
from firelake.transform.restore import RowRestorer
from tests.helpers.transform_parts import POSITION, reader_of

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.transform.events import RecordReading

FOLDER = Path(__file__).parents[2] / "data" / "envelopes"
KINDS = sorted(path.stem for path in FOLDER.glob("*.toml"))


def contract_of(kind: str) -> EventContract:
    return parse_contract((FOLDER / f"{kind}.toml").read_text())


def records(kind: str) -> list[bytes]:
    return (FOLDER / f"{kind}.ndjson").read_bytes().splitlines()


def told(reading: RecordReading) -> dict[str, Any]:
    if reading.problems:
        return {"refused": [[each.reason.value, each.path] for each in reading.problems]}
    (event,) = reading.events
    return {
        "event_uuid": None if event.event_uuid.startswith("sha256:") else event.event_uuid,
        "event_name": event.event_name,
        "created_at_ms": int(event.created_at_s * 1000),
    }


def test_there_are_seven_kinds() -> None:
    assert len(KINDS) == 7


@pytest.mark.parametrize("kind", KINDS)
def test_id_name_and_time_are_what_a_careful_reader_takes(kind: str) -> None:
    reader = reader_of(contract_of(kind))
    found = [
        [told(reader.read(part, POSITION)) for part in reader.split(record)]
        for record in records(kind)
    ]
    expected = (FOLDER / f"{kind}.expected.ndjson").read_text().splitlines()
    assert found == [json.loads(line) for line in expected]


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_comes_back(kind: str) -> None:
    contract = contract_of(kind)
    reader, restorer = reader_of(contract), RowRestorer(contract)
    parts = [part for record in records(kind) for part in reader.split(record)]
    readings = [(part, reader.read(part, POSITION)) for part in parts]
    rows = [(part, reading.events[0].row) for part, reading in readings if reading.events]
    assert rows
    for part, row in rows:
        assert json.loads(restorer.restore(row)) == json.loads(part)
