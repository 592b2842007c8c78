"""Embedded clouds on one machine: each has what is its own, and ends without the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from firelake.formats.emulation import InputError, ProcessError, ProvisionError
from firelake.infra.errors import ConfigError
from firelake.local.cloud import Cloud
from firelake.local.ministack import Ministack
from firelake.local.processes import identify
from tests.helpers.cloud_fixtures import CONFIGS, TODAY
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.pulumi_recorder import zip_at

if TYPE_CHECKING:
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]

# A run that starts MiniStack, tells of it, and waits to be killed.
VICTIM = """
import sys, time
from pathlib import Path
from firelake.local.ministack import Ministack
running = Ministack.start(Path(sys.argv[1]), records=Path(sys.argv[2]))
print(running.pid, running.endpoint, flush=True)
time.sleep(600)
"""


@pytest.fixture
def victim(tmp_path: Path) -> subprocess.Popen[str]:
    """A process that has a MiniStack of its own; ended when the test ends."""
    (tmp_path / "victim").mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(tmp_path / "victim"), str(tmp_path / "records")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def told_by(victim: subprocess.Popen[str]) -> int:
    """The number of the victim's MiniStack, once it answers."""
    assert victim.stdout is not None
    return int(victim.stdout.readline().split()[0])


def ended(victim: subprocess.Popen[str]) -> None:
    victim.kill()
    victim.wait()
    assert victim.stdout is not None
    victim.stdout.close()


def test_two_clouds_do_not_see_each_other(clouds: Clouds, tmp_path: Path) -> None:
    one = clouds("dev")
    with Cloud.start(
        CONFIGS["dev"],
        folder=tmp_path,
        contract_file=LESSONS_FILE,
        stack="dev",
        is_delivering=False,
        today=lambda: TODAY,
    ) as other:
        assert other.outputs["bucket"] == one.outputs["bucket"]
        record = {"Data": b"{}", "PartitionKey": "key"}
        for cloud in (other, other, one):
            stream = {"StreamName": cloud.outputs["streamName"]}
            cloud.clients.call("kinesis", "PutRecord", {**stream, **record})
        key = {"Bucket": other.outputs["bucket"], "Key": "events/x"}
        other.clients.call("s3", "PutObject", {**key, "Body": b"x"})
        listed = one.clients.pages("s3", "ListObjectsV2", {"Bucket": key["Bucket"]}, "Contents")
        assert [each for each in listed if each["Key"] == "events/x"] == []
        gone = other.folder
    assert not gone.exists()
    with pytest.raises(EndpointConnectionError):
        other.clients.call("s3", "ListBuckets", {})
    assert len(one.clients.call("s3", "ListBuckets", {})["Buckets"]) == 1


def test_what_a_killed_run_started_ends_with_it_and_its_files_go(
    victim: subprocess.Popen[str], tmp_path: Path
) -> None:
    pid = told_by(victim)
    victim.send_signal(signal.SIGKILL)
    ended(victim)
    deadline = time.monotonic() + 30
    while identify(pid) is not None or list((tmp_path / "records").glob("*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert list((tmp_path / "victim").iterdir()) == []
    with Ministack.start(tmp_path, records=tmp_path / "records") as next_one:
        assert next_one.left_overs == ()


def test_what_a_living_run_has_started_is_left_alone(
    victim: subprocess.Popen[str], tmp_path: Path
) -> None:
    pid = told_by(victim)
    try:
        with Ministack.start(tmp_path, records=tmp_path / "records") as next_one:
            assert next_one.left_overs == ()
            assert identify(pid) is not None
    finally:
        os.kill(pid, signal.SIGTERM)
        ended(victim)


def test_a_ministack_that_does_not_start_tells_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho cannot start >&2\nsleep 0.5\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(ProcessError, match="cannot start"):
        Ministack.start(tmp_path, records=tmp_path / "records")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["python", "records"]


def test_a_cloud_that_cannot_be_deployed_leaves_nothing_behind(tmp_path: Path) -> None:
    records, folder = tmp_path / "records", tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ConfigError, match="startDate"):
        Cloud.start({}, folder=folder, records=records)
    assert list(folder.iterdir()) == []
    assert [each.name for each in records.iterdir()] == ["lock"]


def test_a_zip_that_is_none_is_refused_with_the_resource_and_its_line(tmp_path: Path) -> None:
    other = tmp_path / "function.zip"
    other.write_bytes(b"no zip")
    said = r"transform-function' \(src/firelake/infra/.*transform.py:\d+\)"
    with pytest.raises(ProvisionError, match=said):
        Cloud.start(
            CONFIGS["dev"],
            folder=tmp_path,
            contract_file=LESSONS_FILE,
            is_delivering=False,
            is_querying=False,
            zip_of=zip_at(other),
            today=lambda: TODAY,
        )


def test_a_call_outside_of_awss_model_is_refused_before_it_is_made(clouds: Clouds) -> None:
    with pytest.raises(InputError, match="StreamMode must be one of PROVISIONED, ON_DEMAND"):
        clouds("dev").clients.call(
            "kinesis",
            "CreateStream",
            {"StreamName": "s", "StreamModeDetails": {"StreamMode": "ONDEMAND"}},
        )


def test_other_tools_work_with_the_environment_alone(clouds: Clouds) -> None:
    cloud = clouds("dev")
    script = (
        "import boto3, json;"
        "print(json.dumps([boto3.client('sts').get_caller_identity()['Account'],"
        " boto3.client('kinesis').list_streams()['StreamNames']]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], **cloud.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) == ["111122223333", ["firelake-dev-events"]]
