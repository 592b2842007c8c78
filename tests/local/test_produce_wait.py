"""`firelake produce --wait` on an embedded cloud: every event sent is told as what it became."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud, LocalSwitches
from tests.helpers.commands import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("produce_wait")
    start = datetime.now(UTC).date() - timedelta(days=9)
    config = {"firelake:startDate": start.isoformat()}
    with Cloud.start(config, folder=folder, switches=LocalSwitches(flush_sooner_s=1)) as running:
        yield running


@pytest.fixture
def environment(cloud: Cloud, tmp_path: Path) -> dict[str, str]:
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    return {**cloud.environment(), **variables_of(outputs), "FIRELAKE_STATE": str(tmp_path)}


def run(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["produce", *arguments], env=environment)
    assert isinstance(result.exception, SystemExit | None), result
    return result.exit_code, result.output


@pytest.mark.parametrize("pack", [[], ["--pack"]], ids=["single", "packed"])
def test_sample_events_of_every_fate_are_all_told(
    environment: dict[str, str], pack: list[str]
) -> None:
    shares = ["--duplicates", "0.1", "--invalid", "0.05", "--late", "0.05", "--unregistered", "0.1"]
    seed = str(len(pack) + 1)
    code, told = run(environment, "--generate", "800", *shares, "--seed", seed, "--wait", *pack)
    assert code == 0, told
    counts = re.search(
        r"arrived  800 of 800 events after \d+ s: (\d+) rows, (\d+) copies, (\d+) errors\n", told
    )
    assert counts is not None, told
    assert sum(map(int, counts.groups())) == 800
    assert "none of these" not in told.splitlines()[-1]


def test_a_file_is_counted_to_the_event(environment: dict[str, str], tmp_path: Path) -> None:
    lines = [
        {"event_uuid": f"wait-{n}", "event_name": "quite:new", "created_at": time.time()}
        for n in range(5)
    ]
    lines += [lines[0], {"event_name": "quite:new"}]
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    code, told = run(environment, str(file), "--wait")
    assert (code, "arrived  7 of 7 events" in told) == (0, True), told
    assert ": 5 rows, 1 copy, 1 error" in told
    # The same again: the events are there, and what failed has failed anew.
    code, told = run(environment, str(file), "--wait")
    assert (code, ": 5 rows, 1 copy, 1 error" in told) == (0, True), told
    assert re.search(r"the first under errors/: line 7 \(byte \d+\): no valid event; ", told)


@pytest.fixture
def lost_event(cloud: Cloud, tmp_path: Path) -> Path:
    """A file with an event that never arrives: its claim is another record's, so it is a copy."""
    event_uuid, now = str(uuid4()), int(time.time())
    claim = {
        "event_uuid": {"S": event_uuid},
        "owner": {"S": "shardId-000000000000:1:0#0"},
        "event_name": {"S": "quite:new"},
        "created_at": {"N": str(now)},
        "claimed_at": {"N": str(now)},
        "expires_at": {"N": str(now + 86_400)},
    }
    cloud.clients.call(
        "dynamodb", "PutItem", {"TableName": cloud.outputs["claimsTable"], "Item": claim}
    )
    file = tmp_path / "events.jsonl"
    event = {"event_uuid": event_uuid, "event_name": "quite:new", "created_at": now}
    file.write_text(json.dumps(event))
    return file


def test_a_deadline_that_is_reached_is_told_with_the_first_events(
    environment: dict[str, str], lost_event: Path
) -> None:
    code, told = run(environment, str(lost_event), "--wait", "--deadline", "8")
    assert code == 1
    assert re.search(r"arrived  0 of 1 event .* 0 copies, 0 errors, 1 none of these\n", told)
    assert "after 8 s neither rows nor copies nor errors: 1 of the events; they are in" in told
    assert "kept no longer; the first: line 1 (byte 0): '" in told


def test_an_interrupted_wait_tells_how_far_it_was(
    environment: dict[str, str], lost_event: Path
) -> None:
    waits = subprocess.Popen(
        [sys.executable, "-m", "firelake", "produce", str(lost_event), "--wait"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waits.stderr is not None
    for line in waits.stderr:
        if "waiting until every event has arrived" in line:
            break
    time.sleep(2)
    waits.send_signal(signal.SIGINT)
    told, errors = waits.communicate(timeout=60)
    assert waits.returncode == 130, errors
    assert "arrived  0 of 1 event after" in told
    assert "no longer waited for: what was sent goes on its way all the same" in errors
    assert "Traceback" not in errors


def test_a_deadline_without_a_wait_is_wrong_use(environment: dict[str, str]) -> None:
    code, told = run(environment, "--generate", "1", "--deadline", "5")
    assert (code, "--deadline needs --wait" in told) == (2, True)
