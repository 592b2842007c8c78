"""The move into history on an embedded cloud: the same rows before, meanwhile and afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.contract.layout import EVENTS_PREFIX
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.run import run_move
from firelake.history.move.wiring import means_of, runs_statements
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.cloud_fixtures import CREATED_AT_MS, TODAY
from tests.helpers.commands import invoked
from tests.helpers.operators import keys_of_operator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.local

# 2026-11-02T10:00:00Z and the day after, closed, and not before the start of the stack.
FIRST_S: Final = 1_793_613_600
SECOND_S: Final = FIRST_S + 86_400
CONTRACT: Final = """
version = 1
[fields]
user_id = { type = "string", description = "Account." }
paid_at = { type = "timestamp", description = "When it was booked." }
[events."lesson:started"]
description = "A lesson was begun."
optional = ["user_id", "paid_at"]
"""
CONFIG: Final = {
    "startDate": "2026-11-01",
    "catalog": {"hasCrawler": False, "hasHistory": True},
    "watch": {"hasAlarms": False, "hasDashboard": False},
}
EVERY_ROW: Final = (
    "SELECT event_uuid, created_datetime, stream_position, user_id, paid_at, event_type, dt"
    " FROM {} ORDER BY 1"
)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    file = tmp_path / "events.toml"
    file.write_text(CONTRACT)
    return file


@pytest.fixture
def cloud(tmp_path: Path, contract: Path) -> Iterator[Cloud]:
    """A lake of one event, with history switched on."""
    with Cloud.start(
        CONFIG,
        folder=tmp_path,
        contract_file=contract,
        stack="moved",
        is_delivering=False,
        today=lambda: TODAY,
        now_ms=lambda: CREATED_AT_MS,
    ) as started:
        yield started


def rows(environment: dict[str, str], table: str) -> list[str]:
    _, told = invoked(environment, "query", "--json", EVERY_ROW.format(table))
    return [line for line in told.splitlines() if line.startswith("{")]


def files(cloud: Cloud) -> list[str]:
    asked = {"Bucket": cloud.outputs["bucket"], "Prefix": EVENTS_PREFIX}
    return [entry["Key"] for entry in cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents")]


def written(folder: Path, uuid: str, created_at_s: int) -> str:
    event = {"event_uuid": uuid, "event_name": "lesson:started", "created_at": created_at_s}
    path = folder / f"{uuid}.jsonl"
    fields = {"user_id": "x", "paid_at": "2026-11-02T10:00:00.123Z"}
    path.write_text(json.dumps({**event, **fields}) + "\n")
    return str(path)


def deliver_again(cloud: Cloud) -> None:
    """What a repeated write of Firehose's leaves behind."""
    bucket = str(cloud.outputs["bucket"])
    key = files(cloud)[0]
    body = cloud.clients.call("s3", "GetObject", {"Bucket": bucket, "Key": key})["Body"].read()
    again = {"Bucket": bucket, "Key": f"{key.rpartition('/')[0]}/again.parquet", "Body": body}
    cloud.clients.call("s3", "PutObject", again)


def test_a_move_changes_no_row_and_leaves_one_file_a_day(
    cloud: Cloud, contract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    operator = {
        **cloud.environment(),
        **variables_of(outputs),
        **keys_of_operator(cloud, "mover"),
        "FIRELAKE_CONTRACT": str(contract),
    }
    inputs = [
        written(tmp_path, "a", FIRST_S),
        written(tmp_path, "b", FIRST_S),
        written(tmp_path, "c", SECOND_S),
    ]
    assert invoked(operator, "backfill", "--processes", "1", *inputs)[0] == 0
    deliver_again(cloud)
    assert len(files(cloud)) == 3

    code, told = invoked(operator, "history", "move", "--grace-minutes", "0")
    assert (code, len(files(cloud))) == (1, 3), told
    assert "deploy, then run it again" in told
    cloud.update(CONFIG, contract)

    before = rows(operator, "events_unique")
    assert [json.loads(row)["event_uuid"] for row in before] == ["a", "b", "c"]
    seen: list[list[str]] = []
    for name, value in operator.items():
        monkeypatch.setenv(name, value)

    def look(_: str) -> None:
        seen.append(rows(operator, "events_unique"))

    lake, clients = LakeRef.resolve({}, operator), AwsClients()
    means = means_of(lake, clients, look)
    # A clock that jumps: the waits are for queries, and none is under way.
    ticks = iter(range(0, 10**9, 10**6))
    moved = run_move(
        Mover(replace(means, now_s=lambda: float(next(ticks)))),
        Progress.begun("a", most=31, grace_s=60),
        runs_statements(lake, clients),
        lambda _: None,
    )

    assert moved.dts == ("2026-11-02", "2026-11-03")
    assert (moved.removed, files(cloud)) == (3, [])
    assert len(seen) >= 3
    assert all(each == before for each in seen)
    assert rows(operator, "events_unique") == before
    assert rows(operator, "event_lesson__started") == before
    _, counted = invoked(
        operator,
        "query",
        "--json",
        'SELECT dt, count(*) AS n, count(DISTINCT "$path") AS files FROM events_history'
        " WHERE event_type = 'lesson' GROUP BY dt ORDER BY dt",
    )
    assert [json.loads(line) for line in counted.splitlines() if line.startswith("{")] == [
        {"dt": "2026-11-02", "n": 2, "files": 1},
        {"dt": "2026-11-03", "n": 1, "files": 1},
    ]

    assert invoked(operator, "backfill", "--processes", "1", *inputs)[0] == 0
    assert files(cloud) == []
    code, told = invoked(operator, "history", "move", "--grace-minutes", "0")
    assert (code, "nothing to move" in told) == (0, True), told

    late = written(tmp_path, "d", FIRST_S)
    assert invoked(operator, "backfill", "--processes", "1", late)[0] == 0
    assert len(files(cloud)) == 1
    code, told = invoked(operator, "history", "move", "--grace-minutes", "0")
    assert (code, "compacting 2026-11-02" in told) == (0, True), told
    assert files(cloud) == []
    _, counted = invoked(
        operator,
        "query",
        "--json",
        'SELECT count(*) AS n, count(DISTINCT "$path") AS files FROM events_history'
        " WHERE dt = '2026-11-02'",
    )
    assert '{"n":3,"files":1}' in counted
