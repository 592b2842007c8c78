"""docs/tools.md: its programs can be read, and the one that needs no client of its own is run.

The others are run by `make truth`, with the clients that they name.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE: Final = (Path(__file__).parents[2] / "docs" / "tools.md").read_text("utf-8")
PROGRAMS: Final = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_each_program_is_python() -> None:
    assert len(PROGRAMS) == 4
    for program in PROGRAMS:
        ast.parse(program)


def write(folder: Path, part: str, rows: Mapping[str, list[Any]]) -> None:
    path = folder / part / "file.parquet"
    path.parent.mkdir(parents=True)
    cast("Any", pq).write_table(cast("Any", pa).table(dict(rows)), path)


def test_duckdb_counts_each_lesson_once_also_where_files_have_no_such_column(
    tmp_path: Path,
) -> None:
    started = "lesson:started"
    lessons = {
        "event_uuid": ["a", "a", "b", "c", "d"],
        "event_name": [started, started, started, started, "lesson:rated"],
        "created_at": [1.5, 1.5, 1.5, 1.5, 1.5],
    }
    platforms = {"platform": ["ios", "ios", "ios", "web", "web"]}
    write(tmp_path, "event_type=lesson/dt=2026-11-02", {**lessons, **platforms})
    write(tmp_path, "event_type=lesson/dt=2026-11-03", lessons)
    write(tmp_path, "event_type=lesson/dt=2026-10-31", {**lessons, **platforms})
    write(tmp_path, "event_type=story/dt=2026-11-02", {**lessons, **platforms})
    (program,) = (program for program in PROGRAMS if "duckdb" in program)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"EVENTS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ast.literal_eval(done.stdout) == [("ios", 2), ("web", 1), (None, 3)]
