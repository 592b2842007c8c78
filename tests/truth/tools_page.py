"""The programs of docs/tools.md, each run by the client that it names on a lake of this machine."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from tests.truth.environments import environment
from tests.truth.parts import Outcome, ask_each, tool
from tests.truth.superset_chart import PROGRAM
from tests.truth.tools_lake import LESSONS, tools_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.truth.tools_lake import ToolsLake

_PAGE: Final = (Path(__file__).parents[2] / "docs" / "tools.md").read_text("utf-8")
_MARTS: Final = "marts-of-dbt"
_BY_PLATFORM: Final = (
    "SELECT platform, sum(lessons) FROM marts.lessons_by_day GROUP BY platform ORDER BY platform"
)


def outcomes() -> Iterator[Outcome]:
    """Runs each program, and compares what it prints with what was sent.

    Raises:
        SkippedError: Some clients cannot be had; after the others were asked.
    """
    with tempfile.TemporaryDirectory() as name, tools_lake(Path(name)) as lake:
        yield from ask_each(_TOOLS, lake)


def _sqlalchemy(lake: ToolsLake) -> Outcome:
    return _program(lake, "SQLAlchemy", _pinned("PyAthena[SQLAlchemy]"), "sqlalchemy")


def _polars(lake: ToolsLake) -> Outcome:
    return _program(lake, "DuckDB and Polars", _pinned("polars"), "polars")


def _spark(lake: ToolsLake) -> Outcome:
    tool("java")
    return _program(lake, "Spark", _pinned("pyspark"), "pyspark")


def _duckdb(lake: ToolsLake) -> Outcome:
    printed = _run(lake, [sys.executable, "-c", _block("DuckDB and Polars", "duckdb")])
    return _judged("DuckDB", duckdb.__version__, ast.literal_eval(printed.splitlines()[-1]))


def _superset(lake: ToolsLake) -> Outcome:
    pinned = _pinned("apache-superset[athena]")
    python = environment(_folder(pinned), pinned, "flask-caching==2.3.1", "cachetools")
    uri = _block("Superset", "awsathena").strip().format_map(lake.environment)
    printed = _run(lake, [python, "-W", "ignore", "-c", PROGRAM, uri])
    answers: dict[str, Any] = ast.literal_eval(printed.splitlines()[-1])
    outcome = Outcome("Superset, time grains of a chart", pinned.rpartition("==")[2])
    for grain, rows in answers.items():
        _judge(outcome, rows, f"{grain}: ")
    return outcome


def _dbt(lake: ToolsLake) -> Outcome:
    core, adapter = _pinned("dbt-core"), _pinned("dbt-athena")
    python = environment(_folder(adapter), core, adapter)
    outcome = Outcome("dbt, an incremental model built twice", core.rpartition("==")[2])
    lake.cloud.clients.call("s3", "CreateBucket", {"Bucket": _MARTS})
    with tempfile.TemporaryDirectory() as name:
        for path, text in _files().items():
            (Path(name) / path).parent.mkdir(exist_ok=True)
            (Path(name) / path).write_text(text)
        dbt = str(Path(python).with_name("dbt"))
        for _ in range(2):
            _run(lake, [dbt, "build", "--profiles-dir", "."], Path(name), MARTS_BUCKET=_MARTS)
            _judge(outcome, _asked(lake, _BY_PLATFORM), "")
    return outcome


_TOOLS: Final[dict[str, Callable[[ToolsLake], Outcome]]] = {
    "DuckDB": _duckdb,
    "Polars": _polars,
    "SQLAlchemy": _sqlalchemy,
    "Superset": _superset,
    "dbt": _dbt,
    "Spark": _spark,
}


def _program(lake: ToolsLake, heading: str, pinned: str, word: str) -> Outcome:
    python = environment(_folder(pinned), pinned)
    printed = _run(lake, [python, "-c", _block(heading, word)])
    package, _, version = pinned.partition("==")
    return _judged(package, version, ast.literal_eval(printed.splitlines()[-1]))


def _judged(engine: str, version: str, rows: object) -> Outcome:
    outcome = Outcome(f"{engine}, docs/tools.md", version)
    _judge(outcome, rows, "")
    return outcome


def _judge(outcome: Outcome, rows: object, where: str) -> None:
    outcome.asked += 1
    if rows == LESSONS:
        outcome.same += 1
    else:
        outcome.different.append(f"{where}{LESSONS} sent, {rows} found")


def _block(heading: str, word: str) -> str:
    """The first block below a heading that has a word."""
    below = _PAGE.split(f"# {heading}\n", 1)[1]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return str(next(block for block in blocks if word in block))


def _files() -> dict[str, str]:
    """The files of dbt, whose first line names each."""
    section = _PAGE.split("## dbt\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^```\w+\n(?:#|--) (\S+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return dict(found)


def _pinned(package: str) -> str:
    """What the page tells pip to install of a package."""
    found = re.search(rf"{re.escape(package)}==[\w.]+", _PAGE)
    assert found is not None, package
    return found[0]


def _folder(pinned: str) -> str:
    return re.sub(r"[^\w.-]+", "-", pinned).lower()


def _asked(lake: ToolsLake, sql: str) -> list[tuple[Any, ...]]:
    """Asks the local Athena by PyAthena, in a process that has its environment."""
    program = (
        "import pyathena, sys\n"
        "place = f's3://{sys.argv[1]}/results/'\n"
        "cursor = pyathena.connect(s3_staging_dir=place, poll_interval=0.1).cursor()\n"
        "print([tuple(row) for row in cursor.execute(sys.argv[2]).fetchall()])\n"
    )
    return ast.literal_eval(_run(lake, [sys.executable, "-c", program, _MARTS, sql]))


def _run(lake: ToolsLake, command: list[str], folder: Path | None = None, **more: str) -> str:
    given = {name: os.environ[name] for name in ("HOME", "PATH")}
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**given, **lake.environment, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        message = f"{command[0]} failed:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        raise RuntimeError(message)
    return ended.stdout
