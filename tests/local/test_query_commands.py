"""The commands that ask a delivered lake, as a user runs them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

ROOT: Final = Path(__file__).parents[2]


def command(queried_lake: QueriedLake, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "firelake", *arguments],
        cwd=ROOT,
        env=queried_lake.client_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_answers_in_csv_and_tells_what_it_read(queried_lake: QueriedLake) -> None:
    sql = (
        "SELECT user_id, count(*) AS events FROM event_story__started"  # noqa: S608 -- a date
        f" WHERE dt = '{queried_lake.day}' GROUP BY 1 ORDER BY 1"
    )
    result = command(queried_lake, "query", sql, "--csv")
    assert result.returncode == 0, result.stderr
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["user_id", "events"],
        ["ada", "2"],
        ["bob", "1"],
    ]
    assert result.stderr.startswith("2 rows, ")
    assert " 0 bytes scanned" not in result.stderr


def test_drift_of_the_lake_is_told_by_the_command(queried_lake: QueriedLake) -> None:
    since = queried_lake.day.isoformat()
    result = command(queried_lake, "contract", "drift", "--since", since)
    assert result.returncode == 1, result.stderr
    lines = result.stdout.splitlines()
    assert (
        f'field mood of story:started: likely string; 2 rows since {since}, such as "good"' in lines
    )
    assert f"field stars of story:started: likely bigint; 1 row since {since}, such as 3" in lines
    # New in this version of the contract, so in extras as well.
    assert not [line for line in lines if "generator_version" in line and "lesson:started" in line]
