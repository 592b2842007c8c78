"""A sample in the shape of a well-known producer is recognised, and judged by its own contract."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from firelake.contract.events import parse_contract
from tests.unit.exchange.samples import drafted

_CHOICE: Final = re.compile(r"# (\[sources|(when|id|derived_id|name|fixed_name|created_at) = )")
ENVELOPES: Final = Path(__file__).parents[2] / "data" / "envelopes"


# What fails, fails by what the expected files beside the samples say of these lines: no id, no
# time, no JSON object, an id used again, and a wrapper of events of two types.
@pytest.mark.parametrize(
    ("name", "sources", "rows", "copies", "failed"),
    [
        ("amplitude", ("amplitude", "amplitude_upload"), 3, 0, 3),
        ("cloudevents", ("cloudevents",), 3, 1, 2),
        ("eventbridge", ("eventbridge",), 1, 0, 3),
        ("ga4", ("ga4",), 4, 0, 0),
        ("segment", ("segment", "segment_batch"), 2, 1, 4),
    ],
)
def test_a_known_shape_is_mapped_by_its_preset(
    name: str, sources: tuple[str, ...], rows: int, copies: int, failed: int
) -> None:
    found = drafted((ENVELOPES / f"{name}.ndjson").read_text("utf-8"), f"{name}.ndjson")
    assert found.sources == sources
    assert (found.check.rows, found.check.copies, found.check.failed) == (rows, copies, failed)
    assert found.check.unregistered == []
    assert parse_contract(found.text) == found.contract


# One line of the agent's has an id, a name and a time.
@pytest.mark.parametrize(
    ("name", "rows", "sources"), [("agent-fluentbit", 1, 3), ("iot-dms", 0, 4)]
)
def test_events_without_an_id_fail_until_the_user_has_chosen_one(
    name: str, rows: int, sources: int
) -> None:
    found = drafted((ENVELOPES / f"{name}.ndjson").read_text("utf-8"), f"{name}.ndjson")
    assert (found.check.rows, found.check.failed) == (rows, 7 - rows)
    assert any("No id was found" in each for each in found.undecided)
    # As if the user took the `# ` away.
    lines = [
        line.removeprefix("# ") if _CHOICE.match(line) else line for line in found.text.splitlines()
    ]
    assert len(parse_contract("\n".join(lines)).sources) == sources


def test_events_without_id_and_time_get_a_source_to_be_filled_in() -> None:
    found = drafted([{"action": "opened", "number": each} for each in range(3)], "hook.ndjson")
    assert (found.check.rows, found.check.failed) == (0, 3)
    assert found.sources == ()
    commented = [line.removeprefix("# ") for line in found.text.splitlines() if "#" in line]
    start = commented.index("[sources.hook]")
    assert commented[start + 1 :] == [
        'when = ["action"]',
        'derived_id = ["action", "number"]',
        'name = "action"',
        'created_at = { field = "FIELD", format = "iso8601" }',
    ]
    assert any("made of the fields named" in each for each in found.undecided)
    assert any("name its field" in each for each in found.undecided)


def test_names_that_become_one_are_told_of() -> None:
    event = {"type": "track", "originalTimestamp": "2026-11-29T10:00:00Z"}
    names = ["Signed Up", "signed  up", "Left"]
    found = drafted([{**event, "messageId": name, "event": name} for name in names])
    assert found.undecided[0] == (
        "'track:Signed Up' and 'track:signed  up' become track:signed_up: keep them apart by names"
        " in the source"
    )


def test_a_field_that_can_be_no_column_gets_one_of_another_name() -> None:
    found = drafted((ENVELOPES / "segment.ndjson").read_text("utf-8"), "segment.ndjson")
    assert found.contract.fields["sentAt"].column == "sent_at"
    assert found.contract.fields["timestamp"].column == "timestamp_field"
