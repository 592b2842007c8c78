"""The command `firelake produce` on an emulated Kinesis: what it says is what the stream has."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from firelake.contract.layout import Granularity
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING
from tests.helpers.kinesis_streams import kinesis_client, new_stream, records_of
from tests.helpers.microburst_process import Microburst, microburst_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mypy_boto3_kinesis import KinesisClient

pytestmark = pytest.mark.local

COMMAND = [sys.executable, "-m", "firelake", "produce"]


@pytest.fixture(scope="module")
def kinesis(ministack: str) -> Iterator[KinesisClient]:
    client = kinesis_client(ministack)
    yield client
    client.close()


@pytest.fixture
def stream(kinesis: KinesisClient) -> str:
    """The name of a fresh stream."""
    return new_stream(kinesis)


@pytest.fixture(scope="module")
def proxy(ministack: str) -> Iterator[Microburst]:
    with microburst_before(ministack) as running:
        yield running


def environment(endpoint: str, stream: str) -> dict[str, str]:
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "FIRELAKE_STREAM": stream,
        "FIRELAKE_GRANULARITY": "day",
        "FIRELAKE_LATENESS_DAYS": "7",
    }


def run(
    endpoint: str, stream: str, *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(endpoint, stream),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=100,
    )


def start(endpoint: str, stream: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(endpoint, stream),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sent_events(output: bytes) -> int:
    found = re.search(rb"^sent     ([0-9,]+) events", output, re.MULTILINE)
    assert found is not None, output
    return int(found[1].replace(b",", b""))


def test_a_file_is_sent_whole_each_line_a_record_with_a_newline(
    kinesis: KinesisClient, ministack: str, stream: str, tmp_path: Path
) -> None:
    lines = [b'{"n":%d}' % number for number in range(1234)]
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\r\n".join([*lines, b"", b"not JSON \xff", b"{}"]))
    result = run(ministack, stream, str(path))
    told = b"firelake: not every event is on the stream: the counts say why\n"
    assert (result.returncode, result.stderr) == (1, told)
    assert re.sub(rb"\([0-9,]+/s\)", b"(/s)", result.stdout).splitlines() == [
        b"sent     1,235 events in 1,235 records (/s)",
        b"retried  0 records",
        b"refused  0 events",
        b"left     1 of the input that cannot be sent:",
        b"         line 1,236 (byte 13,700): it is no JSON (10 bytes)",
    ]
    assert sorted(records_of(kinesis, stream)) == sorted(line + b"\n" for line in [*lines, b"{}"])


def test_what_holds_no_json_is_refused_and_nothing_of_it_sent(
    kinesis: KinesisClient, ministack: str, stream: str
) -> None:
    result = run(ministack, stream, "-", stdin=b'id,event\n1,{"n":1}\n')
    assert result.returncode != 0
    assert b"standard input is not sent, as it holds no JSON objects" in result.stderr
    assert records_of(kinesis, stream) == []


def test_standard_input_is_sent_while_it_is_still_open(
    kinesis: KinesisClient, ministack: str, stream: str
) -> None:
    process = start(ministack, stream, "-", "--pack")
    assert process.stdin is not None
    process.stdin.write(b'{"n":1}\n')
    process.stdin.flush()
    wait_for(lambda: records_of(kinesis, stream) == [b'{"n":1}\n'])
    output, _ = process.communicate(b'{"n":2}', timeout=60)
    assert (process.returncode, sent_events(output)) == (0, 2)
    assert sorted(records_of(kinesis, stream)) == [b'{"n":1}\n', b'{"n":2}\n']


def test_packed_records_hold_valid_events_of_one_partition_alone(
    kinesis: KinesisClient, ministack: str, stream: str
) -> None:
    shares = ["--duplicates", "0.1", "--invalid", "0.1", "--late", "0.02", "--unregistered", "0.05"]
    result = run(ministack, stream, "--generate", "8000", "--seed", "3", "--pack", *shares)
    assert (result.returncode, result.stderr) == (0, b"")
    assert sent_events(result.stdout) == 8000

    records = records_of(kinesis, stream)
    reader = EventReader(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    now_ms = time.time_ns() // 1_000_000
    readings = [reader.read(data, RecordPosition("s:1:0", now_ms)) for data in records]
    assert sum(reading.event_count for reading in readings) == 8000
    lines = Counter(
        data.count(b"\n") for data, each in zip(records, readings, strict=True) if each.problems
    )
    assert set(lines) == {1}
    assert all(data.endswith(b"\n") for data in records)
    packed = [data for data in records if data.count(b"\n") > 1]
    assert max(map(len, packed)) <= 50_000
    assert sum(data.count(b"\n") for data in packed) > 6000
    assert len(packed) < 200


def test_throttled_calls_are_sent_again_and_nothing_is_lost_or_double(
    kinesis: KinesisClient, stream: str, proxy: Microburst
) -> None:
    error = {"error": {"code": "ProvisionedThroughputExceededException"}}
    rule = {"service": "kinesis", "operation": "PutRecords", "sequence": {"fail": 1, "pass": 2}}
    proxy.set_rules([rule | error])
    lines = b"".join(b'{"n":%d}\n' % number for number in range(5000))
    result = run(proxy.endpoint, stream, "-", stdin=lines)
    assert result.returncode == 0
    assert re.search(rb"retried  [1-9][0-9,]* records \(Provisioned", result.stdout)
    assert b"".join(sorted(records_of(kinesis, stream))) == b"".join(
        sorted(lines.splitlines(keepends=True))
    )


def test_lost_answers_lose_no_event(kinesis: KinesisClient, stream: str, proxy: Microburst) -> None:
    rule = {"service": "kinesis", "operation": "PutRecords", "sequence": {"fail": 1, "pass": 2}}
    proxy.set_rules([rule | {"response": {"abort_bytes": 0}}])
    lines = [b'{"n":%d}\n' % number for number in range(5000)]
    result = run(proxy.endpoint, stream, "-", stdin=b"".join(lines))
    assert (result.returncode, sent_events(result.stdout)) == (0, 5000)
    assert proxy.fired()[0] >= 1
    assert set(records_of(kinesis, stream)) == set(lines)


def test_what_stays_refused_makes_the_command_fail(stream: str, proxy: Microburst) -> None:
    error = {"error": {"code": "ProvisionedThroughputExceededException"}}
    proxy.set_rules([{"service": "kinesis", "operation": "PutRecords"} | error])
    result = run(proxy.endpoint, stream, "-", "--patience", "0.5", stdin=b"{}\n{}\n")
    assert result.returncode == 1
    assert b"refused  2 events\n" in result.stdout


def test_an_unknown_stream_is_told_at_once(ministack: str) -> None:
    result = run(ministack, "nobody-made-it", "-", stdin=b"{}\n")
    assert result.returncode == 1
    assert b"stopped, the rest was not sent: stream 'nobody-made-it': Resource" in result.stdout
    assert b"refused  1 event\n" in result.stdout


def test_ctrl_c_ends_it_with_a_true_count(
    kinesis: KinesisClient, ministack: str, stream: str
) -> None:
    process = start(ministack, stream, "--generate", "100000", "--rate", "200")
    wait_for(lambda: len(records_of(kinesis, stream)) > 100)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"")
    assert b"interrupted, the rest was not sent" in output
    assert sent_events(output) == len(records_of(kinesis, stream))
