"""The producer of apps on an emulated Kinesis, in processes that end in every way."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.commands import ROOT
from tests.helpers.kinesis_streams import kinesis_client, new_stream, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_kinesis import KinesisClient

pytestmark = pytest.mark.local

START = """\
import os, sys
from firelake.send.producer import Producer
producer = Producer(sys.argv[1])
for number in range(1200):
    producer.send({"event_uuid": f"id-{number:04d}"})
"""
LINES = sorted(b'{"event_uuid":"id-%04d"}\n' % number for number in range(1200))


@pytest.fixture(scope="module")
def kinesis(ministack: str) -> Iterator[KinesisClient]:
    client = kinesis_client(ministack)
    yield client
    client.close()


def run(endpoint: str, stream: str, program: str) -> tuple[int, str]:
    """The exit code of a program, and what it wrote to standard error."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    ended = subprocess.run(
        [sys.executable, "-c", program, stream],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(
    ("end", "code"),
    [("", 0), ("producer.close()", 0), ("sys.exit(3)", 3), ("1 / 0", 1)],
    ids=["ends", "closes", "exits", "raises"],
)
def test_what_a_process_sent_is_on_the_stream_when_it_has_ended(
    kinesis: KinesisClient, ministack: str, end: str, code: int
) -> None:
    stream = new_stream(kinesis)
    assert run(ministack, stream, START + end)[0] == code
    assert sorted(records_of(kinesis, stream)) == LINES


def test_a_process_that_ends_with_events_unsent_says_so(ministack: str) -> None:
    code, errors = run(ministack, "nobody-made-it", START)
    assert code in {0, 1}
    assert "UndeliveredError: Kinesis does not have" in errors
    assert "ResourceNotFoundException" in errors


def test_a_producer_that_was_made_before_a_fork_says_so_and_the_parent_goes_on(
    kinesis: KinesisClient, ministack: str
) -> None:
    stream = new_stream(kinesis)
    fork = """
pid = os.fork()
if pid == 0:
    try:
        producer.send({})
    except Exception as error:
        print(error, file=sys.stderr)
    sys.exit(0)
os.waitpid(pid, 0)
"""
    code, errors = run(ministack, stream, START + fork)
    assert code == 0
    assert "the producer was made before a fork: make one in each process\n" in errors
    assert sorted(records_of(kinesis, stream)) == LINES
