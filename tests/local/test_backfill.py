"""The command `firelake backfill` on an embedded cloud: dry, repeated, and killed half-way."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
import time
from itertools import product
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from firelake.aws.backoff import Waiting
from firelake.aws.clients import AwsClients
from firelake.cli.app import app
from firelake.contract.in_force import IN_FORCE_KEY
from firelake.contract.layout import EVENTS_PREFIX, events_partition_prefix
from firelake.contract.names import BACKFILL_LEASE_KEY
from firelake.history.backfill.dynamo_lease import DynamoLeases
from firelake.history.backfill.errors import FileGoneError, LeaseError
from firelake.history.backfill.rules import Lease
from firelake.history.backfill.store import S3Files
from firelake.laptop.embedded import variables_of
from tests.helpers.contracts import LEARNING
from tests.helpers.lake_reading import LakeReader
from tests.helpers.operators import keys_of_operator
from tests.helpers.transform_calls import invocation_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

# 2026-11-02T10:00:00Z, closed, and not before the start of the stack.
CREATED_S = 1_793_613_600


@pytest.fixture
def cloud(clouds: Clouds) -> Iterator[Cloud]:
    """A cloud whose lake is empty before and after, and that nobody backfills."""
    cloud = clouds("dev")
    empty(cloud)
    yield cloud
    empty(cloud)
    end_lease(cloud)


def empty(cloud: Cloud) -> None:
    """Delete all objects of the lake, also those that other tests left."""
    bucket = {"Bucket": cloud.outputs["bucket"]}
    for found in cloud.clients.pages("s3", "ListObjectsV2", bucket, "Contents"):
        cloud.clients.call("s3", "DeleteObject", {**bucket, "Key": found["Key"]})


def end_lease(cloud: Cloud) -> None:
    """What time does to the lease of a run that was killed."""
    key = {"event_uuid": {"S": BACKFILL_LEASE_KEY}}
    asked = {"TableName": cloud.outputs["claimsTable"], "Key": key}
    cloud.clients.call("dynamodb", "DeleteItem", asked)


@pytest.fixture(scope="module")
def operator(clouds: Clouds) -> dict[str, str]:
    """The environment of an operator, who has no other rights."""
    cloud = clouds("dev")
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    keys = keys_of_operator(cloud, "backfiller")
    return {**cloud.environment(), **variables_of(outputs), **keys}


def backfilled(operator: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and output of a run."""
    result = CliRunner().invoke(app, ["backfill", "--processes", "1", *arguments], env=operator)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def event(uuid: str, created_at_s: float = CREATED_S, **fields: object) -> bytes:
    described = {"event_uuid": uuid, "event_name": "lesson:started", "created_at": created_at_s}
    required = dict.fromkeys(("user_id", "course_id", "lesson_id", "lesson_attempt_id"), "x")
    return json.dumps({**described, **required, **fields}).encode() + b"\n"


def keys(cloud: Cloud) -> list[str]:
    asked = {"Bucket": cloud.outputs["bucket"], "Prefix": EVENTS_PREFIX}
    return [entry["Key"] for entry in cloud.clients.pages("s3", "ListObjectsV2", asked, "Contents")]


def put(cloud: Cloud, key: str, body: bytes) -> None:
    asked = {"Bucket": cloud.outputs["bucket"], "Key": key, "Body": body}
    cloud.clients.call("s3", "PutObject", asked)


def body(cloud: Cloud, key: str) -> bytes:
    asked = {"Bucket": cloud.outputs["bucket"], "Key": key}
    return cloud.clients.call("s3", "GetObject", asked)["Body"].read()


def uuids(cloud: Cloud, folder: Path) -> list[str]:
    return [row.event_uuid for row in LakeReader(cloud, folder).unique_rows()]


def test_files_are_brought_in_and_what_is_left_in_them_is_told(
    cloud: Cloud, operator: dict[str, str], tmp_path: Path
) -> None:
    young = event("young", time.time())
    path, told = tmp_path / "history.jsonl.gz", tmp_path / "invalid.jsonl"
    path.write_bytes(
        gzip.compress(event("a") + event("b", score=0.5) + event("a") + b"{}\n" + young)
    )
    code, output = backfilled(operator, str(path), "--invalid", str(told))
    assert code == 1, output
    for count in ("5 events read", "2 written", "1 repeated", "1 later", "1 invalid"):
        assert count in output
    (described,) = map(json.loads, told.read_text().splitlines())
    assert (described["line"], described["event"]) == (4, {})
    rows = LakeReader(cloud, tmp_path).rows()
    assert [(row.event_uuid, row.event_type, row.dt) for row in rows] == [
        ("a", "lesson", "2026-11-02"),
        ("b", "lesson", "2026-11-02"),
    ]
    assert rows[0].stream_position.startswith("backfill:")
    before = keys(cloud)
    code, output = backfilled(operator, str(path))
    assert "2 there" in output
    assert keys(cloud) == before


def test_raw_records_and_failed_events_are_brought_in(
    cloud: Cloud, operator: dict[str, str], tmp_path: Path
) -> None:
    name = "firelake-1-2026-11-02-10-00-00-00000000-0000-4000-8000-000000000000"
    put(cloud, f"raw/dt=2026-11-02/hour=10/{name}.gz", gzip.compress(event("a") + event("b")))
    failed = {
        "attemptsMade": 1,
        "arrivalTimestamp": CREATED_S * 1000,
        "errorCode": "DynamicPartitioning.ActivePartitionLimitExceeded",
        "errorMessage": "too many",
        "rawData": base64.b64encode(event("b") + event("c")).decode(),
    }
    put(
        cloud,
        f"errors/type=activePartitionExceeded/dt=2026-11-02/{name}",
        json.dumps(failed).encode() + b"\n",
    )
    span = ("2026-11-02T10:00Z", "2026-11-02T11:00Z")
    code, output = backfilled(operator, "--raw", *span, "--errors", *span, "--dry-run")
    assert (code, keys(cloud)) == (0, []), output
    assert "3 would be written" in output
    code, output = backfilled(operator, "--raw", *span, "--errors", *span)
    assert code == 0, output
    assert uuids(cloud, tmp_path) == ["a", "b", "c"]
    assert "2 of the failed events are noted as done" in output
    day = "type=activePartitionExceeded/dt=2026-11-02"
    receipt = json.loads(body(cloud, f"errors-replayed/{day}/{name}"))
    assert {label: each["event_uuid"] for label, each in receipt["events"].items()} == {
        "1#0": "b",
        "1#1": "c",
    }


def test_a_run_that_was_killed_half_way_is_finished_by_the_next(
    cloud: Cloud, operator: dict[str, str], tmp_path: Path
) -> None:
    # Of names that the contract does not know, though of their types: each its own partition.
    places = list(product(LEARNING.event_types[:8], range(5)))
    path = tmp_path / "history.jsonl"
    path.write_bytes(
        b"".join(
            event(f"e{number:02d}", CREATED_S + 86_400 * day, event_name=f"{event_type}:unknown")
            for number, (event_type, day) in enumerate(places)
        )
    )
    with subprocess.Popen(
        [sys.executable, "-m", "firelake", "backfill", "--folder", str(tmp_path), str(path)],
        env={**os.environ, **operator},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as running:
        while not keys(cloud):
            assert running.poll() is None
            time.sleep(0.01)
        running.kill()
        # Ends only when the processes that it began have ended as well.
        running.communicate(timeout=60)
    assert len(keys(cloud)) < len(places)
    end_lease(cloud)
    code, output = backfilled(operator, str(path))
    assert code == 0, output
    assert uuids(cloud, tmp_path) == [f"e{number:02d}" for number in range(len(places))]


def test_a_lease_is_written_and_deleted_only_as_it_was_read(
    dynamodb: DynamoDBClient, claims_table: str
) -> None:
    leases = DynamoLeases(dynamodb, claims_table, Waiting(lambda _: None))
    found, now_s = leases.read()
    assert found is None
    assert abs(now_s - time.time()) < 60
    mine, other = Lease.granted("mine", now_s), Lease.granted("other", now_s)
    assert leases.write(mine, None)[0]
    assert not leases.write(other, None)[0]
    assert not leases.write(other, Lease("mine", mine.expires_at_s - 1))[0]
    assert leases.read()[0] == mine
    leases.delete(other)
    assert leases.read()[0] == mine
    # The answer to a write is lost, and it is sent again.
    assert leases.write(mine, None)[0]
    renewed = Lease.granted("mine", now_s + 30)
    assert leases.write(renewed, mine)[0]
    leases.delete(renewed)
    assert leases.read()[0] is None


def test_a_table_that_is_not_there_is_told(dynamodb: DynamoDBClient) -> None:
    with pytest.raises(LeaseError, match="the lease in table 'nowhere' cannot be used"):
        DynamoLeases(dynamodb, "nowhere", Waiting(_no_pause)).read()


def _no_pause(seconds: float) -> None:
    pytest.fail(f"nothing is mended by a pause of {seconds} s")


def test_a_file_is_created_once_and_read_in_parts(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    store = S3Files(AwsClients(1).s3(), str(cloud.outputs["bucket"]))
    key = events_partition_prefix("lesson", "2026-11-02") + "large.parquet"
    path = tmp_path / "body"
    path.write_bytes(bytes(range(256)) * 20_000)
    with path.open("rb") as body:
        assert store.create(key, body)
        assert not store.create(key, body)
    (file,) = store.files(EVENTS_PREFIX)
    assert (file.key, file.size_bytes) == (key, 5_120_000)
    assert store.folders(EVENTS_PREFIX) == ["events/event_type=lesson/"]
    with store.open(file) as body:
        body.seek(-3, os.SEEK_END)
        assert body.read() == b"\xfd\xfe\xff"
        body.seek(256)
        assert body.read(2) == b"\x00\x01"
        cloud.clients.call("s3", "DeleteObject", {"Bucket": cloud.outputs["bucket"], "Key": key})
        with pytest.raises(FileGoneError, match="gone since it was listed"):
            body.read(2)


def test_windows_that_were_narrowed_count_once_what_the_wider_ones_let_pass_has_come(
    cloud: Cloud, operator: dict[str, str], tmp_path: Path
) -> None:
    # The function has run with the windows of the stack: 7 days late, 72 hours in the stream.
    payload = json.dumps(invocation_of([event("probe")])).encode()
    asked = {"FunctionName": cloud.outputs["functionName"], "Payload": payload}
    assert "FunctionError" not in cloud.clients.call("lambda", "Invoke", asked)
    day_s = 86_400
    path = tmp_path / "history.jsonl"
    path.write_bytes(event("wide", time.time() - 6 * day_s) + event("closed"))
    narrow = {**operator, "FIRELAKE_LATENESS_DAYS": "1", "FIRELAKE_RETENTION_HOURS": "24"}
    code, output = backfilled(narrow, str(path), "--dry-run")
    assert code == 1
    assert "1 later" in output
    assert "1 would be written" in output
    # Two days after others were noted, an hour later at least, nothing of them can come any more.
    item = in_force(cloud)
    (name,) = (key for key in item if re.fullmatch("L7_R72_D14_S[0-9]+", key))
    long_ago_ms = int((time.time() - 2 * day_s - 3_601) * 1000)
    noted = {"N": str(long_ago_ms)}, {"N": str(long_ago_ms + 1)}
    others = {"L1_R24_D8_S211": noted[1], "L1_R24_D8_S211_B": noted[1]}
    put_in_force(cloud, {**item, name: noted[0], **others})
    try:
        _, output = backfilled(narrow, str(path), "--dry-run")
        assert "2 would be written" in output
    finally:
        put_in_force(cloud, item)


def in_force(cloud: Cloud) -> dict[str, dict[str, str]]:
    """The item in which the function notes its settings."""
    asked = {"TableName": cloud.outputs["claimsTable"], "Key": {"event_uuid": {"S": IN_FORCE_KEY}}}
    return cloud.clients.call("dynamodb", "GetItem", {**asked, "ConsistentRead": True})["Item"]


def put_in_force(cloud: Cloud, item: dict[str, dict[str, str]]) -> None:
    cloud.clients.call(
        "dynamodb", "PutItem", {"TableName": cloud.outputs["claimsTable"], "Item": item}
    )
