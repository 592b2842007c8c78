"""The command `firelake verify` on an embedded cloud, with an operator's rights: one run, one lake.

What it finds here are facts of the imitation; what matters is that it sees each of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.contract.names import CANARY_UUID_PREFIX
from firelake.health.verify.canaries import Kind
from firelake.health.verify.facts import FACTS
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.contracts import LEARNING, LEARNING_FILE
from tests.helpers.lake_reading import LakeReader
from tests.helpers.operators import keys_of_operator

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.local

ROOT: Final = Path(__file__).parents[2]
# All of the run's parts come within it here.
PATIENCE_S: Final = 2


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    start = datetime.now(UTC).date() - timedelta(days=9)
    config = {"firelake:startDate": start.isoformat()}
    folder = tmp_path_factory.mktemp("verify")
    with Cloud.start(
        config,
        folder=folder,
        contract_file=LEARNING_FILE,
        switches=LocalSwitches(flush_sooner_s=1.0),
    ) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def run(cloud: Cloud) -> subprocess.CompletedProcess[str]:
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    environment = {
        **os.environ,
        **cloud.environment(),
        **keys_of_operator(cloud, "verifier"),
        **variables_of(outputs),
        # What the switch makes of the stack's.
        "FIRELAKE_SETTLE_S": "3",
    }
    return subprocess.run(
        [
            *(sys.executable, "-m", "firelake", "verify", "--json"),
            *("--patience", str(PATIENCE_S), "--deadline", "60"),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode in {0, 1}, run.stderr
    return json.loads(run.stdout)


def test_a_lake_that_works_is_verified(
    run: subprocess.CompletedProcess[str], told: dict[str, Any]
) -> None:
    wrong = [each for each in told["checks"] if each["result"] == "does not hold"]
    assert wrong == []
    assert (told["is_verified"], run.returncode) == (True, 0), run.stderr


def test_each_kind_of_canary_is_told_of(told: dict[str, Any]) -> None:
    results = {each["check"]: (each["result"], each["seen"]) for each in told["checks"]}
    types = len(LEARNING.event_types)
    assert results[Kind.TYPE] == ("holds", f"{types} delivered")
    assert results[Kind.PACKED] == ("holds", "3 delivered")
    assert results[Kind.REUSED] == ("holds", "1 delivered, 1 failed")
    assert results[Kind.LATE] == ("holds", "1 failed")
    assert results["values of rows"] == ("holds", f"{types + 9} rows as sent")
    assert results["views"][1] == f"{types + 1} views have their events, each once"


def test_facts_are_told_as_far_as_they_can_be_seen(told: dict[str, Any]) -> None:
    results = {each["fact"]: each["result"] for each in told["facts"]}
    assert list(results) == [fact.name for fact in FACTS]
    seen = {name for name, result in results.items() if result == "holds"}
    assert seen >= {
        "packed-records",
        "partition-columns",
        "parquet-timestamps",
        "error-members",
        "error-data",
        "duplicate-item",
        "positions",
        "source-backup",
        "freshness-metric",
        "rule-metric",
        "empty-arrays",
        "old-dates",
        "number-literals",
        "double-texts",
    }
    # An operator may not see it.
    assert results["crawler-rights"] == "not observable here"


def test_the_address_that_answered_is_told(told: dict[str, Any], cloud: Cloud) -> None:
    assert told["endpoint"] == cloud.environment()["AWS_ENDPOINT_URL"]


def test_canaries_are_in_the_lake_and_recognisable(
    told: dict[str, Any], cloud: Cloud, tmp_path: Path
) -> None:
    rows = LakeReader(cloud, tmp_path).unique_rows()
    own = f"{CANARY_UUID_PREFIX}{told['run']}-"
    assert all(row.event_uuid.startswith(own) for row in rows)
    assert len(rows) == len(LEARNING.event_types) + 9
