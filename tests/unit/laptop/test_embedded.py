"""What an operator is told of a deployment that failed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from firelake.catalog.errors import DeployedTableError, LimitError
from firelake.formats.emulation import ProvisionError, UnknownTypeError
from firelake.laptop.embedded import told_to_operators
from firelake.local.children import put_on_record
from firelake.operations.errors import CloudError

if TYPE_CHECKING:
    from pathlib import Path

# In a process of its own, as pytest handles what is logged.
START_AFTER_A_KILLED_ONE: Final = """
import sys
from pathlib import Path
from firelake.formats.emulation import ProcessError
from firelake.laptop import embedded
from firelake.laptop.running import StateFolder
from firelake.laptop.up import Plan
from firelake.local.children import end_left_overs
from firelake.operations.errors import CloudError

class Cloud:
    @staticmethod
    def start(*_, folder, **__):
        print(end_left_overs(folder))
        raise ProcessError("it ended")

embedded.Cloud = Cloud
folder = Path(sys.argv[1])
plan = Plan(stack="dev", project="shop", settings={}, contract=folder / "events.toml")
state = StateFolder(folder)
try:
    embedded.start_cloud(plan, state)
except CloudError as error:
    print(error)
"""


def test_every_cause_is_told_once() -> None:
    error, cause = ProvisionError("a resource"), UnknownTypeError("nobody makes it")
    with pytest.raises(CloudError) as raised, told_to_operators("it failed"):
        raise error from cause
    assert str(raised.value) == "it failed: a resource\n  because: nobody makes it"


def test_an_error_that_is_its_own_cause_is_told_once() -> None:
    """Pulumi's SDK raises an error of the resource monitor from itself."""
    error = ProvisionError("a resource")
    error.__cause__ = error
    with pytest.raises(CloudError) as raised, told_to_operators("it failed"):
        raise error
    assert str(raised.value) == "it failed: a resource"


@pytest.mark.parametrize(
    "refused",
    [DeployedTableError("history takes no other type"), LimitError("history takes no other type")],
    ids=["a deployed table", "a limit"],
)
def test_what_the_catalog_refuses_is_an_answer_and_ends_no_cloud_that_runs(
    refused: Exception,
) -> None:
    with pytest.raises(CloudError) as raised, told_to_operators("it failed"):
        raise refused
    assert str(raised.value) == "it failed: history takes no other type"


def test_what_the_notes_tell_of_is_not_printed_as_well(tmp_path: Path) -> None:
    clouds = tmp_path / "clouds"
    clouds.mkdir()
    with subprocess.Popen(["/bin/sleep", "60"]) as sleeper:
        put_on_record("a sleeper", sleeper.pid, clouds)
        orphan(clouds)
        done = subprocess.run(
            [sys.executable, "-c", START_AFTER_A_KILLED_ONE, str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
        )
    assert f"LeftOver(what='a sleeper', pid={sleeper.pid})" in done.stdout
    assert done.stderr == ""


def orphan(records: Path) -> None:
    """Lets what is on record be of a parent that runs no more."""
    (record,) = records.glob("*.json")
    entry = json.loads(record.read_text())
    record.write_text(json.dumps({**entry, "parent": [entry["parent"][0], "long ago"]}))
