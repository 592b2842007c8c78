"""The command: what it shows and how it ends, for runs with and without a fault."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.cli.commands import verify as command
from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.health.verify.evidence import Trouble
from tests.unit.health.verify.simulated_run import good_run

if TYPE_CHECKING:
    from firelake.health.verify.evidence import Evidence
    from firelake.health.verify.run import Timing

ENVIRONMENT: Final = {
    "FIRELAKE_STREAM": "s",
    "FIRELAKE_BUCKET": "b",
    "FIRELAKE_DATABASE": "d",
    "FIRELAKE_WORKGROUP": "firelake-dev",
    "FIRELAKE_DELIVERY_STREAM": "f",
    "FIRELAKE_NAME_PREFIX": "firelake-dev",
    "FIRELAKE_CLAIMS_TABLE": "c",
    "FIRELAKE_SETTLE_S": "200",
    "FIRELAKE_GRANULARITY": "day",
    "FIRELAKE_LATENESS_DAYS": "7",
    "FIRELAKE_DEDUPE_DAYS": "14",
}
ENDPOINT: Final = "https://kinesis.us-east-1.amazonaws.com"


class Runs:
    """Takes the place of a run, and notes how long it would wait."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.evidence: Evidence = good_run()
        self.timing: Timing | None = None
        patch.setattr(command, "world_of", self.world_of)
        patch.setattr(command, "verify", self.verify)
        patch.setattr(command, "schedule_of", self.schedule_of)

    def world_of(self, *_: object, **__: object) -> tuple[None, str]:
        return None, ENDPOINT

    def schedule_of(self, _: object) -> Schedule:
        return ITEMS_ONLY

    def verify(self, *asked: Any, is_crawling: bool) -> Evidence:  # noqa: ANN401 -- as verify is called
        assert not is_crawling
        self.timing = asked[3]
        return self.evidence


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


def test_a_good_run_ends_well_and_tells_who_answered(runs: Runs) -> None:
    result = CliRunner().invoke(app, ["verify"], env=ENVIRONMENT)
    assert (result.exit_code, result.stderr) == (0, "")
    assert ENDPOINT in result.stdout
    assert "packed-records" in result.stdout
    assert runs.timing is not None
    assert (runs.timing.settle_s, runs.timing.deadline_s, runs.timing.poll_s) == (200, 700, 10)


def test_a_fault_ends_with_1_and_is_told_harmlessly(runs: Runs) -> None:
    runs.evidence = replace(runs.evidence, views=Trouble("\x1b[2J[bold]stale"))
    result = CliRunner().invoke(app, ["verify"], env=ENVIRONMENT)
    assert result.exit_code == 1
    assert result.stderr == "views: \\x1b[2J[bold]stale\n"


def test_json_has_everything(runs: Runs) -> None:
    result = CliRunner().invoke(app, ["verify", "--json", "--deadline", "5"], env=ENVIRONMENT)
    document = json.loads(result.stdout)
    assert (document["is_verified"], document["endpoint"]) == (True, ENDPOINT)
    assert {each["result"] for each in document["facts"]} == {"holds", "not observable here"}
    assert runs.timing is not None
    assert runs.timing.deadline_s == 5
