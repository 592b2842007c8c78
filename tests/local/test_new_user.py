"""The way a new user goes, each step in an empty folder with what the wheel installs."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import nbformat
import pytest
from nbclient import NotebookClient

from tests.helpers.wheel import wheel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["wheel"]

pytestmark = [pytest.mark.local, pytest.mark.zip, pytest.mark.timeout(300)]

COUNT: Final = "SELECT event_name, count(*) AS events FROM events_unique GROUP BY 1"
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody with an empty home, whose Python has the wheel and what it needs."""

    home: Path
    packages: Path

    def run(self, *arguments: str, folder: str = "") -> subprocess.CompletedProcess[str]:
        """Run `firelake` in a folder of the home, as if nobody had a checkout."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "firelake", *arguments],
            cwd=self.home / folder,
            env={
                "HOME": str(Path.home()),  # pip's and our own caches
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(self.packages),
                "XDG_STATE_HOME": str(self.home / ".state"),
                "COLUMNS": "200",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *arguments: str, folder: str = "") -> str:
        """Run it where it must do well; returns what it printed."""
        ended = self.run(*arguments, folder=folder)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def packages(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def user(packages: Path, tmp_path: Path) -> Iterator[NewUser]:
    user = NewUser(tmp_path, packages)
    yield user
    for project in tmp_path.iterdir():
        if (project / "Pulumi.yaml").exists():
            user.run("down", folder=project.name)


def rows_when_there(user: NewUser, folder: str, count: int) -> list[dict[str, object]]:
    """The answer to the first question, as soon as it counts so many events."""
    ends_s = time.monotonic() + _PATIENCE_S
    while True:
        told = user.done("query", COUNT, "--json", folder=folder)
        rows = [json.loads(line) for line in told.splitlines()]
        if sum(row["events"] for row in rows) >= count or time.monotonic() > ends_s:
            return rows
        time.sleep(1)


def test_from_nothing_to_an_answer_in_sql(user: NewUser) -> None:
    assert "events.toml" in user.done("init", "shop")
    assert user.done("contract", "check", folder="shop") == (
        "events.toml: version 1, 1 event of 1 type, 7 fields, nothing wrong\n"
    )
    now_s = int(time.time())
    events = [
        {
            "event_uuid": f"o-{each}",
            "event_name": "order:placed",
            "created_at": now_s - each,
            "order_id": str(each),
            "total": 9.9,
        }
        for each in range(12)
    ]
    (user.home / "shop" / "events.ndjson").write_text("\n".join(map(json.dumps, events)))
    assert "12 would be rows" in user.done("check", "events.ndjson", folder="shop")

    assert "shop-dev-events" in user.done("up", "--detach", "--flush-after=1", folder="shop")
    assert "sent     12 events" in user.done("produce", "events.ndjson", folder="shop")
    assert rows_when_there(user, "shop", 12) == [{"event_name": "order:placed", "events": 12}]
    the_contract_changes_on_the_lake_that_runs(user, events[0])
    assert "stopped the embedded cloud" in user.done("down", folder="shop")


def the_contract_changes_on_the_lake_that_runs(user: NewUser, sent: Mapping[str, object]) -> None:
    """Its rows stay, its claims too, and what is new has a view with its own columns."""
    file = user.home / "shop" / "events.toml"
    contract = file.read_text()
    file.write_text(contract.replace("details", "remarks"))
    refused = user.run("up", folder="shop")
    assert refused.returncode == 1
    assert "fields.details: removed: its column would go" in refused.stderr
    assert "the contract changes, so its version must rise above 1" in refused.stderr

    added = '[events."order:paid"]\ndescription = "Paid."\nrequired = ["order_id", "paid_by"]\n'
    field = 'paid_by = { type = "string", since = 2, description = "Card or cash." }\n'
    file.write_text(
        contract.replace("version = 1", "version = 2").replace("[fields]", f"[fields]\n{field}#")
        + added
    )
    updated = user.run("up", folder="shop")
    assert updated.returncode == 0, updated.stderr
    assert "made aws:glue/catalogTable:CatalogTable shop-catalog-event_order__paid" in (
        updated.stderr
    )
    paid = {**sent, "event_uuid": "p-1", "event_name": "order:paid", "paid_by": "card"}
    (user.home / "shop" / "more.ndjson").write_text(f"{json.dumps(sent)}\n{json.dumps(paid)}\n")
    told = user.done("produce", "more.ndjson", "--wait", folder="shop")
    assert "arrived  2 of 2 events" in told
    assert ", 0 errors" in told
    rows = user.done("query", "SELECT paid_by FROM event_order__paid", "--json", folder="shop")
    assert json.loads(rows) == {"paid_by": "card"}
    assert {row["event_name"]: row["events"] for row in rows_when_there(user, "shop", 13)} == {
        "order:placed": 12,
        "order:paid": 1,
    }


def test_from_a_thousand_events_of_segment_to_an_answer_in_sql(
    user: NewUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five commands: init, check, up, produce, query; and then the notebook."""
    now = datetime.now(UTC).replace(microsecond=0)
    names = ("Product Viewed", "Order Completed", "Signed Up", "page")
    events = [
        {
            "messageId": f"ajs-next-{each}",
            "type": "page" if name == "page" else "track",
            **({"name": "Home"} if name == "page" else {"event": name}),
            "originalTimestamp": f"{(now - timedelta(seconds=each)).isoformat()[:19]}.123Z",
            "timestamp": f"{now.isoformat()[:19]}.456Z",
            "userId": f"user-{each % 70}" if each % 3 else None,
            "properties": {"price": 19.9},
        }
        for each, name in zip(range(1000), itertools.cycle(names), strict=False)
    ]
    folder = user.home / "shop"
    folder.mkdir()
    (folder / "events.ndjson").write_text("\n".join(map(json.dumps, events)))
    told = user.done("init", "--from-sample", "events.ndjson", folder="shop")
    assert (
        "4 events and 6 fields, by the source segment. Of 1,000 events of the sample 1,000 would be"
        " rows, 0 are copies, 0 would fail"
    ) in told
    assert "0 would fail" in user.done("check", "events.ndjson", folder="shop")
    user.done("up", "--detach", "--flush-after=1", folder="shop")
    arrived = user.done("produce", "events.ndjson", "--wait", folder="shop")
    assert "1,000 rows, 0 copies, 0 errors" in arrived
    rows = user.done("query", f"{COUNT} ORDER BY 1", "--json", folder="shop")
    assert [json.loads(line) for line in rows.splitlines()] == [
        {"event_name": "page", "events": 250},
        {"event_name": "track:order_completed", "events": 250},
        {"event_name": "track:product_viewed", "events": 250},
        {"event_name": "track:signed_up", "events": 250},
    ]
    environment: dict[str, str] = json.loads(user.done("env", "--json", folder="shop"))
    for variable, value in {**environment, "PYTHONPATH": str(user.packages)}.items():
        monkeypatch.setenv(variable, value)
    notebook = cast("Any", nbformat).read(folder / "notebook.ipynb", as_version=4)
    NotebookClient(
        notebook,
        timeout=100,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [each.output_type for each in shown] == ["execute_result"] * 3
    assert "ajs-next-" in shown[1]["data"]["text/html"]


def test_where_no_project_is_the_error_says_how_to_make_one(user: NewUser) -> None:
    ended = user.run("up")
    assert ended.returncode == 2
    assert "make one by `firelake init`" in ended.stderr


def test_pulumis_program_makes_the_lake_of_the_folder(user: NewUser) -> None:
    """Pulumi's engine is not there: its place is taken by what records all that is registered."""
    user.done("init", "shop")
    script = """
import json, runpy
from tests.helpers.pulumi_recorder import run
made = run(
    lambda: runpy.run_path("__main__.py"),
    {"firelake:startDate": "2026-11-01"},
    project="shop",
)
print(json.dumps(made.outputs["streamName"]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=user.home / "shop",
        env={
            "HOME": str(Path.home()),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(user.packages), str(Path(__file__).parents[2]))),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == "shop-dev-events"
