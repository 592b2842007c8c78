"""`firelake check` says offline what the contract would do of each event, and exits for CI."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

CONTRACT = """
version = 1
[fields]
scores = { type = "array<bigint>", description = "Scores." }
[events."track:paid"]
description = "A payment."
optional = ["scores"]
[sources.web]
preset = "segment_batch"
"""
ARRIVED = "2026-01-15T12:00:00Z"
AT_S = 1_768_478_000


def plain_event(uuid: str, **more: object) -> dict[str, object]:
    return {"event_uuid": uuid, "event_name": "track:paid", "created_at": AT_S, **more}


def call(uuid: str, name: str) -> dict[str, object]:
    moment = "2026-01-15T11:00:00Z"
    return {"type": "track", "event": name, "messageId": uuid, "timestamp": moment}


def check(folder: Path, events: object, *options: str) -> Result:
    (folder / "contract.toml").write_text(CONTRACT)
    (folder / "events.json").write_text(events if isinstance(events, str) else json.dumps(events))
    files = [str(folder / "events.json"), "--contract", str(folder / "contract.toml")]
    return CliRunner().invoke(app, ["check", *files, "--arrived", ARRIVED, *options])


def document(folder: Path, events: object, *options: str) -> dict[str, Any]:
    return json.loads(check(folder, events, "--json", *options).stdout)


def test_events_that_would_be_rows_end_with_zero(tmp_path: Path) -> None:
    result = check(tmp_path, [plain_event("1"), plain_event("2"), plain_event("1")])
    assert result.exit_code == 0
    assert "3 events in 3 records: 2 would be rows, 1 is a copy, 0 would fail" in result.stdout


def test_failures_are_counted_by_reason_and_field_with_the_first_place(tmp_path: Path) -> None:
    lines = [
        plain_event("1", scores=[1, "a"]),
        plain_event("2", scores=[1, 2, 3.5], created_at="now"),
        plain_event("3"),
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n{"cut\n'
    found = document(tmp_path, text)
    assert (found["events"], found["rows"], found["failed"]) == (4, 1, 3)
    assert [(each["reason"], each["field"], each["count"]) for each in found["faults"]] == [
        ("field_type", "scores[]", 2),
        ("created_at", "created_at", 1),
        ("not_sent", "", 1),
    ]
    assert found["faults"][0]["first"] == "line 1 (byte 0)"
    assert check(tmp_path, text).exit_code == 1


def test_one_bad_item_fails_all_of_its_wrapper(tmp_path: Path) -> None:
    found = document(tmp_path, {"batch": [call("1", "Paid"), call("", "Paid")]})
    assert (found["records"], found["events"], found["failed"]) == (1, 2, 2)
    (fault,) = found["faults"]
    assert (fault["reason"], fault["field"], fault["count"]) == ("event_uuid", "messageId", 1)


def test_an_id_with_two_times_or_names_would_be_refused(tmp_path: Path) -> None:
    lines = [plain_event("1"), plain_event("1", created_at=AT_S + 1), plain_event("2")]
    found = document(tmp_path, [*lines, plain_event("2", event_name="track:seen")])
    assert (found["rows"], found["failed"]) == (2, 2)
    assert sorted((each["reason"], each["field"]) for each in found["faults"]) == [
        ("uuid_reused", "created_at"),
        ("uuid_reused", "event_name"),
    ]


def test_names_that_become_one_and_names_that_are_unknown_are_told(tmp_path: Path) -> None:
    events = {"batch": [call("1", "Paid"), call("2", "PAID"), call("3", "Paid!")]}
    found = document(tmp_path, [events, {"batch": [call("4", "Seen")]}])
    assert found["merged_names"] == {"track:paid": ["track:PAID", "track:Paid", "track:Paid!"]}
    assert [
        (each["event_name"], each["is_registered"], each["rows"]) for each in found["names"]
    ] == [
        ("track:paid", True, 3),
        ("track:seen", False, 1),
    ]
    result = check(tmp_path, [events, {"batch": [call("4", "Seen")]}])
    assert result.exit_code == 0
    assert "3 names become track:paid" in result.stdout
    assert "'track:seen'" in result.stdout


def test_age_counts_only_where_it_is_asked_for(tmp_path: Path) -> None:
    old = [plain_event("1", created_at=AT_S - 8 * 86_400)]
    assert document(tmp_path, old)["failed"] == 0
    (fault,) = document(tmp_path, old, "--lateness-days", "7")["faults"]
    assert fault["reason"] == "too_late"
    early = [plain_event("1", created_at=AT_S * 1000)]
    (fault,) = document(tmp_path, early)["faults"]
    assert fault["reason"] == "too_early"


@pytest.mark.parametrize("text", ["event_uuid,event_name\n1,a:b\n", "1 2 3"])
def test_what_holds_no_json_objects_is_wrong_use(tmp_path: Path, text: str) -> None:
    assert check(tmp_path, text).exit_code == 2


def test_a_file_or_contract_that_cannot_be_read_is_wrong_use(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    (tmp_path / "events.json").write_text("{}")
    assert CliRunner().invoke(app, ["check", missing]).exit_code == 2
    contract = ["--contract", missing]
    result = CliRunner().invoke(app, ["check", str(tmp_path / "events.json"), *contract])
    assert result.exit_code == 2
