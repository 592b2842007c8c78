"""The wheel in an environment of its own: what starts in an empty folder, and what it asks for."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.interpreters import newest_interpreter
from tests.helpers.wheel import wheel

__all__ = ["wheel"]

pytestmark = pytest.mark.zip

ROOT: Final = Path(__file__).parents[2]
CONTRACT: Final = """\
version = 1

[fields]
order_id = { type = "string", description = "The order." }

[events."order:placed"]
description = "An order was placed."
required = ["order_id"]
"""


# The newest of them may be the one that runs the tests.
@pytest.fixture(scope="module", params=["this Python", "the newest"])
def scripts(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The scripts of an environment that has the wheel and what it needs without its extras."""
    python = sys.executable if request.param == "this Python" else newest_interpreter()
    if request.param == "the newest" and python == sys.executable:
        pytest.skip("this Python is the newest here")
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = (str(folder / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
    constraints = str(ROOT / "constraints.txt")
    subprocess.run([*pip, "install", "--constraint", constraints, str(wheel)], check=True)
    return folder / "bin"


def ran(scripts: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of that environment, in a folder, with no variable that leads to this checkout."""
    return subprocess.run(
        [str(scripts / command[0]), *command[1:]],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_package_and_its_guests_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "athena_on_duckdb",
        "firehose_emulator",
        "firelake",
    }


def test_the_package_is_imported_and_the_command_started(scripts: Path, tmp_path: Path) -> None:
    program = (
        "from firelake import Producer, load_contract; print(Producer, load_contract.__name__)"
    )
    imported = ran(scripts, tmp_path, "python", "-c", program)
    assert (imported.returncode, imported.stdout) == (
        0,
        "<class 'firelake.send.producer.Producer'> load_contract\n",
    ), imported.stderr
    version, shown = (ran(scripts, tmp_path, "firelake", each) for each in ("--version", "--help"))
    assert (version.returncode, version.stdout) == (0, "firelake 0.1.0\n")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "produce" in shown.stdout


def test_what_needs_no_lake_works_on_ones_own_contract(scripts: Path, tmp_path: Path) -> None:
    contract, events = tmp_path / "events.toml", tmp_path / "events.ndjson"
    contract.write_text(CONTRACT)
    events.write_text(
        '{"event_uuid":"a","event_name":"order:placed","created_at":1796000000,"order_id":"o-1"}\n'
        '{"event_uuid":"b","event_name":"order:placed","created_at":1796000000}\n'
    )
    checked = ran(scripts, tmp_path, "firelake", "contract", "check", str(contract))
    assert (checked.returncode, checked.stdout) == (
        0,
        "events.toml: version 1, 1 event of 1 type, 1 field, nothing wrong\n",
    )
    judged = ran(
        scripts, tmp_path, "firelake", "check", "--contract", str(contract), "--json", str(events)
    )
    assert judged.returncode == 1, judged.stderr
    assert '"order_id"' in judged.stdout


def test_a_project_is_made_from_a_sample_without_any_extra(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "events.ndjson").write_text('{"id":1,"type":"a","ts":1796000000}\n')
    made = ran(scripts, tmp_path, "firelake", "init", "shop", "--from-sample", "events.ndjson")
    assert made.returncode == 0, made.stderr
    assert "1 event and 1 field, by the source events." in made.stdout
    checked = ran(scripts, tmp_path / "shop", "firelake", "contract", "check")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("arguments", "extra"), [(["up"], "local"), (["plan"], "plan"), (["report"], "report")]
)
def test_an_extra_that_is_missing_is_named_in_one_line(
    scripts: Path, tmp_path: Path, arguments: list[str], extra: str
) -> None:
    done = ran(scripts, tmp_path, "firelake", *arguments)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"pip install 'firelake[{extra}]'" in done.stderr
