"""Slow statements and their workers: none keeps another waiting, and none outlives its endpoint."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from firelake.local.athena_endpoint import AthenaEndpoint
from tests.helpers.athena_fixtures import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.athena_fixtures import AthenaPlace

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks processes up in /proc"),
]

_DEADLINE_S: Final = 60
_WARM: Final = 2
# Finite, but far longer than any test waits.
SLOW: Final = (
    "SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x), UNNEST(sequence(1, 9000)) AS b (y),"
    " UNNEST(sequence(1, 9000)) AS c (z) WHERE (x * y + z) % 7 = 3"
)
# Keeps Python busy in one call after the other, as look-around is Python's work.
SLOW_IN_PYTHON: Final = (
    "SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x), UNNEST(sequence(1, 9000)) AS b (y)"
    " WHERE regexp_like(cast(x * y AS varchar) || rpad('', 500, 'a'), '(?<=b)c')"
)
STATEMENTS: Final = {"in DuckDB": SLOW, "in Python": SLOW_IN_PYTHON}


def until(is_so: Callable[[], bool]) -> None:
    """Waits for something that must come."""
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def start(client: Any, sql: str) -> str:  # noqa: ANN401 - boto3 types each service by itself
    """Starts a statement and waits until it runs."""
    started = str(
        client.start_query_execution(
            QueryString=sql, ResultConfiguration={"OutputLocation": RESULTS}
        )["QueryExecutionId"]
    )
    until(lambda: state(client, started) == "RUNNING")
    return started


def state(client: Any, execution: str) -> str:  # noqa: ANN401
    """How far an execution is."""
    told = client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
    return str(told["Status"]["State"])


def below(pid: int) -> set[int]:
    """The processes that a process started, and those that these did."""
    found: set[int] = set()
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, tasks.read_text().split()):
            found |= {child, *below(child)}
    return found


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_a_slow_statement_keeps_no_other_waiting_and_is_stopped(
    athena: AthenaPlace, sql: str
) -> None:
    client = athena.client("athena")
    slow = [start(client, sql) for _ in range(3)]
    for number in range(5):
        assert athena.rows(f"SELECT {number} AS n")[1:] == [[str(number)]]
    assert [state(client, each) for each in slow] == ["RUNNING"] * 3
    for each in slow:
        client.stop_query_execution(QueryExecutionId=each)
    # Whatever its worker is busy with, it is told so by the very next question.
    assert [state(client, each) for each in slow] == ["CANCELLED"] * 3
    assert athena.rows("SELECT 'and on' AS n")[1:] == [["and on"]]


@pytest.fixture
def endpoint(athena: AthenaPlace, tmp_path: Path) -> AthenaEndpoint:
    """An endpoint of the test's own, on the same cloud."""
    behind = {name: value for name, value in athena.environment.items() if "URL_" not in name}
    return AthenaEndpoint.start(behind, folder=tmp_path, records=tmp_path / "records")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_its_endpoint(
    athena: AthenaPlace, endpoint: AthenaEndpoint, number: signal.Signals
) -> None:
    client = cast("Any", athena.session).client("athena", endpoint_url=endpoint.url)
    start(client, SLOW_IN_PYTHON)
    pid = cast("int", endpoint.pid)
    children = below(pid)
    assert children
    os.kill(pid, number)
    until(lambda: endpoint.pid is None)
    until(lambda: not any(Path(f"/proc/{each}").exists() for each in children))


def test_a_worker_that_is_killed_fails_its_statement_and_is_replaced(
    athena: AthenaPlace, endpoint: AthenaEndpoint, tmp_path: Path
) -> None:
    client = cast("Any", athena.session).client("athena", endpoint_url=endpoint.url)
    slow = start(client, SLOW)
    pid = cast("int", endpoint.pid)
    scratch = tmp_path / "athena" / "scratch"
    until(lambda: any(_cpu_ticks(each) > 100 for each in workers(pid)))
    os.kill(max(workers(pid), key=_cpu_ticks), signal.SIGKILL)
    until(lambda: state(client, slow) != "RUNNING")
    told = client.get_query_execution(QueryExecutionId=slow)["QueryExecution"]["Status"]
    assert told["State"] == "FAILED"
    assert told["StateChangeReason"] == "Query exhausted resources at this scale factor"
    # It left nothing of its own, and others are there.
    until(lambda: len(list(scratch.iterdir())) == _WARM)
    assert start_and_end(client, "SELECT 1 AS n") == "SUCCEEDED"
    endpoint.stop()


def workers(pid: int) -> set[int]:
    """The processes below that of which they are copies, which is the endpoint's child."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return below(pid) - {int(child) for each in tasks for child in each.read_text().split()}


def start_and_end(client: Any, sql: str) -> str:  # noqa: ANN401
    """Runs a statement to its end."""
    started = client.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": RESULTS}
    )["QueryExecutionId"]
    until(lambda: state(client, started) not in {"QUEUED", "RUNNING"})
    return state(client, started)


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
