"""The delivery process of an embedded cloud: started, stopped, killed, and told of when it dies."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from firelake.formats.emulation import ProcessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.local.cloud import Cloud
    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local


@pytest.fixture
def cloud(clouds: Clouds) -> Iterator[Cloud]:
    """A cloud that does not deliver before and after."""
    cloud = clouds("prod")
    yield cloud
    cloud.kill_delivery()


def wait_for(cloud: Cloud, words: str, times: int = 1) -> None:
    """Waits until the delivery has said something so often."""
    deadline = time.monotonic() + 30
    while cloud.delivery_log.read_text().count(words) < times:
        assert time.monotonic() < deadline, cloud.delivery_log.read_text()
        time.sleep(0.02)


def said(cloud: Cloud, words: str) -> int:
    """How often the delivery has said something until now."""
    return cloud.delivery_log.read_text().count(words) if cloud.delivery_log.exists() else 0


def test_a_delivery_is_started_once_and_stopped(cloud: Cloud) -> None:
    before = said(cloud, "delivers arn:aws:firehose")
    stopped_before = said(cloud, "stopped; what is not stored will be read again")
    cloud.start_delivery()
    with pytest.raises(ProcessError, match=f"runs already, as process {cloud.delivery_pid}"):
        cloud.start_delivery()
    wait_for(cloud, "delivers arn:aws:firehose", before + 1)
    cloud.stop_delivery()
    assert cloud.delivery_pid is None
    assert said(cloud, "stopped; what is not stored will be read again") == stopped_before + 1
    cloud.stop_delivery()


def test_a_killed_delivery_can_be_started_again(cloud: Cloud) -> None:
    before = said(cloud, "delivers arn:aws:firehose")
    cloud.start_delivery()
    first = cloud.delivery_pid
    wait_for(cloud, "delivers arn:aws:firehose", before + 1)
    cloud.kill_delivery()
    assert cloud.delivery_pid is None
    cloud.start_delivery()
    assert cloud.delivery_pid != first
    wait_for(cloud, "delivers arn:aws:firehose", before + 2)


def test_a_delivery_that_died_is_told_of_when_it_is_stopped(cloud: Cloud) -> None:
    before = said(cloud, "delivers arn:aws:firehose")
    cloud.start_delivery()
    wait_for(cloud, "delivers arn:aws:firehose", before + 1)
    pid = cloud.delivery_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ProcessError, match=r"ended by itself, with -9; its log ends with:\n"):
        cloud.stop_delivery()
    assert cloud.delivery_pid is None
